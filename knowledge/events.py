"""Event logs: cases that pass through stages, as visits; and what can be counted of them.

A case is one customer's (or one application's) way. An event puts it into a stage; events of one stage in a row are one
visit. Times are milliseconds since 1970 in UTC, days are proleptic Gregorian ordinals in the source's own clock.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.facts import Column

QUIET_DAYS = 30
"""A case that did not end is abandoned when nothing has happened for so many days before the log ends."""

DAY_MS = 86_400_000


@dataclass(frozen=True, kw_only=True)
class EventStage:
    """A stage of a log, in its order. `end` marks one in which cases end as they may (declined, done)."""

    id: str
    name: str
    end: bool = False


@dataclass(frozen=True, kw_only=True)
class EventLog:
    """What was imported: `events` in stages, `other` events of activities without a stage, the `last` event in ms."""

    id: int
    name: str
    stages: tuple[EventStage, ...]
    events: int
    other: int
    cases: int
    last: int
    segments: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def place(self, stage_id: str) -> int | None:
        """Return the number of a stage of this log; None where it has no such stage."""
        return next((i for i, stage in enumerate(self.stages) if stage.id == stage_id), None)

    @property
    def steps(self) -> tuple[int, ...]:
        """The numbers of the stages that are no ends, in order: the way that cases should go."""
        return tuple(i for i, stage in enumerate(self.stages) if not stage.end)

    def is_end(self, place: int) -> bool:
        """Whether a case may rest here: in an end, or at the goal, which is the last step."""
        return self.stages[place].end or self.steps[-1:] == (place,)


@dataclass(frozen=True, kw_only=True)
class Case:
    """One case: a keyed hash of whose it is, the day on which it began, its last event, and its visits in order.

    A visit is (stage number, time in ms).
    """

    customer: str
    day: int
    until: int
    visits: tuple[tuple[int, int], ...]
    segments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Cases:
    """Which cases: those of a log that began on days `[start, end)` (None: open) and hold these segments."""

    log: int
    start: int | None = None
    end: int | None = None
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, eq=False)
class EventFacts:
    """All visits of one log: `case` (position among the cases, ascending), `stage` and `at` (ms) have a row a visit.

    `day` and `until` have a row a case, as have the segments.
    """

    log: EventLog
    day: NDArray[np.int32]
    until: NDArray[np.int64]
    segments: Mapping[str, Column] = field(default_factory=dict)
    case: NDArray[np.int32]
    stage: NDArray[np.int16]
    at: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.day)


@dataclass(frozen=True, kw_only=True)
class Spread:
    """How long something took, in seconds: of `n`, the median with its 95% interval, and the 90th percentile.

    The interval is None below LEAST_TIMES: between the shortest and the longest of five lies the median in 94%.
    """

    n: int
    median: float
    low: float | None
    high: float | None
    p90: float


@dataclass(frozen=True, kw_only=True)
class Passage:
    """Of `cases` that went through all but the last stage of a path in order, `reached` went on to the last one.

    `pending` did not yet, but have not ended and were heard of in the last `QUIET_DAYS`. `took` is the time from
    entering the last but one stage to entering the last.
    """

    cases: int
    reached: int
    pending: int
    took: Spread | None


@dataclass(frozen=True, kw_only=True)
class Stay:
    """What became of the cases that entered a stage.

    `left` went on to another stage; `again` came back to it; `ended` are there with their last visit, of these
    `abandoned` have been quiet for `QUIET_DAYS` (never in an end, nor at the goal). `took` is the time spent in it,
    over all visits, by those that left.
    """

    cases: int
    left: int
    again: int
    ended: int
    abandoned: int
    took: Spread | None


class EventCounts(Protocol):
    """Counts cases. Two independent ways exist, so that one can check the other."""

    def logs(self) -> Sequence[EventLog]:
        """Return the logs, largest first."""

    def passage(self, cases: Cases, path: Sequence[int]) -> Passage:
        """Count who went through the stages of `path` (two or more), in this order, with or without others between."""

    def stay(self, cases: Cases, stage: int) -> Stay:
        """Count what became of the cases that entered a stage."""


LEAST_TIMES = 6
"""Durations that an interval of their median takes."""


def spread(sorted_ms: Sequence[float]) -> Spread | None:
    """Return the spread of durations in ms, ascending; None for none.

    Quantiles are interpolated linearly (type 7 of Hyndman and Fan, 1996). The interval of the median is by order
    statistics, ranks from the normal approximation to the binomial, rounded (Campbell & Gardner, 1988): distribution-
    free, and at or above its level for every n.
    """
    n = len(sorted_ms)
    if n == 0:
        return None
    half = 1.959964 * math.sqrt(n) / 2
    low, high = max(0, round(n / 2 - half) - 1), min(n - 1, round(n / 2 + half))
    ends = (float(sorted_ms[low]) / 1000, float(sorted_ms[high]) / 1000) if n >= LEAST_TIMES else (None, None)
    median, p90 = (_quantile(sorted_ms, share) / 1000 for share in (0.5, 0.9))
    return Spread(n=n, median=median, low=ends[0], high=ends[1], p90=p90)


def _quantile(ascending: Sequence[float], share: float) -> float:
    place = share * (len(ascending) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ascending) - 1)
    low, high = float(ascending[below]), float(ascending[above])
    return low + (high - low) * (place - below)
