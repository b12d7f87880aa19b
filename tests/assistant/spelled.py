"""Numbers as sentences write them: each must be one that a finding behind the sentence states, however spelled."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date

from assistant.answers.answer import Answer, Finding

_NUMBER = re.compile(r"(?<![\w.,])[−-]?\d[\d,]*(?:\.\d+)?%?")
_PHRASES = re.compile(
    r"95% (?:interval|confidence)|per 1,000|p under 0\.001|fewer than 10 such customers"
    r"|It takes 10 of these, and 10 customers|60 of them, and themes with 10 rated mentions"
)
"""Numbers that say how something is told, not what it is."""


def stray_numbers(answer: Answer, looked: Counter[str]) -> Iterator[str]:
    """Yield numbers of sentences that none of the findings behind them states."""
    for text in (answer.headline, *answer.lines, *answer.caveats):
        behind = [answer.findings[i] for i in getattr(text, "findings", ())]
        plain = str(text)
        for held in sorted(_texts(answer, behind), key=len, reverse=True):
            plain = plain.replace(held, " ")
        stated = _writings(behind) | (_per_thousand(behind) if "per 1,000" in plain else set())
        plain = _PHRASES.sub(" ", plain).replace(f"The {len(answer.lines)} largest", " ")
        for found in _NUMBER.findall(plain):
            looked["numbers in sentences"] += 1
            if found.rstrip(",.") not in stated:
                yield f"{found} of {str(text)!r} stands in no finding"


def _texts(answer: Answer, behind: list[Finding]) -> set[str]:
    """Return names and words that a sentence may repeat as they stand, with any digits in them."""
    asked = answer.question
    held = {value for f in behind for value in (f.name, f.theme_id, f.metric, f.stage) if value}
    held |= {str(v) for f in behind for v in f.numbers.values() if isinstance(v, str) and not _is_day(v)}
    held |= {
        v
        for f in behind
        if f.scope
        for values in (f.scope.filters, f.scope.without)
        for vs in values.values()
        for v in vs
    }
    held |= {f.scope.customer[:8] for f in behind if f.scope and f.scope.customer}
    held |= {v for u in asked.unknown for v in (u.asked, *u.nearest)} | {asked.topic or "", *asked.not_about}
    return {text for text in held if any(c.isdigit() for c in text)}


def _is_day(value: str) -> bool:
    return bool(re.fullmatch(r"\d{4}-\d{2}-\d{2}", value))


def _writings(behind: list[Finding]) -> set[str]:
    """Return every way in which the numbers, days and months of findings may be written."""
    judged = sum(finding.numbers.get("status") is not None for finding in behind)
    found: set[str] = {str(len(behind)), str(judged), str(sum(map(_meets_its_target, behind)))}
    for finding in behind:
        for value in finding.numbers.values():
            found |= _written(value)
        found |= _of_the_whole(finding)
        for month, n, of in finding.series:
            found |= {f"{n:,}", f"{of:,}", month[:4]} | (_written(n / of) if of else set())
        for scope in (finding.scope, finding.before, finding.recent, finding.base):
            if scope and scope.period:
                for edge in (scope.period.start, scope.period.end):
                    found |= _of_day(edge) if edge else set()
                found |= {str(scope.period.days // 7)} if scope.period.days else set()
            if scope and scope.rating:
                found |= {writing for end in scope.rating for writing in _written(end)}
    return found


def _meets_its_target(finding: Finding) -> bool:
    status, better = finding.numbers.get("status"), finding.numbers.get("better")
    return status == "on" or (status, better) in (("above", "higher"), ("below", "lower"))


def _of_the_whole(finding: Finding) -> set[str]:
    """Return what counts of a finding are of its whole count, as shares and as what is left."""
    whole, found = finding.numbers.get("count"), set[str]()
    for part in finding.numbers.values():
        if isinstance(whole, int) and isinstance(part, int) and 0 <= part <= whole and whole:
            found |= _written(part / whole) | {f"{whole - part:,}"}
    for who in ("earlier", "other"):
        hits, returns = (finding.numbers.get(f"{who}_{name}") for name in ("hits", "returns"))
        if isinstance(hits, int) and isinstance(returns, int) and returns:
            found |= _written(hits / returns)
    return found


def _per_thousand(behind: list[Finding]) -> set[str]:
    """Return feedback per 1,000 of what a metric was measured on."""
    counts, sizes = ([f.numbers.get(key) for f in behind] for key in ("count", "n"))
    pairs = ((c, n) for c in counts for n in sizes if isinstance(c, int) and isinstance(n, int) and n)
    return {writing for c, n in pairs for writing in _written(1000 * c / n)}


def _of_day(day: date) -> set[str]:
    """Return the day and the one before it (the last of a stretch), with their year."""
    before = date.fromordinal(day.toordinal() - 1)
    return {str(day.day), str(day.year), str(before.day), str(before.year)}


def _written(value: float | str | None) -> set[str]:
    if isinstance(value, str):
        if _is_day(value):
            return _of_day(date.fromisoformat(value))
        ends = re.fullmatch(r"([\d.]+) ([\d.]+)", value)  # of a scale
        return {writing for end in ends.groups() for writing in _written(float(end))} if ends else set()
    if value is None:
        return set()
    sign, size = ("−" if value < 0 else ""), abs(value)
    forms = {f"{size:,.{digits}f}" for digits in (0, 1, 2)} if size != int(size) else {f"{int(size):,}"}
    forms |= {form.rstrip("0").rstrip(".") for form in forms if "." in form}
    forms |= {f"{size:.2g}", f"{size:.2f}"}
    share = (
        {f"{round(100 * size)}%"} | ({"1%"} if 0 < size < 0.005 else set()) | ({"99%"} if 0.995 < size < 1 else set())
    )
    small = {"0.001"} if 0 <= size < 0.001 else set()
    return {sign + form for form in forms} | forms | share | small | {f"{form}%" for form in forms}
