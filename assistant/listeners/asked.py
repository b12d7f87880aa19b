"""A message that somebody wrote, as the question that it is."""

from typing import Any

from slack_sdk import WebClient

from assistant.listeners.desk import Ask, team_of
from assistant.listeners.incoming import plain_words
from assistant.listeners.posting import InThread


def ask_of(
    body: dict[str, Any],
    event: dict[str, Any],
    message: dict[str, Any],
    client: WebClient,
    bot_user_id: str | None,
    *,
    keys: tuple[str, ...],
) -> Ask:
    """Return a message as a question; `event` is what told of it, which for an edit is another one.

    In a channel or a group its answer goes into the message's thread, in a direct conversation beside it.
    """
    channel = event["channel"]
    thread_ts = message.get("thread_ts") or (None if event.get("channel_type") == "im" else message["ts"])
    return Ask(
        keys=keys,
        text=plain_words(message.get("text", ""), bot_user_id),
        asker=message["user"],
        ts=message["ts"],
        asker_team=message.get("user_team") or message.get("team"),
        team=team_of(body),
        shared=bool(body.get("is_ext_shared_channel")),
        thread=f"{channel}:{thread_ts}" if thread_ts else channel,
        to=InThread(client=client, channel=channel, thread_ts=thread_ts),
    )
