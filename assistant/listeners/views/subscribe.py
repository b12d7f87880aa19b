"""The form of a subscription is submitted: a preview takes its place; that one submitted, it goes live."""

from datetime import datetime
from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient

from assistant.clerk import Clerk
from assistant.digests import subscribing
from assistant.digests.due import zone_of
from assistant.listeners.desk import team_of
from assistant.listeners.errands import Errand, Errands
from assistant.listeners.modals import this_modal, view_key
from assistant.listeners.schedule import name_of
from assistant.listeners.subscriptions import first_look, is_present
from assistant.rendering.slack_forms import told, values, waiting
from assistant.rendering.slack_limits import PLAIN_TEXT
from assistant.rendering.slack_subscribe import (
    CHANNEL,
    STARTING,
    TITLE,
    ZONE,
    carried,
    channel_of_form,
    preview_form,
    wished,
)
from assistant.rendering.slack_text import plain
from knowledge.errors import InputError


def handle_preview_subscription(
    ack: Ack, body: dict[str, Any], view: dict[str, Any], client: WebClient, clerk: Clerk, errands: Errands
) -> None:
    """Show what would be posted; a form without a channel or with a time zone that is none is given back."""
    given = values(view)
    channel, wish = channel_of_form(view, given), wished(view, given)
    if problem := _problem(channel, wish.zone):
        ack(response_action="errors", errors=problem)
        return
    ack(response_action="update", view=waiting(STARTING, TITLE))
    place, user = this_modal(client, view), body["user"]["id"]

    def show(at: datetime) -> None:
        sub = subscribing.planned(wish, channel=channel, by=user, at=at, team=team_of(body))
        message = first_look(sub, clerk.seen_from(channel).analyst, at, by=name_of(client, user))
        place.show(preview_form(sub, message, present=is_present(client, channel)))

    errands.run(
        Errand(keys=(view_key(body),), to=place, body=body, client=client, action="subscribe", channel=channel), show
    )


def handle_start_subscription(
    ack: Ack, body: dict[str, Any], view: dict[str, Any], client: WebClient, clerk: Clerk, errands: Errands
) -> None:
    """Let it go live, and say when it comes first."""
    ack(response_action="update", view=waiting(STARTING, TITLE))
    place, user, (channel, wish) = this_modal(client, view), body["user"]["id"], carried(view)

    def start(at: datetime) -> None:
        with clerk.open() as store:
            sub = subscribing.draft(store, wish, channel=channel, by=user, at=at, team=team_of(body))
            sub = subscribing.start(store, int(sub.number or 0), clerk.seen_from(channel).analyst, by=user, at=at)
        said = ["Started.", subscribing.told(sub, at), f"To stop it: /journey subscribe stop {sub.number}"]
        place.show(told(STARTING, TITLE, said))

    errands.run(
        Errand(keys=(view_key(body),), to=place, body=body, client=client, action="subscribe", channel=channel), start
    )


def _problem(channel: str, zone: str) -> dict[str, str]:
    """Return what is wrong with the form, by the field at which it is told."""
    if not channel:
        return {CHANNEL: "Choose a channel."}
    try:
        zone_of(zone)
    except InputError as error:
        return {ZONE: plain(str(error), PLAIN_TEXT)}
    return {}
