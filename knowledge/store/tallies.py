"""Tallies by SQL: the independent twin of `FactTallies`, by which every number of an answer is recomputed."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from knowledge.facts import Records, Voices, voices
from knowledge.feedback import NEGATIVE, POSITIVE
from knowledge.periods import Period
from knowledge.scope import Scope
from knowledge.store.records import read_records
from knowledge.store.scope_sql import where
from knowledge.tally import Kept, Tally, scope_key

_FROM = "FROM feedback f LEFT JOIN derived d ON d.feedback = f.row"

_MANY_WEEKS = 1_000_000

Places = NDArray[np.int64]
"""Where rows stand on the board, ascending."""


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
class _Board:
    """What is counted of each row of the file, by ascending row key, read once for a revision.

    `sentiment` is NaN where unknown, `day` 0, `customer` a code (-1: none); `staged` and `themed` say whether a row has
    a stage and a theme.
    """

    row: NDArray[np.int64]
    day: NDArray[np.int64]
    customer: NDArray[np.int64]
    sentiment: NDArray[np.float64]
    staged: NDArray[np.bool_]
    themed: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.row)

    def places(self, rows: Sequence[int]) -> Places:
        """Return where those of these rows stand that the file holds."""
        wanted = np.unique(np.array(rows, dtype=np.int64))
        return np.flatnonzero(np.isin(self.row, wanted, assume_unique=True))

    def within(self, period: Period) -> NDArray[np.bool_]:
        """Return which rows are dated and lie in the period."""
        inside = self.day > 0
        if period.start:
            inside &= self.day >= period.start.toordinal()
        if period.end:
            inside &= self.day < period.end.toordinal()
        return inside

    def days(self, places: Places) -> tuple[list[int], list[int]]:
        """Return the days on which something was said, ascending, and how many pieces on each."""
        day = self.day[places]
        found, counts = np.unique(day[day > 0], return_counts=True)
        return found.tolist(), counts.tolist()


@contextmanager
def reading(db: Database) -> Iterator[None]:
    """See one state of the file throughout, whatever others write meanwhile (a WAL reader's snapshot)."""
    db.conn.execute("BEGIN")
    try:
        yield
    finally:
        db.conn.rollback()


class SqlTallies:
    """Counts from what SQL says; what was read once is kept in `kept`, which belongs to one revision of the file alone.

    A scope is the meeting of its conditions. The rows that meet one condition are read by one statement, and kept: a
    stage, a channel or a theme comes back in many scopes, each with several periods, and would be scanned for anew.
    """

    def __init__(self, db: Database, kept: Kept | None = None) -> None:
        self._db = db
        self.kept = kept or Kept()

    def warm_up(self) -> None:
        """Read what every count needs, so that the first answer does not wait for it."""
        self._places(Scope())
        self._members()

    def rows(self, scope: Scope) -> tuple[int, ...]:
        """Return the row keys in scope, ascending."""
        return self.kept.get(("rows", scope_key(scope)), lambda: tuple(self._board().row[self._places(scope)].tolist()))

    def tally(self, scope: Scope) -> Tally:
        """Count what is in scope."""
        return self.kept.get(("tally", scope_key(scope)), lambda: _tally(self._board(), self._places(scope)))

    def count(self, scope: Scope) -> int:
        """Count the pieces of feedback in scope."""
        return len(self._places(scope))

    def customers(self, scope: Scope) -> int:
        """Count distinct customers in scope; a piece of feedback without a customer counts as one."""
        codes = self._board().customer[self._places(scope)]
        seen = np.zeros(int(codes.max(initial=-1)) + 2, dtype=bool)
        seen[codes] = True  # those of nobody fall on the last place
        return int(seen[:-1].sum()) + int((codes < 0).sum())

    def months(self, scope: Scope) -> dict[str, int]:
        """Count the dated pieces in scope by month."""
        found: dict[str, int] = {}
        for day, count in zip(*self._board().days(self._places(scope)), strict=True):
            month = f"{date.fromordinal(day):%Y-%m}"
            found[month] = found.get(month, 0) + count
        return found

    def weeks(self, scope: Scope) -> dict[int, int]:
        """Count the dated pieces in scope by week."""
        found: dict[int, int] = {}
        for day, count in zip(*self._board().days(self._places(scope)), strict=True):
            found[(day - 1) // 7] = found.get((day - 1) // 7, 0) + count
        return found

    def theme_weeks(self, scope: Scope) -> dict[tuple[str, int], int]:
        """Count the dated pieces in scope by theme and week."""
        return self.kept.get(("theme_weeks", scope_key(scope)), lambda: self._count_theme_weeks(scope))

    def records(self, scope: Scope) -> Records:
        """Return what is rated in scope, row by row."""
        return self.kept.get(("records", scope_key(scope)), lambda: read_records(self._db, self.rows(scope)))

    def voices(self, scope: Scope) -> Voices:
        """Return who said something when in scope."""
        board, at = self._board(), self._places(scope)
        return voices(board.row[at], board.customer[at], board.day[at])

    def spans(self, rows: Sequence[int]) -> list[Span]:
        """Return the points of these rows, by row and n."""
        sql = """SELECT feedback, n, start, stop, theme, text_hash FROM points
            WHERE feedback IN (SELECT value FROM json_each(?)) ORDER BY feedback, n"""
        names = ("row", "n", "start", "end", "theme", "text_hash")
        cursor = self._db.execute(sql, [json.dumps([int(row) for row in rows])])
        return [Span(**dict(zip(names, row, strict=True))) for row in cursor]

    def _places(self, scope: Scope) -> Places:
        return self.kept.get(("places", scope_key(scope)), lambda: self._meet(scope))

    def _meet(self, scope: Scope) -> Places:
        board = self._board()
        meets = board.within(scope.period) if scope.period else np.ones(len(board), dtype=bool)
        if scope.polarity:
            meets &= board.sentiment <= NEGATIVE if scope.polarity == "complaint" else board.sentiment >= POSITIVE
        for condition in _conditions(scope):
            only = np.zeros(len(board), dtype=bool)
            only[self.kept.get(("condition", scope_key(condition)), partial(self._read, condition))] = True
            meets &= only
        if scope.themes:
            names, codes, places = self._members()
            only = np.zeros(len(board), dtype=bool)
            only[places[np.isin(codes, [code for code, name in enumerate(names) if name in scope.themes])]] = True
            meets &= only
        if scope.rows is not None:
            only = np.zeros(len(board), dtype=bool)
            only[board.places(scope.rows)] = True
            meets &= only
        return np.flatnonzero(meets)

    def _read(self, scope: Scope) -> Places:
        condition, parameters = where(scope)
        found = self._db.execute(f"SELECT f.row {_FROM} WHERE {condition}", parameters).fetchall()
        return self._board().places([row for (row,) in found])

    def _board(self) -> _Board:
        return self.kept.get("board", self._read_board)

    def _read_board(self) -> _Board:
        sql = f"""SELECT f.row, f.day, f.customer, d.sentiment, d.stage IS NOT NULL, d.theme IS NOT NULL
            {_FROM} ORDER BY f.row"""
        return _board_of(self._db.execute(sql).fetchall())

    def _count_theme_weeks(self, scope: Scope) -> dict[tuple[str, int], int]:
        board, (names, codes, places) = self._board(), self._members()
        here = np.zeros(len(board), dtype=bool)
        here[self._places(scope)] = True
        chosen = here[places] & (board.day[places] > 0)
        weeks = (board.day[places[chosen]] - 1) // 7
        keys, counts = np.unique(codes[chosen] * _MANY_WEEKS + weeks, return_counts=True)
        cells = zip(keys.tolist(), counts.tolist(), strict=True)
        return {(names[key // _MANY_WEEKS], key % _MANY_WEEKS): count for key, count in cells}

    def _members(self) -> tuple[list[str], Places, Places]:
        return self.kept.get("members", self._read_members)

    def _read_members(self) -> tuple[list[str], Places, Places]:
        """Return themes, and the code of a theme with the place of a row for each pair of them."""
        # A piece counts once for a theme, however many of its points belong to it.
        found = self._db.execute("SELECT DISTINCT theme, feedback FROM points WHERE theme IS NOT NULL").fetchall()
        place = {row: i for i, row in enumerate(self._board().row.tolist())}
        code = {name: i for i, name in enumerate(sorted({theme for theme, _ in found}))}
        pairs = np.array([(code[theme], place[row]) for theme, row in found if row in place], dtype=np.int64)
        codes, places = pairs.reshape(-1, 2).T
        return [*code], codes, places


def _conditions(scope: Scope) -> Iterator[Scope]:
    """Yield the conditions that SQL is asked about one by one; period, themes, polarity and `rows` are on the board."""
    every = Scope(counted=False)
    if scope.counted:
        yield Scope()
    if scope.stages:
        yield every.on(stages=scope.stages)
    yield from (every.on(filters={name: values}) for name, values in scope.filters.items())
    yield from (every.on(without={name: values}) for name, values in scope.without.items())
    if scope.rating:
        yield every.on(rating=scope.rating)
    if scope.customer:
        yield every.on(customer=scope.customer)


def _board_of(rows: Sequence[tuple[int, int, str | None, float | None, int, int]]) -> _Board:
    row, day, customer, sentiment, staged, themed = zip(*rows, strict=True) if rows else ((),) * 6
    codes: dict[str | None, int] = {None: -1}
    for name in customer:
        codes.setdefault(name, len(codes))
    return _Board(
        row=np.array(row, dtype=np.int64),
        day=np.array(day, dtype=np.int64),
        customer=np.array([codes[name] for name in customer], dtype=np.int64),
        sentiment=np.array([np.nan if value is None else value for value in sentiment], dtype=np.float64),
        staged=np.array(staged, dtype=bool),
        themed=np.array(themed, dtype=bool),
    )


def _tally(board: _Board, places: Places) -> Tally:
    sentiment, day = board.sentiment[places], board.day[places]
    known, dated = sentiment[~np.isnan(sentiment)], day[day > 0]
    return Tally(
        count=len(places),
        complaints=int((known <= NEGATIVE).sum()),
        praise=int((known >= POSITIVE).sum()),
        scored=len(known),
        sentiment=float(known.mean()) if len(known) else None,
        undated=len(day) - len(dated),
        unstaged=int((~board.staged[places]).sum()),
        unassigned=int((~board.themed[places]).sum()),
        first=_day(int(dated.min())) if len(dated) else None,
        last=_day(int(dated.max())) if len(dated) else None,
    )


def _day(ordinal: int | None) -> date | None:
    return date.fromordinal(ordinal) if ordinal else None
