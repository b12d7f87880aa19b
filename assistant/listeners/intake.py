"""The intake: deliveries that come at the same moment are written to the file together.

Each has to be on the disk before it is acknowledged, and the disk takes as long over ten as over one. Written one by
one, in a burst, they would wait for the file longer than Slack waits for us.
"""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from knowledge.store.inbox import Added, InboxRows, NewJob

OpenInbox = Callable[[], AbstractContextManager[InboxRows]]


@dataclass
class _Slip:
    """A job that somebody waits to see kept, and what became of it."""

    job: NewJob
    written: bool = False
    added: Added | None = None
    error: Exception | None = None


class Intake:
    """Keeps jobs in the file that `open_inbox` opens, of which `capacity` may wait. Safe to use from many threads."""

    def __init__(self, open_inbox: OpenInbox, *, capacity: int) -> None:
        self._open, self._capacity = open_inbox, capacity
        self._turn, self._lock = threading.Lock(), threading.Lock()
        self._slips: list[_Slip] = []

    def keep(self, job: NewJob, *, at: datetime) -> Added | None:
        """Keep a job; returning, it is on the disk. None where it is known; raises what the file raises."""
        with self._open() as rows:
            if rows.knows(job.keys):
                return None  # most of what Slack repeats ends here, and waits for nobody
        slip = _Slip(job)
        with self._lock:
            self._slips.append(slip)
        with self._turn:
            # Whoever has the turn writes for all who wait; those find theirs written when it comes to them.
            if not slip.written:
                self._write(at)
        if slip.error:
            raise slip.error
        return slip.added

    def _write(self, at: datetime) -> None:
        with self._lock:
            slips, self._slips = self._slips, []
        try:
            with self._open() as rows:
                found = rows.add_all([slip.job for slip in slips], at=at, capacity=self._capacity)
        except Exception as error:
            for slip in slips:
                slip.error = error
        else:
            for slip, added in zip(slips, found, strict=True):
                slip.added = added
        finally:
            for slip in slips:
                slip.written = True
