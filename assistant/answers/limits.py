"""Limits: the sentences on what the data lacks, and the refusals when there is nothing to say."""

from datetime import date

from assistant.answers.answer import Answer, Finding
from assistant.answers.context import Context
from assistant.answers.draft import Draft
from assistant.answers.scopes import Frame
from assistant.answers.wording import (
    Names,
    capital,
    count,
    during,
    figure,
    has,
    number,
    percent,
    sentence,
    where,
    whole,
)
from assistant.questions.question import Question
from knowledge.scope import Scope

FEW = 30
"""Below this many pieces of feedback an answer says how few they are."""

PIECES = ("piece of feedback", "pieces of feedback")


def add_limits(draft: Draft, frame: Frame, *, themes: bool = False) -> None:
    """Say how few pieces there are, what belongs to no theme, what has no date or no stage."""
    here = draft.add(Finding(kind="coverage", numbers={}, scope=frame.scope), "count", "scored", "unassigned")
    draft.limit(few, here)
    if themes:
        draft.limit(unassigned, here)
    draft.limit(unscored, here)
    if frame.scope.period:
        ever = frame.scope.on(period=None)
        draft.limit(undated, draft.add(Finding(kind="coverage", numbers={}, scope=ever), "undated"))
        draft.limit(ends_early, draft.add(Finding(kind="coverage", numbers={}, scope=_all(frame.scope)), "last"), here)
    if frame.scope.stages:
        any_stage = frame.scope.on(stages=(), rows=None)
        draft.limit(unstaged, draft.add(Finding(kind="coverage", numbers={}, scope=any_stage), "unstaged", "count"))


def _all(scope: Scope) -> Scope:
    return Scope(counted=scope.counted)


@sentence
def few(_: Names, here: Finding) -> str:
    """Say how few they are."""
    n = whole(here, "count")
    return f"Only {count(n, *PIECES)} in all: read shares with care." if 0 < n < FEW else ""


@sentence
def unassigned(_: Names, here: Finding) -> str:
    """Say how much belongs to no theme."""
    n, of = whole(here, "unassigned"), whole(here, "count")
    return f"{percent(n / of)} of this feedback ({number(n)} of {number(of)}) belongs to no theme." if n and of else ""


@sentence
def unscored(_: Names, here: Finding) -> str:
    """Say how much has no sentiment yet."""
    n = whole(here, "count") - whole(here, "scored")
    return f"{capital(count(n, *PIECES))} could not be read as praise or complaint." if n else ""


@sentence
def undated(_: Names, ever: Finding) -> str:
    """Say how much has no date."""
    n = whole(ever, "undated")
    verb = "has no date and is" if n == 1 else "have no date and are"
    return f"{capital(count(n, *PIECES))} {verb} not counted." if n else ""


@sentence
def ends_early(_: Names, everything: Finding, here: Finding) -> str:
    """Say that the data ends before the period does."""
    last, period = everything.numbers.get("last"), here.scope.period if here.scope else None
    if not isinstance(last, str) or period is None or period.end is None:
        return ""
    end = date.fromisoformat(last)
    return f"The data ends on {end.day} {end:%B %Y}, before this period does." if (period.end - end).days > 7 else ""


@sentence
def unstaged(_: Names, any_stage: Finding) -> str:
    """Say how much has no sure stage."""
    n, of = whole(any_stage, "unstaged"), whole(any_stage, "count")
    verb = "has" if n == 1 else "have"
    return f"{number(n)} of {count(of, *PIECES)} {verb} no sure stage, so may be missing here." if n else ""


def no_more(question: Question, context: Context) -> Answer:
    """Say that the list has been shown to its end."""
    draft = Draft(question, context)
    draft.head(that_was_all)
    draft.ask("What hurts customers?", "What is new?")
    return draft.abstain("no_more")


@sentence
def that_was_all(_: Names) -> str:
    """Say that nothing is left to show."""
    return "That was all of it: there is no more to show."


