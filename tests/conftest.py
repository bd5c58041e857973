"""What every test shares: a cache folder of its own, no network for models, and the fakes."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent))  # so that ``tests.fakes`` is importable

_CACHE = pytest.StashKey[tempfile.TemporaryDirectory[str]]()


def pytest_configure(config: pytest.Config) -> None:
    """Keep the tests out of the user's cache folder and off the network.

    Set here, not in a fixture: some test modules cut words while they are imported.
    """
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["TRANSFORMERS_OFFLINE"] = "1"
    if "HUASHU_CACHE" not in os.environ:
        folder = tempfile.TemporaryDirectory(prefix="huashu-tests-")
        config.stash[_CACHE] = folder
        os.environ["HUASHU_CACHE"] = folder.name


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the cache folder that was made for this run."""
    folder = config.stash.get(_CACHE, None)
    if folder is not None:
        del os.environ["HUASHU_CACHE"]
        folder.cleanup()
