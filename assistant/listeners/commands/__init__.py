"""Slash commands."""

from slack_bolt import App

from assistant.listeners.calling import keeping, nothing_more
from assistant.listeners.commands.journey import COMMAND, handle_journey

COMMANDS = {COMMAND: handle_journey}


def register(app: App) -> None:
    """Bind the command listeners."""
    for name, handler in COMMANDS.items():
        app.command(name, middleware=[keeping(handler)])(nothing_more)
