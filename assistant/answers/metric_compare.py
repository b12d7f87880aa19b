"""A metric on several sides: stages, values of a segment, or periods; each with its size, tested against another."""

import re
from dataclasses import replace

from assistant.answers.answer import Answer, Finding
from assistant.answers.context import Context
from assistant.answers.draft import Draft
from assistant.answers.metric import no_other, stages_of
from assistant.answers.metric_lines import KEYS, add_metric, good, metric_line, size, target, value, when
from assistant.answers.metric_values import average, begun, chosen, within
from assistant.answers.sides import MOST_SIDES, around, label, of_values
from assistant.answers.wording import Names, capital, figure, has, p, sentence, words
from assistant.questions.question import Question
from knowledge.analysis.rates import ALPHA
from knowledge.periods import Period
from knowledge.scope import Scope


def answer(question: Question, context: Context) -> Answer | None:
    """Answer "compare conversion of basic and premium in Q3"; None where fewer than two sides were measured."""
    draft, found = Draft(question, context), []
    for metric in question.metrics:
        sides = [side for side in sides_of(question, context, metric) if _measured(context, metric, side)]
        if len(sides) < 2:
            continue
        indexes = [_add(draft, metric, side, sides[0] if i else sides[1]) for i, side in enumerate(sides)]
        found.append(indexes)
    if not found and (alone := _one_period(draft, question)) is not None:
        return alone
    if not found:
        return None if len(context.facts) else _not_measured(draft, question)
    draft.head(headline, *found[0]) if len(found[0]) == 2 else draft.head(best, *found[0])
    for indexes in found:
        if indexes is not found[0] and len(indexes) == 2:
            draft.say(headline, *indexes)
        for index in indexes:
            draft.say(side_line, index)
    draft.limit(averaged, found[0][0])
    name = draft.findings[found[0][0]].name
    draft.ask(f"How has {name} changed over time?", "How are the stages doing?")
    return draft.answer(0.9)


def across_stages(low: str) -> bool:
    """Return whether a text in lower case asks for the stages beside each other, without naming one."""
    return bool(_STAGES.search(low))


_STAGES = re.compile(
    r"\b(?:across|between|by|per|among|over|for (?:all|each)|in each|each of) (?:all |the |our |each )*"
    r"(?:stages?|phases?)\b"
    r"|\b(?:which|what) (?:stages?|phases?)\b[^.?!]*\b(?:best|worst|highest|lowest|most|least)\b"
    r"|\bcompare\b[^.?!]*\b(?:stages|phases)\b"
)


def _one_period(draft: Draft, question: Question) -> Answer | None:
    """Say of two periods which one has no value, and the value of the other; None where none were compared."""
    context = draft.context
    if not (question.baseline and question.period):
        return None
    for metric in question.metrics:
        sides = sides_of(question, context, metric)
        held = [side for side in sides if _measured(context, metric, side)]
        if len(sides) != 2 or len(held) != 1:
            continue
        other = next(side for side in sides if side is not held[0])
        stage = other.stages[0] if other.stages else None
        missing = draft.add(Finding(kind="metric", numbers={}, metric=metric, stage=stage, scope=other))
        index = add_metric(draft, metric, stage, held[0], None)
        if index is not None:
            draft.head(no_other, missing)
            draft.say(metric_line, index)
            draft.ask(f"How has {draft.findings[index].name} changed over time?")
            return draft.answer(0.9)
    return None


def _not_measured(draft: Draft, question: Question) -> Answer:
    """Refuse, where there is no feedback either that the sides could be compared by."""
    draft.head(not_measured)
    names = [draft.context.knowledge.metrics[key].name for key in question.metrics]
    draft.ask(*(f"What is {name}?" for name in names))
    return draft.abstain("no_metric_value")


@sentence
def not_measured(_: Names) -> str:
    """Say that fewer than two sides were measured."""
    return "That metric was not measured on two of these sides, so there is nothing to compare."


def sides_of(question: Question, context: Context, metric: str) -> list[Scope]:
    """Return what is compared: stages, else two periods, else the values of the first filter that has several."""
    filters = dict(question.filters)
    stages = question.stages or _only_stage(context, metric)
    base = Scope(period=question.period, filters=filters, stages=stages[:1])
    several = question.stages
    if not several and across_stages(question.text.lower()):
        several = tuple(stage for stage in stages_of(metric, context) if stage)
    if len(several) > 1:
        return [base.on(stages=(stage,)) for stage in several][:MOST_SIDES]
    if question.baseline and question.period:
        # Two periods were named: values of a segment that one word brought together stay together.
        return [base.on(period=period) for period in (question.period, question.baseline)]
    if values := of_values(question, base):
        return values
    if question.period and (earlier := question.period.before()):
        return [base, base.on(period=earlier)]
    return []


