"""Actions: somebody clicks a button of a message."""

import re
from collections.abc import Callable, Mapping

from slack_bolt import App

from assistant.listeners.actions.ask_follow_up import handle_ask_follow_up
from assistant.listeners.actions.look_again import looking
from assistant.listeners.actions.rate_answer import handle_rate_answer
from assistant.listeners.actions.share_answer import handle_share_answer
from assistant.rendering.slack import FOLLOW_UP
from assistant.rendering.slack_tools import COMPARE, MORE_QUOTES, RATE, SHARE

ACTIONS: Mapping[str, Callable[..., None]] = {
    FOLLOW_UP: handle_ask_follow_up,
    MORE_QUOTES: looking("quotes"),
    COMPARE: looking("compare"),
    SHARE: handle_share_answer,
    RATE: handle_rate_answer,
}


def register(app: App) -> None:
    """Bind the action listeners; an action's id is its name and, where there are several, a number."""
    for name, handler in ACTIONS.items():
        app.action(re.compile(rf"^{re.escape(name)}(:\d+)?$"))(handler)
