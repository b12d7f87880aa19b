"""Values of a metric for a stage and a stretch of time, from the points that were imported."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import takewhile

from assistant.answers.answer import Change, Finding
from assistant.answers.extreme_values import extremes, grouped
from assistant.answers.metric_sides import Level, Sides
from knowledge.analysis.rates import ALPHA, monotone_trend
from knowledge.analysis.series import Noise, noise, odd, shift
from knowledge.metrics import Metric, MetricPoint
from knowledge.periods import Period, describe, shift_months
from knowledge.readers.known_metrics import FORMULAS

Value = float | int | str | None

SEASON = 12
"""A trend is judged over at most this many of the last values: a year of months."""


def chosen(points: Sequence[MetricPoint], stage: str | None, filters: Mapping[str, Sequence[str]]) -> list[MetricPoint]:
    """Return the values for this stage (None: for no stage) and these segments, in the order of time.

    Without filters, values for everybody are preferred; where a metric was only measured by segment, all of them
    are taken and averaged by their n.
    """
    here = [point for point in points if point.stage == stage]
    segments = {name: values for name, values in filters.items() if any(name in point.segments for point in here)}
    if segments:
        fitting = [p for p in here if all(p.segments.get(name) in values for name, values in segments.items())]
    else:
        fitting = [p for p in here if not p.segments] or here
    return sorted(fitting, key=_end)


def begun(points: Iterable[MetricPoint], as_of: date) -> list[MetricPoint]:
    """Return the values whose period had begun by `as_of`: what came later was not known on that day."""
    return [point for point in points if point.period.start is None or point.period.start <= as_of]


def known_until(period: Period | None, points: Iterable[MetricPoint], as_of: date) -> Period | None:
    """Return a period that ends with `as_of`, where one of the values begins after that day; else the same one."""
    end = as_of + timedelta(days=1)
    if period is None or not any(point.period.start and point.period.start > as_of for point in points):
        return period
    if (period.end and period.end <= end) or (period.start and period.start >= end):
        return period
    return Period(start=period.start, end=end, label=describe(period.start, end) if period.start else period.label)


def within(points: Sequence[MetricPoint], period: Period | None) -> list[MetricPoint]:
    """Return the values whose own period lies inside `period`; where none does, those whose period holds it."""
    if period is None:
        return list(points)
    inside = [p for p in points if _inside(p.period, period)]
    # A quarter beside its months, from another import, would count each of its days twice.
    inside = [p for p in inside if not any(_longer(p, q) for q in inside)]
    return inside or [p for p in points if _inside(period, p.period)]


def average(points: Sequence[MetricPoint]) -> tuple[float, int | None] | None:
    """Return (value, n) of these values together: weighted by n where each has one; None for no values."""
    if not points:
        return None
    sizes = [p.n for p in points]
    if all(sizes):
        n = sum(size for size in sizes if size)
        return math.fsum(p.value * (p.n or 0) for p in points) / n, n
    return math.fsum(p.value for p in points) / len(points), None


def series(points: Sequence[MetricPoint]) -> list[tuple[Period, float]]:
    """Return one value per period, in the order of time; several segments of one period are averaged."""
    groups: dict[tuple[object, object], list[MetricPoint]] = {}
    for point in points:
        groups.setdefault((point.period.start, point.period.end), []).append(point)
    together = [(group[0].period, average(group)) for group in groups.values()]
    return [(period, value[0]) for period, value in together if value]


def numbers(metric: Metric, points: Sequence[MetricPoint], finding: Finding) -> tuple[dict[str, Value], Change]:
    """Return every number of a metric finding, and the change that its tests find.

    The value is of `finding.scope.period` (None: of the last period measured), `previous` of `finding.before`,
    `last_year` of the same stretch a year earlier. `interval` says what `low` and `high` rest on: "n" (Wilson) or
    "noise" (how much the series wobbles). `season` is "same" where a step was as large a year before.
    """
    filters = finding.scope.filters if finding.scope else {}
    held = chosen(points, finding.stage, filters)
    period = finding.scope.period if finding.scope else None
    now = within(held, period) if period else _last(held)
    then = _beside(points, held, finding)
    until = [p for p in held if not now or _end(p) <= max(_end(q) for q in now)]
    course = series(until)
    sides = Sides(
        share=whole_of(metric) if is_share(metric) else None,
        noise=_noise(points, course, finding, latest=len(series(now))),
        limits=(metric.low, metric.high),
        now=_level(now), before=_level(then), year=_level(_a_year_before(held, now)),
        before_year=_level(_a_year_before(held, then)),
    )  # fmt: skip
    target = next((p.target for p in reversed(now) if p.target is not None), None)
    trend = monotone_trend([v for _, v in course][-SEASON:])
    value, n = (sides.now.value, sides.now.n) if sides.now else (None, None)
    low, high = sides.interval()
    found: dict[str, Value] = {
        "value": value,
        "n": n,
        "low": low,
        "high": high,
        "interval": sides.basis(),
        "previous": sides.before.value if sides.before else None,
        "previous_n": sides.before.n if sides.before else None,
        "target": target,
        "status": _status(value, target),
        "p_value": sides.p_value(),
        "change_low": sides.difference()[0],
        "change_high": sides.difference()[1],
        "last_year": sides.year.value if sides.year else None,
        "last_year_p": sides.last_year_p(),
        "season": "same" if sides.seasonal() else None,
        "trend_p": trend[1] if trend else None,
        "trend": ("rising" if trend[0] > 0 else "falling") if trend else None,
        "from_value": course[-SEASON:][0][1] if trend else None,
        "from_on": _iso(course[-SEASON:][0][0].start) if trend else None,
        "from_until": _iso(course[-SEASON:][0][0].end) if trend else None,
        "better": metric.better,
        "formula": FORMULAS.get(metric.id),
        "values": len(now),
        "unsplit": _unsplit(points, finding),
        "unit": metric.unit,
        "first": _iso(now[0].period.start) if now else None,
        "last": _iso(now[-1].period.end) if now else None,
        **_breaks(course),
        **_misses(metric, until),
        **_extremes(metric, now, finding, replace(sides, noise=noise([v for _, v in course]))),
    }
    return found, _direction(sides, trend)


def _extremes(metric: Metric, now: Sequence[MetricPoint], finding: Finding, sides: Sides) -> dict[str, Value]:
    """Return the highest and the lowest values of the stretch, where a finding says by which periods to look."""
    by = finding.numbers.get("by")
    if by is None:
        return {}
    groups = [(period, level) for period, points in grouped(now, str(by)) if (level := _level(points))]
    judged = [(point, _missed(metric, point)) for point in now if point.target is not None]
    return {"by": by, **extremes(groups, sides, judged)}


def _beside(points: Sequence[MetricPoint], held: Sequence[MetricPoint], finding: Finding) -> list[MetricPoint]:
    """Return the values that a finding is compared with: of another time, or of another stage or segment."""
    if finding.before is None:
        return []
    if not _elsewhere(finding):
        return within(held, finding.before.period)
    stage = finding.before.stages[0] if finding.before.stages else None
    return within(chosen(points, stage, finding.before.filters), finding.before.period)


def _elsewhere(finding: Finding) -> bool:
    one, other = finding.scope, finding.before
    return bool(one and other and (one.stages, dict(one.filters)) != (other.stages, dict(other.filters)))


def _noise(
    points: Sequence[MetricPoint], course: Sequence[tuple[Period, float]], finding: Finding, *, latest: int
) -> Noise | None:
    """Return the noise of the series; where it is compared with another series, that of the noisier one.

    Two series are both taken whole, so that either is held against the other by the same noise.
    """
    if finding.scope is None or finding.before is None or not _elsewhere(finding):
        return noise([v for _, v in course], latest=latest)
    stage = finding.before.stages[0] if finding.before.stages else None
    sides = ((finding.stage, finding.scope.filters), (stage, finding.before.filters))
    one, other = (noise([v for _, v in series(chosen(points, *side))]) for side in sides)
    return max(one, other, key=lambda each: each.sd) if one and other else None


def _level(points: Sequence[MetricPoint]) -> Level | None:
    together = average(points)
    return Level(value=together[0], n=together[1], k=len(series(points))) if together else None


def _a_year_before(held: Sequence[MetricPoint], points: Sequence[MetricPoint]) -> list[MetricPoint]:
    """Return the values of the same calendar months a year earlier; of the same weeks, for what is no month."""
    wanted = {(_year_earlier(p.period), p.stage, tuple(sorted(p.segments.items()))) for p in points}
    return [p for p in held if ((p.period.start, p.period.end), p.stage, tuple(sorted(p.segments.items()))) in wanted]


def _year_earlier(period: Period) -> tuple[date | None, date | None]:
    if period.start is None or period.end is None:
        return None, None
    if (period.days or 0) >= 28 and period.start.day == 1:
        return shift_months(period.start, -12), shift_months(period.end, -12)
    return period.start - timedelta(weeks=52), period.end - timedelta(weeks=52)


def _unsplit(points: Sequence[MetricPoint], finding: Finding) -> str | None:
    """Return the filters that the metric was not measured by in this stage, so that the value is everybody's."""
    here = [point for point in points if point.stage == finding.stage]
    filters = finding.scope.filters if finding.scope else {}
    return ", ".join(name for name in filters if not any(name in point.segments for point in here)) or None


