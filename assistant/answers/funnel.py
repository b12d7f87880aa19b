"""How cases get from stage to stage: conversion, time, and where they are lost, from event logs."""

from collections.abc import Sequence
from dataclasses import replace

from assistant.answers import metric
from assistant.answers.answer import Answer, Finding
from assistant.answers.context import Context
from assistant.answers.draft import Draft, sure
from assistant.answers.event_values import BETWEEN, PASSAGE, STAY
from assistant.answers.wording import (
    Names,
    capital,
    count,
    during,
    figure,
    has,
    kept,
    number,
    p,
    percent,
    sentence,
    whole,
    words,
)
from assistant.answers.wording_time import lasting, lasting_between
from assistant.questions.question import Question
from knowledge.events import QUIET_DAYS, EventLog
from knowledge.scope import Scope

FEW = 30


def answer(question: Question, context: Context) -> Answer:
    """Answer "what is the conversion from submitted to accepted?", "how long does …?", "where do people drop off?"."""
    log = _log(question, context)
    if log is None:
        return _no_log(question, context)
    draft = Draft(question, context)
    path = [stage for stage in question.stages if log.place(stage) is not None]
    if len(path) > 1:
        _passages(draft, log, path)
    elif path:
        _stay(draft, log, path[0])
    else:
        _drops(draft, log)
    counted = max((int(f.numbers.get("cases") or 0) for f in draft.findings), default=0)
    if not counted:
        return _no_cases(question, context, draft.findings[0])
    draft.limit(few, 0)
    return draft.answer(sure(counted))


def _log(question: Question, context: Context) -> EventLog | None:
    """Return the largest log that knows the stages that were asked about."""
    logs = context.source.events().logs() if context.source.events else ()
    return next((log for log in logs if all(log.place(stage) is not None for stage in question.stages)), None)


def without_its_measure(question: Question) -> Question:
    """Return the question without an unknown metric: "the conversion from … to …" is counted, not looked up."""
    if question.intent != "funnel":
        return question
    return replace(question, unknown=tuple(unknown for unknown in question.unknown if unknown.kind != "metric"))


def add(draft: Draft, log: EventLog, path: Sequence[str]) -> int:
    """Add the finding of a passage, or of a stay where the path is one stage."""
    question = draft.question
    scope = Scope(period=question.period, stages=question.stages, filters=question.filters)
    before = draft.context.frame(question).before if question.period and len(path) > 1 else None
    finding = Finding(
        kind="events", numbers={"log": log.name, "path": BETWEEN.join(path)}, scope=scope,
        before=scope.on(period=before) if before else None,
    )  # fmt: skip
    return draft.add(finding, "log", "path", *(PASSAGE if len(path) > 1 else STAY))


def _passages(draft: Draft, log: EventLog, path: Sequence[str]) -> None:
    """Say of each stage how many went on to the next, in order."""
    found = [add(draft, log, path[: n + 1]) for n in range(1, len(path))]
    draft.head(conversion, found[-1])
    draft.say(took, found[-1])
    draft.say(course, found[-1])
    for index in found[:-1]:
        draft.say(step, index)
    for end in [stage.id for stage in log.stages if stage.end and stage.id not in path]:
        draft.say(ended_in, add(draft, log, [path[0], end]))
    draft.limit(pending, found[-1])
    draft.ask(f"How long does {_called(log, path[-2])} take?", "Where do people drop off?")


def _stay(draft: Draft, log: EventLog, stage: str) -> None:
    """Say how long cases stay in a stage, who comes back, and who is lost there."""
    index = add(draft, log, [stage])
    draft.head(stay, index)
    draft.say(spread, index)
    draft.say(back, index)
    draft.say(resting, index)
    draft.ask("Where do people drop off?")
    if stage in draft.context.facts.stage.values:
        draft.ask(f"What hurts customers in {_called(log, stage)}?")


