"""Fixes: whether a theme became rarer after a fix than the rest of its stage would lead one to expect.

The odds of a complaint being about the theme, after against before: what made the whole stage busier or quieter cancels
out, as it does in a difference in differences of the logarithms of rates. Fisher's exact test, a mid-p interval.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from knowledge.analysis.intervals import odds_p, odds_ratio
from knowledge.analysis.rates import ALPHA

Worked = Literal["yes", "no", "back", "unclear", "too early", "too few"]

LEAST_EXPECTED = 5.0
"""Complaints that would have come by now without the fix; with fewer, silence says nothing."""
LEAST_BEFORE = 5
LEAST_DAYS = 14
HALVED = 0.5
"""A fix that surely has not halved a theme has not worked."""


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Complaints about the theme among all feedback of the stage in a stretch of `days`."""

    hits: int
    of: int
    days: int


@dataclass(frozen=True, kw_only=True)
class Judged:
    """The verdict on a fix: the ratio of the odds after and before with its interval, the p-value, what was expected.

    `high` is infinite where nothing is ruled out. `late_p` is the p-value of "of late as rare as right after the fix".
    """

    worked: Worked
    ratio: float | None
    low: float | None
    high: float | None
    p_value: float | None
    expected: float
    late_p: float | None


@lru_cache(maxsize=256)
def judge(before: Stretch, after: Stretch, late: Stretch | None = None) -> Judged:
    """Judge a fix by the stretch before it and that since; `late` is the end of the latter, where it is long enough."""
    table = (after.hits, after.of - after.hits, before.hits, before.of - before.hits)
    ends = odds_ratio(*table)
    p_value = odds_p(*table)
    ratio = table[0] * table[3] / (table[1] * table[2]) if table[1] and table[2] else None
    expected = before.hits / before.of * after.of if before.of else 0.0
    late_p = _late_p(after, late) if late else None
    return Judged(
        worked=_verdict(before, after, late, ends, p_value, expected, late_p),
        ratio=ratio,
        low=ends[0] if ends else None,
        high=ends[1] if ends else None,
        p_value=p_value,
        expected=expected,
        late_p=late_p,
    )


def _verdict(
    before: Stretch,
    after: Stretch,
    late: Stretch | None,
    ends: tuple[float, float] | None,
    p_value: float | None,
    expected: float,
    late_p: float | None,
) -> Worked:
    if before.hits < LEAST_BEFORE:
        return "too few"
    if ends is None or p_value is None or expected < LEAST_EXPECTED or after.days < LEAST_DAYS:
        return "too early"
    if late and late_p is not None and late_p < ALPHA and _rarer_first(before, after, late):
        return "back"
    if p_value < ALPHA and ends[1] < 1:
        return "yes"
    return "no" if ends[0] > HALVED else "unclear"


def _first(after: Stretch, late: Stretch) -> Stretch:
    return Stretch(hits=after.hits - late.hits, of=after.of - late.of, days=after.days - late.days)


def _late_p(after: Stretch, late: Stretch) -> float | None:
    """Return the p-value of "of late as rare as before that"; None unless it is more frequent."""
    first = _first(after, late)
    if not first.of or not late.of or late.hits * first.of <= first.hits * late.of:
        return None
    return odds_p(late.hits, late.of - late.hits, first.hits, first.of - first.hits)


def _rarer_first(before: Stretch, after: Stretch, late: Stretch) -> bool:
    """Return whether the theme had become rarer beyond chance at first."""
    first = _first(after, late)
    p_value = odds_p(first.hits, first.of - first.hits, before.hits, before.of - before.hits)
    return p_value is not None and p_value < ALPHA and first.hits * before.of < before.hits * first.of
