"""The buttons under an answer: what can be done with it, each carrying the ticket to give it again."""

from collections.abc import Iterator

from assistant.answers.answer import Answer
from assistant.answers.ticket import Ticket, pack
from assistant.rendering import slack_limits as limits
from assistant.rendering.slack_blocks import Block, Element, actions, button, fits
from assistant.rendering.slack_text import plain

MORE_QUOTES, COMPARE, CHART = "more_quotes", "compare_periods", "show_chart"
WRONG_STAGE, SHARE, RATE = "wrong_stage", "share_answer", "rate_answer"
HELPFUL, NOT_HELPFUL = "helpful", "not_helpful"

COMPARABLE = frozenset({"pain_points", "stage_summary", "count", "quotes", "theme", "recurring", "emerging", "trend"})
DRAWABLE = frozenset({"pain_points", "stage_summary", "stage_performance", "trend", "compare", "metric", "recurring",
                      "theme", "count", "emerging"})  # fmt: skip


def answer_tools(answer: Answer, ticket: Ticket, *, private: bool) -> list[Block]:
    """Return the rows of buttons under the answer of a ticket; none where the ticket is too long to carry.

    `private` answers can be shared.
    """
    if not fits(_verdict(NOT_HELPFUL, ticket)) or not ticket.text:
        return []
    tools = list(_tools(answer, ticket, private=private))
    rating = [] if answer.reason == "internal_error" else [_rating(ticket)]
    return [*([actions(tools)] if tools else []), *rating]


def _tools(answer: Answer, ticket: Ticket, *, private: bool) -> Iterator[Element]:
    value = pack(ticket)
    claims = [claim for claim in answer.claims if claim.kind != "map"]
    if claims and not answer.abstained:
        if answer.evidence and ticket.view != "quotes":
            yield button("More quotes", action_id=MORE_QUOTES, value=value)
        if answer.question.intent in COMPARABLE and ticket.view != "compare":
            yield button("Compare with last period", action_id=COMPARE, value=value)
        if answer.question.intent in DRAWABLE and ticket.view == "answer":
            yield button("Chart", action_id=CHART, value=value)
        if answer.evidence:
            yield button("Wrong stage?", action_id=WRONG_STAGE, value=value)
    if private and (claims or answer.findings) and not answer.abstained:
        yield button("Share with channel", action_id=SHARE, value=value)


def _rating(ticket: Ticket) -> Block:
    """Return two thumbs; a rating carries the day and the words, so that it can be looked into later."""
    return {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": RATE,
                "positive_button": _thumb("Helpful", HELPFUL, ticket, "This answer is helpful"),
                "negative_button": _thumb("Not helpful", NOT_HELPFUL, ticket, "This answer is not helpful"),
            }
        ],
    }


def _thumb(label: str, verdict: str, ticket: Ticket, spoken: str) -> Element:
    return {
        "text": {"type": "plain_text", "text": label, "emoji": False},
        "value": plain(_verdict(verdict, ticket), limits.BUTTON_VALUE),
        "accessibility_label": spoken,
    }


def _verdict(verdict: str, ticket: Ticket) -> str:
    return f"{verdict} {pack(ticket)}"
