"""The neighbour graph: who says nearly the same as whom, and how surely.

Exact search up to `EXACT_LIMIT` texts, approximate beyond. Weights are scaled locally, as UMAP does (McInnes,
Healy & Melville 2018, section 3.1): a text in a crowded corner and one in a sparse corner both get about
log2(k) worth of neighbours, so that a dense theme does not swallow its surroundings.
"""

import math
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix

from knowledge.embedding import Vectors

EXACT_LIMIT = 50_000
"""Up to here every pair is compared: at 50,000 texts that takes about as long as building an approximate index."""

_BISECTIONS = 32
_CHUNK = 100_000

Neighbours = tuple[NDArray[np.int32], NDArray[np.float32]]
"""Row numbers and cosine similarities, each (n, k), nearest first, the text itself left out."""


def neighbour_count(n: int) -> int:
    """Return how many neighbours a text is joined to among `n`: few when there are few, never above 25."""
    return max(1, min(25, n - 1, round(1.8 * math.log2(max(n, 2)))))


def nearest(vectors: Vectors, k: int, *, queries: Vectors | None = None) -> Neighbours:
    """Return the `k` most similar rows of `vectors` for each of its own rows, or for each of `queries`.

    A row is never its own neighbour. Ties are broken by row number, so that equal input gives equal output.
    """
    if queries is None:
        return _without_self(*_search(_index(vectors), vectors, min(k + 1, len(vectors))), k=k)
    rows, similarity = _search(_index(vectors), queries, min(k, len(vectors)))
    return rows, similarity


class _Index(Protocol):
    """What is used of an index of faiss."""

    def search(self, queries: Vectors, k: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Return similarities and rows, each (len(queries), k)."""

    def add(self, vectors: Vectors) -> None:
        """Take in more rows."""


def _index(vectors: Vectors) -> _Index:
    """Build a searchable index over `vectors`: exact when small, else cells of an inverted file."""
    import faiss

    n, dimension = vectors.shape
    if n <= EXACT_LIMIT:
        exact: _Index = faiss.IndexFlatIP(dimension)
        exact.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return exact
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
    rows = np.empty((len(queries), k), dtype=np.int32)
    similarity = np.empty((len(queries), k), dtype=np.float32)
    for start in range(0, len(queries), _CHUNK):
        part = np.ascontiguousarray(queries[start : start + _CHUNK], dtype=np.float32)
        similarity[start : start + len(part)], found = index.search(part, k)
        rows[start : start + len(part)] = found
    return rows, similarity


def _without_self(rows: NDArray[np.int32], similarity: NDArray[np.float32], *, k: int) -> Neighbours:
    """Drop each row's own number; among many identical texts it may be missing, then the last one goes."""
    own = rows == np.arange(len(rows), dtype=np.int32)[:, None]
    own[~own.any(axis=1), -1] = True
    width = rows.shape[1] - 1
    keep = ~own
    return rows[keep].reshape(len(rows), width)[:, :k], similarity[keep].reshape(len(rows), width)[:, :k]


def fuzzy_graph(neighbours: Neighbours) -> csr_matrix:
    """Return the symmetric (n, n) graph of locally scaled weights in (0, 1]: the fuzzy union of both directions."""
    rows, similarity = neighbours
    n, k = rows.shape
    weights = _local_weights(similarity)
    valid = rows >= 0
    sources = np.repeat(np.arange(n, dtype=np.int32), k).reshape(n, k)[valid]
    one_way = coo_matrix((weights[valid], (sources, rows[valid])), shape=(n, n)).tocsr()
    other_way = one_way.T.tocsr()
    graph = one_way + other_way - one_way.multiply(other_way)
    graph = csr_matrix(graph)
    graph.sort_indices()
    return graph


def _local_weights(similarity: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return exp(-(distance - nearest) / scale), with the scale of each row such that they sum to log2(k)."""
    distance = np.maximum(1.0 - similarity.astype(np.float64), 0.0)
    beyond = distance - distance[:, :1]
    target = math.log2(similarity.shape[1]) if similarity.shape[1] > 2 else 1.0
    low, high = np.zeros(len(distance)), np.full(len(distance), np.inf)
    scale = np.ones(len(distance))
    for _ in range(_BISECTIONS):
        too_much = np.exp(-beyond / scale[:, None]).sum(axis=1) > target
        high = np.where(too_much, scale, high)
        low = np.where(too_much, low, scale)
        scale = np.where(np.isinf(high), scale * 2, (low + high) / 2)
    floor = 1e-3 * max(float(distance.mean()), 1e-6)
    return np.asarray(np.exp(-beyond / np.maximum(scale, floor)[:, None]))
