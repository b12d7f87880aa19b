"""Corrections of stages by people, and the columns that staging works on."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from knowledge.corrections import Correction, settled
from knowledge.store.meta import bump


@dataclass(frozen=True, kw_only=True, eq=False)
class StageColumns:
    """What staging needs of all feedback of which something has been concluded, by ascending row.

    `evidence` are the bytes of float16 probabilities or None, `given` what the source named, `theme` the main theme;
    `stage`, `confidence` and `by` are what stands in the file now.
    """

    row: NDArray[np.int64]
    evidence: Sequence[bytes | None]
    given: Sequence[str | None]
    theme: Sequence[str | None]
    stage: Sequence[str | None]
    confidence: Sequence[float | None]
    by: Sequence[str | None]


class CorrectionRows:
    """Adds corrections and reads them; nothing is ever altered or removed, except with the feedback it is about."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, correction: Correction) -> Correction:
        """Add a correction and return it under its number."""
        sql = """INSERT INTO corrections (kind, at, actor, stage, theme, hoped, undoes)
            VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING number"""
        values = [
            correction.kind, correction.at.isoformat(), correction.actor, correction.stage, correction.theme,
            correction.hoped, correction.undoes,
        ]  # fmt: skip
        with self._db.atomic():
            number = int(self._db.execute(sql, values).fetchone()[0])
            self._db.conn.executemany(
                "INSERT INTO correction_rows (correction, feedback) VALUES (?, ?)",
                [(number, row) for row in correction.rows],
            )
        return next(kept for kept in self.all() if kept.number == number)

    def all(self) -> list[Correction]:
        """Return every correction in order, with `undone` worked out."""
        rows: dict[int, list[int]] = {}
        sql = "SELECT correction, feedback FROM correction_rows ORDER BY correction, feedback"
        for number, row in self._db.execute(sql):
            rows.setdefault(number, []).append(row)
        sql = "SELECT number, kind, at, actor, stage, theme, hoped, undoes FROM corrections ORDER BY number"
        return settled(
            Correction(
                number=number, kind=kind, at=datetime.fromisoformat(at), actor=actor, stage=stage, theme=theme,
                hoped=hoped, undoes=undoes, rows=tuple(rows.get(number, ())),
            )
            for number, kind, at, actor, stage, theme, hoped, undoes in self._db.execute(sql)
        )  # fmt: skip

    def columns(self, *, every: int = 1, also: Sequence[int] = ()) -> StageColumns:
        """Read what staging needs; about three seconds per million.

        Above 1, `every` reads about one row in so many, scattered but always the same ones, and those of `also`.
        """
        sql = """SELECT d.feedback, d.evidence, f.stage, d.theme, d.stage, d.stage_confidence, d.staged_by
            FROM derived d JOIN feedback f ON f.row = d.feedback {} ORDER BY d.feedback"""
        # Knuth's multiplicative hash: feedback that comes in turns from several sources is drawn from all of them.
        where = """WHERE (d.feedback * 2654435761) & 4294967295 < 4294967296 / ?
            OR d.feedback IN (SELECT value FROM json_each(?))"""
        wanted = [every, json.dumps(list(also))] if every > 1 else []
        rows = self._db.execute(sql.format(where if every > 1 else ""), wanted).fetchall()
        row, evidence, given, theme, stage, sure, by = zip(*rows, strict=True) if rows else [()] * 7
        return StageColumns(
            row=np.array(row, dtype=np.int64), evidence=evidence, given=given, theme=theme, stage=stage,
            confidence=sure, by=by,
        )  # fmt: skip

    def decided_by(self) -> dict[tuple[str | None, str], int]:
        """Count what has been concluded by (main theme, who decided on the stage)."""
        sql = "SELECT theme, coalesce(staged_by, ''), count(*) FROM derived GROUP BY 1, 2"
        return {(theme, by): count for theme, by, count in self._db.execute(sql)}

    def segment_values(self, name: str) -> list[str]:
        """Return every distinct value of a segment, in order."""
        sql = "SELECT DISTINCT value FROM segments WHERE name = ? ORDER BY value"
        return [value for (value,) in self._db.execute(sql, [name])]

    def rows_with(self, name: str, value: str) -> list[int]:
        """Return the rows with this value of a segment, ascending."""
        sql = "SELECT feedback FROM segments WHERE name = ? AND value = ? ORDER BY feedback"
        return [row for (row,) in self._db.execute(sql, [name, value])]

    def write(self, rows: Sequence[tuple[int, str | None, float, str]]) -> None:
        """Write (row, stage, confidence, staged by) of these rows, in one transaction."""
        sql = "UPDATE derived SET stage = ?, stage_confidence = ?, staged_by = ? WHERE feedback = ?"
        with self._db.atomic():
            self._db.conn.executemany(sql, [(stage, sure, by, row) for row, stage, sure, by in rows])
            if rows:
                bump(self._db)
