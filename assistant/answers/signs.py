"""Signs: what speaks for a stage and what against it, where measures and words part ways, and which stages are silent.

A stage's health is a list of reasons, never a number: whoever reads it can weigh them.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median_low

from assistant.answers.answer import Finding
from assistant.answers.context import Context
from assistant.answers.draft import Draft
from assistant.answers.limits import PIECES
from assistant.answers.metric_lines import add_metric, good, value
from assistant.answers.metric_values import average, chosen, within
from assistant.answers.scopes import Frame
from assistant.answers.wording import (
    Names,
    capital,
    count,
    figure,
    has,
    listing,
    number,
    percent,
    sentence,
    whole,
    words,
)
from knowledge.analysis.rates import ALPHA, rate_ratio
from knowledge.facts import Facts
from knowledge.periods import Period, describe

SILENT = 0.2
"""A stage is silent where it has less than this part of the feedback per traffic that stages usually have."""
_LEAST_STAGES = 3


def way(metric: Finding) -> str | None:
    """Return which way a metric went by its tests: by its step, else over the year; None where it did neither."""
    if stepped(metric):
        return "falling" if figure(metric, "value") < figure(metric, "previous") else "rising"
    return slowly(metric)


def stepped(metric: Finding) -> bool:
    """Return whether the step from the stretch before is a change, and not what every year brings."""
    return has(metric, "p_value") and figure(metric, "p_value") < ALPHA and not has(metric, "season")


def slowly(metric: Finding) -> str | None:
    """Return which way a metric went over the year, by its shift of level or else its trend."""
    if has(metric, "shift_p"):
        return "falling" if figure(metric, "shift_after") < figure(metric, "shift_before") else "rising"
    if has(metric, "trend_p") and figure(metric, "trend_p") < ALPHA:
        return words(metric, "trend")
    return None


def worse(metric: Finding) -> bool | None:
    """Return whether a metric got worse; None where it went neither way."""
    went = way(metric)
    return None if went is None else (went == "falling") == (words(metric, "better") != "lower")


@dataclass(frozen=True, kw_only=True)
class Traffic:
    """The metric that shows a stage's traffic best, what it was measured on, and the pieces of feedback meanwhile."""

    stage: str
    metric: str
    measured: int
    said: int

    @property
    def rate(self) -> float:
        """Feedback per one that was measured."""
        return self.said / self.measured


def add_silence(draft: Draft, frame: Frame, stages: tuple[str, ...]) -> bool:
    """Say which stages have little feedback for their traffic; False where none has, or too few can be compared.

    Traffic is the largest `n` that a metric of the stage was measured on in the same stretch.
    """
    held = [found for stage in stages if (found := _traffic(draft.context, frame, stage))]
    if len(held) < _LEAST_STAGES:
        return False
    middle = median_low([each.rate for each in held])
    usual = next(each for each in held if each.rate == middle)
    quiet = [each for each in held if each.rate < SILENT * middle and _surely(each, usual)]
    for each in quiet:
        draft.say(silent, *_add_traffic(draft, frame, each), *_add_traffic(draft, frame, usual))
    return bool(quiet)


def _traffic(context: Context, frame: Frame, stage: str) -> Traffic | None:
    """Return the traffic of a stage in the whole stretch; None where no metric there has a size."""
    period, filters = frame.scope.period or span_of(context.facts), frame.scope.filters
    sizes = {
        key: average(within(chosen(points, stage, filters), period))
        for key, points in context.knowledge.points.items()
        if key in context.knowledge.metrics
    }
    known = {key: found[1] for key, found in sizes.items() if found and found[1]}
    if not known:
        return None
    best = max(known, key=lambda key: (known[key], key))
    said = context.tallies.count(frame.scope.on(stages=(stage,)))
    return Traffic(stage=stage, metric=best, measured=known[best], said=said)


def _add_traffic(draft: Draft, frame: Frame, traffic: Traffic) -> tuple[int, int]:
    """Add the findings of a stage's traffic and of its feedback."""
    scope = frame.scope.on(period=frame.scope.period or span_of(draft.context.facts))
    metric = add_metric(draft, traffic.metric, traffic.stage, scope, None)
    if metric is None:
        raise ValueError(f"{traffic.metric} has no value for {traffic.stage}")
    volume = Finding(kind="stage", numbers={}, stage=traffic.stage, scope=frame.scope.on(stages=(traffic.stage,)))
    return metric, draft.add(volume, "count")


def span_of(facts: Facts) -> Period | None:
    """Return the whole time in which anything was said."""
    found = facts.span()
    if found is None:
        return None
    start, end = date.fromordinal(found[0]).replace(day=1), date.fromordinal(found[1]) + timedelta(days=8)
    end = end.replace(day=1) if end.replace(day=1) > start else date.fromordinal(found[1]) + timedelta(days=1)
    return Period(start=start, end=end, label=describe(start, end))