def _drops(draft: Draft, log: EventLog) -> None:
    """Say step by step how many went on, and where most did not."""
    way = [log.stages[place].id for place in log.steps]
    steps = [add(draft, log, way[: n + 1]) for n in range(1, len(way))]
    if not steps:
        steps = [add(draft, log, [stage.id]) for stage in log.stages[:1]]
        draft.head(stay, steps[0])
        return
    worst = max(steps, key=lambda i: _lost(draft.findings[i]))
    draft.head(largest, worst)
    for index in steps:
        draft.say(step, index)
    for stage in way[:-1]:
        draft.say(resting, add(draft, log, [stage]))
    for end in [stage.id for stage in log.stages if stage.end]:
        draft.say(ended_in, add(draft, log, [way[0], end]))
    draft.limit(pending, worst)
    first, second = (
        draft.context.names.stage(i) for i in str(draft.findings[worst].numbers["path"]).split(BETWEEN)[-2:]
    )
    draft.ask(f"How long does {first} take?", f"What is the conversion from {first} to {second}?")


def _called(log: EventLog, stage: str) -> str:
    return next((held.name for held in log.stages if held.id == stage), stage)


def _lost(finding: Finding) -> int:
    return whole(finding, "cases") - whole(finding, "reached")


def _no_log(question: Question, context: Context) -> Answer:
    """Refuse: no log knows these stages; a metric of that name may answer instead."""
    logs = context.source.events().logs() if context.source.events else ()
    measured = any(context.knowledge.points.get(key) for key in question.metrics)
    if measured and not (logs and len(question.stages) > 1):
        return metric.answer(question, context)
    draft = Draft(question, context)
    draft.head(not_in_log if logs else no_log)
    draft.ask(*(["Where do people drop off?"] if logs else []), "What hurts customers?")
    return draft.abstain("no_such_stage_in_log" if logs else "no_event_log")


def _no_cases(question: Question, context: Context, finding: Finding) -> Answer:
    draft = Draft(question, context)
    draft.findings.append(finding)
    draft.head(no_cases, 0)
    draft.ask("Where do people drop off?")
    return draft.abstain("no_cases")


def _ends(found: Finding) -> tuple[str, str]:
    """Return the names of the last two stages of a path."""
    before, last = str(found.name).split(" → ")[-2:]
    return before, last


def _which(found: Finding) -> str:
    """Name which cases are meant, with a leading space; empty for all of them."""
    scope = found.scope
    began = f" that began {during(scope.period)}" if scope and scope.period else ""
    filters = f" ({kept(scope)})" if scope and kept(scope) else ""
    return f"{began}{filters}"


def _shared(found: Finding) -> str:
    """Write the share with its interval."""
    if not has(found, "share"):
        return "none to count"
    interval = f"95% interval {percent(figure(found, 'low'))} to {percent(figure(found, 'high'))}"
    return f"{percent(figure(found, 'share'))} ({interval})"


@sentence
def conversion(_: Names, found: Finding) -> str:
    """State how many went on, of how many."""
    before, last = _ends(found)
    cases = count(whole(found, "cases"), "case")
    way = str(found.name).split(" → ")
    through = f"came through {' and '.join(way[:-1])}" if len(way) > 2 else f"entered {before}"
    on = f"{number(whole(found, 'reached'))} went on to {last}"
    that = "and" if found.scope and found.scope.period else "that"
    return f"Of {cases}{_which(found)} {that} {through}, {on}: {_shared(found)}."


@sentence
def took(_: Names, found: Finding) -> str:
    """State how long that took."""
    if not has(found, "median"):
        return ""
    before, last = _ends(found)
    shown = f", 95% interval {ends}" if (ends := _median_ends(found)) else ""
    half, ninth = lasting(figure(found, "median")), lasting(figure(found, "p90"))
    return f"From {before} to {last} took {half} (median{shown}), nine in ten within {ninth}."


def _median_ends(found: Finding) -> str:
    """Write the interval of a median in its own unit: `5.1 to 6.8 hours`; empty where too few took that way."""
    if not has(found, "median_low", "median_high"):
        return ""
    low, high = (figure(found, f"median_{end}") for end in ("low", "high"))
    return lasting_between(low, high, figure(found, "median"))


@sentence
def course(_: Names, found: Finding) -> str:
    """State how it was before, and what the test says."""
    if not has(found, "previous", "p_value") or found.before is None:
        return ""
    verdict = {"rising": "More than before", "falling": "Fewer than before"}.get(found.change or "", "No clear change")
    cases = number(whole(found, "previous_cases"))
    was = f"{percent(figure(found, 'previous'))} of {cases} {during(found.before.period)}"
    return f"{verdict}: {was} ({p(figure(found, 'p_value'))})."


