"""“Refresh” on Home: the page is put together anew."""

from datetime import datetime
from typing import Any

from slack_sdk import WebClient

from assistant.clerk import Clerk
from assistant.listeners.clicks import click_of
from assistant.listeners.errands import Errand, Errands
from assistant.listeners.home import publish_home


def handle_refresh_home(
    body: dict[str, Any], action: dict[str, Any], client: WebClient, clerk: Clerk, errands: Errands
) -> None:
    """Publish the page again for whoever clicked."""
    click = click_of(body, action)

    def publish(at: datetime) -> None:
        publish_home(body, click.user, client, clerk, errands, at=at)

    errands.run(Errand(keys=(click.key,), body=body, client=client), publish)
