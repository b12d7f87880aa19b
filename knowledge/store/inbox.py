"""The inbox: what Slack delivered and has not been dealt with yet, so that nothing is lost and nothing done twice.

A job is kept before its delivery is acknowledged. A worker takes it under a lease that its process renews; the lease
of a process that died runs out, and the job is taken again. Times are kept in Unix seconds.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlite_utils import Database

from knowledge.store.installations import remove_workspace

LEASE = timedelta(seconds=20)
"""So long a worker that says nothing is taken to be alive."""
AHEAD = timedelta(hours=6)
"""Nothing is put off for so long: not for a lease, a try or a conversation's pace, nor because Slack asked for it."""
_WAITS = (
    ("slack_inbox", "due_at"),
    ("slack_inbox", "leased_until"),
    ("slack_outbox", "leased_until"),
    ("slack_pace", "next_at"),
)

BUSY_MS = 2_000


@dataclass(frozen=True, kw_only=True)
class Job:
    """Something to do for Slack.

    `payload` is what its kind needs, as JSON. Of the jobs in one `lane`, usually a conversation, one is worked on at a
    time, in the order in which they came. `failures` counts how often it was put off; `crashes`, how often a process
    died over it.
    """

    number: int
    kind: str
    team: str
    lane: str | None
    payload: Mapping[str, Any]
    received_at: datetime
    failures: int
    crashes: int


@dataclass(frozen=True, kw_only=True)
class JobState:
    """What became of a job: `outcome` is None as long as it is not done; `taken`: somebody works on it."""

    number: int
    kind: str
    taken: bool
    outcome: str | None


@dataclass(frozen=True, kw_only=True)
class Added:
    """A job that was kept; without `room` it will not be done."""

    number: int
    room: bool


@dataclass(frozen=True, kw_only=True)
class NewJob:
    """A job to keep, under the `keys` of what was delivered; it is due when it came, or at `due_at`."""

    kind: str
    keys: Sequence[str]
    payload: Mapping[str, Any]
    team: str = ""
    lane: str | None = None
    due_at: datetime | None = None


