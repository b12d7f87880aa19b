"""Tallies by SQL: the independent twin of `FactTallies`, by which every number of an answer is recomputed."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlite_utils import Database

from knowledge.feedback import NEGATIVE, POSITIVE
from knowledge.scope import Scope
from knowledge.store.scope_sql import where
from knowledge.tally import Tally, scope_key

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


class SqlTallies:
    """Counts by SQL; what was counted once is kept as long as this object lives (one answer)."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._rows: dict[object, tuple[int, ...]] = {}
        self._tallies: dict[object, Tally] = {}
        self._counts: dict[object, int] = {}

    def rows(self, scope: Scope) -> tuple[int, ...]:
        """Return the row keys in scope, ascending."""
        key = scope_key(scope)
        if key not in self._rows:
            condition, parameters = where(scope)
            found = self._db.execute(f"SELECT f.row {_FROM} {condition} ORDER BY f.row", parameters).fetchall()
            self._rows[key] = tuple([row for (row,) in found])
        return self._rows[key]

    def tally(self, scope: Scope) -> Tally:
        """Count what is in scope."""
        key = scope_key(scope)
        if key not in self._tallies:
            self._tallies[key] = self._count_all(scope)
        return self._tallies[key]

    def count(self, scope: Scope) -> int:
        """Count the pieces of feedback in scope."""
        key = scope_key(scope)
        if key in self._rows:
            return len(self._rows[key])
        if key not in self._counts:
            condition, parameters = where(scope)
            self._counts[key] = int(self._db.execute(f"SELECT count(*) {_FROM} {condition}", parameters).fetchone()[0])
        return self._counts[key]

    def unassigned(self, scope: Scope) -> int:
        """Count the pieces in scope that belong to no theme."""
        condition, parameters = where(scope)
        themed = "EXISTS (SELECT 1 FROM points p WHERE p.feedback = f.row AND p.theme IS NOT NULL)"
        sql = f"SELECT count(*) {_FROM} {condition} AND NOT {themed}"
        return int(self._db.execute(sql, parameters).fetchone()[0])

    def months(self, scope: Scope) -> dict[str, int]:
        """Count the dated pieces in scope by month."""
        condition, parameters = where(scope)
        sql = f"SELECT f.day, count(*) {_FROM} {condition} AND f.day > 0 GROUP BY f.day ORDER BY f.day"
        found: dict[str, int] = {}
        for day, count in self._db.execute(sql, parameters):
            month = f"{date.fromordinal(day):%Y-%m}"
            found[month] = found.get(month, 0) + count
        return found

    def weeks(self, scope: Scope) -> dict[int, int]:
        """Count the dated pieces in scope by week."""
        condition, parameters = where(scope)
        sql = f"SELECT (f.day - 1) / 7, count(*) {_FROM} {condition} AND f.day > 0 GROUP BY 1"
        return dict(self._db.execute(sql, parameters).fetchall())

    def theme_weeks(self, scope: Scope) -> dict[tuple[str, int], int]:
        """Count the dated pieces in scope by theme and week."""
        condition, parameters = where(scope)
        # With many points per piece DISTINCT matters: it counts once for a theme, however often it mentions it.
        sql = f"""
            SELECT p.theme, (f.day - 1) / 7, count(DISTINCT f.row) FROM points p JOIN feedback f ON f.row = p.feedback
            LEFT JOIN derived d ON d.feedback = f.row
            WHERE p.theme IS NOT NULL AND f.day > 0 AND {condition} GROUP BY 1, 2"""
        return {(theme, week): count for theme, week, count in self._db.execute(sql, parameters)}

    def spans(self, rows: Sequence[int]) -> list[Span]:
        """Return the points of these rows, by row and n."""
        sql = """SELECT feedback, n, start, stop, theme, text_hash FROM points
            WHERE feedback IN (SELECT value FROM json_each(?)) ORDER BY feedback, n"""
        names = ("row", "n", "start", "end", "theme", "text_hash")
        cursor = self._db.execute(sql, [json.dumps([int(row) for row in rows])])
        return [Span(**dict(zip(names, row, strict=True))) for row in cursor]

    def _count_all(self, scope: Scope) -> Tally:
        condition, parameters = where(scope)
        sql = f"""SELECT count(*), count(DISTINCT f.customer), coalesce(sum(f.customer IS NULL), 0),
            coalesce(sum(d.sentiment <= ?), 0), coalesce(sum(d.sentiment >= ?), 0), count(d.sentiment),
            avg(d.sentiment), coalesce(sum(f.day = 0), 0), coalesce(sum(d.stage IS NULL), 0),
            min(nullif(f.day, 0)), max(nullif(f.day, 0)) {_FROM} {condition}"""
        found = self._db.execute(sql, [NEGATIVE, POSITIVE, *parameters]).fetchone()
        count, named, nameless, bad, good, scored, mean, undated, unstaged, first, last = found
        return Tally(
            count=count, customers=named + nameless, complaints=bad, praise=good, scored=scored, sentiment=mean,
            undated=undated, unstaged=unstaged, first=date.fromordinal(first) if first else None,
            last=date.fromordinal(last) if last else None,
        )  # fmt: skip
