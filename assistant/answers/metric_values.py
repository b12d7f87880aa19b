"""Values of a metric for a stage and a stretch of time, from the points that were imported."""

import math
from collections.abc import Mapping, Sequence

from assistant.answers.answer import Change, Finding
from knowledge.analysis.rates import ALPHA, compare_shares, monotone_trend, wilson
from knowledge.metrics import Metric, MetricPoint
from knowledge.periods import Period

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


def within(points: Sequence[MetricPoint], period: Period | None) -> list[MetricPoint]:
    """Return the values whose own period lies inside `period`; where none does, those whose period holds it."""
    if period is None:
        return list(points)
    inside = [p for p in points if _inside(p.period, period)]
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
    """Return every number of a metric finding, and the change over the last year that Kendall's test finds.

    The value is of `finding.scope.period` (None: of the last period measured), `previous` of `finding.before`.
    """
    filters = finding.scope.filters if finding.scope else {}
    held = chosen(points, finding.stage, filters)
    period = finding.scope.period if finding.scope else None
    now = within(held, period) if period else _last(held)
    then = within(held, finding.before.period) if finding.before else []
    until = [p for p in held if not now or _end(p) <= max(_end(q) for q in now)]
    value, before = average(now), average(then)
    low, high = _interval(metric, value)
    target = next((p.target for p in reversed(now) if p.target is not None), None)
    trend = monotone_trend([v for _, v in series(until)][-SEASON:])
    found: dict[str, Value] = {
        "value": value[0] if value else None,
        "n": value[1] if value else None,
        "low": low,
        "high": high,
        "previous": before[0] if before else None,
        "previous_n": before[1] if before else None,
        "target": target,
        "status": _status(value[0] if value else None, target),
        "p_value": _p_value(metric, value, before),
        "trend_p": trend[1] if trend else None,
        "trend": ("rising" if trend[0] > 0 else "falling") if trend else None,
        "better": metric.better,
        "values": len(now),
        "unit": metric.unit,
        "first": _iso(now[0].period.start) if now else None,
        "last": _iso(now[-1].period.end) if now else None,
    }
    return found, _direction(metric, value, before, trend, found["p_value"])


def is_share(metric: Metric) -> bool:
    """Return whether the metric is a share of n, so that n gives an interval and a test."""
    return metric.unit.strip().lower() in ("%", "percent", "per cent", "share") and metric.id != "nps"


def _hits(metric: Metric, value: tuple[float, int | None] | None) -> tuple[int, int] | None:
    """Return (hits, n) behind a share; None where it is none or n is unknown."""
    if not value or not value[1] or not is_share(metric):
        return None
    scale = 1.0 if metric.unit.strip().lower() == "share" else 100.0
    hits = round(value[0] / scale * value[1])
    return (hits, value[1]) if 0 <= hits <= value[1] else None


def _interval(metric: Metric, value: tuple[float, int | None] | None) -> tuple[float | None, float | None]:
    hits = _hits(metric, value)
    if hits is None:
        return None, None
    scale = 1.0 if metric.unit.strip().lower() == "share" else 100.0
    low, high = wilson(*hits)
    return low * scale, high * scale


def _p_value(
    metric: Metric, value: tuple[float, int | None] | None, before: tuple[float, int | None] | None
) -> float | None:
    now, then = _hits(metric, value), _hits(metric, before)
    return compare_shares(*now, *then) if now and then else None


def _direction(
    metric: Metric,
    value: tuple[float, int | None] | None,
    before: tuple[float, int | None] | None,
    trend: tuple[float, float] | None,
    p_value: Value,
) -> Change:
    """Name the change: by the test of two shares where there is one, else by the trend, else unknown."""
    if isinstance(p_value, float) and value and before:
        if p_value < ALPHA:
            return "rising" if value[0] > before[0] else "falling"
        return "steady"
    if trend is None:
        return "unknown"
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


def _last(points: Sequence[MetricPoint]) -> list[MetricPoint]:
    if not points:
        return []
    newest = max(_end(p) for p in points)
    return [p for p in points if _end(p) == newest]


def _end(point: MetricPoint) -> int:
    return point.period.end.toordinal() if point.period.end else 0


def _iso(value: object) -> str | None:
    return str(value) if value else None