def nothing(question: Question, context: Context, frame: Frame) -> Answer:
    """Refuse because nothing is in scope, and say which condition leaves nothing."""
    draft = Draft(question, context)
    if not len(context.facts):
        draft.head(no_feedback)
        draft.ask("What can you do?")
        return draft.abstain("no_feedback")
    scope, reason = _emptied(frame.scope, context)
    index = draft.add(Finding(kind="coverage", numbers={"topic": question.topic}, scope=frame.scope), "topic", "count")
    wider = draft.add(Finding(kind="coverage", numbers={}, scope=scope), "count", "first", "last")
    draft.head(_REFUSALS[reason], index, wider)
    draft.ask(*_nearest(question, context, scope))
    return draft.abstain(reason)


def _emptied(scope: Scope, context: Context) -> tuple[Scope, str]:
    """Return the widest scope that one condition empties, and the reason's slug."""
    relaxations: tuple[tuple[str, dict[str, object]], ...] = (
        ("no_feedback_on_topic", {"rows": None}),
        ("no_feedback_in_period", {"period": None}),
        ("no_feedback_in_stage", {"stages": ()}),
        ("no_feedback_with_filters", {"filters": {}, "without": {}, "rating": None}),
    )
    if scope.rows is not None and not scope.rows:
        return scope.on(rows=None), "no_feedback_on_topic"
    for reason, changes in relaxations[1:] + relaxations[:1]:
        wider = scope.on(**changes)
        if wider != scope and context.tallies.count(wider):
            return wider, reason
    return Scope(), "no_match"


def _nearest(question: Question, context: Context, wider: Scope) -> list[str]:
    """Return the nearest questions that can be answered."""
    names = [context.names.stage(stage) for stage in wider.stages]
    place = f" in {names[0]}" if names else ""
    topic = [f"What do customers say about {question.topic}?"] if question.topic and wider.rows else []
    return [*topic, f"What hurts customers{place}?", f"How many pieces of feedback are there{place}?"]


@sentence
def no_feedback(_: Names) -> str:
    """Say that the file is empty."""
    return "There is no feedback yet. Import some first: journey import feedback FILE"


@sentence
def not_in_period(names: Names, asked: Finding, wider: Finding) -> str:
    """Say that nothing is in that period, and where the data lies."""
    period = asked.scope.period if asked.scope else None
    if not has(wider, "first", "last"):
        return f"There is no feedback {during(period)}: what there is{where(wider.scope, names)} has no dates."
    first, last = (date.fromisoformat(str(wider.numbers[key])) for key in ("first", "last"))
    n = whole(wider, "count")
    held = "the only piece is" if n == 1 else f"the {count(n, 'piece')} there are run"
    ends = f"of {_day(first)}" if first == last else f"from {_day(first)} to {_day(last)}"
    return f"There is no feedback{where(asked.scope, names)}: {held} {ends}."


@sentence
def not_in_stage(names: Names, asked: Finding, wider: Finding) -> str:
    """Say that nothing is in that stage."""
    n = count(int(figure(wider, "count")), "piece")
    return f"There is no feedback{where(asked.scope, names)}; other stages have {n}."


@sentence
def not_with_filters(names: Names, asked: Finding, wider: Finding) -> str:
    """Say that nothing is there with these filters."""
    n = count(int(figure(wider, "count")), "piece")
    return f"There is no feedback{where(asked.scope, names)}; without these conditions there are {n}."


@sentence
def not_on_topic(names: Names, asked: Finding, wider: Finding) -> str:
    """Say that nothing is near the topic."""
    place = where(wider.scope, names)
    topic = asked.numbers.get("topic")
    about = f"about “{topic}”" if topic else "that fits"
    return f"I found nothing {about} in the {count(whole(wider, 'count'), *PIECES)}{place}."


@sentence
def no_match(names: Names, asked: Finding, wider: Finding) -> str:
    """Say that only all conditions together leave nothing."""
    held = count(whole(wider, "count"), *PIECES)
    return f"Nothing meets all of these conditions{where(asked.scope, names)}. The file holds {held}."


_REFUSALS = {
    "no_feedback_in_period": not_in_period,
    "no_feedback_in_stage": not_in_stage,
    "no_feedback_with_filters": not_with_filters,
    "no_feedback_on_topic": not_on_topic,
    "no_match": no_match,
}


def _day(value: date) -> str:
    return f"{value.day} {value:%B %Y}"
