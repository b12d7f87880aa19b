"""What a table of metrics says twice, or leaves out: repeats, contradictions, overlapping periods and gaps."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from knowledge.metrics import Metric, MetricPoint
from knowledge.periods import Period, shift_months

_MOST_GAPS = 5


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A value with the line that it stands in."""

    line: int
    point: MetricPoint


def clashes(placed: Sequence[Placed]) -> dict[int, str]:
    """Return why values can't stand beside others of the same metric, stage and segment, by their place in `placed`.

    Of two for one period the first stays. Of two periods that overlap the shorter stays, of equally long ones the
    first: a day that is measured twice would count twice.
    """
    reasons: dict[int, str] = {}
    for group in _series(placed):
        kept: list[tuple[int, int]] = []  # (first day, place) of periods that do not overlap, in order
        for place in sorted(group, key=lambda i: (_days(placed[i].point.period), placed[i].line)):
            start = _start(placed[place].point.period)
            at = bisect_left(kept, (start, -1))
            # What is kept is no longer than this one: what overlaps it begins in it, or just before.
            near = [other for _, other in kept[max(at - 1, 0) : at + 1]]
            reason = next((told for other in near if (told := _clash(placed[place], placed[other]))), None)
            if reason:
                reasons[place] = reason
            else:
                kept.insert(at, (start, place))
    return reasons


def gaps(placed: Sequence[Placed], metrics: dict[str, Metric]) -> Iterator[str]:
    """Yield a note per series of months in which some are missing."""
    told = 0
    for group in _series(placed):
        periods = [placed[i].point.period for i in group]
        months = sorted({period.start for period in periods if period.start and _is_month(period)})
        missing = []
        for one, other in pairwise(months):
            month = shift_months(one, 1)
            while month < other:
                missing.append(f"{month:%B %Y}")
                month = shift_months(month, 1)
        if missing and len(missing) < len(months):
            told += 1
            if told > _MOST_GAPS:
                yield "There are gaps in other series, too."
                return
            more = f" and {len(missing) - 3} more months" if len(missing) > 3 else ""
            yield f"{_name(placed[group[0]].point, metrics)} has no value for {', '.join(missing[:3])}{more}."


def _series(placed: Sequence[Placed]) -> list[list[int]]:
    groups: dict[object, list[int]] = {}
    for i, each in enumerate(placed):
        point = each.point
        groups.setdefault((point.metric, point.stage, tuple(sorted(point.segments.items()))), []).append(i)
    return list(groups.values())


def _clash(one: Placed, other: Placed) -> str | None:
    """Return how `one` clashes with `other`, which stays; None where it does not."""
    mine, its = one.point.period, other.point.period
    if (mine.start, mine.end) == (its.start, its.end):
        if one.point.value == other.point.value:
            return f"the same metric, stage, period and segment as in line {other.line}, with the same value"
        values = f"{one.point.value:g} here, {other.point.value:g} there"
        same = "for the same metric, stage, period and segment"
        return f"contradicts line {other.line}: {values} {same}; the first is kept"
    if not (mine.start and mine.end and its.start and its.end) or mine.start >= its.end or its.start >= mine.end:
        return None
    return (
        f"{mine.label} overlaps {its.label} in line {other.line}, which is kept: a day that is measured twice would "
        "count twice"
    )


def _start(period: Period) -> int:
    return period.start.toordinal() if period.start else 0


def _days(period: Period) -> int:
    return period.days or 0


def _is_month(period: Period) -> bool:
    return bool(period.start and period.end and period.start.day == 1 and shift_months(period.start, 1) == period.end)


def _name(point: MetricPoint, metrics: dict[str, Metric]) -> str:
    place = f" in {point.stage.replace('-', ' ')}" if point.stage else ""
    segment = f" ({', '.join(point.segments.values())})" if point.segments else ""
    return f"{metrics[point.metric].name}{place}{segment}"
