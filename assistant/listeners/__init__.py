"""Slack's ways of reaching us, each registered in its room; all of them end at the Desk, or in an errand."""

from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import App

from assistant.listeners import actions, commands, events, shortcuts, views
from assistant.listeners.calling import call


def register(app: App) -> None:
    """Bind every listener to the app."""
    events.register(app)
    actions.register(app)
    commands.register(app)
    views.register(app)
    shortcuts.register(app)


def deliver(body: Mapping[str, Any], given: Mapping[str, Any]) -> None:
    """Hand a delivery that was acknowledged and kept to its listener; `given` is what it may ask for besides."""
    listener, part = _listener(body)
    bots = [one.get("user_id") for one in body.get("authorizations") or [] if one.get("is_bot")]
    call(listener, {"body": body, "ack": _acknowledged, "bot_user_id": (bots or [None])[0]} | part | dict(given))


def _listener(body: Mapping[str, Any]) -> tuple[Callable[..., None], dict[str, Any]]:
    """Return whom a delivery is for, and the part of it that Bolt would name."""
    kind = body.get("type")
    if kind == "event_callback":
        return events.EVENTS[body["event"]["type"]], {"event": body["event"]}
    if kind == "block_actions":
        action = body["actions"][0]
        return actions.ACTIONS[action["action_id"].partition(":")[0]], {"action": action}
    if kind == "view_submission":
        return views.VIEWS[body["view"]["callback_id"]], {"view": body["view"]}
    if kind == "message_action":
        return shortcuts.SHORTCUTS[body["callback_id"]], {"shortcut": body}
    return commands.COMMANDS[body["command"]], {"command": body}


def _acknowledged(*args: object, **more: object) -> None:
    """Do nothing: Slack has heard long ago."""
