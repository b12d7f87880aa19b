"""The numbers of a finding about an event log: one rule each, from counts over arrays or by SQL.

A finding of kind "events" names its log and its path, the ids of stages: two or more for a passage (of the cases that
went through all but the last, how many reached the last), one for a stay in that stage. Its scope says which cases: the
period in which they began, and their segments.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from assistant.answers.answer import Change, Finding
from knowledge.analysis.rates import ALPHA, compare_shares, wilson
from knowledge.events import Cases, EventCounts, EventLog, Passage, Stay
from knowledge.scope import Scope

Value = float | int | str | None

BETWEEN = " > "

PASSAGE = ("cases", "reached", "share", "low", "high", "pending", "median", "median_low", "median_high", "p90",
           "previous", "previous_cases", "p_value")  # fmt: skip
STAY = ("cases", "left", "again", "ended", "abandoned", "abandoned_share", "median", "median_low", "median_high", "p90")


def path_of(finding: Finding) -> tuple[str, ...]:
    """Return the ids of the stages that a finding is about."""
    return tuple(str(finding.numbers.get("path") or "").split(BETWEEN))


def log_named(counts: EventCounts, name: object) -> EventLog | None:
    """Return the log of this name; None where there is none."""
    return next((log for log in counts.logs() if log.name == name), None)


def measured(finding: Finding, keys: Sequence[str], counts: EventCounts) -> Finding:
    """Return the finding with its numbers, name and change counted anew; without numbers where it names nothing."""
    log = log_named(counts, finding.numbers.get("log"))
    places = [log.place(stage) for stage in path_of(finding)] if log else [None]
    if log is None or None in places:
        return replace(finding, numbers={}, name=None)
    path = [place for place in places if place is not None]
    name = " → ".join(log.stages[place].name for place in path)
    given: dict[str, Value] = {key: finding.numbers.get(key) for key in ("log", "path")}
    if len(path) == 1:
        stay = counts.stay(cases_of(log, finding.scope), path[0])
        numbers = {key: _STAY[key](stay) for key in keys if key not in given}
        return replace(finding, name=name, numbers=given | numbers, change=None)
    now = counts.passage(cases_of(log, finding.scope), path)
    then = counts.passage(cases_of(log, finding.before), path) if finding.before else None
    numbers = {key: _PASSAGE[key](now, then) for key in keys if key not in given}
    return replace(finding, name=name, numbers=given | numbers, change=_change(now, then))


def cases_of(log: EventLog, scope: Scope | None) -> Cases:
    """Return the cases that a scope means: those that began in its period and hold its values."""
    period = scope.period if scope else None
    start, end = (period.start, period.end) if period else (None, None)
    return Cases(
        log=log.id, start=start.toordinal() if start else None, end=end.toordinal() if end else None,
        filters=scope.filters if scope else {},
    )  # fmt: skip


def _share(passage: Passage | None) -> float | None:
    return passage.reached / passage.cases if passage and passage.cases else None


def _interval(passage: Passage) -> tuple[float | None, float | None]:
    return wilson(passage.reached, passage.cases) if passage.cases else (None, None)


def _p_value(now: Passage, then: Passage | None) -> float | None:
    return compare_shares(now.reached, now.cases, then.reached, then.cases) if then else None


def _change(now: Passage, then: Passage | None) -> Change | None:
    if then is None:
        return None
    p_value = _p_value(now, then)
    if p_value is None:
        return "unknown"
    if p_value >= ALPHA:
        return "steady"
    return "rising" if (_share(now) or 0.0) > (_share(then) or 0.0) else "falling"


_PASSAGE: Mapping[str, Callable[[Passage, Passage | None], Value]] = {
    "cases": lambda now, _: now.cases,
    "reached": lambda now, _: now.reached,
    "share": lambda now, _: _share(now),
    "low": lambda now, _: _interval(now)[0],
    "high": lambda now, _: _interval(now)[1],
    "pending": lambda now, _: now.pending,
    "median": lambda now, _: now.took.median if now.took else None,
    "median_low": lambda now, _: now.took.low if now.took else None,
    "median_high": lambda now, _: now.took.high if now.took else None,
    "p90": lambda now, _: now.took.p90 if now.took else None,
    "previous": lambda _, then: _share(then),
    "previous_cases": lambda _, then: then.cases if then else None,
    "p_value": _p_value,
}

_STAY: Mapping[str, Callable[[Stay], Value]] = {
    "cases": lambda stay: stay.cases,
    "left": lambda stay: stay.left,
    "again": lambda stay: stay.again,
    "ended": lambda stay: stay.ended,
    "abandoned": lambda stay: stay.abandoned,
    "abandoned_share": lambda stay: stay.abandoned / stay.cases if stay.cases else None,
    "median": lambda stay: stay.took.median if stay.took else None,
    "median_low": lambda stay: stay.took.low if stay.took else None,
    "median_high": lambda stay: stay.took.high if stay.took else None,
    "p90": lambda stay: stay.took.p90 if stay.took else None,
}
