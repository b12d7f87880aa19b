"""The truth gate: every row set, number, sentence and quote of an answer is made anew from the file and compared.

What an answer was computed from (arrays in memory) is not used here: rows and numbers come by SQL, metrics and the map
from their tables, sentences from their templates over the recomputed findings. What does not hold is dropped and
logged; a sentence goes with the findings that it rests on, and without its headline an answer becomes a refusal.
"""

import logging
import math
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from assistant.answers.answer import Answer, Finding, Line, Quote
from assistant.answers.consistency import inconsistent
from assistant.answers.context import names_of, store_source
from assistant.answers.measures import Source, measure
from assistant.answers.wording import SENTENCES, Names, key_of, say, sentence
from assistant.questions.question import Question
from knowledge.scope import Scope
from knowledge.store import Store
from knowledge.tally import Kept

log = logging.getLogger(__name__)


@dataclass
class _Gate:
    """One verification: which findings fell, and why."""

    answer: Answer
    source: Source
    names: Names
    fallen: dict[int, str] = field(default_factory=dict)
    dropped: list[str] = field(default_factory=list)

    def drop(self, what: str) -> None:
        self.dropped.append(what)
        log.error("dropped from an answer: %s", what)

    def fell(self, index: int, why: str) -> None:
        if index not in self.fallen:
            self.fallen[index] = why
            self.drop(f"finding {index}: {why}")


def verify(answer: Answer, store: Store, kept: Kept | None = None) -> Answer:
    """Return the answer with only what the file bears out, and with `dropped` saying what it did not.

    `kept` holds what was counted by SQL before, at the revision that `store` is read at; never counts from memory.
    """
    gate = _Gate(answer=answer, source=store_source(store, kept), names=names_of(store.maps.current()))
    for index, finding in enumerate(answer.findings):
        if why := _wrong(finding, answer.question, gate.source):
            gate.fell(index, why)
    sentences = [answer.headline, *answer.lines, *answer.caveats]
    for text in sentences:
        if why := _mis_said(text, gate):
            gate.drop(f"sentence {text[:60]!r}: {why}")
            # A sentence that its findings do not say means that one of the two was altered: neither is shown.
            for index in getattr(text, "findings", ()):
                if index < len(answer.findings):
                    gate.fell(index, "its sentence does not follow from it")
    quotes = _false_quotes(gate, store)
    if not gate.dropped:
        return answer
    if not _stands(answer.headline, gate):
        return _refusal(answer, gate)
    return _remaining(answer, gate, quotes)


def _wrong(finding: Finding, question: Question, source: Source) -> str | None:
    """Return what is wrong with a finding; None where all of it holds."""
    if why := inconsistent(finding, question):
        return why
    try:
        again = measure(finding, tuple(finding.numbers), source)
    except (KeyError, ValueError) as error:
        return f"cannot be recomputed ({error!r})"
    for name in ("rows", "rows_before", "rows_recent", "rows_base", "name", "series", "change"):
        if getattr(again, name) != getattr(finding, name):
            return f"{name} differ from the file"
    return _differing(finding.numbers, again.numbers)


def _differing(stated: Mapping[str, object], found: Mapping[str, object]) -> str | None:
    if list(stated) != list(found):
        return "it states numbers that the file does not give"
    for key, value in stated.items():
        if not _same(value, found[key]):
            return f"{key} is {found[key]!r}, not {value!r}"
    return None


def _same(one: object, other: object) -> bool:
    if isinstance(one, float) or isinstance(other, float):
        numbers = isinstance(one, int | float) and isinstance(other, int | float)
        return numbers and math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)  # type: ignore[arg-type]
    return type(one) is type(other) and one == other


def _mis_said(text: str, gate: _Gate) -> str | None:
    """Return why a sentence may not be shown although its findings hold; None where it may, or where they fell."""
    if not isinstance(text, Line):
        return "it was not made from a template"
    if text.template not in SENTENCES or any(i >= len(gate.answer.findings) for i in text.findings):
        return "its template or a finding is unknown"
    if any(i in gate.fallen for i in text.findings):
        return None
    try:
        again = say(text.template, gate.names, [gate.answer.findings[i] for i in text.findings])
    except (KeyError, ValueError, TypeError, AttributeError, IndexError) as error:
        return f"its template fails ({error!r})"
    return None if again == str(text) else f"its findings say {again[:60]!r}"


def _stands(text: str, gate: _Gate) -> bool:
    return isinstance(text, Line) and not any(i in gate.fallen for i in text.findings) and not _mis_said(text, gate)


def _false_quotes(gate: _Gate, store: Store) -> set[int]:
    """Return the indexes of quotes that are not, to the letter, what the file holds."""
    held = store.feedback.by_row([quote.row for quote in gate.answer.evidence])
    false = set()
    for index, quote in enumerate(gate.answer.evidence):
        item = held.get(quote.row)
        words = item.text[quote.start : quote.end] if item and 0 <= quote.start < quote.end else None
        true = item and (item.id, item.day, item.channel, words) == (
            quote.feedback_id, quote.at, quote.channel, quote.quote)  # fmt: skip
        if not true or not _in_theme(quote, gate.source) or not _illustrates(quote, gate.answer):
            false.add(index)
            gate.drop(f"quote {index} of {quote.feedback_id!r}")
    return false


def _in_theme(quote: Quote, source: Source) -> bool:
    if quote.theme_id is None:
        return True
    return bool(source.tallies.rows(Scope(rows=(quote.row,), themes=(quote.theme_id,), counted=False)))


def _illustrates(quote: Quote, answer: Answer) -> bool:
    """Return whether the quote is of a row of the finding that it stands for."""
    if quote.finding is None or not 0 <= quote.finding < len(answer.findings):
        return False
    finding = answer.findings[quote.finding]
    if finding.theme_id is not None and quote.theme_id != finding.theme_id:
        return False
    place = bisect_left(finding.rows, quote.row)
    return place < len(finding.rows) and finding.rows[place] == quote.row


def _remaining(answer: Answer, gate: _Gate, quotes: Iterable[int]) -> Answer:
    """Return the answer without what fell; indexes are those of the findings that are left."""
    place = {old: new for new, old in enumerate(i for i in range(len(answer.findings)) if i not in gate.fallen)}
    false = set(quotes)

    def moved(texts: Iterable[str]) -> tuple[str, ...]:
        standing = [text for text in texts if isinstance(text, Line) and _stands(text, gate)]
        return tuple(text.resting_on(tuple(place[i] for i in text.findings)) for text in standing)

    return replace(
        answer,
        headline=moved([answer.headline])[0],
        lines=moved(answer.lines),
        caveats=moved(answer.caveats),
        findings=tuple(answer.findings[i] for i in place),
        evidence=tuple(
            replace(quote, finding=place[quote.finding])
            for index, quote in enumerate(answer.evidence)
            if index not in false and quote.finding is not None and quote.finding in place
        ),
        dropped=(*answer.dropped, *gate.dropped),
    )


def _refusal(answer: Answer, gate: _Gate) -> Answer:
    headline = Line(say(key_of(not_verified), gate.names, []), template=key_of(not_verified))
    return replace(
        answer, headline=headline, lines=(), findings=(), evidence=(), caveats=(), abstained=True,
        reason="not_verified", confidence=0.0, dropped=(*answer.dropped, *gate.dropped),
    )  # fmt: skip


@sentence
def not_verified(_: Names) -> str:
    """Say that the answer did not stand up to the file."""
    return "I had an answer, but it did not stand up when I checked it against the feedback, so I am not showing it."
