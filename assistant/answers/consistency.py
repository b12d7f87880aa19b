"""Consistency: whether the parts of a finding agree with each other and with what was asked.

Rows and numbers are recomputed from a finding's own scopes; this is what keeps those scopes from being of something
else that happens to hold the same rows.
"""

from collections.abc import Mapping

from assistant.answers.answer import Finding
from assistant.answers.asked import asked_way
from assistant.answers.extreme_values import MONTHS
from assistant.questions.question import Question
from knowledge.scope import Scope

_CONDITIONS = ("period", "stages", "filters", "without", "themes", "polarity", "rating", "customer", "rows", "counted")


def inconsistent(finding: Finding, question: Question) -> str | None:
    """Return how the parts of a finding contradict each other or the question; None where they do not."""
    if finding.numbers.get("topic") not in (None, question.topic):
        return "its topic is not the question's"
    if "asked" in finding.numbers and not any(u.asked == finding.numbers["asked"] for u in question.unknown):
        return "nobody asked for that"
    if "way" in finding.numbers and finding.numbers["way"] not in _ways(question):
        return "nobody said that it went that way"
    if finding.numbers.get("by", "value") not in ("value", *(w for w in MONTHS if w in question.text.lower())):
        return "nobody asked by such stretches"
    if finding.metric is not None and finding.kind != "metric":
        return "only a metric finding has a metric"
    if finding.scope is None:
        return None
    return _of_itself(finding, finding.scope) or _of_question(finding, finding.scope, question)


def _ways(question: Question) -> set[str | None]:
    return {asked_way(question.text, better) for better in ("higher", "lower")}


def _of_itself(finding: Finding, scope: Scope) -> str | None:
    if finding.stage is not None and scope.stages != (finding.stage,):
        return "its stage is not its scope's"
    if finding.theme_id is not None and scope.themes != (finding.theme_id,):
        return "its theme is not its scope's"
    if finding.recent and _differing(finding.recent, scope) - {"period"}:
        return "its recent stretch is of something else"
    if finding.before and not _comparable(finding, finding.before, scope):
        return "what it is compared with is of something else"
    if finding.base and not _holds(finding.base, scope):
        return "its whole does not hold it"
    return None


def _of_question(finding: Finding, scope: Scope, question: Question) -> str | None:
    if finding.kind == "coverage":
        return None if _period_fits(finding, scope, question) else "its period was not asked about"
    rest = _is_rest(scope, question)
    if dict(scope.without) != dict(question.without) and finding.kind != "metric" and not rest:
        return "it leaves out what nobody asked to leave out"
    # What comes before an outcome may have been said in any stage: the question's stage is that of the outcome.
    # The same holds for what was found to speak of a pain on the map, row by row.
    spoken_of = question.intent == "map" and scope.rows is not None
    anywhere = (finding.test == "trail" or spoken_of) and not scope.stages
    if not anywhere and scope.stages not in (question.stages, (finding.stage,)):
        return "its stages are not the question's"
    if set(scope.filters) != set(question.filters) and not rest:
        return "its filters are not the question's"
    named = {name: values for name, values in scope.filters.items() if name != question.by}
    if any(not set(values) <= set(question.filters[name]) for name, values in named.items()):
        return "its filters hold values that nobody asked for"
    return None if _period_fits(finding, scope, question) else "its period was not asked about"


def _is_rest(scope: Scope, question: Question) -> bool:
    """Return whether a scope is everybody but the one value that was to be compared, and nothing else is changed."""
    if question.intent != "compare" or scope.filters or len(question.filters) != 1:
        return False
    return dict(scope.without) == {**question.without, **question.filters}


def _period_fits(finding: Finding, scope: Scope, question: Question) -> bool:
    """Return whether a period is the question's. A metric, a test of recurrence and a comparison choose their own.

    What these chose stands in their sentences, and in the wholes that they are part of.
    """
    own = finding.kind == "metric" or finding.test in ("fix", "trail")
    own = own or question.intent in ("recurring", "emerging", "compare", "drivers", "map")
    if finding.test == "trend" and _cut_short(scope, question):
        return True
    return own or scope.period == question.period or (finding.kind == "coverage" and scope.period is None)


def _cut_short(scope: Scope, question: Question) -> bool:
    """Return whether a scope's period is the question's up to some day: a course ends today, and says so."""
    asked, period = question.period, scope.period
    start, until = (asked.start, asked.end) if asked else (None, None)
    return bool(period and period.end and period.start == start and (until is None or period.end < until))


def _comparable(finding: Finding, before: Scope, scope: Scope) -> bool:
    """Return whether only one condition differs: the period, or the one that sets two sides apart."""
    differing = _differing(before, scope)
    if finding.test == "shares" and differing == {"filters", "without"}:
        return _apart(before, scope) or _apart(scope, before)
    return len(differing) <= 1 if finding.test == "shares" else differing <= {"period"}


def _apart(one: Scope, rest: Scope) -> bool:
    """Return whether one scope holds a value and the other everybody else."""
    return not rest.filters and dict(rest.without) == {**one.without, **one.filters}


def _holds(base: Scope, scope: Scope) -> bool:
    """Return whether every condition of a whole is one of its part: it may only have fewer, and the same period."""
    for name in _CONDITIONS:
        of_whole, of_part = _plain(getattr(base, name)), _plain(getattr(scope, name))
        open_ended = of_whole in ((), None, {}) and name != "period"
        if of_whole != of_part and not open_ended:
            return False
    return True


def _differing(one: Scope, other: Scope) -> set[str]:
    return {name for name in _CONDITIONS if _plain(getattr(one, name)) != _plain(getattr(other, name))}


def _plain(value: object) -> object:
    return dict(value) if isinstance(value, Mapping) else value
