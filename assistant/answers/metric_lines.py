"""Metrics of a stage as findings and sentences: value with its size, target, the stretch before, trend."""

from datetime import date

from assistant.answers.answer import Finding
from assistant.answers.context import Context
from assistant.answers.draft import Draft
from assistant.answers.metric_values import average, chosen, within
from assistant.answers.wording import Names, capital, during, figure, has, number, p, sentence, whole, words
from knowledge.analysis.rates import ALPHA
from knowledge.periods import Period, describe
from knowledge.scope import Scope

KEYS = (
    "value", "n", "low", "high", "previous", "p_value", "target", "status", "better", "unit", "trend_p", "trend",
    "values", "first", "last",
)  # fmt: skip


def add_metric(draft: Draft, metric: str, stage: str | None, scope: Scope, before: Period | None) -> int | None:
    """Add the finding of one metric; None where it has no value for this stage, period and these filters.

    Without a period the last value is taken, compared with the one before it.
    """
    context = draft.context
    points = chosen(context.knowledge.points.get(metric, ()), stage, scope.filters)
    if average(within(points, scope.period)) is None:
        return None
    period, earlier = scope.period, before
    if period is None:
        ends = sorted({point.period.end for point in points if point.period.end})
        period = next(point.period for point in points if point.period.end == ends[-1])
        earlier = next((point.period for point in points if len(ends) > 1 and point.period.end == ends[-2]), None)
    finding = Finding(
        kind="metric", numbers={}, stage=stage, metric=metric,
        scope=Scope(period=period, filters=scope.filters, stages=(stage,) if stage else ()),
        before=Scope(period=earlier, filters=scope.filters, stages=(stage,) if stage else ()) if earlier else None,
    )  # fmt: skip
    return draft.add(finding, *KEYS)


def metrics_of(context: Context, stage: str | None) -> list[str]:
    """Return the metrics that have any value for this stage, in the order of their names."""
    held = context.knowledge
    found = [
        key for key, points in held.points.items() if key in held.metrics and any(q.stage == stage for q in points)
    ]
    return sorted(found, key=lambda key: held.metrics[key].name.lower())


@sentence
def metric_line(names: Names, found: Finding) -> str:
    """State a metric: value, size, interval, period, target, before, trend."""
    size = f" (n = {number(figure(found, 'n'))}{_interval(found)})" if has(found, "n") else ""
    place = f" in {names.stage(found.stage)}" if found.stage else ""
    parts = [f"{found.name}{place}: {value(found, 'value')}{size}{_when(found)}", _target(found), _before(found)]
    return f"{'; '.join(part for part in (*parts, _trend(found)) if part)}."


@sentence
def detail(_: Names, found: Finding) -> str:
    """State what the headline leaves out: size, interval, before, trend."""
    size = f"n = {number(figure(found, 'n'))}{_interval(found)}" if has(found, "n") else ""
    parts = [part for part in (size, _before(found), _trend(found)) if part]
    return f"{'; '.join(parts)}." if parts else ""


def value(found: Finding, key: str) -> str:
    """Write a metric's value with its unit: `3.9`, `62.4%`, `12 hours`."""
    unit = words(found, "unit")
    text = number(round(figure(found, key), 1 if unit.lower() in ("%", "percent", "per cent") else 2))
    if unit.lower() in ("%", "percent", "per cent"):
        return f"{text}%"
    return f"{text} {unit}" if unit and unit.lower() not in ("score", "share", "points", "1-5") else text


def good(found: Finding) -> bool | None:
    """Return whether the value meets its target; None without one."""
    if not has(found, "status"):
        return None
    status, better = words(found, "status"), words(found, "better")
    return status == "on" or (status == "above") == (better == "higher")


def _interval(found: Finding) -> str:
    return f", 95% interval {value(found, 'low')} to {value(found, 'high')}" if has(found, "low", "high") else ""


def _when(found: Finding) -> str:
    """Name the stretch that the values cover, which may be less than what was asked."""
    if not has(found, "first", "last"):
        return ""
    start, end = (date.fromisoformat(words(found, key)) for key in ("first", "last"))
    averaged = f", mean of {whole(found, 'values')} values" if whole(found, "values") > 1 else ""
    return f" {during(Period(start=start, end=end, label=describe(start, end)))}{averaged}"


def _target(found: Finding) -> str:
    met = good(found)
    return "" if met is None else f"target {value(found, 'target')} {'met' if met else 'missed'}"


def _before(found: Finding) -> str:
    if not has(found, "previous") or found.before is None:
        return ""
    was = f"{value(found, 'previous')} {during(found.before.period)}"
    if not has(found, "p_value"):
        return was
    verdict = "a change" if figure(found, "p_value") < ALPHA else "no clear change"
    return f"{was}, {verdict} ({p(figure(found, 'p_value'))})"


def _trend(found: Finding) -> str:
    """Name the course of the last year where Kendall's test finds one."""
    if not has(found, "trend_p") or figure(found, "trend_p") >= ALPHA:
        return ""
    course = "rising" if words(found, "trend") == "rising" else "falling"
    return f"{course} over the last year ({p(figure(found, 'trend_p'))})"


@sentence
def no_metric(_: Names) -> str:
    """Say that no metrics were imported."""
    return "No metrics have been imported for this. Import some: journey import metrics FILE"


@sentence
def headline(names: Names, found: Finding) -> str:
    """State the metric that was asked about."""
    met = good(found)
    target = (
        "" if met is None else f", {'at or better than' if met else 'short of'} its target {value(found, 'target')}"
    )
    place = f" in {names.stage(found.stage)}" if found.stage else ""
    return f"{capital(found.name or '')}{place} was {value(found, 'value')}{_when(found)}{target}."
