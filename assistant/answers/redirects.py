"""What a question asks for, by its words, where its kind was read as another one: times of extremes, targets, owners.

Rules of the whole text, as `asked.py` has for the way that something went: each turns a question into the one that the
answer is made for, and leaves every other question as it is.
"""

import re
from dataclasses import replace

from assistant.answers.context import Context
from assistant.answers.metric_compare import across_stages
from assistant.answers.time_asked import aim_of, timed_ends_of, went_away
from assistant.questions.question import Question
from assistant.questions.words import FUNCTION
from knowledge.periods import Period, describe, shift_months

_FEEDBACK = re.compile(
    r"\b(?:complain\w*|complaints?|problems?|issues?|troubles?|prais\w+|feedback|reviews?|mentions?|comments?|pieces)\b"
)
_BAD = re.compile(r"\b(?:complain\w*|complaints?|problems?|issues?|troubles?)\b")
_ENDS = re.compile(r"\b(?:best|worst|most|least|fewest|highest|lowest|peak(?:ed|s)?|busiest|loudest|quietest)\b", re.I)
_MONTHLY = re.compile(
    r"\b(?:monthly|month[- ](?:by|on|over)[- ]month|(?:by|per|each|every) month|weekly|by week)\b.*"
    r"\b(?:numbers?|counts?|figures|totals?|complaints?|mentions?|feedback)\b"
    r"|\b(?:numbers?|counts?|figures|totals?|complaints?|mentions?|feedback)\b.*"
    r"\b(?:(?:by|per|each|for each) month|monthly)\b"
)

_UNHEARD = re.compile(
    r"\b(?:never|not|haven't|hadn't|n't) (?:\w+ )?(?:been )?(?:heard|seen|had|come across|noticed)(?: of| about)?"
    r"(?: before| until now| so far|\b.*\bnew\b)|\bnew\b.*\b(?:never|not|n't) (?:\w+ )?(?:heard|seen|had|noticed)\b"
)


def redirected(question: Question, context: Context) -> Question:
    """Return the question as the kind that its words ask for; mostly the very same one."""
    low = question.text.lower()
    if question.metrics and not question.stages and across_stages(low):
        return replace(question, intent="compare")
    if question.intent == "compare":
        return _with_itself(question)
    if question.intent in ("help", "drivers", "funnel"):
        return question
    if aim_of(low) and (named := question.metrics or _aimed_at(low, context)):
        return replace(question, intent="metric", metrics=named)
    if timed_ends_of(low):
        return _in_time(question, low)
    if went_away(low):
        return replace(question, intent="recurring", topic=None)
    if _UNHEARD.search(low) and question.intent in ("emerging", "pain_points", "quotes", "recurring", "unknown"):
        return replace(question, intent="emerging", topic=None)
    if question.intent == "count" and _MONTHLY.search(low):
        return replace(question, intent="trend")
    return _of_team(question, low, context)


_TEAM = re.compile(r"\b((?:[\w&-]+ ){1,4}?)(?:team|folks|department|crew|squad)\b")
_OF_PAINS = ("pain_points", "stage_summary", "quotes", "recurring", "emerging")


def _of_team(question: Question, low: str, context: Context) -> Question:
    """Return "what should the kitchen team tackle first?" as a question about the stages that this team owns."""
    journey, named = context.knowledge.journey, _TEAM.search(low)
    if journey is None or named is None or question.stages or question.intent not in _OF_PAINS:
        return question
    asked = frozenset(re.findall(r"\w+", named[1])) - FUNCTION - _PLAIN
    owned = tuple(
        stage.id for stage in journey.stages if asked & frozenset(re.findall(r"\w+", (stage.owner or "").lower()))
    )
    if not owned:
        return question
    topic = None if asked & frozenset(re.findall(r"\w+", (question.topic or "").lower())) else question.topic
    return replace(question, stages=owned, topic=topic)


_PLAIN = frozenset(("team", "the", "our", "and", "of", "what", "should", "which"))


def _with_itself(question: Question) -> Question:
    """Return "compare July with July 2025", read as twice the same month, with the later year first."""
    period = question.period
    if period is None or question.baseline != period or not (period.start and period.end):
        return question
    start, end = shift_months(period.start, 12), shift_months(period.end, 12)
    return replace(question, period=Period(start=start, end=end, label=describe(start, end)))


def _in_time(question: Question, low: str) -> Question:
    """Return "which month had the most complaints?" as a question for a course."""
    if question.metrics:
        return replace(question, intent="metric")
    if not _FEEDBACK.search(low) or question.intent in ("metric", "map", "stage_performance"):
        return question
    topic = _ENDS.sub("", question.topic).strip() if question.topic else ""
    polarity = question.polarity or ("complaint" if _BAD.search(low) else None)
    return replace(question, intent="trend", topic=topic or None, polarity=polarity)


def _aimed_at(low: str, context: Context) -> tuple[str, ...]:
    """Return the metrics whose targets are named: "the churn target", "our target for NPS"."""
    names = {m.id: re.escape(m.name.lower()) for m in context.knowledge.metrics.values()}
    goal = r"(?:targets?|goals?)"
    return tuple(
        key
        for key, name in names.items()
        if re.search(rf"\b{name}(?: rate| score)? {goal}\b|\b{goal} (?:for|of|on) (?:the |our )?{name}\b", low)
    )