def _misses(metric: Metric, held: Sequence[MetricPoint]) -> dict[str, Value]:
    """Return the first value that missed its target, how many did, and where the present run of misses began."""
    judged = [(point, _missed(metric, point)) for point in held if point.target is not None]
    missed = [point for point, bad in judged if bad]
    run = list(takewhile(lambda pair: pair[1], reversed(judged)))
    return {
        "judged": len(judged),
        "misses": len(missed),
        "missed_on": _iso(missed[0].period.start) if missed else None,
        "missed_until": _iso(missed[0].period.end) if missed else None,
        "missed_value": missed[0].value if missed else None,
        "run": len(run),
        "run_on": _iso(run[-1][0].period.start) if run else None,
        "run_until": _iso(run[-1][0].period.end) if run else None,
    }


def _missed(metric: Metric, point: MetricPoint) -> bool:
    status = _status(point.value, point.target)
    return status != "on" and (status == "above") != (metric.better == "higher")


def _breaks(course: Sequence[tuple[Period, float]]) -> dict[str, Value]:
    """Return the shift of level and the odd value of the last years of a series, as far as tests find them."""
    late = course[-2 * SEASON :]
    level, strange = shift([v for _, v in late]), odd([v for _, v in late])
    where = late[strange.at] if strange else None
    return {
        "shift_on": _iso(late[level.at][0].start) if level else None,
        "shift_before": level.before if level else None,
        "shift_after": level.after if level else None,
        "shift_p": level.p_value if level else None,
        "odd_on": _iso(where[0].start) if where else None,
        "odd_until": _iso(where[0].end) if where else None,
        "odd_value": where[1] if where else None,
        "odd_expected": strange.expected if strange else None,
        "odd_p": strange.p_value if strange else None,
    }


