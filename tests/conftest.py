"""Fixtures that every room may use: a toy embedder, and the shared evaluation data where it is present."""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

SHARED = Path(os.environ.get("JOURNEY_SHARED", Path(__file__).parents[2] / "shared"))

# The same examples in every run, however slow the machine: what fails here fails for everybody. The fuzzers search on.
settings.register_profile("journey", deadline=None, derandomize=True)
settings.load_profile("journey")


class ToyEmbedder:
    """Deterministic and offline: a text is the sum of one fixed random direction per word."""

    model_id = "toy-64"
    dimension = 64

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        rows = [self._sum(text) for text in texts]
        return np.asarray(rows, dtype=np.float32).reshape(len(texts), self.dimension)

    def _sum(self, text: str) -> np.ndarray:
        words = "".join(c if c.isalnum() else " " for c in text.lower()).split() or [""]
        total = np.sum([self._direction(word) for word in words], axis=0)
        return total / np.linalg.norm(total)

    def _direction(self, word: str) -> np.ndarray:
        seed = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "big")
        return np.random.default_rng(seed).standard_normal(self.dimension)


@pytest.fixture(scope="session")
def toy_embedder() -> ToyEmbedder:
    return ToyEmbedder()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    folder = SHARED / "data"
    if not folder.is_dir():
        pytest.skip(f"SKIPPED LOUDLY: the shared evaluation data is not at {folder}")
    return folder


@pytest.fixture
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("JOURNEY_", "SLACK_")):
            monkeypatch.delenv(name)
