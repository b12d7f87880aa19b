"""Why a metric moved: whether it did, which themes moved along in the same stretch, and what is not known.

What moves at the same time is a candidate and no cause: nothing here calls it one.
"""

from dataclasses import dataclass, replace
from datetime import date

from assistant.answers import evidence
from assistant.answers.answer import Answer, Finding
from assistant.answers.asked import asked_way
from assistant.answers.context import Context
from assistant.answers.draft import Draft, sure
from assistant.answers.limits import PIECES, add_limits
from assistant.answers.metric import stages_of
from assistant.answers.metric_lines import add_metric, size, strange, target, value, verdict, when, year_before
from assistant.answers.scopes import Frame, last_stretch
from assistant.answers.signs import mismatch, slowly, stepped, way
from assistant.answers.stage_summary import add_stage, mood
from assistant.answers.themes_in import add_theme, moved_along
from assistant.answers.wording import (
    Names,
    capital,
    count,
    course,
    during,
    figure,
    has,
    number,
    p,
    sentence,
    span,
    where,
    whole,
    words,
)
from assistant.questions.question import Question
from knowledge.periods import Period, describe

_CANDIDATES = 3


@dataclass(frozen=True, kw_only=True)
class Window:
    """The stretch in which the metric moved, and the one before it; `stepped` tells a step from a slow course."""

    now: Period
    before: Period
    stepped: bool


def answer(question: Question, context: Context) -> Answer | None:
    """Answer "why did CSAT drop in onboarding in October?"; None where the metric has no value here."""
    draft = Draft(question, context)
    around = context.frame(question)
    found = [
        index
        for metric in question.metrics
        for stage in question.stages or stages_of(metric, context)
        if (index := _add(draft, question, around, metric, stage)) is not None
    ]
    if not found:
        return None
    main = _main(draft, found)
    draft.head(headline, main)
    draft.say(also, main)
    for index in found:
        if index != main and question.stages:
            draft.say(headline, index)
    window = _window(draft.findings[main], around, context)
    here = draft.findings[main].stage
    period = window.now if window else question.period
    look = replace(around, scope=around.scope.on(stages=(here,) if here else (), period=period))
    if window and context.tallies.count(look.scope):
        _feedback(draft, replace(look, recent=None, before=window.before), main)
    else:
        draft.say(unheard, main)
    draft.limit(association)
    add_limits(draft, look, themes=True)
    place = f" in {context.names.stage(here)}" if here else ""
    name = draft.findings[main].name
    draft.ask(f"What hurts customers{place}?", f"How has {name} changed over time{place}?", f"What is new{place}?")
    return draft.answer(0.7 * sure(context.tallies.count(look.scope)))


def _add(draft: Draft, question: Question, around: Frame, metric: str, stage: str | None) -> int | None:
    known = draft.context.knowledge.metrics.get(metric)
    way = asked_way(question.text, known.better if known else "higher")
    return add_metric(draft, metric, stage, around.scope, around.before if question.period else None, way=way)


def _main(draft: Draft, found: list[int]) -> int:
    """Return the finding that the question fits best: one that moved the way it says, the clearest first."""

    def rank(index: int) -> tuple[bool, float]:
        finding = draft.findings[index]
        agrees = {"fall": "falling", "rise": "rising"}.get(words(finding, "way")) == way(finding)
        p_values = [figure(finding, key) for key in ("p_value", "shift_p", "trend_p") if has(finding, key)]
        return (not agrees, min(p_values, default=1.0))

    return min(found, key=rank)


