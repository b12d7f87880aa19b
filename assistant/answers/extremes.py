"""Extremes over time: when a metric was best, worst, highest or lowest, and when it met its target."""

from collections.abc import Sequence
from datetime import date

from assistant.answers.answer import Answer, Finding
from assistant.answers.context import Context
from assistant.answers.draft import Draft
from assistant.answers.extreme_values import KEYS
from assistant.answers.metric_lines import add_metric, bare, formula, good, headline, value
from assistant.answers.metric_values import begun, chosen, known_until, series, within
from assistant.answers.time_asked import Aim, End, aim_of, ends_of, stretch_of
from assistant.answers.wording import (
    Names,
    Template,
    capital,
    during,
    figure,
    has,
    listing,
    number,
    sentence,
    whole,
    words,
)
from assistant.questions.question import Question
from knowledge.metrics import MetricPoint
from knowledge.periods import Period, describe
from knowledge.scope import Scope

Told = tuple[Template, tuple[int, ...]]
_MOST_NAMED = 12


def answer(question: Question, context: Context, asked: Sequence[tuple[str, str | None]]) -> Answer | None:
    """Answer "which month had the best NPS?" for these (metric, stage); None where no such thing is asked.

    Nor is there an answer where a metric has a single value in the stretch: it has no highest and no lowest.
    """
    ends, aim = ends_of(question.text), aim_of(question.text)
    if not ends and not aim:
        return None
    draft = Draft(question, context)
    found = [index for metric, stage in asked if (index := _add(draft, metric, stage, aim)) is not None]
    if not found:
        return None
    told = [line for index in found for line in (_aimed(draft, index, aim) if aim else _ended(draft, index, ends))]
    draft.head(told[0][0], *told[0][1])
    for template, indexes in told[1:]:
        draft.say(template, *indexes)
    first = draft.findings[found[0]]
    latest = add_metric(draft, first.metric or "", first.stage, Scope(filters=question.filters), None)
    if latest is not None:
        draft.say(headline, latest)
        draft.limit(formula, latest)
    draft.ask(f"How has {first.name} changed over time?", "What hurts customers?")
    return draft.answer(0.9)


def _add(draft: Draft, metric: str, stage: str | None, aim: Aim | None) -> int | None:
    """Add the finding of a metric's course in what was asked; None where there are not two values to choose from."""
    held, period = _stretch(draft, metric, stage)
    if len(series(held)) < 2 or (aim and not any(point.target is not None for point in held)):
        return None
    filters = draft.question.filters
    finding = Finding(
        kind="metric", numbers={"by": "value" if aim else stretch_of(draft.question.text)}, stage=stage, metric=metric,
        scope=Scope(period=period, filters=filters, stages=(stage,) if stage else ()),
    )  # fmt: skip
    index = draft.add(finding, *KEYS)
    if whole(draft.findings[index], "stretches") > 1:
        return index
    draft.findings.pop()
    return None


def _stretch(draft: Draft, metric: str, stage: str | None) -> tuple[list[MetricPoint], Period]:
    """Return the values known in what was asked, and the stretch that they cover where nothing was asked."""
    context, question = draft.context, draft.question
    every = chosen(context.knowledge.points.get(metric, ()), stage, question.filters)
    period = known_until(question.period, every, context.as_of)
    held = within(begun(every, context.as_of), period)
    if period is None and held:
        start, end = held[0].period.start, held[-1].period.end
        period = Period(start=start, end=end, label=describe(start, end) if start and end else "")
    return held, period or Period(start=None, end=None, label="all time")


_FIRST: dict[End, Template] = {}


def _ended(draft: Draft, index: int, ends: Sequence[End]) -> list[Told]:
    """Return the sentences on the ends that were asked for: these, what comes next, and else the other end."""
    lower = words(draft.findings[index], "better") == "lower"
    high = {"best": not lower, "worst": lower, "highest": True, "lowest": False}
    told: list[Told] = [(_FIRST[end], (index,)) for end in ends[:2]]
    told += [((next_highest if high[end] else next_lowest), (index,)) for end in ends[:2]]
    if len(ends) == 1:
        told.append((_FIRST[_OTHER[ends[0]]], (index,)))
    return told


_OTHER: dict[End, End] = {"best": "worst", "worst": "best", "highest": "lowest", "lowest": "highest"}


def _aimed(draft: Draft, index: int, aim: Aim) -> list[Told]:
    """Return the sentence on whether the target was met (or missed), with the values that did so."""
    found = draft.findings[index]
    held, _ = _stretch(draft, found.metric or "", found.stage)
    fitting: list[int] = []
    for period, _value in series(held):
        at = draft.add(_at(found, period), *_ONE)
        if good(draft.findings[at]) is (aim == "met"):
            fitting.append(at)
        else:
            draft.findings.pop()
    return [(met_in if aim == "met" else missed_in, (index, *fitting[-_MOST_NAMED:]))]


_ONE = ("value", "unit", "target", "status", "better", "first", "last")


