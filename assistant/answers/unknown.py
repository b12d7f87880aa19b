"""Questions that were not understood, that lack a part, or that name what the file does not hold."""

import re
from itertools import pairwise

from assistant.answers.answer import Answer, Finding
from assistant.answers.context import Context
from assistant.answers.draft import Draft
from assistant.answers.help import examples
from assistant.answers.wording import Names, listing, sentence, words
from assistant.questions.question import Question, Unknown


def answer(question: Question, context: Context) -> Answer:
    """Refuse what was not understood, with questions that can be answered."""
    draft = Draft(question, context)
    forecast = _FORECAST.search(question.text)
    draft.head(no_forecast if forecast else not_understood)
    draft.ask(*examples(context))
    return draft.abstain("no_forecast" if forecast else "not_understood")


_FORECAST = re.compile(
    r"\b(?:will|gonna|going to|expected to|likely to|forecast|predict\w*|projection|projected|extrapolate)\b",
    re.IGNORECASE,
)


def clarify(question: Question, context: Context) -> Answer:
    """Ask back once, with choices, what a question is about that could be about anything."""
    draft = Draft(question, context)
    draft.head(_ASKED_BACK[question.missing or "before"])
    draft.ask(*_choices(question, context))
    return draft.abstain("ambiguous")


def _choices(question: Question, context: Context) -> list[str]:
    journey = context.knowledge.journey
    stages = [stage.name for stage in journey.stages] if journey else []
    if question.missing == "sides":
        pairs = [f"Compare {one} and {other}" for one, other in pairwise(stages[:2])]
        held = context.facts.segments.items()
        return [*pairs[:1], *(f"Compare complaints by {name}" for name, column in held if len(column.values) > 1)]
    if question.missing == "subject":
        named = list(context.knowledge.metrics.values())[:1]
        return [*(f"How is {metric.name}?" for metric in named), *examples(context)]
    return examples(context)


def unknown_value(question: Question, context: Context) -> Answer:
    """Refuse a question about something that the file does not hold, and name the nearest that it does."""
    draft = Draft(question, context)
    first = question.unknown[0]
    index = draft.add(Finding(kind="coverage", numbers=given(first)), "kind", "asked", "nearest")
    draft.head(no_such, index)
    draft.ask(*(_instead(question, first, near) for near in first.nearest[:2]), *examples(context)[:2])
    return draft.abstain(f"unknown_{first.kind}".replace(" ", "_").replace("-", "_"))


def given(unknown: Unknown) -> dict[str, float | int | str | None]:
    """Return the words of an unknown value as a finding carries them."""
    return {"kind": unknown.kind, "asked": unknown.asked, "nearest": "; ".join(unknown.nearest[:3])}


def _instead(question: Question, unknown: Unknown, near: str) -> str:
    """Return the question with the nearest known value in place of the unknown one, where it stands in the text."""
    start = question.text.lower().find(unknown.asked.lower())
    if start < 0:
        return f"What do customers say about {near}?"
    return question.text[:start] + near + question.text[start + len(unknown.asked) :]


@sentence
def goes_on(_: Names) -> str:
    """Ask what the question goes on from."""
    return "That goes on from something, but nothing was asked here before. What is it about?"


@sentence
def of_what(_: Names) -> str:
    """Ask for the subject."""
    return "Of what? Name a stage, a metric or a subject."


@sentence
def which_sides(_: Names) -> str:
    """Ask what to compare."""
    return "Compare what? Name two stages, two groups of customers, two channels or two periods."


_ASKED_BACK = {"before": goes_on, "subject": of_what, "sides": which_sides}


@sentence
def not_understood(_: Names) -> str:
    """Say that the question was not understood."""
    return "I did not understand that as a question about customer feedback, the journey or its metrics."


@sentence
def no_forecast(_: Names) -> str:
    """Say that the future is not foretold."""
    return "I do not forecast: I tell what was said and measured so far, and whether it rises or falls."


@sentence
def no_such(_: Names, found: Finding) -> str:
    """Name what is unknown and the nearest that is known."""
    near = [item for item in words(found, "nearest").split("; ") if item]
    nearest = f" The nearest I know: {listing(near, 'or')}." if near else ""
    return f"I know no {words(found, 'kind')} “{words(found, 'asked')}”.{nearest}"
