"""What a person does on Slack's surfaces, in the shape in which Slack tells it; every value is made up."""

from typing import Any

from .methods import APP, TEAM
from .payloads import CHANNEL, DIRECT, PERSON

Json = dict[str, Any]


def person(user: str = PERSON) -> Json:
    """Return somebody as interactive payloads name them."""
    return {"id": user, "username": "person", "name": "person", "team_id": TEAM}


def _around(user: str) -> Json:
    return {
        "user": person(user), "api_app_id": APP, "token": "unused", "trigger_id": "1.trigger",
        "team": {"id": TEAM, "domain": "fake"}, "enterprise": None, "is_enterprise_install": False,
    }  # fmt: skip


def home_opened(tab: str = "home", *, user: str = PERSON, ts: str = "1767225600.000001") -> Json:
    """Somebody opens the app: its Home tab or its messages."""
    return {"type": "app_home_opened", "user": user, "channel": DIRECT, "tab": tab, "event_ts": ts}


def session_stopped(channel: str, thread_ts: str, *, user: str = PERSON) -> Json:
    """Somebody presses Stop in an agent's session."""
    return {"type": "agent_session_stopped", "user": user, "channel": channel, "thread_ts": thread_ts,
            "streaming_message_ts": [], "event_ts": "1767225600.000002"}  # fmt: skip


def reaction(name: str, channel: str, ts: str, *, user: str = PERSON, author: str = "U0CUSTOMER") -> Json:
    """Somebody reacts to a message."""
    item = {"type": "message", "channel": channel, "ts": ts}
    return {"type": "reaction_added", "user": user, "reaction": name, "item": item, "item_user": author,
            "event_ts": "1767225600.000003"}  # fmt: skip


def file_message(files: list[Json], *, ts: str, text: str = "", user: str = PERSON, channel: str = DIRECT) -> Json:
    """Somebody drops files into a conversation with the bot."""
    return {"type": "message", "subtype": "file_share", "channel_type": "im", "user": user, "text": text, "ts": ts,
            "team": TEAM, "channel": channel, "event_ts": ts, "files": files, "upload": False}  # fmt: skip


def shortcut(callback: str, message: Json, *, user: str = PERSON, channel: str = CHANNEL) -> Json:
    """Somebody picks a shortcut from a message's menu."""
    about = {"type": "message_action", "callback_id": callback, "action_ts": "1767225600.000004"}
    where = {"channel": {"id": channel, "name": "team"}, "message_ts": message["ts"]}
    return about | _around(user) | where | {"message": message, "response_url": "http://127.0.0.1:1/none"}


def view_click(view: Json, action: Json, *, user: str = PERSON, values: Json | None = None) -> Json:
    """Somebody clicks or chooses something in a modal or on Home."""
    state = {"values": values or {}}
    container = {"type": "view", "view_id": view["id"]}
    act = {"block_id": "b", "action_ts": "1767225600.000005"} | action
    body = {"type": "block_actions", "container": container, "view": view | {"state": state}, "actions": [act]}
    return body | _around(user)


def submission(view: Json, values: Json, *, user: str = PERSON) -> Json:
    """Somebody submits a modal; `values` are its inputs by block and action."""
    return {"type": "view_submission", "view": view | {"state": {"values": values}}, "response_urls": []} | _around(
        user
    )


def quiet_click(action: Json, response_url: str, *, user: str = PERSON, channel: str = CHANNEL, ts: str) -> Json:
    """Somebody clicks a button of a message that only they see; Slack then leaves the message out."""
    container = {"type": "message", "message_ts": ts, "channel_id": channel, "is_ephemeral": True}
    body = {"type": "block_actions", "container": container, "channel": {"id": channel, "name": "team"},
            "response_url": response_url, "state": {"values": {}},
            "actions": [{"block_id": "b", "action_ts": ts} | action]}  # fmt: skip
    return body | _around(user)
