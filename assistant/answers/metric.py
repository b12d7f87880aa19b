"""The value of a metric: by stage and period, against its target and the stretch before."""

import re
from dataclasses import replace

from assistant.answers import extremes, scores
from assistant.answers.answer import Answer, Finding
from assistant.answers.context import Context
from assistant.answers.draft import Draft
from assistant.answers.metric_lines import (
    MISSES,
    add_metric,
    detail,
    first_miss,
    formula,
    good,
    headline,
    metric_line,
    metrics_of,
    no_metric,
)
from assistant.answers.wording import Names, during, has, listing, sentence, where
from assistant.questions.question import Question
from knowledge.scope import Scope


def answer(question: Question, context: Context) -> Answer:
    """Answer "what was CSAT in onboarding in October?"."""
    draft = Draft(question, context)
    scope = Scope(period=question.period, filters=question.filters)
    frame = context.frame(question)
    if scores.RATING.search(question.text) and (rated := scores.add_score(draft, context)) is not None:
        return _rated(draft, rated)
    asked = [
        (metric, stage)
        for metric in question.metrics or _all(question, context)
        for stage in question.stages or stages_of(metric, context)
    ]
    if question.metrics and (told := extremes.answer(question, context, asked)) is not None:
        return told
    found = [
        index
        for metric, stage in asked
        if (index := add_metric(draft, metric, stage, scope, frame.before if question.period else None)) is not None
    ]
    rated = scores.add_score(draft, context)
    if not found:
        return _none(question, context) if rated is None else _rated(draft, rated)
    draft.head(headline, found[0])
    if question.baseline and not has(draft.findings[found[0]], "previous"):
        _without_baseline(draft, found[0])
    if _SINCE_WHEN.search(question.text):
        _first_misses(draft, found)
    draft.say(detail, found[0])
    for index in found[1:]:
        draft.say(metric_line, index)
    if rated is not None:
        draft.say(scores.from_feedback, rated)
    draft.limit(formula, found[0])
    name = draft.findings[found[0]].name
    draft.ask(f"How has {name} changed over time?", "What hurts customers?")
    return draft.answer(1.0)


def _without_baseline(draft: Draft, index: int) -> None:
    """Begin with what was asked to compare with and has no value."""
    found, scope = draft.findings[index], draft.findings[index].scope or Scope()
    then = scope.on(period=draft.question.baseline)
    draft.head(
        no_other, draft.add(Finding(kind="metric", numbers={}, metric=found.metric, stage=found.stage, scope=then))
    )
    draft.say(headline, index)


_SINCE_WHEN = re.compile(
    r"\b(?:when|since|how long|first (?:time|month|week|quarter))\b[^.?!]*\b(?:targets?|goals?)\b", re.IGNORECASE
)


def _first_misses(draft: Draft, found: list[int]) -> None:
    """Begin with when each metric that has a target first missed it."""
    judged = [draft.findings[index] for index in found if good(draft.findings[index]) is not None]
    indexes = [draft.add(replace(finding, numbers={}), *MISSES) for finding in judged]
    if indexes:
        draft.head(first_miss, indexes[0])
        draft.say(headline, found[0])
    for index in indexes[1:]:
        draft.say(first_miss, index)


def _rated(draft: Draft, rated: int) -> Answer:
    """Answer from the ratings of feedback alone: nobody imported the metric."""
    draft.head(scores.from_feedback, rated)
    draft.ask("What drives the rating?", "What hurts customers?")
    return draft.answer(0.9)


def _all(question: Question, context: Context) -> list[str]:
    return metrics_of(context, question.stages[0] if question.stages else None)[: question.limit]


def stages_of(metric: str, context: Context) -> list[str | None]:
    """Return the stages that the metric was measured for, in the map's order; the whole journey first."""
    held = {point.stage for point in context.knowledge.points.get(metric, ())}
    journey = context.knowledge.journey
    order = [stage.id for stage in journey.stages] if journey else []
    known = [stage for stage in order if stage in held]
    rest = sorted(stage for stage in held if stage and stage not in order)
    return [*([None] if None in held else []), *known, *rest]


def _none(question: Question, context: Context) -> Answer:
    """Refuse: the metric was never imported, or has no value here."""
    draft = Draft(question, context)
    known = context.knowledge.metrics
    imported = [metric for metric in question.metrics if context.knowledge.points.get(metric)]
    if not any(context.knowledge.points.values()):
        draft.head(no_metric)
        draft.ask("What hurts customers?", "How are customers feeling?")
        return draft.abstain("no_such_metric")
    if imported:
        return _no_value(draft, imported[0])
    draft.head(not_imported if question.metrics else nothing_measured)
    names = [
        known[key].name for key in (*imported, *sorted(known)) if key in known and context.knowledge.points.get(key)
    ]
    draft.ask(*dict.fromkeys(f"What is {name}?" for name in names[:3]))
    return draft.abstain("no_such_metric")


def _no_value(draft: Draft, metric: str) -> Answer:
    """Refuse: the metric has no value for what was asked; say where it has one."""
    question, context = draft.question, draft.context
    asked = Scope(period=question.period, stages=question.stages[:1], filters=question.filters)
    stage = asked.stages[0] if asked.stages else None
    anywhen = Scope(filters=question.filters)
    missing = draft.add(Finding(kind="metric", numbers={}, metric=metric, stage=stage, scope=asked))
    held = [
        (place, index)
        for place in stages_of(metric, context)
        if place and (index := add_metric(draft, metric, place, anywhen, None)) is not None
    ]
    draft.head(no_value, missing, *(index for _, index in held))
    name = context.knowledge.metrics[metric].name
    draft.ask(*(f"What is {name} in {context.names.stage(place)}?" for place, _ in held[:3]))
    return draft.abstain("no_metric_value")


@sentence
def no_value(names: Names, missing: Finding, *held: Finding) -> str:
    """Say that the metric has no value for this stage, period and these filters, and where it has one."""
    places = listing([names.stage(found.stage) for found in held if found.stage])
    return (
        f"{missing.name} has no value{where(missing.scope, names)}.{f' It is measured in {places}.' if places else ''}"
    )


@sentence
def nothing_measured(_: Names) -> str:
    """Say that nothing was measured for this stage, period and these filters."""
    return "No metric has a value for this stage, period and these conditions."


@sentence
def not_imported(_: Names) -> str:
    """Say that the metric was never imported."""
    return "That metric has never been imported. Import it: journey import metrics FILE"


@sentence
def no_other(names: Names, missing: Finding) -> str:
    """Say for which of two periods there is no value."""
    when_ = during(missing.scope.period) if missing.scope else ""
    place = f" in {names.stage(missing.stage)}" if missing.stage else ""
    return f"No value of {missing.name}{place} {when_}, so there is nothing to compare with."
