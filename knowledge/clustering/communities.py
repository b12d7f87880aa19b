"""Communities: from vectors to themes, two levels of them, with the texts that belong nowhere left out.

Leiden runs several times on the neighbour graph; an edge keeps its weight only so far as the runs agree that both
its ends belong together, and the themes are the communities of that agreed graph. So a theme is what many runs
see, not what one seed happened upon. How fine the themes are is asked of the data (see resolution.py).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from knowledge.clustering.assignment import Assigner
from knowledge.clustering.graph import Neighbours, centred, distinct, fuzzy_graph, nearest, neighbour_count
from knowledge.clustering.leiden import Labels, agreed_graph, agreement, leiden
from knowledge.clustering.membership import belongs_nowhere, cohesive, rejoined, strength_of, theme_weights
from knowledge.clustering.resolution import MOST_ASKED, Resolution, choose_resolution, sample_of
from knowledge.embedding import Vectors

MOST_GROUPED = 250_000
"""Beyond this a sample stands for all: more texts sharpen no theme, and rarer ones than it holds are noise."""

FEWEST = 10
"""Below this many texts there is nothing to group: the plain list says more."""

_LEAST = 3
_JOIN_AT_ONCE = 50_000
_NO_AGREEMENT = 0.05
"""Halves of random directions agree by less than this, and by chance by up to 2.5 / n more when they are few."""
_FEW = 20
"""Below this the halves are too small to ask; only the themes' own cohesion counts."""


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
    seed: int = 0,
    start: Labels | None = None,
    resolution: float | None = None,
    before: float | None = None,
    step: Callable[[str], None] = lambda _: None,
) -> Partition:
    """Group unit `vectors` (n, d) into themes; the same input and `seed` give the same themes.

    `start` (n,) are the themes of an earlier run (-1: unknown), kept where the data allow, and `before` its resolution.
    `resolution` is chosen by the data unless given. `step` is told what begins: neighbours, resolution, communities.
    Of more than MOST_GROUPED texts a fixed sample is grouped, and the others join its themes as new feedback would:
    time and memory then grow with what joins. Few texts, or texts without structure, are no error: all are left
    unassigned, with a note.
    """
    rows, place = distinct(vectors)
    if len(rows) < FEWEST:
        return _nothing(len(vectors), f"{len(rows)} different texts are too few to group: {FEWEST} are needed.")
    asked = sample_of(len(rows), most=MOST_GROUPED)
    own = vectors if len(asked) == len(vectors) else np.ascontiguousarray(vectors[rows[asked]])
    known = None if start is None else _carried(start, place)[asked]
    found = _group(own, seed=seed, start=known, resolution=resolution, before=before, step=step)
    labels, strength = found.labels, found.strength
    if len(asked) < len(rows):
        step("joining")
        labels, strength = _joined(vectors, rows, asked, found)
    labels, order = by_size(labels[place])
    return replace(found, labels=labels, strength=strength[place], parents=found.parents[order])


def _group(
    vectors: Vectors,
    *,
    seed: int,
    start: Labels | None,
    resolution: float | None,
    before: float | None,
    step: Callable[[str], None],
) -> Partition:
    """Group unit `vectors` (n, d), all different, as `find_themes` says; the themes come in no order."""
    step("neighbours")
    apart = centred(vectors)
    neighbours = nearest(apart, neighbour_count(len(vectors)))
    step("resolution")
    chosen = (
        Resolution(value=resolution, agreement=1.0)
        if resolution
        else choose_resolution(_asked(apart, neighbours), before=before)
    )
    del apart
    step("communities")
    graph = fuzzy_graph(neighbours)
    share = agreement(graph, chosen.value, seed)
    agreed = agreed_graph(graph, share, start=start)
    labels = leiden(agreed, chosen.value, seed)
    if start is not None:
        labels = rejoined(graph, share, labels, start)
    labels = _without_weak_themes(vectors, agreed, labels, start)
    labels = _settle(neighbours, graph, labels)
    count = int(labels.max()) + 1
    if not count or (len(vectors) >= _FEW and chosen.agreement < _NO_AGREEMENT + 2.5 / len(vectors)):
        return _nothing(len(vectors), "No groups stand out: these texts have too little in common.")
    return Partition(
        labels=labels,
        strength=strength_of(agreed, labels),
        parents=_parents(graph, labels, count, seed),
        resolution=chosen.value,
        stability=chosen.agreement,
    )


