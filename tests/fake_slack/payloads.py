"""Bodies of events, commands and clicks in the shape in which Slack sends them; every value is made up."""

from typing import Any

from .methods import APP, BOT_USER, TEAM

Json = dict[str, Any]
PERSON, CHANNEL, DIRECT = "U0PERSON", "C0TEAM", "D0PERSON"


def event_callback(event: Json, event_id: str) -> Json:
    """Wrap an event as the Events API does."""
    return {
        "token": "unused",
        "team_id": TEAM,
        "api_app_id": APP,
        "event": event,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": 1767225600,
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM,
                "user_id": BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
    }


def mention(text: str, *, ts: str) -> Json:
    """Somebody mentions the bot in a channel."""
    return {
        "type": "app_mention",
        "user": PERSON,
        "text": text,
        "ts": ts,
        "team": TEAM,
        "channel": CHANNEL,
        "event_ts": ts,
    }


def direct(text: str, *, ts: str) -> Json:
    """Somebody writes to the bot in their direct conversation."""
    return {"type": "message", "channel_type": "im", "user": PERSON, "text": text, "ts": ts, "team": TEAM,
            "channel": DIRECT, "event_ts": ts}  # fmt: skip


def command(text: str, response_url: str, *, trigger: str) -> Json:
    """Somebody types a slash command."""
    return {
        "token": "unused",
        "team_id": TEAM,
        "team_domain": "fake",
        "channel_id": CHANNEL,
        "channel_name": "team",
        "user_id": PERSON,
        "user_name": "person",
        "command": "/journey",
        "text": text,
        "api_app_id": APP,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger,
    }


def click(message: Json, action: Json, response_url: str, *, action_ts: str) -> Json:
    """Somebody clicks a button of a message that the bot posted."""
    kept = {key: message[key] for key in ("text", "blocks", "ts", "thread_ts") if key in message}
    channel = message.get("channel", CHANNEL)
    container = {"type": "message", "message_ts": message["ts"], "channel_id": channel, "is_ephemeral": False}
    return {
        "type": "block_actions",
        "user": {"id": PERSON, "username": "person", "name": "person", "team_id": TEAM},
        "api_app_id": APP,
        "token": "unused",
        "container": container | {key: message[key] for key in ("thread_ts",) if key in message},
        "trigger_id": "1.trigger",
        "team": {"id": TEAM, "domain": "fake"},
        "enterprise": None,
        "is_enterprise_install": False,
        "channel": {"id": channel, "name": "team"},
        "message": kept | {"type": "message", "user": BOT_USER},
        "state": {"values": {}},
        "response_url": response_url,
        "actions": [action | {"block_id": "b", "action_ts": action_ts}],
    }
