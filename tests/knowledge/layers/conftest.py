"""A shop to review."""

import pytest

from tests.knowledge.layers.shop import Shop


@pytest.fixture
def shop(tmp_path, toy_embedder):
    its = Shop(tmp_path / "j.db", toy_embedder)
    yield its
    its.opened.__exit__(None, None, None)
