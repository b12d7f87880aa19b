"""Fixes that people recorded."""

from datetime import date, datetime

from sqlite_utils import Database

from knowledge.fixes import Fix
from knowledge.store.meta import bump


class FixRows:
    """Reads and writes `Fix`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, theme: str, on: date, *, actor: str, at: datetime, note: str = "") -> Fix:
        """Record a fix; the same theme and day a second time replaces the first."""
        with self._db.atomic():
            self._db.execute("DELETE FROM fixes WHERE theme = ? AND day = ?", [theme, on.toordinal()])
            sql = "INSERT INTO fixes (theme, day, at, actor, note) VALUES (?, ?, ?, ?, ?) RETURNING number"
            row = self._db.execute(sql, [theme, on.toordinal(), at.isoformat(), actor, note]).fetchone()
            bump(self._db)
        return Fix(number=int(row[0]), theme=theme, on=on, at=at, actor=actor, note=note)

    def remove(self, number: int) -> bool:
        """Forget a fix; False where there is none of this number."""
        with self._db.atomic():
            found = self._db.execute("DELETE FROM fixes WHERE number = ? RETURNING number", [number]).fetchall()
            if found:
                bump(self._db)
        return bool(found)

    def all(self) -> list[Fix]:
        """Return every fix, the latest day first."""
        sql = "SELECT number, theme, day, at, actor, note FROM fixes ORDER BY day DESC, number DESC"
        return [
            Fix(number=number, theme=theme, on=date.fromordinal(day), at=datetime.fromisoformat(at), actor=actor,
                note=note)
            for number, theme, day, at, actor, note in self._db.execute(sql)
        ]  # fmt: skip
