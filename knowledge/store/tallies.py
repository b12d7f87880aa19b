"""Tallies by SQL: the independent twin of `FactTallies`, by which every number of an answer is recomputed."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from knowledge.feedback import NEGATIVE, POSITIVE
from knowledge.periods import Period
from knowledge.scope import Scope
from knowledge.store.scope_sql import where
from knowledge.tally import Kept, Tally, scope_key

_FROM = "FROM feedback f LEFT JOIN derived d ON d.feedback = f.row WHERE"


@dataclass(frozen=True, kw_only=True)
class Span:
    """Point `n` of the feedback `row`: the characters `[start, end)` of its text, its theme and its text's hash."""

    row: int
    n: int
    start: int
    end: int
    theme: str | None
    text_hash: str


@dataclass(frozen=True, kw_only=True, eq=False)
class _Columns:
    """The rows of a narrow scope over all time, read once: each of its periods is counted from these.

    `sentiment` is NaN where unknown, `customer` a code (-1: none), `staged` and `themed` say whether there is one.
    """

    row: NDArray[np.int64]
    day: NDArray[np.int64]
    customer: NDArray[np.int64]
    sentiment: NDArray[np.float64]
    staged: NDArray[np.bool_]
    themed: NDArray[np.bool_]

    def __len__(self) -> int:
        return 6 * len(self.row)

    def within(self, period: Period | None) -> "_Columns":
        """Return the rows of this period only."""
        if period is None:
            return self
        keep = self.day > 0
        if period.start:
            keep &= self.day >= period.start.toordinal()
        if period.end:
            keep &= self.day < period.end.toordinal()
        return _Columns(
            row=self.row[keep], day=self.day[keep], customer=self.customer[keep], sentiment=self.sentiment[keep],
            staged=self.staged[keep], themed=self.themed[keep],
        )  # fmt: skip


@contextmanager
def reading(db: Database) -> Iterator[None]:
    """See one state of the file throughout, whatever others write meanwhile (a WAL reader's snapshot)."""
    db.conn.execute("BEGIN")
    try:
        yield
    finally:
        db.conn.rollback()


