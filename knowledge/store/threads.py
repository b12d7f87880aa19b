"""Threads and gaps in the file: limited in time and number, and swept with a customer's traces."""

import json
from collections.abc import Iterable
from datetime import date, timedelta

from sqlite_utils import Database

from knowledge.threads import Gap, Turn

TURNS = 8
"""Turns that are kept of a thread."""
THREADS_AGE = timedelta(days=30)
"""A thread in which nobody has asked for so long is forgotten."""
THREADS = 5_000
"""Threads that are kept, the youngest."""
GAPS_AGE = timedelta(days=180)
GAPS = 10_000


class ThreadRows:
    """What threads remember. Ids of feedback stand in `shown`, where an erasure finds them."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def last(self, thread: str, today: date) -> Turn | None:
        """Return the latest turn of a thread, unless it is too old."""
        sql = """SELECT day, question, items, shown FROM threads WHERE thread = ? AND day >= ?
            ORDER BY number DESC LIMIT 1"""
        row = self._db.execute(sql, [thread, (today - THREADS_AGE).toordinal()]).fetchone()
        if not row:
            return None
        day, question, items, shown = row
        return Turn(
            day=date.fromordinal(day), question=question, items=tuple(json.loads(items)), shown=tuple(json.loads(shown))
        )

    def add(self, thread: str, turn: Turn) -> None:
        """Append a turn to a thread, and drop what is beyond the limits."""
        with self._db.atomic():
            (number,) = self._db.execute(
                "SELECT coalesce(max(number), 0) + 1 FROM threads WHERE thread = ?", [thread]
            ).fetchone()
            self._db.execute(
                "INSERT INTO threads (thread, number, day, question, items, shown) VALUES (?, ?, ?, ?, ?, ?)",
                [thread, number, turn.day.toordinal(), turn.question, json.dumps(turn.items), json.dumps(turn.shown)],
            )
            self._db.execute("DELETE FROM threads WHERE thread = ? AND number <= ?", [thread, number - TURNS])
            if number == 1:
                self._prune(turn.day)

    def count(self) -> int:
        """Return how many threads are remembered."""
        (found,) = self._db.execute("SELECT count(DISTINCT thread) FROM threads").fetchone()
        return int(found)

    def _prune(self, today: date) -> None:
        self._db.execute("DELETE FROM threads WHERE day < ?", [(today - THREADS_AGE).toordinal()])
        self._db.execute(
            """DELETE FROM threads WHERE thread IN (
                SELECT thread FROM threads GROUP BY thread ORDER BY max(day) DESC, max(rowid) DESC LIMIT -1 OFFSET ?
            )""",
            [THREADS],
        )


class GapRows:
    """Questions that could not be answered."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, gap: Gap) -> None:
        """Keep one, and drop what is beyond the limits."""
        with self._db.atomic():
            self._db.execute(
                "INSERT INTO gaps (day, asked, reason) VALUES (?, ?, ?)", [gap.day.toordinal(), gap.asked, gap.reason]
            )
            self._db.execute("DELETE FROM gaps WHERE day < ?", [(gap.day - GAPS_AGE).toordinal()])
            self._db.execute("DELETE FROM gaps WHERE number <= (SELECT max(number) FROM gaps) - ?", [GAPS])

    def all(self) -> Iterable[Gap]:
        """Return all, oldest first."""
        for day, asked, reason in self._db.execute("SELECT day, asked, reason FROM gaps ORDER BY number").fetchall():
            yield Gap(day=date.fromordinal(day), asked=asked, reason=reason)
