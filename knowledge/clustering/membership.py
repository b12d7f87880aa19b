"""Membership: how well each text belongs to its theme, and which texts belong nowhere."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from knowledge.clustering.leiden import Labels, sources
from knowledge.embedding import Vectors

MOST_LEFT_OUT = 0.10
"""Beyond this share no text is left out for being weak: then it is the themes that are weak, and say so."""

_WEAK = 0.2
_FENCE = 2.5
_KNOWN_NEEDS = 0.75


def theme_weights(graph: csr_matrix, labels: Labels) -> csr_matrix:
    """Return (n, k): how much of each text's weight in `graph` goes to each theme, rows summing to 1 at most."""
    inside = np.flatnonzero(labels >= 0)
    count = int(labels.max(initial=-1)) + 1
    member = csr_matrix((np.ones(len(inside)), (inside, labels[inside])), (len(labels), count))
    total = np.maximum(np.asarray(graph.sum(axis=1)).ravel(), 1e-12)
    return csr_matrix(csr_matrix((1 / total, (range(len(total)), range(len(total))))) @ graph @ member)


def strength_of(graph: csr_matrix, labels: Labels) -> NDArray[np.float32]:
    """Return (n,) in 0..1: the share of each text's weight in `graph` that stays in its theme; 0 without one."""
    ends = sources(graph)
    same = (labels[ends] == labels[graph.indices]) & (labels[ends] >= 0)
    inside = np.bincount(ends, graph.data * same, len(labels))
    total = np.bincount(ends, graph.data, len(labels))
    return np.asarray(inside / np.maximum(total, 1e-12), dtype=np.float32)


def belongs_nowhere(similarity: NDArray[np.float32], strength: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Tell which texts stay outside: those far from everything, and those torn between themes.

    Far: the mean similarity to the nearest five is 2.5 interquartile ranges or more below the lower quartile of all
    texts, beyond Tukey's fence (1977). Torn: less than a fifth of a text's weight stays in its theme. At most
    `MOST_LEFT_OUT` of the texts, weakest first.
    """
    n = len(strength)
    near = similarity[:, :5].mean(axis=1)
    low, high = np.quantile(near, [0.25, 0.75])
    outside: NDArray[np.bool_] = (near < low - _FENCE * (high - low)) | (strength < _WEAK)
    most = int(n * MOST_LEFT_OUT)
    if outside.sum() > most:
        weakest = np.argsort(np.where(outside, strength, np.inf), kind="stable")[:most]
        outside = np.zeros(n, dtype=bool)
        outside[weakest] = True
    return outside


def cohesive(vectors: Vectors, labels: Labels, *, start: Labels | None = None) -> NDArray[np.bool_]:
    """Tell for each theme whether its texts are more alike than chance would make them.

    Two random directions in d dimensions have a cosine of standard deviation 1/√d. A theme counts if the mean
    cosine within it is at least half of that above the mean of all pairs; more among few texts, of which some
    are always alike by luck. What fails is the rest that is left when the real themes are taken out. Where most of a
    theme is one of `start`, which people know, a little less will do: it is not to come and go at the border.
    """
    count = int(labels.max(initial=-1)) + 1
    n, dimension = vectors.shape
    inside = labels >= 0
    sizes = np.bincount(labels[inside], minlength=count).astype(np.float64)
    sums = np.zeros((count, dimension))
    for label in range(count):
        sums[label] = vectors[labels == label].sum(axis=0, dtype=np.float64)
    within = ((sums**2).sum(axis=1) - sizes) / np.maximum(sizes * (sizes - 1), 1)
    overall = vectors.sum(axis=0, dtype=np.float64)
    background = (float(overall @ overall) - n) / max(n * (n - 1), 1)
    needed = np.full(count, (0.5 + 8 / np.sqrt(n)) / np.sqrt(dimension))
    if start is not None:
        needed[origin_share(labels, start)[1] > 0.5] *= _KNOWN_NEEDS
    return np.asarray((sizes > 1) & (within - background >= needed))


def origin_share(labels: Labels, start: Labels) -> tuple[Labels, NDArray[np.float64]]:
    """Return, per theme of `labels`, the theme in `start` from which most of its texts come, and their share of all."""
    count, sizes = int(labels.max(initial=-1)) + 1, np.bincount(labels[labels >= 0])
    both = (labels >= 0) & (start >= 0)
    came = csr_matrix((np.ones(both.sum()), (labels[both], start[both])), (count, int(start.max(initial=-1)) + 2))
    most = came.max(axis=1).toarray().ravel()
    return np.asarray(came.argmax(axis=1), dtype=np.int32).ravel(), most / np.maximum(sizes, 1)


def rejoined(graph: csr_matrix, share: NDArray[np.float32], labels: Labels, start: Labels) -> Labels:
    """Return `labels` with those pieces of a theme in `start` made one that most runs, weight by weight, hold together.

    `share` says for each weight of `graph` how many runs do. A theme that people know is cut in two only where more
    runs than not see the border.
    """
    count = int(labels.max(initial=-1)) + 1
    origin, known = origin_share(labels, start)
    pairs = labels[sources(graph)].astype(np.int64) * count + labels[graph.indices]
    held = np.bincount(pairs, graph.data * (share - 0.5), count * count).reshape(count, count)
    one = (held > 0) & (origin[:, None] == origin) & (known[:, None] > 0) & (known > 0)
    return np.asarray(connected_components(csr_matrix(one), directed=False)[1][labels], dtype=np.int32)
