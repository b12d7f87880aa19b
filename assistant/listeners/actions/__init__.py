"""Actions: somebody clicks a button of a message."""

import re

from slack_bolt import App

from assistant.listeners.actions.ask_follow_up import handle_ask_follow_up
from assistant.rendering.slack import FOLLOW_UP

ACTIONS = {FOLLOW_UP: handle_ask_follow_up}


def register(app: App) -> None:
    """Bind the action listeners; an action's id is its name and, where there are several, a number."""
    for name, handler in ACTIONS.items():
        app.action(re.compile(rf"^{re.escape(name)}(:\d+)?$"))(handler)
