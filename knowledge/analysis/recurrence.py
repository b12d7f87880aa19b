"""Recurrence: which themes are new, rising, steady, falling, back after quiet, or resolved. Counts in, statuses out.

Counts are per theme and week; exposure is what could have been about any theme in that week (all feedback in scope).
A recent stretch is compared with what came before it by an exact conditional test: given the sum of both, the recent
count is beta-binomial. That is the binomial test of two Poisson rates (Przyborowski & Wilenski 1940) for counts that
vary more than Poisson does, as complaints do: weekly rates that are gamma distributed around their mean with the
squared coefficient of variation `alpha` make the split of the sum exactly beta-binomial, with one parameter
`weeks / alpha` for each side. `alpha` is estimated from neighbouring weeks, so that a change is not taken for noise.

What is promised: of the themes to which nothing happens, at most ALARM_RATE are ever flagged (as new, rising or
recurring, falling or resolved) at any of the thirteen weekly looks of a quarter. The looks share most of their weeks;
together they count as LOOKS independent ones, each spends ALARM_RATE / LOOKS, half of it in each direction, and the
stretches tried at one look are joined by the Cauchy combination (Liu & Xie 2020). Beyond that, of the themes flagged
at one look at most FALSE_SHARE are expected to be false (Benjamini & Hochberg 1995). `scripts/bench alarms` simulates
both, and the test suite a smaller version.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from knowledge.analysis.overdispersion import noise, split_tails
from knowledge.analysis.rates import adjust

Status = Literal["new", "rising", "steady", "falling", "recurring", "resolved"]
Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

ALARM_RATE = 0.05
"""Share of quiet themes that are flagged at any look of a quarter; stated, and checked by simulation."""
LOOKS = 8
"""Independent looks that thirteen weekly ones amount to at most; set by simulation, see `scripts/bench alarms`."""
RECENT_WEEKS = 13
"""A change that began longer ago is no news: the theme is steady at its new level."""
LATEST_WEEKS = 4
"""A rise is over when these last weeks are back at the rate before it."""
CLIMBING = 0.1
"""A rise of long ago goes on if the last quarter is above what followed the turn, at this level."""
FALSE_SHARE = 0.10
"""Expected share of false ones among the themes that one look flags."""
STRETCHES = (1, 2, 3, 4, 6, 8, 12)
"""Lengths in weeks of the recent stretches that are tried."""
BASE_WEEKS = 52
"""A stretch is compared with up to this many weeks before it."""
QUIET_WEEKS = (8, 13, 26)
"""Lengths in weeks of the quiet before a return."""
RESOLVED_WEEKS = 4
"""Weeks without a mention before a theme can be called resolved."""
MIN_BASE_WEEKS = 8
"""With less history than this before a stretch nothing is called a change."""


@dataclass(frozen=True, kw_only=True)
class ThemeTrend:
    """The status of one theme at the last week of its series.

    `p_value` is that of the test in the status's direction (of the nearest direction, where steady), combined over
    the stretches tried; `q_value` is adjusted across themes. `since` is the index of the week in which the present
    stretch begins; `count` of `weeks` weeks and `rate` (per exposure) describe it, `count_before`, `weeks_before`
    and `rate_before` what it is compared with: for a recurring theme the quiet, otherwise up to BASE_WEEKS before.
    """

    theme: int
    status: Status
    p_value: float
    q_value: float
    since: int
    count: int
    weeks: int
    rate: float
    count_before: int
    weeks_before: int
    rate_before: float

    @property
    def ratio(self) -> float | None:
        """How many times the rate before the present one is; None where there was nothing before."""
        return self.rate / self.rate_before if self.rate_before > 0 else None

    @property
    def flagged(self) -> bool:
        """Whether this status says that something changed."""
        return self.status != "steady"


@dataclass(frozen=True, kw_only=True, eq=False)
class _Series:
    """Cumulated counts (themes, weeks + 1) and exposure (weeks + 1,), with the noise of each theme."""

    counts: Counts
    exposure: Floats
    alpha: Floats
    mean_exposure: float

    @property
    def weeks(self) -> int:
        return len(self.exposure) - 1

    def sums(self, start: int, end: int) -> tuple[Counts, float]:
        """Return each theme's count, and the exposure, of the weeks [start, end)."""
        return self.counts[:, end] - self.counts[:, start], float(self.exposure[end] - self.exposure[start])

    def tails(self, recent: tuple[int, int], before: tuple[int, int]) -> tuple[Floats, Floats]:
        """Return P(at least so many) and P(at most so many) in `recent`, given the sum with `before`."""
        k, e = self.sums(*recent)
        k_before, e_before = self.sums(*before)
        if e <= 0 or e_before <= 0:
            return np.ones(len(k)), np.ones(len(k))
        scale = self.mean_exposure * self.alpha
        return split_tails(k, k + k_before, e / scale, e_before / scale)


