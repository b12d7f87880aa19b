"""Subscribing, as the command, Home and the modal share it: the form, and what somebody would subscribe to."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from assistant.clerk import Clerk, stages
from assistant.digests import subscribing
from assistant.digests.content import Answering
from assistant.digests.due import when
from assistant.listeners.errands import Errand, Errands
from assistant.listeners.modals import open_modal
from assistant.listeners.people import sender_of
from assistant.listeners.schedule import zone_of_person
from assistant.rendering.slack import SlackMessage
from assistant.rendering.slack_digest import render_digest, render_list
from assistant.rendering.slack_forms import told
from assistant.rendering.slack_subscribe import CALLBACK, ONLY_YOU, TITLE, subscribe_form
from knowledge.subscriptions import Subscription


def open_form(
    body: Mapping[str, Any], client: WebClient, clerk: Clerk, errands: Errands, *, channel: str | None
) -> None:
    """Open the form for a channel or, without one, with a menu of channels; it tells what the channel gets already."""
    place = open_modal(client, body, CALLBACK, TITLE)
    user = sender_of(body).user

    def fill(at: datetime) -> None:
        if refusal := errands.why_not("ask", body, client, channel):
            place.show(told(CALLBACK, TITLE, [refusal]))
            return
        with clerk.open() as store:
            held = [subscribing.told(sub, at) for sub in store.subscriptions.all(channel)] if channel else []
        if refusal := errands.why_not("subscribe", body, client, channel):
            place.show(told(CALLBACK, TITLE, [refusal, *(f"This channel gets {one}" for one in held)]))
            return
        zone = zone_of_person(client, user)
        place.show(subscribe_form(stages.stages(clerk).names, zone=zone, channel=channel, held=held))

    errands.run(Errand(keys=(f"open:{place.view_id}",), to=place, body=body, client=client), fill)


def first_look(sub: Subscription, answers: Answering, at: datetime, *, by: str) -> SlackMessage:
    """Return what would be posted: the digest of today, or what fires now and so is known already."""
    if sub.kind == "digest":
        return render_digest(subscribing.preview(sub, answers, at), by=by, preview=True)
    known = [story.line for story in subscribing.firing(sub, answers, at)]
    foot = (
        "Known already, so no alert is raised of it:" if known else "Nothing fires now; you hear when something does."
    )
    return render_list(known, f"Alerts for this channel, {when(sub)}. {foot}", ONLY_YOU)


def is_present(client: WebClient, channel: str) -> bool:
    """Tell whether we can post in a channel; where Slack doesn't say, it will when we try."""
    try:
        found = client.conversations_info(channel=channel)["channel"]
    except SlackApiError:
        return True
    return bool(found.get("is_member", True) or found.get("is_im"))
