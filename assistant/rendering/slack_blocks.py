"""The few Block Kit pieces that we build messages from, each within Slack's limits and with inert text."""

from collections.abc import Sequence
from typing import Any

from assistant.rendering import slack_limits as limits
from assistant.rendering.slack_text import clean, plain

Block = dict[str, Any]
Element = dict[str, Any]


def words(text: str, limit: int = limits.LINE, **style: bool) -> Element:
    """Return a piece of rich text; `style` is any of bold, italic, code. Nothing in it is parsed."""
    element: Element = {"type": "text", "text": plain(text, limit) or " "}
    return element | {"style": style} if style else element


def glue(text: str) -> Element:
    """Return rich text of our own, kept exactly: line breaks, bars, separators."""
    return {"type": "text", "text": text}


def section(*elements: Element) -> Element:
    """Return a line or paragraph of a rich text block."""
    return {"type": "rich_text_section", "elements": list(elements)}


def quotation(*elements: Element) -> Element:
    """Return an indented quotation of a rich text block."""
    return {"type": "rich_text_quote", "elements": list(elements)}


def rich_text(parts: Sequence[Element]) -> Block:
    """Return a block of sections and quotations."""
    return {"type": "rich_text", "elements": list(parts)}


def context(text: str) -> Block:
    """Return small grey text; nothing in it is parsed."""
    return {"type": "context", "elements": [_plain_text(text, limits.PLAIN_TEXT)]}


def button(label: str, *, action_id: str, value: str) -> Element:
    """Return a button. The label may be cut; the value may not, for it is what the button does (see `fits`)."""
    if not fits(value):
        raise ValueError(f"a button's value may hold {limits.BUTTON_VALUE} characters, not {len(value)}")
    text, kept = _plain_text(label, limits.BUTTON_LABEL), plain(value, limits.BUTTON_VALUE)
    return {"type": "button", "text": text, "action_id": action_id, "value": kept}


def fits(value: str) -> bool:
    """Tell whether a button can carry the value whole."""
    return bool(clean(value)) and not plain(value, limits.BUTTON_VALUE).endswith("…")


def actions(elements: Sequence[Element]) -> Block:
    """Return a row of buttons."""
    return {"type": "actions", "elements": list(elements)}


def _plain_text(text: str, limit: int) -> Element:
    return {"type": "plain_text", "text": plain(text, limit) or " ", "emoji": False}
