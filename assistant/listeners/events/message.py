"""A direct message is answered where it stands."""

from typing import Any

from slack_sdk import WebClient

from assistant.listeners.desk import Ask, Desk, delivery_keys, team_of
from assistant.listeners.incoming import is_for_us, plain_words
from assistant.listeners.posting import InThread


def handle_message(
    body: dict[str, Any], event: dict[str, Any], client: WebClient, desk: Desk, bot_user_id: str | None
) -> None:
    """Take on a question written directly to the bot.

    Messages in channels are left alone: the bot speaks there when it is mentioned, which comes as its own event.
    """
    if event.get("channel_type") != "im" or not is_for_us(event, bot_user_id):
        return
    thread_ts = event.get("thread_ts")
    desk.take(
        Ask(
            keys=delivery_keys(body, event),
            text=plain_words(event.get("text", ""), bot_user_id),
            asker=event["user"],
            asker_team=event.get("user_team") or event.get("team"),
            team=team_of(body),
            shared=bool(body.get("is_ext_shared_channel")),
            thread=f"{event['channel']}:{thread_ts}" if thread_ts else event["channel"],
            to=InThread(client=client, channel=event["channel"], thread_ts=thread_ts),
        )
    )
