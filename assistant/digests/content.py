"""What a digest says: answers to three questions, as of its day, cut to what a manager reads standing.

Nothing is said that is not an answer: each question goes the way of all questions, verification included. What is new
is told from what was known by asking the same question as of the day of the digest before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from assistant.answers.answer import Answer, Finding
from assistant.questions.question import Question
from knowledge.periods import Period, describe
from knowledge.subscriptions import Subscription

LINES = 3
FLAGGED = frozenset({"new", "rising", "recurring"})
MANY = 20
"""More themes than these are never flagged at once in earnest."""
LONGEST = timedelta(days=35)
"""A digest that catches up looks back so far at most."""


class Answering(Protocol):
    """Whatever answers a question that is understood already."""

    def answer_question(self, question: Question, *, as_of: date) -> Answer:
        """Answer as of a day."""
        ...


@dataclass(frozen=True, kw_only=True)
class Section:
    """One question of a digest: its first sentence, some more, and the words to ask it with."""

    title: str
    headline: str
    lines: tuple[str, ...] = ()
    question: str | None = None


@dataclass(frozen=True, kw_only=True)
class Digest:
    """A digest as it is read: its stretch of days, its sections, and whether it comes late or catches up others.

    `news` counts the themes that were not flagged at the digest before.
    """

    subscription: Subscription
    day: date
    period: Period
    sections: tuple[Section, ...]
    news: int
    missed: int = 0
    late: bool = False


def compose(
    sub: Subscription, day: date, answers: Answering, *, missed: Sequence[date] = (), late: bool = False
) -> Digest:
    """Return the digest of a day; it covers the days since the one before, those that were missed included."""
    period = covered(sub, day, missed)
    sections = [_summary(answers, stage, period, day) for stage in sub.stages or (None,)]
    news, count = _news(answers, sub.stages, period, day)
    recurring = _ask(answers, "recurring", sub.stages, day, text="What keeps coming back", limit=LINES)
    return Digest(
        subscription=sub, day=day, period=period, news=count, missed=len(missed), late=late,
        sections=(news, *sections, _section("Keeps coming back", recurring, lines=1)),
    )  # fmt: skip


def covered(sub: Subscription, day: date, missed: Sequence[date] = ()) -> Period:
    """Return the days that a digest is about: the day or week up to it, longer where others were missed."""
    step = timedelta(days=1 if sub.weekday is None else 7)
    start = max(min([day, *missed]) - step, day - LONGEST)
    return Period(start=start, end=day, label=describe(start, day))


def _summary(answers: Answering, stage: str | None, period: Period, day: date) -> Section:
    name = (stage or "everything").replace("-", " ")
    question = Question(
        text=f"How is {name} doing?",
        intent="stage_summary",
        stages=(stage,) if stage else (),
        period=period,
    )
    answer = answers.answer_question(question, as_of=day)
    return _section(name.capitalize(), answer, lines=LINES)


def _news(answers: Answering, stages: tuple[str, ...], period: Period, day: date) -> tuple[Section, int]:
    """Return what is new or rising since the digest before, and how many themes that are; else that nothing is."""
    now = _ask(answers, "emerging", stages, day, text="What is new", limit=MANY)
    assert period.start is not None  # noqa: S101 - `covered` has both ends
    before = _ask(answers, "emerging", stages, period.start, text="What was new", limit=MANY)
    known = {finding.theme_id for finding in flagged(before)}
    fresh = [theme.theme_id for theme in flagged(now) if theme.theme_id not in known]
    new = [line for line, theme in lines_of(now) if theme in fresh]
    old = [line for line, theme in lines_of(now) if theme in known]
    if now.abstained:
        return Section(title="New", headline=str(now.headline), question=now.question.text), 0
    if new:
        more = (f"{len(new) - LINES} more: ask “{now.question.text}”",) if len(new) > LINES else ()
        return Section(title="New", headline=new[0], lines=(*new[1:LINES], *more), question=now.question.text), len(
            fresh
        )
    if old:
        return Section(
            title="New",
            headline="Nothing new since the last digest.",
            lines=tuple(f"Still: {line}" for line in old[:LINES]),
            question=now.question.text,
        ), 0
    return Section(title="New", headline=f"Nothing new. {now.headline}", question=now.question.text), 0


def flagged(answer: Answer) -> list[Finding]:
    """Return the themes for which the test of recurrence fired, in the answer's order."""
    return [found for found in answer.findings if found.theme_id and found.change in FLAGGED]


def lines_of(answer: Answer) -> list[tuple[str, str]]:
    """Return the sentences of the answer that are about one flagged theme, with its id."""
    themes = {index: found.theme_id for index, found in enumerate(answer.findings) if found in flagged(answer)}
    found = []
    for line in answer.lines:
        about = [themes[index] for index in getattr(line, "findings", ()) if index in themes]
        if about and about[0]:
            found.append((str(line), about[0]))
    return found


def new_themes(answers: Answering, stages: tuple[str, ...], day: date) -> Answer:
    """Return the answer to what is new or rising, as of a day: what alerts are raised from."""
    return _ask(answers, "emerging", stages, day, text="What is new", limit=MANY)


def _ask(answers: Answering, intent: str, stages: tuple[str, ...], day: date, *, text: str, limit: int) -> Answer:
    where = f" in {' and '.join(stages).replace('-', ' ')}?" if stages else "?"
    question = Question(text=text + where, intent=intent, stages=stages, limit=limit)  # type: ignore[arg-type]
    return answers.answer_question(question, as_of=day)


def _section(title: str, answer: Answer, *, lines: int) -> Section:
    return Section(
        title=title,
        headline=str(answer.headline),
        lines=tuple(str(line) for line in answer.lines[:lines]) if not answer.abstained else (),
        question=answer.question.text if not answer.abstained else None,
    )
