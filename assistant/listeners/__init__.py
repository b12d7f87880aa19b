"""Slack's ways of reaching us, each registered in its room; all of them end at the Desk."""

from slack_bolt import App

from assistant.listeners import actions, commands, events, shortcuts, views


def register(app: App) -> None:
    """Bind every listener to the app."""
    events.register(app)
    actions.register(app)
    commands.register(app)
    views.register(app)
    shortcuts.register(app)
