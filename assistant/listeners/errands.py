"""Errands: what a click, a modal or a file asks for, done once, on threads of its own, and never silently.

They do not share the threads that answer questions: an import that takes a minute keeps nobody waiting.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from assistant.listeners.desk import BUSY, Now, OpenLog
from assistant.listeners.posting import Place
from assistant.listeners.workers import Workers
from assistant.rendering.slack import notice
from assistant.replies import apology, new_reference
from knowledge.errors import JourneyError

log = logging.getLogger(__name__)

Work = Callable[[datetime], None]


def utc_now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


class Errands:
    """Runs errands. Safe to use from many threads.

    `open_log` opens the claims for the calling thread; `now` is the clock, whose moment each errand is given.
    """

    def __init__(self, *, open_log: OpenLog, workers: Workers | None = None, now: Now = utc_now) -> None:
        self._open_log = open_log
        self._workers = workers or Workers(threads=3, capacity=100)
        self._now = now

    def run(self, keys: tuple[str, ...], to: Place | None, work: Work) -> bool:
        """Do the work once, however often its keys come; where it fails, say so at `to`. False: not taken on.

        What a person can mend is told in its own words; anything else gets a reference that the log knows.
        """
        try:
            with self._open_log() as claims:
                taken = claims.claim(*keys, at=self._now())
        except Exception:
            self._sorry(keys, to)
            return False
        if not taken:
            log.info("already done: %s", keys[-1])
            return False
        if not self._workers.offer(lambda: self._do(keys, to, work)):
            self._tell(to, BUSY)
            self._done(keys)
            return False
        return True

    def drain(self, timeout_s: float) -> bool:
        """Take nothing more and finish what was taken; False where something was left."""
        return self._workers.drain(timeout_s)

    def _do(self, keys: tuple[str, ...], to: Place | None, work: Work) -> None:
        try:
            work(self._now())
        except JourneyError as error:
            log.warning("%s was refused: %s", keys[-1].partition(":")[0], type(error).__name__)
            self._tell(to, str(error))
        except Exception:
            self._sorry(keys, to)
        finally:
            self._done(keys)

    def _sorry(self, keys: tuple[str, ...], to: Place | None) -> None:
        reference = new_reference()
        log.exception("%s failed, reference %s", keys[-1].partition(":")[0], reference)
        self._tell(to, apology(reference))

    def _tell(self, to: Place | None, sentence: str) -> None:
        if to is not None:
            to.post(notice(sentence))

    def _done(self, keys: tuple[str, ...]) -> None:
        with self._open_log() as claims:
            claims.done(keys, at=self._now())
