"""From a question to scopes: what was asked about, and the stretches that a change is judged by."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from assistant.answers.answer import Finding
from assistant.questions.question import Question
from knowledge.facts import Facts
from knowledge.periods import Period, describe, shift_months
from knowledge.scope import Scope

_GRACE = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What was asked about, and what a change is judged by.

    With a period in the question, that period is judged against `before`. Without one, the claim covers all data and
    the last full stretch, `recent`, is judged against the one before it. Both are None where the data is too short.
    """

    scope: Scope
    recent: Period | None
    before: Period | None

    def narrowed(self, finding: Finding, **conditions: object) -> Finding:
        """Return the finding over what was asked, narrowed by these conditions, with its stretches to compare."""
        narrow = self.scope.on(**conditions)
        return replace(
            finding,
            scope=narrow,
            recent=narrow.on(period=self.recent) if self.recent else None,
            before=narrow.on(period=self.before) if self.before else None,
        )


def frame(question: Question, facts: Facts, as_of: date, *, rows: tuple[int, ...] | None = None) -> Frame:
    """Return the frame of a question; `rows` are the candidates that a search for its topic chose."""
    scope = Scope(
        period=question.period, stages=question.stages, filters=question.filters, without=question.without,
        themes=question.themes, rating=question.rating, customer=question.customer, rows=rows,
    )  # fmt: skip
    if question.period:
        return Frame(scope=scope, recent=None, before=question.baseline or before(question.period, as_of))
    recent, earlier = last_stretch(facts, as_of)
    if question.baseline:
        earlier = question.baseline
    return Frame(scope=scope, recent=recent, before=earlier)


def known_by(as_of: date, scope: Scope, facts: Facts) -> Scope:
    """Return the scope without what was said after `as_of`; the same one where the data or the period ends before."""
    found, end = facts.span(), as_of + timedelta(days=1)
    start, until = (scope.period.start, scope.period.end) if scope.period else (None, None)
    if found is None or found[1] < end.toordinal() or (until and until <= end) or (start and start >= end):
        return scope
    label = describe(start, end) if start else f"until {as_of.isoformat()}"
    return scope.on(period=Period(start=start, end=end, label=label))


def before(period: Period, as_of: date) -> Period | None:
    """Return the stretch just before; a period that is still open ends today for this."""
    if period.start and period.end is None and period.start <= as_of:
        end = as_of + timedelta(days=1)
        period = Period(start=period.start, end=end, label=describe(period.start, end))
    return period.before()


def last_stretch(facts: Facts, as_of: date) -> tuple[Period | None, Period | None]:
    """Return the last full stretch of the data, and up to a year before it that it is compared with.

    Three whole months where the data has six, else one where it has two, else (None, None). What comes before is
    longer, so that something fixed half a year ago is seen to have gone; exposure makes both comparable. Months
    that are not over, at `as_of` or at the end of the data, do not count; data that ends less than a week before its
    month does is taken to be complete, for a quiet last day is no gap.
    """
    found = facts.span()
    if found is None:
        return None, None
    first = date.fromordinal(found[0])
    until = min(date.fromordinal(found[1]) + _GRACE, as_of)
    end = until.replace(day=1)
    for months in (3, 1):
        start, least = shift_months(end, -months), shift_months(end, -2 * months)
        if least >= first.replace(day=1) and start > first:
            earlier = max(first.replace(day=1), shift_months(start, -12))
            recent = Period(start=start, end=end, label=describe(start, end))
            return recent, Period(start=earlier, end=start, label=describe(earlier, start))
    return None, None