def _asked(vectors: Vectors, neighbours: Neighbours) -> Neighbours:
    """Return the neighbours that are asked for the resolution: those of a sample among itself, where there are many."""
    if len(vectors) <= MOST_ASKED:
        return neighbours
    sample = sample_of(len(vectors))
    return nearest(np.ascontiguousarray(vectors[sample]), neighbour_count(len(sample)))


def _joined(
    vectors: Vectors, rows: NDArray[np.int64], asked: NDArray[np.int64], found: Partition
) -> tuple[Labels, NDArray[np.float32]]:
    """Return labels and strength of all of `rows`, where `found` groups those at the places `asked`."""
    labels, strength = np.full(len(rows), -1, dtype=np.int32), np.zeros(len(rows), dtype=np.float32)
    labels[asked], strength[asked] = found.labels, found.strength
    assigner = Assigner(np.ascontiguousarray(vectors[rows[asked]]), found.labels)
    others = np.setdiff1d(np.arange(len(rows)), asked, assume_unique=True)
    for start in range(0, len(others), _JOIN_AT_ONCE):
        part = others[start : start + _JOIN_AT_ONCE]
        joined = assigner.assign(np.ascontiguousarray(vectors[rows[part]]))
        labels[part], strength[part] = joined.labels, joined.strength
    return labels, strength


def _carried(start: Labels, place: NDArray[np.int64]) -> Labels:
    """Return the known theme of each distinct text: that of any of its copies."""
    carried = np.full(int(place.max()) + 1, -1, dtype=np.int32)
    np.maximum.at(carried, place, start.astype(np.int32))
    return carried


def smallest_theme(n: int) -> int:
    """Return how many texts among `n` make a theme: three among few, more among many."""
    return max(_LEAST, round(math.sqrt(n) / 12))


def by_size(labels: Labels) -> tuple[Labels, NDArray[np.int64]]:
    """Return `labels` renumbered by falling size of their themes, and the old number of each new one."""
    sizes = np.bincount(labels[labels >= 0], minlength=int(labels.max(initial=-1)) + 1)
    order = np.argsort(-sizes, kind="stable")
    order = order[sizes[order] > 0]
    new = np.full(len(sizes) + 1, -1, dtype=np.int32)
    new[order] = np.arange(len(order), dtype=np.int32)
    return new[labels], order


def _nothing(n: int, note: str) -> Partition:
    return Partition(
        labels=np.full(n, -1, np.int32), strength=np.zeros(n, np.float32), parents=np.empty(0, np.int32), note=note
    )


def _without_weak_themes(vectors: Vectors, graph: csr_matrix, labels: Labels, start: Labels | None) -> Labels:
    """Dissolve themes too small or too loose; their texts go to the theme they lean to most, if any."""
    sizes = np.bincount(labels)
    good = (sizes >= smallest_theme(len(labels))) & cohesive(vectors, labels, start=start)
    if good.all():
        return labels
    kept = np.where(good[labels], labels, -1).astype(np.int32)
    if not good.any():
        return kept
    leaning = theme_weights(graph, kept)
    best = np.asarray(leaning.argmax(axis=1)).ravel().astype(np.int32)
    share = np.asarray(leaning.max(axis=1).todense()).ravel()
    return np.where(kept >= 0, kept, np.where(share > 0, best, -1)).astype(np.int32)


def _settle(neighbours: Neighbours, graph: csr_matrix, labels: Labels) -> Labels:
    """Leave out the texts that belong nowhere, and what is left of themes that this makes too small."""
    settled = np.where(belongs_nowhere(neighbours[1], strength_of(graph, labels)), -1, labels).astype(np.int32)
    sizes = np.bincount(settled + 1)
    settled[sizes[settled + 1] < _LEAST] = -1
    return by_size(settled)[0]


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
    return by_size(leiden(scaled, 1.0, seed))[0]
