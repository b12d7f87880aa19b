"""The desk: takes on each question once, has it answered by the workers, and sees that the asker hears back."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from slack_sdk.errors import SlackApiError

from assistant.listeners.posting import Place, Privately
from assistant.listeners.workers import Workers
from assistant.rendering.slack import SlackMessage, notice, render
from assistant.replies import Replies, apology, new_reference
from knowledge.store.slack import SlackLog

log = logging.getLogger(__name__)

OpenLog = Callable[[], AbstractContextManager[SlackLog]]
Now = Callable[[], datetime]

UNDRAWABLE = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_too_long", "msg_blocks_too_long"})
BUSY = "I have more questions than I can answer right now. Please ask again in a minute."


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A question as it reached us: by which deliveries, in which words, from whom, and where the answer goes.

    `keys` name the delivery and the message; whoever shares one of them is the same question. `asked` is shown with
    the answer where the question itself does not stand above it.
    """

    keys: tuple[str, ...]
    text: str
    asker: str
    thread: str | None
    to: Place
    asked: str | None = None


def delivery_keys(body: dict[str, Any], event: dict[str, Any]) -> tuple[str, ...]:
    """Return the names of an event: its own, which its repetitions share, and that of the message it is about."""
    team = body.get("team_id") or body.get("enterprise_id") or ""
    return (f"event:{body['event_id']}", f"message:{team}:{event['channel']}:{event['ts']}")


def utc_now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


class Desk:
    """Where every Slack listener hands in a question. Safe to use from many threads.

    `open_log` opens the claims for the calling thread. `now` is the clock; an answer's "today" is its day.
    """

    def __init__(self, *, replies: Replies, open_log: OpenLog, workers: Workers, now: Now = utc_now) -> None:
        self._replies = replies
        self.open_log = open_log
        self._workers = workers
        self.now = now

    def take(self, ask: Ask) -> None:
        """Take on a question unless it has been taken; where that cannot be, say so to the asker."""
        self._take_on(ask.keys, ask.to, lambda: self._answer(ask))

    def carry_out(self, keys: tuple[str, ...], to: Place, act: Callable[[datetime], str]) -> None:
        """Do something once that is told in a sentence; `act` gets the moment and runs on a worker."""

        def work() -> None:
            try:
                said = act(self.now())
            except Exception:
                reference = new_reference()
                log.exception("%s failed, reference %s", keys[-1], reference)
                said = apology(reference)
            to.post(notice(said))
            self._done(keys)

        self._take_on(keys, to, work)

    def _take_on(self, keys: tuple[str, ...], to: Place, work: Callable[[], None]) -> None:
        try:
            taken = self._claim(keys)
        except Exception:
            reference = new_reference()
            log.exception("%s could not be claimed, reference %s", keys[-1], reference)
            to.post(notice(apology(reference)))
            return
        if not taken:
            log.info("already taken: %s", keys[-1])
        elif not self._workers.offer(work):
            log.warning("no room for %s", keys[-1])
            to.post(notice(BUSY))
            self._done(keys)

    def drain(self, timeout_s: float) -> bool:
        """Take nothing more and finish what was taken; False where something was left."""
        return self._workers.drain(timeout_s)

    def _claim(self, keys: tuple[str, ...]) -> bool:
        with self.open_log() as claims:
            return claims.claim(*keys, at=self.now())

    def _answer(self, ask: Ask) -> None:
        answer = self._replies.reply(ask.text, asker=ask.asker, thread=ask.thread, today=self._today())
        try:
            message = render(answer, asked=ask.asked, day=self._today(), private=isinstance(ask.to, Privately))
        except Exception:
            reference = new_reference()
            log.exception("an answer could not be drawn, reference %s", reference)
            message = notice(apology(reference))
        _post(ask.to, message)
        self._done(ask.keys)

    def _done(self, keys: tuple[str, ...]) -> None:
        with self.open_log() as claims:
            claims.done(keys, at=self.now())

    def _today(self) -> date:
        return self.now().astimezone().date()


def _post(place: Place, message: SlackMessage) -> None:
    """Post the message; where Slack does not take its blocks, post its text, which says the same."""
    try:
        place.post(message)
    except SlackApiError as error:
        if error.response.get("error") not in UNDRAWABLE:
            raise
        log.exception("Slack did not take the blocks of an answer; its text goes out instead")
        place.post(SlackMessage(text=message.text))
