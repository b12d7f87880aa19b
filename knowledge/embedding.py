"""Embedder: texts in, unit vectors out. The one place that loads a model."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""Shape (n, d), each row of unit length."""


class Embedder(Protocol):
    """What the rest of the house needs of a model."""

    @property
    def model_id(self) -> str:
        """Name and fingerprint of the model: vectors of two models are never compared."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector per text, shape (n, dimension), float32, in the order given."""
