"""Communities: from vectors to themes, two levels of them, with the texts that belong nowhere left out.

Leiden (Traag, Waltman & van Eck 2019) runs several times on the neighbour graph; an edge keeps its weight only
so far as the runs agree that both its ends belong together (ensemble clustering for graphs, Poulin & Théberge
2018), and the final themes are the communities of that agreed graph. So a theme is what many runs see, not
what one seed happened upon.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from knowledge.clustering.graph import fuzzy_graph, nearest, neighbour_count
from knowledge.embedding import Vectors

FEWEST = 10
"""Below this many texts there is nothing to group: the plain list says more."""

_RUNS = 8
_FLOOR = 0.05

Labels = NDArray[np.int32]


@dataclass(frozen=True, kw_only=True, eq=False)
class Partition:
    """Which theme each of n texts belongs to.

    `labels` (n,) numbers the themes 0..k-1 by falling size, -1 for a text that belongs nowhere; `strength` (n,)
    in 0..1 says how well it belongs; `parents` (k,) is the number of each theme's parent theme; `stability` in
    0..1 is how far independent runs agree; `note` says why there are no themes, where there are none.
    """

    labels: Labels
    strength: NDArray[np.float32]
    parents: NDArray[np.int32]
    resolution: float = 0.0
    stability: float = 0.0
    note: str | None = None

    @property
    def count(self) -> int:
        """Number of themes."""
        return len(self.parents)


def find_themes(
    vectors: Vectors,
    *,
    weights: NDArray[np.float32] | None = None,
    seed: int = 0,
    start: Labels | None = None,
    must_link: Sequence[tuple[int, int]] = (),
    cannot_link: Sequence[tuple[int, int]] = (),
) -> Partition:
    """Group unit `vectors` (n, d) into themes; the same input and `seed` give the same themes.

    `start` (n,) are the themes of an earlier run (-1: unknown), to be kept where the data allow.
    """
    n = len(vectors)
    if n < FEWEST:
        return _nothing(n, f"{n} texts are too few to group; {FEWEST} are needed")
    neighbours = nearest(vectors, neighbour_count(n))
    graph = fuzzy_graph(neighbours)
    resolution = 2.0
    labels, stability = _consensus(graph, resolution, seed, start)
    strength = _strength(graph, labels)
    labels = _leave_out(labels, strength, fewest=3)
    labels, count = _by_size(labels)
    return Partition(
        labels=labels,
        strength=strength,
        parents=_parents(graph, labels, count, seed),
        resolution=resolution,
        stability=stability,
    )


def leiden(graph: csr_matrix, resolution: float, seed: int) -> Labels:
    """Return the communities of a symmetric weighted `graph`, numbered from 0."""
    import graspologic_native

    _, found = graspologic_native.leiden_csr(
        graph.indptr.astype(np.int64),
        graph.indices.astype(np.int32),
        graph.data.astype(np.float64),
        graph.shape[0],
        resolution=resolution,
        seed=seed,
    )
    labels = np.empty(graph.shape[0], dtype=np.int32)
    labels[np.fromiter(found.keys(), np.int64, len(found))] = np.fromiter(found.values(), np.int32, len(found))
    return labels


def _nothing(n: int, note: str) -> Partition:
    return Partition(
        labels=np.full(n, -1, np.int32), strength=np.zeros(n, np.float32), parents=np.empty(0, np.int32), note=note
    )


def _consensus(graph: csr_matrix, resolution: float, seed: int, start: Labels | None) -> tuple[Labels, float]:
    sources = np.repeat(np.arange(graph.shape[0]), np.diff(graph.indptr))
    together = np.zeros(graph.nnz)
    for run in range(_RUNS):
        labels = leiden(graph, resolution, seed * 1000 + run)
        together += labels[sources] == labels[graph.indices]
    votes = float(_RUNS)
    if start is not None:
        known = (start[sources] >= 0) & (start[graph.indices] >= 0)
        together += np.where(known, (start[sources] == start[graph.indices]) * _RUNS, together)
        votes *= 2
    share = together / votes
    agreed = csr_matrix((graph.data * (_FLOOR + (1 - _FLOOR) * share), graph.indices, graph.indptr), graph.shape)
    return leiden(agreed, resolution, seed), float(np.abs(2 * share - 1).mean())


def _strength(graph: csr_matrix, labels: Labels) -> NDArray[np.float32]:
    sources = np.repeat(np.arange(graph.shape[0]), np.diff(graph.indptr))
    inside = np.bincount(sources, graph.data * (labels[sources] == labels[graph.indices]), len(labels))
    total = np.bincount(sources, graph.data, len(labels))
    return np.asarray(inside / np.maximum(total, 1e-12), dtype=np.float32)


def _leave_out(labels: Labels, strength: NDArray[np.float32], *, fewest: int) -> Labels:
    kept = np.where(strength >= 0.3, labels, -1)
    sizes = np.bincount(kept[kept >= 0], minlength=int(labels.max()) + 1)
    return np.where((kept >= 0) & (sizes[kept] >= fewest), kept, -1).astype(np.int32)


def _by_size(labels: Labels) -> tuple[Labels, int]:
    sizes = np.bincount(labels[labels >= 0], minlength=int(labels.max(initial=-1)) + 1)
    order = np.argsort(-sizes, kind="stable")
    order = order[sizes[order] > 0]
    new = np.full(len(sizes) + 1, -1, dtype=np.int32)
    new[order] = np.arange(len(order), dtype=np.int32)
    return new[labels], len(order)


def _parents(graph: csr_matrix, labels: Labels, count: int, seed: int) -> NDArray[np.int32]:
    if count < 2:
        return np.zeros(count, np.int32)
    member = csr_matrix(
        (np.ones((labels >= 0).sum()), (np.flatnonzero(labels >= 0), labels[labels >= 0])), (len(labels), count)
    )
    between = csr_matrix(member.T @ graph @ member)
    between.sort_indices()
    return leiden(between, 0.5, seed)
