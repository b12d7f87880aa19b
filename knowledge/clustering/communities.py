"""Communities: from vectors to themes, two levels of them, with the texts that belong nowhere left out.

Leiden runs several times on the neighbour graph; an edge keeps its weight only so far as the runs agree that both
its ends belong together, and the themes are the communities of that agreed graph. So a theme is what many runs
see, not what one seed happened upon. How fine the themes are is asked of the data (see resolution.py).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix, diags

from knowledge.clustering.graph import Neighbours, centred, distinct, fuzzy_graph, nearest, neighbour_count
from knowledge.clustering.leiden import Labels, agreed_graph, leiden
from knowledge.clustering.membership import belongs_nowhere, cohesive, keep_apart, strength_of, theme_weights
from knowledge.clustering.resolution import MOST_ASKED, Resolution, choose_resolution, sample_of
from knowledge.embedding import Vectors

FEWEST = 10
"""Below this many texts there is nothing to group: the plain list says more."""

_LEAST = 3
_TRIALS = 1
_MUST = 100.0
_NO_AGREEMENT = 0.05
"""Halves of random directions agree by less than this, and by chance by up to 2.5 / n more when they are few."""
_FEW = 20
"""Below this the halves are too small to ask; only the themes' own cohesion counts."""

Pairs = Sequence[tuple[int, int]]


