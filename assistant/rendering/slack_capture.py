"""“Save as feedback”: the modal that asks for customer, stage and channel."""

import json
from collections.abc import Sequence

from assistant.rendering import slack_limits as limits
from assistant.rendering.slack_blocks import quotation, rich_text, words
from assistant.rendering.slack_forms import METADATA, View, choice, line, modal, options
from assistant.rendering.slack_text import clip

CALLBACK, TITLE, SHORTCUT = "save_feedback", "Save as feedback", "save_as_feedback"
CUSTOMER, STAGE, CHANNEL = "save_customer", "save_stage", "save_channel"
UNSURE = "unsure"


def capture_form(text: str, stages: Sequence[tuple[str, str]], *, channel: str, ts: str, private: bool) -> View:
    """Return the modal; the message's words go with it, cut where they are longer than a modal can carry."""
    choices = options([(UNSURE, "I do not know"), *stages])
    blocks = [
        rich_text([quotation(words(f"“{clip(text, limits.QUOTE)}”", 2 * limits.QUOTE))]),
        line(CUSTOMER, "Customer (an id; it is kept as a keyed hash)", most=200, optional=True),
        choice(STAGE, "Stage", choices, chosen=UNSURE),
        line(CHANNEL, "Where they said it, such as email or phone", most=60, optional=True),
    ]
    return modal(CALLBACK, TITLE, blocks, submit="Save", metadata=_metadata(text, channel, ts, private))


def carried(view: View) -> tuple[str, str, str, bool]:
    """Return (words, channel, ts, private) of the message that a modal is about."""
    text, channel, ts, private = json.loads(view["private_metadata"])
    return str(text), str(channel), str(ts), bool(private)


def _metadata(text: str, channel: str, ts: str, private: bool) -> str:
    while len(held := json.dumps([text, channel, ts, private], ensure_ascii=False)) > METADATA:
        text = text[: len(text) - max(1, len(held) - METADATA)]
    return held


def saved_lines(text: str, stage: str | None, theme: str | None, *, by_person: bool, new: bool, private: bool,
                ) -> list[str]:  # fmt: skip
    """Return what was saved, in sentences."""
    if not stage:
        where = "I am not sure which stage it is about."
    else:
        where = f"Stage: {stage}{', as you said' if by_person else ', as I understand it'}."
    return [
        f"{'Saved' if new else 'It was saved already'}: “{clip(text, limits.QUOTE)}”",
        where,
        f"Theme: {theme}." if theme else "It belongs to no theme yet.",
        "It comes from a private channel, so it is answered from here only." if private else "",
    ]
