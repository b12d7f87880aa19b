"""Actions: somebody clicks a button of a message."""

import re
from collections.abc import Callable, Mapping

from slack_bolt import App

from assistant.listeners.actions.ask_follow_up import handle_ask_follow_up
from assistant.listeners.actions.edit_theme import handle_open_edit_theme, handle_theme_choice, handle_undo_theme
from assistant.listeners.actions.import_file import handle_import_file, handle_leave_file
from assistant.listeners.actions.look_again import looking
from assistant.listeners.actions.rate_answer import handle_rate_answer
from assistant.listeners.actions.refresh_home import handle_refresh_home
from assistant.listeners.actions.review import (
    handle_open_review,
    handle_review_several,
    handle_review_skip,
    handle_review_stage,
)
from assistant.listeners.actions.share_answer import handle_share_answer
from assistant.listeners.actions.show_chart import handle_show_chart
from assistant.listeners.actions.subscribing import handle_discard, handle_open_subscribe, handle_start, handling
from assistant.listeners.actions.wrong_stage import handle_correction_choice, handle_undo_stage, handle_wrong_stage
from assistant.listeners.calling import keeping, nothing_more
from assistant.rendering import (
    slack_correction,
    slack_digest,
    slack_files,
    slack_home,
    slack_review,
    slack_subscribe,
    slack_theme,
    slack_tools,
)
from assistant.rendering.slack import FOLLOW_UP

ACTIONS: Mapping[str, Callable[..., None]] = {
    FOLLOW_UP: handle_ask_follow_up,
    slack_tools.MORE_QUOTES: looking("quotes"),
    slack_tools.COMPARE: looking("compare"),
    slack_tools.CHART: handle_show_chart,
    slack_tools.SHARE: handle_share_answer,
    slack_tools.RATE: handle_rate_answer,
    slack_tools.WRONG_STAGE: handle_wrong_stage,
    slack_correction.PIECE: handle_correction_choice,
    slack_correction.STAGE: handle_correction_choice,
    slack_correction.UNDO: handle_undo_stage,
    slack_theme.OPEN: handle_open_edit_theme,
    slack_theme.THEME: handle_theme_choice,
    slack_theme.INTO: handle_theme_choice,
    slack_theme.UNDO: handle_undo_theme,
    slack_review.OPEN: handle_open_review,
    slack_review.SKIP: handle_review_skip,
    slack_review.SEVERAL: handle_review_several,
    slack_review.STAGE: handle_review_stage,
    slack_files.IMPORT: handle_import_file,
    slack_files.LEAVE: handle_leave_file,
    slack_home.REFRESH: handle_refresh_home,
    slack_subscribe.OPEN: handle_open_subscribe,
    slack_digest.START: handle_start,
    slack_digest.DISCARD: handle_discard,
    **{button: handling(button) for button in (slack_digest.OWN, slack_digest.ACKNOWLEDGE, slack_digest.SNOOZE)},
}


def register(app: App) -> None:
    """Bind the action listeners; an action's id is its name and, where there are several, a number."""
    for name, handler in ACTIONS.items():
        pattern = re.compile(rf"^{re.escape(name)}(:\d+)?$")
        app.action(pattern, middleware=[keeping(handler)])(nothing_more)
