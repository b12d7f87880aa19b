"""Views: somebody submits a modal."""

from collections.abc import Callable, Mapping

from slack_bolt import App

from assistant.listeners.views.answer_review import handle_answer_review
from assistant.listeners.views.correct_stage import handle_correct_stage
from assistant.listeners.views.edit_theme import handle_edit_theme
from assistant.listeners.views.save_feedback import handle_save_feedback
from assistant.listeners.views.subscribe import handle_preview_subscription, handle_start_subscription
from assistant.listeners.views.why_not_helpful import handle_why_not_helpful
from assistant.rendering import (
    slack_capture,
    slack_correction,
    slack_rating,
    slack_review,
    slack_subscribe,
    slack_theme,
)

VIEWS: Mapping[str, Callable[..., None]] = {
    slack_rating.CALLBACK: handle_why_not_helpful,
    slack_correction.CALLBACK: handle_correct_stage,
    slack_theme.CALLBACK: handle_edit_theme,
    slack_capture.CALLBACK: handle_save_feedback,
    slack_review.CALLBACK: handle_answer_review,
    slack_subscribe.CALLBACK: handle_preview_subscription,
    slack_subscribe.STARTING: handle_start_subscription,
}


def register(app: App) -> None:
    """Bind the listeners of modals."""
    for name, handler in VIEWS.items():
        app.view(name)(handler)
