"""“Refresh” on Home: the page is put together anew."""

from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient

from assistant.clerk import Clerk
from assistant.listeners.clicks import click_of
from assistant.listeners.errands import Errands
from assistant.listeners.home import publish_home


def handle_refresh_home(
    ack: Ack, body: dict[str, Any], action: dict[str, Any], client: WebClient, clerk: Clerk, errands: Errands
) -> None:
    """Publish the page again for whoever clicked."""
    ack()
    click = click_of(body, action)
    errands.run((click.key,), None, lambda at: publish_home(body, click.user, client, clerk, errands, at=at))
