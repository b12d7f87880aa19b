"""The Slack app's manifest, generated from what is registered, so that the two cannot drift apart."""

from collections.abc import Mapping
from typing import Any

from assistant.listeners.actions import ACTIONS
from assistant.listeners.commands import COMMANDS
from assistant.listeners.commands.journey import DESCRIPTION, USAGE
from assistant.listeners.events import SUBSCRIPTIONS
from assistant.listeners.shortcuts import ABOUT, SHORTCUTS

NAME = "Journey Assistant"
SUMMARY = "Answers questions about your customers' journey from their own words, with evidence."
PROMPTS = (
    ("What hurts?", "What hurts customers?"),
    ("A stage in short", "How is onboarding doing?"),
    ("What is new?", "What is new?"),
    ("What can I ask?", "help"),
)

# Scopes are asked for where something is registered, or called, that needs them; a test holds the tables to the code.
EVENT_SCOPES: Mapping[str, str | None] = {
    "app_mention": "app_mentions:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "message.mpim": "mpim:history",
    "reaction_added": "reactions:read",
    "app_home_opened": None,
    "app_uninstalled": None,
    "agent_session_stopped": None,
    "tokens_revoked": None,
}
_READ = ("channels:read", "groups:read", "im:read", "mpim:read")
_HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
METHOD_SCOPES: Mapping[str, tuple[str, ...]] = {
    "agents.sessions.setStatus": ("chat:write",),
    "assistant.threads.setSuggestedPrompts": ("assistant:write",),
    "auth.test": (),
    "chat.delete": ("chat:write",),
    "chat.postEphemeral": ("chat:write",),
    "chat.postMessage": ("chat:write",),
    "chat.update": ("chat:write",),
    "conversations.history": _HISTORY,
    "conversations.info": _READ,
    "conversations.replies": _HISTORY,
    "files.upload.v2": ("files:write",),
    "files.info": ("files:read",),
    "reactions.add": ("reactions:write",),
    "reactions.remove": ("reactions:write",),
    "usergroups.users.list": ("usergroups:read",),
    "users.conversations": ("channels:read", "groups:read"),
    "users.info": ("users:read",),
    "views.open": (),
    "views.publish": (),
    "views.update": (),
}
COMMAND_SCOPE = "commands"
WHY = {
    "app_mentions:read": "to hear that somebody mentioned it",
    "assistant:write": "to offer questions in the agent pane",
    "channels:history": "to follow edits of questions, and to find an answer before posting it again",
    "channels:read": "to tell whom a channel is open to",
    "chat:write": "to answer",
    "commands": "for /journey",
    "files:read": "to read a file that somebody drops",
    "files:write": "to show charts as pictures",
    "groups:history": "the same as channels:history, in private channels",
    "groups:read": "the same as channels:read, for private channels",
    "im:history": "to hear direct messages",
    "im:read": "to tell direct messages from channels",
    "mpim:history": "to hear messages in groups that it is in",
    "mpim:read": "to tell groups from channels",
    "reactions:read": "to capture feedback by a reaction",
    "reactions:write": "to show that it has seen a question, where there is no agent pane",
    "usergroups:read": "to give roles to user groups",
    "users:read": "to tell guests from members",
}
"""What each scope is for, as `journey status` says it."""


def bot_scopes() -> list[str]:
    """Return the bot token's scopes, in order, each for something that is registered or called."""
    events = {scope for event in SUBSCRIPTIONS if (scope := EVENT_SCOPES[event])}
    methods = {scope for scopes in METHOD_SCOPES.values() for scope in scopes}
    return sorted(events | methods | ({COMMAND_SCOPE} if COMMANDS else set()))


def manifest(url: str | None = None) -> dict[str, Any]:
    """Return the app's manifest, as Slack's app settings take it (schema version 1).

    Without `url` the app uses Socket Mode; with one, the public https address under which we listen, signed HTTP.
    """
    address = f"{url.rstrip('/')}/slack/events" if url else None
    redirect = {"redirect_urls": [f"{url.rstrip('/')}/slack/oauth_redirect"]} if url else {}
    called = {"request_url": address} if address else {}
    return {
        "display_information": {"name": NAME, "description": SUMMARY},
        "features": _features({"url": address} if address else {}),
        "oauth_config": {"scopes": {"bot": bot_scopes()}} | redirect,
        "settings": {
            "event_subscriptions": {"bot_events": sorted(SUBSCRIPTIONS)} | called,
            "interactivity": {"is_enabled": bool(ACTIONS)} | called,
            "org_deploy_enabled": False,
            "socket_mode_enabled": url is None,
            "token_rotation_enabled": False,
        },
    }


def _features(at: Mapping[str, str]) -> dict[str, Any]:
    """Return where people meet the app; `at` says where its commands are sent, in Socket Mode nothing."""
    home = {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False}
    prompts = [{"title": title, "message": message} for title, message in PROMPTS]
    return {
        "app_home": home,
        "bot_user": {"display_name": NAME, "always_online": True},
        "agent_view": {"agent_description": SUMMARY, "suggested_prompts": prompts},
        "shortcuts": [_shortcut(callback) for callback in SHORTCUTS],
        "slash_commands": [
            {"command": name, "description": DESCRIPTION, "usage_hint": USAGE, "should_escape": True, **at}
            for name in COMMANDS
        ],
    }


def _shortcut(callback: str) -> dict[str, str]:
    name, description = ABOUT[callback]
    return {"name": name, "type": "message", "callback_id": callback, "description": description}
