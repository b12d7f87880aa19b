"""Shortcuts: somebody picks one from a message's menu."""

from collections.abc import Callable, Mapping

from slack_bolt import App

from assistant.listeners.calling import keeping, nothing_more
from assistant.listeners.shortcuts.save_as_feedback import handle_save_as_feedback
from assistant.rendering.slack_capture import SHORTCUT

SHORTCUTS: Mapping[str, Callable[..., None]] = {SHORTCUT: handle_save_as_feedback}
ABOUT = {SHORTCUT: ("Save as feedback", "Keep what a customer said in this message")}
"""(name, description) of each, as Slack shows them."""


def register(app: App) -> None:
    """Bind the listeners of message shortcuts."""
    for name, handler in SHORTCUTS.items():
        app.message_shortcut(name, middleware=[keeping(handler)])(nothing_more)
