"""Report: answers and charts in reading order, and at the end what each of their numbers rests on.

A report is a noun; `report_html`, `report_md` and `report_pdf` write it. Nothing in it is loaded from outside.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from assistant.answers.answer import Answer, Finding, Line, Quote
from assistant.answers.wording import Names, kept, number, p, percent, span, where
from assistant.answers.wording_time import lasting
from assistant.rendering.charts import Chart
from assistant.rendering.text import inert
from knowledge.feedback import Feedback
from knowledge.metrics import MetricPoint
from knowledge.scope import Scope

MOST_ROWS = 3_000
"""Rows of feedback that are printed at the end; of more, the first are, and the rest is said to be in the export."""


@dataclass(frozen=True, kw_only=True)
class Section:
    """One answer with the charts that go with it."""

    title: str
    answer: Answer
    charts: tuple[Chart, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Report:
    """What is written: `rows` are the pieces of feedback that any number rests on, `points` the values of metrics.

    `shown` is False where the setting for small groups forbids to print what single customers said.
    """

    title: str
    subtitle: str
    sections: tuple[Section, ...]
    names: Names
    rows: Mapping[int, Feedback] = field(default_factory=dict)
    points: Mapping[str, tuple[MetricPoint, ...]] = field(default_factory=dict)
    shown: bool = True


@dataclass(frozen=True, kw_only=True)
class Told:
    """A sentence with the numbers of what it rests on, and the quotes that illustrate it."""

    text: str
    refs: tuple[int, ...] = ()
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Basis:
    """What a number rests on: `number` is its place in the list at the end, `figures` are (label, value) in words."""

    number: int
    title: str
    figures: tuple[tuple[str, str], ...]
    rows: tuple[int, ...]
    points: tuple[MetricPoint, ...]
    note: str = ""


_LEAD = re.compile(r"[^:.;“”()]{2,60}:(?= )")


def split_lead(text: str) -> tuple[str, str]:
    """Return what a sentence is about, up to its colon, and the rest: readers look for it down a long list.

    >>> split_lead("CSAT in Use: 4.03 of 5; target 4.3 of 5 missed.")
    ('CSAT in Use:', ' 4.03 of 5; target 4.3 of 5 missed.')
    >>> split_lead("Complaints became rarer.")
    ('', 'Complaints became rarer.')
    """
    found = _LEAD.match(text)
    return (found.group(), text[found.end() :]) if found else ("", text)


class Notes:
    """Numbers the findings of all sections from 1; equal findings share a number."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._held: list[Finding] = []
        self._limits: set[str] = set()

    def told(self, section: Section) -> list[Told]:
        """Return the sentences below the headline of a section, each with its numbers and quotes."""
        answer, quoted = section.answer, set[int]()
        out = []
        for line in answer.lines:
            fresh = [i for i in _findings(line) if i not in quoted]
            quoted.update(fresh)
            quotes = tuple(quote for quote in answer.evidence if quote.finding in fresh)
            out.append(Told(text=inert(line), refs=self._refs(answer, line), quotes=quotes))
        loose = tuple(quote for quote in answer.evidence if quote.finding not in quoted)
        return [*out, *([Told(text="", quotes=loose)] if loose else [])]

    def headline(self, section: Section) -> Told:
        """Return the first sentence of a section."""
        return Told(text=inert(section.answer.headline), refs=self._refs(section.answer, section.answer.headline))

    def caveats(self, section: Section) -> list[Told]:
        """Return what limits a section and has not been said of one before."""
        answer = section.answer
        fresh = [text for text in answer.caveats if text not in self._limits]
        self._limits.update(fresh)
        return [Told(text=inert(text), refs=self._refs(answer, text)) for text in fresh]

    def bases(self) -> list[Basis]:
        """Return what has been referred to, in the order of the numbers."""
        return [_basis(number, finding, self._report) for number, finding in enumerate(self._held, start=1)]

    def _refs(self, answer: Answer, line: str) -> tuple[int, ...]:
        return tuple(dict.fromkeys(self._number(answer.findings[i]) for i in _findings(line)))

    def _number(self, finding: Finding) -> int:
        if finding not in self._held:
            self._held.append(finding)
        return self._held.index(finding) + 1


def _findings(line: str) -> tuple[int, ...]:
    return line.findings if isinstance(line, Line) else ()


