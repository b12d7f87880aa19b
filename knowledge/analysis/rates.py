"""Rates and shares: their intervals, and whether they changed. Small counts are the normal case here.

Every test is two-sided. scipy is imported where it is used: `journey --help` must not pay for it.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from statistics import NormalDist
from typing import Literal

Direction = Literal["new", "rising", "steady", "falling", "gone", "unknown"]

ALPHA = 0.01
"""A change is called one when its p-value is below this: at most one false call in a hundred comparisons."""


def wilson(hits: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Return the score interval of a share, `hits` of `n` (Wilson 1927, without continuity correction).

    Holds its level at small n and at shares near 0 and 1, where the usual ± formula does not. (0, 1) for n = 0.
    """
    if not 0 <= hits <= n:
        raise ValueError(f"hits must lie between 0 and n: {hits} of {n}")
    if n == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf(0.5 + level / 2)
    share, spread = hits / n, z * z / n
    centre = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * math.sqrt(share * (1 - share) / n + spread / (4 * n))
    low = 0.0 if hits == 0 else max(0.0, centre - half)
    high = 1.0 if hits == n else min(1.0, centre + half)
    return low, high


@lru_cache(maxsize=65_536)
def compare_rates(count: int, exposure: float, before: int, exposure_before: float) -> float | None:
    """Return the p-value of "the rate per exposure is the same in both stretches"; None without exposure.

    Conditional test of two Poisson counts (Przyborowski & Wilenski 1940): given their sum, the first count is
    binomial with probability `exposure / (exposure + exposure_before)`. Exact, so the false alarms stay at or
    under the level at any count; where the events are themselves much of the exposure it is conservative.
    """
    if exposure <= 0 or exposure_before <= 0:
        return None
    total = count + before
    if total == 0:
        return 1.0
    from scipy.stats import binomtest

    return float(binomtest(count, total, exposure / (exposure + exposure_before)).pvalue)


def rate_ratio(
    count: int, exposure: float, before: int, exposure_before: float, level: float = 0.95
) -> tuple[float, float] | None:
    """Return the interval of (rate now) / (rate before); the upper end may be infinite. None without exposure.

    Clopper-Pearson limits of the conditional binomial share, turned into a ratio of rates (same source as above).
    """
    if exposure <= 0 or exposure_before <= 0 or count + before == 0:
        return None
    from scipy.stats import beta

    tail = (1 - level) / 2
    low = float(beta.ppf(tail, count, before + 1)) if count else 0.0
    high = float(beta.ppf(1 - tail, count + 1, before)) if before else 1.0
    scale = exposure_before / exposure
    return low / (1 - low) * scale, (high / (1 - high) * scale if high < 1 else math.inf)


def compare_shares(hits: int, n: int, hits_before: int, n_before: int) -> float | None:
    """Return the p-value of "both shares are the same" by Fisher's exact test; None where a side is empty."""
    if n <= 0 or n_before <= 0:
        return None
    from scipy.stats import fisher_exact

    table = [[hits, n - hits], [hits_before, n_before - hits_before]]
    return float(fisher_exact(table).pvalue)


def trend_p(counts: Sequence[int], exposures: Sequence[float]) -> float | None:
    """Return the p-value of "no straight trend in the rate" over equally spaced stretches.

    Score test for a log-linear trend of Poisson rates, the Cochran-Armitage test for rates (Armitage 1955):
    z = Σ t(kᵢ - eᵢK/E) / sqrt(K·var), var being that of t weighted by exposure. None with fewer than three
    stretches that have exposure, or fewer than ten events, where the normal approximation is not good enough.
    """
    z = trend_z(counts, exposures)
    return None if z is None else 2 * (1 - NormalDist().cdf(abs(z)))


def trend_z(counts: Sequence[int], exposures: Sequence[float]) -> float | None:
    """Return the test value of `trend_p`; its sign is the direction of the trend."""
    seen = [(t, k, e) for t, (k, e) in enumerate(zip(counts, exposures, strict=True)) if e > 0]
    events, whole = sum(k for _, k, _ in seen), sum(e for _, _, e in seen)
    if len(seen) < 3 or events < 10:
        return None
    mean = sum(t * e for t, _, e in seen) / whole
    variance = sum(e * (t - mean) ** 2 for t, _, e in seen) / whole
    score = sum((t - mean) * k for t, k, _ in seen)
    return score / math.sqrt(events * variance)


def monotone_trend(values: Sequence[float]) -> tuple[float, float] | None:
    """Return (tau, p-value) of Kendall's rank correlation of a series with time; None under six values.

    The Mann-Kendall test (Mann 1945): no assumption about the spread of the values, only about their order.
    """
    if len(values) < 6 or len(set(values)) < 2:
        return None
    from scipy.stats import kendalltau

    found = kendalltau(range(len(values)), values)
    return float(found.statistic), float(found.pvalue)


def adjust(p_values: Sequence[float]) -> list[float]:
    """Return p-values adjusted for their number (Benjamini & Hochberg 1995): the share of false calls among calls."""
    if not len(p_values):
        return []
    from scipy.stats import false_discovery_control

    return [float(q) for q in false_discovery_control(list(p_values))]


def direction(
    count: int,
    exposure: float,
    before: int,
    exposure_before: float,
    *,
    p_value: float | None,
    earlier: int | None = None,
    alpha: float = ALPHA,
) -> Direction:
    """Name the change of a rate. It is "steady" unless the test says otherwise, "unknown" without one.

    `earlier` counts events at any time before the present stretch: with none of them, a rise is "new".
    """
    if p_value is None:
        return "unknown"
    if p_value >= alpha:
        return "steady"
    if count / exposure > before / exposure_before:
        return "new" if before == 0 and not earlier else "rising"
    return "gone" if count == 0 else "falling"
