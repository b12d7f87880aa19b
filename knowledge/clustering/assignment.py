"""Assignment: new texts into the themes that exist, by the votes of known texts that stand for them.

The cost grows with the new texts and with the known ones that are handed in; the caller bounds the latter.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.clustering.graph import nearest
from knowledge.clustering.leiden import Labels
from knowledge.embedding import Vectors

_VOTERS = 15
_CLEAR = 0.4
_OUTERMOST, _SLACK = 0.02, 0.1


@dataclass(frozen=True, kw_only=True, eq=False)
class Assignment:
    """Themes of new texts: `labels` (n,) with -1 where none fits, and `strength` (n,) in 0..1."""

    labels: Labels
    strength: NDArray[np.float32]


def assign(vectors: Vectors, known: Vectors, labels: Labels, *, voters: int = _VOTERS) -> Assignment:
    """Put unit `vectors` (n, d) into the themes `labels` (m,) of the `known` (m, d): the nearest texts vote.

    A vote counts by closeness beyond the farthest voter. A text stays out (-1) where no theme has a clear share of
    the votes, or where it is clearly farther from the theme's middle than its own texts are.
    """
    if not len(vectors) or not len(known):
        return Assignment(labels=np.full(len(vectors), -1, np.int32), strength=np.zeros(len(vectors), np.float32))
    rows, similarity = nearest(known, voters, queries=vectors)
    voted = np.where(rows >= 0, labels[rows], -1)
    weight = np.maximum(similarity - similarity[:, -1:] + 0.05, 0.01)
    count = int(labels.max(initial=-1)) + 1
    votes = np.zeros((len(vectors), count + 1), dtype=np.float32)
    np.add.at(votes, (np.arange(len(vectors))[:, None], voted), weight)
    strength = votes / votes.sum(axis=1, keepdims=True)
    best = strength.argmax(axis=1).astype(np.int32)
    share = strength[np.arange(len(vectors)), best]
    fits = (best < count) & (share >= _CLEAR)
    middles, reach = _themes(known, labels, count)
    fits[fits] = (vectors[fits] * middles[best[fits]]).sum(axis=1) >= reach[best[fits]]
    return Assignment(
        labels=np.where(fits, best, -1).astype(np.int32), strength=np.where(fits, share, 0).astype(np.float32)
    )


def _themes(known: Vectors, labels: Labels, count: int) -> tuple[Vectors, NDArray[np.float32]]:
    """Return each theme's middle, shape (count, d), unit length, and how near to it a text must be."""
    middles = np.zeros((count, known.shape[1]), dtype=np.float32)
    inside = labels >= 0
    np.add.at(middles, labels[inside], known[inside])
    middles /= np.maximum(np.linalg.norm(middles, axis=1, keepdims=True), 1e-9)
    reach = np.full(count, np.inf, dtype=np.float32)
    for theme in np.unique(labels[inside]):
        reach[theme] = np.quantile(known[labels == theme] @ middles[theme], _OUTERMOST) - _SLACK
    return middles, reach