def statuses(
    counts: Counts,
    exposure: Sequence[float] | Floats,
    *,
    alarm_rate: float = ALARM_RATE,
    looks: int = LOOKS,
    false_share: float = FALSE_SHARE,
) -> list[ThemeTrend]:
    """Say for each theme, at the last week of the series, whether something has changed.

    `counts` has shape (themes, weeks), `exposure` (weeks,), both ordered in time and of whole weeks. A week without
    exposure tells nothing. Raises ValueError where the shapes differ.
    """
    table, weights = np.asarray(counts, dtype=np.int64), np.asarray(exposure, dtype=np.float64)
    if table.ndim != 2 or table.shape[1] != len(weights):
        raise ValueError(f"counts must have shape (themes, weeks): {table.shape} for {len(weights)} weeks of exposure")
    if not len(table):
        return []
    series = _series(table, weights)
    up, down, back = _evidence(series)
    rise = np.minimum(up.p, back.p)
    q_up, q_down = np.array(adjust(rise.tolist())), np.array(adjust(down.p.tolist()))
    level = alarm_rate / looks / 2
    risen = (rise <= level) & (q_up <= false_share)
    fallen = (down.p <= level) & (q_down <= false_share)
    trends = []
    for i in range(len(table)):
        if risen[i] and back.p[i] <= level:
            trends.append(_trend(series, i, "recurring", back, q_up[i]))
        elif risen[i]:
            trends.append(_risen(series, i, up, q_up[i]))
        elif fallen[i]:
            trends.append(_fallen(series, i, down, q_down[i]))
        else:
            nearest, q = (up, q_up[i]) if up.p[i] <= down.p[i] else (down, q_down[i])
            trends.append(_trend(series, i, "steady", nearest, q))
    return trends


@dataclass(frozen=True, kw_only=True, eq=False)
class _Evidence:
    """Per theme: the combined p-value, and the stretch [start, now) and base [base, end) that speak loudest."""

    p: Floats
    start: Counts
    base: Counts


def _series(table: Counts, weights: Floats) -> _Series:
    zero = np.zeros((len(table), 1), dtype=np.int64)
    seen = weights[weights > 0]
    return _Series(
        counts=np.hstack([zero, table.cumsum(axis=1)]),
        exposure=np.concatenate([[0.0], weights.cumsum()]),
        alpha=noise(table, weights),
        mean_exposure=float(seen.mean()) if len(seen) else 1.0,
    )


def _evidence(series: _Series) -> tuple[_Evidence, _Evidence, _Evidence]:
    """Test every stretch against what came before it: for a rise, a fall, and a return after quiet."""
    now, themes = series.weeks, len(series.counts)
    rises, falls, returns = [], [], []
    for length in STRETCHES:
        start = now - length
        base = max(0, start - BASE_WEEKS)
        if start - base < MIN_BASE_WEEKS:
            continue
        up, down = series.tails((start, now), (base, start))
        rises.append((up, start, base))
        falls.append((down, start, base))
        returns.extend(_returns(series, start, now))
    return _combined(rises, themes, now), _combined(falls, themes, now), _combined(returns, themes, now)


def _returns(series: _Series, start: int, now: int) -> list[tuple[Floats, int, int]]:
    """Test for a return: the theme was heard, then quiet, then heard again; both turns must be significant."""
    found = []
    for quiet in QUIET_WEEKS:
        silent = start - quiet
        before = max(0, silent - BASE_WEEKS)
        if silent - before < MIN_BASE_WEEKS:
            continue
        back, _ = series.tails((start, now), (silent, start))
        _, gone = series.tails((silent, start), (before, silent))
        found.append((np.maximum(back, gone), start, silent))
    return found


