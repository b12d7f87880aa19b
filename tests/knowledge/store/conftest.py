"""A prepared, empty store per test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.store import Store, open_store, prepare


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    path = tmp_path / "journey.db"
    prepare(path)
    with open_store(path) as opened:
        yield opened
