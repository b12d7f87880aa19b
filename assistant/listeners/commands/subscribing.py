"""`/journey subscribe …`: what this channel gets by itself; a wish in words, looked at before it goes live."""

from datetime import datetime

from assistant.digests import subscribing
from assistant.digests.content import Digest
from assistant.digests.due import when
from assistant.digests.tick import Story
from assistant.listeners.commands.typed import Typed
from assistant.listeners.schedule import name_of, zone_of_person
from assistant.rendering.slack import SlackMessage, notice
from assistant.rendering.slack_digest import render_digest, render_list, render_preview
from knowledge.errors import InputError
from knowledge.subscriptions import Subscription

USAGE = (
    f"A digest: /journey subscribe {subscribing.EXAMPLE}. Alerts: /journey subscribe alerts for use, 2 a day. "
    "To stop one: /journey subscribe stop 3."
)


def handle_subscribe(typed: Typed) -> None:
    """List what the channel gets; or stop one; or draft one and show its preview, for the asker only."""
    first, _, rest = typed.rest.partition(" ")
    if first.lower() in ("", "list"):
        typed.errands.run((typed.key,), typed.place, lambda at: _list(typed, at), action="ask", body=typed.body,
                          client=typed.client, only_asker=True)  # fmt: skip
        return
    stop = first.lower() in ("stop", "end", "remove")

    def work(at: datetime) -> None:
        typed.place.post(_stop(typed, rest, at) if stop else _draft(typed, at))

    typed.errands.run((typed.key,), typed.place, work, action="subscribe", body=typed.body, client=typed.client,
                      only_asker=True)  # fmt: skip


def preview_message(sub: Subscription, shown: Digest | list[Story], *, by: str) -> SlackMessage:
    """Return the preview of a draft: the digest of today, or what fires now and so is known already."""
    if isinstance(shown, Digest):
        return render_preview(sub, [render_digest(shown, by=by, preview=True)],
                              "Only you see this preview. Nothing is posted before you start it.")  # fmt: skip
    known = [story.line for story in shown]
    head = f"Alerts for this channel, {when(sub)}."
    foot = (
        "Known already, so no alert is raised of it:" if known else "Nothing fires now; you hear when something does."
    )
    listed = render_list(known, f"{head} {foot}", "Only you see this preview. Nothing is posted before you start it.")
    return render_preview(sub, [listed], "Start it?")


def _list(typed: Typed, at: datetime) -> None:
    with typed.clerk.open() as store:
        held = store.subscriptions.all(typed.channel)
    if not held:
        typed.place.post(notice(f"This channel is subscribed to nothing. {USAGE}"))
        return
    lines = [subscribing.told(sub, at) for sub in held]
    typed.place.post(render_list(lines, "This channel gets:", USAGE))


def _stop(typed: Typed, rest: str, at: datetime) -> SlackMessage:
    if not rest.strip().isdecimal():
        raise InputError("Name the number of the subscription: /journey subscribe stop 3")
    with typed.clerk.open() as store:
        sub = subscribing.stop(store, int(rest), by=typed.user, at=at, channel=typed.channel)
    return notice(f"Stopped: {sub.kind} {sub.number} of this channel.")


def _draft(typed: Typed, at: datetime) -> SlackMessage:
    from assistant.clerk import map_in_force

    zone = zone_of_person(typed.client, typed.user)
    with typed.clerk.open() as store:
        wish = subscribing.understand(typed.rest, map_in_force(store).stages, zone=zone)
        sub = subscribing.draft(store, wish, channel=typed.channel, by=typed.user, at=at, team=typed.team)
    analyst = typed.clerk.analyst
    shown: Digest | list[Story] = (
        subscribing.preview(sub, analyst, at) if sub.kind == "digest" else subscribing.firing(sub, analyst, at)
    )
    return preview_message(sub, shown, by=name_of(typed.client, typed.user))
