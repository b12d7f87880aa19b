"""Measures: the rule behind every number of a finding.

A finding is measured twice by the same rules from independent readings: over arrays when an answer is made, by SQL
when it is verified. A number without a rule cannot be stated: `measure` raises KeyError.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from assistant.answers import driver_values, event_values, fix_values, metric_values, score_rules, trail_values
from assistant.answers.answer import Change, Finding
from assistant.answers.outlook import Outlook, outlooks
from knowledge.analysis.rates import ALPHA, compare_rates, compare_shares, direction, trend_p, trend_z, wilson
from knowledge.events import EventCounts
from knowledge.fixes import Fix
from knowledge.journey import JourneyMap
from knowledge.metrics import Metric, MetricPoint
from knowledge.periods import Period
from knowledge.scope import Scope
from knowledge.tally import Tallies, Tally
from knowledge.themes import Theme

Value = float | int | str | None


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where measures are read from: counts of feedback, names of themes, metrics with their values, map, fixes."""

    tallies: Tallies
    theme: Callable[[str], Theme | None]
    metric: Callable[[str], Metric | None]
    points: Callable[[str], Sequence[MetricPoint]]
    journey: Callable[[], JourneyMap | None]
    events: Callable[[], EventCounts] | None = None
    fixes: Callable[[], Sequence[Fix]] = tuple


def measure(finding: Finding, keys: Sequence[str], source: Source) -> Finding:
    """Return the finding with its rows, name, numbers (these keys, in this order), series and change read anew."""
    if finding.kind == "metric":
        return _metric(finding, keys, source)
    if finding.kind == "map":
        return _cell(finding, source)
    if finding.kind == "events":
        return event_values.measured(finding, keys, source.events()) if source.events else replace(finding, numbers={})
    return _feedback(finding, keys, source)


def exposure_scope(scope: Scope) -> Scope:
    """Return the feedback among which something could have been said: same period and filters, any stage or topic."""
    return scope.on(stages=(), themes=(), polarity=None, rating=None, customer=None, rows=None)


def _feedback(finding: Finding, keys: Sequence[str], source: Source) -> Finding:
    tallies = source.tallies
    filled = replace(
        finding,
        name=_name(finding, source),
        rows=_rows(finding.scope if finding.kind != "coverage" else None, tallies),
        rows_before=_rows(finding.before, tallies),
        rows_recent=_rows(finding.recent, tallies),
        rows_base=_rows(finding.base, tallies),
    )
    if finding.test in ("trend", "recurrence"):
        filled = replace(filled, series=series(filled, tallies))
    numbers: dict[str, Value] = {}
    for key in keys:
        # What somebody asked about is theirs, not a number of ours; `verify` holds it against the question.
        if key in GIVEN:
            numbers[key] = finding.numbers.get(key)
        elif key == "terms":
            theme = source.theme(finding.theme_id or "")
            numbers[key] = ", ".join(theme.terms) if theme else None
        elif key == "fixed_on":
            numbers[key] = _fixed_on(finding, source)
        else:
            numbers[key] = RULES[key](filled, tallies)
    return replace(filled, numbers=numbers, change=change(filled, numbers, tallies))


def _fixed_on(finding: Finding, source: Source) -> str | None:
    """Return the day of the fix that a finding starts on, as somebody recorded it; None where nobody did."""
    start = finding.scope.period.start if finding.scope and finding.scope.period else None
    return next((_iso(fix.on) for fix in source.fixes() if (fix.theme, fix.on) == (finding.theme_id, start)), None)


def _rows(scope: Scope | None, tallies: Tallies) -> tuple[int, ...]:
    return tallies.rows(scope) if scope else ()


def _name(finding: Finding, source: Source) -> str | None:
    if finding.theme_id:
        theme = source.theme(finding.theme_id)
        return theme.name if theme else None
    if finding.kind == "stage" and finding.stage:
        journey = source.journey()
        stage = journey.stage(finding.stage) if journey else None
        return stage.name if stage else finding.stage.replace("-", " ")
    return None


