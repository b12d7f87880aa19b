"""Assignment: new texts into the themes that exist, at a cost that grows with the new texts only."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.clustering.graph import nearest
from knowledge.clustering.leiden import Labels
from knowledge.embedding import Vectors

_VOTERS = 15


@dataclass(frozen=True, kw_only=True, eq=False)
class Assignment:
    """Themes of new texts: `labels` (n,) with -1 where none fits, and `strength` (n,) in 0..1."""

    labels: Labels
    strength: NDArray[np.float32]


def assign(vectors: Vectors, known: Vectors, labels: Labels, *, voters: int = _VOTERS) -> Assignment:
    """Put unit `vectors` (n, d) into the themes `labels` (m,) of the `known` (m, d): the nearest texts vote.

    A vote counts by closeness beyond the farthest voter. A text stays out (-1) where no theme has most of the
    votes, or where it is farther from its theme than the texts of that theme are from each other.
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
    fits = (best < count) & (share >= 0.4)
    return Assignment(
        labels=np.where(fits, best, -1).astype(np.int32), strength=np.where(fits, share, 0).astype(np.float32)
    )
