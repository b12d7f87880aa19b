"""Messages: one that is for us is answered where it stands; an edited question gets its answer edited, too."""

from typing import Any

from slack_sdk import WebClient

from assistant.clerk import Clerk
from assistant.listeners.asked import ask_of
from assistant.listeners.capturing import capture_message
from assistant.listeners.desk import Desk, delivery_keys, message_key, team_of
from assistant.listeners.errands import Errands
from assistant.listeners.files import take_files
from assistant.listeners.incoming import is_for_us, mentions
from assistant.listeners.signals import Heard

CHANGED, DELETED = "message_changed", "message_deleted"


def handle_message(
    body: dict[str, Any],
    event: dict[str, Any],
    client: WebClient,
    desk: Desk,
    bot_user_id: str | None,
    clerk: Clerk,
    errands: Errands,
) -> None:
    """Take on a question or files written directly to the bot, or follow what became of a question.

    Other messages in channels are left alone, but where somebody wished them to be saved as feedback: the bot speaks
    there when it is mentioned, which comes as its own event, except in groups.
    """
    if event.get("subtype") == CHANGED:
        _follow_edit(body, event, client, desk, bot_user_id)
    elif event.get("subtype") == DELETED:
        _follow_deletion(body, event, client, desk)
    elif is_for_us(event, bot_user_id) and _addressed(event, bot_user_id):
        if event.get("channel_type") == "im" and take_files(body, event, client, clerk, errands):
            return
        desk.take(ask_of(body, event, event, client, bot_user_id, keys=delivery_keys(body, event)))
    elif is_for_us(event, bot_user_id) and not mentions(event.get("text", ""), bot_user_id):
        capture_message(body, event, client, clerk, errands)


def _addressed(event: dict[str, Any], bot_user_id: str | None) -> bool:
    kind = event.get("channel_type")
    return kind == "im" or (kind == "mpim" and mentions(event.get("text", ""), bot_user_id))


def _follow_edit(
    body: dict[str, Any], event: dict[str, Any], client: WebClient, desk: Desk, bot_user_id: str | None
) -> None:
    """Answer anew what a person has edited; unfurled links and new replies change a message too, but not its words."""
    now, before = event.get("message") or {}, event.get("previous_message") or {}
    ts = now.get("ts") or before.get("ts")
    if not ts or now.get("text") == before.get("text") or not is_for_us(now, bot_user_id):
        return
    edited = (now.get("edited") or {}).get("ts") or event.get("ts")
    keys = (f"event:{body['event_id']}", f"edit:{team_of(body)}:{event['channel']}:{ts}:{edited}")
    ask = ask_of(body, event, now | {"ts": ts}, client, bot_user_id, keys=keys)
    desk.revise(ask, of=message_key(team_of(body), event["channel"], ts))


def _follow_deletion(body: dict[str, Any], event: dict[str, Any], client: WebClient, desk: Desk) -> None:
    before = event.get("previous_message") or {}
    ts = event.get("deleted_ts") or before.get("ts")
    if ts:
        team, channel = team_of(body), event["channel"]
        keys = (f"event:{body['event_id']}", f"deletion:{team}:{channel}:{ts}")
        desk.withdraw(keys, Heard(team=team, channel=channel, ts=ts, thread_ts=before.get("thread_ts") or ts), client)
