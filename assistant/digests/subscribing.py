"""Subscribing: a wish in words becomes a draft, a draft goes live after a look at it, and either can be taken back."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from assistant.digests.content import Answering, Digest, compose
from assistant.digests.due import local_day, next_due, when, zone_of
from assistant.digests.tick import Story, fired
from knowledge.errors import InputError, NotFound
from knowledge.journey import Stage
from knowledge.store import Store
from knowledge.subscriptions import DAYS, Alert, Subscription, SubscriptionKind

PER_DAY = 3
MOST_PER_DAY = 20
WEEKDAY, MINUTE = 0, 9 * 60
EXAMPLE = "onboarding and use every Monday at 9:00 Europe/Vienna"

_ZONE = re.compile(r"\b(?:UTC|[A-Z][A-Za-z]+/[A-Za-z_]+(?:/[A-Za-z_]+)?)\b")
_DAY = re.compile(r"\b(" + "|".join(day[:3] for day in DAYS) + r")(?:s|nes|rs|ur|urs)?(?:day)?s?\b", re.IGNORECASE)
_DAILY = re.compile(r"\b(?:daily|(?:every|each) day)\b", re.IGNORECASE)
_BUDGET = re.compile(r"\b(\d+)\s*(?:a|per|each|every)\s*day\b", re.IGNORECASE)
_TIME = re.compile(r"\b(?:at\s+)?(\d{1,2})(?::(\d{2}))?\s*(am|pm|h|o'clock)?\b", re.IGNORECASE)
_ALERTS = re.compile(r"\balerts?\b", re.IGNORECASE)
_FILLERS = frozenset(["a", "about", "all", "an", "and", "at", "digest", "digests", "each", "every", "everything", "for",
                      "in", "me", "most", "of", "on", "please", "stage", "stages", "the", "this", "to", "us", "week",
                      "weekly", "with"])  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What somebody asked to be sent: a digest of stages at a time, or alerts."""

    kind: SubscriptionKind
    stages: tuple[str, ...]
    zone: str
    weekday: int | None = None
    minute: int | None = None
    per_day: int | None = None


def understand(words: str, stages: Iterable[Stage], *, zone: str) -> Wish:
    """Read a wish such as "onboarding every Friday at 14:30" or "alerts, 2 a day"; `zone` where none is named.

    Raises InputError for a stage, a time or a zone that there is none of: nothing is guessed at.
    """
    rest = words
    rest, named = _taken(_ZONE, rest)
    where = named.group(0) if named else zone
    zone_of(where)
    rest, alerts = _taken(_ALERTS, rest)
    rest, budget = _taken(_BUDGET, rest)
    rest, daily = _taken(_DAILY, rest)
    rest, day = _taken(_DAY, rest)
    rest, time = _taken(_TIME, rest)
    chosen = _stages(rest, list(stages))
    if alerts:
        per_day = int(budget[1]) if budget else PER_DAY
        if not 1 <= per_day <= MOST_PER_DAY:
            raise InputError(f"There may be 1 to {MOST_PER_DAY} alerts a day, not {per_day}.")
        return Wish(kind="alerts", stages=chosen, zone=where, per_day=per_day)
    weekday = next(i for i, name in enumerate(DAYS) if name.lower().startswith(day[1].lower())) if day else WEEKDAY
    return Wish(
        kind="digest", stages=chosen, zone=where, weekday=None if daily else weekday,
        minute=_minute(time) if time else MINUTE,
    )  # fmt: skip


def draft(store: Store, wish: Wish, *, channel: str, by: str, at: datetime, team: str = "") -> Subscription:
    """Keep a wish as a subscription that is not live yet."""
    return store.subscriptions.add(planned(wish, channel=channel, by=by, at=at, team=team))


def planned(wish: Wish, *, channel: str, by: str, at: datetime, team: str = "") -> Subscription:
    """Return a wish as the subscription that it would be."""
    return Subscription(
        kind=wish.kind, channel=channel, zone=wish.zone, by=by, at=at, team=team, stages=wish.stages,
        weekday=wish.weekday, minute=wish.minute, per_day=wish.per_day,
    )  # fmt: skip


def preview(sub: Subscription, answers: Answering, now: datetime) -> Digest:
    """Return the digest as it would be if it were due today."""
    return compose(sub, local_day(now, sub.zone), answers)


def firing(sub: Subscription, answers: Answering, now: datetime) -> list[Story]:
    """Return what fires now; it counts as known when alerts go live, so that they tell news only."""
    return list(fired(answers, sub.stages, local_day(now, sub.zone)))


def start(store: Store, number: int, answers: Answering, *, by: str, at: datetime) -> Subscription:
    """Let a draft go live; what is due or fires from now on counts. Raises NotFound where it was taken back."""
    sub = store.subscriptions.get(number)
    if sub.ended:
        raise NotFound(f"Subscription {number} was taken back. Set it up anew: /journey subscribe")
    if sub.live:
        return sub
    day = local_day(at, sub.zone)
    stories = firing(sub, answers, at) if sub.kind == "alerts" else []
    with store.atomic():
        for story in stories:
            if not _is_known(store, sub, story):
                store.alerts.note_known(sub, story.theme, story.status, story.onset, at=at, day=day)
        store.subscriptions.go_live(number, at=at)
        store.audit.record("subscription", _detail(sub) | {"did": "started"}, at=at, actor=by)
    return store.subscriptions.get(number)