class SqlTallies:
    """Counts by SQL; what was counted once is kept in `kept`, which belongs to one revision of the file alone.

    Wide scopes are counted by SQL itself. Of narrow ones (a theme, a customer, what a search found) the rows are read
    once for all periods that are asked about.
    """

    def __init__(self, db: Database, kept: Kept | None = None) -> None:
        self._db = db
        self.kept = kept or Kept()

    def rows(self, scope: Scope) -> tuple[int, ...]:
        """Return the row keys in scope, ascending."""
        return self.kept.get(("rows", scope_key(scope)), lambda: self._make_rows(scope))

    def tally(self, scope: Scope) -> Tally:
        """Count what is in scope."""
        return self.kept.get(
            ("tally", scope_key(scope)),
            lambda: _tally(self._narrow(scope)) if narrow(scope) else self._read_tally(scope),
        )

    def count(self, scope: Scope) -> int:
        """Count the pieces of feedback in scope."""
        if narrow(scope):
            return len(self._narrow(scope).row)
        return self.kept.get(("count", scope_key(scope)), lambda: self._one("count(*)", scope))

    def customers(self, scope: Scope) -> int:
        """Count distinct customers in scope; a piece of feedback without a customer counts as one."""
        if narrow(scope):
            codes = self._narrow(scope).customer
            return len(np.unique(codes[codes >= 0])) + int((codes < 0).sum())
        distinct = "count(DISTINCT f.customer) + coalesce(sum(f.customer IS NULL), 0)"
        return self.kept.get(("customers", scope_key(scope)), lambda: self._one(distinct, scope))

    def months(self, scope: Scope) -> dict[str, int]:
        """Count the dated pieces in scope by month."""
        found: dict[str, int] = {}
        for day, count in self._days(scope).items():
            month = f"{date.fromordinal(day):%Y-%m}"
            found[month] = found.get(month, 0) + count
        return found

    def weeks(self, scope: Scope) -> dict[int, int]:
        """Count the dated pieces in scope by week."""
        found: dict[int, int] = {}
        for day, count in self._days(scope).items():
            found[(day - 1) // 7] = found.get((day - 1) // 7, 0) + count
        return found

    def theme_weeks(self, scope: Scope) -> dict[tuple[str, int], int]:
        """Count the dated pieces in scope by theme and week."""
        return self.kept.get(("theme_weeks", scope_key(scope)), lambda: self._read_theme_weeks(scope))

    def _read_theme_weeks(self, scope: Scope) -> dict[tuple[str, int], int]:
        condition, parameters = where(scope)
        # A piece counts once for a theme, however many of its points belong to it.
        sql = f"""
            SELECT p.theme, (f.day - 1) / 7, count(*)
            FROM (SELECT DISTINCT theme, feedback FROM points WHERE theme IS NOT NULL) p
            CROSS JOIN feedback f ON f.row = p.feedback LEFT JOIN derived d ON d.feedback = f.row
            WHERE f.day > 0 AND {condition} GROUP BY 1, 2"""
        return {(theme, week): n for theme, week, n in self._db.execute(sql, parameters)}

    def spans(self, rows: Sequence[int]) -> list[Span]:
        """Return the points of these rows, by row and n."""
        sql = """SELECT feedback, n, start, stop, theme, text_hash FROM points
            WHERE feedback IN (SELECT value FROM json_each(?)) ORDER BY feedback, n"""
        names = ("row", "n", "start", "end", "theme", "text_hash")
        cursor = self._db.execute(sql, [json.dumps([int(row) for row in rows])])
        return [Span(**dict(zip(names, row, strict=True))) for row in cursor]

    def _days(self, scope: Scope) -> dict[int, int]:
        return self.kept.get(("days", scope_key(scope)), lambda: self._read_days(scope))

    def _read_days(self, scope: Scope) -> dict[int, int]:
        if narrow(scope):
            days = self._narrow(scope).day
            found, counts = np.unique(days[days > 0], return_counts=True)
            return dict(zip(found.tolist(), counts.tolist(), strict=True))
        condition, parameters = where(scope)
        sql = f"SELECT f.day, count(*) {_FROM} f.day > 0 AND {condition} GROUP BY 1 ORDER BY 1"
        return dict(self._db.execute(sql, parameters).fetchall())

    def _one(self, what: str, scope: Scope) -> int:
        condition, parameters = where(scope)
        return int(self._db.execute(f"SELECT {what} {_FROM} {condition}", parameters).fetchone()[0])

    def _make_rows(self, scope: Scope) -> tuple[int, ...]:
        if narrow(scope):
            return tuple(self._narrow(scope).row.tolist())
        condition, parameters = where(scope)
        found = self._db.execute(f"SELECT f.row {_FROM} {condition} ORDER BY f.row", parameters).fetchall()
        return tuple([row for (row,) in found])

    def _narrow(self, scope: Scope) -> _Columns:
        ever = scope.on(period=None)
        return self.kept.get(("columns", scope_key(ever)), lambda: self._read_columns(ever)).within(scope.period)

    def _read_columns(self, scope: Scope) -> _Columns:
        condition, parameters = where(scope)
        sql = f"""SELECT f.row, f.day, f.customer, d.sentiment, d.stage IS NOT NULL, d.theme IS NOT NULL
            {_FROM} {condition} ORDER BY f.row"""
        return _columns(self._db.execute(sql, parameters).fetchall())

    def _read_tally(self, scope: Scope) -> Tally:
        condition, parameters = where(scope)
        sql = f"""SELECT count(*), coalesce(sum(d.sentiment <= ?), 0), coalesce(sum(d.sentiment >= ?), 0),
            count(d.sentiment), avg(d.sentiment), coalesce(sum(f.day = 0), 0), count(d.stage), count(d.theme),
            min(nullif(f.day, 0)), max(nullif(f.day, 0)) {_FROM} {condition}"""
        found = self._db.execute(sql, [NEGATIVE, POSITIVE, *parameters]).fetchone()
        count, bad, good, scored, mean, undated, staged, themed, first, last = found
        return Tally(
            count=count, complaints=bad, praise=good, scored=scored, sentiment=mean, undated=undated,
            unstaged=count - staged, unassigned=count - themed, first=_day(first), last=_day(last),
        )  # fmt: skip


def narrow(scope: Scope) -> bool:
    """Return whether a scope is bound to hold few rows, so that reading them once beats counting them often."""
    return bool(scope.themes or scope.customer or scope.rows is not None)


def _columns(rows: Sequence[tuple[int, int, str | None, float | None, int, int]]) -> _Columns:
    row, day, customer, sentiment, staged, themed = zip(*rows, strict=True) if rows else ((),) * 6
    codes: dict[str | None, int] = {None: -1}
    for name in customer:
        codes.setdefault(name, len(codes))
    return _Columns(
        row=np.array(row, dtype=np.int64),
        day=np.array(day, dtype=np.int64),
        customer=np.array([codes[name] for name in customer], dtype=np.int64),
        sentiment=np.array([np.nan if value is None else value for value in sentiment], dtype=np.float64),
        staged=np.array(staged, dtype=bool),
        themed=np.array(themed, dtype=bool),
    )


def _tally(columns: _Columns) -> Tally:
    known = columns.sentiment[~np.isnan(columns.sentiment)]
    dated = columns.day[columns.day > 0]
    return Tally(
        count=len(columns.row),
        complaints=int((known <= NEGATIVE).sum()),
        praise=int((known >= POSITIVE).sum()),
        scored=len(known),
        sentiment=float(known.mean()) if len(known) else None,
        undated=len(columns.day) - len(dated),
        unstaged=int((~columns.staged).sum()),
        unassigned=int((~columns.themed).sum()),
        first=_day(int(dated.min())) if len(dated) else None,
        last=_day(int(dated.max())) if len(dated) else None,
    )


def _day(ordinal: int | None) -> date | None:
    return date.fromordinal(ordinal) if ordinal else None