@sentence
def step(_: Names, found: Finding) -> str:
    """State one step of a funnel."""
    before, last = _ends(found)
    time = f"; median {lasting(figure(found, 'median'))}" if has(found, "median") else ""
    told = f"{number(whole(found, 'reached'))} of {number(whole(found, 'cases'))}"
    share = f", {percent(figure(found, 'share'))}" if has(found, "share") else ""
    return f"{before} to {last}: {told}{share}{time}."


@sentence
def ended_in(_: Names, found: Finding) -> str:
    """State how many came to an end that is not the goal."""
    first, last = _ends(found)
    if not whole(found, "reached"):
        return ""
    share = f" ({percent(figure(found, 'share'))})" if has(found, "share") else ""
    return f"Of all that entered {first}, {number(whole(found, 'reached'))}{share} came to {last}."


@sentence
def pending(_: Names, found: Finding) -> str:
    """Say how many may still go on."""
    n = whole(found, "pending")
    verb = "has" if n == 1 else "have"
    return (
        f"{count(n, 'case')} of the rest may still go on: not ended, and {verb} had an event in the last "
        f"{QUIET_DAYS} days of the log."
        if n
        else ""
    )


@sentence
def stay(_: Names, found: Finding) -> str:
    """State how long a stage takes."""
    cases = f"{number(whole(found, 'left'))} of {count(whole(found, 'cases'), 'case')}{_which(found)}"
    if not has(found, "median"):
        return (
            f"{found.name}: {count(whole(found, 'cases'), 'case')}{_which(found)} entered it, none has gone on since."
        )
    return f"{found.name} takes {lasting(figure(found, 'median'))} (median of the {cases} that have gone on)."


@sentence
def spread(_: Names, found: Finding) -> str:
    """State the interval of the median, and the slow tenth."""
    if not has(found, "median"):
        return ""
    ninth = f"nine in ten are through within {lasting(figure(found, 'p90'))}"
    ends = _median_ends(found)
    return f"95% interval of the median {ends}; {ninth}." if ends else f"{capital(ninth)}."


@sentence
def back(_: Names, found: Finding) -> str:
    """State how many came back."""
    n = whole(found, "again")
    return f"{count(n, 'case')} came back to {found.name} after another stage." if n else ""


@sentence
def resting(_: Names, found: Finding) -> str:
    """State who is lost in a stage."""
    n, quiet = whole(found, "ended"), whole(found, "abandoned")
    if not n:
        return ""
    were = "is" if n == 1 else "are"
    lost = f"; {number(quiet)} of them ({percent(quiet / n)}) without an event for {QUIET_DAYS} days: taken as lost"
    return f"{count(n, 'case')} {were} in {found.name} still{lost if quiet else ''}."


@sentence
def largest(_: Names, found: Finding) -> str:
    """Name the step at which most do not go on."""
    before, last = _ends(found)
    lost, cases = whole(found, "cases") - whole(found, "reached"), whole(found, "cases")
    share = f" ({percent(lost / cases)})" if cases else ""
    return f"Most do not go on from {before} to {last}: {number(lost)} of {count(cases, 'case')}{share}{_which(found)}."


@sentence
def few(_: Names, found: Finding) -> str:
    """Say how few cases there are."""
    n = whole(found, "cases")
    return f"Only {count(n, 'case')}: read shares with care." if 0 < n < FEW else ""


@sentence
def no_log(_: Names) -> str:
    """Say that no event log was imported."""
    return (
        "I hold no event log, so I can't tell how customers get from stage to stage. Import one: journey import events"
    )


@sentence
def not_in_log(_: Names) -> str:
    """Say that the logs know no such stage."""
    return "No event log holds these stages, so I can't tell how customers get through them."


@sentence
def no_cases(_: Names, found: Finding) -> str:
    """Say that no case fits."""
    first = str(found.name).split(" → ")[0]
    return f"The log “{words(found, 'log')}” has no case{_which(found)} that entered {first}."