class InboxRows:
    """Keeps jobs and hands them out, one at a time. Safe between threads and processes with a connection each.

    `only` and `but` leave one kind of jobs to workers of its own: what waits and what is taken is of that kind only,
    or of all but that kind.
    """

    def __init__(self, db: Database, *, only: str | None = None, but: str | None = None) -> None:
        self._db = db
        self._ours = {"only": only, "but": but}

    def add(
        self,
        kind: str,
        keys: Sequence[str],
        payload: Mapping[str, Any],
        *,
        at: datetime,
        team: str = "",
        lane: str | None = None,
        due_at: datetime | None = None,
        capacity: int | None = None,
    ) -> Added | None:
        """Keep a job under its keys; None, and nothing kept, where a key is known already.

        Where more than `capacity` would wait, it counts as done, so that its repetitions are recognised.
        """
        new = NewJob(kind=kind, keys=keys, payload=payload, team=team, lane=lane, due_at=due_at)
        return self.add_all([new], at=at, capacity=capacity)[0]

    def add_all(self, new: Sequence[NewJob], *, at: datetime, capacity: int | None = None) -> list[Added | None]:
        """Keep several jobs as `add` keeps one, all or none: the disk is waited for once, as long as for one."""
        # What has been acknowledged must outlive a power cut too; and Slack waits for three seconds, not for thirty.
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        with self._db.atomic():
            return [self._add(one, at, capacity) for one in new]

    def knows(self, keys: Sequence[str]) -> bool:
        """Tell whether a job goes by one of these keys; a look that waits for nobody."""
        return any(self._db.execute("SELECT 1 FROM slack_inbox_keys WHERE key = ?", [key]).fetchone() for key in keys)

    def _add(self, new: NewJob, at: datetime, capacity: int | None) -> Added | None:
        if self.knows(new.keys):
            return None
        due_at = (new.due_at or at).timestamp()
        row = [new.kind, new.team, new.lane, json.dumps(dict(new.payload)), at.timestamp(), due_at]
        sql = "INSERT INTO slack_inbox (kind, team, lane, payload, received_at, due_at) VALUES (?, ?, ?, ?, ?, ?)"
        number = int(self._db.execute(sql, row).lastrowid or 0)
        self.also(number, new.keys)
        room = capacity is None or self.waiting() <= capacity
        if not room:
            self.done(number, at=at, outcome="no room")
        return Added(number=number, room=room)

    def also(self, number: int, keys: Sequence[str]) -> None:
        """Let a job go by further keys; those that name another job stay with it."""
        with self._db.atomic():
            for key in keys:
                self._db.execute("INSERT OR IGNORE INTO slack_inbox_keys (key, job) VALUES (?, ?)", [key, number])

    def waiting(self) -> int:
        """Count what is not done, whoever works on it."""
        sql = f"SELECT count(*) FROM slack_inbox WHERE done_at IS NULL {_OURS}"
        return int(self._db.execute(sql, self._ours).fetchone()[0])

    def oldest(self) -> datetime | None:
        """Return when the oldest job that is not done came in, None where none waits."""
        sql = f"SELECT min(received_at) FROM slack_inbox WHERE done_at IS NULL {_OURS}"
        (moment,) = self._db.execute(sql, self._ours).fetchone()
        return datetime.fromtimestamp(moment, UTC) if moment is not None else None

    def take(self, owner: str, *, at: datetime) -> Job | None:
        """Give the next job to `owner`, a name of this worker's own; None where nothing is due.

        Passed over are jobs whose lane somebody works in, or in which nothing may be posted yet.
        """
        now = at.timestamp()
        due = f"SELECT 1 FROM slack_inbox WHERE done_at IS NULL AND due_at <= :now {_OURS} LIMIT 1"
        if not self._db.execute(due, self._ours | {"now": now}).fetchone():
            return None  # most looks end here, without taking the lock that writers need
        with self._db.atomic():
            lease = {"now": now, "until": now + LEASE.total_seconds(), "owner": owner}
            row = self._db.execute(_TAKE, self._ours | lease).fetchone()
        return _job(row) if row else None

    def renew(self, process: str, *, at: datetime) -> None:
        """Say that a process lives: its workers, whose names begin with its own and a slash, keep what they hold.

        What is to wait longer than AHEAD was put off by a clock that ran ahead and has been set back since: it is due.
        """
        until = (at + LEASE).timestamp()
        with self._db.atomic():
            for table in ("slack_inbox", "slack_outbox"):
                self._db.execute(f"UPDATE {table} SET leased_until = ? WHERE owner LIKE ? || '/%'", [until, process])
            for table, column in _WAITS:
                late = [at.timestamp(), (at + AHEAD).timestamp()]
                self._db.execute(f"UPDATE {table} SET {column} = ? WHERE {column} > ?", late)

    def done(self, number: int, *, at: datetime, outcome: str) -> None:
        """Note that the job has been dealt with, for good, and drop what it carried."""
        with self._db.atomic():
            self._db.execute(
                """UPDATE slack_inbox SET done_at = ?, outcome = ?, payload = '{}', owner = NULL, leased_until = NULL
                WHERE number = ? AND done_at IS NULL""",
                [at.timestamp(), outcome, number],
            )

    def put_off(self, number: int, *, until: datetime, failed: bool = True) -> None:
        """Hand the job back; it is due again at that moment."""
        with self._db.atomic():
            self._db.execute(
                """UPDATE slack_inbox SET due_at = ?, owner = NULL, leased_until = NULL, failures = failures + ?
                WHERE number = ? AND done_at IS NULL""",
                [until.timestamp(), int(failed), number],
            )

    def find(self, key: str) -> JobState | None:
        """Return what became of the job that goes by this key."""
        row = self._db.execute(
            """SELECT number, kind, owner IS NOT NULL, outcome FROM slack_inbox
            JOIN slack_inbox_keys ON job = number WHERE key = ?""",
            [key],
        ).fetchone()
        return JobState(number=row[0], kind=row[1], taken=bool(row[2]), outcome=row[3]) if row else None

    def amend(self, number: int, payload: Mapping[str, Any]) -> bool:
        """Replace parts of what a job carries; False where somebody works on it already, or has."""
        with self._db.atomic():
            cursor = self._db.execute(
                """UPDATE slack_inbox SET payload = json_patch(payload, ?)
                WHERE number = ? AND done_at IS NULL AND owner IS NULL""",
                [json.dumps(dict(payload)), number],
            )
            return bool(cursor.rowcount)

    def cancel(self, number: int, *, at: datetime) -> bool:
        """Drop a job that nobody has begun; False where somebody has."""
        with self._db.atomic():
            cursor = self._db.execute(
                """UPDATE slack_inbox SET done_at = ?, outcome = 'cancelled', payload = '{}'
                WHERE number = ? AND done_at IS NULL AND owner IS NULL""",
                [at.timestamp(), number],
            )
            return bool(cursor.rowcount)

    def outcomes(self) -> dict[str, int]:
        """Count the jobs that are done, by outcome."""
        sql = f"""SELECT outcome, count(*) FROM slack_inbox WHERE done_at IS NOT NULL {_OURS}
            GROUP BY outcome ORDER BY outcome"""
        return {str(outcome): int(count) for outcome, count in self._db.execute(sql, self._ours)}

    def forget(self, before: datetime) -> int:
        """Drop what was done before then, with its keys; return how many jobs."""
        with self._db.atomic():
            cursor = self._db.execute("DELETE FROM slack_inbox WHERE done_at < ?", [before.timestamp()])
            return int(cursor.rowcount)

    def remove_workspace(self, team: str) -> int:
        """Delete all that a workspace left in the file, here and elsewhere; return how many rows."""
        return sum(remove_workspace(self._db, team).values())


_OURS = "AND (:only IS NULL OR kind = :only) AND (:but IS NULL OR kind != :but)"

_TAKE = f"""
    UPDATE slack_inbox SET crashes = crashes + (owner IS NOT NULL), owner = :owner, leased_until = :until
    WHERE number = (
        SELECT number FROM slack_inbox
        WHERE done_at IS NULL AND due_at <= :now AND (owner IS NULL OR leased_until < :now) {_OURS}
        AND (lane IS NULL OR lane NOT IN (
            SELECT lane FROM slack_inbox WHERE done_at IS NULL AND leased_until >= :now AND lane IS NOT NULL
            UNION ALL SELECT lane FROM slack_pace WHERE next_at > :now
        ))
        ORDER BY number LIMIT 1
    )
    RETURNING number, kind, team, lane, payload, received_at, failures, crashes"""


def _job(row: Sequence[Any]) -> Job:
    number, kind, team, lane, payload, received_at, failures, crashes = row
    return Job(
        number=number,
        kind=kind,
        team=team,
        lane=lane,
        payload=json.loads(payload),
        received_at=datetime.fromtimestamp(received_at, UTC),
        failures=failures,
        crashes=crashes,
    )
