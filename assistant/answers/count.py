"""How many: exact by filters, about so many by topic; with distinct customers and the share of the whole."""

from dataclasses import replace

from assistant.answers import evidence
from assistant.answers.answer import Answer, Finding
from assistant.answers.context import Context
from assistant.answers.draft import Draft
from assistant.answers.limits import PIECES, add_limits, nothing
from assistant.answers.quotes import by_search
from assistant.answers.subject import pieces
from assistant.answers.wording import (
    Names,
    capital,
    count,
    course,
    during,
    figure,
    has,
    number,
    percent,
    sentence,
    voices,
    where,
    whole,
)
from assistant.questions.question import Question
from knowledge.scope import Scope

KEYS = ("topic", "count", "customers", "share", "whole", "previous", "recent", "exposure", "exposure_before", "p_value")


def answer(question: Question, context: Context) -> Answer:
    """Answer "how many complaints about refunds were there in May?"; none is an answer too, where there is data."""
    frame = context.frame(question)
    base = whole_of(question, frame.scope)
    if not context.tallies.count(base):
        return nothing(question, context, frame)
    draft = Draft(question, context)
    stages = question.stages
    scope = frame.scope.on(polarity=question.polarity)
    narrow = scope != base
    finding = Finding(
        kind="count", numbers={"topic": question.topic}, stage=stages[0] if len(stages) == 1 else None,
        theme_id=question.themes[0] if len(question.themes) == 1 else None, base=base,
        test="rate" if frame.before and narrow else None,
    )  # fmt: skip
    index = draft.add(frame.narrowed(finding, polarity=question.polarity), *KEYS)
    draft.head(headline, index)
    draft.say(share, index)
    draft.say(before, index)
    if question.topic:
        draft.limit(by_search, index)
    if draft.findings[index].rows and narrow:
        chosen = evidence.choose(context, scope, 2, finding=index, theme=finding.theme_id, query=question.topic)
        draft.quote(chosen)
    add_limits(draft, replace(frame, scope=base))
    _next(draft, question)
    return draft.answer(0.8 if question.topic else 1.0)


def whole_of(question: Question, scope: Scope) -> Scope:
    """Return what a share is of: the same without topic, theme and mood; without these, any stage and filters."""
    if question.topic or question.themes or question.polarity or question.rating:
        return scope.on(rows=None, themes=(), polarity=None, rating=None)
    return scope.on(stages=(), filters={}, without={})


def _next(draft: Draft, question: Question) -> None:
    place = f" in {draft.context.names.stage(question.stages[0])}" if question.stages else ""
    if question.topic:
        draft.ask(f"Show me quotes about {question.topic}", f"How has {question.topic} changed over time?")
    draft.ask(f"What hurts customers{place}?")


@sentence
def headline(names: Names, found: Finding) -> str:
    """Say how many, from how many customers."""
    about = "about " if found.numbers.get("topic") and whole(found, "count") else ""
    return f"{capital(about + pieces(found, names))}{voices(found, ', from ')}."


@sentence
def share(names: Names, found: Finding) -> str:
    """Say of which whole."""
    if not has(found, "share") or not whole(found, "count") or found.scope == found.base:
        return ""
    whole_ = count(whole(found, "whole"), *PIECES)
    return f"That is {percent(figure(found, 'share'))} of the {whole_}{where(found.base, names)}."


@sentence
def before(_: Names, found: Finding) -> str:
    """Say how it was before, and whether that is a change."""
    if not has(found, "previous") or found.before is None:
        return ""
    if found.test is None:
        now = f"{number(whole(found, 'recent'))} {during(found.recent.period)}, " if found.recent else ""
        return capital(f"{now}{number(whole(found, 'previous'))} {during(found.before.period)}.")
    return f"As a share of all feedback: {course(found)}." if course(found) else ""