def _window(metric: Finding, around: Frame, context: Context) -> Window | None:
    """Return the stretches to compare: of the step, else of the new level, else the last months and what came before.

    Where a period was asked about, it is that period in any case.
    """
    asked = around.scope.period
    if metric.scope is None or metric.scope.period is None:
        return None
    step = stepped(metric)
    if (step or (asked and slowly(metric) is None)) and metric.before and metric.before.period:
        return Window(now=metric.scope.period, before=metric.before.period, stepped=True)
    end = metric.scope.period.end
    if has(metric, "shift_on") and has(metric, "from_on"):
        at, start = (date.fromisoformat(words(metric, key)) for key in ("shift_on", "from_on"))
        if end and start < at < end:
            return Window(now=_between(at, end), before=_between(start, at), stepped=False)
    recent, earlier = last_stretch(context.facts, end or context.as_of)
    return Window(now=recent, before=earlier, stepped=False) if recent and earlier else None


def _between(start: date, end: date) -> Period:
    return Period(start=start, end=end, label=describe(start, end))


def _feedback(draft: Draft, around: Frame, metric: int) -> None:
    """Say how many spoke in the window, how the mood changed, and which themes moved along."""
    context, found = draft.context, draft.findings[metric]
    stage = add_stage(draft, around, found.stage)
    draft.say(meanwhile, stage)
    bad = words(found, "better") != "lower"
    worse = way(found) != ("rising" if bad else "falling")
    along = moved_along(context, around, worse=worse)
    looked = draft.add(Finding(kind="coverage", numbers={}, scope=around.scope), "count", "themes")
    for theme, polarity in along[:_CANDIDATES]:
        narrow = replace(around, scope=around.scope.on(polarity=polarity))
        index = add_theme(draft, narrow, theme)
        draft.say(candidate, index)
        quotes = evidence.choose(
            context, draft.findings[index].scope or around.scope, 1, finding=index, theme=theme, avoid=draft.quoted
        )
        draft.quote(quotes)
    if not along:
        draft.say(no_candidate, looked, stage)
    draft.say(mismatch, metric, stage)
    draft.limit(coverage, metric, stage)


_PAST = {"fall": "fell", "rise": "rose"}
_DID = {"falling": "fell", "rising": "rose"}


@sentence
def headline(names: Names, metric: Finding) -> str:
    """Say whether it moved the way that was asked about, with both values, their sizes and the test."""
    place = f" in {names.stage(metric.stage)}" if metric.stage else ""
    name = f"{capital(metric.name or '')}{place}"
    asked = words(metric, "way")
    if stepped(metric):
        told = _DID[way(metric) or ""]
        contrary = f"did not {asked} but " if asked and told != _PAST[asked] else ""
        return f"{name} {contrary}{told}{when(metric, note=False)}: {_both(metric)}."
    slow = slowly(metric)
    if slow and (not asked or _DID[slow] == _PAST[asked]):
        return f"{name} {_gradually(metric, slow)}; {_last(metric)}."
    if not has(metric, "previous"):
        moved = {"fall": "fell", "rise": "rose"}.get(asked, "changed")
        return f"Whether {name} {moved}{when(metric, note=False)} can't be told: {_both(metric)}."
    denied = f"did not {asked}" if asked else "did not change"
    return f"{name} {denied}{when(metric, note=False)} beyond its usual ups and downs: {_both(metric)}."


def _gradually(metric: Finding, slow: str) -> str:
    """Write a course over the year: `fell over the last year, from 63.9% in November 2025 to 49.2% in …`."""
    if has(metric, "shift_on"):
        since = during(_between(date.fromisoformat(words(metric, "shift_on")), _last_day(metric)))
        levels = f"from a level of {value(metric, 'shift_before')} to {value(metric, 'shift_after')}"
        return f"{_DID[slow]} {levels}, {since} ({p(figure(metric, 'shift_p'))})"
    ends = f"from {value(metric, 'from_value')} {_start(metric)} to {value(metric, 'value')}{when(metric, note=False)}"
    return f"{_DID[slow]} over the last year, {ends} ({p(figure(metric, 'trend_p'))})"


def _last_day(metric: Finding) -> date:
    return date.fromisoformat(words(metric, "last"))


def _start(metric: Finding) -> str:
    return during(_between(*(date.fromisoformat(words(metric, key)) for key in ("from_on", "from_until"))))