def _combined(tests: list[tuple[Floats, int, int]], themes: int, now: int) -> _Evidence:
    """Combine the p-values of overlapping stretches into one per theme (Cauchy combination)."""
    if not tests:
        nothing = np.full(themes, now, dtype=np.int64)
        return _Evidence(p=np.ones(themes), start=nothing, base=nothing)
    p = np.array([values for values, _, _ in tests])
    loudest = p.argmin(axis=0)
    # p = 1 would be minus infinity and drown the rest; tests of counts reach it often.
    angles = np.tan((0.5 - np.minimum(p, 0.95)) * np.pi).mean(axis=0)
    return _Evidence(
        p=np.clip(0.5 - np.arctan(angles) / np.pi, 0.0, 1.0),
        start=np.array([start for _, start, _ in tests])[loudest],
        base=np.array([base for _, _, base in tests])[loudest],
    )


def _risen(series: _Series, theme: int, up: _Evidence, q_value: float) -> ThemeTrend:
    """Tell a rise of late, or one that goes on, from one that is over or long ago, and from a first mention."""
    since = _turn(series, theme, up=True)
    if _over(series, theme, since) or not (since >= series.weeks - RECENT_WEEKS or _climbing(series, theme, since)):
        return _trend(series, theme, "steady", up, q_value)
    unheard = int(series.counts[theme, since]) == 0
    return _trend(series, theme, "new" if unheard else "rising", up, q_value, since)


def _over(series: _Series, theme: int, since: int) -> bool:
    """Whether the last weeks are back at the rate before the rise."""
    now, base = series.weeks, max(0, since - BASE_WEEKS)
    late, exposure = series.sums(max(since, now - LATEST_WEEKS), now)
    before, exposure_before = series.sums(base, since)
    return int(late[theme]) * exposure_before <= int(before[theme]) * exposure


def _climbing(series: _Series, theme: int, since: int) -> bool:
    """Whether a rise of long ago still goes on: the last quarter is above what lies between it and the turn."""
    now = series.weeks
    up, _ = series.tails((now - RECENT_WEEKS, now), (since, now - RECENT_WEEKS))
    return float(up[theme]) <= CLIMBING


def _fallen(series: _Series, theme: int, down: _Evidence, q_value: float) -> ThemeTrend:
    """Tell silence from a fall, and a fall of late from one that is history."""
    since = _turn(series, theme, up=False)
    now = series.weeks
    if int(series.counts[theme, now] - series.counts[theme, max(0, now - RESOLVED_WEEKS)]) == 0:
        return _trend(series, theme, "resolved", down, q_value, since)
    if since < now - RECENT_WEEKS:
        return _trend(series, theme, "steady", down, q_value)
    return _trend(series, theme, "falling", down, q_value, since)


def _turn(series: _Series, theme: int, *, up: bool) -> int:
    """Return the week in which the rate most likely changed: the largest likelihood ratio of two Poisson rates."""
    now = series.weeks
    first = max(0, now - STRETCHES[-1] - BASE_WEEKS)
    turns = np.arange(first + 1, now)
    k, e = series.counts[theme], series.exposure
    before, after = (k[turns] - k[first]).astype(float), (k[now] - k[turns]).astype(float)
    e_before, e_after = e[turns] - e[first], e[now] - e[turns]
    with np.errstate(divide="ignore", invalid="ignore"):
        whole = (before + after) / (e_before + e_after)
        ratio = np.where(before > 0, before * np.log(before / e_before / whole), 0.0)
        ratio += np.where(after > 0, after * np.log(after / e_after / whole), 0.0)
        rose = after / e_after > before / e_before
    usable = (e_before > 0) & (e_after > 0) & (rose == up)
    return int(turns[np.where(usable, ratio, -1.0).argmax()]) if len(turns) else now


def _trend(
    series: _Series, theme: int, status: Status, evidence: _Evidence, q_value: float, since: int | None = None
) -> ThemeTrend:
    """Describe a theme by its present stretch, from `since` or where the evidence is loudest, and what was before."""
    start, base, now = int(evidence.start[theme]), int(evidence.base[theme]), series.weeks
    if since is not None:
        start, base = since, max(0, since - BASE_WEEKS)
    count, exposure = series.sums(start, now)
    before, exposure_before = series.sums(base, start)
    return ThemeTrend(
        theme=theme,
        status=status,
        p_value=float(evidence.p[theme]),
        q_value=float(q_value),
        since=start,
        count=int(count[theme]),
        weeks=now - start,
        rate=float(count[theme] / exposure) if exposure > 0 else 0.0,
        count_before=int(before[theme]),
        weeks_before=start - base,
        rate_before=float(before[theme] / exposure_before) if exposure_before > 0 else 0.0,
    )
