"""The sides of a comparison: what one is called, and what all of them share."""

from collections.abc import Sequence

import numpy as np

from assistant.answers.answer import Finding
from assistant.answers.context import Context
from assistant.answers.wording import Names, listing, span, where
from assistant.questions.question import Question
from knowledge.scope import Polarity, Scope

MOST_SIDES = 8
_RANKED = 6


def of_values(question: Question, scope: Scope) -> list[Scope]:
    """Return a side for each value of the first filter that has several; values that one word named stay together."""
    for name, values in question.filters.items():
        if len(values) > 1:
            groups = [group for group in question.groups if set(group) <= set(values)]
            grouped = {value for group in groups for value in group}
            parts = [*groups, *((value,) for value in values if value not in grouped)]
            parts.sort(key=lambda part: values.index(part[0]))
            return [scope.on(filters={**question.filters, name: part}) for part in parts][:MOST_SIDES]
    return []


def against_others(question: Question, scope: Scope) -> list[Scope]:
    """Return the one value that was named, and everybody else; nothing where none or several were."""
    named = [(name, values) for name, values in question.filters.items() if len(values) == 1]
    if len(named) != 1 or len(question.filters) != 1:
        return []
    name, values = named[0]
    return [scope, scope.on(filters={}, without={**scope.without, name: values})]


def ranked(question: Question, scope: Scope, context: Context, polarity: Polarity | None) -> list[Scope]:
    """Return the values of the column that was asked by with most of what is counted in scope, most first."""
    name = question.by or ""
    column = context.facts.channel if name == "channel" else context.facts.segments.get(name)
    if column is None:
        return []
    filters = {key: held for key, held in scope.filters.items() if key != name}
    codes = column.codes[context.tallies.positions(scope.on(filters=filters, polarity=polarity))]
    counts = np.bincount(codes[codes >= 0], minlength=len(column.values))
    order = [i for i in np.lexsort((np.arange(len(counts)), -counts))[:_RANKED] if counts[i]]
    return [scope.on(filters={**filters, name: (column.values[i],)}) for i in order]


def label(found: Finding, names: Names, alone: str = "all feedback") -> str:
    """Name a side by what sets it apart from the other; `alone` where there is no other."""
    one, other = found.scope, found.before
    if found.kind == "theme" and found.name:
        return found.name
    if one is None or other is None:
        return alone
    if one.stages != other.stages:
        return listing([names.stage(stage) for stage in one.stages])
    apart = [values for name, values in one.filters.items() if other.filters.get(name) != values]
    if apart:
        return listing([value for values in apart for value in values])
    if one.without != other.without and len(one.without) > len(other.without):
        return "everybody else"
    return span(one.period) if one.period else "all time"


def around(found: Finding, names: Names) -> str:
    """Name what both sides share, with a leading space."""
    one, other = found.scope, found.before
    if one is None or other is None:
        return ""
    filters = {name: values for name, values in one.filters.items() if other.filters.get(name) == values}
    without = {name: values for name, values in one.without.items() if other.without.get(name) == values}
    same = one.period and other.period and (one.period.start, one.period.end) == (other.period.start, other.period.end)
    stages = one.stages if one.stages == other.stages else ()
    period = one.period if same else None
    return where(one.on(stages=stages, filters=filters, without=without, period=period), names)


def named(sides: Sequence[Finding], names: Names) -> str:
    """List the sides by their names."""
    return listing([label(side, names) for side in sides])
