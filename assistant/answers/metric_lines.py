"""Metrics of a stage as findings and sentences: value with its size, target, the stretch before, trend."""

from datetime import date

from assistant.answers.answer import Finding
from assistant.answers.context import Context
from assistant.answers.draft import Draft
from assistant.answers.metric_values import average, begun, chosen, known_until, within
from assistant.answers.wording import Names, capital, day_of, during, figure, has, number, p, sentence, whole, words
from knowledge.analysis.rates import ALPHA
from knowledge.periods import Period, describe
from knowledge.scope import Scope

KEYS = (
    "value", "n", "low", "high", "interval", "previous", "p_value", "change_low", "change_high", "last_year",
    "last_year_p", "season", "formula", "target", "status", "better", "unit", "trend_p", "trend", "from_value",
    "from_on", "from_until", "values", "first", "last", "shift_on", "shift_before", "shift_after", "shift_p",
    "odd_on", "odd_until", "odd_value", "odd_expected", "odd_p", "unsplit",
)  # fmt: skip


def add_metric(
    draft: Draft, metric: str, stage: str | None, scope: Scope, before: Period | None, **given: str | None
) -> int | None:
    """Add the finding of one metric; None where it has no value for this stage, period and these filters.

    Without a period the last value is taken, compared with the one before it. `given` are words of the question that
    its sentences need (see `measures.GIVEN`).
    """
    context = draft.context
    held = chosen(context.knowledge.points.get(metric, ()), stage, scope.filters)
    points = begun(held, context.as_of)
    period, earlier = known_until(scope.period, held, context.as_of), before
    if average(within(points, period)) is None:
        return None
    if period is None:
        ends = sorted({point.period.end for point in points if point.period.end})
        period = next(point.period for point in points if point.period.end == ends[-1])
        earlier = next((point.period for point in points if len(ends) > 1 and point.period.end == ends[-2]), None)
    finding = Finding(
        kind="metric", numbers=given, stage=stage, metric=metric,
        scope=Scope(period=period, filters=scope.filters, stages=(stage,) if stage else ()),
        before=Scope(period=earlier, filters=scope.filters, stages=(stage,) if stage else ()) if earlier else None,
    )  # fmt: skip
    return draft.add(finding, *KEYS, *given)


def metrics_of(context: Context, stage: str | None) -> list[str]:
    """Return the metrics that have any value for this stage, in the order of their names."""
    held = context.knowledge
    found = [
        key for key, points in held.points.items() if key in held.metrics and any(q.stage == stage for q in points)
    ]
    return sorted(found, key=lambda key: held.metrics[key].name.lower())


@sentence
def metric_line(names: Names, found: Finding) -> str:
    """State a metric: value, size, interval, period, target, before, course."""
    place = f" in {names.stage(found.stage)}" if found.stage else ""
    parts = [
        f"{found.name}{place}: {value(found, 'value')}{size(found)}{when(found)}{everybody(found)}",
        target(found),
        _before(found),
    ]
    return f"{'; '.join(part for part in (*parts, _course(found), strange(found)) if part)}."


@sentence
def detail(_: Names, found: Finding) -> str:
    """State what the headline leaves out: size, interval, before, a year before, course."""
    shown = size(found).strip(" ()")
    over = _course(found) or _no_course(found)
    parts = [part for part in (shown, _before(found), year_before(found), over, strange(found)) if part]
    # A leading "n = " stays as statisticians write it.
    text = "; ".join(parts)
    return f"{text if text.startswith('n = ') else capital(text)}." if parts else ""


def size(found: Finding) -> str:
    """Write what a value rests on, with a leading space: ` (n = 412, 95% interval 59% to 65%)`."""
    parts = [f"n = {number(figure(found, 'n'))}"] if has(found, "n") else []
    if has(found, "low", "high"):
        by = " by its usual ups and downs" if words(found, "interval") == "noise" else ""
        parts.append(f"95% interval {bare(found, 'low')} to {value(found, 'high')}{by}")
    return f" ({', '.join(parts)})" if parts else ""


def value(found: Finding, key: str) -> str:
    """Write a metric's value with its unit: `3.9`, `62.4%`, `12 hours`."""
    unit = words(found, "unit")
    if unit.lower() in ("%", "percent", "per cent"):
        return f"{number(round(figure(found, key), 2 if key == 'value' and _narrow_miss(found) else 1))}%"
    text = number(round(figure(found, key), 2))
    return f"{text} {unit}" if unit and unit.lower() not in ("score", "share", "points", "1-5") else text


def _narrow_miss(found: Finding) -> bool:
    """Return whether a share would read like its target although it is not: 4.53% beside a target of 4.5%."""
    if not has(found, "target"):
        return False
    here, aim = figure(found, "value"), figure(found, "target")
    return here != aim and round(here, 1) == round(aim, 1)


def bare(found: Finding, key: str) -> str:
    """Write a value without a unit that the next one carries: `3.9 to 4.1 of 5`; percents keep theirs."""
    text = value(found, key)
    return text if "%" in text else text.split(" ")[0]


@sentence
def formula(_: Names, found: Finding) -> str:
    """Say how a known metric is computed; empty for one that we do not know."""
    return words(found, "formula")


