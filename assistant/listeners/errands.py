"""Errands: what a click, a modal or a file asks for: kept before it is acknowledged, done once, and never silently.

    errands.run(Errand(keys=(click.key,), to=place, body=body, client=client, action="share"), work)

What is kept is the delivery, as Slack sent it. A worker hands it to its listener a second time, whose `run` then does
the work, so that what a process left when it died is done by the next one. `work` is given the moment of the delivery,
the same each time: by it a change that was recorded before its process died is recognised, and not made again.

A click, a command or an event is acknowledged when it is kept. A submitted modal is acknowledged first, for the
acknowledgement shows that we are at work, and must not overtake the result: what a process loses that dies in the
milliseconds between is a modal that goes on saying so.

Of the errands of one person one is done at a time, in the order in which they came; those that name a `lane` wait for
each other there instead. They do not share the threads that answer questions: an import that takes a minute keeps
nobody waiting.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from slack_sdk import WebClient

from assistant.listeners.desk import BUSY, CRASHES, Desk, team_of
from assistant.listeners.inbox import Kept, passes
from assistant.listeners.modals import LATE, VIEW, InModal
from assistant.listeners.outbox import PutOff
from assistant.listeners.people import Body, sender_of
from assistant.listeners.posting import Place
from assistant.policy import Action, PlaceKind
from assistant.rendering.slack import SlackMessage, notice
from assistant.replies import apology, new_reference
from knowledge.errors import JourneyError
from knowledge.store.inbox import Job

log = logging.getLogger(__name__)

Work = Callable[[datetime], None]
Deliver = Callable[[dict[str, Any], WebClient, "Errands"], None]
"""Hands a delivery to its listener, with the errands that it is to run what it finds by."""

ERRAND = "errand"
STALE = timedelta(days=1)
"""What has waited for longer, for want of a process, is asked for again rather than done out of the blue."""
DONE_BEFORE = "This was done, and then I was restarted before I could tell you."
TOO_OLD = "I was not running for more than a day, so I have left this undone. Please do it again if you still want it."


@dataclass(frozen=True, kw_only=True)
class Errand:
    """What is asked for: by which `keys`, in which delivery, through which client.

    `to` is where it is told if it is left undone; None where nobody waits for it. Where an `action` is named, whoever
    sent the `body` is asked after first, and one who may not do it hears why: `only_asker` says that nobody else sees
    what comes of it, `channel` where it would be done, if not where it came from. Errands that name a `lane` wait for
    each other there, and not for the person's others.
    """

    keys: tuple[str, ...]
    body: Body
    client: WebClient
    to: Place | None = None
    action: Action | None = None
    only_asker: bool = False
    channel: str | None = None
    lane: str | None = None


class Forbidden(JourneyError):
    """Somebody may not do what they asked for; the message says why."""


class Errands:
    """Takes errands on, and has them done by the desk's workers. Safe to use from many threads."""

    def __init__(self, *, desk: Desk, deliver: Deliver) -> None:
        self._desk, self._deliver = desk, deliver
        desk.errands.handle(ERRAND, self._hand_over)

    def run(self, errand: Errand, work: Work) -> bool:
        """Have the work done once, however often its keys come; where it fails, say so. False: not taken on.

        What a person can mend is told in its own words; anything else gets a reference that the log knows. An event
        that can't be kept raises StoreError, so that Slack delivers it again; a click comes once, so the person is
        told.
        """
        team = team_of(dict(errand.body))
        view = errand.to.view_id if isinstance(errand.to, InModal) else None
        kept = {"body": dict(errand.body), "view": view}
        lane = f"{team}:errands:{errand.lane or sender_of(errand.body).user}"
        try:
            taken = self._desk.errands.keep(ERRAND, errand.keys, kept, team=team, lane=lane)
        except JourneyError:
            if "event" in errand.body:
                raise
            reference = new_reference()
            log.exception("%s could not be kept, reference %s", errand.keys[-1], reference)
            self._aside(errand.to, apology(reference))
            return False
        if taken is Kept.FULL:
            self._aside(errand.to, BUSY)
        return taken is Kept.NEW

    def allows(self, action: Action, body: Body, client: WebClient) -> bool:
        """Tell whether whoever sent this may do that where only they see it; asks Slack, so call it on a worker."""
        return self.why_not(action, body, client) is None

    def why_not(self, action: Action, body: Body, client: WebClient, channel: str | None = None) -> str | None:
        """Return why they may not do that where only they see it; None where they may."""
        return self._refusal(action, body, client, only_asker=True, channel=channel)

    def channels_of(self, user: str, client: WebClient) -> Mapping[str, str] | None:
        """Return the channels that a person is in, with their names; asks Slack. None: nobody is asked about."""
        return self._desk.people.channels_of(user, client) if self._desk.people else None

    def kind_of(self, channel: str, body: Body, client: WebClient) -> PlaceKind:
        """Return what kind of channel it is; asks Slack. Without people, a channel's id has to tell."""
        if not self._desk.people:
            return "public" if channel.startswith("C") else "dm" if channel.startswith("D") else "private"
        return self._desk.people.place(sender_of(body), client, channel=channel).kind

    def post(self, key: str, place: Place, message: SlackMessage, client: WebClient) -> None:
        """Post for others to read, once under this key, however often the work is begun."""
        self._desk.send(f"{ERRAND}:{key}", place, message, client=client, team=self._team(client))

    def _team(self, client: WebClient) -> str:
        return str(client.default_params.get("team_id") or "")

    def _refusal(
        self, action: Action, body: Body, client: WebClient, *, only_asker: bool, channel: str | None = None
    ) -> str | None:
        if not self._desk.people:
            return None
        verdict = self._desk.people.decide(action, body, client, only_asker=only_asker, channel=channel)
        return None if verdict.allowed else verdict.text

    def _aside(self, to: Place | None, sentence: str) -> None:
        if to is not None:
            self._desk.aside(to, sentence)

    def _hand_over(self, job: Job) -> str:
        """Hand a kept delivery to its listener again; return what became of it in a word."""
        client = self._desk.clients(job.team)
        if client is None:
            return "not installed"
        doing = _Doing(desk=self._desk, job=job, client=client)
        self._deliver(_as_kept(job), client, doing)
        return doing.outcome


