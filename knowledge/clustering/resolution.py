"""Resolution: how fine the themes should be, asked of the data.

A theme is real if somebody who reads other texts of the same kind finds it too. So the texts are cut at random
into halves, each half is grouped on its own at every resolution, and each text is then also put where its
neighbours of the other half went. The resolution at which both agree best (adjusted mutual information, which
does not reward many or few themes as such) is the one to use. Prediction strength (Tibshirani & Walther 2005) is
the same idea for k-means.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.clustering.graph import Neighbours, fuzzy_graph
from knowledge.clustering.leiden import Labels, leiden_all

RESOLUTIONS = tuple(0.75 * 1.5**step for step in range(7))
"""From 0.75 to 8.5: from the coarsest that a person would call themes to the finest. Coarser still, halves of a file
about two subjects agree on these two, and that is not what people ask."""

MOST_ASKED = 30_000
"""Beyond this so few of a text's neighbours are in the sample that the sample needs a graph of its own."""

_STEP = 1.5
_MOST_TEXTS = 6_000
_VOTERS = 10
_SHUFFLES = 20
_FEWEST_CUTS, _MOST_CUTS, _CUTS_TIMES_TEXTS = 3, 12, 20_000
"""Few texts are cut more often: their halves agree by chance, and each cut is cheap."""


@dataclass(frozen=True, kw_only=True)
class Resolution:
    """The resolution to use, and how well halves of the data agree on it (0: not at all, 1: fully)."""

    value: float
    agreement: float


def choose_resolution(neighbours: Neighbours, *, before: float | None = None) -> Resolution:
    """Return the resolution at which halves of the data agree best; `before`, where it serves about as well.

    The cuts are fixed, not drawn by the caller's seed: the answer is a property of the data. The logarithms of all
    resolutions are averaged, each weighted by how near its agreement is to the best one, measured in standard
    errors, so that a small change of the data moves the answer a little and never far. Where the data cannot
    tell, the finer is preferred: a parent theme sums up fine themes, but nothing takes a coarse one apart.

    The resolution of an earlier run stays unless halves agree less by more than one standard error there (the rule of
    Breiman et al. 1984 for choosing trees): themes that people know are not cut anew for what may be chance. And it
    moves by one step at a time: where a second subject comes into the file, the themes of the first are still known.
    """
    sample = _sample(neighbours)
    cuts = min(max(_CUTS_TIMES_TEXTS // max(len(sample[0]), 1), _FEWEST_CUTS), _MOST_CUTS)
    scores = np.array(_agreements(sample, cuts))
    mean = scores.mean(axis=0)
    error = max(float(scores.std(axis=0, ddof=1).mean()) / np.sqrt(cuts), 1e-3)
    weights = np.exp((mean - mean.max()) / (2 * error)) * np.sqrt(RESOLUTIONS)
    value = float(np.exp2(np.average(np.log2(RESOLUTIONS), weights=weights)))
    if before:
        stays = mean.max() - np.interp(np.log2(before), np.log2(RESOLUTIONS), mean) <= error
        value = before if stays else min(max(value, before / _STEP), before * _STEP)
    return Resolution(value=value, agreement=float(np.clip(mean.max(), 0, 1)))


def sample_of(n: int, *, most: int = _MOST_TEXTS) -> NDArray[np.int64]:
    """Return the rows, ascending, of a fixed sample of `most` among `n` texts; all of them where they are fewer."""
    if n <= most:
        return np.arange(n)
    return np.sort(np.random.default_rng(0).permutation(n)[:most])


def _sample(neighbours: Neighbours) -> Neighbours:
    n = len(neighbours[0])
    if n <= _MOST_TEXTS:
        return neighbours
    chosen = np.zeros(n, dtype=bool)
    chosen[sample_of(n)] = True
    return _among(neighbours, chosen)


def _among(neighbours: Neighbours, chosen: NDArray[np.bool_]) -> Neighbours:
    """Return the neighbours of the chosen texts that are chosen too, renumbered, the real ones first."""
    rows, similarity = neighbours[0][chosen], neighbours[1][chosen]
    number = np.full(len(chosen) + 1, -1, dtype=np.int32)
    number[np.flatnonzero(chosen)] = np.arange(chosen.sum(), dtype=np.int32)
    renumbered = number[rows]
    order = np.argsort(renumbered < 0, axis=1, kind="stable")
    width = max(1, int((renumbered >= 0).sum(axis=1).max(initial=1)))
    order = order[:, :width]
    return np.take_along_axis(renumbered, order, axis=1), np.take_along_axis(similarity, order, axis=1)


def _agreements(neighbours: Neighbours, cuts: int) -> list[list[float]]:
    """Return, per cut into random halves and per resolution, how far the halves agree."""
    n = len(neighbours[0])
    ones = [np.isin(np.arange(n), np.random.default_rng(cut).permutation(n)[: n // 2]) for cut in range(cuts)]
    graphs = [[fuzzy_graph(_among(neighbours, half)) for half in (one, ~one)] for one in ones]
    found = leiden_all([(graph, r, 0) for halves in graphs for r in RESOLUTIONS for graph in halves])
    return [[_agreement(neighbours, one, next(found), next(found)) for _ in RESOLUTIONS] for one in ones]


def _agreement(neighbours: Neighbours, one: NDArray[np.bool_], ours: Labels, theirs: Labels) -> float:
    """Compare the themes of each half with those that its texts get from the other half."""
    there = shared_beyond_chance(ours, _lent(neighbours, one, ~one, theirs))
    back = shared_beyond_chance(theirs, _lent(neighbours, ~one, one, ours))
    return (there + back) / 2


def shared_beyond_chance(one: Labels, other: Labels) -> float:
    """Return the adjusted mutual information of two groupings (Vinh, Epps & Bailey 2010): 1 if equal, 0 by chance.

    What chance would share is the mean over fixed shuffles, not the exact expectation: near enough, and quick.
    (scikit-learn's exact one took, with its import, a third of the time of all grouping.)
    """
    entropy = (_entropy(one) + _entropy(other)) / 2
    shuffles = [np.random.default_rng(seed).permutation(one) for seed in range(_SHUFFLES)]
    chance = float(np.mean([_shared(shuffled, other) for shuffled in shuffles]))
    return (_shared(one, other) - chance) / (entropy - chance) if entropy - chance > 1e-9 else 1.0


def _shared(one: Labels, other: Labels) -> float:
    """Return the mutual information of two groupings, in nats."""
    return _entropy(one) + _entropy(other) - _entropy(one.astype(np.int64) * (int(other.max(initial=0)) + 1) + other)


def _entropy(labels: NDArray[np.signedinteger]) -> float:
    counts = np.bincount(labels)
    share = counts[counts > 0] / max(len(labels), 1)
    return float(-(share * np.log(share)).sum())


def _lent(neighbours: Neighbours, mine: NDArray[np.bool_], theirs: NDArray[np.bool_], labels: Labels) -> Labels:
    """Return for the texts `mine` the theme that most of their nearest neighbours among `theirs` have."""
    everywhere = np.full(len(mine) + 1, -1, dtype=np.int32)
    everywhere[np.flatnonzero(theirs)] = labels
    voted = everywhere[neighbours[0][mine]]
    voted = np.where(np.cumsum(voted >= 0, axis=1) <= _VOTERS, voted, -1)
    width = int(labels.max(initial=0)) + 2  # the last column takes those who have no vote
    votes = np.bincount((np.arange(len(voted))[:, None] * width + voted % width).ravel(), minlength=len(voted) * width)
    return np.asarray(votes.reshape(-1, width)[:, :-1].argmax(axis=1), dtype=np.int32)
