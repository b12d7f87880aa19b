"""A theme is renamed, or merged into another one: kept with who and when, and told with the way back."""

from datetime import datetime
from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient

from assistant.clerk import Clerk, themes
from assistant.listeners.errands import Errand, Errands
from assistant.listeners.modals import this_modal, view_key
from assistant.rendering.slack_forms import values, waiting
from assistant.rendering.slack_theme import CALLBACK, INTO, NAME, THEME, TITLE, changed


def handle_edit_theme(
    ack: Ack, body: dict[str, Any], view: dict[str, Any], client: WebClient, clerk: Clerk, errands: Errands
) -> None:
    """Change the theme, and say what that did; a form that says nothing, or two things, is given back."""
    given = values(view)
    theme, name, into = given.get(THEME, ""), given.get(NAME, "").strip(), given.get(INTO, "")
    if problem := _problem(theme, name, into):
        ack(response_action="errors", errors=problem)
        return
    ack(response_action="update", view=waiting(CALLBACK, TITLE))
    place, actor = this_modal(client, view), body["user"]["id"]

    def change(at: datetime) -> None:
        if into:
            number, said = themes.merge(clerk, theme, into, actor=actor, at=at)
        else:
            number, said = themes.rename(clerk, theme, name, actor=actor, at=at)
        place.show(changed(said, number))

    errands.run(
        Errand(keys=(view_key(body),), to=place, body=body, client=client, action="edit_theme", only_asker=True), change
    )


def _problem(theme: str, name: str, into: str) -> dict[str, str]:
    """Return what is wrong with the form, by the field at which it is told."""
    if not theme:
        return {THEME: "Choose a theme."}
    if name and into:
        return {INTO: "Either a new name or a merge, not both."}
    if not name and not into:
        return {NAME: "Give a new name, or choose a theme to merge it into."}
    return {INTO: "A theme cannot be merged into itself."} if into == theme else {}
