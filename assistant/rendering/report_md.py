"""Report -> Markdown: for a wiki or a pull request; charts as text, words of strangers made inert."""

import re
from collections.abc import Iterator

from assistant.rendering.report import Basis, Notes, Report, Section, Told, split_lead
from assistant.rendering.text import inert, quoted
from assistant.rendering.text_chart import plain

_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+!|~&$@]|:(?=\S)|^[-+])")


def markdown(report: Report) -> str:
    """Return the report as Markdown."""
    return "\n".join(_document(report)) + "\n"


def safe(text: str) -> str:
    """Return words of a stranger as plain text: no markup, no mention, no link.

    >>> safe("<b> [x](y) @all")
    '\\\\<b\\\\> \\\\[x\\\\]\\\\(y\\\\) \\\\@all'
    """
    return _SPECIAL.sub(r"\\\1", inert(text))


def _document(report: Report) -> Iterator[str]:
    notes = Notes(report)
    yield f"# {safe(report.title)}"
    yield ""
    yield safe(report.subtitle)
    for section in report.sections:
        yield from _section(section, notes)
    yield ""
    yield "## What the numbers rest on"
    yield ""
    for basis in notes.bases():
        yield from _basis(basis, report)


def _section(section: Section, notes: Notes) -> Iterator[str]:
    head = notes.headline(section)
    yield ""
    yield f"## {safe(section.title)}"
    yield ""
    yield f"**{safe(head.text)}**{_refs(head)}"
    for chart in section.charts:
        # A fence inside a name could end the block.
        yield from ("", "```text", plain(chart).replace("```", "'''"), "```")
    yield ""
    for told in notes.told(section):
        if told.text:
            lead, rest = split_lead(told.text)
            strong = f"**{safe(lead)}**" if lead else ""
            yield f"- {strong}{safe(rest)}{_refs(told)}"
        for quote in told.quotes:
            yield f"  > {safe(quoted(quote))}"
    for caveat in notes.caveats(section):
        yield ""
        yield f"*Note: {safe(caveat.text)}*{_refs(caveat)}"


def _refs(told: Told) -> str:
    return "".join(f" [{n}](#e{n})" for n in told.refs)


def _basis(basis: Basis, report: Report) -> Iterator[str]:
    figures = "; ".join(f"{label} {value}" for label, value in basis.figures)
    told = f"**{safe(basis.title)}**: {safe(figures)}. {safe(basis.note)}".rstrip()
    yield f'{basis.number}. <a id="e{basis.number}"></a>{told}'
    ids = [safe(report.rows[row].id) for row in basis.rows if row in report.rows]
    if ids:
        yield f"   Rows ({len(basis.rows):,}): {', '.join(ids)}"
    if basis.points:
        values = (f"{point.period.label} {point.value:,.10g}" for point in basis.points)
        yield f"   Values: {safe(', '.join(values))}"