def _metric(finding: Finding, keys: Sequence[str], source: Source) -> Finding:
    metric = source.metric(finding.metric or "")
    if metric is None:
        return replace(finding, numbers={}, name=None)
    numbers, direction_ = metric_values.numbers(metric, source.points(metric.id), finding)
    known = {key: finding.numbers.get(key) if key in GIVEN else numbers[key] for key in keys}
    return replace(finding, name=metric.name, numbers=known, change=direction_)


def _cell(finding: Finding, source: Source) -> Finding:
    """Return the finding itself where the map says so; without its numbers where it does not."""
    journey = source.journey()
    stage = journey.stage(finding.stage or "") if journey else None
    if stage is None:
        return replace(finding, numbers={}, name=None)
    held: Mapping[str, Sequence[tuple[str | None, str | None, str | None]]] = {
        "owner": [(stage.owner, None, None)],
        "touchpoint": [(touchpoint, None, None) for touchpoint in stage.touchpoints],
        "description": [(stage.description, None, None)],
        "cell": [(cell.text, cell.lane, cell.step) for cell in stage.cells],
    }
    said = tuple(finding.numbers.get(key) for key in ("text", "lane", "step"))
    true = said in held.get(str(finding.numbers.get("what")), [])
    known = {key: finding.numbers.get(key) for key in ("what", "text", "lane", "step")}
    return replace(finding, name=stage.name, numbers=known if true else {})


GIVEN = frozenset({"topic", "kind", "asked", "nearest", "way", "by"})


def _here(finding: Finding, tallies: Tallies) -> Tally:
    return tallies.tally(_must(finding.scope))


def _now(finding: Finding) -> Scope:
    """Return the stretch that is judged against `before`."""
    return _must(finding.recent or finding.scope)


def _must(scope: Scope | None) -> Scope:
    if scope is None:
        raise ValueError("a finding about feedback needs a scope")
    return scope


def _ratio(part: int, of: int) -> float | None:
    return part / of if of else None


def _interval(finding: Finding, tallies: Tallies) -> tuple[float | None, float | None]:
    here = _here(finding, tallies)
    return wilson(here.complaints, here.scored) if here.scored else (None, None)


def _before(finding: Finding, tallies: Tallies) -> Tally | None:
    return tallies.tally(finding.before) if finding.before else None


def _p_value(finding: Finding, tallies: Tallies) -> float | None:
    if finding.test == "trend":
        return trend_p([k for _, k, _ in finding.series], [e for _, _, e in finding.series])
    if finding.test == "recurrence":
        return outlook_of(finding, tallies).p_value
    if finding.before is None:
        return None
    now, then = _now(finding), finding.before
    if finding.test == "shares":
        one, other = tallies.tally(now), tallies.tally(then)
        return compare_shares(one.complaints, one.scored, other.complaints, other.scored)
    if finding.test == "rate":
        return compare_rates(tallies.count(now), _exposure(now, tallies), tallies.count(then), _exposure(then, tallies))
    return None


def _exposure(scope: Scope, tallies: Tallies) -> int:
    return tallies.count(exposure_scope(scope))


def _earlier(finding: Finding, tallies: Tallies) -> int | None:
    now = _now(finding)
    if now.period is None or now.period.start is None:
        return None
    return tallies.count(now.on(period=Period(start=None, end=now.period.start, label="before")))


def _iso(value: date | None) -> str | None:
    return value.isoformat() if value else None


Rule = Callable[[Finding, Tallies], Value]

