"""Views: somebody submits a modal."""

from collections.abc import Callable, Mapping

from slack_bolt import App

from assistant.listeners.views.why_not_helpful import handle_why_not_helpful
from assistant.rendering import slack_rating

VIEWS: Mapping[str, Callable[..., None]] = {slack_rating.CALLBACK: handle_why_not_helpful}


def register(app: App) -> None:
    """Bind the listeners of modals."""
    for name, handler in VIEWS.items():
        app.view(name)(handler)
