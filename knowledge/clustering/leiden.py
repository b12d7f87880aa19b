"""Leiden: communities of a weighted graph, and what many runs of it agree on."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

Labels = NDArray[np.int32]
"""Shape (n,): the theme of each text, -1 for none."""

Job = tuple[csr_matrix, float, int]
"""A graph, a resolution and a seed."""

_FEWEST_RUNS, _MOST_RUNS, _RUNS_TIMES_TEXTS = 10, 100, 130_000
"""Few texts get many runs: there each run is cheap, and what it happens upon counts for more."""

_MOST_ROUNDS, _ROUNDS_TIMES_TEXTS = 3, 20_000
"""Among few texts one round is not enough: see `agreement`."""

_MOST_AT_ONCE = 20_000_000
"""Weights beyond which runs take turns, for the sake of memory."""
_OCTAVES = 0.25
_FLOOR, _FLOOR_BETWEEN = 0.5, 0.05
_KNOWN = 5


def leiden(graph: csr_matrix, resolution: float, seed: int) -> Labels:
    """Return the communities of a symmetric weighted `graph`, numbered from 0 (Traag, Waltman & van Eck 2019)."""
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
        trials=1,
    )
    labels = np.empty(graph.shape[0], dtype=np.int32)
    labels[np.fromiter(found.keys(), np.int64, len(found))] = np.fromiter(found.values(), np.int32, len(found))
    return labels


def leiden_all(jobs: Sequence[Job]) -> Iterator[Labels]:
    """Yield what `leiden` finds for each of `jobs`, in their order; several run at once, which changes nothing."""
    largest = max((graph.nnz for graph, _, _ in jobs), default=0)
    workers = max(1, min(os.cpu_count() or 1, 4, _MOST_AT_ONCE // max(largest, 1)))
    with ThreadPoolExecutor(workers) as pool:
        yield from pool.map(lambda job: leiden(*job), jobs)


def sources(graph: csr_matrix) -> NDArray[np.int32]:
    """Return the row of each stored weight of `graph`."""
    return np.repeat(np.arange(graph.shape[0], dtype=np.int32), np.diff(graph.indptr))


def agreement(graph: csr_matrix, resolution: float, seed: int) -> NDArray[np.float32]:
    """Return, per stored weight of `graph`, the share of ten runs or more that put both its ends together.

    Ensemble clustering for graphs (Poulin & Théberge 2018); the runs differ in seed and a little in resolution, so
    that a border which stands at one fineness only counts for less. Few texts are asked in rounds, each on the graph
    that the round before agreed on (Lancichinetti & Fortunato 2012): among few, a rounding error in one vector would
    otherwise move a tenth of all texts.
    """
    n = max(graph.shape[0], 1)
    runs = min(max(_RUNS_TIMES_TEXTS // n, _FEWEST_RUNS), _MOST_RUNS)
    finer = np.exp2(np.linspace(-_OCTAVES, _OCTAVES, runs)) * resolution
    share = _together(graph, finer, seed * 1000)
    for again in range(1, min(_ROUNDS_TIMES_TEXTS // n, _MOST_ROUNDS)):
        agreed = _reduced(graph, share, _FLOOR_BETWEEN)
        share = _together(agreed, np.full(runs, resolution), seed * 1000 + again * _MOST_RUNS)
    return share


def _together(graph: csr_matrix, resolutions: NDArray[np.float64], seed: int) -> NDArray[np.float32]:
    """Return, per stored weight of `graph`, the share of runs, one at each resolution, that put both ends together."""
    ends = sources(graph)
    together = np.zeros(graph.nnz, dtype=np.float32)
    for labels in leiden_all([(graph, value, seed + run) for run, value in enumerate(resolutions.tolist())]):
        together += labels[ends] == labels[graph.indices]
    return np.asarray(together / len(resolutions), dtype=np.float32)


def _reduced(graph: csr_matrix, share: NDArray[np.float32], floor: float) -> csr_matrix:
    return csr_matrix((graph.data * (floor + (1 - floor) * share), graph.indices, graph.indptr), graph.shape)


def agreed_graph(graph: csr_matrix, share: NDArray[np.float32], *, start: Labels | None = None) -> csr_matrix:
    """Return `graph` with each weight reduced by how few runs agree on it.

    Themes in `start`, which people know, have _KNOWN times the votes of all runs; what they have not seen has none.
    """
    if start is not None:
        ends = sources(graph)
        known = (start[ends] >= 0) & (start[graph.indices] >= 0)
        share = np.where(known, (share + _KNOWN * (start[ends] == start[graph.indices])) / (1 + _KNOWN), share)
    return _reduced(graph, share, _FLOOR)
