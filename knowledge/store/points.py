"""Points: the parts of a text that stand for themselves, and the theme that each belongs to."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from knowledge.feedback import Point, text_hash
from knowledge.store.meta import bump


@dataclass(frozen=True, kw_only=True)
class PointRow:
    """Point `n` of the feedback `row`, with the theme it belongs to (None: unassigned) and how well (0..1)."""

    row: int
    n: int
    theme: str | None
    strength: float | None = None


class PointRows:
    """Reads and writes points."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def rows_without(self) -> list[int]:
        """Return the rows of feedback whose text has not been split into points yet."""
        sql = """SELECT f.row FROM feedback f LEFT JOIN points p ON p.feedback = f.row
            WHERE p.feedback IS NULL ORDER BY f.row"""
        return [row for (row,) in self._db.execute(sql)]

    def add(self, points: Iterable[tuple[int, Sequence[Point]]]) -> None:
        """Write the points of each row of feedback, in one transaction."""
        values = [
            (row, n, point.start, point.end, text_hash(point.text))
            for row, its_points in points
            for n, point in enumerate(its_points)
        ]
        with self._db.atomic():
            self._db.conn.executemany(
                "INSERT OR REPLACE INTO points (feedback, n, start, stop, text_hash) VALUES (?, ?, ?, ?, ?)", values
            )

    def texts(self, hashes: Sequence[str]) -> dict[str, str]:
        """Return the words behind each hash."""
        sql = """
            SELECT p.text_hash, substr(t.text, p.start + 1, p.stop - p.start) FROM points p
            JOIN texts t ON t.feedback = p.feedback WHERE p.text_hash IN (SELECT value FROM json_each(?))"""
        return dict(self._db.execute(sql, [json.dumps(list(hashes))]).fetchall())

    def all(self) -> list[PointRow]:
        """Return every point with its theme, ordered by row and n."""
        sql = "SELECT feedback, n, theme, strength FROM points ORDER BY feedback, n"
        return [PointRow(row=r, n=n, theme=theme, strength=s) for r, n, theme, s in self._db.execute(sql)]

    def unassigned(self) -> int:
        """Count the pieces of feedback of which no point belongs to a theme."""
        sql = """SELECT count(*) FROM feedback f
            WHERE NOT EXISTS (SELECT 1 FROM points p WHERE p.feedback = f.row AND p.theme IS NOT NULL)"""
        return int(self._db.execute(sql).fetchone()[0])

    def spans(self) -> list[tuple[int, int, int, int]]:
        """Return (row, n, start, end) of every point, ordered by row and n."""
        return list(self._db.execute("SELECT feedback, n, start, stop FROM points ORDER BY feedback, n"))

    def every_text(self) -> list[str]:
        """Return the words of every point, ordered by row and n."""
        sql = """SELECT substr(t.text, p.start + 1, p.stop - p.start) FROM points p
            JOIN texts t ON t.feedback = p.feedback ORDER BY p.feedback, p.n"""
        return [text for (text,) in self._db.execute(sql)]

    def themes_of(self, rows: Sequence[int]) -> set[str]:
        """Return the themes that the points of these rows of feedback are in."""
        sql = "SELECT DISTINCT theme FROM points WHERE feedback IN (SELECT value FROM json_each(?)) AND theme NOT NULL"
        return {str(theme) for (theme,) in self._db.execute(sql, [json.dumps([int(row) for row in rows])])}

    def assign(self, points: Sequence[PointRow]) -> None:
        """Write the themes of these points, and each feedback's main theme: that of its strongest point."""
        with self._db.atomic():
            self._db.conn.executemany(
                "UPDATE points SET theme = ?, strength = ? WHERE feedback = ? AND n = ?",
                [(p.theme, p.strength, p.row, p.n) for p in points],
            )
            set_main_themes(self._db, {p.row for p in points})
            bump(self._db)


def set_main_themes(db: Database, rows: Iterable[int]) -> None:
    """Write the main theme of these rows: the one of most of their points, then of the strongest."""
    # Last the first id: a fixed order, so that runs agree.
    db.execute(
        """
        UPDATE derived SET theme = (
            SELECT p.theme FROM points p WHERE p.feedback = derived.feedback AND p.theme IS NOT NULL
            GROUP BY p.theme ORDER BY count(*) DESC, max(p.strength) DESC, p.theme LIMIT 1)
        WHERE feedback IN (SELECT value FROM json_each(?))""",
        [json.dumps(sorted(rows))],
    )
