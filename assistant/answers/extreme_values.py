"""The highest and the lowest value of a metric in a stretch of time, and how often the target was met there."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from assistant.answers.metric_sides import Level, Sides
from knowledge.metrics import MetricPoint
from knowledge.periods import Period, describe, shift_months

Value = float | int | str | None
Group = tuple[Period, list[MetricPoint]]

MONTHS = {"month": 1, "quarter": 3, "year": 12}
"""Lengths of the stretches that values may be brought together in. Every other word leaves them as imported."""
PLACES = ("top", "second", "lowest", "second_lowest")
PARTS = ("value", "n", "low", "high", "on", "until")
KEYS = ("by", "stretches", *(f"{place}_{part}" for place in PLACES for part in PARTS), "unit", "better", "target",
        "aimed", "met", "nearest_value", "nearest_on", "nearest_until")  # fmt: skip


def grouped(points: Sequence[MetricPoint], by: str) -> list[Group]:
    """Return the values by stretch of time, in order: by their own periods, or by the month, quarter or year."""
    groups: dict[tuple[date | None, date | None], list[MetricPoint]] = {}
    for point in points:
        groups.setdefault(_stretch(point.period, MONTHS.get(by, 0)), []).append(point)
    found = [(_named(held), held) for held in groups.values()]
    return sorted(found, key=lambda group: group[0].end or date.min)


def _stretch(period: Period, months: int) -> tuple[date | None, date | None]:
    """Return the calendar stretch of so many months that a period begins in; its own edges where it is longer."""
    if not months or period.start is None or period.end is None:
        return period.start, period.end
    start = period.start.replace(day=1, month=(period.start.month - 1) // months * months + 1)
    end = shift_months(start, months)
    return (period.start, period.end) if (period.end - period.start) > (end - start) else (start, end)


def _named(points: Sequence[MetricPoint]) -> Period:
    """Return the stretch that values cover, which may be less than their quarter or year."""
    start = min((point.period.start for point in points if point.period.start), default=None)
    end = max((point.period.end for point in points if point.period.end), default=None)
    return Period(start=start, end=end, label=describe(start, end) if start and end else "")


def extremes(
    groups: Sequence[tuple[Period, Level]], sides: Sides, judged: Sequence[tuple[MetricPoint, bool]]
) -> dict[str, Value]:
    """Return the two highest and the two lowest values with their intervals and times, and the targets met.

    `sides` gives what intervals rest on, `judged` each value that has a target, with whether it missed it. Of equal
    values the earlier one stands first.
    """
    order = sorted(groups, key=lambda group: -group[1].value)
    ends = (order[:2], sorted(groups, key=lambda group: group[1].value)[:2])
    places = [*(*ends[0], None, None)[:2], *(*ends[1], None, None)[:2]]
    found: dict[str, Value] = {"stretches": len(groups)}
    for name, place in zip(PLACES, places, strict=True):
        found |= {f"{name}_{part}": value for part, value in zip(PARTS, _parts(place, sides), strict=True)}
    return found | _aimed(judged)


def _parts(place: tuple[Period, Level] | None, sides: Sides) -> tuple[Value, ...]:
    if place is None:
        return (None,) * len(PARTS)
    period, level = place
    low, high = replace(sides, now=level).interval()
    return level.value, level.n, low, high, _iso(period.start), _iso(period.end)


def _aimed(judged: Sequence[tuple[MetricPoint, bool]]) -> dict[str, Value]:
    """Return how many values met their target, and where none or all did, the one that came nearest to the other."""
    met = sum(not missed for _, missed in judged)
    odd = [point for point, _ in judged] if met in (0, len(judged)) else []
    nearest = min(odd, key=lambda point: abs(point.value - (point.target or 0.0)), default=None)
    return {
        "aimed": len(judged),
        "met": met,
        "nearest_value": nearest.value if nearest else None,
        "nearest_on": _iso(nearest.period.start) if nearest else None,
        "nearest_until": _iso(nearest.period.end) if nearest else None,
    }


def _iso(value: date | None) -> str | None:
    return value.isoformat() if value else None
