"""Events: somebody mentions the bot, or writes to it directly."""

from slack_bolt import App

from assistant.listeners.events.app_mention import handle_app_mention
from assistant.listeners.events.message import handle_message

EVENTS = {"app_mention": handle_app_mention, "message": handle_message}
SUBSCRIPTIONS = ("app_mention", "message.im")
"""The bot events that the app's manifest asks for; `message` comes in kinds, of which we take direct ones."""


def register(app: App) -> None:
    """Bind the event listeners."""
    for name, handler in EVENTS.items():
        app.event(name)(handler)
