"""A bounded queue with its own threads, apart from Bolt's, so that Slack is acknowledged however busy we are."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait

log = logging.getLogger(__name__)


class Workers:
    """Runs jobs on `threads` threads and holds at most `capacity` of them, running ones included."""

    def __init__(self, *, threads: int = 4, capacity: int = 500) -> None:
        self._pool = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="journey-answer")
        self._room = threading.BoundedSemaphore(capacity)
        self._lock = threading.Lock()
        self._open: set[Future[None]] = set()
        self._draining = False

    def offer(self, job: Callable[[], None]) -> bool:
        """Take the job; False where the queue is full or closing."""
        if not self._room.acquire(blocking=False):
            return False
        with self._lock:
            if self._draining:
                self._room.release()
                return False
            future = self._pool.submit(job)
            self._open.add(future)
        future.add_done_callback(self._finished)
        return True

    def drain(self, timeout_s: float) -> bool:
        """Take nothing more and finish what was taken; False where something was left when the time was up."""
        with self._lock:
            self._draining = True
            pending = set(self._open)
        left = wait(pending, timeout=timeout_s).not_done
        self._pool.shutdown(wait=not left, cancel_futures=True)
        return not left

    def _finished(self, future: Future[None]) -> None:
        with self._lock:
            self._open.discard(future)
        self._room.release()
        error = None if future.cancelled() else future.exception()
        if error:
            log.error("a job failed", exc_info=error)
