"""Measures speed, memory and finding against other ways of searching: ``python -m bench.run``."""
