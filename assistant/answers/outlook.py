"""Outlook: what the test of recurrence says of every theme in a scope, with the stretches that it compared."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from knowledge.analysis.recurrence import Status, ThemeTrend, statuses
from knowledge.facts import Facts
from knowledge.periods import Period, describe
from knowledge.scope import Scope
from knowledge.tally import Tallies, scope_key, week_of

MOST_WEEKS = 104
"""History that is looked at: twice what the test compares with, so that a return after a quiet year is seen."""


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """The status of a theme, its p-value and that adjusted for the number of themes, and the two stretches."""

    status: Status
    p_value: float
    q_value: float
    recent: Period
    before: Period | None


def history(facts: Facts, as_of: date, asked: Period | None) -> Period | None:
    """Return the whole weeks (Monday to Sunday) up to the end of the data, of what was asked, or of today.

    None where there is not a single whole week.
    """
    span = facts.span()
    if span is None:
        return None
    until = min(date.fromordinal(span[1]), as_of)
    if asked and asked.end:
        until = min(until, asked.end - timedelta(days=1))
    end_week = week_of(until + timedelta(days=1))
    start_week = max(week_of(date.fromordinal(span[0]) + timedelta(days=6)), end_week - MOST_WEEKS)
    return _weeks(start_week, end_week) if start_week < end_week else None


def outlooks(scope: Scope, tallies: Tallies) -> dict[str, Outlook]:
    """Return the outlook of every theme that occurs in scope; the scope's period is one of `history`."""
    return tallies.kept.get(("outlooks", scope_key(scope)), lambda: _outlooks(scope, tallies))


def _outlooks(scope: Scope, tallies: Tallies) -> dict[str, Outlook]:
    period = scope.period
    if period is None or period.start is None or period.end is None:
        raise ValueError("an outlook needs a period of whole weeks")
    first, last = week_of(period.start), week_of(period.end)
    cells = tallies.theme_weeks(scope)
    among = tallies.weeks(scope.on(stages=(), polarity=None, rating=None, rows=None, themes=()))
    themes = sorted({theme for theme, _ in cells})
    place = {theme: i for i, theme in enumerate(themes)}
    table = np.zeros((len(themes), last - first), dtype=np.int64)
    for (theme, week), count in cells.items():
        table[place[theme], week - first] = count
    exposure = tuple(among.get(week, 0) for week in range(first, last))
    trends = _statuses(table.tobytes(), table.shape, exposure)
    return {theme: _outlook(trends[i], first) for theme, i in place.items()}


@lru_cache(maxsize=64)
def _statuses(table: bytes, shape: tuple[int, int], exposure: tuple[int, ...]) -> tuple[ThemeTrend, ...]:
    """Return the statuses of a table: kept, because they depend on nothing else and are asked for again."""
    return tuple(statuses(np.frombuffer(table, dtype=np.int64).reshape(shape), [float(e) for e in exposure]))


def _outlook(trend: ThemeTrend, first: int) -> Outlook:
    start = first + trend.since
    before = _weeks(start - trend.weeks_before, start) if trend.weeks_before else None
    # A theme without any test has no stretch of its own: the last week stands for it.
    recent = _weeks(start, start + trend.weeks) if trend.weeks else _weeks(start - 1, start)
    return Outlook(
        status=trend.status, p_value=trend.p_value, q_value=trend.q_value, recent=recent, before=before
    )  # fmt: skip


def _weeks(start: int, end: int) -> Period:
    first, last = date.fromordinal(start * 7 + 1), date.fromordinal(end * 7 + 1)
    return Period(start=first, end=last, label=describe(first, last))
