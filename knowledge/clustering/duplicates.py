"""Near-duplicates: texts that say the same in almost the same words."""

from collections.abc import Callable, Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from knowledge.clustering.graph import nearest
from knowledge.embedding import Vectors

ALIKE = 0.95
OVERLAP = 0.8

_LOOKED_AT = 8

Rows = NDArray[np.int64]
TextsOf = Callable[[Iterable[int]], Mapping[int, str]]
"""Gives the texts of some rows; only those are asked for whose words must be compared."""


def repeats_among(vectors: Vectors, texts_of: TextsOf, fresh: Rows, known: Rows) -> Rows:
    """Return for each row in `fresh` (ascending) the earliest row that it repeats, or -1.

    A repeat has a cosine of at least `ALIKE` and shares at least `OVERLAP` of its words (Jaccard) with its
    original; the same words in the same order always are a repeat.

    `known` (n,) holds the same for the rows that were looked at before. Only the fresh rows are compared with the
    others, so that the cost grows with what is new.
    """
    original = known.copy()
    keys = {row: _key(text) for row, text in texts_of(fresh.tolist()).items()}
    _mark_same_words(fresh, keys, original)
    candidates = fresh[original[fresh] < 0]
    if len(candidates) and len(vectors) > 1:
        pairs = _alike(vectors, candidates)
        missing = {earlier for _, earlier in pairs} - keys.keys()
        keys |= {row: _key(text) for row, text in texts_of(sorted(missing)).items()}
        words = {row: frozenset(keys[row].split()) for pair in pairs for row in pair}
        for later, earlier in pairs:
            if keys[later] == keys[earlier] or _jaccard(words[later], words[earlier]) >= OVERLAP:
                original[later] = earlier if original[later] < 0 else min(original[later], earlier)
    for row in fresh.tolist():  # originals come first, so one pass leads every chain back to its beginning
        if original[row] >= 0 and original[original[row]] >= 0:
            original[row] = original[original[row]]
    return original[fresh]


def _alike(vectors: Vectors, rows: Rows) -> list[tuple[int, int]]:
    """Return (later, earlier) of rows and their nearest neighbours that are near enough, ascending."""
    found, similarity = nearest(vectors, min(_LOOKED_AT + 1, len(vectors)), queries=vectors[rows])
    places, columns = np.nonzero((similarity >= ALIKE) & (found >= 0))
    pairs = {
        tuple(sorted((int(rows[i]), int(found[i, j])), reverse=True)) for i, j in zip(places, columns, strict=True)
    }
    fresh = set(rows.tolist())
    return sorted((later, earlier) for later, earlier in pairs if later != earlier and later in fresh)


def _mark_same_words(fresh: Rows, keys: Mapping[int, str], original: Rows) -> None:
    first: dict[str, int] = {}
    for row in fresh.tolist():
        seen = first.setdefault(keys[row], row)
        if seen != row:
            original[row] = seen


def _key(text: str) -> str:
    return " ".join(text.lower().split())


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(len(one | other), 1)
