"""Errands: what a click, a modal or a file asks for, done once, on threads of its own, and never silently.

They do not share the threads that answer questions: an import that takes a minute keeps nobody waiting.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from slack_sdk import WebClient

from assistant.listeners.desk import BUSY, Now, OpenLog
from assistant.listeners.people import Body, People, sender_of
from assistant.listeners.posting import Place
from assistant.listeners.workers import Workers
from assistant.policy import Action, PlaceKind
from assistant.rendering.slack import notice
from assistant.replies import apology, new_reference
from knowledge.errors import JourneyError

log = logging.getLogger(__name__)

Work = Callable[[datetime], None]


class Forbidden(JourneyError):
    """Somebody may not do what they asked for; the message says why."""


def utc_now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


class Errands:
    """Runs errands. Safe to use from many threads.

    `open_log` opens the claims for the calling thread; `now` is the clock, whose moment each errand is given.
    `people` knows who may do what; without them, everybody may do everything.
    """

    def __init__(
        self, *, open_log: OpenLog, workers: Workers | None = None, now: Now = utc_now, people: People | None = None
    ) -> None:
        self._open_log = open_log
        self._workers = workers or Workers(threads=3, capacity=100)
        self._now = now
        self._people = people

    def run(
        self,
        keys: tuple[str, ...],
        to: Place | None,
        work: Work,
        *,
        action: Action | None = None,
        body: Body | None = None,
        client: WebClient | None = None,
        only_asker: bool = False,
    ) -> bool:
        """Do the work once, however often its keys come; where it fails, say so at `to`. False: not taken on.

        What a person can mend is told in its own words; anything else gets a reference that the log knows. Where an
        `action` is named, whoever sent `body` is asked after first: one who may not do it hears why.
        """

        def permitted(at: datetime) -> None:
            if action and self._people and body is not None and client is not None:
                verdict = self._people.decide(action, body, client, only_asker=only_asker)
                if not verdict.allowed:
                    raise Forbidden(verdict.text)
            work(at)

        try:
            with self._open_log() as claims:
                taken = claims.claim(*keys, at=self._now())
        except Exception:
            self._sorry(keys, to)
            return False
        if not taken:
            log.info("already done: %s", keys[-1])
            return False
        if not self._workers.offer(lambda: self._do(keys, to, permitted)):
            self._tell(to, BUSY)
            self._done(keys)
            return False
        return True

    def allows(self, action: Action, body: Body, client: WebClient) -> bool:
        """Tell whether whoever sent this may do that where only they see it; asks Slack, so call it on a worker."""
        return self.why_not(action, body, client) is None

    def why_not(self, action: Action, body: Body, client: WebClient) -> str | None:
        """Return why they may not do that where only they see it; None where they may."""
        if not self._people:
            return None
        verdict = self._people.decide(action, body, client, only_asker=True)
        return None if verdict.allowed else verdict.text

    def kind_of(self, channel: str, body: Body, client: WebClient) -> PlaceKind:
        """Return what kind of channel it is; asks Slack. Without people, a channel's id has to tell."""
        if not self._people:
            return "public" if channel.startswith("C") else "dm" if channel.startswith("D") else "private"
        return self._people.place(sender_of(body), client, channel=channel).kind

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
