"""The floor: themes and quotes that rest on fewer customers than the setting asks for are not shown.

It is laid over a verified answer, once, for every way of asking; `journey themes` and its kin use the same number.
"""

from dataclasses import replace

import numpy as np

from assistant.answers.answer import Answer, Finding, Line, Quote
from knowledge.facts import Facts
from knowledge.tally import distinct_customers


def lay_floor(answer: Answer, facts: Facts, floor: int) -> Answer:
    """Return the answer without themes and quotes of fewer than `floor` customers, and with a word on that."""
    weak = {i for i, finding in enumerate(answer.findings) if _is_shown_by_customers(finding, facts) < floor}
    if floor <= 1 or not weak:
        return answer
    place = {old: new for new, old in enumerate(i for i in range(len(answer.findings)) if i not in weak)}
    names = [name for i in weak if (name := answer.findings[i].name)]
    lines, caveats = _kept(answer.lines, place), _kept(answer.caveats, place)
    told = f"What fewer than {floor} customers said is not shown."
    headline = _kept((answer.headline,), place)
    shown = bool(headline or lines)
    return replace(
        answer,
        headline=headline[0] if headline else told,
        lines=lines,
        caveats=(*caveats, told) if headline else caveats,
        findings=tuple(answer.findings[i] for i in place),
        evidence=tuple(_moved(quote, place) for quote in answer.evidence if quote.finding in place),
        follow_ups=tuple(text for text in answer.follow_ups if not any(name in text for name in names)),
        abstained=answer.abstained or not shown,
        reason=answer.reason if shown else "too_few_customers",
    )


def _is_shown_by_customers(finding: Finding, facts: Facts) -> float:
    """Return from how many customers a theme or quotes come; findings of other kinds are always shown."""
    if finding.kind not in ("theme", "quotes") and finding.theme_id is None:
        return float("inf")
    return distinct_customers(facts, np.searchsorted(facts.row, np.array(finding.rows, dtype=np.int64)))


def _kept(texts: tuple[str, ...], place: dict[int, int]) -> tuple[str, ...]:
    """Return the sentences of which no finding was left out, with the new indexes of their findings."""
    return tuple(
        text.resting_on(tuple(place[i] for i in text.findings)) if isinstance(text, Line) else text
        for text in texts
        if all(i in place for i in getattr(text, "findings", ()))
    )


def _moved(quote: Quote, place: dict[int, int]) -> Quote:
    return replace(quote, finding=place[quote.finding]) if quote.finding is not None else quote
