"""The way in: what is to be done for Slack is kept before it is acknowledged, and worked off until it is done.

    inbox.handle("digest", send_digest)                                # once, before `start`
    inbox.keep("digest", ("digest:3:2026-11-02",), {"channel": "C1"}, team="T1", lane="T1:C1")

A kept job outlives the process: whoever serves the file next takes it up. A handler that returns has done its job; what
it raises decides whether the job is tried again. So a handler may run twice, and posts through the outbox.
"""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import Enum
from http.client import HTTPException
from typing import Any
from urllib.error import URLError

from slack_sdk.errors import SlackApiError

from assistant.listeners.intake import Intake, OpenInbox
from assistant.listeners.outbox import PutOff, worker_name
from knowledge.errors import JourneyError, StoreBusy, StoreError
from knowledge.store.inbox import LEASE, InboxRows, Job, JobState, NewJob

log = logging.getLogger(__name__)

Handler = Callable[[Job], str]
"""Does a job and returns its outcome in a word; it may raise PutOff."""

BEAT_S = LEASE.total_seconds() / 4
TIDY_BEATS = 720
POLL_S = 0.5
"""So often an idle worker looks for what other processes have left."""
FAILURES = 12
"""So often a job is tried again; with the growing waits between, for about an hour."""
LONGEST_WAIT_S = 600.0
_PASSING = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout", "ratelimited"})


class Kept(Enum):
    """What became of a delivery."""

    NEW = "it is kept, and will be done"
    KNOWN = "it has come before"
    FULL = "there is no room; it will not be done"


