"""Intervals that a share alone does not give: means of ratings, NPS, differences of shares, ratios of odds.

Each is checked on simulated data with known truth by `scripts/bench intervals`. scipy is imported where it is used.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from knowledge.analysis.rates import wilson

LEVEL = 0.95


@dataclass(frozen=True, kw_only=True)
class Moments:
    """What a mean needs: how many values, their sum and the sum of their squares."""

    n: int
    total: float
    squares: float

    @property
    def mean(self) -> float:
        """The mean; raises ZeroDivisionError without values."""
        return self.total / self.n


def moments(counts: Sequence[tuple[float, int]]) -> Moments:
    """Return the moments of (value, how often) pairs."""
    return Moments(
        n=sum(k for _, k in counts),
        total=math.fsum(v * k for v, k in counts),
        squares=math.fsum(v * v * k for v, k in counts),
    )


def mean_interval(found: Moments, scale: Sequence[float], level: float = LEVEL) -> tuple[float, float] | None:
    """Return the interval of the mean of answers on a bounded scale; None with fewer than two.

    Student's t around the mean after one more answer, spread evenly over the values of `scale`: the t interval
    alone covers as little as 58% where nearly all answers are the best one, because they show no spread. The idea is
    that of Agresti & Coull (1998) for shares. The ends are cut to the scale.
    """
    if found.n < 2:
        return None
    from scipy.stats import t

    n, extra = found.n + 1, len(scale)
    mean = (found.total + math.fsum(scale) / extra) / n
    variance = (found.squares + math.fsum(v * v for v in scale) / extra) / n - mean * mean
    half = float(t.ppf(0.5 + level / 2, found.n - 1)) * math.sqrt(max(variance, 0.0) / n)
    # The interval holds the mean that is shown, whatever the added answer did to its middle.
    low, high = min(mean - half, found.mean), max(mean + half, found.mean)
    return max(low, min(scale)), min(high, max(scale))


def compare_means(one: Moments, other: Moments) -> float | None:
    """Return the p-value of "both means are the same" (Welch 1947); None without spread or with one value."""
    if min(one.n, other.n) < 2:
        return None
    from scipy.stats import ttest_ind_from_stats

    spreads = [max(m.squares - m.n * m.mean**2, 0.0) / (m.n - 1) for m in (one, other)]
    if not sum(spreads):
        return None
    stats = [value for m, s in zip((one, other), spreads, strict=True) for value in (m.mean, math.sqrt(s), m.n)]
    return float(ttest_ind_from_stats(*stats, equal_var=False).pvalue)


def share_difference(hits: int, n: int, hits_before: int, n_before: int) -> tuple[float, float] | None:
    """Return the 95% interval of share now minus share before (Newcombe 1998, method 10); None where a side is empty.

    Both Wilson intervals, joined by the square-and-add rule: near its level even where a share is 0 or 1.
    """
    if not n or not n_before:
        return None
    p, q = hits / n, hits_before / n_before
    (low, high), (low_before, high_before) = wilson(hits, n), wilson(hits_before, n_before)
    difference = p - q
    below = math.hypot(p - low, high_before - q)
    above = math.hypot(high - p, q - low_before)
    return difference - below, difference + above


def odds_ratio(a: int, b: int, c: int, d: int, level: float = LEVEL) -> tuple[float, float] | None:
    """Return the mid-p interval of the odds ratio (a / b) / (c / d); None where a margin is empty.

    Given its margins, `a` has Fisher's noncentral hypergeometric distribution; half of the probability of what was
    seen counts to each tail (Lancaster 1961; Berry & Armitage 1995), because the exact interval is needlessly wide.
    The upper end may be infinite.
    """
    if not (a + b and c + d and a + c and b + d):
        return None
    from scipy.stats import nchypergeom_fisher

    def at_least(log_odds: float) -> float:
        law = nchypergeom_fisher(a + b + c + d, a + c, a + b, math.exp(log_odds))
        return float(law.sf(a) + 0.5 * law.pmf(a))

    tail = (1 - level) / 2
    low = 0.0 if a == 0 or d == 0 else math.exp(_root(lambda x: at_least(x) - tail))
    high = math.inf if b == 0 or c == 0 else math.exp(_root(lambda x: at_least(x) - (1 - tail)))
    return low, high


def odds_p(a: int, b: int, c: int, d: int) -> float | None:
    """Return the p-value of "the odds a / b and c / d are the same" by Fisher's exact test; None for an empty side."""
    if not (a + b and c + d):
        return None
    from scipy.stats import fisher_exact

    return float(fisher_exact([[a, b], [c, d]]).pvalue)


def _root(rising: Callable[[float], float], most: float = 30.0) -> float:
    """Return where a rising function of a logarithm crosses zero, within exp(±most)."""
    from scipy.optimize import brentq

    if rising(-most) > 0:
        return -most
    return most if rising(most) < 0 else float(brentq(rising, -most, most, xtol=1e-9))


def lift(hits: int, n: int, others: int, n_others: int) -> tuple[float, float, float] | None:
    """Return (ratio of shares, low, high) of a group against the others, 95%; None where a count is zero.

    The logarithm of the ratio is taken as normal (Katz et al. 1978; scipy's `relative_risk`).
    """
    if not (hits and others and n and n_others):
        return None
    from scipy.stats.contingency import relative_risk

    found = relative_risk(hits, n, others, n_others)
    low, high = found.confidence_interval(LEVEL)
    return float(found.relative_risk), float(low), float(high)
