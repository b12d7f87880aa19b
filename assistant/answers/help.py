"""What can be asked, by examples that this file can answer."""

import re

from assistant.answers.answer import Answer, Finding
from assistant.answers.context import Context
from assistant.answers.draft import Draft
from assistant.answers.wording import Names, count, day_of, has, sentence, whole, words
from assistant.questions.question import Question
from knowledge.scope import Scope


def answer(question: Question, context: Context) -> Answer:
    """Answer "help": what is held, and what to ask."""
    draft = Draft(question, context)
    if _THANKS.match(question.text):
        draft.head(welcome)
        draft.ask(*examples(context))
        return draft.answer(1.0)
    here = draft.add(Finding(kind="coverage", numbers={}, scope=Scope()), "count", "first", "last")
    draft.head(headline, here)
    draft.say(kinds)
    draft.say(terms)
    draft.ask(*examples(context))
    return draft.answer(1.0)


_THANKS = re.compile(
    r"^\W*(?:many |great,? |ok(?:ay)?,? |perfect,? )?(?:thanks?|thank you|thx|cheers|ta)\b[^?]{0,40}$", re.IGNORECASE
)


@sentence
def welcome(_: Names) -> str:
    """Return a courtesy."""
    return "You are welcome."


def examples(context: Context) -> list[str]:
    """Return questions that the data at hand can answer."""
    known = context.knowledge
    if not len(context.facts) and not known.journey:
        return []
    stage = _largest_stage(context)
    place = f" in {context.names.stage(stage)}" if stage else ""
    asked = [f"What hurts customers{place}?"] if len(context.facts) else []
    if stage:
        asked.append(f"How is {context.names.stage(stage)} doing?")
    if len(context.facts):
        asked += ["What is new?", "What keeps coming back?"]
    return asked or ["Which touchpoints are there?"]


def _largest_stage(context: Context) -> str | None:
    column = context.facts.stage
    codes = column.codes[column.codes >= 0]
    if not len(codes):
        return None
    counts = {value: int((codes == code).sum()) for code, value in enumerate(column.values)}
    return min(counts, key=lambda value: (-counts[value], value))


@sentence
def headline(_: Names, here: Finding) -> str:
    """Say what the file holds."""
    if not whole(here, "count"):
        return "I answer questions from customer feedback; there is none yet. Import some: journey import feedback FILE"
    held = count(whole(here, "count"), "piece")
    if not has(here, "first", "last"):
        return f"I answer questions from {held} of feedback."
    return (
        f"I answer questions from {held} of feedback, {day_of(words(here, 'first'))} to {day_of(words(here, 'last'))}."
    )


@sentence
def kinds(_: Names) -> str:
    """List the kinds of question."""
    return (
        "Ask what hurts or pleases customers, how a stage or metric is doing, what is new or keeps coming back, how "
        "something changed, how many say it, in whose words, or what the journey map says."
    )


@sentence
def terms(_: Names) -> str:
    """Say what can be added to a question."""
    return "Add a stage, a period, a channel or a segment: “in onboarding”, “last quarter”, “by email”."
