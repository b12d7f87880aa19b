"""A mention in a channel is answered in its thread."""

from typing import Any

from slack_sdk import WebClient

from assistant.listeners.asked import ask_of
from assistant.listeners.desk import Desk, delivery_keys
from assistant.listeners.incoming import is_for_us


def handle_app_mention(
    body: dict[str, Any], event: dict[str, Any], client: WebClient, desk: Desk, bot_user_id: str | None
) -> None:
    """Take on the question of whoever mentioned the bot; a mention without words gets help."""
    if not is_for_us(event, bot_user_id):
        return
    desk.take(ask_of(body, event, event, client, bot_user_id, keys=delivery_keys(body, event)))
