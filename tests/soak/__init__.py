"""Tests that run long, or are run over and over: what must hold whatever happens."""
