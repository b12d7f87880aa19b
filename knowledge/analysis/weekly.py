"""Weekly counts of themes: feedback as columns in, a series per theme out."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from knowledge.facts import Facts

WEEKS = 78
"""Weeks of history that are counted: a recent stretch, a year to compare it with, and a quiet before it."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Weekly:
    """Weekly counts per theme, shape (themes, weeks), the exposure (weeks,) and the Monday of each week."""

    themes: tuple[str, ...]
    mondays: tuple[date, ...]
    counts: NDArray[np.int64]
    exposure: NDArray[np.float64]


def weekly(facts: Facts, positions: NDArray[np.int64], *, as_of: date, weeks: int = WEEKS) -> Weekly:
    """Count the feedback at `positions` (what a scope selects) by theme and week, and all of it as exposure.

    Weeks start on Monday and are whole: the last is the latest that ended before `as_of` began, the first is at most
    `weeks` before and not before the first whole week in which anything was said. Undated feedback is left out.
    """
    day = facts.day[positions].astype(np.int64)
    end = as_of.toordinal() - as_of.weekday()
    heard = day[day > 0]
    oldest = int(heard.min()) if len(heard) else end
    first = max(end - 7 * weeks, oldest + -(oldest - 1) % 7)
    n = max(0, (end - first) // 7)
    counted = positions[(day >= first) & (day < end)]
    week = np.full(len(facts), -1, dtype=np.int64)
    week[counted] = (facts.day[counted] - first) // 7
    groups = facts.themes_at(counted)
    counts = np.array([np.bincount(week[where], minlength=n) for where in groups.values()], dtype=np.int64)
    return Weekly(
        themes=tuple(groups),
        mondays=tuple(date.fromordinal(first) + timedelta(weeks=i) for i in range(n)),
        counts=counts.reshape(len(groups), n),
        exposure=np.bincount(week[counted], minlength=n).astype(np.float64),
    )