class Inbox:
    """Keeps jobs in the file and works them off on `threads` threads. Safe to use from many threads.

    `open_inbox` opens the file for the calling thread. `process` is this process's name among those that serve the
    file. At most `capacity` jobs wait. `tidy` is called every hour.
    """

    def __init__(
        self,
        *,
        open_inbox: OpenInbox,
        process: str,
        now: Callable[[], datetime],
        threads: int = 4,
        capacity: int = 500,
        poll_s: float = POLL_S,
        tidy: Callable[[], None] = lambda: None,
    ) -> None:
        self._tidy = tidy
        self._open, self._process, self._now = open_inbox, process, now
        self._poll_s = poll_s
        self._intake = Intake(open_inbox, capacity=capacity)
        self._handlers: dict[str, Handler] = {}
        self._news = threading.Semaphore(0)
        self._stopping, self._draining = threading.Event(), threading.Event()
        self._threads = [
            threading.Thread(target=self._work, name=f"journey-inbox-{n}", daemon=True) for n in range(threads)
        ]
        self._beat = threading.Thread(target=self._keep_alive, name="journey-lease", daemon=True)

    def handle(self, kind: str, handler: Handler) -> None:
        """Let a handler do the jobs of a kind."""
        self._handlers[kind] = handler

    def keep(
        self,
        kind: str,
        keys: Sequence[str],
        payload: Mapping[str, Any],
        *,
        team: str = "",
        lane: str | None = None,
        due_at: datetime | None = None,
    ) -> Kept:
        """Keep a job that goes by these keys, to be done once; returning, it is on the disk.

        Of the jobs in one `lane` (see `lane_of`) one is done at a time, in order. Raises StoreError where the file
        can't be written: then nothing may be acknowledged, so that Slack delivers again.
        """
        added = self._intake.keep(
            NewJob(kind=kind, keys=keys, payload=payload, team=team, lane=lane, due_at=due_at), at=self._now()
        )
        if added is None:
            log.info("known already: %s", keys[-1])
            return Kept.KNOWN
        if not added.room:
            log.warning("no room for %s", keys[-1])
            return Kept.FULL
        self._news.release()
        return Kept.NEW

    def find(self, key: str) -> JobState | None:
        """Return what became of the job that goes by this key; None where none does."""
        with self._open() as rows:
            return rows.find(key)

    def amend(self, number: int, payload: Mapping[str, Any]) -> bool:
        """Replace parts of what a job carries; False where somebody has begun it."""
        with self._open() as rows:
            return rows.amend(number, payload)

    def cancel(self, number: int) -> bool:
        """Drop a job; False where somebody has begun it."""
        with self._open() as rows:
            return rows.cancel(number, at=self._now())

    def start(self) -> None:
        """Begin to work, with what was left by those who died."""
        for thread in (*self._threads, self._beat):
            thread.start()

    def drain(self, timeout_s: float) -> bool:
        """Work off what is due, then end; False where something is left, which the next process will take up."""
        self._draining.set()
        started = [thread for thread in self._threads if thread.is_alive()]
        end = self._now() + timedelta(seconds=timeout_s)
        for thread in started:
            thread.join(max(0.0, (end - self._now()).total_seconds()))
        self._stopping.set()
        with self._open() as rows:
            return rows.waiting() == 0

    def health(self) -> tuple[bool, dict[str, Any]]:
        """Tell whether the file can be read and all workers live, and how much waits for how long."""
        alive = sum(thread.is_alive() for thread in self._threads)
        figures: dict[str, Any] = {"workers": alive, "waiting": None, "oldest_s": None}
        try:
            with self._open() as rows:
                oldest = rows.oldest()
                figures["waiting"] = rows.waiting()
        except JourneyError:
            log.exception("the file can't be read")
            return False, figures
        figures["oldest_s"] = round((self._now() - oldest).total_seconds()) if oldest else None
        return alive == len(self._threads), figures

    def remove_workspace(self, team: str) -> int:
        """Delete all that a workspace left in the file; return how many rows."""
        with self._open() as rows:
            return rows.remove_workspace(team)

    # Workers

    def _work(self) -> None:
        while not self._stopping.is_set():
            try:
                with self._open() as rows:  # kept open: opening for each look would write the log back each time
                    self._work_off(rows)
            except Exception:
                log.exception("a worker could not go on; it begins anew")
                self._stopping.wait(self._poll_s)
            else:
                return

    def _work_off(self, rows: InboxRows) -> None:
        name = worker_name(self._process)
        while not self._stopping.is_set():
            job = rows.take(name, at=self._now())
            if job:
                self._do(rows, job)
            elif self._draining.is_set():
                return
            else:
                self._news.acquire(timeout=self._poll_s)

    def _do(self, rows: InboxRows, job: Job) -> None:
        handler = self._handlers.get(job.kind)
        try:
            if handler is None:
                log.error("job %d is of kind %s, which nobody handles", job.number, job.kind)
            outcome = handler(job) if handler else "unknown kind"
        except PutOff as wait:
            rows.put_off(job.number, until=self._now() + timedelta(seconds=wait.after_s), failed=False)
        except (SlackApiError, OSError, HTTPException, StoreError) as error:
            self._again_or_not(rows, job, error)
        except Exception:
            log.exception("job %d (%s) failed", job.number, job.kind)
            rows.done(job.number, at=self._now(), outcome="failed")
        else:
            rows.done(job.number, at=self._now(), outcome=outcome)

    def _again_or_not(self, rows: InboxRows, job: Job, error: Exception) -> None:
        """Try again later what may pass; give up what Slack refuses, and what has failed too often."""
        named = _named(error)
        if isinstance(error, SlackApiError) and not passes(error):
            log.error("Slack refused job %d (%s): %s", job.number, job.kind, named)
            rows.done(job.number, at=self._now(), outcome=f"refused: {named}")
        elif job.failures >= FAILURES:
            log.error("job %d (%s) was given up after %d tries: %s", job.number, job.kind, FAILURES, named)
            rows.done(job.number, at=self._now(), outcome=f"given up: {named}")
        else:
            wait_s = min(LONGEST_WAIT_S, 2.0**job.failures)
            log.warning("job %d (%s) is tried again in %.0f s: %s", job.number, job.kind, wait_s, named)
            rows.put_off(job.number, until=self._now() + timedelta(seconds=wait_s))

    def _keep_alive(self) -> None:
        beats = 0
        while not self._stopping.wait(BEAT_S):
            beats += 1
            try:
                with self._open() as rows:
                    rows.renew(self._process, at=self._now())
                if beats % TIDY_BEATS == 0:
                    self._tidy()
            except Exception as error:
                log.error("leases could not be renewed: %s", error)


def passes(error: Exception) -> bool:
    """Tell whether what went wrong lies between Slack and us, or in the file's being in use, and may go well later."""
    if isinstance(error, SlackApiError):
        return _named(error) in _PASSING or _status(error) >= 500
    return isinstance(error, ConnectionError | TimeoutError | URLError | HTTPException | StoreBusy)


def _named(error: Exception) -> str:
    """Return what went wrong in words that hold nothing of anybody's."""
    if isinstance(error, SlackApiError):
        return str(error.response.get("error") or "unknown error")
    return type(error).__name__


def _status(error: SlackApiError) -> int:
    response = error.response
    return int(response.get("status", 200)) if isinstance(response, dict) else int(response.status_code)
