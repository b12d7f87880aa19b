"""The tick: sends what is due and raises what has fired, once each, however many processes tick on one file.

Each digest and alert is claimed in the file before it is made, and noted after it was delivered. Between the two a
process may die: then its claim runs out and another one delivers it under the same key, by which the outbox knows
whether it had been posted.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from assistant.digests.content import Answering, Digest, compose, flagged, lines_of, new_themes
from assistant.digests.due import due, local_day, zone_of
from knowledge.store import Store
from knowledge.store.subscriptions import MOST_TRIES
from knowledge.subscriptions import Alert, Subscription

log = logging.getLogger(__name__)

LATE = timedelta(hours=1)
"""A digest that comes so long after its time says so."""
WAKING = (8, 20)
"""The hours, on the channel's clock, between which alerts are raised: the data they rest on changes by weeks."""


@dataclass(frozen=True, kw_only=True)
class DigestParcel:
    """A digest to deliver; `key` is the same however often it is tried."""

    key: str
    digest: Digest

    @property
    def channel(self) -> str:
        """Where it goes."""
        return self.digest.subscription.channel

    @property
    def team(self) -> str:
        """The workspace of the channel."""
        return self.digest.subscription.team


@dataclass(frozen=True, kw_only=True)
class AlertParcel:
    """An alert to deliver: the sentence of the answer that fired, the theme's name, and whether it is a reminder."""

    key: str
    alert: Alert
    name: str
    line: str
    reminder: bool
    by: str

    @property
    def channel(self) -> str:
        """Where it goes."""
        return self.alert.channel

    @property
    def team(self) -> str:
        """The workspace of the channel."""
        return self.alert.team


Parcel = DigestParcel | AlertParcel


class Withheld(Exception):
    """A parcel may not be delivered where it is to go, now or later; the text says why."""


Opener = Callable[[], AbstractContextManager[Store]]


@dataclass(frozen=True, kw_only=True)
class Scheduler:
    """Sees to what is due. `answers` gives who answers in a channel, `deliver` posts once per key or raises."""

    open: Opener
    answers: Callable[[str], Answering]
    deliver: Callable[[Parcel], None]
    _looked: dict[int, tuple[date, int]] = field(default_factory=dict)

    def tick(self, now: datetime) -> int:
        """Deliver what is due by now; return how many. What fails is logged and tried again at a later tick."""
        with self.open() as store:
            live = [sub for sub in store.subscriptions.all() if sub.live]
        return sum(self._guarded(sub, now) for sub in live)

    def _guarded(self, sub: Subscription, now: datetime) -> int:
        """See to one subscription; what goes wrong with it keeps no other waiting."""
        try:
            return self._digest(sub, now) if sub.kind == "digest" else self._alerts(sub, now)
        except Exception:
            log.exception("subscription %d could not be dealt with; it is tried again", sub.number)
            return 0

    def _digest(self, sub: Subscription, now: datetime) -> int:
        with self.open() as store:
            runs = store.subscriptions.runs(sub.number)
            found = due(sub, {run.day for run in runs if run.state != "claimed"}, now)
            if not found or not store.subscriptions.claim(sub.number, found.day, found.at, found.missed, at=now):
                return 0
        try:
            digest = compose(sub, found.day, self.answers(sub.channel), missed=found.missed, late=now - found.at > LATE)
            self.deliver(DigestParcel(key=f"digest:{sub.number}:{found.day}", digest=digest))
        except Withheld as why:
            with self.open() as store:
                store.subscriptions.close(sub.number, found.day, "failed", at=now)
                _note_withheld(store, sub.number, sub.channel, str(why), now)
            return 0
        except Exception:
            self._give_up(sub, found.day, now)
            raise
        with self.open() as store:
            store.subscriptions.close(sub.number, found.day, "sent", at=now)
        return 1

    def _give_up(self, sub: Subscription, day: date, now: datetime) -> None:
        """After many tries note that it failed, so that the next one gets its chance."""
        with self.open() as store:
            tries = next((run.tries for run in store.subscriptions.runs(sub.number) if run.day == day), 0)
            if tries >= MOST_TRIES:
                store.subscriptions.close(sub.number, day, "failed", at=now)
                detail = {"subscription": sub.number, "channel": sub.channel, "day": day.isoformat()}
                store.audit.record("digest_failed", detail, at=now)

    def _alerts(self, sub: Subscription, now: datetime) -> int:
        hour, day = now.astimezone(zone_of(sub.zone)).hour, local_day(now, sub.zone)
        if not WAKING[0] <= hour < WAKING[1]:
            return 0
        with self.open() as store:
            revision, lost = store.revision, store.alerts.lost(sub, at=now, day=day)
        if self._looked.get(sub.number) == (day, revision) and not lost:
            return 0
        stories = list(fired(self.answers(sub.channel), sub.stages, day))
        count = sum(self._again(alert, stories, sub.by, now) for alert in lost)
        for story in stories:
            with self.open() as store:
                alert = store.alerts.raise_(sub, story.theme, story.status, story.onset, at=now, day=day)
            if alert:
                count += self._post(alert, story, sub.by, now)
        self._looked[sub.number] = (day, revision)
        return count

    def _post(self, alert: Alert, story: "Story", by: str, now: datetime) -> int:
        with self.open() as store:
            posts = store.alerts.posts(alert.number)
        key, count = f"alert:{alert.number}:{posts}", 1
        parcel = AlertParcel(key=key, alert=alert, name=story.name, line=story.line, reminder=posts > 1, by=by)
        try:
            self.deliver(parcel)
        except Withheld as why:
            count = 0
            with self.open() as store:
                _note_withheld(store, alert.subscription, alert.channel, str(why), now)
        with self.open() as store:
            store.alerts.opened(alert.number)
        return count

    def _again(self, alert: Alert, stories: Sequence["Story"], by: str, now: datetime) -> int:
        """Deliver an alert whose posting was begun; where it no longer fires, there is nothing to tell."""
        story = next((story for story in stories if story.theme == alert.theme), None)
        if story:
            return self._post(alert, story, by, now)
        with self.open() as store:
            store.alerts.opened(alert.number)
        return 0


@dataclass(frozen=True, kw_only=True)
class Story:
    """A theme for which the test fired: what the test says, since which Monday, its name, and the answer's sentence."""

    theme: str
    status: str
    onset: date
    name: str
    line: str


def _note_withheld(store: Store, number: int, channel: str, why: str, now: datetime) -> None:
    store.audit.record("withheld", {"subscription": number, "channel": channel, "why": why}, at=now)


def fired(answers: Answering, stages: tuple[str, ...], day: date) -> Iterator[Story]:
    """Yield the themes that the test of recurrence flags as of a day, surest news first."""
    answer = new_themes(answers, stages, day)
    said = {theme: line for line, theme in lines_of(answer)}
    for found in flagged(answer):
        onset = found.recent.period.start if found.recent and found.recent.period else None
        if found.theme_id in said and onset:
            yield Story(
                theme=found.theme_id,
                status=str(found.change),
                onset=onset,
                name=found.name or found.theme_id,
                line=said[found.theme_id],
            )
