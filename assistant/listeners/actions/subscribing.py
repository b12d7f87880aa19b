"""Start or discard a subscription that was looked at; take on, acknowledge or put off an alert."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from slack_sdk import WebClient

from assistant.clerk import Clerk
from assistant.digests import subscribing
from assistant.listeners.clicks import Click, click_of
from assistant.listeners.errands import Errand, Errands
from assistant.listeners.outbox import RESPONSE_URL, send_now
from assistant.listeners.subscriptions import open_form
from assistant.rendering.slack import notice
from assistant.rendering.slack_digest import OWN, SNOOZE, SNOOZE_DAYS, render_handled
from knowledge.store import Store

Handler = Callable[..., None]


def handle_open_subscribe(body: dict[str, Any], client: WebClient, clerk: Clerk, errands: Errands) -> None:
    """Open the form on Home, where no channel is at hand: it asks for one."""
    open_form(body, client, clerk, errands, channel=None)


def handle_start(
    body: dict[str, Any], action: dict[str, Any], client: WebClient, clerk: Clerk, errands: Errands
) -> None:
    """Let the subscription go live, and say when it comes first."""
    click = click_of(body, action)

    def start(at: datetime) -> None:
        with clerk.open() as store:
            sub = subscribing.start(store, int(click.value), clerk.analyst, by=click.user, at=at)
        said = f"Started: {subscribing.told(sub, at)}. To stop it: /journey subscribe stop {sub.number}"
        click.whisper(client).post(notice(said))

    errands.run(
        Errand(keys=(click.key,), to=click.whisper(client), body=body, client=client, action="subscribe"), start
    )


def handle_discard(
    body: dict[str, Any], action: dict[str, Any], client: WebClient, clerk: Clerk, errands: Errands
) -> None:
    """Drop the subscription."""
    click = click_of(body, action)

    def drop(at: datetime) -> None:
        with clerk.open() as store:
            subscribing.stop(store, int(click.value), by=click.user, at=at, channel=click.channel)
        click.whisper(client).post(notice("Dropped. Nothing is posted."))

    errands.run(Errand(keys=(click.key,), to=click.whisper(client), body=body, client=client, action="subscribe"), drop)


def handling(what: str) -> Handler:
    """Return the listener of one of an alert's buttons."""

    def handle(body: dict[str, Any], action: dict[str, Any], client: WebClient, clerk: Clerk, errands: Errands) -> None:
        """Note what was done with the alert and by whom, and say so in its message."""
        click = click_of(body, action)

        def work(at: datetime) -> None:
            with clerk.open() as store:
                said = _done(store, what, click, at)
            message = render_handled(body.get("message") or {}, said)
            payload = {"url": click.response_url, "replace_original": True, "text": message.text,
                       "blocks": list(message.blocks)}  # fmt: skip
            send_now(client, RESPONSE_URL, payload)

        errands.run(
            Errand(keys=(click.key,), to=click.whisper(client), body=body, client=client, action="handle_alert"), work
        )

    return handle


def _done(store: Store, what: str, click: Click, at: datetime) -> str:
    """Note it, and return the sentence that tells it."""
    number = int(click.value)
    if what == SNOOZE:
        alert = subscribing.snooze(store, number, by=click.user, at=at, wait=timedelta(days=SNOOZE_DAYS))
        until = alert.snoozed_until
        day = f"{until.day} {until:%B}" if until else "then"
        return f"{click.name} wants to be reminded on {day}, if it still goes on."
    subscribing.acknowledge(store, number, by=click.user, at=at, owner=click.user if what == OWN else None)
    return f"{click.name} takes it on." if what == OWN else f"Acknowledged by {click.name}."
