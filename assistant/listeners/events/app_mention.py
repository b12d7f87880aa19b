"""A mention in a channel is answered in its thread."""

from typing import Any

from slack_sdk import WebClient

from assistant.listeners.desk import Ask, Desk, delivery_keys, team_of
from assistant.listeners.incoming import is_for_us, plain_words
from assistant.listeners.posting import InThread


def handle_app_mention(
    body: dict[str, Any], event: dict[str, Any], client: WebClient, desk: Desk, bot_user_id: str | None
) -> None:
    """Take on the question of whoever mentioned the bot; a mention without words gets help."""
    if not is_for_us(event, bot_user_id):
        return
    root = event.get("thread_ts") or event["ts"]
    desk.take(
        Ask(
            keys=delivery_keys(body, event),
            text=plain_words(event.get("text", ""), bot_user_id),
            asker=event["user"],
            ts=event["ts"],
            asker_team=event.get("user_team") or event.get("team"),
            team=team_of(body),
            shared=bool(body.get("is_ext_shared_channel")),
            thread=f"{event['channel']}:{root}",
            to=InThread(client=client, channel=event["channel"], thread_ts=root),
        )
    )
