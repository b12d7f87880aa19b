"""The ledger: what happened to themes, what people decided about them, and what the runs found before that."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from knowledge.themes import ThemeEdit, ThemeEvent, settled

_EVENTS = "SELECT number, theme, kind, at, actor, detail, edit FROM theme_events"


class LedgerRows:
    """Adds to the ledger and reads it; nothing in it is ever altered or removed."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def record(self, events: Sequence[ThemeEvent], *, edit: int | None = None) -> None:
        """Add these events in order, under numbers of the ledger's own; `edit` is the decision behind them."""
        rows = [(e.theme_id, e.kind, e.at.isoformat(), e.actor, json.dumps(e.detail), edit) for e in events]
        sql = "INSERT INTO theme_events (theme, kind, at, actor, detail, edit) VALUES (?, ?, ?, ?, ?, ?)"
        with self._db.atomic():
            self._db.conn.executemany(sql, rows)

    def history(self, theme_id: str) -> list[ThemeEvent]:
        """Return what happened to a theme, oldest first; what was taken back is marked `undone`."""
        return self._events(f"{_EVENTS} WHERE theme = ? ORDER BY number", [theme_id])

    def events(self, kinds: Sequence[str] = ()) -> list[ThemeEvent]:
        """Return what happened to all themes, oldest first; only events of these kinds where some are named."""
        condition = "WHERE kind IN (SELECT value FROM json_each(?))" if kinds else ""
        return self._events(f"{_EVENTS} {condition} ORDER BY number", [json.dumps(list(kinds))] if kinds else [])

    def add_edit(self, edit: ThemeEdit) -> ThemeEdit:
        """Add a decision and return it under its number."""
        sql = """INSERT INTO theme_edits (kind, at, actor, themes, feedback, text, upto, undoes)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING number"""
        values = [
            edit.kind, edit.at.isoformat(), edit.actor, json.dumps(edit.themes), json.dumps(edit.feedback),
            edit.text, edit.upto, edit.undoes,
        ]  # fmt: skip
        with self._db.atomic():
            number = int(self._db.execute(sql, values).fetchone()[0])
        return next(kept for kept in self.edits() if kept.number == number)

    def undo(self, number: int, *, actor: str, at: datetime) -> ThemeEdit:
        """Take a decision back, by adding one that says so."""
        return self.add_edit(ThemeEdit(number=0, kind="undo", at=at, actor=actor, undoes=number))

    def edits(self) -> list[ThemeEdit]:
        """Return every decision in order, with `undone` worked out."""
        rows = self._db.execute(
            "SELECT number, kind, at, actor, themes, feedback, text, upto, undoes FROM theme_edits ORDER BY number"
        )
        return settled(map(_edit, rows))

    def highest_row(self) -> int:
        """Return the highest row of feedback there is; 0 where there is none."""
        return int(self._db.execute("SELECT coalesce(max(row), 0) FROM feedback").fetchone()[0])

    def _events(self, sql: str, values: list[Any]) -> list[ThemeEvent]:
        undone = {edit.number for edit in self.edits() if edit.undone}
        return [_event(row, undone) for row in self._db.execute(sql, values)]


class FoundRows:
    """What the runs found: a theme's number per point, before people's edits are laid over it.

    A point not yet looked at has none; -1 is one that was looked at and fits no theme.
    """

    def __init__(self, db: Database) -> None:
        self._db = db

    def all(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return (row, n, number) of every point, ordered by row and n; -1 also for those not yet looked at."""
        rows = self._db.execute("SELECT feedback, n, coalesce(found, -1) FROM points ORDER BY feedback, n").fetchall()
        table = np.array(rows, dtype=np.int64).reshape(len(rows), 3)
        return table[:, 0], table[:, 1], table[:, 2]

    def waiting(self) -> list[tuple[int, int, str]]:
        """Return (row, n, text hash) of the points that no run has looked at, ordered by row and n."""
        sql = "SELECT feedback, n, text_hash FROM points WHERE found IS NULL ORDER BY feedback, n"
        return [(int(row), int(n), str(key)) for row, n, key in self._db.execute(sql)]

    def of_rows(self, rows: Sequence[int]) -> list[tuple[int, int, str, int]]:
        """Return (row, n, text hash, number) of the points of these pieces of feedback that were looked at."""
        sql = """SELECT feedback, n, text_hash, found FROM points
            WHERE feedback IN (SELECT value FROM json_each(?)) AND found IS NOT NULL ORDER BY feedback, n"""
        return list(self._db.execute(sql, [json.dumps([int(row) for row in rows])]))

    def unassigned(self) -> int:
        """Count the points that were looked at and fit no theme."""
        return int(self._db.execute("SELECT count(*) FROM points WHERE found = -1").fetchone()[0])

    def set(self, points: Sequence[tuple[int, int]], numbers: Sequence[int]) -> None:
        """Write what a run found for these points (row, n)."""
        values = [(int(number), int(row), int(n)) for (row, n), number in zip(points, numbers, strict=True)]
        with self._db.atomic():
            self._db.conn.executemany("UPDATE points SET found = ? WHERE feedback = ? AND n = ?", values)

    def examples(self) -> tuple[list[str], NDArray[np.int64]]:
        """Return the texts (hashes) that stand for the themes when new ones are assigned, and their themes."""
        rows = self._db.execute("SELECT text_hash, theme FROM theme_examples ORDER BY number").fetchall()
        return [str(key) for key, _ in rows], np.array([theme for _, theme in rows], dtype=np.int64)

    def set_examples(self, points: Sequence[tuple[int, int]]) -> None:
        """Let these points (row, n), with what was found for them, stand for the themes from now on."""
        sql = """INSERT INTO theme_examples (text_hash, theme)
            SELECT text_hash, coalesce(found, -1) FROM points WHERE feedback = ? AND n = ?"""
        with self._db.atomic():
            self._db.execute("DELETE FROM theme_examples")
            self._db.conn.executemany(sql, [(int(row), int(n)) for row, n in points])


def _event(row: Sequence[Any], undone: set[int]) -> ThemeEvent:
    number, theme, kind, at, actor, detail, edit = row
    return ThemeEvent(
        number=number, theme_id=theme, kind=kind, at=datetime.fromisoformat(at), actor=actor,
        detail=json.loads(detail), undone=edit in undone,
    )  # fmt: skip


def _edit(row: Sequence[Any]) -> ThemeEdit:
    number, kind, at, actor, themes, feedback, text, upto, undoes = row
    return ThemeEdit(
        number=number, kind=kind, at=datetime.fromisoformat(at), actor=actor, themes=tuple(json.loads(themes)),
        feedback=tuple(json.loads(feedback)), text=text, upto=upto, undoes=undoes,
    )  # fmt: skip
