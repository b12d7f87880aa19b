"""What of Slack's deliveries has been taken on: so that each question is answered once, by one process."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlite_utils import Database

LEASE = timedelta(minutes=10)
"""A delivery that was taken on but not finished for so long is up for taking again: its worker has died."""


class SlackLog:
    """Claims on deliveries, by key. Safe between threads and processes that each open the file for themselves."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def claim(self, *keys: str, at: datetime) -> bool:
        """Take on the delivery that goes by all these keys; False, and nothing kept, where one is already taken."""
        try:
            with self._db.atomic():
                for key in keys:
                    self._take(key, at)
        except _Taken:
            return False
        return True

    def done(self, keys: Sequence[str], *, at: datetime) -> None:
        """Note that the delivery has been dealt with, for good."""
        with self._db.atomic():
            for key in keys:
                self._db.execute("UPDATE slack_events SET done_at = ? WHERE key = ?", [at.timestamp(), key])

    def forget(self, before: datetime) -> int:
        """Drop what was dealt with before then; Slack repeats a delivery for a day at most. Return how many."""
        with self._db.atomic():
            cursor = self._db.execute("DELETE FROM slack_events WHERE done_at < ?", [before.timestamp()])
            return int(cursor.rowcount)

    def _take(self, key: str, at: datetime) -> None:
        cursor = self._db.execute(
            """INSERT INTO slack_events (key, claimed_at) VALUES (?, ?)
            ON CONFLICT (key) DO UPDATE SET claimed_at = excluded.claimed_at
            WHERE done_at IS NULL AND claimed_at < ?""",
            [key, at.timestamp(), (at - LEASE).timestamp()],
        )
        if not cursor.rowcount:
            raise _Taken


class _Taken(Exception):
    """Someone else has the delivery."""
