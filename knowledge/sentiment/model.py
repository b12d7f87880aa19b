"""The model: a linear head on vectors and the lexicon, taught by our own sentences, then by the user's ratings."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from knowledge.embedding import Embedder, Vectors
from knowledge.sentiment.lexicon import tone

Floats = NDArray[np.float64]

_TONE, _GAIN = 0.5, 1.5
"""What the lexicon adds to the head, and how steeply their sum goes to -1 or 1; chosen on the sample company."""
_RIDGE_DEFAULT, _RIDGE_LEARNED = 1.0, 3.0
_HALF = 100
"""With this many rated rows, the user's own head and the default one weigh the same."""
_FEWEST = 30


def from_rating(rating: float, scale: tuple[float, float]) -> float:
    """Return a rating on the scale (low, high) as -1 to 1, the middle as 0; beyond the scale, its end."""
    low, high = scale
    if high <= low:
        return 0.0
    return float(min(1.0, max(-1.0, 2 * (rating - low) / (high - low) - 1)))


@dataclass(frozen=True, kw_only=True, eq=False)
class SentimentModel:
    """Linear in a text's vector and its tone: `weights` has one number per dimension, then those for tone and bias."""

    weights: Floats

    @classmethod
    def fit_default(cls, embedder: Embedder) -> Self:
        """Train on the sentences that come with the package, each label counting as much as the others."""
        labels, texts = _sentences()
        shares = np.array([1 / (3 * np.mean(labels == label)) for label in labels])
        head = _ridge(embedder.encode(texts).astype(np.float64), labels, shares, _RIDGE_DEFAULT)
        return cls(weights=np.array([*head[:-1], _TONE, head[-1]]))

    def learn(self, vectors: Vectors, texts: Sequence[str], ratings: ArrayLike) -> Self:
        """Return a model that has also learned from rated rows of the user's own.

        `vectors` (n, d) and `texts` belong to rows whose `ratings` (n,) are known, as -1 to 1 (see `from_rating`).
        The more rows, the more they count against the default; below 30 rows or without both good and bad
        ratings nothing can be learned, and the model stays as it is.
        """
        wanted = np.asarray(ratings, dtype=np.float64)
        if len(wanted) < _FEWEST or wanted.min() >= 0 or wanted.max() <= 0:
            return self
        learned = _ridge(_features(vectors, texts), wanted, np.ones(len(wanted)), _RIDGE_LEARNED)
        share = len(wanted) / (len(wanted) + _HALF)
        return type(self)(weights=(1 - share) * self.weights + share * learned)

    def score(self, vectors: Vectors, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the sentiment of each text, -1 to 1, shape (n,); `vectors` has shape (n, d), in the same order."""
        if not len(texts):
            return np.zeros(0, dtype=np.float32)
        raw = _features(vectors, texts) @ self.weights[:-1] + self.weights[-1]
        return np.asarray(np.tanh(_GAIN * raw), dtype=np.float32)


def _features(vectors: Vectors, texts: Sequence[str]) -> Floats:
    tones = np.array([tone(text) for text in texts], dtype=np.float64)
    return np.column_stack([vectors, tones])


def _ridge(features: Floats, wanted: Floats, shares: Floats, strength: float) -> Floats:
    """Return weights and, last, the bias that minimise weighted squared error plus strength × squared weights."""
    total = shares.sum()
    centre, level = shares @ features / total, float(shares @ wanted / total)
    around = features - centre
    gram = (around * shares[:, None]).T @ around + strength * np.eye(features.shape[1])
    weights = np.linalg.solve(gram, around.T @ (shares * (wanted - level)))
    return np.append(weights, level - centre @ weights)


def _sentences() -> tuple[Floats, list[str]]:
    lines = (files("knowledge.sample") / "sentiment.tsv").read_text(encoding="utf-8").splitlines()[1:]
    pairs = [line.split("\t", 1) for line in lines if "\t" in line]
    return np.array([float(label) for label, _ in pairs]), [text for _, text in pairs]
