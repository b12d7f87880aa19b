"""In which months most or least was said: by number, with what the months hold of all feedback."""

from collections.abc import Sequence

from assistant.answers.answer import Finding
from assistant.answers.draft import Draft
from assistant.answers.subject import about, noun
from assistant.answers.time_asked import End
from assistant.answers.wording import Names, listing, month, number, percent, sentence, where
from knowledge.analysis.rates import wilson

Month = tuple[str, int, int]
_MOST_TIED = 3


def add(draft: Draft, over: int, ends: Sequence[End]) -> None:
    """Begin with the month that has most, or fewest, of a finding with a course by month; then the other end.

    The worst month is the one with most complaints, of praise the one with least.
    """
    found = draft.findings[over]
    if len(heard(found)) < 2:
        return
    liked = bool(found.scope and found.scope.polarity == "praise")
    most_first = ends[0] in (("highest", "best") if liked else ("highest", "worst"))
    order = (most, fewest) if most_first else (fewest, most)
    draft.head(order[0], over)
    draft.say(next_most if most_first else next_fewest, over)
    draft.say(order[1], over)


def heard(found: Finding) -> list[Month]:
    """Return the months of a course in which anybody said anything, as (month, count, all feedback)."""
    return [point for point in found.series if point[2]]


@sentence
def most(names: Names, found: Finding) -> str:
    """Name the month with most."""
    return _told(names, found, "Most", max(n for _, n, _ in heard(found)))


@sentence
def fewest(names: Names, found: Finding) -> str:
    """Name the month with fewest."""
    return _told(names, found, "Fewest", min(n for _, n, _ in heard(found)))


@sentence
def next_most(_: Names, found: Finding) -> str:
    """Name the month that comes next, and whether the first is clearly ahead of it."""
    return _next(sorted(heard(found), key=lambda point: -point[1]))


@sentence
def next_fewest(_: Names, found: Finding) -> str:
    """Name the month with the next fewest, and whether the first is clearly below it."""
    return _next(sorted(heard(found), key=lambda point: point[1]))


def _told(names: Names, found: Finding, word: str, n: int) -> str:
    tied = [point for point in heard(found) if point[1] == n]
    subject = f"{word} {noun(found)[1]}{about(found)}{where(found.scope, names)}"
    if len(tied) > _MOST_TIED:
        return f"{subject}: {number(n)}, in several months; the first is {month(tied[0][0])}."
    each = " each" if len(tied) > 1 else ""
    return f"{subject}: {number(n)}{each} in {listing([_month(point) for point in tied])}."


def _month(point: Month) -> str:
    label, n, of = point
    return f"{month(label)} ({percent(n / of)} of all feedback then)" if n != of else month(label)


def _next(order: Sequence[Month]) -> str:
    """Return the next month; the shares of all feedback are held against each other by their 95% intervals."""
    first, second = order[0], order[1]
    if second[1] == first[1]:
        return ""
    told = f"Next: {month(second[0])} with {number(second[1])}"
    if first[1] == first[2]:
        return f"{told}."
    (low, high), (other_low, other_high) = (wilson(n, of) for _, n, of in (first, second))
    if low <= other_high and other_low <= high:
        return f"{told}; as shares of all feedback their 95% intervals overlap, so the difference is not clear."
    return f"{told}; as shares of all feedback their 95% intervals do not overlap."
