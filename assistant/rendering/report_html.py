"""Report -> one HTML file that needs nothing else: styles and pictures inside, every word of a stranger escaped.

It may load nothing from anywhere (its content security policy says so), follows the reader's light or dark setting,
reads on a narrow screen and prints.
"""

import base64
from collections.abc import Iterator
from html import escape

from assistant.rendering.charts import Chart
from assistant.rendering.charts_png import draw
from assistant.rendering.report import Basis, Notes, Report, Section, Told, printed_rows, split_lead
from assistant.rendering.text import inert, quoted
from assistant.rendering.text_chart import alt

_LINKED = 400
"""Rows that one number links to one by one; the rest is counted."""

_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

_STYLE = """
:root{color-scheme:light dark;--ground:#fff;--text:#1d1c1d;--soft:#5f5e60;--line:#e4e4e6;--link:#0b5c8f;--pale:#f6f7f8}
@media (prefers-color-scheme:dark){:root{--ground:#1a1d21;--text:#e8e8e8;--soft:#a9abad;--line:#3a3d42;--link:#7cc4f0;
--pale:#22262b}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0 auto;padding:1.5rem 1rem 4rem;max-width:46rem;background:var(--ground);color:var(--text);
font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
h1{font-size:1.7rem;line-height:1.2;margin:.5rem 0 .2rem}
h2{font-size:1.25rem;line-height:1.3;margin:2.6rem 0 .5rem;padding-top:.8rem;border-top:1px solid var(--line)}
h3{font-size:1rem;margin:1.4rem 0 .2rem}
p{margin:.5rem 0}
a{color:var(--link)}
.soft,figcaption{color:var(--soft);font-size:.9rem}
.head{font-size:1.1rem;font-weight:600}
ul.told{padding-left:1.1rem}
ul.told>li{margin:.55rem 0}
blockquote{margin:.35rem 0 .35rem .2rem;padding:.1rem 0 .1rem .8rem;border-left:3px solid var(--line);color:var(--soft)}
figure{margin:1.1rem 0;overflow-x:auto}
figure img{display:block;width:100%;min-width:29rem;max-width:37.5rem;height:auto}
.ref{font-size:.75em;vertical-align:.35em;line-height:0;text-decoration:none;margin-left:.15em;padding:0 .15em}
nav ol{columns:2;padding-left:1.2rem;font-size:.95rem}
dl{display:grid;grid-template-columns:minmax(9rem,max-content) 1fr;gap:0 1rem;margin:.3rem 0;font-size:.9rem}
dt{color:var(--soft)}dd{margin:0;font-variant-numeric:tabular-nums}
table{border-collapse:collapse;width:100%;font-size:.85rem}
th,td{text-align:left;vertical-align:top;padding:.3rem .6rem .3rem 0;border-bottom:1px solid var(--line)}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
th,td.n,td.when{white-space:nowrap;overflow-wrap:normal}
ul.told>li.bare{list-style:none}
:target{background:var(--pale);outline:.4rem solid var(--pale)}
.rows{font-size:.8rem;line-height:1.7}
@media (max-width:34rem){nav ol{columns:1}dl{grid-template-columns:1fr 1fr}
td.when,th.when{display:none}}
@media print{body{max-width:none;font-size:10.5pt;padding:0}a{color:inherit;text-decoration:none}
figure,blockquote,li{break-inside:avoid}figure img{min-width:0;max-width:13cm}h2{break-after:avoid}}
"""


def html(report: Report) -> str:
    """Return the report as a whole HTML document."""
    return "\n".join(_document(report)) + "\n"


def _document(report: Report) -> Iterator[str]:
    notes = Notes(report)
    title = _text(report.title)
    yield "<!doctype html>"
    yield f'<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
    yield f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">'
    yield '<meta name="viewport" content="width=device-width,initial-scale=1">'
    yield '<meta name="referrer" content="no-referrer">'
    yield f"<style>{_STYLE}</style></head><body>"
    yield f'<header><h1>{title}</h1><p class="soft">{_text(report.subtitle)}</p></header>'
    if len(report.sections) > 1:
        items = "".join(f'<li><a href="#s{i}">{_text(s.title)}</a></li>' for i, s in enumerate(report.sections, 1))
        yield f'<nav aria-label="Contents"><ol>{items}</ol></nav>'
    yield "<main>"
    for place, section in enumerate(report.sections, start=1):
        yield from _section(place, section, notes)
    bases = notes.bases()
    shown = printed_rows(report, bases)
    yield from _bases(bases, set(shown))
    yield from _rows(report, bases, shown)
    yield "</main></body></html>"


