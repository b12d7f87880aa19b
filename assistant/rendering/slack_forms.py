"""Pieces of modals: inputs with their labels, and a modal around them. Words from data are inert in all of them."""

from collections.abc import Sequence
from typing import Any

from assistant.rendering import slack_limits as limits
from assistant.rendering.slack_blocks import Block, rich_text, section, words
from assistant.rendering.slack_text import plain

View = dict[str, Any]
Option = dict[str, Any]

TITLE, LABEL, OPTION, OPTION_VALUE, OPTIONS, RADIOS, METADATA = 24, 2_000, 75, 150, 100, 10, 3_000


def modal(callback: str, title: str, blocks: Sequence[Block], *, submit: str | None = None, metadata: str = "") -> View:
    """Return a modal; `callback` names its handler, `metadata` comes back with what is submitted."""
    if len(metadata) > METADATA:
        raise ValueError(f"a modal can carry {METADATA} characters, not {len(metadata)}")
    view: View = {
        "type": "modal",
        "callback_id": callback,
        "title": text(title, TITLE),
        "close": text("Close" if submit is None else "Cancel", TITLE),
        "blocks": list(blocks)[: limits.BLOCKS_PER_VIEW],
        "private_metadata": metadata,
    }
    return view if submit is None else view | {"submit": text(submit, TITLE)}


def text(value: str, limit: int) -> dict[str, Any]:
    """Return words as a plain text object."""
    return {"type": "plain_text", "text": plain(value, limit) or " ", "emoji": False}


def option(label: str, value: str) -> Option:
    """Return one choice; the label may be cut, the value may not."""
    if len(value) > OPTION_VALUE:
        raise ValueError(f"a choice can carry {OPTION_VALUE} characters, not {len(value)}")
    return {"text": text(label, OPTION), "value": value}


def options(choices: Sequence[tuple[str, str]]) -> list[Option]:
    """Return choices from (value, label); one whose value cannot be carried whole is left out."""
    return [option(label, value) for value, label in choices if 0 < len(value) <= OPTION_VALUE][:OPTIONS]


def choice(
    block: str, label: str, options: Sequence[Option], *, chosen: str | None = None, live: bool = False,
    optional: bool = False,
) -> Block:  # fmt: skip
    """Return a menu of choices; `live` tells us at once what is chosen."""
    element: dict[str, Any] = {"type": "static_select", "action_id": block, "options": list(options)[:OPTIONS]}
    if initial := next((one for one in element["options"] if one["value"] == chosen), None):
        element["initial_option"] = initial
    return _input(block, label, element, live=live, optional=optional)


def several(block: str, label: str, options: Sequence[Option]) -> Block:
    """Return a menu from which any number can be chosen, none too; `chosen` reads it."""
    element = {"type": "multi_static_select", "action_id": block, "options": list(options)[:OPTIONS]}
    return _input(block, label, element, optional=True)


def channel_choice(block: str, label: str) -> Block:
    """Return a menu of the channels that the person can see, without those that other companies read."""
    ours = {"include": ["public", "private"], "exclude_external_shared_channels": True, "exclude_bot_users": True}
    return _input(block, label, {"type": "conversations_select", "action_id": block, "filter": ours})


def radios(
    block: str, label: str, options: Sequence[Option], *, chosen: str | None = None, optional: bool = False
) -> Block:
    """Return a few choices, all in sight."""
    element: dict[str, Any] = {"type": "radio_buttons", "action_id": block, "options": list(options)[:RADIOS]}
    if initial := next((one for one in element["options"] if one["value"] == chosen), None):
        element["initial_option"] = initial
    return _input(block, label, element, optional=optional)


def line(
    block: str, label: str, *, value: str = "", most: int = 300, multiline: bool = False, optional: bool = False
) -> Block:
    """Return a field for words."""
    element: dict[str, Any] = {
        "type": "plain_text_input", "action_id": block, "multiline": multiline, "max_length": most,
    }  # fmt: skip
    if value:
        element["initial_value"] = plain(value, most)
    return _input(block, label, element, optional=optional)


def says(sentence: str, *, bold: bool = False) -> Block:
    """Return a paragraph."""
    return rich_text([section(words(sentence, limits.PLAIN_TEXT, **({"bold": True} if bold else {})))])


def waiting(callback: str, title: str) -> View:
    """Return the modal that stands while its content is worked out."""
    return modal(callback, title, [says("One moment …")])


def told(callback: str, title: str, sentences: Sequence[str]) -> View:
    """Return a modal that only says something: a result, or why there is none."""
    return modal(callback, title, [says(sentence) for sentence in sentences if sentence])


def values(view: View) -> dict[str, str]:
    """Return what was filled in or chosen, by block."""
    found = {}
    for block, inputs in (view.get("state") or {}).get("values", {}).items():
        for state in inputs.values():
            chosen = (state.get("selected_option") or {}).get("value")
            found[block] = str(chosen or state.get("value") or state.get("selected_conversation") or "")
    return found


def chosen(view: View, block: str) -> tuple[str, ...]:
    """Return what was chosen in a menu of several."""
    inputs = ((view.get("state") or {}).get("values") or {}).get(block) or {}
    return tuple(str(one["value"]) for state in inputs.values() for one in state.get("selected_options") or ())


def _input(block: str, label: str, element: dict[str, Any], *, live: bool = False, optional: bool = False) -> Block:
    return {
        "type": "input",
        "block_id": block,
        "label": text(label, LABEL),
        "element": element,
        "optional": optional,
        **({"dispatch_action": True} if live else {}),
    }
