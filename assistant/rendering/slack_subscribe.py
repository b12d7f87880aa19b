"""Subscribing in a modal: what, of which stages, when; then the preview, which is all that happens before "Start"."""

import json
from collections.abc import Mapping, Sequence

from assistant.digests.due import when
from assistant.digests.subscribing import MINUTE, MOST_PER_DAY, PER_DAY, Wish
from assistant.rendering.slack import SlackMessage
from assistant.rendering.slack_blocks import context
from assistant.rendering.slack_forms import (
    View,
    channel_choice,
    choice,
    chosen,
    line,
    modal,
    options,
    radios,
    says,
    several,
)
from knowledge.subscriptions import DAYS, Subscription

CALLBACK, STARTING, OPEN, TITLE = "subscribe", "subscribe_start", "open_subscribe", "Subscribe a channel"
CHANNEL, KIND, STAGES = "subscribe_channel", "subscribe_kind", "subscribe_stages"
DAY, TIME, ZONE, BUDGET = "subscribe_day", "subscribe_time", "subscribe_zone", "subscribe_budget"
DAILY = "daily"
KINDS = (("digest", "A digest: how things stand, what is new"), ("alerts", "Alerts: only when something new or rising "
         "is certain"))  # fmt: skip
ONLY_YOU = "Only you see this preview. Nothing is posted before you start it."


def subscribe_form(
    stages: Sequence[tuple[str, str]], *, zone: str, channel: str | None = None, held: Sequence[str] = ()
) -> View:
    """Return the modal; without a `channel` it asks for one. `held` says what the channel gets already."""
    days = [(DAILY, "Every day"), *((str(n), f"Every {day}") for n, day in enumerate(DAYS))]
    times = [(str(minute), f"{minute // 60:02}:{minute % 60:02}") for minute in range(0, 24 * 60, 30)]
    budgets = [(str(n), f"{n} a day") for n in range(1, MOST_PER_DAY + 1)]
    blocks = [
        *([] if channel else [channel_choice(CHANNEL, "Channel")]),
        *([says(f"This channel gets {one}") for one in held[:10]]),
        radios(KIND, "What", options(KINDS), chosen="digest"),
        *([several(STAGES, "Stages (all, where you choose none)", options(stages))] if stages else []),
        choice(DAY, "Digest: which day", options(days), chosen="0"),
        choice(TIME, "Digest: at what time", options(times), chosen=str(MINUTE)),
        line(ZONE, "Time zone, such as Europe/Vienna", value=zone, most=60),
        choice(BUDGET, "Alerts: how many at most", options(budgets), chosen=str(PER_DAY)),
    ]
    return modal(CALLBACK, TITLE, blocks, submit="Preview", metadata=channel or "")


def wished(view: View, given: Mapping[str, str]) -> Wish:
    """Return what was filled in; `given` is what `values` found."""
    zone = given.get(ZONE, "").strip()
    stages = chosen(view, STAGES)
    if given.get(KIND) == "alerts":
        return Wish(kind="alerts", stages=stages, zone=zone, per_day=int(given.get(BUDGET) or PER_DAY))
    day = given.get(DAY) or "0"
    minute = int(given.get(TIME) or MINUTE)
    return Wish(kind="digest", stages=stages, zone=zone, weekday=None if day == DAILY else int(day), minute=minute)


def channel_of_form(view: View, given: Mapping[str, str]) -> str:
    """Return the channel that a modal is about: the one that it was opened in, else the one that was chosen."""
    return str(view.get("private_metadata") or "") or given.get(CHANNEL, "")


def preview_form(sub: Subscription, message: SlackMessage, *, present: bool) -> View:
    """Return the preview, which waits for "Start"; `present` says that we are in the channel and can post there."""
    shown = [block for block in message.blocks if block["type"] != "actions"]
    notes = [
        ONLY_YOU if present else f"{ONLY_YOU} I am not in this channel yet: type /invite @Journey Assistant there."
    ]
    blocks = [says(f"{sub.kind.capitalize()}, {when(sub)}"), *shown, *map(context, notes)]
    return modal(STARTING, TITLE, blocks, submit="Start", metadata=_pack(sub))


def carried(view: View) -> tuple[str, Wish]:
    """Return (channel, wish) of a preview."""
    channel, kind, stages, zone, weekday, minute, per_day = json.loads(view["private_metadata"])
    wish = Wish(kind=kind, stages=tuple(stages), zone=zone, weekday=weekday, minute=minute, per_day=per_day)
    return str(channel), wish


def _pack(sub: Subscription) -> str:
    held = [sub.channel, sub.kind, list(sub.stages), sub.zone, sub.weekday, sub.minute, sub.per_day]
    return json.dumps(held, ensure_ascii=False)