def _surely(one: Traffic, usual: Traffic) -> bool:
    """Return whether the rate is below the usual one beyond chance."""
    ratio = rate_ratio(one.said, one.measured, usual.said, usual.measured)
    return ratio is not None and ratio[1] < 1


@sentence
def health(names: Names, *signs: Finding) -> str:
    """List what speaks for a stage and what against it."""
    told = [(sign, text) for finding in signs for sign, text in _signs(finding)]
    parts = [
        f"{label}: {'; '.join(text for sign, text in told if sign is wanted)}"
        for label, wanted in (("speaks for it", True), ("speaks against it", False))
        if any(sign is wanted for sign, _ in told)
    ]
    place = names.stage(signs[0].stage) if signs and signs[0].stage else ""
    if not parts:
        return ""
    first = f"{place}, {parts[0]}" if place else capital(parts[0])
    return f"{'. '.join([first, *map(capital, parts[1:])])}."


def _signs(finding: Finding) -> list[tuple[bool, str]]:
    """Return (whether it is good, in words) of what a finding says about a stage."""
    if finding.kind == "metric":
        return _metric_signs(finding)
    if finding.kind == "stage":
        return _mood_signs(finding)
    return []


def _metric_signs(metric: Finding) -> list[tuple[bool, str]]:
    met, got_worse = good(metric), worse(metric)
    at = value(metric, "value")
    missed = f"misses its target ({at}, target {value(metric, 'target')})" if met is False else ""
    aim = f"meets its target ({at})" if met else missed
    if got_worse is None:
        return [(bool(met), f"{metric.name} {aim}")] if aim else []
    went = "got worse" if got_worse else "got better"
    if met is None or met is not got_worse:
        return [(not got_worse, f"{metric.name} {' and '.join(part for part in (aim, went) if part)}")]
    return [(bool(met), f"{metric.name} {aim}"), (not got_worse, f"{metric.name} {went}")]


def _mood_signs(stage: Finding) -> list[tuple[bool, str]]:
    moved = {"rising": (False, "complaints became more frequent"), "falling": (True, "complaints became rarer")}
    if stage.change in moved:
        return [moved[stage.change]]
    if has(stage, "low") and figure(stage, "low") > 0.5:
        return [(False, f"most of what is said is complaint ({percent(figure(stage, 'complaint_share'))})")]
    return []


@sentence
def mismatch(_: Names, metric: Finding, stage: Finding) -> str:
    """Say where what is measured and what is said part ways; empty where they do not."""
    got_worse = worse(metric)
    if got_worse and stage.change == "falling":
        return f"{metric.name} got worse while complaints became rarer: whom it lost may not have said why."
    if got_worse is False and stage.change == "rising":
        return f"{metric.name} got better while complaints became more frequent: the two may not be of the same people."
    return ""


@sentence
def praised_while_falling(_: Names, metric: Finding, theme: Finding) -> str:
    """Say that praise grows while a metric falls."""
    if not worse(metric) or theme.change not in ("rising", "new"):
        return ""
    return f"{metric.name} got worse while praise for {theme.name} grew: those who speak are not those whom it lost."


@sentence
def silent(names: Names, metric: Finding, stage: Finding, other: Finding, others: Finding) -> str:
    """Say that a stage has little feedback for its traffic, beside a usual one."""
    rates = [_per_thousand(pair) for pair in ((stage, metric), (others, other))]
    said = count(whole(stage, "count"), *PIECES)
    measured = f"{number(figure(metric, 'n'))} that {metric.name} was measured on"
    usual = f"{names.stage(others.stage or '')} has {rates[1]} (per {other.name})"
    return f"{stage.name} is silent for its traffic: {said} for {measured}, {rates[0]} per 1,000; {usual}."


@sentence
def none_silent(_: Names) -> str:
    """Say that no stage is silent, or that it cannot be told."""
    return "No stage is silent for its traffic, as far as metrics with a size (n) tell."


def _per_thousand(pair: tuple[Finding, Finding]) -> str:
    stage, metric = pair
    rate = 1000 * whole(stage, "count") / figure(metric, "n")
    return "under 0.01" if 0 < rate < 0.01 else number(round(rate, 2))


@sentence
def look_next(names: Names, *found: Finding) -> str:
    """Say what to look at next, each with its reason."""
    return f"Look at next: {listing([_reason(finding, names) for finding in found])}."


def _reason(finding: Finding, names: Names) -> str:
    if finding.kind == "metric":
        parts = ["short of its target" if good(finding) is False else "", "getting worse" if worse(finding) else ""]
        return f"{finding.name}{_placed(finding, names)} ({', '.join(part for part in parts if part)})"
    moved = {"new": "new", "rising": "growing"}.get(finding.change or "")
    return f"{finding.name} ({moved or count(whole(finding, 'complaints'), 'complaint')})"


def _placed(metric: Finding, names: Names) -> str:
    return f" in {names.stage(metric.stage)}" if metric.stage else ""
