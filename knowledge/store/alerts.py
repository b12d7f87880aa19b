"""Alerts: what each channel was told of, what became of it, and how much of a day's budget is used."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlite_utils import Database

from knowledge.errors import NotFound
from knowledge.subscriptions import Alert, Subscription

LEASE = timedelta(minutes=5)
"""So long an alert that is being posted is left to whoever does it; then another one takes it up."""

_COLUMNS = """number, subscription, team, channel, theme, status, onset, raised, seen, state, owner, handled_by,
    handled_at, snoozed_until"""


class AlertRows:
    """Reads and writes `Alert`. Who raises one decides and notes it in one transaction, so that it is raised once."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def all(self, channel: str | None = None) -> list[Alert]:
        """Return the alerts, of one channel where it is named, oldest first."""
        sql = f"SELECT {_COLUMNS} FROM alerts WHERE ?1 IS NULL OR channel = ?1 ORDER BY number"
        return [_alert(row) for row in self._db.execute(sql, [channel])]

    def get(self, number: int) -> Alert:
        """Return an alert; raises NotFound."""
        row = self._db.execute(f"SELECT {_COLUMNS} FROM alerts WHERE number = ?", [number]).fetchone()
        if not row:
            raise NotFound(f"There is no alert {number}. See: journey alerts list")
        return _alert(row)

    def latest(self, channel: str, theme: str) -> Alert | None:
        """Return the last alert of a theme in a channel."""
        sql = f"SELECT {_COLUMNS} FROM alerts WHERE channel = ? AND theme = ? ORDER BY number DESC LIMIT 1"
        row = self._db.execute(sql, [channel, theme]).fetchone()
        return _alert(row) if row else None

    def posts(self, number: int) -> int:
        """Return how often an alert was posted, reminders included."""
        return int(self._db.execute("SELECT count(*) FROM alert_posts WHERE alert = ?", [number]).fetchone()[0])

    def used(self, channel: str, day: date) -> int:
        """Return how many alerts a channel was given on a day."""
        sql = "SELECT count(*) FROM alert_posts WHERE channel = ? AND day = ?"
        return int(self._db.execute(sql, [channel, day.isoformat()]).fetchone()[0])

    def note_known(self, sub: Subscription, theme: str, status: str, onset: date, *, at: datetime, day: date) -> None:
        """Note that a theme was flagged before the channel subscribed, so that it is no news."""
        self._insert(sub, theme, status, onset, at=at, day=day, state="known")

    def raise_(
        self, sub: Subscription, theme: str, status: str, onset: date, *, at: datetime, day: date
    ) -> Alert | None:
        """Take on an alert or a reminder of one, unless it was told before or the day's budget is used up.

        The same story is one whose stretch began before it was last seen; a reminder is due when a snooze is over.
        """
        with self._db.atomic():
            held = self.latest(sub.channel, theme)
            same = held is not None and onset <= held.seen
            if held and same:
                self._db.execute("UPDATE alerts SET seen = ? WHERE number = ?", [day.isoformat(), held.number])
                if held.state != "snoozed" or not held.snoozed_until or held.snoozed_until > day:
                    return None
            if self.used(sub.channel, day) >= (sub.per_day or 0):
                return None
            if held and same:
                sql = "UPDATE alerts SET state = 'raising', raised = ?, snoozed_until = NULL WHERE number = ?"
                self._db.execute(sql, [_utc(at), held.number])
                number = held.number
            else:
                number = self._insert(sub, theme, status, onset, at=at, day=day, state="raising")
            sql = "INSERT INTO alert_posts (alert, n, channel, day) VALUES (?, ?, ?, ?)"
            self._db.execute(sql, [number, self.posts(number) + 1, sub.channel, day.isoformat()])
            return self.get(number)

    def lost(self, sub: Subscription, *, at: datetime, day: date) -> list[Alert]:
        """Take up alerts whose posting was begun and never ended; each takes its place in the budget of today."""
        sql = f"""SELECT {_COLUMNS} FROM alerts WHERE state = 'raising' AND subscription = ? AND raised < ?
            ORDER BY number"""
        values = [sub.number, _utc(at - LEASE)]
        if not self._db.execute(sql, values).fetchone():
            return []
        with self._db.atomic():
            found = [_alert(row) for row in self._db.execute(sql, values).fetchall()]
            return [self.get(alert.number) for alert in found if self._moved(alert, sub, at=at, day=day)]

    def _moved(self, alert: Alert, sub: Subscription, *, at: datetime, day: date) -> bool:
        """Move the last post of an alert to today, where there is room for it."""
        last = "alert = ?1 AND n = (SELECT max(n) FROM alert_posts WHERE alert = ?1)"
        sql = f"SELECT day FROM alert_posts WHERE {last}"
        today = self._db.execute(sql, [alert.number]).fetchone() == (day.isoformat(),)
        if not today and self.used(alert.channel, day) >= (sub.per_day or 0):
            return False
        self._db.execute(f"UPDATE alert_posts SET day = ?2 WHERE {last}", [alert.number, day.isoformat()])
        self._db.execute("UPDATE alerts SET raised = ? WHERE number = ?", [_utc(at), alert.number])
        return True

    def opened(self, number: int) -> None:
        """Note that it has been posted; what somebody did with it meanwhile stays."""
        self._db.execute("UPDATE alerts SET state = 'open' WHERE number = ? AND state = 'raising'", [number])

    def handle(
        self, number: int, state: str, *, by: str, at: datetime, owner: str | None = None, until: date | None = None
    ) -> Alert:
        """Acknowledge it, snooze it until a day, or open it again; an owner stays until another one is named."""
        sql = """UPDATE alerts SET state = ?, handled_by = ?, handled_at = ?, owner = coalesce(?, owner),
            snoozed_until = ? WHERE number = ?"""
        self.get(number)
        self._db.execute(sql, [state, by, _utc(at), owner, until.isoformat() if until else None, number])
        return self.get(number)

    def _insert(
        self, sub: Subscription, theme: str, status: str, onset: date, *, at: datetime, day: date, state: str
    ) -> int:
        sql = """INSERT INTO alerts (subscription, team, channel, theme, status, onset, raised, day, seen, state)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
        today = day.isoformat()
        values = [sub.number, sub.team, sub.channel, theme, status, onset.isoformat(), _utc(at), today, today]
        return int(self._db.execute(sql, [*values, state]).lastrowid or 0)


def _alert(row: Sequence[Any]) -> Alert:
    (number, subscription, team, channel, theme, status, onset, raised, seen, state, owner, handled_by, handled_at,
     snoozed_until) = row  # fmt: skip
    return Alert(
        number=number, subscription=subscription, team=team, channel=channel, theme=theme, status=status,
        onset=date.fromisoformat(onset), raised=datetime.fromisoformat(raised), seen=date.fromisoformat(seen),
        state=state, owner=owner, handled_by=handled_by,
        handled_at=datetime.fromisoformat(handled_at) if handled_at else None,
        snoozed_until=date.fromisoformat(snoozed_until) if snoozed_until else None,
    )  # fmt: skip


def _utc(moment: datetime) -> str:
    """Write a moment so that texts compare as moments do."""
    return moment.astimezone(UTC).isoformat()
