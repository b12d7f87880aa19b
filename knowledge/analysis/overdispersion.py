"""Overdispersion: how much more than Poisson weekly counts vary, and the exact test for counts that do."""

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

BLOCKS = (4,)
"""Lengths in weeks of the blocks in which noise that lasts is looked for."""
_MIN_ALPHA = 1e-5
_MIN_P = 1e-8  # sums of probabilities are not exact beyond


def noise(counts: Counts, exposure: Floats) -> Floats:
    """Estimate the squared coefficient of variation of each theme's weekly rate beyond Poisson, shape (themes,).

    From neighbouring weeks, because a rise or an episode in the past must not count as noise (von Neumann et al.
    1941): pooled over themes, each theme drawn towards the pool by as much as it lacks counts of its own. Noise that
    lasts for weeks shows between neighbouring blocks of weeks instead; where the pool has more of it than
    independent weeks would, every theme's estimate is raised by the difference.
    """
    own, pool = _neighbour_noise(counts, exposure)
    lasting = 0.0
    for length in BLOCKS:
        _, of_blocks = _neighbour_noise(_blocks(counts, length), _blocks(exposure[None, :], length)[0])
        lasting = max(lasting, length * of_blocks - pool)
    return np.asarray(own + lasting)


def _neighbour_noise(counts: NDArray[np.int64] | Floats, exposure: Floats) -> tuple[Floats, float]:
    """Return alpha per theme, and pooled, from pairs of neighbouring weeks (or blocks).

    Of a pair with the sum s, the second holds a share p of the exposure; its count then has the variance
    s p (1 - p) (1 + (s - 1) r). Moments give r, and alpha = 2 r / (1 - r). A pair weighs s - 1, not its square: the
    few weeks in which a great episode begins or ends must not outweigh all others.
    """
    pairs = exposure[:-1] + exposure[1:]
    seen = np.flatnonzero((exposure[:-1] > 0) & (exposure[1:] > 0))
    share = exposure[1:][seen] / pairs[seen]
    table = counts.astype(np.float64)
    later = table[:, 1:][:, seen]
    total = later + table[:, :-1][:, seen]
    squared = (later - total * share) ** 2 / (share * (1 - share))
    excess = ((squared - total) / np.maximum(total, 1.0)).sum(axis=1)
    weight = np.maximum(total - 1, 0.0).sum(axis=1)
    pool = excess.sum() / max(weight.sum(), 1.0)
    prior = weight.mean() + 1.0
    r = np.clip((excess + prior * pool) / (weight + prior), 0.0, 0.9)
    return np.maximum(2 * r / (1 - r), _MIN_ALPHA), max(2 * pool / (1 - min(pool, 0.9)), _MIN_ALPHA)


def _blocks(table: NDArray[np.int64] | Floats, length: int) -> Floats:
    """Sum neighbouring columns in blocks of `length`, the last block complete, the first ones left out."""
    whole = table.shape[1] // length * length
    complete: Floats = table[:, table.shape[1] - whole :].astype(np.float64)
    return np.asarray(complete.reshape(len(table), -1, length).sum(axis=2))


def split_tails(k: Counts, total: Counts, a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """Return P(X >= k) and P(X <= k) of beta-binomials with `total` trials and parameters a, b; each shape (n,)."""
    from scipy.special import betaln, gammaln

    steps = np.arange(int(k.max(initial=0)) + 1)
    x, n = steps[None, :], total[:, None].astype(np.float64)
    inside = x <= np.minimum(k, total)[:, None]
    x = np.where(inside, x, 0)
    choose = gammaln(n + 1) - gammaln(x + 1) - gammaln(n - x + 1)
    mass = np.exp(choose + betaln(x + a[:, None], n - x + b[:, None]) - betaln(a, b)[:, None])
    mass = np.where(inside, mass, 0.0)
    at_most = mass.sum(axis=1)
    at_k = np.take_along_axis(mass, k[:, None], axis=1)[:, 0]
    return np.clip(1 - at_most + at_k, _MIN_P, 1.0), np.clip(at_most, _MIN_P, 1.0)
