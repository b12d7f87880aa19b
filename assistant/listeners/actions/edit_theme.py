"""Renaming and merging themes: the modal, what a merge would join, and taking an edit back."""

from datetime import datetime
from typing import Any

from slack_sdk import WebClient

from assistant.clerk import Clerk, themes
from assistant.listeners.errands import Errand, Errands
from assistant.listeners.modals import open_modal, this_modal, view_key
from assistant.rendering.slack_forms import told, values
from assistant.rendering.slack_theme import CALLBACK, FIRST, INTO, THEME, TITLE, theme_form

NONE_YET = "There are no themes yet: import feedback first."


def handle_open_edit_theme(body: dict[str, Any], client: WebClient, clerk: Clerk, errands: Errands) -> None:
    """Open the modal, and fill it with the themes that there are."""
    place = open_modal(client, body, CALLBACK, TITLE)

    def fill(_at: datetime) -> None:
        known = themes.themes(clerk)
        place.show(theme_form(known) if known else told(CALLBACK, TITLE, [NONE_YET]))

    errands.run(
        Errand(
            keys=(f"open:{place.view_id}",), to=place, body=body, client=client, action="edit_theme", only_asker=True
        ),
        fill,
    )


def handle_theme_choice(body: dict[str, Any], client: WebClient, clerk: Clerk, errands: Errands) -> None:
    """Say what a merge would join, where two themes are chosen."""
    view = body["view"]
    place, given = this_modal(client, view), values(view)
    one, into = given.get(THEME) or None, given.get(INTO) or None

    def show(_at: datetime) -> None:
        said = themes.merge_preview(clerk, one, into) if one and into else FIRST
        place.show(theme_form(themes.themes(clerk), chosen=one, into=into, preview=said))

    errands.run(
        Errand(keys=(view_key(body),), to=place, body=body, client=client, action="edit_theme", only_asker=True), show
    )


def handle_undo_theme(
    body: dict[str, Any], action: dict[str, Any], client: WebClient, clerk: Clerk, errands: Errands
) -> None:
    """Take an edit back."""
    place = this_modal(client, body["view"])

    def take_back(at: datetime) -> None:
        themes.undo(clerk, int(action["value"]), actor=body["user"]["id"], at=at)
        place.show(told(CALLBACK, TITLE, ["Taken back: it is as if it had not been done."]))

    errands.run(
        Errand(keys=(view_key(body),), to=place, body=body, client=client, action="edit_theme", only_asker=True),
        take_back,
    )