def _basis(place: int, finding: Finding, report: Report) -> Basis:
    figures = tuple(
        (label_of(key), written(key, value, finding.kind))
        for key, value in finding.numbers.items()
        if value not in (None, "") and not key.startswith(_UNSAID)
    )
    points = report.points.get(finding.metric or "", ()) if finding.kind == "metric" else ()
    held = tuple(point for point in points if point.stage == finding.stage)
    return Basis(number=place, title=_title(finding, report.names), figures=figures, rows=finding.rows, points=held,
                 note=_note(finding))  # fmt: skip


def _title(finding: Finding, names: Names) -> str:
    kind = {"count": "feedback", "coverage": "coverage", "events": "event log"}.get(finding.kind, finding.kind)
    name = f" “{inert(finding.name)}”" if finding.name and finding.kind != "stage" else ""
    place = inert(where(finding.scope, names))
    return f"{kind}{name}{f' {place}' if place else ''}"


def _named(scope: Scope | None) -> str:
    """Name what is compared: its period, else all time."""
    return span(scope.period) if scope and scope.period else "all time"


def _note(finding: Finding) -> str:
    """Say what the number is compared with, and what cannot be listed."""
    parts = []
    if finding.before:
        now, then = (finding.recent or finding.scope), finding.before
        parts.append(f"Compared: {_named(now)} with {_named(then)}.")
    if finding.kind == "events":
        filters = f" ({kept(finding.scope)})" if finding.scope and kept(finding.scope) else ""
        parts.append(f"Counted over the cases of the event log{filters}; they are kept without ids that lead back.")
    if finding.kind == "coverage":
        parts.append("Counted over all feedback in this scope.")
    if finding.kind == "map":
        parts.append("Stands in the journey map.")
    return " ".join(parts)


_LABELS = {
    "count": "pieces of feedback", "p_value": "p", "q_value": "q (corrected for all themes)",
    "scored": "with a sentiment",
    "share": "share", "sentiment": "mean sentiment, −1 to 1", "low": "95% interval from", "high": "95% interval to",
    "complaint_share": "share of complaints", "previous": "before",
    "previous_complaint_share": "share of complaints before",
    "recent_complaint_share": "share of complaints lately", "recent": "lately", "exposure": "all feedback lately",
    "exposure_before": "all feedback before", "n": "n", "trend_p": "p of the trend", "unassigned": "in no theme",
    "unstaged": "without a sure stage", "cases": "cases", "reached": "went on", "pending": "may still go on",
    "median": "median", "median_low": "95% interval of the median from", "median_high": "to", "p90": "90% within",
    "previous_cases": "cases before", "again": "came back", "ended": "rest there", "abandoned": "of these quiet",
    "whole": "of", "change_low": "95% interval of the change from", "change_high": "to", "status": "against the target",
    "values": "values taken together",
    "shift_on": "level changed on", "shift_before": "level before", "shift_after": "level since",
    "shift_p": "p of that",
    "odd_on": "off its course from", "odd_until": "until", "odd_value": "was then", "odd_expected": "expected",
    "odd_p": "p of that",
}  # fmt: skip
_SHARES = frozenset(
    {"share", "complaint_share", "previous_complaint_share", "recent_complaint_share", "abandoned_share"}
)
_SHARES_TOO = frozenset(
    {("low", "stage"), ("high", "stage"), ("low", "events"), ("high", "events"), ("previous", "events")}
)
_UNSAID = ("from_", "interval", "better", "unit", "way")
"""Numbers that only decide on the wording of a sentence."""

_TIMES = frozenset({"median", "median_low", "median_high", "p90"})


def label_of(key: str) -> str:
    """Return what a number is called in the list at the end."""
    return _LABELS.get(key, key.replace("_", " "))


def written(key: str, value: object, kind: str = "") -> str:
    """Write a number of a finding as the answers do."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return inert(str(value))
    if key in _SHARES or (key, kind) in _SHARES_TOO:
        return percent(value)
    if key in _TIMES:
        return lasting(value)
    if key.endswith(("p_value", "_p")) or key == "q_value":
        return p(value).removeprefix("p = ").removeprefix("p ")
    return number(round(value, 2))


def printed_rows(report: Report, bases: Sequence[Basis]) -> list[int]:
    """Return the rows that are printed at the end, in the order in which they are first referred to."""
    seen = dict.fromkeys(row for basis in bases for row in basis.rows if row in report.rows)
    quoted = dict.fromkeys(quote.row for section in report.sections for quote in section.answer.evidence)
    return list(dict.fromkeys([*(row for row in quoted if row in report.rows), *seen]))[:MOST_ROWS]
