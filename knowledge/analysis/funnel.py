"""Funnel and times in stages over arrays: millions of visits in milliseconds each.

The same counts are made by SQL in `knowledge/store/event_counts.py`; a property test holds the two together.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.events import DAY_MS, QUIET_DAYS, Cases, EventFacts, EventLog, Passage, Stay, spread

Ints = NDArray[np.int64]


class ArrayEvents:
    """Counts cases over arrays."""

    def __init__(self, facts: Sequence[EventFacts]) -> None:
        self._facts = {held.log.id: held for held in facts}
        self._kept: dict[object, Passage | Stay] = {}

    def logs(self) -> Sequence[EventLog]:
        """Return the logs, largest first."""
        return sorted((held.log for held in self._facts.values()), key=lambda log: (-log.cases, log.id))

    def passage(self, cases: Cases, path: Sequence[int]) -> Passage:
        """Count who went through the stages of `path` in this order."""
        key = (_key(cases), tuple(path))
        if key not in self._kept:
            self._kept[key] = _passage(self._facts[cases.log], cases, path)
        found = self._kept[key]
        assert isinstance(found, Passage)  # noqa: S101 - the key holds a path
        return found

    def stay(self, cases: Cases, stage: int) -> Stay:
        """Count what became of the cases that entered a stage."""
        key = (_key(cases), stage)
        if key not in self._kept:
            self._kept[key] = _stay(self._facts[cases.log], cases, stage)
        found = self._kept[key]
        assert isinstance(found, Stay)  # noqa: S101 - the key holds a stage
        return found


def _key(cases: Cases) -> object:
    return cases.log, cases.start, cases.end, tuple(sorted(cases.filters.items()))


def selected(facts: EventFacts, cases: Cases) -> NDArray[np.bool_]:
    """Return which cases are meant."""
    mask = np.ones(len(facts), dtype=bool)
    if cases.start is not None:
        mask &= facts.day >= cases.start
    if cases.end is not None:
        mask &= facts.day < cases.end
    for name, values in cases.filters.items():
        column = facts.segments.get(name)
        mask &= column.among(values) if column else False
    return mask


def _passage(facts: EventFacts, cases: Cases, path: Sequence[int]) -> Passage:
    """Follow each case to the first visit of each stage after the one before; -1 is "nowhere yet"."""
    nowhere = len(facts.case)
    reached = np.where(selected(facts, cases), -1, nowhere)
    before = reached
    for stage in path:
        before, reached = reached, _next_visits(facts, reached, stage, nowhere)
    went, came = before < nowhere, reached < nowhere
    took = np.sort(facts.at[reached[came]] - facts.at[before[came]])
    pending = went & ~came & _alive(facts)
    return Passage(cases=int(went.sum()), reached=int(came.sum()), pending=int(pending.sum()), took=spread(took))  # type: ignore[arg-type]


def _next_visits(facts: EventFacts, after: Ints, stage: int, nowhere: int) -> Ints:
    """Return, for each case, the first visit of `stage` behind visit `after`; `nowhere` where there is none."""
    visits = np.flatnonzero(facts.stage == stage)
    visits = visits[visits > after[facts.case[visits]]]
    found, first = np.unique(facts.case[visits], return_index=True)
    result = np.full(len(facts), nowhere, dtype=np.int64)
    result[found] = visits[first]
    return result


def _alive(facts: EventFacts) -> NDArray[np.bool_]:
    """Return which cases may still go on: heard of lately, and not in an end."""
    ends = np.array([facts.log.is_end(place) for place in range(len(facts.log.stages))], dtype=bool)
    return ~ends[facts.stage[_last_visits(facts)]] & ~_quiet(facts)


def _quiet(facts: EventFacts) -> NDArray[np.bool_]:
    quiet: NDArray[np.bool_] = facts.until < facts.log.last - QUIET_DAYS * DAY_MS
    return quiet


def _last_visits(facts: EventFacts) -> Ints:
    return np.searchsorted(facts.case, np.arange(len(facts)), side="right") - 1


def _stay(facts: EventFacts, cases: Cases, stage: int) -> Stay:
    visits = np.flatnonzero(facts.stage == stage)
    visits = visits[selected(facts, cases)[facts.case[visits]]]
    counts = np.bincount(facts.case[visits], minlength=len(facts))
    entered = counts > 0
    here = entered & (facts.stage[_last_visits(facts)] == stage) if len(facts) else entered
    left = entered & ~here
    going = visits[left[facts.case[visits]]]  # each of these has a next visit of the same case
    spent = np.bincount(facts.case[going], facts.at[going + 1] - facts.at[going], minlength=len(facts))
    is_end = facts.log.is_end(stage)
    abandoned = here & _quiet(facts) & (not is_end)
    return Stay(
        cases=int(entered.sum()), left=int(left.sum()), again=int((counts > 1).sum()), ended=int(here.sum()),
        abandoned=int(abandoned.sum()), took=spread(np.sort(spent[left])),  # type: ignore[arg-type]
    )  # fmt: skip
