"""Events: somebody mentions the bot, writes to it, reacts, opens Home, stops it, or takes the app away."""

from collections.abc import Callable

from slack_bolt import App

from assistant.listeners.calling import keeping, nothing_more
from assistant.listeners.events.agent_session_stopped import handle_agent_session_stopped
from assistant.listeners.events.app_home_opened import handle_app_home_opened
from assistant.listeners.events.app_mention import handle_app_mention
from assistant.listeners.events.app_uninstalled import handle_app_uninstalled, handle_tokens_revoked
from assistant.listeners.events.message import handle_message
from assistant.listeners.events.reaction_added import handle_reaction_added

EVENTS: dict[str, Callable[..., None]] = {
    "app_mention": handle_app_mention,
    "message": handle_message,
    "agent_session_stopped": handle_agent_session_stopped,
    "app_home_opened": handle_app_home_opened,
    "reaction_added": handle_reaction_added,
    "app_uninstalled": handle_app_uninstalled,
    "tokens_revoked": handle_tokens_revoked,
}
SUBSCRIPTIONS = (
    "app_mention",
    "message.im",
    "app_uninstalled",
    "tokens_revoked",
    "message.channels",
    "message.groups",
    "message.mpim",
    "agent_session_stopped",
    "app_home_opened",
    "reaction_added",
)
"""The bot events that the app's manifest asks for.

`message` comes in kinds: direct ones are questions, and the others tell of edits and deletions.
"""


def register(app: App) -> None:
    """Bind the event listeners."""
    for name, handler in EVENTS.items():
        app.event(name, middleware=[keeping(handler)])(nothing_more)
