"""The Home tab: stages at a glance, what is new, open questions, subscriptions, and where to begin.

A stage is a row of text with a bar; nothing on the page depends on colour or on a picture.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from assistant.rendering import slack_limits as limits
from assistant.rendering.charts import StageCell
from assistant.rendering.glance import Glance
from assistant.rendering.slack import FOLLOW_UP, bar
from assistant.rendering.slack_blocks import (
    Block,
    Element,
    actions,
    button,
    context,
    fits,
    glue,
    quotation,
    rich_text,
    section,
    words,
)
from assistant.rendering.slack_forms import says, text
from assistant.rendering.slack_review import OPEN as OPEN_REVIEW
from assistant.rendering.slack_subscribe import OPEN as OPEN_SUBSCRIBE
from assistant.rendering.slack_text import clip
from assistant.rendering.slack_theme import OPEN as OPEN_THEMES
from assistant.rendering.text_chart import signed

STAGES, LINES, REFRESH = 20, 5, "refresh_home"
BEGIN = (
    "Ask me anything about what customers say: write to me under Messages, or mention me in a channel.",
    "Drop a file with feedback (CSV, Excel, JSON) under Messages: I show what I recognise and ask before I import.",
    "In any message's menu, “Save as feedback” keeps what a customer said.",
    "Type /journey help for everything else.",
)


def home(glance: Glance, *, at: datetime, review: bool, subscriptions: Sequence[str] = ()) -> dict[str, Any]:
    """Return the view for one person; `review` says that they may answer questions, change themes and subscribe."""
    blocks = [
        *_head(glance, at),
        *_stages(glance),
        *_new(glance),
        *(_review(glance) if review else []),
        *_subscriptions(subscriptions, may_add=review),
        *_begin(glance),
    ]
    return {"type": "home", "callback_id": "home", "blocks": blocks[: limits.BLOCKS_PER_VIEW]}


def refused_home(sentence: str) -> dict[str, Any]:
    """Return the view for somebody who may see nothing: why, and what to do."""
    return {"type": "home", "callback_id": "home", "blocks": [_header("Journey Assistant"), says(sentence)]}


def _header(title: str) -> Block:
    return {"type": "header", "text": text(title, limits.HEADER)}


def _head(glance: Glance, at: datetime) -> Iterator[Block]:
    yield _header(f"{glance.journey} at a glance" if glance.feedback else "Welcome to Journey Assistant")
    if not glance.feedback:
        yield says("I answer from what customers say, stage by stage, with quotes and numbers that can be checked.")
        yield context(f"Stages of the journey: {', '.join(glance.names)}")
    else:
        span = f", {glance.first:%B %Y} to {glance.last:%B %Y}" if glance.first and glance.last else ""
        held = " · ".join(
            (
                f"{_count(glance.feedback, 'piece')} of feedback{span}",
                _count(glance.themes, "theme"),
                _count(glance.metrics, "metric"),
            )
        )
        yield context(f"{held} · as of {at.day} {at:%B %Y, %H:%M} UTC")
    for hint in glance.hints:
        yield context(hint)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _stages(glance: Glance) -> Iterator[Block]:
    if not glance.stages:
        return
    shown = glance.stages[:STAGES]
    largest = max((cell.count for cell in shown), default=0)
    yield rich_text([section(*_row(cell, largest)) for cell in shown])
    if len(glance.stages) > STAGES:
        yield context(f"{len(glance.stages) - STAGES} more stages are not shown here; ask for them by name.")
    asked = [(cell.label, f"How is {cell.label} doing?") for cell in shown]
    buttons = [button(label, action_id=f"{FOLLOW_UP}:{n}", value=q) for n, (label, q) in enumerate(asked) if fits(q)]
    if buttons:
        yield actions(buttons[: limits.ELEMENTS_PER_ACTIONS])


def _row(cell: StageCell, largest: int) -> Iterator[Element]:
    yield glue(bar(cell.count, largest)) | {"style": {"code": True}}
    yield glue("  ")
    yield words(cell.label, bold=True)
    parts = [_count(cell.count, "piece")]
    if cell.complaints is not None:
        parts.append(f"{cell.complaints:.0%} complaints")
    if cell.sentiment is not None:
        parts.append(f"sentiment {signed(cell.sentiment)}")
    if cell.judged:
        parts.append(f"{cell.met} of {cell.judged} metrics meet their target")
    yield glue(f"  {' · '.join(parts)}\n")


def _new(glance: Glance) -> Iterator[Block]:
    if glance.new is None:
        return
    yield _header("What is new")
    yield says(glance.new.headline)
    parts = [section(words(line), glue("\n")) for line in glance.new.lines[:LINES]]
    parts += [
        quotation(words(f"“{clip(quote.quote, limits.QUOTE_SHORT)}”", 2 * limits.QUOTE))
        for quote in glance.new.evidence[:2]
    ]
    if parts:
        yield rich_text(parts)
    yield from (context(caveat) for caveat in glance.new.caveats[:2])


def _review(glance: Glance) -> Iterator[Block]:
    yield _header("Open questions")
    if glance.questions:
        yield rich_text([section(words(f"{q.text}"), glue("\n")) for q in glance.questions])
    elif glance.feedback:
        yield says("Nothing is left that is worth asking.")
    else:
        yield says("Once there is feedback, I ask here which stage it is about where I am unsure.")
    if glance.feedback:
        tools = [button("Answer questions", action_id=OPEN_REVIEW, value="open")] if glance.questions else []
        yield actions([*tools, button("Rename or merge a theme", action_id=OPEN_THEMES, value="open")])


def _subscriptions(lines: Sequence[str], *, may_add: bool) -> Iterator[Block]:
    yield _header("Subscriptions")
    if lines:
        yield rich_text([section(words(line), glue("\n")) for line in lines[:10]])
    else:
        yield says("No channel that you are in gets a digest or alerts yet.")
    if len(lines) > 10:
        yield context(f"{len(lines) - 10} more are not shown here.")
    if may_add:
        yield actions([button("Set up a digest or alerts", action_id=OPEN_SUBSCRIBE, value="open")])


def _begin(glance: Glance) -> Iterator[Block]:
    yield _header("How to use me" if glance.feedback else "How to begin")
    yield rich_text([section(words(line), glue("\n")) for line in BEGIN])
    yield actions([button("Refresh", action_id=REFRESH, value="home")])
    yield context("Answers are computed from your own data, never made up; no language model is behind them.")
