"""Tally: how much there is in a scope, counted in one go; over arrays here, and by SQL in the store."""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sized
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Protocol, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from knowledge.facts import Facts, Records, Voices, voices
from knowledge.feedback import NEGATIVE, POSITIVE
from knowledge.scope import Scope

Positions = NDArray[np.int64]
Made = TypeVar("Made")


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What a scope holds. `scored` pieces have a sentiment, `sentiment` is their mean (None: there are none).

    `unassigned` pieces belong to no theme, `unstaged` ones to no stage. `first` and `last` are days of dated pieces.
    """

    count: int
    complaints: int
    praise: int
    scored: int
    sentiment: float | None
    undated: int
    unstaged: int
    unassigned: int
    first: date | None
    last: date | None


class Tallies(Protocol):
    """Counts what a scope holds. Two independent ways exist, so that one can check the other.

    `kept` also keeps what was concluded from these counts.
    """

    kept: "Kept"

    def rows(self, scope: Scope) -> tuple[int, ...]:
        """Return the row keys in scope, ascending."""

    def tally(self, scope: Scope) -> Tally:
        """Count what is in scope."""

    def count(self, scope: Scope) -> int:
        """Count the pieces of feedback in scope, and nothing else."""

    def customers(self, scope: Scope) -> int:
        """Count distinct customers in scope; a piece of feedback without a customer counts as one."""

    def months(self, scope: Scope) -> dict[str, int]:
        """Count the dated pieces in scope by month ("2026-05"); months without any are left out."""

    def weeks(self, scope: Scope) -> dict[int, int]:
        """Count the dated pieces in scope by week, numbered from Monday, 1 January of the year 1 (see `week_of`)."""

    def theme_weeks(self, scope: Scope) -> dict[tuple[str, int], int]:
        """Count the dated pieces in scope by theme and week; a piece counts for each theme that it belongs to."""

    def records(self, scope: Scope) -> Records:
        """Return what is rated in scope, row by row."""

    def voices(self, scope: Scope) -> Voices:
        """Return who said something when, of what is dated and of a known customer in scope."""


class Kept:
    """Results that are kept while they are used, up to a total weight (about the number of rows they hold).

    Threads may share it: two that miss at once both compute, and either result serves.
    """

    def __init__(self, most: int = 3_000_000) -> None:
        self._most = most
        self._held: OrderedDict[object, tuple[object, int]] = OrderedDict()
        self._weight = 0
        self._lock = Lock()

    def get(self, key: object, make: Callable[[], Made]) -> Made:
        """Return what is kept under `key`, made now if it is not."""
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return cast("Made", self._held[key][0])
        made = make()
        weight = 1 + (len(made) if isinstance(made, Sized) else 0)
        with self._lock:
            if key not in self._held:
                self._held[key] = (made, weight)
                self._weight += weight
            while self._weight > self._most and len(self._held) > 1:
                _, (_, freed) = self._held.popitem(last=False)
                self._weight -= freed
        return made


class FactTallies:
    """Counts over `Facts`; what was counted once is kept in `kept`, which belongs to these facts alone."""

    def __init__(self, facts: Facts, kept: Kept | None = None) -> None:
        self.facts = facts
        self.kept = kept or Kept()

    def positions(self, scope: Scope) -> Positions:
        """Return the positions in scope, ascending."""
        return self.kept.get(("positions", scope_key(scope)), lambda: self.facts.select(scope))

    def rows(self, scope: Scope) -> tuple[int, ...]:
        """Return the row keys in scope; the same scope gives the same tuple."""
        return self.kept.get(("rows", scope_key(scope)), lambda: tuple(self.facts.row[self.positions(scope)].tolist()))

    def tally(self, scope: Scope) -> Tally:
        """Count what is in scope."""
        return self.kept.get(("tally", scope_key(scope)), lambda: tally_at(self.facts, self.positions(scope)))

    def count(self, scope: Scope) -> int:
        """Count the pieces of feedback in scope."""
        return len(self.positions(scope))

    def customers(self, scope: Scope) -> int:
        """Count distinct customers in scope."""
        key = ("customers", scope_key(scope))
        return self.kept.get(key, lambda: distinct_customers(self.facts, self.positions(scope)))

    def months(self, scope: Scope) -> dict[str, int]:
        """Count the dated pieces in scope by month."""
        return self.kept.get(("months", scope_key(scope)), lambda: self._months(scope))

    def _months(self, scope: Scope) -> dict[str, int]:
        days, counts = np.unique(self.facts.day[self.positions(scope)], return_counts=True)
        found: dict[str, int] = {}
        for day, count in zip(days.tolist(), counts.tolist(), strict=True):
            if day > 0:
                month = f"{date.fromordinal(day):%Y-%m}"
                found[month] = found.get(month, 0) + count
        return found

    def weeks(self, scope: Scope) -> dict[int, int]:
        """Count the dated pieces in scope by week."""
        return self.kept.get(("weeks", scope_key(scope)), lambda: self._weeks(scope))

    def _weeks(self, scope: Scope) -> dict[int, int]:
        days = self.facts.day[self.positions(scope)]
        weeks, counts = np.unique((days[days > 0] - 1) // 7, return_counts=True)
        return dict(zip(weeks.tolist(), counts.tolist(), strict=True))

    def theme_weeks(self, scope: Scope) -> dict[tuple[str, int], int]:
        """Count the dated pieces in scope by theme and week."""
        return self.kept.get(("theme_weeks", scope_key(scope)), lambda: self._course(scope))

    def records(self, scope: Scope) -> Records:
        """Return what is rated in scope, row by row."""
        return self.kept.get(("records", scope_key(scope)), lambda: self.facts.records(self.positions(scope)))

    def voices(self, scope: Scope) -> Voices:
        """Return who said something when in scope."""
        facts, at = self.facts, self.positions(scope)
        return voices(facts.row[at], facts.customer.codes[at].astype(np.int64), facts.day[at].astype(np.int64))

    def _course(self, scope: Scope) -> dict[tuple[str, int], int]:
        facts = self.facts
        here = np.zeros(len(facts), dtype=bool)
        here[self.positions(scope)] = True
        member = here[facts.theme_position] & (facts.day[facts.theme_position] > 0)
        weeks = (facts.day[facts.theme_position[member]].astype(np.int64) - 1) // 7
        keys, counts = np.unique(facts.theme.codes[member] * _MANY_WEEKS + weeks, return_counts=True)
        cells = zip(keys.tolist(), counts.tolist(), strict=True)
        return {(facts.theme.values[key // _MANY_WEEKS], key % _MANY_WEEKS): count for key, count in cells}


_MANY_WEEKS = 1_000_000


def week_of(day: date) -> int:
    """Return the number of the week, Monday to Sunday, that a day lies in."""
    return (day.toordinal() - 1) // 7


def tally_at(facts: Facts, positions: Positions) -> Tally:
    """Count what stands at these positions."""
    sentiment, day = facts.sentiment[positions], facts.day[positions]
    known = sentiment[~np.isnan(sentiment)]
    dated = day[day > 0]
    assigned = np.zeros(len(facts), dtype=bool)
    assigned[facts.theme_position] = True
    return Tally(
        count=len(positions),
        complaints=int((known <= NEGATIVE).sum()),
        praise=int((known >= POSITIVE).sum()),
        scored=len(known),
        sentiment=float(known.mean()) if len(known) else None,
        undated=len(day) - len(dated),
        unstaged=int((facts.stage.codes[positions] < 0).sum()),
        unassigned=int((~assigned[positions]).sum()),
        first=date.fromordinal(int(dated.min())) if len(dated) else None,
        last=date.fromordinal(int(dated.max())) if len(dated) else None,
    )


def distinct_customers(facts: Facts, positions: Positions) -> int:
    """Count distinct customers, as `Facts.customers` does, without sorting."""
    codes = facts.customer.codes[positions]
    known = codes >= 0
    seen = np.zeros(len(facts.customer.values), dtype=bool)
    seen[codes[known]] = True
    return int(seen.sum()) + int((~known).sum())


def theme_counts(facts: Facts, positions: Positions) -> dict[str, tuple[int, int, int]]:
    """Return (mentions, complaints, praise) of each theme that occurs at these positions; one pass for all themes."""
    here = np.zeros(len(facts), dtype=bool)
    here[positions] = True
    member = here[facts.theme_position]
    codes, sentiment = facts.theme.codes[member], facts.sentiment[facts.theme_position[member]]
    size = len(facts.theme.values)
    columns = [
        np.bincount(codes[chosen], minlength=size).tolist()
        for chosen in (np.ones(len(codes), dtype=bool), sentiment <= NEGATIVE, sentiment >= POSITIVE)
    ]
    counted = zip(facts.theme.values, *columns, strict=True)
    return {theme: (mentions, bad, good) for theme, mentions, bad, good in counted if mentions}


def scope_key(scope: Scope) -> object:
    """Return a key under which equal scopes meet; labels of periods do not matter."""
    period = scope.period
    return (
        (period.start, period.end) if period else None,
        scope.stages, _pairs(scope.filters), _pairs(scope.without), scope.themes, scope.polarity, scope.rating,
        scope.customer, scope.rows, scope.counted,
    )  # fmt: skip


def _pairs(filters: Mapping[str, tuple[str, ...]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(sorted((name, tuple(values)) for name, values in filters.items()))
