"""Assignment: new texts into the themes that exist, by the votes of known texts that stand for them.

The cost grows with the new texts and with the known ones that are handed in; the caller bounds the latter.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.clustering.graph import finder
from knowledge.clustering.leiden import Labels
from knowledge.embedding import Vectors

_VOTERS = 15
_AT_ONCE = 10_000
_CLEAR = 0.4
_OUTERMOST, _SLACK = 0.02, 0.1


@dataclass(frozen=True, kw_only=True, eq=False)
class Assignment:
    """Themes of new texts: `labels` (n,) with -1 where none fits, and `strength` (n,) in 0..1."""

    labels: Labels
    strength: NDArray[np.float32]


class Assigner:
    """Puts texts into themes that exist: the nearest of those whose theme is known vote.

    `known` (m, d) are unit vectors and `labels` (m,) their themes, -1 for none. A vote counts by closeness beyond
    the farthest voter. A text stays out (-1) where no theme has a clear share of the votes, or where it is clearly
    farther from the theme's middle than its own texts are.
    """

    def __init__(self, known: Vectors, labels: Labels) -> None:
        self._labels = np.append(labels, -1)  # row -1, no neighbour, has no theme
        self._middles, self._reach = _themes(known, labels)
        self._nearest = finder(known) if len(known) else None

    def assign(self, vectors: Vectors) -> Assignment:
        """Return the themes of unit `vectors` (n, d)."""
        parts = [self._part(vectors[start : start + _AT_ONCE]) for start in range(0, len(vectors), _AT_ONCE)]
        return Assignment(
            labels=np.concatenate([np.empty(0, np.int32), *(part.labels for part in parts)]),
            strength=np.concatenate([np.empty(0, np.float32), *(part.strength for part in parts)]),
        )

    def _part(self, vectors: Vectors) -> Assignment:
        if self._nearest is None:
            return Assignment(labels=np.full(len(vectors), -1, np.int32), strength=np.zeros(len(vectors), np.float32))
        rows, similarity = self._nearest(vectors, _VOTERS)
        voted, count = self._labels[rows], len(self._middles)
        weight = np.maximum(similarity - similarity[:, -1:] + 0.05, 0.01)
        votes = np.zeros((len(vectors), count + 1), dtype=np.float32)
        np.add.at(votes, (np.arange(len(vectors))[:, None], voted), weight)
        strength = votes / votes.sum(axis=1, keepdims=True)
        best = strength.argmax(axis=1).astype(np.int32)
        share = strength[np.arange(len(vectors)), best]
        fits = (best < count) & (share >= _CLEAR)
        fits[fits] = (vectors[fits] * self._middles[best[fits]]).sum(axis=1) >= self._reach[best[fits]]
        return Assignment(
            labels=np.where(fits, best, -1).astype(np.int32), strength=np.where(fits, share, 0).astype(np.float32)
        )


def _themes(known: Vectors, labels: Labels) -> tuple[Vectors, NDArray[np.float32]]:
    """Return each theme's middle, shape (count, d), unit length, and how near to it a text must be."""
    count = int(labels.max(initial=-1)) + 1
    middles = np.zeros((count, known.shape[1]), dtype=np.float32)
    reach = np.full(count, np.inf, dtype=np.float32)
    order = np.argsort(labels, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(labels[order])) + 1):
        if len(rows) and (theme := int(labels[rows[0]])) >= 0:
            own = known[rows]
            total = own.sum(axis=0)
            middles[theme] = total / max(float(np.linalg.norm(total)), 1e-9)
            reach[theme] = np.quantile(own @ middles[theme], _OUTERMOST) - _SLACK
    return middles, reach