def _section(place: int, section: Section, notes: Notes) -> Iterator[str]:
    head = notes.headline(section)
    yield f'<section id="s{place}"><h2>{_text(section.title)}</h2><p class="head">{escape(head.text)}{_refs(head)}</p>'
    # One picture comes before its details, several after what they belong to.
    if len(section.charts) == 1:
        yield _figure(section.charts[0])
    told = notes.told(section)
    if told:
        yield '<ul class="told">'
        for item in told:
            quotes = "".join(_quote(quote.row, quoted(quote)) for quote in item.quotes)
            bare = "" if item.text else ' class="bare"'
            lead, rest = split_lead(item.text)
            strong = f"<strong>{escape(lead)}</strong>" if lead else ""
            yield f"<li{bare}>{strong}{escape(rest)}{_refs(item)}{quotes}</li>"
        yield "</ul>"
    if len(section.charts) > 1:
        yield from map(_figure, section.charts)
    for caveat in notes.caveats(section):
        yield f'<p class="soft">Note: {escape(caveat.text)}{_refs(caveat)}</p>'
    yield "</section>"


def _quote(row: int, words: str) -> str:
    return f'<blockquote>{escape(words)} <a class="ref" href="#r{row}" aria-label="the whole text">↓</a></blockquote>'


def _refs(told: Told) -> str:
    links = [f'<a class="ref" href="#e{n}" aria-label="what number {n} rests on">{n}</a>' for n in told.refs]
    return "".join(links)


def _figure(chart: Chart) -> str:
    light, dark = draw(chart), draw(chart, dark=True)
    width, height = (int.from_bytes(light[at : at + 4], "big") // 2 for at in (16, 20))
    return (
        f'<figure tabindex="0"><picture><source media="(prefers-color-scheme:dark)" srcset="{_data(dark)}">'
        f'<img src="{_data(light)}" width="{width}" height="{height}" alt="{escape(alt(chart))}"></picture></figure>'
    )


def _data(png: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"


def _bases(bases: list[Basis], shown: set[int]) -> Iterator[str]:
    yield '<section id="basis"><h2>What the numbers rest on</h2>'
    yield '<p class="soft">Each small number above leads here; each row below leads to what was said.</p>'
    for basis in bases:
        yield f'<div id="e{basis.number}"><h3>{basis.number}. {escape(basis.title)}</h3>'
        figures = "".join(f"<dt>{escape(label)}</dt><dd>{escape(value)}</dd>" for label, value in basis.figures)
        yield f"<dl>{figures}</dl>"
        if basis.note:
            yield f'<p class="soft">{escape(basis.note)}</p>'
        if basis.points:
            yield _points(basis)
        if basis.rows:
            yield _links(basis, shown)
        yield "</div>"
    yield "</section>"


def _links(basis: Basis, shown: set[int]) -> str:
    linked = [row for row in basis.rows if row in shown][:_LINKED]
    links = " ".join(f'<a href="#r{row}">{row}</a>' for row in linked)
    left = len(basis.rows) - len(linked)
    more = f" and {left:,} more" if left else ""
    return f'<p class="rows">{len(basis.rows):,} rows: {links}{more}</p>'


def _points(basis: Basis) -> str:
    lines = []
    for point in basis.points:
        segments = ", ".join(f"{name} {value}" for name, value in point.segments.items())
        cells = (point.period.label, _number(point.value), _number(point.n), _number(point.target), segments)
        kinds = ("", ' class="n"', ' class="n"', ' class="n"', "")
        lines.append("".join(f"<td{kind}>{_text(cell)}</td>" for cell, kind in zip(cells, kinds, strict=True)))
    head = '<tr><th>period</th><th class="n">value</th><th class="n">n</th><th class="n">target</th><th></th></tr>'
    return f"<table>{head}{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.10g}"


def _rows(report: Report, bases: list[Basis], shown: list[int]) -> Iterator[str]:
    if not shown:
        return
    total = len({row for basis in bases for row in basis.rows})
    yield '<section id="rows"><h2>The rows</h2>'
    left = (
        f" The first {len(shown):,} of {total:,}; all are in <code>journey export feedback</code>."
        if total > len(shown)
        else ""
    )
    yield f'<p class="soft">What customers said, as it is kept: personal data is masked.{left}</p>'
    yield '<table><tr><th class="n">row</th><th class="when">said</th><th class="when">by way of</th><th>text</th></tr>'
    for row in shown:
        item = report.rows[row]
        text = item.text if report.shown else "(not shown: the setting for small groups)"
        day = f"{item.day}" if item.day else ""
        yield (
            f'<tr id="r{row}"><td class="n">{row}</td><td class="when">{day}</td>'
            f'<td class="when">{_text(item.channel or "")}</td>'
            f'<td>{_text(text)}<br><span class="soft">{_text(item.id)}</span></td></tr>'
        )
    yield "</table></section>"


def _text(words: str) -> str:
    return escape(inert(words))
