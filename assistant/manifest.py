"""The Slack app's manifest, generated from what is registered, so that the two cannot drift apart."""

from typing import Any

from assistant.listeners.actions import ACTIONS
from assistant.listeners.commands import COMMANDS
from assistant.listeners.commands.journey import DESCRIPTION, USAGE
from assistant.listeners.events import SUBSCRIPTIONS

NAME = "Journey Assistant"
SUMMARY = "Answers questions about your customers' journey from their own words, with evidence."
PROMPTS = (
    ("What hurts?", "What hurts customers?"),
    ("A stage in short", "How is onboarding doing?"),
    ("What is new?", "What is new?"),
    ("What can I ask?", "help"),
)

# What each surface needs: scopes are asked for where something is registered that uses them.
EVENT_SCOPES = {
    "app_mention": "app_mentions:read",
    "message.im": "im:history",
    "app_uninstalled": None,
    "tokens_revoked": None,
}
WRITE_SCOPES = ("chat:write",)
COMMAND_SCOPE = "commands"
AGENT_SCOPE = "assistant:write"


def bot_scopes() -> list[str]:
    """Return the bot token's scopes, in order, each for something that is registered."""
    scopes = {scope for event in SUBSCRIPTIONS if (scope := EVENT_SCOPES[event])} | set(WRITE_SCOPES) | {AGENT_SCOPE}
    return sorted(scopes | {COMMAND_SCOPE} if COMMANDS else scopes)


def manifest() -> dict[str, Any]:
    """Return the manifest of a Socket Mode app, as Slack's app settings take it (schema version 1)."""
    return {
        "display_information": {"name": NAME, "description": SUMMARY},
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": NAME, "always_online": True},
            "agent_view": {
                "agent_description": SUMMARY,
                "suggested_prompts": [{"title": title, "message": message} for title, message in PROMPTS],
            },
            "slash_commands": [
                {"command": name, "description": DESCRIPTION, "usage_hint": USAGE, "should_escape": True}
                for name in COMMANDS
            ],
        },
        "oauth_config": {"scopes": {"bot": bot_scopes()}},
        "settings": {
            "event_subscriptions": {"bot_events": sorted(SUBSCRIPTIONS)},
            "interactivity": {"is_enabled": bool(ACTIONS)},
            "org_deploy_enabled": False,
            "socket_mode_enabled": True,
            "token_rotation_enabled": False,
        },
    }
