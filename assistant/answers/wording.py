"""Wording: every sentence of an answer is a template over findings, registered here by name.

A template is a function `(names, *findings) -> str` marked `@sentence`. It reads nothing but checked findings and the
names of stages, so `verify` can say each sentence anew and compare. Numbers are written by the helpers below.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from assistant.answers.answer import Finding
from knowledge.periods import Period, describe
from knowledge.scope import Scope

Template = Callable[..., str]

SENTENCES: dict[str, Template] = {}


@dataclass(frozen=True, kw_only=True)
class Names:
    """What stages are called in the journey map; a stage that it lacks goes by its id."""

    stages: Mapping[str, str] = field(default_factory=dict)

    def stage(self, stage_id: str) -> str:
        """Return the name of a stage as it stands in a sentence."""
        return self.stages.get(stage_id, stage_id.replace("-", " "))


def sentence(template: Template) -> Template:
    """Register a template under its module and name, so that a `Line` can point to it."""
    SENTENCES[key_of(template)] = template
    return template


def key_of(template: Template) -> str:
    """Return the name under which a template is registered."""
    return f"{template.__module__.rsplit('.', 1)[-1]}.{template.__name__}"


def say(key: str, names: Names, findings: Sequence[Finding]) -> str:
    """Return the sentence that the template `key` makes of these findings. Raises KeyError for an unknown one."""
    return SENTENCES[key](names, *findings)


def figure(finding: Finding, key: str) -> float:
    """Return a number of a finding. Raises ValueError where it is not a number: the template asked for too much."""
    value = finding.numbers[key]
    if not isinstance(value, int | float):
        raise ValueError(f"{key} of a {finding.kind} finding is {value!r}, not a number")
    return value


def whole(finding: Finding, key: str) -> int:
    """Return a count of a finding."""
    return int(figure(finding, key))


def words(finding: Finding, key: str) -> str:
    """Return a text of a finding; empty where there is none."""
    return str(finding.numbers.get(key) or "")


def has(finding: Finding, *keys: str) -> bool:
    """Return whether all of these numbers are known."""
    return all(finding.numbers.get(key) is not None for key in keys)


def number(value: float) -> str:
    """Write a number: thousands separated, at most two decimals, a real minus sign."""
    text = f"{abs(value):,.2f}".rstrip("0").rstrip(".") if value != int(value) else f"{abs(int(value)):,}"
    return f"−{text}" if value < 0 and text != "0" else text


def count(n: int, singular: str, plural: str | None = None) -> str:
    """Write a count with its noun: `1 mention`, `41 mentions`, `no mentions`."""
    noun = singular if n == 1 else plural or f"{singular}s"
    return f"{number(n) if n else 'no'} {noun}"


def voices(found: Finding, before: str = " by ") -> str:
    """Return ` by 37 customers` where they are fewer than the pieces of feedback, else nothing.

    Where no customer is known each piece counts as one of its own: to say so would claim to have counted people.
    """
    n = whole(found, "customers")
    return "" if n >= whole(found, "count") else f"{before}{count(n, 'customer')}"


def percent(share: float) -> str:
    """Write a share: `18%`; `under 1%` and `over 99%` near the ends, so that few is not none and most not all."""
    if 0 < share < 0.005:
        return "under 1%"
    if 0.995 < share < 1:
        return "over 99%"
    return f"{round(100 * share)}%"


def p(value: float) -> str:
    """Write a p-value: two digits that matter, and no more than "under 0.001" below."""
    if value < 0.001:
        return "p under 0.001"
    return f"p = {value:.2f}" if value >= 0.0995 else f"p = {value:.2g}"


def listing(items: Sequence[str], last: str = "and") -> str:
    """Write a list: `a`, `a and b`, `a, b and c`."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def day(value: date) -> str:
    """Write a day: `3 May 2026`."""
    return f"{value.day} {value:%B %Y}"


def day_of(iso: str) -> str:
    """Write a day that stands in a finding as `2026-05-03`."""
    return day(date.fromisoformat(iso))


def month(iso: str) -> str:
    """Write a month that stands in a finding as `2026-05`."""
    return f"{date.fromisoformat(f'{iso}-01'):%B %Y}"


