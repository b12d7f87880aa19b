"""`/journey subscribe …`: what this channel gets by itself; a wish in words, looked at before it goes live."""

from collections.abc import Callable, Mapping
from datetime import datetime

from assistant.digests import subscribing
from assistant.listeners.commands.typed import Typed
from assistant.listeners.schedule import name_of, zone_of_person
from assistant.listeners.subscriptions import first_look, open_form
from assistant.policy import Action
from assistant.rendering.slack import SlackMessage, notice
from assistant.rendering.slack_digest import render_digest, render_list, render_preview
from assistant.rendering.slack_subscribe import ONLY_YOU
from knowledge.errors import InputError, NotFound
from knowledge.subscriptions import Subscription

USAGE = (
    f"A digest: /journey subscribe {subscribing.EXAMPLE}. Alerts: /journey subscribe alerts for use, 2 a day. "
    "A form: /journey subscribe. To see what there is, look at one, move it to another time zone, or stop it: "
    "/journey subscribe list, preview 3, zone 3 Asia/Tokyo, stop 3."
)


def handle_subscribe(typed: Typed) -> None:
    """Open the form; list what the channel gets; look at one, move or stop it; or preview what the words ask for."""
    if not typed.rest:
        open_form(typed.body, typed.client, typed.clerk, typed.errands, channel=typed.channel)
        return
    first = typed.rest.partition(" ")[0].lower()
    act, action = _VERBS.get(first, (_draft, "subscribe"))
    typed.run(lambda at: typed.place.post(act(typed, at)), action=action, only_asker=True)


def _list(typed: Typed, at: datetime) -> SlackMessage:
    with typed.clerk.open() as store:
        held = store.subscriptions.all(typed.channel)
    if not held:
        return notice(f"This channel is subscribed to nothing. {USAGE}")
    return render_list([subscribing.told(sub, at) for sub in held], "This channel gets:", USAGE)


def _stop(typed: Typed, at: datetime) -> SlackMessage:
    number, _ = _named(typed)
    with typed.clerk.open() as store:
        sub = subscribing.stop(store, number, by=typed.user, at=at, channel=typed.channel)
    return notice(f"Stopped: {sub.kind} {sub.number} of this channel.")


def _zone(typed: Typed, at: datetime) -> SlackMessage:
    number, zone = _named(typed)
    with typed.clerk.open() as store:
        _here(store.subscriptions.get(number), typed)
        sub = subscribing.move(store, number, zone, by=typed.user, at=at)
    return notice(f"Done: {subscribing.told(sub, at)}.")


def _preview(typed: Typed, at: datetime) -> SlackMessage:
    number, _ = _named(typed)
    with typed.clerk.open() as store:
        sub = _here(store.subscriptions.get(number), typed)
    if sub.kind == "digest":
        shown = subscribing.preview(sub, typed.clerk.analyst, at)
        return render_digest(shown, by=name_of(typed.client, sub.by), preview=True)
    stories = subscribing.firing(sub, typed.clerk.analyst, at)
    return render_list([story.line for story in stories], "What fires now:" if stories else "Nothing fires now.", USAGE)


def _named(typed: Typed) -> tuple[int, str]:
    """Return the number of a subscription, and what stands after it."""
    number, _, rest = typed.rest.partition(" ")[2].strip().partition(" ")
    if not number.isascii() or not number.isdecimal():
        raise InputError("Name the number of the subscription: /journey subscribe stop 3")
    return int(number[:9]), rest.strip()


def _here(sub: Subscription, typed: Typed) -> Subscription:
    """Return the subscription if it is this channel's; raises NotFound."""
    if sub.ended or sub.channel != typed.channel:
        raise NotFound(f"There is no subscription {sub.number} here.")
    return sub


def _draft(typed: Typed, at: datetime) -> SlackMessage:
    from assistant.clerk import map_in_force

    zone = zone_of_person(typed.client, typed.user)
    with typed.clerk.open() as store:
        wish = subscribing.understand(typed.rest, map_in_force(store).stages, zone=zone)
        sub = subscribing.draft(store, wish, channel=typed.channel, by=typed.user, at=at, team=typed.team)
    shown = first_look(sub, typed.clerk.analyst, at, by=name_of(typed.client, typed.user))
    return render_preview(sub, [shown], ONLY_YOU)


_VERBS: Mapping[str, tuple[Callable[[Typed, datetime], SlackMessage], Action]] = {
    "list": (_list, "ask"),
    "preview": (_preview, "preview_digest"),
    "stop": (_stop, "subscribe"),
    "remove": (_stop, "subscribe"),
    "zone": (_zone, "subscribe"),
}
"""What can follow; anything else is a wish."""
