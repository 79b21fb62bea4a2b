"""Stores of each kind, closed after the test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kpi_tui.store.store import Store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the test's file is."""
    return tmp_path / "kpi.db"


@pytest.fixture(params=["file", "memory"])
def store(request: pytest.FixtureRequest, path: Path) -> Iterator[Store]:
    """An empty store, once as a file and once in memory."""
    opened = Store.open(path if request.param == "file" else None)
    yield opened
    opened.close()


@pytest.fixture
def filed(path: Path) -> Iterator[Store]:
    """An empty store in a file."""
    opened = Store.open(path)
    yield opened
    opened.close()