def _last(metric: Finding) -> str:
    """Write the last step of a slow course."""
    if not has(metric, "previous") or metric.before is None:
        return f"last {value(metric, 'value')}{size(metric)}"
    tested = f" ({p(figure(metric, 'p_value'))})" if has(metric, "p_value") else ""
    was = f"{value(metric, 'previous')} {during(metric.before.period)}"
    step = f"{value(metric, 'value')}{when(metric, note=False)} after {was}"
    return f"the last step alone, {step}, is {verdict(metric)}{tested}"


def _both(metric: Finding) -> str:
    """Write the value with its size, and the one before with the interval of the change and the test."""
    now = f"{value(metric, 'value')}{size(metric)}"
    if not has(metric, "previous") or metric.before is None:
        return f"{now}; there is no value before to compare it with"
    change = ""
    if has(metric, "change_low", "change_high"):
        low, high = (number(round(figure(metric, key), 2)) for key in ("change_low", "change_high"))
        unit = " points" if "%" in value(metric, "value") else ""
        change = f"a change of {low} to {high}{unit} with 95% confidence, "
    tested = p(figure(metric, "p_value")) if has(metric, "p_value") else "no test: too few values to know its noise"
    season = f"; {verdict(metric)}" if has(metric, "season") else ""
    return f"{now}, after {value(metric, 'previous')} {during(metric.before.period)} ({change}{tested}{season})"


@sentence
def also(_: Names, metric: Finding) -> str:
    """State target, the same stretch a year before, the other course, and values off it."""
    slow = slowly(metric)
    over = ""
    if slow and not _gradual_head(metric, slow):
        over = f"over a longer time it {_gradually(metric, slow)}"
    parts = [part for part in (target(metric), year_before(metric), over, strange(metric)) if part]
    return f"{capital('; '.join(parts))}." if parts else ""


def _gradual_head(metric: Finding, slow: str) -> bool:
    asked = words(metric, "way")
    return not stepped(metric) and (not asked or _DID[slow] == _PAST[asked])


@sentence
def meanwhile(names: Names, stage: Finding) -> str:
    """State volume and mood of the feedback in the window."""
    pieces = count(whole(stage, "count"), *PIECES)
    return f"What customers said meanwhile{where(stage.scope, names)}: {pieces}{mood(stage)}."


@sentence
def candidate(_: Names, theme: Finding) -> str:
    """Name a theme that moved along in the same stretch."""
    kind = "complaint" if theme.scope and theme.scope.polarity == "complaint" else "piece of praise"
    many = "complaints" if kind == "complaint" else "pieces of praise"
    return f"A candidate: {theme.name}, {count(whole(theme, 'count'), kind, many)}; {course(theme)}."


@sentence
def no_candidate(_: Names, looked: Finding, stage: Finding) -> str:
    """Say that no theme moved along."""
    themes = count(whole(looked, "themes"), "theme")
    before = span(stage.before.period) if stage.before and stage.before.period else "before"
    return f"No candidate in what customers said: of {themes}, none moved along beyond chance against {before}."


@sentence
def coverage(names: Names, metric: Finding, stage: Finding) -> str:
    """Say how few of those who were measured were heard."""
    if not has(metric, "n"):
        return ""
    heard, measured = whole(stage, "count"), whole(metric, "n")
    spoke = f"{count(heard, *PIECES)} {during(stage.scope.period) if stage.scope else ''}".strip()
    size_ = f"{metric.name} is measured on {number(measured)}{when(metric, note=False)}"
    return f"{size_}; the reasons rest on {spoke}. Who said nothing is not heard."


@sentence
def unheard(names: Names, metric: Finding) -> str:
    """Say that nobody said anything."""
    place = f" in {names.stage(metric.stage)}" if metric.stage else ""
    return f"There is no feedback{place} from that time, so nothing to look for reasons in."


@sentence
def association(_: Names) -> str:
    """Say that this is association."""
    return "What changed at the same time is listed; that it is the cause is not shown."