@dataclass(frozen=True, kw_only=True, eq=False)
class Partition:
    """Which theme each of n texts belongs to.

    `labels` (n,) numbers the themes 0..k-1 by falling size, -1 for a text that belongs nowhere; `strength` (n,)
    in 0..1 says how well it belongs; `parents` (k,) is the number of each theme's parent theme; `stability` in
    0..1 is how far themes found in halves of the data agree; `note` says why there are no themes, if so.
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

    @property
    def unassigned(self) -> float:
        """Share of the texts that belong nowhere; 0 where there are no texts."""
        return float((self.labels < 0).mean()) if len(self.labels) else 0.0


def find_themes(
    vectors: Vectors,
    *,
    weights: NDArray[np.float32] | None = None,
    seed: int = 0,
    start: Labels | None = None,
    resolution: float | None = None,
    before: float | None = None,
    must_link: Pairs = (),
    cannot_link: Pairs = (),
    step: Callable[[str], None] = lambda _: None,
) -> Partition:
    """Group unit `vectors` (n, d) into themes; the same input and `seed` give the same themes.

    `weights` (n,) say how much each text counts (1 by default). `start` (n,) are the themes of an earlier run
    (-1: unknown), kept where the data allow, and `before` its resolution. `resolution` is chosen by the data unless
    given. Texts of a pair in `must_link` end in one theme, those of a pair in `cannot_link` in different ones. `step`
    is told what begins: neighbours, resolution, communities. Few texts, or texts without structure, are no error: all
    are left unassigned, with a note.
    """
    rows, place = distinct(vectors)
    if len(rows) < FEWEST:
        return _nothing(len(vectors), f"{len(rows)} different texts are too few to group: {FEWEST} are needed.")
    own = vectors if len(rows) == len(vectors) else np.ascontiguousarray(vectors[rows])
    step("neighbours")
    apart = centred(own)
    neighbours = nearest(apart, neighbour_count(len(own)))
    step("resolution")
    chosen = (
        Resolution(value=resolution, agreement=1.0)
        if resolution
        else choose_resolution(_asked(apart, neighbours), before=before)
    )
    del apart
    step("communities")
    links = _Links(must=_mapped(must_link, place), cannot=_mapped(cannot_link, place))
    graph = _linked(_weighted(fuzzy_graph(neighbours), weights, place), links.must)
    agreed = agreed_graph(graph, chosen.value, seed, start=_carried(start, place))
    labels = leiden(agreed, chosen.value, seed, trials=_TRIALS)
    labels = _without_weak_themes(own, agreed, labels)
    labels = _settle(neighbours, graph, labels, links)
    strength = strength_of(agreed, labels)
    labels, count = by_size(labels[place])
    if not count or (len(rows) >= _FEW and chosen.agreement < _NO_AGREEMENT + 2.5 / len(rows)):
        return _nothing(len(vectors), "No groups stand out: these texts have too little in common.")
    return Partition(
        labels=labels,
        strength=strength[place],
        parents=_parents(graph, labels[rows], count, seed),
        resolution=chosen.value,
        stability=chosen.agreement,
    )


def _asked(vectors: Vectors, neighbours: Neighbours) -> Neighbours:
    """Return the neighbours that are asked for the resolution: those of a sample among itself, where there are many."""
    if len(vectors) <= MOST_ASKED:
        return neighbours
    sample = sample_of(len(vectors))
    return nearest(np.ascontiguousarray(vectors[sample]), neighbour_count(len(sample)))


@dataclass(frozen=True, kw_only=True)
class _Links:
    """Pairs of rows that belong together, and that do not."""

    must: Pairs
    cannot: Pairs


def _mapped(pairs: Pairs, place: NDArray[np.int64]) -> Pairs:
    """Return the pairs as places among the distinct texts, without those that are one text."""
    mapped = [(int(place[one]), int(place[other])) for one, other in pairs]
    return [(one, other) for one, other in mapped if one != other]


def _carried(start: Labels | None, place: NDArray[np.int64]) -> Labels | None:
    """Return the known theme of each distinct text: that of any of its copies."""
    if start is None:
        return None
    carried = np.full(int(place.max()) + 1, -1, dtype=np.int32)
    np.maximum.at(carried, place, start.astype(np.int32))
    return carried


def smallest_theme(n: int) -> int:
    """Return how many texts among `n` make a theme: three among few, more among many."""
    return max(_LEAST, round(math.sqrt(n) / 12))


def by_size(labels: Labels) -> tuple[Labels, int]:
    """Return `labels` renumbered by falling size of their themes, and the number of themes."""
    sizes = np.bincount(labels[labels >= 0], minlength=int(labels.max(initial=-1)) + 1)
    order = np.argsort(-sizes, kind="stable")
    order = order[sizes[order] > 0]
    new = np.full(len(sizes) + 1, -1, dtype=np.int32)
    new[order] = np.arange(len(order), dtype=np.int32)
    return new[labels], len(order)


def _nothing(n: int, note: str) -> Partition:
    return Partition(
        labels=np.full(n, -1, np.int32), strength=np.zeros(n, np.float32), parents=np.empty(0, np.int32), note=note
    )


def _weighted(graph: csr_matrix, weights: NDArray[np.float32] | None, place: NDArray[np.int64]) -> csr_matrix:
    if weights is None:
        return graph
    scale = diags(np.maximum(np.bincount(place, weights), 1e-6))
    weighted = csr_matrix(scale @ graph @ scale)
    weighted.sort_indices()
    return weighted


def _linked(graph: csr_matrix, pairs: Pairs) -> csr_matrix:
    """Return `graph` with the texts of each pair joined far more strongly than any others."""
    if not pairs:
        return graph
    ends = np.array(pairs, dtype=np.int32)
    both = np.concatenate([ends, ends[:, ::-1]])
    links = coo_matrix((np.full(len(both), _MUST), (both[:, 0], both[:, 1])), shape=graph.shape)
    linked = csr_matrix(graph + links.tocsr())
    linked.sort_indices()
    return linked


def _without_weak_themes(vectors: Vectors, graph: csr_matrix, labels: Labels) -> Labels:
    """Dissolve themes too small or too loose; their texts go to the theme they lean to most, if any."""
    sizes = np.bincount(labels)
    good = (sizes >= smallest_theme(len(labels))) & cohesive(vectors, labels)
    if good.all():
        return labels
    kept = np.where(good[labels], labels, -1).astype(np.int32)
    if not good.any():
        return kept
    leaning = theme_weights(graph, kept)
    best = np.asarray(leaning.argmax(axis=1)).ravel().astype(np.int32)
    share = np.asarray(leaning.max(axis=1).todense()).ravel()
    return np.where(kept >= 0, kept, np.where(share > 0, best, -1)).astype(np.int32)


def _settle(neighbours: Neighbours, graph: csr_matrix, labels: Labels, links: _Links) -> Labels:
    """Leave out the texts that belong nowhere, then see that the pairs hold."""
    strength = strength_of(graph, labels)
    settled = np.where(belongs_nowhere(neighbours[1], strength), -1, labels).astype(np.int32)
    sizes = np.bincount(settled[settled >= 0], minlength=int(labels.max(initial=-1)) + 1)
    if len(sizes):
        settled[(settled >= 0) & (sizes[settled] < _LEAST)] = -1
    for one, other in links.must:
        stronger, weaker = (one, other) if strength[one] >= strength[other] else (other, one)
        settled[weaker] = settled[stronger] if settled[stronger] >= 0 else settled[weaker]
        settled[stronger] = settled[weaker]
    if links.cannot:
        settled = keep_apart(settled, strength, theme_weights(graph, settled), links.cannot)
    return settled


def _parents(graph: csr_matrix, labels: Labels, count: int, seed: int) -> NDArray[np.int32]:
    """Return the parent of each theme: the communities of the graph between themes, scaled by their sizes."""
    if count < 3:
        return np.zeros(count, np.int32)
    inside = np.flatnonzero(labels >= 0)
    member = csr_matrix((np.ones(len(inside)), (inside, labels[inside])), (len(labels), count))
    between = csr_matrix(member.T @ graph @ member).toarray()
    np.fill_diagonal(between, 0.0)
    scale = 1 / np.sqrt(np.maximum(between.sum(axis=1), 1e-12))
    scaled = csr_matrix(between * scale[:, None] * scale[None, :])
    scaled.sort_indices()
    parents, _ = by_size(leiden(scaled, 1.0, seed, trials=_TRIALS))
    return parents