def stop(store: Store, number: int, *, by: str, at: datetime, channel: str | None = None) -> Subscription:
    """Take a subscription back; raises NotFound where there is none, or none in that channel."""
    sub = store.subscriptions.get(number)
    if sub.ended or (channel and sub.channel != channel):
        raise NotFound(f"There is no subscription {number} here.")
    with store.atomic():
        store.subscriptions.end(number, at=at)
        if sub.live:
            store.audit.record("subscription", _detail(sub) | {"did": "stopped"}, at=at, actor=by)
    return replace(sub, ended=at)


def move(store: Store, number: int, zone: str, *, by: str, at: datetime) -> Subscription:
    """Read the hour of a subscription on another clock; raises InputError for a zone that there is none of."""
    zone_of(zone)
    sub = store.subscriptions.get(number)
    with store.atomic():
        store.subscriptions.change_zone(number, zone)
        store.audit.record("subscription", _detail(sub) | {"did": f"moved to {zone}"}, at=at, actor=by)
    return store.subscriptions.get(number)


def acknowledge(store: Store, number: int, *, by: str, at: datetime, owner: str | None = None) -> Alert:
    """Note that somebody knows of an alert and, where one is named, who takes it on; no reminder comes."""
    with store.atomic():
        alert = store.alerts.handle(number, "acknowledged", by=by, at=at, owner=owner)
        _note(store, alert, "taken on" if owner else "acknowledged", by=by, at=at)
    return alert


def snooze(store: Store, number: int, *, by: str, at: datetime, wait: timedelta) -> Alert:
    """Put an alert off for some days; one reminder comes after them if it still goes on."""
    zone = store.subscriptions.get(store.alerts.get(number).subscription).zone
    until = local_day(at, zone) + wait
    with store.atomic():
        alert = store.alerts.handle(number, "snoozed", by=by, at=at, until=until)
        _note(store, alert, f"snoozed until {until}", by=by, at=at)
    return alert


def _note(store: Store, alert: Alert, did: str, *, by: str, at: datetime) -> None:
    detail = {"alert": alert.number, "theme": alert.theme, "channel": alert.channel, "did": did}
    store.audit.record("alert", detail, at=at, actor=by)


def told(sub: Subscription, now: datetime) -> str:
    """Say a subscription in a line: `3: digest of onboarding, every Monday at 09:00 (UTC); next on 2 November`."""
    stages = ", ".join(sub.stages) or "all stages"
    line = (
        f"{sub.number}: {sub.kind} of {stages}, {when(sub)}" if sub.number else f"{sub.kind} of {stages}, {when(sub)}"
    )
    following = next_due(sub, now)
    if not sub.live:
        return f"{line}; not live yet"
    if following is None:
        return line
    local = following.astimezone(zone_of(sub.zone))
    return f"{line}; next on {local.day} {local:%B}"


def _is_known(store: Store, sub: Subscription, story: Story) -> bool:
    held = store.alerts.latest(sub.channel, story.theme)
    return held is not None and story.onset <= held.seen


def _detail(sub: Subscription) -> dict[str, object]:
    return {"number": sub.number, "kind": sub.kind, "channel": sub.channel}


def _taken(pattern: re.Pattern[str], text: str) -> tuple[str, re.Match[str] | None]:
    """Take the first match out of a text."""
    found = pattern.search(text)
    return (f"{text[: found.start()]} {text[found.end() :]}", found) if found else (text, None)


def _minute(time: re.Match[str]) -> int:
    hour, minute, half = int(time[1]), int(time[2] or 0), (time[3] or "").lower()
    if half in ("am", "pm"):
        if not 1 <= hour <= 12:
            raise InputError(f"{time[0].strip()!r} is no time of day. Write it like 9:00 or 2:30 pm.")
        hour = hour % 12 + (12 if half == "pm" else 0)
    if hour > 23 or minute > 59:
        raise InputError(f"{time[0].strip()!r} is no time of day. Write it like 9:00 or 2:30 pm.")
    return hour * 60 + minute


def _stages(text: str, known: list[Stage]) -> tuple[str, ...]:
    """Return the stages that what is left of a wish names; every word must be of one, or say nothing."""
    names = {name.casefold(): stage.id for stage in known for name in (stage.id, stage.name, *stage.aliases)}
    left = " ".join(re.findall(r"[\w&'-]+", text.casefold()))
    chosen = []
    for name in sorted(names, key=len, reverse=True):
        rest = re.sub(rf"(?<![\w-]){re.escape(name)}(?![\w-])", " ", left)
        if rest != left:
            chosen.append(names[name])
            left = rest
    strangers = [word for word in left.split() if word not in _FILLERS]
    if strangers:
        stages = ", ".join(stage.name for stage in known)
        raise InputError(f"I do not know what {' '.join(strangers)!r} means here. Try: {EXAMPLE}. Stages: {stages}.")
    order = [stage.id for stage in known]
    return tuple(sorted(set(chosen), key=order.index))
