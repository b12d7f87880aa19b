"""The modal that renames a theme, or merges it into another one."""

from collections.abc import Sequence

from assistant.rendering.slack_blocks import actions, button
from assistant.rendering.slack_forms import View, choice, line, modal, options, says, told
from assistant.rendering.slack_text import clip

CALLBACK, TITLE = "edit_theme", "Rename or merge"
THEME, NAME, INTO = "edit_theme_which", "edit_theme_name", "edit_theme_into"
OPEN, UNDO = "open_edit_theme", "undo_theme"
FIRST = "Nothing changes before you press the button, and everything can be taken back."
NAME_MAX, NAME_SHOWN = 80, 60


def theme_form(
    themes: Sequence[tuple[str, str, int]], *, chosen: str | None = None, into: str | None = None, preview: str = FIRST
) -> View:
    """Return the form; `themes` are (id, name, pieces of feedback), of which the first hundred can be chosen."""
    known = options([(key, f"{clip(name, NAME_SHOWN)} ({count:,})") for key, name, count in themes])
    blocks = [
        choice(THEME, "Theme", known, chosen=chosen, live=True),
        line(NAME, "New name", most=NAME_MAX, optional=True),
        choice(INTO, "Or merge it into", known, chosen=into, live=True, optional=True),
        says(preview),
    ]
    return modal(CALLBACK, TITLE, blocks, submit="Change")


def changed(sentence: str, number: int) -> View:
    """Return what stands after the edit `number`, with the way back."""
    view = told(CALLBACK, TITLE, [sentence])
    view["blocks"].append(actions([button("Undo", action_id=UNDO, value=str(number))]))
    return view