def good(found: Finding) -> bool | None:
    """Return whether the value meets its target; None without one."""
    if not has(found, "status"):
        return None
    status, better = words(found, "status"), words(found, "better")
    return status == "on" or (status == "above") == (better == "higher")


def when(found: Finding, *, note: bool = True) -> str:
    """Name the stretch that the values cover, which may be less than what was asked; and of how many values it is."""
    if not has(found, "first", "last"):
        return ""
    start, end = (date.fromisoformat(words(found, key)) for key in ("first", "last"))
    averaged = f", mean of {whole(found, 'values')} values" if note and whole(found, "values") > 1 else ""
    return f" {during(Period(start=start, end=end, label=describe(start, end)))}{averaged}"


def everybody(found: Finding) -> str:
    """Say that a value is everybody's where it was asked for a group that it was not measured by; else empty."""
    by = words(found, "unsplit") if has(found, "unsplit") else ""
    return f" for all customers (it is not measured by {by.replace(', ', ' or ')})" if by else ""


def target(found: Finding) -> str:
    """Say whether the target is met; empty without one."""
    met = good(found)
    return "" if met is None else f"target {value(found, 'target')} {'met' if met else 'missed'}"


def _before(found: Finding) -> str:
    if not has(found, "previous") or found.before is None:
        return ""
    was = f"{value(found, 'previous')} {during(found.before.period)}"
    if not has(found, "p_value"):
        return was
    return f"{was}, {verdict(found)} ({p(figure(found, 'p_value'))})"


def verdict(found: Finding) -> str:
    """Say what the test makes of the step from the stretch before; what comes every year is no change."""
    if not has(found, "p_value") or figure(found, "p_value") >= ALPHA:
        return "no clear change"
    return "the same step as a year before, so the season rather than a change" if has(found, "season") else "a change"


def year_before(found: Finding) -> str:
    """Compare with the same stretch a year before; empty without it."""
    if not has(found, "last_year"):
        return ""
    was = f"{value(found, 'last_year')} a year before"
    if not has(found, "last_year_p"):
        return was
    told = "a change" if figure(found, "last_year_p") < ALPHA else "no clear change"
    return f"{was}, {told} ({p(figure(found, 'last_year_p'))})"


def _course(found: Finding) -> str:
    """Name the shift of level, or else the course of the last year, that a test finds."""
    if has(found, "shift_on"):
        since = day_of(words(found, "shift_on"))
        was, now = value(found, "shift_before"), value(found, "shift_after")
        return f"level {now} since {since}, {was} before ({p(figure(found, 'shift_p'))})"
    if not has(found, "trend_p") or figure(found, "trend_p") >= ALPHA:
        return ""
    course = "rising" if words(found, "trend") == "rising" else "falling"
    return f"{course} over the last year ({p(figure(found, 'trend_p'))})"


def _no_course(found: Finding) -> str:
    """Say that no course over the last year is beyond chance; empty where it was not tested."""
    return f"no trend over the last year ({p(figure(found, 'trend_p'))})" if has(found, "trend_p") else ""


def strange(found: Finding) -> str:
    """Name the value that is off its course; empty where none is."""
    if not has(found, "odd_on"):
        return ""
    start, end = (date.fromisoformat(words(found, key)) for key in ("odd_on", "odd_until"))
    when = during(Period(start=start, end=end, label=describe(start, end)))
    was, expected = value(found, "odd_value"), value(found, "odd_expected")
    return f"off its course {when}: {was} where the others lead one to expect {expected} ({p(figure(found, 'odd_p'))})"


@sentence
def no_metric(_: Names) -> str:
    """Say that no metrics were imported."""
    return "No metrics have been imported for this. Import some: journey import metrics FILE"


@sentence
def headline(names: Names, found: Finding) -> str:
    """State the metric that was asked about."""
    met = good(found)
    aim = "" if met is None else f", {'at or better than' if met else 'short of'} its target {value(found, 'target')}"
    place = f" in {names.stage(found.stage)}" if found.stage else ""
    return f"{capital(found.name or '')}{place} was {value(found, 'value')}{when(found)}{everybody(found)}{aim}."


MISSES = (
    "unit", "target", "judged", "misses", "missed_on", "missed_until", "missed_value", "run", "run_on", "run_until",
)  # fmt: skip
"""What `first_miss` is told from."""


@sentence
def first_miss(names: Names, found: Finding) -> str:
    """Say when a metric first missed its target, how often it did, and since when without a break."""
    name = f"{capital(found.name or '')}{f' in {names.stage(found.stage)}' if found.stage else ''}"
    aim, judged = f"its target {value(found, 'target')}", whole(found, "judged")
    if not has(found, "missed_on"):
        return f"{name} has never missed {aim} in {number(judged)} values."
    first = f"{name} first missed {aim} {_stretch(found, 'missed')} ({value(found, 'missed_value')})"
    if whole(found, "run") == whole(found, "misses"):
        return f"{first} and has missed it ever since."
    since = f", without a break since {_stretch(found, 'run').removeprefix('in ')}" if whole(found, "run") > 1 else ""
    return f"{first}; {number(whole(found, 'misses'))} of {number(judged)} values miss it{since}."


def _stretch(found: Finding, key: str) -> str:
    start, end = (date.fromisoformat(words(found, f"{key}_{edge}")) for edge in ("on", "until"))
    return during(Period(start=start, end=end, label=describe(start, end)))