def span(period: Period) -> str:
    """Name a period without a preposition, by its days and not by the words that somebody used."""
    if period.start and period.end:
        return _months(period.start, period.end) or describe(period.start, period.end)
    if period.start:
        return f"since {day(period.start)}"
    return f"before {day(period.end)}" if period.end else "all time"


def _months(start: date, end: date) -> str:
    """Name several whole months that are no quarter and no year: `August to October 2026`; else an empty text."""
    if start.day != 1 or end.day != 1 or " to " not in describe(start, end):
        return ""
    last = end - timedelta(days=1)
    first = f"{start:%B}" if start.year == last.year else f"{start:%B %Y}"
    return f"{first} to {last:%B %Y}"


def during(period: Period | None) -> str:
    """Name a period with its preposition: `in Q3 2026`, `from 1 May 2026 to 3 June 2026`, `on 3 May 2026`."""
    if period is None or not (period.start or period.end):
        return ""
    name = span(period)
    if not (period.start and period.end):
        return name
    if " to " in name:
        return f"from {name}"
    return f"{'on' if period.days == 1 else 'in'} {name}"


def kept(scope: Scope) -> str:
    """Name the filters of a scope: `channel email; plan enterprise; not region EU`."""
    parts = [f"{spoken(name)} {listing(values, 'or')}" for name, values in sorted(scope.filters.items())]
    parts += [f"not {spoken(name)} {listing(values, 'or')}" for name, values in sorted(scope.without.items())]
    if scope.rating:
        low, high = scope.rating
        parts.append(f"rating {number(low)}" if low == high else f"rating {number(low)} to {number(high)}")
    return "; ".join(parts)


def spoken(name: str) -> str:
    """Return the name of a column as it is spoken: `airline_name` as `airline name`."""
    return name.replace("_", " ").strip()


def where(scope: Scope | None, names: Names, *, period: bool = True) -> str:
    """Name what a scope covers, with a leading space: ` in onboarding in Q3 2026 (plan enterprise)`; may be empty."""
    if scope is None:
        return ""
    stages = f"in {listing([names.stage(s) for s in scope.stages])}" if scope.stages else ""
    time = during(scope.period) if period else ""
    # "in onboarding, Q3 2026": the preposition once.
    if stages and time.startswith("in "):
        stages, time = f"{stages}, {time[3:]}", ""
    filters = f"({kept(scope)})" if kept(scope) else ""
    return "".join(f" {part}" for part in (stages, time, filters) if part)


def capital(text: str) -> str:
    """Return the text with its first letter large; the rest is untouched."""
    return text[:1].upper() + text[1:]


_SOME = 10
"""Mentions before, from which on that none came after says that little of anything came."""


def course(finding: Finding) -> str:
    """Say how a count changed: a change only where the test says so, with what it was before and p."""
    if finding.before is None or not has(finding, "previous"):
        return ""
    before = whole(finding, "previous")
    key = "recent" if finding.recent else "count"
    if before == 0 and finding.numbers.get(key) == 0:
        return ""  # nothing then and nothing now: there is no course to tell
    then = during(finding.before.period) or "before"
    now = f"{number(whole(finding, 'recent'))} {during(finding.recent.period)}, " if finding.recent else ""
    compared = f"{now}{'none' if before == 0 else number(before)} {then}"
    judged = finding.recent or finding.scope
    if finding.change in ("steady", "unknown") and judged and before >= _SOME and not finding.numbers.get(key):
        # So many before and none now, yet no change beyond chance: it is all feedback that is missing.
        return f"too little feedback {during(judged.period)} to tell a change (none of this; {number(before)} {then})"
    tested = f", {p(figure(finding, 'p_value'))}" if has(finding, "p_value") else ""
    verdict = {
        "new": f"new ({compared}{tested})",
        "rising": f"rising ({compared}{tested})",
        "falling": f"falling ({compared}{tested})",
        "gone": f"gone quiet ({compared}{tested})",
        "steady": f"no clear change ({compared})",
    }
    return verdict.get(finding.change or "unknown", f"not comparable ({compared})")