def _at(found: Finding, period: Period) -> Finding:
    scope = (found.scope or Scope()).on(period=period)
    return Finding(kind="metric", numbers={}, metric=found.metric, stage=found.stage, scope=scope)


@sentence
def best(names: Names, found: Finding) -> str:
    """Name when the metric was best."""
    return _told(names, found, "best", "lowest" if words(found, "better") == "lower" else "top")


@sentence
def worst(names: Names, found: Finding) -> str:
    """Name when the metric was worst."""
    return _told(names, found, "worst", "top" if words(found, "better") == "lower" else "lowest")


@sentence
def highest(names: Names, found: Finding) -> str:
    """Name when the metric was highest."""
    return _told(names, found, "highest", "top")


@sentence
def lowest(names: Names, found: Finding) -> str:
    """Name when the metric was lowest."""
    return _told(names, found, "lowest", "lowest")


_FIRST.update({"best": best, "worst": worst, "highest": highest, "lowest": lowest})


@sentence
def next_highest(_: Names, found: Finding) -> str:
    """Name the second highest value, and whether the highest is clearly above it."""
    return _next(found, "highest", "top", "second")


@sentence
def next_lowest(_: Names, found: Finding) -> str:
    """Name the second lowest value, and whether the lowest is clearly below it."""
    return _next(found, "lowest", "lowest", "second_lowest")


@sentence
def met_in(names: Names, found: Finding, *met: Finding) -> str:
    """Say whether the target was met, when, or what came nearest to it."""
    return _of_target(names, found, met, "met")


@sentence
def missed_in(names: Names, found: Finding, *missed: Finding) -> str:
    """Say whether the target was missed, when, or what came nearest to it."""
    return _of_target(names, found, missed, "missed")


def _told(names: Names, found: Finding, word: str, place: str) -> str:
    return (
        f"{_subject(names, found)} was {word} {_when(found, place)}: {value(found, f'{place}_value')}"
        f"{_size(found, place)}, of {number(whole(found, 'stretches'))} {_stretches(found)}{_span(found)}."
    )


def _next(found: Finding, word: str, first: str, second: str) -> str:
    """Return the runner-up; where the intervals overlap, or there are none, nothing is claimed of the difference."""
    told = f"Second {word}: {value(found, f'{second}_value')} {_when(found, second)}{_size(found, second)}"
    if not has(found, *(f"{place}_{end}" for place in (first, second) for end in ("low", "high"))):
        return f"{told}; without intervals nobody can tell whether the difference is more than chance."
    lows, highs = ([figure(found, f"{place}_{end}") for place in (first, second)] for end in ("low", "high"))
    if max(lows) <= min(highs):
        return f"{told}; the intervals of both overlap, so the difference between them is not clear."
    return f"{told}; the intervals of both do not overlap."


def _of_target(names: Names, found: Finding, fitting: Sequence[Finding], verb: str) -> str:
    """Say yes or no, then when; targets may differ from value to value, each is held against its own."""
    met, judged = whole(found, "met"), whole(found, "aimed")
    n = met if verb == "met" else judged - met
    aim = f"its target {value(found, 'target')}" if has(found, "target") else "its target"
    name = f"{_subject(names, found)} {verb} {aim}"
    if not n:
        near = f"; nearest to it: {value(found, 'nearest_value')} {_when(found, 'nearest')}"
        return f"No: {name} in none of {number(judged)} values{_span(found)}{near}."
    shown = listing([f"{_period(one).removeprefix('in ')} ({value(one, 'value')})" for one in fitting])
    last = f", most lately in {shown}" if n > len(fitting) else f": {shown}"
    return f"Yes: {name} in {number(n)} of {number(judged)} values{_span(found)}{last}."


def _subject(names: Names, found: Finding) -> str:
    return f"{capital(found.name or '')}{f' in {names.stage(found.stage)}' if found.stage else ''}"


def _size(found: Finding, place: str) -> str:
    parts = [f"n = {number(figure(found, f'{place}_n'))}"] if has(found, f"{place}_n") else []
    if has(found, f"{place}_low", f"{place}_high"):
        parts.append(f"95% interval {bare(found, f'{place}_low')} to {value(found, f'{place}_high')}")
    return f" ({', '.join(parts)})" if parts else ""


def _when(found: Finding, place: str) -> str:
    """Name the period of a place; empty where it is unknown."""
    if not has(found, f"{place}_on", f"{place}_until"):
        return ""
    return _days(words(found, f"{place}_on"), words(found, f"{place}_until"))


def _period(one: Finding) -> str:
    return _days(words(one, "first"), words(one, "last"))


def _days(on: str, until: str) -> str:
    start, end = date.fromisoformat(on), date.fromisoformat(until)
    return during(Period(start=start, end=end, label=describe(start, end)))


def _stretches(found: Finding) -> str:
    by = words(found, "by")
    return "values" if by == "value" else f"{by}s"


def _span(found: Finding) -> str:
    told = during(found.scope.period if found.scope else None)
    return f" {told}" if told else ""
