"""A follow-up button asks its question in the conversation in which it stands."""

from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient

from assistant.listeners.desk import Ask, Desk
from assistant.listeners.posting import InThread, Place, Privately
from assistant.rendering.slack_text import clean


def handle_ask_follow_up(ack: Ack, body: dict[str, Any], action: dict[str, Any], client: WebClient, desk: Desk) -> None:
    """Take on the button's question; the answer repeats it, for nobody has typed it."""
    ack()
    text = clean(str(action.get("value", "")))
    place = body.get("container") or {}
    channel = place.get("channel_id") or body["channel"]["id"]
    thread_ts = _thread(body, channel)
    desk.take(
        Ask(
            keys=(f"click:{channel}:{place.get('message_ts')}:{action['action_id']}:{action.get('action_ts')}",),
            text=text,
            asked=text,
            asker=body["user"]["id"],
            thread=f"{channel}:{thread_ts}" if thread_ts else channel,
            to=_destination(body, client, channel, thread_ts),
        )
    )


def _destination(body: dict[str, Any], client: WebClient, channel: str, thread_ts: str | None) -> Place:
    """Answer where the button stands; what only one person sees stays with that person."""
    if body.get("container", {}).get("is_ephemeral"):
        return Privately(client=client, response_url=body["response_url"])
    return InThread(client=client, channel=channel, thread_ts=thread_ts)


def _thread(body: dict[str, Any], channel: str) -> str | None:
    """Return the thread to answer in: the button's own, else a new one, except in a direct conversation."""
    message = body.get("message") or {}
    place = body.get("container") or {}
    thread_ts = message.get("thread_ts") or place.get("thread_ts")
    if thread_ts or channel.startswith("D"):
        return str(thread_ts) if thread_ts else None
    return str(message.get("ts") or place.get("message_ts"))
