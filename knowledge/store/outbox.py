"""The outbox: which messages have been sent, so that a second try does not post them a second time.

Each message has a key. It is noted as begun before it is sent and as sent after; one that was begun and never noted as
sent may or may not stand in Slack, and whoever sends it next has to look. Times are kept in Unix seconds.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum

from sqlite_utils import Database

from knowledge.store.inbox import LEASE


class Begun(Enum):
    """What is known of a message when somebody sets out to send it."""

    FRESH = "nobody has tried"
    UNSURE = "somebody has tried, and may have come through"
    ELSEWHERE = "somebody is at it now"


@dataclass(frozen=True, kw_only=True)
class Sent:
    """Where a message stands; `ts` is None where Slack doesn't tell."""

    channel: str | None
    ts: str | None


class OutboxRows:
    """The ledger of what was sent, and when each conversation takes the next message."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def begin(self, key: str, *, method: str, owner: str, at: datetime, team: str = "") -> Begun:
        """Set out to send a message that has not been sent; see `find` first."""
        now, until = at.timestamp(), (at + LEASE).timestamp()
        with self._db.atomic():
            fresh = self._db.execute(
                """INSERT INTO slack_outbox (key, method, team, owner, begun_at, leased_until)
                VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING""",
                [key, method, team, owner, now, until],
            )
            if fresh.rowcount:
                return Begun.FRESH
            taken = self._db.execute(
                """UPDATE slack_outbox SET owner = ?, leased_until = ?
                WHERE key = ? AND sent_at IS NULL AND (owner = ? OR leased_until IS NULL OR leased_until < ?)""",
                [owner, until, key, owner, now],
            )
            return Begun.UNSURE if taken.rowcount else Begun.ELSEWHERE

    def begun_at(self, key: str) -> datetime | None:
        """Return when the first try began."""
        row = self._db.execute("SELECT begun_at FROM slack_outbox WHERE key = ?", [key]).fetchone()
        return datetime.fromtimestamp(row[0], UTC) if row else None

    def sent(self, key: str, sent: Sent, *, at: datetime) -> None:
        """Note that the message stands in Slack."""
        with self._db.atomic():
            self._db.execute(
                """UPDATE slack_outbox SET sent_at = ?, channel = ?, ts = ?, owner = NULL, leased_until = NULL
                WHERE key = ?""",
                [at.timestamp(), sent.channel, sent.ts, key],
            )

    def leave(self, key: str) -> None:
        """Let go of a message that may or may not have come through; whoever tries next will look."""
        with self._db.atomic():
            self._db.execute("UPDATE slack_outbox SET owner = NULL, leased_until = NULL WHERE key = ?", [key])

    def drop(self, key: str) -> None:
        """Forget a message that Slack has refused: it was not posted."""
        with self._db.atomic():
            self._db.execute("DELETE FROM slack_outbox WHERE key = ? AND sent_at IS NULL", [key])

    def find(self, key: str) -> Sent | None:
        """Return where the message stands; None where it is not known to have been sent."""
        row = self._db.execute(
            "SELECT channel, ts FROM slack_outbox WHERE key = ? AND sent_at IS NOT NULL", [key]
        ).fetchone()
        return Sent(channel=row[0], ts=row[1]) if row else None

    def slot(self, lane: str, *, at: datetime, pace: timedelta) -> datetime:
        """Reserve the next moment at which the conversation takes a message; moments are `pace` apart."""
        with self._db.atomic():
            row = self._db.execute(
                """INSERT INTO slack_pace (lane, next_at) VALUES (:lane, :now + :pace)
                ON CONFLICT (lane) DO UPDATE SET next_at = max(next_at, :now) + :pace RETURNING next_at""",
                {"lane": lane, "now": at.timestamp(), "pace": pace.total_seconds()},
            ).fetchone()
        return datetime.fromtimestamp(row[0] - pace.total_seconds(), UTC)

    def hold(self, lane: str, *, until: datetime) -> None:
        """Let the conversation take nothing before then: Slack has asked for it."""
        with self._db.atomic():
            self._db.execute(
                """INSERT INTO slack_pace (lane, next_at) VALUES (:lane, :until)
                ON CONFLICT (lane) DO UPDATE SET next_at = max(next_at, :until)""",
                {"lane": lane, "until": until.timestamp()},
            )

    def forget(self, before: datetime) -> int:
        """Drop what was sent, or begun in vain, before then; return how many messages."""
        with self._db.atomic():
            self._db.execute("DELETE FROM slack_pace WHERE next_at < ?", [before.timestamp()])
            cursor = self._db.execute(
                "DELETE FROM slack_outbox WHERE coalesce(sent_at, begun_at) < ?", [before.timestamp()]
            )
            return int(cursor.rowcount)
