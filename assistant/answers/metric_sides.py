"""A metric now, before, and both a year earlier: intervals and tests of one against the other.

Shares of a known n are tested by their counts. Everything else (CSAT, NPS, times), whose spread nobody imported, is
held against how much the series itself wobbles from value to value (`knowledge.analysis.series`).
"""

import math
from dataclasses import dataclass

from knowledge.analysis.intervals import share_difference
from knowledge.analysis.rates import ALPHA, compare_shares, wilson
from knowledge.analysis.series import Noise, contrast_p, noise_interval, step_p

Ends = tuple[float | None, float | None]
_NONE: Ends = (None, None)
_AS_LARGE = 0.5
"""Part of a step that the step of a year before must reach to explain it as the season."""


@dataclass(frozen=True, kw_only=True)
class Level:
    """The value of a stretch of time: the mean of `k` values of the series, measured on `n` (None: unknown)."""

    value: float
    n: int | None
    k: int


@dataclass(frozen=True, kw_only=True)
class Sides:
    """The levels that are held against each other. `share` is the whole of a share's unit (100 for percent)."""

    share: float | None
    noise: Noise | None
    now: Level | None
    before: Level | None
    year: Level | None
    before_year: Level | None
    limits: tuple[float | None, float | None] = _NONE

    def hits(self, level: Level | None) -> tuple[int, int] | None:
        """Return (hits, n) behind a share; None where it is none or n is unknown."""
        if level is None or not level.n or not self.share:
            return None
        found = round(level.value / self.share * level.n)
        return (found, level.n) if 0 <= found <= level.n else None

    def basis(self) -> str | None:
        """Say what the interval rests on: "n", "noise", or nothing."""
        if self.hits(self.now):
            return "n"
        return "noise" if self.noise and self.now else None

    def interval(self) -> Ends:
        """Return the 95% interval of the value now."""
        if found := self.hits(self.now):
            low, high = wilson(*found)
            return low * (self.share or 1), high * (self.share or 1)
        if not (self.noise and self.now):
            return _NONE
        low, high = noise_interval(self.now.value, self.now.k, self.noise)
        least, most = self.limits
        return low if least is None else max(low, least), high if most is None else min(high, most)

    def p_value(self) -> float | None:
        """Return the p-value of "the same as in the stretch before"."""
        return self._between(self.now, self.before)

    def last_year_p(self) -> float | None:
        """Return the p-value of "the same as a year before"."""
        return self._between(self.now, self.year)

    def difference(self) -> Ends:
        """Return the 95% interval of the change against the stretch before, in the metric's unit."""
        now, before = self.hits(self.now), self.hits(self.before)
        if now and before and (found := share_difference(*now, *before)):
            return found[0] * (self.share or 1), found[1] * (self.share or 1)
        if not (self.noise and self.now and self.before):
            return _NONE
        together = Noise(sd=self.noise.sd * math.sqrt(1 / self.now.k + 1 / self.before.k), df=self.noise.df)
        return noise_interval(self.now.value - self.before.value, 1, together)

    def seasonal(self) -> bool:
        """Return whether a step is no news, because it was much the same a year before.

        So it is where the step of a year ago went the same way, was at least half as large, and the test of the two
        steps against each other does not tell them apart.
        """
        p_value = self.p_value()
        if p_value is None or p_value >= ALPHA or not (self.now and self.before and self.year and self.before_year):
            return False
        step, earlier = self.now.value - self.before.value, self.year.value - self.before_year.value
        if earlier / step < _AS_LARGE:
            return False
        p_value = self._steps_p(step - earlier)
        return p_value is not None and p_value >= 0.05

    def _between(self, one: Level | None, other: Level | None) -> float | None:
        now, then = self.hits(one), self.hits(other)
        if now and then:
            return compare_shares(*now, *then)
        if not (one and other and self.noise):
            return None
        return step_p(one.value - other.value, one.k, other.k, self.noise)

    def _steps_p(self, difference: float) -> float | None:
        """Return the p-value of "the step is that of a year ago"."""
        levels = (self.now, self.before, self.year, self.before_year)
        counted = [self.hits(level) for level in levels]
        if all(counted):
            variance = math.fsum(_variance(*hits) for hits in counted if hits) * (self.share or 1) ** 2
            return math.erfc(abs(difference) / math.sqrt(2 * variance)) if variance else None
        if not self.noise:
            return None
        return contrast_p(difference, math.fsum(1 / level.k for level in levels if level), self.noise)


def _variance(hits: int, n: int) -> float:
    share = (hits + 1) / (n + 2)  # never zero at either end
    return share * (1 - share) / n