def is_share(metric: Metric) -> bool:
    """Return whether the metric is a share of n, so that n gives an interval and a test."""
    return metric.unit.strip().lower() in ("%", "percent", "per cent", "share") and metric.id != "nps"


def whole_of(metric: Metric) -> float:
    """Return what stands for the whole in a share's unit: 100 percent, or 1."""
    return 1.0 if metric.unit.strip().lower() == "share" else 100.0


def _direction(sides: Sides, trend: tuple[float, float] | None) -> Change:
    """Name the change: by the step from the stretch before where a test finds one, else by the trend, else unknown.

    For shares of n the step alone decides: its test sees much smaller changes than the order of twelve values does.
    """
    p_value = sides.p_value()
    if p_value is not None and sides.now and sides.before:
        if p_value < ALPHA and not sides.seasonal():
            return "rising" if sides.now.value > sides.before.value else "falling"
        if sides.share:
            return "steady"
    if trend is None:
        return "unknown" if p_value is None else "steady"
    tau, p = trend
    if p >= ALPHA:
        return "steady"
    return "rising" if tau > 0 else "falling"


def _status(value: float | None, target: float | None) -> str | None:
    """Say where the value lies: above, below or on the target; whether that is good depends on the metric."""
    if value is None or target is None:
        return None
    if math.isclose(value, target):
        return "on"
    return "above" if value > target else "below"


def _inside(inner: Period, outer: Period) -> bool:
    starts = outer.start is None or (inner.start is not None and inner.start >= outer.start)
    ends = outer.end is None or (inner.end is not None and inner.end <= outer.end)
    return starts and ends


def _longer(one: MetricPoint, other: MetricPoint) -> bool:
    """Return whether the period of one value holds that of another one of the same segment, and more."""
    same = (one.stage, dict(one.segments)) == (other.stage, dict(other.segments))
    return same and (one.period.days or 0) > (other.period.days or 0) and _inside(other.period, one.period)


def _last(points: Sequence[MetricPoint]) -> list[MetricPoint]:
    if not points:
        return []
    newest = max(_end(p) for p in points)
    return [p for p in points if _end(p) == newest]


def _end(point: MetricPoint) -> int:
    return point.period.end.toordinal() if point.period.end else 0


def _iso(value: object) -> str | None:
    return str(value) if value else None


def with_metric_segments(
    held: Mapping[str, tuple[str, ...]], points: Mapping[str, Sequence[MetricPoint]]
) -> dict[str, tuple[str, ...]]:
    """Return the segments of the feedback with those that metrics were measured by."""
    found = {name: dict.fromkeys(values) for name, values in held.items()}
    for value in (point for values in points.values() for point in values):
        for name, segment in value.segments.items():
            found.setdefault(name, {})[segment] = None
    return {name: tuple(values) for name, values in found.items()}
