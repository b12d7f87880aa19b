"""Digests and alerts -> Slack messages. What a channel gets by itself says who set it up and how to stop it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assistant.digests.content import Digest, Section
from assistant.digests.due import when
from assistant.digests.tick import AlertParcel
from assistant.rendering import slack_limits as limits
from assistant.rendering.slack import FOLLOW_UP, SlackMessage
from assistant.rendering.slack_blocks import Block, Element, actions, button, context, fits, glue, rich_text, section
from assistant.rendering.slack_blocks import words as said
from assistant.rendering.slack_text import fallback
from knowledge.subscriptions import Subscription

ACKNOWLEDGE, OWN, SNOOZE = "alert_acknowledge", "alert_own", "alert_snooze"
START, DISCARD = "subscription_start", "subscription_discard"
SNOOZE_DAYS = 7
SECTIONS = 8
"""More stages than these go into no digest: it is to be read standing."""


def render_digest(digest: Digest, *, by: str, preview: bool = False) -> SlackMessage:
    """Return a digest as a message; `by` is the name of who set it up. A preview says that it is one."""
    sub = digest.subscription
    shown = digest.sections[:SECTIONS]
    foot = _foot(sub, by)
    lines = [*_head(digest, preview=preview)]
    text = "\n".join([*(fallback(line, limits.LINE) for line in lines), *_text(shown), fallback(foot, limits.LINE)])
    blocks: list[Block] = [rich_text([section(said(lines[0], bold=True))])]
    blocks += [context(line) for line in lines[1:]]
    blocks += [rich_text(list(_section(each))) for each in shown]
    blocks.append(context(foot))
    if buttons := _asking(each.question for each in shown if each.question):
        blocks.append(actions(buttons))
    return SlackMessage(text=text[: limits.TEXT], blocks=tuple(blocks))


def render_alert(parcel: AlertParcel, *, by: str) -> SlackMessage:
    """Return an alert as a message, with what can be done about it; `by` is the name of who asked for alerts."""
    alert = parcel.alert
    head = f"{'Reminder' if parcel.reminder else _LABELS.get(alert.status, 'Rising')}: {parcel.name}"
    foot = (
        f"The test of recurrence fired; this is told once. Alerts were set up by {by}; "
        f"to stop them: /journey subscribe stop {alert.subscription}"
    )
    number = str(alert.number)
    buttons = [
        button("I take it on", action_id=OWN, value=number),
        button("Acknowledge", action_id=ACKNOWLEDGE, value=number),
        button(f"Remind me in {SNOOZE_DAYS} days", action_id=SNOOZE, value=number),
        *_asking([f"Show me quotes about {parcel.name}"]),
    ]
    blocks = (
        rich_text([section(said(head, bold=True)), section(said(parcel.line))]),
        context(foot),
        actions(buttons),
    )
    lines = (head, parcel.line, foot)
    return SlackMessage(text="\n".join(fallback(line, limits.LINE) for line in lines), blocks=blocks)


def render_handled(message: Mapping[str, Any], said: str) -> SlackMessage:
    """Return an alert's message with what was done with it; `message` is as Slack sent it with the click."""
    kept = [block for block in message.get("blocks") or [] if str(block.get("block_id", "")) != _HANDLED]
    buttons = [block for block in kept if block.get("type") == "actions"]
    rest = [block for block in kept if block.get("type") != "actions"]
    told = context(said) | {"block_id": _HANDLED}
    text = f"{message.get('text') or ''}\n{fallback(said, limits.LINE)}".strip()
    return SlackMessage(text=text[: limits.TEXT], blocks=(*rest, told, *buttons))


def render_preview(sub: Subscription, messages: Sequence[SlackMessage], note: str) -> SlackMessage:
    """Return what somebody would subscribe to, for them only, with buttons to let it go live or to drop it."""
    number = str(sub.number)
    buttons = [
        button("Start", action_id=START, value=number) | {"style": "primary"},
        button("Discard", action_id=DISCARD, value=number),
    ]
    shown = [block for message in messages for block in message.blocks if block["type"] != "actions"]
    blocks = (*shown[: limits.BLOCKS_PER_MESSAGE - 2], context(note), actions(buttons))
    text = "\n".join([*(m.text for m in messages), fallback(note, limits.LINE)])
    return SlackMessage(text=text[: limits.TEXT], blocks=blocks)


def render_list(lines: Sequence[str], head: str, foot: str) -> SlackMessage:
    """Return lines of ours under a first sentence."""
    body = [section(glue("• "), said(line, limits.PLAIN_TEXT), glue("\n")) for line in lines]
    blocks = (rich_text([section(said(head, bold=True), glue("\n")), *body]), context(foot))
    text = "\n".join([fallback(line, limits.PLAIN_TEXT) for line in (head, *(f"- {line}" for line in lines), foot)])
    return SlackMessage(text=text[: limits.TEXT], blocks=blocks)


_HANDLED = "alert_handled"
_LABELS = {"new": "New", "recurring": "Back", "rising": "Rising"}


def _head(digest: Digest, *, preview: bool) -> Iterator[str]:
    sub = digest.subscription
    kind = "Daily digest" if sub.weekday is None else "Weekly digest"
    stages = ", ".join(stage.replace("-", " ").capitalize() for stage in sub.stages) or "all stages"
    yield f"{'Preview: ' if preview else ''}{kind}, {digest.period.label} ({stages})"
    if digest.missed:
        one = digest.missed == 1
        yield f"{digest.missed} digest{'' if one else 's'} before {'was' if one else 'were'} missed; this one covers {'it' if one else 'them'}."  # noqa: E501
    elif digest.late and not preview:
        yield f"This comes late: it was due on {digest.day.day} {digest.day:%B %Y}."


def _foot(sub: Subscription, by: str) -> str:
    stop = f"; to stop it: /journey subscribe stop {sub.number}" if sub.number else ""
    return f"Comes {when(sub)}. Set up by {by}{stop}"


def _section(part: Section) -> Iterator[Element]:
    yield section(said(part.title, bold=True), glue("\n"), said(part.headline, limits.HEADLINE), glue("\n"))
    for line in part.lines:
        yield section(glue("• "), said(line), glue("\n"))


def _text(sections: Sequence[Section]) -> Iterator[str]:
    for part in sections:
        yield f"{fallback(part.title, limits.LINE)}: {fallback(part.headline, limits.HEADLINE)}"
        yield from ("• " + fallback(line, limits.LINE) for line in part.lines)


def _asking(questions: Iterator[str] | Sequence[str]) -> list[Element]:
    """Return a button per question that can be carried whole."""
    fitting = list(dict.fromkeys(question for question in questions if fits(question)))
    return [button(q, action_id=f"{FOLLOW_UP}:{n}", value=q) for n, q in enumerate(fitting[: limits.FOLLOW_UPS])]
