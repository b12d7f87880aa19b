"""The desk: takes on each question once, has it answered by the workers, and sees that the asker hears back."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from assistant.listeners.inbox import Inbox, Kept
from assistant.listeners.outbox import Outbox, lane_of, quiet
from assistant.listeners.people import People, Sender
from assistant.listeners.posting import InThread, Place, Privately, place_of
from assistant.listeners.signals import Heard, Signals
from assistant.listeners.workers import Workers
from assistant.policy import may
from assistant.rendering.slack import SlackMessage, notice, render
from assistant.replies import Replies, apology, new_reference
from knowledge.errors import JourneyError
from knowledge.store.audit import AuditRows
from knowledge.store.inbox import Job
from knowledge.store.slack import SlackLog

log = logging.getLogger(__name__)

OpenLog = Callable[[], AbstractContextManager[SlackLog]]
OpenAudit = Callable[[], AbstractContextManager[AuditRows]]
Now = Callable[[], datetime]
Clients = Callable[[str], WebClient | None]
"""The client of a workspace, by its id; None where the app isn't installed there (any more)."""

ASK, REVISE, WITHDRAW = "ask", "revise", "withdraw"
"""The kinds of jobs: a question, an answer to a question that was edited, one to a question that was deleted."""
STALE = timedelta(days=7)
"""A question that has waited for longer, in a file that was restored for one, is not answered any more."""
UNDRAWABLE = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_too_long", "msg_blocks_too_long"})
CRASHES = 4
"""A question over which so many processes died is not tried again."""
BUSY = "I have more questions than I can answer right now. Please ask again in a minute."


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A question as it reached us: by which deliveries, in which words, from whom, and where the answer goes.

    `keys` name the delivery and the message; whoever shares one of them is the same question. `asked` is shown with
    the answer where the question itself does not stand above it. `team` is the workspace that the app answers in,
    `asker_team` the asker's own; `shared` says that the channel is open to another organisation. `channel` is where a
    command was typed, whose answer only the asker sees; `ts` is the message that asks, where one does.
    """

    keys: tuple[str, ...]
    text: str
    asker: str
    thread: str | None
    to: Place
    asked: str | None = None
    team: str = ""
    asker_team: str | None = None
    shared: bool = False
    channel: str | None = None
    ts: str | None = None

    @property
    def where(self) -> str | None:
        """The channel that it was asked in; None where it is not known."""
        return self.to.channel if isinstance(self.to, InThread) else self.channel


def message_key(team: str, channel: str, ts: str) -> str:
    """Return the name of a message, however it reached us."""
    return f"message:{team}:{channel}:{ts}"


def team_of(body: dict[str, Any]) -> str:
    """Return the workspace, or the organisation, that a delivery is for: the one in which we are installed."""
    for one in body.get("authorizations") or []:
        if found := one.get("team_id") or one.get("enterprise_id"):
            return str(found)
    team = body.get("team")
    found = body.get("team_id") or (team.get("id") if isinstance(team, dict) else team) or body.get("enterprise_id")
    return str(found or "")


def delivery_keys(body: dict[str, Any], event: dict[str, Any]) -> tuple[str, ...]:
    """Return the names of an event: its own, which its repetitions share, and that of the message it is about."""
    return (f"event:{body['event_id']}", message_key(team_of(body), event["channel"], event["ts"]))


def utc_now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


class Desk:
    """Where every Slack listener hands in a question. Safe to use from many threads.

    Questions are kept by `inbox` and answered through `outbox`; `errands` keeps what clicks, modals and files ask for
    (see `Errands`). `open_log` opens the claims for the calling thread, `open_audit` the record of changes, `workers`
    do what need not outlive the process. `now` is the clock; an answer's "today" is its day. `clients` gives
    the client of a workspace; `drains` are called when the process ends. `people` know who may ask; without them,
    everybody may.
    """

    def __init__(
        self,
        *,
        replies: Replies,
        inbox: Inbox,
        errands: Inbox,
        outbox: Outbox,
        open_log: OpenLog,
        open_audit: OpenAudit,
        workers: Workers,
        now: Now = utc_now,
        people: People | None = None,
    ) -> None:
        self._replies = replies
        self.people = people
        self.inbox, self.errands, self.outbox = inbox, errands, outbox
        self.open_log, self.open_audit = open_log, open_audit
        self._workers = workers
        self.now = now
        self.clients: Clients = lambda team: None
        # Signs are shown by threads of their own: where Slack is slow with them, nothing else waits.
        self._signals, self._signallers = Signals(), Workers(threads=2, capacity=200)
        self.drains: list[Callable[[float], bool]] = [workers.drain, self._signallers.drain]
        inbox.handle(ASK, self._answer)
        inbox.handle(REVISE, self._revise)
        inbox.handle(WITHDRAW, self._withdraw)

    def start(self) -> None:
        """Begin to work, on behalf of the workspaces that have `clients`."""
        self.inbox.start()
        self.errands.start()

    def take(self, ask: Ask) -> None:
        """Take on a question unless it has been taken: it is on the disk when this returns.

        Where the queue is full the asker hears of it. Where the file can't be written, a message raises StoreError: it
        must not be acknowledged, for Slack delivers it again. Of commands and clicks, which come once, the asker hears.
        """
        team = ask.team or _team(ask.to)
        try:
            kept = self.inbox.keep(ASK, ask.keys, _kept(ask), team=team, lane=_lane(team, ask.to))
        except JourneyError:
            if ask.ts:
                raise
            reference = new_reference()
            log.exception("a question could not be kept, reference %s", reference)
            self.aside(ask.to, apology(reference))
            return
        heard = _heard(ask, team)
        if kept is Kept.FULL:
            self.aside(ask.to, BUSY)
        elif kept is Kept.NEW and heard and isinstance(ask.to, InThread):
            client = ask.to.client
            self._signallers.offer(lambda: self._signals.put_up(client, heard))

    def revise(self, ask: Ask, *, of: str) -> None:
        """Answer the edited question in the place of the one that goes by the key `of`, answered or not."""
        state = self.inbox.find(of)
        if state is None or state.kind != ASK or self.inbox.amend(state.number, {"text": ask.text}):
            return
        payload = _kept(ask) | {"of": state.number}
        self.inbox.keep(REVISE, ask.keys, payload, team=ask.team, lane=_lane(ask.team, ask.to))

    def withdraw(self, keys: tuple[str, ...], heard: Heard, client: WebClient) -> None:
        """Drop a question with its answer: the person has deleted it."""
        state = self.inbox.find(message_key(heard.team, heard.channel, heard.ts))
        if state is None or state.kind != ASK:
            return
        if self.inbox.cancel(state.number):
            self._signallers.offer(lambda: self._signals.take_down(client, heard))
        else:
            lane = lane_of(heard.team, heard.channel)
            self.inbox.keep(WITHDRAW, keys, {"of": state.number}, team=heard.team, lane=lane)

    def stop(self, heard: Heard, client: WebClient) -> None:
        """Drop a question, unless it has been begun, and take its sign down."""
        state = self.inbox.find(message_key(heard.team, heard.channel, heard.ts))
        if state is not None and state.kind == ASK:
            self.inbox.cancel(state.number)
        self._signallers.offer(lambda: self._signals.take_down(client, heard))

    def carry_out(self, keys: tuple[str, ...], to: Place, act: Callable[[datetime], str]) -> None:
        """Do something once that is told in a sentence; `act` gets the moment and runs on a worker.

        It isn't kept: for what must not be written down, such as whom to forget.
        """

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
            with self.open_log() as claims:
                taken = claims.claim(*keys, at=self.now())
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

    def remove_workspace(self, team: str) -> int:
        """Delete all that a workspace left in the file; return how many rows."""
        return self.inbox.remove_workspace(team)

    def drain(self, timeout_s: float) -> bool:
        """Finish what was taken; False where something was left, which the next process takes up."""
        drains = [self.inbox.drain, self.errands.drain, *self.drains]
        finished = [drain(timeout_s) for drain in drains]
        return all(finished)

    def aside(self, to: Place, sentence: str) -> None:
        """Say something at once that is no answer, and that nobody waits for."""
        self._workers.offer(lambda: to.post(notice(sentence)))

    def send(self, key: str, place: Place, message: SlackMessage, *, client: WebClient, team: str = "") -> None:
        """Send a message once; where Slack does not take its blocks, send its text, which says the same.

        Where the way back of a command is used up, it goes to the person directly.
        """
        try:
            method, payload = place.sending(message)
            self.outbox.send(key, method, payload, client=client, team=team)
        except SlackApiError as error:
            if directly := place.instead(error) if isinstance(place, Privately) else None:
                self.send(key, directly, message, client=client, team=team)
                return
            if error.response.get("error") not in UNDRAWABLE or not message.blocks:
                raise
            log.exception("Slack did not take the blocks of an answer; its text goes out instead")
            self.send(key, place, SlackMessage(text=message.text), client=client, team=team)

    def _answer(self, job: Job) -> str:
        """Answer the question that a job carries."""
        client = self.clients(job.team)
        if client is None:
            return "not installed"
        if self.now() - job.received_at > STALE:
            log.warning("job %d is %s old: not answered any more", job.number, self.now() - job.received_at)
            return "too old"
        ask = _ask(job, client)
        key = f"answer:{job.number}"
        refused = self._refused(ask, client)
        message = notice(refused) if refused else self._drawn(ask, crashes=job.crashes)
        try:
            self.send(key, ask.to, message, client=client, team=job.team)
        finally:
            if heard := _heard(ask, job.team):
                self._signallers.offer(lambda: self._signals.take_down(client, heard))
        return "answered"

    def _revise(self, job: Job) -> str:
        """Put the answer to the edited question in the place of the first one."""
        client, sent = self.clients(job.team), self.outbox.find(f"answer:{job.payload['of']}")
        if client is None or sent is None or not sent.ts:
            return "nothing to revise"
        message = self._drawn(_ask(job, client), crashes=job.crashes)
        payload = {"channel": sent.channel, "ts": sent.ts, "text": message.text, "blocks": list(message.blocks)}
        try:
            quiet(client).api_call("chat.update", json=payload)
        except SlackApiError as error:
            if error.response.get("error") not in UNDRAWABLE:
                raise
            quiet(client).api_call("chat.update", json=payload | {"blocks": []})
        return "revised"

    def _withdraw(self, job: Job) -> str:
        """Delete the answer to a question that was deleted."""
        client, sent = self.clients(job.team), self.outbox.find(f"answer:{job.payload['of']}")
        if client is None or sent is None or not sent.ts:
            return "nothing to withdraw"
        try:
            quiet(client).api_call("chat.delete", json={"channel": sent.channel, "ts": sent.ts})
        except SlackApiError as error:
            if error.response.get("error") != "message_not_found":
                raise
        return "withdrawn"

    def _refused(self, ask: Ask, client: WebClient) -> str | None:
        """Return why the asker gets no answer there; None where they do."""
        if not self.people:
            return None
        sender = Sender(user=ask.asker, team=ask.asker_team, channel=ask.where, shared=ask.shared)
        place = self.people.place(sender, client, only_asker=isinstance(ask.to, Privately))
        verdict = may(self.people.actor(sender, client), "ask", place)
        return None if verdict.allowed else verdict.text

    def _drawn(self, ask: Ask, *, crashes: int = 0) -> SlackMessage:
        if crashes >= CRASHES:
            reference = new_reference()
            log.error("%d processes ended over a question, reference %s; it is not tried again", crashes, reference)
            return notice(apology(reference))
        answer = self._replies.reply(
            ask.text, asker=ask.asker, thread=ask.thread, today=self._today(), channel=ask.where
        )
        try:
            return render(answer, asked=ask.asked, day=self._today(), private=isinstance(ask.to, Privately))
        except Exception:
            reference = new_reference()
            log.exception("an answer could not be drawn, reference %s", reference)
            return notice(apology(reference))

    def _done(self, keys: tuple[str, ...]) -> None:
        with self.open_log() as claims:
            claims.done(keys, at=self.now())

    def _today(self) -> date:
        return self.now().astimezone().date()


def _team(place: Place) -> str:
    """Return the workspace that the place's client speaks for: Bolt makes a client for each delivery."""
    client = getattr(place, "client", None)
    return str(client.default_params.get("team_id") or "") if client else ""


def _lane(team: str, place: Place) -> str | None:
    return lane_of(team, place.channel) if isinstance(place, InThread) else None


def _heard(ask: Ask, team: str) -> Heard | None:
    """Return where the question stands, None where it is no message."""
    if not ask.ts or not isinstance(ask.to, InThread):
        return None
    return Heard(team=team, channel=ask.to.channel, ts=ask.ts, thread_ts=ask.to.thread_ts or ask.ts)


def _kept(ask: Ask) -> dict[str, Any]:
    """Return the question as the inbox keeps it."""
    return {
        "text": ask.text,
        "asker": ask.asker,
        "thread": ask.thread,
        "to": ask.to.kept(),
        "asked": ask.asked,
        "asker_team": ask.asker_team,
        "shared": ask.shared,
        "ts": ask.ts,
        "channel": ask.channel,
    }


def _ask(job: Job, client: WebClient) -> Ask:
    """Return the question that a job carries."""
    kept = {name: value for name, value in job.payload.items() if name != "of"}
    return Ask(keys=(), team=job.team, **(kept | {"to": place_of(kept["to"], client, kept["asker"])}))
