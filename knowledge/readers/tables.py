"""Any file as a table: names of columns and a stream of raw rows, each with the line on which it begins.

The format is told by the bytes (gzip, workbook, Parquet, an opening brace or bracket), and by the extension only
where they leave it open. Text formats and Parquet are streamed; JSON and workbooks are held in memory as text.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from knowledge.errors import UnreadableFile
from knowledge.readers import delimited, encodings, excel, json_rows, parquet, slack_export
from knowledge.readers.encodings import Encoding
from knowledge.readers.header import header_index, looks_like_data, second_header
from knowledge.readers.rows import Row, Table, name_columns
from knowledge.readers.sources import Source, open_source

SAMPLE_LINES = 1_000
SAMPLE_CHARACTERS = 1 << 20


def open_table(path: str | Path, *, sheet: str | None = None, stdin: BinaryIO | None = None) -> Table:
    """Open a file (or standard input, `-`) as a table.

    `sheet` names a sheet of a workbook. Raises UnreadableFile with what is wrong and, where there is one, the line.
    """
    source = open_source(path, stdin)
    kind = _kind(source)
    if kind == "excel":
        return _excel(source, sheet)
    if kind == "parquet":
        return Table(
            name=source.name, kind=kind, header=name_columns(parquet.columns(source)), rows=lambda: parquet.rows(source)
        )
    encoding = encodings.detect(source)
    notes = _encoding_notes(encoding)
    if kind == "json":
        return _json(source, encoding, notes)
    return _delimited(source, encoding, notes)


def read_rows(path: str | Path) -> list[dict[str, str]]:
    """Return all rows of a small file that have no problem, as dictionaries of text."""
    table = open_table(path)
    return [dict(zip(table.header, row.cells, strict=True)) for row in table.rows() if not row.problem]


def _kind(source: Source) -> str:
    try:
        with source.open() as stream:
            head = stream.read(4096)
    except (EOFError, OSError) as error:
        raise UnreadableFile(f"{source.name} is damaged or cut short: {error}; fetch it again") from error
    if not head.strip(b"\xef\xbb\xbf"):
        raise UnreadableFile(f"{source.name} is empty; export it again")
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return "excel"
    if source.suffix in (".json", ".jsonl", ".ndjson"):
        return "json"
    opening = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:1]
    return "json" if opening in (b"{", b"[") and source.suffix not in (".csv", ".tsv", ".tab", ".psv") else "delimited"


def _encoding_notes(encoding: Encoding) -> tuple[str, ...]:
    if encoding.damaged:
        return (f"The file is {encoding.name} with some bytes that are not; rows that hold them are rejected.",)
    plain = encoding.name in ("utf-8", "utf-8-sig")
    return () if plain else (f"The file is read as {encoding.name}.",)


def _lines(source: Source, encoding: Encoding) -> Iterator[str]:
    with source.open() as stream, io.TextIOWrapper(stream, encoding.name, encoding.errors, newline="") as text:
        yield from text


def _excel(source: Source, sheet: str | None) -> Table:
    read = {name: _sheet(rows) for name, rows in excel.sheets(source, sheet).items()}
    name = max(read, key=lambda name: read[name].weight)  # of equals the first
    like = {n: s for n, s in read.items() if n == name or (s.header == read[name].header and not s.headless)}
    header, kept = read[name].header, [row for s in like.values() for row in s.rows]
    if len(like) > 1:  # such as one for each month
        header = name_columns([*header, "sheet"])
        kept = [Row(row.line, [*row.cells, n], row.problem) for n, s in like.items() for row in s.rows]
    notes = (*_sheet_notes(list(like), [n for n in read if n not in like]), *_title_note(read[name].start))
    return Table(
        name=source.name,
        kind="excel",
        header=header,
        rows=lambda: iter(kept),
        headless=read[name].headless,
        notes=(*notes, *_names_note(read[name].more)),
    )


@dataclass(frozen=True, kw_only=True)
class _Sheet:
    """A sheet taken for a table: its names, its rows, and how many characters these hold beside each other."""

    header: tuple[str, ...]
    headless: bool
    start: int
    more: int
    rows: list[Row]

    @property
    def weight(self) -> int:
        """How much the sheet has of a table: one column, or no rows, is none."""
        if len(self.header) < 2:
            return 0
        return 1 + sum(len(cell) for row in self.rows for cell in row.cells)


def _sheet(rows: list[Row]) -> _Sheet:
    start = header_index([row.cells for row in rows[:50]])
    header, headless, more = _header(rows[start:])
    return _Sheet(
        header=header, headless=headless, start=start, more=more, rows=rows[start if headless else start + 1 + more :]
    )


def _sheet_notes(read: list[str], other: list[str]) -> tuple[str, ...]:
    def named(names: list[str]) -> str:
        return f"Sheet{'s' if len(names) > 1 else ''} {', '.join(f'“{name}”' for name in names)}"

    left = (f"{named(other)} {'are' if len(other) > 1 else 'is'} not.",) if other else ()
    return (f"{named(read)} {'are read together' if len(read) > 1 else 'is read'}.", *left)


def _json(source: Source, encoding: Encoding, notes: tuple[str, ...]) -> Table:
    head = "".join(islice(_lines(source, encoding), 2))
    if source.suffix in (".jsonl", ".ndjson") or json_rows.is_lines(head.lstrip("\ufeff")):

        def found() -> Iterator[json_rows.Found]:
            return json_rows.line_records(_lines(source, encoding))

        kind = "jsonl"
    else:
        text = "".join(_lines(source, encoding)).lstrip("\ufeff")

        def found() -> Iterator[json_rows.Found]:
            return json_rows.array_records(text, source.name)

        kind = "json"
    if slack_export.is_export(islice(found(), json_rows.SAMPLE)):
        return _slack(source, found, encoding, notes)
    names = json_rows.keys(found())
    if not names:
        raise UnreadableFile(f"{source.name} holds no JSON objects with named values")
    return Table(
        name=source.name,
        kind=kind,
        header=name_columns([encodings.storable(name) for name in names]),
        notes=notes,
        rows=lambda: _decoded(json_rows.as_rows(found(), names), encoding, escapes=True),
    )


def _slack(
    source: Source, found: Callable[[], Iterator[json_rows.Found]], encoding: Encoding, notes: tuple[str, ...]
) -> Table:
    folder = source.path.absolute().parent.name if source.path else "slack"
    other = slack_export.left_out(found())
    left = f"{other} message{'s' if other > 1 else ''} by programs or by Slack itself left out."
    return Table(
        name=source.name,
        kind="json",
        header=slack_export.HEADER,
        notes=(*notes, f"A Slack export, of the channel “{folder}”.", *((left,) if other else ())),
        rows=lambda: _decoded(slack_export.message_rows(found(), folder), encoding, escapes=True),
    )


def _delimited(source: Source, encoding: Encoding, notes: tuple[str, ...]) -> Table:
    sample = _sample(_lines(source, encoding))
    dialect = delimited.sniff(sample)
    skip = 1 if dialect.declared else 0
    first = list(delimited.records(iter(sample[skip:]), dialect, first_line=skip + 1))
    if not first or {len(row.cells) for row in first} == {1}:  # one column: an empty line is an empty cell
        first = list(delimited.records(iter(sample[skip:]), dialect, width=1, first_line=skip + 1))
    if not first:
        raise UnreadableFile(f"{source.name} is empty; export it again")
    start = header_index([row.cells for row in first])
    if first[start].problem:
        raise UnreadableFile(f"{source.name}, line {first[start].line}: {first[start].problem}")
    header, headless, more = _header(first[start:])
    begin = first[start].line if headless else _line_after(first, start + more, sample, skip)

    def rows() -> Iterator[Row]:
        lines = islice(_lines(source, encoding), begin - 1, None)
        return _decoded(delimited.records(lines, dialect, width=len(header), first_line=begin), encoding)

    notes = (*notes, *_title_note(start), *_names_note(more), *_delimiter_note(dialect))
    return Table(name=source.name, kind="delimited", header=header, rows=rows, headless=headless, notes=notes)


def _line_after(first: list[Row], start: int, sample: list[str], skip: int) -> int:
    """Return the line after the header, which may itself hold line breaks between quotes."""
    return first[start + 1].line if start + 1 < len(first) else max(len(sample), skip) + 1


def _sample(lines: Iterator[str]) -> list[str]:
    sample, size = [], 0
    for line in islice(lines, SAMPLE_LINES):
        sample.append(line)
        size += len(line)
        if size > SAMPLE_CHARACTERS:
            break
    return sample


def _header(rows: list[Row]) -> tuple[tuple[str, ...], bool, int]:
    """Return the columns' names, whether they are ours as the first row is data, and how many more rows hold names."""
    if not rows:
        return (), False, 0
    first, rest = rows[0].cells, [row.cells for row in rows[1:] if not row.problem]
    if further := second_header([first, *rest[:2]]):
        more, names = further
        return name_columns([encodings.storable(name) for name in names]), False, more
    headless = looks_like_data(first, rest)
    return name_columns([""] * len(first) if headless else [encodings.storable(cell) for cell in first]), headless, 0


def _names_note(more: int) -> tuple[str, ...]:
    if not more:
        return ()
    return ("The second line holds names too.",) if more == 1 else (f"{more} more lines of names are passed over.",)


def _title_note(start: int) -> tuple[str, ...]:
    return (f"{start} line{'s' if start > 1 else ''} above the table passed over.",) if start else ()


def _delimiter_note(dialect: delimited.Dialect) -> tuple[str, ...]:
    common = dialect.delimiter in (",", "\t", delimited.NONE)
    return () if common else (f"Columns are separated by a {dialect.name}.",)


def _decoded(rows: Iterator[Row], encoding: Encoding, *, escapes: bool = False) -> Iterator[Row]:
    """Mark the rows whose bytes do not fit the encoding; `escapes` where the format can write halves of characters."""
    if encoding.proven and not escapes:
        return rows
    return (_checked(row, encoding) for row in rows)


def _checked(row: Row, encoding: Encoding) -> Row:
    if all(map(str.isascii, row.cells)):
        return row
    problem = row.problem
    if not problem and not encoding.proven and any(map(encodings.undecodable, row.cells)):
        problem = f"bytes that are not {encoding.name}; save the file as UTF-8"
    return Row(row.line, [encodings.storable(cell) for cell in row.cells], problem)
