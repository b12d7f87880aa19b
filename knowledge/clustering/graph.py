"""The neighbour graph: who says nearly the same as whom, and how surely.

Exact search up to `EXACT_LIMIT` texts, approximate beyond. Weights are scaled locally, as UMAP does (McInnes,
Healy & Melville 2018, section 3.1): a text in a crowded corner and one in a sparse corner both get about
log2(k) worth of neighbours, so that a dense theme does not swallow its surroundings.
"""

import math
from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix

from knowledge.embedding import Vectors

EXACT_LIMIT = 50_000
"""Up to here every pair is compared: at 50,000 texts that takes about as long as building an approximate index."""

_BISECTIONS = 24
_NARROWEST, _WIDEST = 1e-4, 4.0
"""Bounds of the local scale, in cosine distance: identical texts need a floor, a row of few neighbours a ceiling."""

_CHUNK = 50_000
_FEW = 25  # one query among so many rows: comparing with all of them is cheaper than building an index
_FEW_TO_CENTRE = 100
_MOST_NEIGHBOURS = 60

Neighbours = tuple[NDArray[np.int32], NDArray[np.float32]]
"""Row numbers and cosine similarities, each (n, k), nearest first, the text itself left out."""


def neighbour_count(n: int) -> int:
    """Return how many neighbours a text is joined to among `n`: about half the square root of `n`, 60 at most."""
    wanted = min(_MOST_NEIGHBOURS, round(2 + math.sqrt(n) / 2))
    return max(1, min(n - 1, max(wanted, 10) if n > 1000 else wanted))


def distinct(vectors: Vectors) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the first row of each distinct vector, and for each row the place of its vector among those.

    A text said five hundred times is its own five hundred neighbours: an island that has no part in the graph.
    """
    keys = np.zeros(len(vectors), dtype=np.uint64)
    factors = np.random.default_rng(0).integers(1, 2**62, vectors.shape[1], dtype=np.uint64)
    for start in range(0, len(vectors), _CHUNK):
        bits = np.ascontiguousarray(vectors[start : start + _CHUNK] + np.float32(0)).view(np.uint32)
        keys[start : start + _CHUNK] = (bits * factors).sum(axis=1, dtype=np.uint64)
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    order = np.argsort(first, kind="stable")
    place = np.empty(len(first), dtype=np.int64)
    place[order] = np.arange(len(first))
    return first[order], place[inverse]


def centred(vectors: Vectors) -> Vectors:
    """Return unit `vectors` (n, d) without what all of them share, again of unit length.

    Texts of one source have much in common (they are all about one firm), which lifts every similarity alike and
    blurs who is near whom; taking the mean away is the first half of "all but the top" (Mu & Viswanath 2018). The
    mean of few texts says more about these than about the source, so it is taken away in the share n / (n + 100).
    """
    share = len(vectors) / (len(vectors) + _FEW_TO_CENTRE)
    rest = vectors - np.float32(share) * vectors.mean(axis=0, dtype=np.float64).astype(np.float32)
    length = np.linalg.norm(rest, axis=1, keepdims=True)
    rest /= np.maximum(length, np.float32(1e-6))
    return np.asarray(rest, dtype=np.float32)


def nearest(vectors: Vectors, k: int, *, queries: Vectors | None = None) -> Neighbours:
    """Return the `k` most similar rows of `vectors` for each of its own rows, or for each of `queries`.

    A row is never its own neighbour. Ties are broken by row number, so that equal input gives equal output.
    """
    if queries is None:
        return _without_self(*_search(_index(vectors), vectors, min(k + 1, len(vectors))), k=k)
    few = len(queries) * _FEW <= len(vectors)
    rows, similarity = _search(_index(vectors, exact=few), queries, min(k, len(vectors)))
    return rows, similarity


def finder(vectors: Vectors) -> Callable[[Vectors, int], Neighbours]:
    """Return what finds the `k` most similar rows of `vectors` for each of its queries; the index is built once."""
    index = _index(vectors)
    return lambda queries, k: _search(index, queries, min(k, len(vectors)))


class _Index(Protocol):
    """What is used of an index of faiss."""

    def search(self, queries: Vectors, k: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Return similarities and rows, each (len(queries), k)."""

    def add(self, vectors: Vectors) -> None:
        """Take in more rows."""


