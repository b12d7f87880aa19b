"""Near-duplicates: texts that say the same in almost the same words."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.clustering.graph import nearest
from knowledge.embedding import Vectors

ALIKE = 0.95
OVERLAP = 0.8

_LOOKED_AT = 8


def near_duplicates(vectors: Vectors, texts: Sequence[str]) -> NDArray[np.int64]:
    """Return for each of n texts the row of the earliest text that it repeats, or -1.

    A repeat has a cosine of at least `ALIKE` and shares at least `OVERLAP` of its words (Jaccard) with its
    original; the same words in the same order always are a repeat.
    """
    n = len(texts)
    keys = [" ".join(text.lower().split()) for text in texts]
    original = _exact(keys)
    firsts = np.flatnonzero(original < 0)
    if len(firsts) > 1:
        rows, similarity = nearest(np.ascontiguousarray(vectors[firsts]), min(_LOOKED_AT, len(firsts) - 1))
        words: dict[int, frozenset[str]] = {}
        for place, column in zip(*np.nonzero((similarity >= ALIKE) & (rows >= 0)), strict=True):
            later, earlier = sorted((int(firsts[place]), int(firsts[rows[place, column]])), reverse=True)
            for row in (later, earlier):
                words.setdefault(row, frozenset(keys[row].split()))
            if _jaccard(words[later], words[earlier]) >= OVERLAP and (original[later] < 0 or earlier < original[later]):
                original[later] = earlier
    for row in range(n):  # originals come first, so one pass leads every chain back to its beginning
        if original[row] >= 0 and original[original[row]] >= 0:
            original[row] = original[original[row]]
    return original


def _exact(keys: Sequence[str]) -> NDArray[np.int64]:
    first: dict[str, int] = {}
    return np.array(
        [-1 if (seen := first.setdefault(key, row)) == row else seen for row, key in enumerate(keys)], dtype=np.int64
    )


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(len(one | other), 1)
