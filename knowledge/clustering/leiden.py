"""Leiden: communities of a weighted graph, and what many runs of it agree on."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

Labels = NDArray[np.int32]
"""Shape (n,): the theme of each text, -1 for none."""

RUNS = 10
_FLOOR = 0.5


def leiden(graph: csr_matrix, resolution: float, seed: int, *, trials: int = 1) -> Labels:
    """Return the communities of a symmetric weighted `graph`, numbered from 0 (Traag, Waltman & van Eck 2019).

    Of `trials` runs the one of the highest modularity counts.
    """
    import graspologic_native

    if graph.nnz == 0:
        return np.arange(graph.shape[0], dtype=np.int32)
    _, found = graspologic_native.leiden_csr(
        graph.indptr.astype(np.int64),
        graph.indices.astype(np.int32),
        graph.data.astype(np.float64),
        graph.shape[0],
        resolution=resolution,
        seed=seed,
        trials=trials,
    )
    labels = np.empty(graph.shape[0], dtype=np.int32)
    labels[np.fromiter(found.keys(), np.int64, len(found))] = np.fromiter(found.values(), np.int32, len(found))
    return labels


def sources(graph: csr_matrix) -> NDArray[np.int32]:
    """Return the row of each stored weight of `graph`."""
    return np.repeat(np.arange(graph.shape[0], dtype=np.int32), np.diff(graph.indptr))


def agreed_graph(
    graph: csr_matrix, resolution: float, seed: int, *, start: Labels | None = None, runs: int = RUNS
) -> csr_matrix:
    """Return `graph` with each weight reduced to the share of `runs` that put both its ends together.

    Ensemble clustering for graphs (Poulin & Théberge 2018). Known themes `start` have as many votes as all runs.
    """
    ends = sources(graph)
    together = np.zeros(graph.nnz, dtype=np.float32)
    for run in range(runs):
        labels = leiden(graph, resolution, seed * 1000 + run)
        together += labels[ends] == labels[graph.indices]
    share = together / runs
    if start is not None:
        known = (start[ends] >= 0) & (start[graph.indices] >= 0)
        share = np.where(known, (share + (start[ends] == start[graph.indices])) / 2, share)
    return csr_matrix((graph.data * (_FLOOR + (1 - _FLOOR) * share), graph.indices, graph.indptr), graph.shape)
