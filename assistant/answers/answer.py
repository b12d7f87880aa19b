"""Finding and Answer: what we say, each claim with the rows that it rests on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from assistant.questions.question import Question
from knowledge.scope import Scope

Change = Literal["new", "rising", "steady", "falling", "gone", "unknown"]
Numbers = Mapping[str, float | int | str | None]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One claim: its kind, what it is about, its numbers, and the rows that it rests on.

    `scope` selects the rows and `rows` are their keys; `before` and `rows_before` are the same for the stretch
    that it is compared with; `base` and `rows_base` are the whole of which a share is stated. `numbers` are the
    figures of the JSON contract (count, customers, share, previous, p_value, sentiment, value, n, low, high ...).
    """

    kind: Literal["theme", "count", "metric", "stage", "quotes", "map"]
    numbers: Numbers
    stage: str | None = None
    theme_id: str | None = None
    name: str | None = None
    metric: str | None = None
    change: Change | None = None
    scope: Scope | None = None
    rows: tuple[int, ...] = ()
    before: Scope | None = None
    rows_before: tuple[int, ...] = ()
    base: Scope | None = None
    rows_base: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Quote:
    """Words of a customer, never edited: the characters `[start, end)` of the text of feedback `row`."""

    row: int
    feedback_id: str
    quote: str
    start: int
    end: int
    at: date | None = None
    channel: str | None = None
    theme_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Findings and quotes, or the reason why there are none; then what to ask next.

    `headline` and `lines` are sentences made from templates over the findings, in reading order; `caveats` say
    what limits them. `text` (by the renderer) is all of it as plain text.
    """

    question: Question
    headline: str
    lines: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    evidence: tuple[Quote, ...] = ()
    caveats: tuple[str, ...] = ()
    follow_ups: tuple[str, ...] = ()
    abstained: bool = False
    reason: str | None = None
    confidence: float = 1.0
    elapsed_ms: float = 0.0
    dropped: tuple[str, ...] = field(default_factory=tuple)
