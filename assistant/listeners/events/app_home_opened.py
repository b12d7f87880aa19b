"""Somebody opens the app: Home is drawn for them; under Messages, prompts are offered."""

import logging
from datetime import date, datetime
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from assistant.clerk import Clerk
from assistant.listeners.errands import Errand, Errands
from assistant.listeners.home import publish_home
from assistant.rendering.slack_prompts import TITLE, prompts

log = logging.getLogger(__name__)


def handle_app_home_opened(
    body: dict[str, Any], event: dict[str, Any], client: WebClient, clerk: Clerk, errands: Errands
) -> None:
    """Draw what was opened: the Home tab, or the prompts of the messages tab."""

    def draw(at: datetime) -> None:
        if event.get("tab") == "messages":
            _offer(event["channel"], client, clerk, at.date())
        else:
            publish_home(body, event["user"], client, clerk, errands, at=at)

    errands.run(Errand(keys=(f"event:{body['event_id']}",), body=body, client=client), draw)


def _offer(channel: str, client: WebClient, clerk: Clerk, day: date) -> None:
    """Offer questions that the file at hand can answer; workspaces without agents do without."""
    examples = clerk.analyst.answer("help", as_of=day).follow_ups
    try:
        client.assistant_threads_setSuggestedPrompts(channel_id=channel, title=TITLE, prompts=prompts(examples))
    except SlackApiError as error:
        log.info("no prompts could be offered: %s", error.response.get("error"))