class _Doing(Errands):
    """The errands of a delivery whose turn it is: what is run is done at once."""

    def __init__(self, *, desk: Desk, job: Job, client: WebClient) -> None:
        self._desk, self._job, self._client = desk, job, client
        self.outcome = "nothing to do"

    def run(self, errand: Errand, work: Work) -> bool:
        """Do the work; what may go well later is raised, for the inbox to try it again."""
        try:
            self.outcome = self._told(errand.to, self._leave_it(errand.body)) or "done"
            if self.outcome == "done":
                if refusal := self._forbidden(errand):
                    raise Forbidden(refusal)
                work(self._job.received_at)
        except Exception as error:
            if isinstance(error, PutOff) or passes(error):
                raise
            what = errand.keys[-1].partition(":")[0]
            self.outcome = self._told(errand.to, self._explained(error, what)) or "failed"
        return True

    def _forbidden(self, errand: Errand) -> str | None:
        """Return why whoever sent it may not have it done; None where they may."""
        if errand.action is None:
            return None
        return self._refusal(
            errand.action, errand.body, errand.client, only_asker=errand.only_asker, channel=errand.channel
        )

    def _team(self, client: WebClient) -> str:
        return self._job.team

    def _leave_it(self, body: Body) -> str:
        """Say why the work is not to be done (again); nothing where it is."""
        job = self._job
        if self._desk.now() - job.received_at > STALE:
            return TOO_OLD
        if job.crashes >= CRASHES:
            reference = new_reference()
            log.error("%d processes ended over an errand, reference %s; it is not tried again", job.crashes, reference)
            return apology(reference)
        if job.crashes or job.failures:
            with self._desk.open_audit() as audit:
                return DONE_BEFORE if audit.has(sender_of(body).user, at=job.received_at) else ""
        return ""

    def _explained(self, error: Exception, what: str) -> str:
        if isinstance(error, JourneyError):
            log.warning("%s was refused: %s", what, type(error).__name__)
            return str(error)
        reference = new_reference()
        log.error("%s failed, reference %s", what, reference, exc_info=error)
        return apology(reference)

    def _told(self, to: Place | None, sentence: str) -> str:
        """Tell the person, once, that it was left undone and why; return the outcome in a word, nothing for nothing."""
        if sentence and isinstance(to, InModal):
            to.post(notice(sentence))
        elif sentence and to is not None:
            key = f"{ERRAND}:{self._job.number}"
            self._desk.send(key, to, notice(sentence), client=self._client, team=self._job.team)
        return "left" if sentence else ""


def _as_kept(job: Job) -> dict[str, Any]:
    """Return the delivery as Slack sent it, with what was done for it before, and whether somebody waits in vain."""
    body: dict[str, Any] = dict(job.payload["body"])
    body[VIEW] = job.payload["view"] or ""
    if job.crashes:
        late: Mapping[str, str] = {LATE: sender_of(body).user}
        body |= late
        if body.get("type") == "view_submission" or (body.get("view") or {}).get("type") == "modal":
            body["view"] = body["view"] | late
    return body
