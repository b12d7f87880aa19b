"""Subscriptions, and the ledger of digests: which day of which subscription has been dealt with."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlite_utils import Database

from knowledge.errors import NotFound
from knowledge.subscriptions import DigestRun, Subscription

LEASE = timedelta(minutes=5)
"""So long a digest that somebody took on is left to them; then it is taken to have been lost."""
MOST_TRIES = 6

_COLUMNS = "number, kind, channel, zone, by, at, team, stages, weekday, minute, per_day, since, ended"


class SubscriptionRows:
    """Reads and writes `Subscription`, and claims the days of digests so that each is sent once."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, sub: Subscription) -> Subscription:
        """Keep a subscription and return it with its number."""
        sql = """INSERT INTO subscriptions
            (kind, channel, zone, by, at, team, stages, weekday, minute, per_day, since)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
        values = [
            sub.kind, sub.channel, sub.zone, sub.by, _utc(sub.at), sub.team, json.dumps(sub.stages),
            sub.weekday, sub.minute, sub.per_day, _text(sub.since),
        ]  # fmt: skip
        return self.get(int(self._db.execute(sql, values).lastrowid or 0))

    def get(self, number: int) -> Subscription:
        """Return a subscription; raises NotFound."""
        row = self._db.execute(f"SELECT {_COLUMNS} FROM subscriptions WHERE number = ?", [number]).fetchone()
        if not row:
            raise NotFound(f"There is no subscription {number}. See: journey digest list")
        return _subscription(row)

    def all(self, channel: str | None = None) -> list[Subscription]:
        """Return what has not been taken back, of one channel where it is named, oldest first."""
        sql = f"""SELECT {_COLUMNS} FROM subscriptions WHERE ended IS NULL AND (?1 IS NULL OR channel = ?1)
            ORDER BY number"""
        return [_subscription(row) for row in self._db.execute(sql, [channel])]

    def go_live(self, number: int, *, at: datetime) -> None:
        """Let it count from now on."""
        self._db.execute("UPDATE subscriptions SET since = ? WHERE number = ?", [_utc(at), number])

    def change_zone(self, number: int, zone: str) -> None:
        """Read its hour on the clock of another time zone; days that have been dealt with stay so."""
        self._db.execute("UPDATE subscriptions SET zone = ? WHERE number = ?", [zone, number])

    def end(self, number: int, *, at: datetime) -> bool:
        """Take it back; False where that was done before."""
        sql = "UPDATE subscriptions SET ended = ? WHERE number = ? AND ended IS NULL"
        return bool(self._db.execute(sql, [_utc(at), number]).rowcount)

    def runs(self, number: int) -> list[DigestRun]:
        """Return what became of its digests, by day."""
        sql = """SELECT subscription, day, due, state, tries, sent FROM digest_runs WHERE subscription = ?
            ORDER BY day"""
        return [
            DigestRun(
                subscription=sub, day=date.fromisoformat(day), due=datetime.fromisoformat(due), state=state,
                tries=tries, sent=datetime.fromisoformat(sent) if sent else None,
            )
            for sub, day, due, state, tries, sent in self._db.execute(sql, [number])
        ]  # fmt: skip

    def claim(self, number: int, day: date, due: datetime, missed: Sequence[date], *, at: datetime) -> bool:
        """Take on the digest of a day; False where it has been dealt with, or somebody else is at it.

        The `missed` days before are noted as caught up by it. One statement decides, so that of two processes one wins.
        """
        sql = """INSERT INTO digest_runs (subscription, day, due, state, claimed) VALUES (?1, ?2, ?3, 'claimed', ?4)
            ON CONFLICT (subscription, day) DO UPDATE SET claimed = excluded.claimed, tries = tries + 1
            WHERE state = 'claimed' AND claimed < ?5 AND tries < ?6"""
        values = [number, day.isoformat(), _utc(due), _utc(at), _utc(at - LEASE), MOST_TRIES]
        with self._db.atomic():
            if self._db.execute(sql, values).rowcount != 1:
                return False
            note = """INSERT INTO digest_runs (subscription, day, due, state, claimed, tries)
                VALUES (?, ?, ?, 'missed', ?, 0)
                ON CONFLICT (subscription, day) DO UPDATE SET state = 'missed' WHERE state = 'claimed'"""
            self._db.conn.executemany(note, [(number, d.isoformat(), _utc(due), _utc(at)) for d in missed])
        return True

    def close(self, number: int, day: date, state: str, *, at: datetime) -> None:
        """Note that the digest of a day was sent, or that it failed for good."""
        sql = "UPDATE digest_runs SET state = ?, sent = ? WHERE subscription = ? AND day = ?"
        self._db.execute(sql, [state, _utc(at) if state == "sent" else None, number, day.isoformat()])


def _subscription(row: Sequence[Any]) -> Subscription:
    number, kind, channel, zone, by, at, team, stages, weekday, minute, per_day, since, ended = row
    return Subscription(
        number=number, kind=kind, channel=channel, zone=zone, by=by, at=datetime.fromisoformat(at), team=team,
        stages=tuple(json.loads(stages)), weekday=weekday, minute=minute, per_day=per_day,
        since=datetime.fromisoformat(since) if since else None, ended=datetime.fromisoformat(ended) if ended else None,
    )  # fmt: skip


def _text(moment: datetime | None) -> str | None:
    return _utc(moment) if moment else None


def _utc(moment: datetime) -> str:
    """Write a moment so that texts compare as moments do."""
    return moment.astimezone(UTC).isoformat()