RULES: Mapping[str, Rule] = {
    "count": lambda f, t: t.count(_must(f.scope)),
    "customers": lambda f, t: t.customers(_must(f.scope)),
    "complaints": lambda f, t: _here(f, t).complaints,
    "praise": lambda f, t: _here(f, t).praise,
    "scored": lambda f, t: _here(f, t).scored,
    "sentiment": lambda f, t: _here(f, t).sentiment,
    "share": lambda f, t: _ratio(t.count(_must(f.scope)), t.count(_must(f.base))),
    "whole": lambda f, t: t.count(_must(f.base)),
    "complaint_share": lambda f, t: _ratio(_here(f, t).complaints, _here(f, t).scored),
    "low": lambda f, t: _interval(f, t)[0],
    "high": lambda f, t: _interval(f, t)[1],
    "recent": lambda f, t: t.count(_now(f)),
    "previous": lambda f, t: t.count(f.before) if f.before else None,
    "previous_complaint_share": lambda f, t: _ratio(b.complaints, b.scored) if (b := _before(f, t)) else None,
    "recent_complaint_share": lambda f, t: _ratio((n := t.tally(_now(f))).complaints, n.scored),
    "previous_praise": lambda f, t: b.praise if (b := _before(f, t)) else None,
    "recent_praise": lambda f, t: t.tally(_now(f)).praise,
    "exposure": lambda f, t: _exposure(_now(f), t),
    "exposure_before": lambda f, t: _exposure(f.before, t) if f.before else None,
    "earlier": _earlier,
    "p_value": _p_value,
    "q_value": lambda f, t: outlook_of(f, t).q_value,
    "themes": lambda f, t: len({theme for theme, _ in t.theme_weeks(_must(f.scope))}),
    "months": lambda f, t: sum(1 for _, n, _ in f.series if n),
    "months_all": lambda f, t: len(f.series),
    "first": lambda f, t: _iso(_here(f, t).first),
    "last": lambda f, t: _iso(_here(f, t).last),
    "undated": lambda f, t: _here(f, t).undated,
    "unstaged": lambda f, t: _here(f, t).unstaged,
    "unassigned": lambda f, t: _here(f, t).unassigned,
    **driver_values.RULES,
    **fix_values.RULES,
    **score_rules.RULES,
    **trail_values.RULES,
}


def change(finding: Finding, numbers: Mapping[str, Value], tallies: Tallies) -> Change | None:
    """Name the change that the finding's test finds; None where no test was asked for."""
    if finding.test in (None, "trail"):
        return None
    if finding.test == "recurrence":
        return outlook_of(finding, tallies).status
    p_value = _p_value(finding, tallies)
    if finding.test == "fix":
        return _FIXED.get(str(fix_values.RULES["worked"](finding, tallies)), "unknown")
    if finding.test == "trend":
        return _trend(finding, p_value)
    if finding.before is None or p_value is None:
        return "unknown"
    now, then = _now(finding), finding.before
    if finding.test == "shares":
        return _shares(tallies.tally(now), tallies.tally(then), p_value)
    counts = (tallies.count(now), _exposure(now, tallies), tallies.count(then), _exposure(then, tallies))
    return direction(*counts, p_value=p_value, earlier=_earlier(finding, tallies))


_FIXED: Mapping[str, Change] = {"yes": "falling", "back": "recurring", "no": "steady"}


def outlook_of(finding: Finding, tallies: Tallies) -> Outlook:
    """Return what the test of recurrence says of the finding's theme among all themes of its base."""
    return outlooks(_must(finding.base), tallies)[finding.theme_id or ""]


def _trend(finding: Finding, p_value: float | None) -> Change:
    if p_value is None:
        return "unknown"
    z = trend_z([k for _, k, _ in finding.series], [e for _, _, e in finding.series]) or 0.0
    if p_value >= ALPHA:
        return "steady"
    return "rising" if z > 0 else "falling"


def _shares(now: Tally, then: Tally, p_value: float) -> Change:
    if p_value >= ALPHA:
        return "steady"
    return "rising" if now.complaints / now.scored > then.complaints / then.scored else "falling"


def series(finding: Finding, tallies: Tallies) -> tuple[tuple[str, int, int], ...]:
    """Return (month, count, exposure) for every month from the first to the last that has any exposure."""
    scope = _must(finding.scope)
    counts, exposures = tallies.months(scope), tallies.months(exposure_scope(scope))
    if not exposures:
        return ()
    months, last = [min(exposures)], max(exposures)
    while months[-1] < last:
        year, month = map(int, months[-1].split("-"))
        months.append(f"{year + month // 12:04d}-{month % 12 + 1:02d}")
    return tuple((month, counts.get(month, 0), exposures.get(month, 0)) for month in months)
