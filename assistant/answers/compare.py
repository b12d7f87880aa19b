"""Two sides beside each other: stages, values of a filter, themes or periods; counts, mood and top themes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.answers import metric_compare
from assistant.answers.answer import Answer, Finding
from assistant.answers.context import Context
from assistant.answers.draft import Draft, sure
from assistant.answers.limits import PIECES, add_limits, nothing
from assistant.answers.metric_lines import add_metric, metric_line, metrics_of
from assistant.answers.scopes import Frame
from assistant.answers.scores import RATING, add_score_of, from_feedback
from assistant.answers.sides import MOST_SIDES, against_others, around, label, named, of_values, ranked
from assistant.answers.themes_in import add_theme, pains
from assistant.answers.wording import (
    Names,
    capital,
    count,
    figure,
    has,
    listing,
    number,
    p,
    percent,
    sentence,
    voices,
    where,
    whole,
)
from assistant.questions.question import Question
from knowledge.scope import Polarity, Scope

KEYS = (
    "topic", "count", "customers", "complaints", "praise", "scored", "complaint_share", "low", "high", "sentiment",
    "previous", "previous_complaint_share", "p_value",
)  # fmt: skip

_THEMES = 3


@dataclass(frozen=True, kw_only=True)
class Side:
    """One side of a comparison."""

    scope: Scope
    stage: str | None = None
    theme: str | None = None


def answer(question: Question, context: Context) -> Answer:
    """Answer "compare email and chat in Q3"."""
    if question.metrics and (measured := metric_compare.answer(question, context)) is not None:
        return measured
    frame = context.frame(question)
    sides = sides_of(question, context, frame)
    if len(sides) < 2:
        return _one_side(question, context)
    filled = [side for side in sides if context.tallies.count(side.scope)]
    if not filled:
        return nothing(question, context, frame)
    draft = Draft(question, context)
    found = [_add(draft, question, side, sides[0] if side is not sides[0] else sides[1]) for side in sides]
    _head(draft, question, found)
    for side, index in zip(sides, found, strict=True):
        draft.say(side_line, index)
        if RATING.search(question.text) and (rated := add_score_of(draft, side.scope)) is not None:
            draft.say(from_feedback, rated)
        _pains(draft, side)
        _metrics(draft, question, side)
    _held(draft, frame, sides)
    add_limits(draft, replace(frame, scope=_around(frame.scope)))
    return draft.answer(min(sure(context.tallies.count(side.scope)) for side in sides))


def _counted(question: Question) -> Polarity | None:
    """Return what is counted where somebody asks who has most: complaints or praise; None for all feedback."""
    if not _MOST.search(question.text) or _ALL.search(question.text):
        return None
    return question.polarity or ("complaint" if _BAD.search(question.text) else None)


def _head(draft: Draft, question: Question, found: list[int]) -> None:
    """Begin with the difference of two sides, or with the side that has most: by number where that was asked."""
    if len(found) == 2 and not question.by:
        draft.head(headline, *found)
        return
    if _MOST.search(question.text):
        counted = _counted(question)
        draft.head({"praise": most_praise, "complaint": most_complaints}.get(counted or "", most_feedback), *found)
        draft.say(most, *found)
    else:
        draft.head(least if _BEST.search(question.text) else most, *found)


def sides_of(question: Question, context: Context, frame: Frame) -> list[Side]:
    """Return what is compared: periods, else stages, themes, or the values of the first filter that has several."""
    scope = frame.scope.on(polarity=None)
    if question.baseline and frame.before:
        return [Side(scope=scope.on(period=period)) for period in (frame.scope.period or frame.recent, frame.before)]
    if len(question.stages) > 1:
        return [Side(scope=scope.on(stages=(stage,)), stage=stage) for stage in question.stages][:MOST_SIDES]
    if len(question.themes) > 1:
        return [Side(scope=scope.on(themes=(theme,)), theme=theme) for theme in question.themes][:MOST_SIDES]
    if values := _of_values(question, context, scope):
        return [Side(scope=each) for each in values]
    if frame.scope.period and frame.before:
        return [Side(scope=scope), Side(scope=scope.on(period=frame.before))]
    if frame.recent and frame.before:
        return [Side(scope=scope.on(period=frame.recent)), Side(scope=scope.on(period=frame.before))]
    return []


def _of_values(question: Question, context: Context, scope: Scope) -> list[Scope]:
    """Return the values that are compared: as they were named, of many those with most, of one itself and the rest."""
    if question.by:
        return ranked(question, scope, context, _counted(question))
    alone = [] if scope.period else against_others(question, scope)
    return of_values(question, scope) or alone


_MOST = re.compile(
    r"\b(?:most|more)\b(?! of\b)[^.?!]{0,20}"
    r"\b(?:complain\w*|problems?|issues?|prais\w+|feedback|reviews?|comments?|mentions?)\b"
    r"|\b(?:gets?|got|have|has|had|with|receiv\w+|saw|sees?|makes?|made|wr[io]te\w*) (?:the )?most\b"
    r"|\bcomplain\w* (?:the )?most\b|\b(?:highest|largest|greatest|biggest) (?:number|volume|amount|count)\b"
    r"|\b(?:number|volume|count) of\b|\bhow many\b|\btop\b",
    re.IGNORECASE,
)
"""Who has the most complaints is asked by number; who is worst, by share."""
_BAD = re.compile(r"\b(?:complain\w*|problems?|issues?|trouble|pains?)\b", re.IGNORECASE)
_BEST = re.compile(
    r"\b(?:best|better|happiest|nicest|top[- ]rated|highest[- ]rated|(?:fewest|least|lowest) (?:\w+ )?complain\w*)\b",
    re.IGNORECASE,
)
_ALL = re.compile(r"\bmost (?:feedback|reviews|comments|mentions)\b", re.IGNORECASE)


def _held(draft: Draft, frame: Frame, sides: list[Side]) -> None:
    """Say how much of the feedback several compared values of a segment hold: there may be many more of them."""
    free = {name: values for name, values in frame.scope.filters.items() if len(values) < 2}
    # A part may differ from its whole by a condition that the whole lacks, and by no other.
    if len(sides) > 2 and frame.scope.filters and not free:
        scope = frame.scope.on(polarity=None)
        found = Finding(kind="coverage", numbers={}, scope=scope, base=scope.on(filters=free))
        draft.limit(holding, draft.add(found, "count", "whole", "share"))


def _add(draft: Draft, question: Question, side: Side, other: Side) -> int:
    finding = Finding(
        kind="theme" if side.theme else "stage" if side.stage else "count", numbers={"topic": question.topic},
        stage=side.stage or (side.scope.stages[0] if len(side.scope.stages) == 1 else None), theme_id=side.theme,
        test="shares", scope=side.scope, before=other.scope,
    )  # fmt: skip
    return draft.add(finding, *KEYS)


def _pains(draft: Draft, side: Side) -> None:
    here = Frame(scope=side.scope, recent=None, before=None)
    themes = [] if side.theme else pains(draft.context, here)[:_THEMES]
    keys = ("count", "customers", "share", "complaints", "praise", "sentiment")
    indexes = [add_theme(draft, here, theme.id, *keys) for theme in themes]
    if indexes:
        draft.say(top, *indexes)


def _metrics(draft: Draft, question: Question, side: Side) -> None:
    if dict(side.scope.without) != dict(question.without):
        return  # no metric is measured of everybody but the value that was named
    # Two periods of one stage: its metrics say whether it got better; filters they may not be measured by.
    one_stage = (
        len(side.scope.stages) == 1
        and not side.stage
        and not side.scope.filters
        and not side.scope.without
        and not question.topic
    )
    own = metrics_of(draft.context, side.scope.stages[0]) if one_stage else []
    for metric in question.metrics or own:
        for stage in side.scope.stages or (None,):
            index = add_metric(draft, metric, stage, side.scope, None)
            if index is not None:
                draft.say(metric_line, index)


def _around(scope: Scope) -> Scope:
    return scope.on(themes=())


def _one_side(question: Question, context: Context) -> Answer:
    draft = Draft(question, context)
    draft.head(what_with)
    place = context.names.stage(question.stages[0]) if question.stages else "this quarter"
    draft.ask(f"How is {place} doing?" if question.stages else "What hurts customers?")
    return draft.abstain("nothing_to_compare")


@sentence
def headline(names: Names, one: Finding, other: Finding) -> str:
    """Compare the share of complaints of two sides by the test."""
    first, second = (capital(label(one, names)), label(other, names))
    if not (has(one, "complaint_share") and has(other, "complaint_share")):
        volumes = [count(whole(f, "count"), *PIECES) for f in (one, other)]
        return f"{first}: {volumes[0]}; {second}: {volumes[1]}."
    shares = [percent(figure(f, "complaint_share")) for f in (one, other)]
    tested = f", {p(figure(one, 'p_value'))}" if has(one, "p_value") else ""
    told = f"{around(one, names)}: {shares[0]} against {shares[1]}{tested}"
    verdict = {"rising": "larger", "falling": "smaller"}.get(one.change or "")
    if verdict is None:
        return f"No clear difference in the share of complaints between {label(one, names)} and {second}{told}."
    return f"{first} has a {verdict} share of complaints than {second}{told}."


@sentence
def most(names: Names, *sides: Finding) -> str:
    """Name the side with the largest share of complaints, of several."""
    scored = [side for side in sides if has(side, "complaint_share")]
    if not scored:
        return f"{listing([capital(label(side, names)) for side in sides])}, side by side."
    ranked = sorted(scored, key=lambda side: -figure(side, "complaint_share"))
    worst, share = ranked[0], percent(figure(ranked[0], "complaint_share"))
    rival = max(ranked[1:], key=lambda side: figure(side, "high"), default=None)
    # Its whole interval above those of the others: stricter than a test, and to be seen in the lines below.
    if rival is not None and figure(worst, "low") <= figure(rival, "high"):
        both = f"{label(worst, names)} has {share} and {label(rival, names)}"
        return (
            f"No side has clearly the largest share of complaints{around(worst, names)}: {both} "
            f"{percent(figure(rival, 'complaint_share'))}, and their intervals overlap."
        )
    return f"The largest share of complaints{around(worst, names)} is that of {label(worst, names)}: {share}."


@sentence
def least(names: Names, *sides: Finding) -> str:
    """Name the side with the smallest share of complaints, of several."""
    scored = [side for side in sides if has(side, "complaint_share")]
    if not scored:
        return f"{capital(named(sides, names))}, side by side."
    best, *others = sorted(scored, key=lambda side: figure(side, "complaint_share"))
    share = percent(figure(best, "complaint_share"))
    rival = min(others, key=lambda side: figure(side, "low"), default=None)
    if rival is not None and figure(best, "high") >= figure(rival, "low"):
        both = f"{label(best, names)} has {share} and {label(rival, names)}"
        return (
            f"No side has clearly the smallest share of complaints{around(best, names)}: {both} "
            f"{percent(figure(rival, 'complaint_share'))}, and their intervals overlap."
        )
    return f"The smallest share of complaints{around(best, names)} is that of {label(best, names)}: {share}."


@sentence
def most_feedback(names: Names, *sides: Finding) -> str:
    """Name the side with most feedback by number, and the next ones."""
    return _by_number(names, sides, "count", *PIECES)


@sentence
def most_complaints(names: Names, *sides: Finding) -> str:
    """Name the side with most complaints by number, and the next ones."""
    return _by_number(names, sides, "complaints", "complaint")


@sentence
def most_praise(names: Names, *sides: Finding) -> str:
    """Name the side that most praise, by number, and the next ones."""
    return _by_number(names, sides, "praise", "piece of praise", "pieces of praise")


def _by_number(names: Names, sides: Sequence[Finding], key: str, *noun: str) -> str:
    order = sorted(sides, key=lambda side: -whole(side, key))
    first, rest = order[0], [f"{label(side, names)} ({number(whole(side, key))})" for side in order[1:3]]
    tied = [side for side in order if whole(side, key) == whole(first, key)]
    n = count(whole(first, key), *noun)
    if len(tied) > 1:
        return f"{capital(named(tied, names))} have the most{around(first, names)}: {n} each."
    after = f"; then come {listing(rest)}" if rest else ""
    return f"Most{around(first, names)}: {label(first, names)}, with {n}{after}."


@sentence
def side_line(names: Names, side: Finding) -> str:
    """State the volume and mood of one side."""
    pieces = f"{count(whole(side, 'count'), *PIECES)}{voices(side, ' from ')}"
    share = ""
    if has(side, "complaint_share"):
        low, high = percent(figure(side, "low")), percent(figure(side, "high"))
        share = f", {percent(figure(side, 'complaint_share'))} complaints (95% interval {low} to {high})"
    return f"{capital(label(side, names))}: {pieces}{share}."


@sentence
def top(names: Names, *themes: Finding) -> str:
    """Name the top pains of one side."""
    named = [f"{theme.name} ({count(whole(theme, 'complaints'), 'complaint')})" for theme in themes]
    return f"Most complained about{where(themes[0].base, names)}: {listing(named)}."


@sentence
def holding(_: Names, compared: Finding) -> str:
    """Say how much of all the feedback the compared sides hold."""
    n, of = whole(compared, "count"), whole(compared, "whole")
    share = percent(figure(compared, "share")) if of else ""
    return f"What is compared holds {share} of the feedback ({number(n)} of {number(of)})." if n < of else ""


@sentence
def what_with(_: Names) -> str:
    """Ask what to compare with."""
    return "Compare what with what? Name two stages, two periods, two channels or two values of a segment."