def _index(vectors: Vectors, *, exact: bool = False) -> _Index:
    """Build a searchable index over `vectors`: exact when small or asked for, else cells of an inverted file."""
    import faiss

    n, dimension = vectors.shape
    if exact or n <= EXACT_LIMIT:
        flat: _Index = faiss.IndexFlatIP(dimension)
        flat.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return flat
    cells = int(4 * math.sqrt(n))
    quantizer = faiss.IndexFlatIP(dimension)
    index = faiss.IndexIVFScalarQuantizer(
        quantizer, dimension, cells, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
    )
    index.cp.niter, index.cp.seed = 10, 1234
    index.train(np.ascontiguousarray(vectors[:: max(1, n // (cells * 40))], dtype=np.float32))
    for start in range(0, n, _CHUNK):
        index.add(np.ascontiguousarray(vectors[start : start + _CHUNK], dtype=np.float32))
    index.nprobe = 8
    return index


def _search(index: _Index, queries: Vectors, k: int) -> Neighbours:
    import faiss

    rows = np.empty((len(queries), k), dtype=np.int32)
    similarity = np.empty((len(queries), k), dtype=np.float32)
    before = faiss.cvar.distance_compute_min_k_reservoir
    faiss.cvar.distance_compute_min_k_reservoir = 20  # its heap, the default up to k = 100, is three times slower
    try:
        for start in range(0, len(queries), _CHUNK):
            part = np.ascontiguousarray(queries[start : start + _CHUNK], dtype=np.float32)
            similarity[start : start + len(part)], rows[start : start + len(part)] = index.search(part, k)
    finally:
        faiss.cvar.distance_compute_min_k_reservoir = before
    return rows, similarity


def _without_self(rows: NDArray[np.int32], similarity: NDArray[np.float32], *, k: int) -> Neighbours:
    """Drop each row's own number; among many identical texts it may be missing, then the last one goes."""
    own = rows == np.arange(len(rows), dtype=np.int32)[:, None]
    own[~own.any(axis=1), -1] = True
    width = rows.shape[1] - 1
    keep = ~own
    return rows[keep].reshape(len(rows), width)[:, :k], similarity[keep].reshape(len(rows), width)[:, :k]


def fuzzy_graph(neighbours: Neighbours) -> csr_matrix:
    """Return the symmetric (n, n) graph of locally scaled weights in (0, 1]: the fuzzy union of both directions.

    A neighbour of row -1 is no neighbour; it must stand behind the real ones.
    """
    rows, similarity = neighbours
    n, k = rows.shape
    valid = rows >= 0
    weights = _local_weights(np.where(valid, similarity, -np.inf))
    sources = np.repeat(np.arange(n, dtype=np.int32), k).reshape(n, k)[valid]
    one_way = coo_matrix((weights[valid], (sources, rows[valid])), shape=(n, n)).tocsr()
    other_way = one_way.T.tocsr()
    graph = csr_matrix(one_way + other_way - one_way.multiply(other_way))
    graph.sort_indices()
    return graph


def _local_weights(similarity: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return exp(-(distance - nearest) / scale), with the scale of each row such that they sum to log2(k)."""
    weights = np.empty(similarity.shape)
    for start in range(0, len(similarity), _CHUNK):
        weights[start : start + _CHUNK] = _scaled(similarity[start : start + _CHUNK].astype(np.float64))
    return weights


def _scaled(similarity: NDArray[np.float64]) -> NDArray[np.float64]:
    known = np.isfinite(similarity)
    distance = np.maximum(1.0 - similarity, 0.0)
    nearest_one = np.where(known[:, :1], distance[:, :1], 0.0)
    beyond = np.where(known, distance - nearest_one, np.inf)
    target = math.log2(similarity.shape[1]) if similarity.shape[1] > 2 else 1.0
    low, high = np.zeros((len(distance), 1)), np.full((len(distance), 1), _WIDEST)
    for _ in range(_BISECTIONS):
        scale = (low + high) / 2
        too_much = np.exp(-beyond / scale).sum(axis=1, keepdims=True) > target
        high = np.where(too_much, scale, high)
        low = np.where(too_much, low, scale)
    return np.asarray(np.exp(-beyond / np.maximum(high, _NARROWEST)))