def _only_stage(context: Context, metric: str) -> tuple[str, ...]:
    """Return the stage of a metric that was measured in one stage alone; empty where it was measured for no stage."""
    held = {point.stage for point in context.knowledge.points.get(metric, ())}
    return (str(next(iter(held))),) if len(held) == 1 and None not in held else ()


def _measured(context: Context, metric: str, side: Scope) -> bool:
    stage = side.stages[0] if side.stages else None
    points = context.knowledge.points.get(metric, ())
    # A filter that the metric was not measured by would show everybody's value under a segment's name.
    named = all(any(name in point.segments for point in points) for name in side.filters)
    return named and average(within(chosen(points, stage, side.filters), side.period)) is not None


def _add(draft: Draft, metric: str, side: Scope, other: Scope) -> int:
    period = side.period or _last(draft.context, metric, side)
    finding = Finding(
        kind="metric", numbers={}, metric=metric, stage=side.stages[0] if side.stages else None, test="shares",
        scope=side.on(period=period), before=other.on(period=other.period or period),
    )  # fmt: skip
    return draft.add(finding, *KEYS)


def _last(context: Context, metric: str, side: Scope) -> Period | None:
    """Return the last period in which a side was measured."""
    stage = side.stages[0] if side.stages else None
    points = chosen(context.knowledge.points.get(metric, ()), stage, side.filters)
    known = begun(points, context.as_of)
    return known[-1].period if known else None


@sentence
def headline(names: Names, one: Finding, other: Finding) -> str:
    """Compare two sides by the test."""
    values = f"{value(one, 'value')} for {label(one, names)}, {value(other, 'value')} for {label(other, names)}"
    if not has(one, "p_value"):
        verdict = "no test is possible: their sizes (n), or enough values to know their noise, are missing"
    elif figure(one, "p_value") >= ALPHA:
        verdict = f"no clear difference ({p(figure(one, 'p_value'))})"
    else:
        more = "higher" if figure(one, "value") > figure(other, "value") else "lower"
        verdict = f"{label(one, names)} {more} beyond chance ({p(figure(one, 'p_value'))})"
    return f"{capital(one.name or '')}{around(one, names)}: {values}; {verdict}."


@sentence
def best(names: Names, *sides: Finding) -> str:
    """Name the best and the worst of several sides; whether they differ is told side by side."""
    lower = words(sides[0], "better") == "lower"
    ordered = sorted(sides, key=lambda side: figure(side, "value"), reverse=not lower)
    ends = [f"{label(side, names)} ({value(side, 'value')})" for side in (ordered[0], ordered[-1])]
    told = f"{capital(sides[0].name or '')}{around(sides[0], names)}: best for {ends[0]}, worst for {ends[1]}"
    return f"{told}{'; their intervals overlap' if _overlap(ordered[0], ordered[-1]) else ''}."


def _overlap(one: Finding, other: Finding) -> bool:
    """Return whether two sides have intervals that share a value; without intervals nothing is said."""
    if not (has(one, "low", "high") and has(other, "low", "high")):
        return False
    lows, highs = ([figure(side, end) for side in (one, other)] for end in ("low", "high"))
    return max(lows) <= min(highs)


@sentence
def side_line(names: Names, side: Finding) -> str:
    """State the value of one side with its size, interval and target."""
    parts = [f"{capital(label(side, names))}: {value(side, 'value')}{size(side)}{when(side)}"]
    if good(side) is not None:
        parts.append(target(side))
    if has(side, "p_value") and side.before:
        parts.append(f"against {_other(side, names)} {p(figure(side, 'p_value'))}")
    return f"{'; '.join(parts)}."


def _other(side: Finding, names: Names) -> str:
    """Name the side that this one is tested against."""
    return label(replace(side, scope=side.before, before=side.scope), names)


@sentence
def averaged(_: Names, side: Finding) -> str:
    """Say that values without a size are averaged as if alike."""
    if has(side, "n") or figure(side, "values") <= 1:
        return ""
    return "The values have no size (n), so each period counts alike, however few cases stand behind it."
