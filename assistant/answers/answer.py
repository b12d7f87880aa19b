"""Finding and Answer: what we say, each claim with the rows that it rests on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from assistant.questions.question import Question
from knowledge.scope import Scope

Change = Literal["new", "rising", "steady", "falling", "gone", "recurring", "resolved", "unknown"]
Kind = Literal["theme", "count", "metric", "stage", "quotes", "map", "events", "coverage"]
Test = Literal["rate", "shares", "trend", "recurrence", "fix", "trail"]
Numbers = Mapping[str, float | int | str | None]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One claim: its kind, what it is about, its numbers, and the rows that it rests on.

    `scope` selects the rows and `rows` are their keys; `before` and `rows_before` are the same for the stretch
    that it is compared with; `recent` and `rows_recent` for the stretch that is judged against `before`, where that
    is not the whole scope; `base` and `rows_base` are the whole of which a share is stated. `numbers` are the figures
    of the JSON contract (count, customers, share, previous, p_value, sentiment, value, n, low, high ...); which rule
    makes each of them stands in `measures.py`. `test` names the test behind `change` and `p_value`. `series` holds
    (month as "2026-05", count, exposure) where a course over time is claimed. A finding of kind "coverage" says what
    the data lacks; it limits an answer and is no claim about customers.
    """

    kind: Kind
    numbers: Numbers
    stage: str | None = None
    theme_id: str | None = None
    name: str | None = None
    metric: str | None = None
    change: Change | None = None
    test: Test | None = None
    scope: Scope | None = None
    rows: tuple[int, ...] = ()
    before: Scope | None = None
    rows_before: tuple[int, ...] = ()
    recent: Scope | None = None
    rows_recent: tuple[int, ...] = ()
    base: Scope | None = None
    rows_base: tuple[int, ...] = ()
    series: tuple[tuple[str, int, int], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Quote:
    """Words of a customer, never edited: the characters `[start, end)` of the text of feedback `row`.

    `finding` is the index of the finding that the quote illustrates.
    """

    row: int
    feedback_id: str
    quote: str
    start: int
    end: int
    at: date | None = None
    channel: str | None = None
    theme_id: str | None = None
    finding: int | None = None


class Line(str):
    """A sentence, with the template that made it and the findings (indexes) that filled it.

    It is text to everyone who shows it; only `verify` looks behind it, and says it anew from checked findings.
    """

    template: str
    findings: tuple[int, ...]

    def __new__(cls, text: str, *, template: str, findings: tuple[int, ...] = ()) -> "Line":
        """Return the text with its origin attached."""
        line = super().__new__(cls, text)
        line.template = template
        line.findings = findings
        return line

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, object]]:
        """Let copies and pickles keep the origin."""
        return (str(self),), {"template": self.template, "findings": self.findings}

    def resting_on(self, findings: tuple[int, ...]) -> "Line":
        """Return this sentence with other indexes: after findings before its own were dropped."""
        return Line(str(self), template=self.template, findings=findings)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Findings and quotes, or the reason why there are none; then what to ask next.

    `headline`, `lines` and `caveats` are `Line`s: sentences made from templates over the findings, in reading order;
    `caveats` say what limits them. `reason` is a slug, set where `abstained`. `dropped` says what did not survive
    verification.
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

    @property
    def claims(self) -> tuple[Finding, ...]:
        """The findings that say something about customers, stages or metrics."""
        return tuple(finding for finding in self.findings if finding.kind != "coverage")

    @property
    def named(self) -> Mapping[str, str]:
        """What themes, stages and metrics of the findings are called, by id: for the line on what was understood."""
        ids = ((f.theme_id or (f.stage if f.kind == "stage" else f.metric), f.name) for f in self.findings)
        return {key: name for key, name in ids if key and name}
