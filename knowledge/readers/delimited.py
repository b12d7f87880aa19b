r"""CSV and its relatives: which delimiter and quoting a file has, and its records with the lines they begin on.

DuckDB's reader was tried first (2.0, its sniffer with `store_rejects`) and left for Python's `csv` in strict mode:

- one quote that is never closed near the top made its sniffer turn quoting off for the whole file, without a word:
  2,001 good rows came out with the quotation marks still on them;
- of a header `a,b,c` over a wider row it skipped the header, and of one over a shorter row it took `|` as delimiter;
- its rejects count records, not lines: after a quoted text of three lines it named line 3 for line 5, and good rows
  have no line at all;
- empty and missing are both NULL to it, and cp1252 it neither recognises nor reads.

Strict `csv` alone would lose everything after a quote that is never closed. So `records` remembers the lines of the
record being read: when it fails, runs past `LONGEST` lines, or swallowed lines that are whole rows by themselves,
only its first line is given up, and reading begins again on the next.
"""

import csv
import re
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from knowledge.readers.rows import Row

LONGEST = 2_000
"""Lines that one record may span; beyond that, a quote was not closed."""
LARGEST = 4 << 20
"""Characters that one cell may hold."""
FEW = 3
"""Cells with an odd quotation mark that are still accidents, and no habit of the file."""
WIDE = 4
"""Columns from which on a line of text is no row by chance."""
PROSE = 0.25
"""What counts against a delimiter that cuts the first line where prose has commas: a question of a survey, for one."""
COMMON = (",", "\t", ";", "|")
RARE = ("\x01", "\x1f", "^", "~", "¦")
NONE = "\x1e"
"""Stands for "no delimiter", in a file of one column: a record separator does not occur in text."""
UNREADABLE_QUOTES = "a quotation mark is missing or not doubled on this line"


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """How cells are told apart: `escape` is a backslash where the file uses it instead of doubling quotes.

    `quoted` is False where quotation marks have no meaning (tables by programs that know no quoting).
    """

    delimiter: str = ","
    escape: str | None = None
    quoted: bool = True
    declared: bool = False

    @property
    def name(self) -> str:
        """The delimiter in words."""
        words = {"\t": "tab", ",": "comma", ";": "semicolon", "|": "vertical bar", NONE: "none"}
        return words.get(self.delimiter, repr(self.delimiter))


def records(lines: Iterator[str], dialect: Dialect, *, width: int | None = None, first_line: int = 1) -> Iterator[Row]:
    """Turn lines (with their line ends) into rows; empty lines are rows only where the table has one column.

    `width` is the number of columns, None while it is not known: with it, a row of another width carries a problem.
    """
    kept = _Lines(lines, first_line)
    while True:
        try:
            for cells in _reader(kept, dialect):
                if width and kept.swallowed(dialect, width, fits=len(cells) == width):
                    break
                line = kept.done()
                if cells or width == 1:
                    yield _row(line, cells or [""], width)
            else:
                return
        except (csv.Error, _TooLong):
            pass
        line, text = kept.give_up_first()
        yield Row(line, [text], UNREADABLE_QUOTES)


def sniff(lines: Sequence[str]) -> Dialect:
    r"""Return the dialect of a sample of whole lines: the delimiter under which most rows are as wide as the header.

    >>> sniff(["id;text\r\n", "1;good, really\r\n"]).delimiter
    ';'
    """
    if lines and (declared := re.fullmatch(r"\ufeff?sep=(.)\s*", lines[0])):
        return Dialect(delimiter=declared[1], declared=True)
    best, best_score = Dialect(delimiter=NONE), 0.0
    for delimiter in (*COMMON, *RARE):
        if any(delimiter in line for line in lines):
            score = _score(lines, Dialect(delimiter=delimiter))
            if score > best_score:
                best, best_score = Dialect(delimiter=delimiter), score
    return _without_quotes(lines, _with_escape(lines, best))


def _row(line: int, cells: list[str], width: int | None) -> Row:
    if not width or len(cells) == width:
        return Row(line, cells)
    if len(cells) == 1 and not cells[0].strip():
        return Row(line, [""] * width)
    if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
        return Row(line, cells[:width])  # delimiters at the end of the line, as some exports leave them
    few = "few" if len(cells) < width else "many"
    return Row(line, cells, f"too {few} cells: {len(cells)}, and the table has {width} columns")


def _reader(lines: Iterator[str], dialect: Dialect) -> "Iterator[list[str]]":
    if csv.field_size_limit() < LARGEST:
        csv.field_size_limit(LARGEST)
    if not dialect.quoted:
        return csv.reader(lines, delimiter=dialect.delimiter, quoting=csv.QUOTE_NONE, strict=True)
    return csv.reader(
        lines, delimiter=dialect.delimiter, escapechar=dialect.escape, doublequote=dialect.escape is None, strict=True
    )


class _TooLong(Exception):
    """A record spans more lines than any text does."""


class _Lines:
    """Lines that remembers those of the record being read, so that they can be given back."""

    def __init__(self, source: Iterator[str], first_line: int) -> None:
        self._source, self._waiting = source, deque[str]()
        self._taken: list[str] = []
        self._next_line = first_line

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._waiting.popleft() if self._waiting else next(self._source)
        self._taken.append(line)
        if len(self._taken) > LONGEST:
            raise _TooLong
        return line

    def done(self) -> int:
        """Forget the lines of a finished record; return the line on which it began."""
        line = self._next_line
        self._next_line += len(self._taken)
        self._taken.clear()
        return line

    def give_up_first(self) -> tuple[int, str]:
        """Return the first line of the record and its number; the others will be read again."""
        line, text = self._next_line, self._taken[0]
        self._waiting.extendleft(reversed(self._taken[1:]))
        self._taken.clear()
        self._next_line += 1
        return line, text.rstrip("\r\n")

    def swallowed(self, dialect: Dialect, width: int, *, fits: bool) -> bool:
        """Return whether most lines after the first are whole rows by themselves: a quote ran over them.

        A record that has the right width (`fits`) is doubted only in tables wide enough that text does not look
        like their rows by chance, and only for lines wholly inside the quotes.
        """
        inside = self._taken[1:-1] if fits else self._taken[1:]
        if not inside or (fits and (width < WIDE or len(inside) < 2)):
            return False
        return sum(_width(line, dialect) == width for line in inside) * 2 > len(inside)


def _width(line: str, dialect: Dialect) -> int:
    try:
        return len(next(_reader(iter([line]), dialect), []))
    except csv.Error:
        return 0


def _score(lines: Sequence[str], dialect: Dialect) -> float:
    """Score a dialect by the share of rows as wide as most, and by whether the first row is one of them."""
    rows = [row for row in records(iter(lines), dialect) if any(row.cells)]
    widths = Counter(len(row.cells) for row in rows if not row.problem)
    if not widths:
        return 0.0
    first = len(rows[0].cells)
    mode = max(widths, key=lambda width: (widths[width], width == first))
    share = widths[mode] / len(rows)
    if mode < 2 and first < 2:
        return 0.0
    if first > 1 and (_names(rows[0].cells) or (first == mode and share >= 0.5)):
        prose = PROSE if any(cell[:1].isspace() for cell in rows[0].cells[1:]) else 0.0
        return (1 if first == mode else 0.5) + share - prose
    return share if share >= 0.8 and len(rows) >= 4 else 0.0  # a title above the table


def _names(cells: Sequence[str]) -> bool:
    """Return whether cells look like names of columns; in prose, a blank follows the comma."""
    return all(cell and not cell[0].isspace() and len(cell) <= 60 and len(cell.split()) <= 6 for cell in cells)


def _with_escape(lines: Sequence[str], dialect: Dialect) -> Dialect:
    """Choose backslashes before quotes where they leave fewer rows broken than doubled quotes do."""
    if not any('\\"' in line for line in lines):
        return dialect
    escaped = replace(dialect, escape="\\")
    broken = [sum(bool(row.problem) for row in records(iter(lines), d)) for d in (dialect, escaped)]
    return escaped if broken[1] < broken[0] else dialect


def _without_quotes(lines: Sequence[str], dialect: Dialect) -> Dialect:
    """Give quotes no meaning where several cells open with one that they do not close, and every row fits without."""
    if dialect.delimiter == NONE or not any(row.problem for row in records(iter(lines), dialect)):
        return dialect
    bare = replace(dialect, quoted=False)
    rows = [row.cells for row in records(iter(lines), bare)]
    cells = [cell for row in rows for cell in row if cell.startswith('"')]
    closed = sum(len(cell) > 1 and cell.endswith('"') for cell in cells)
    if len(cells) - closed < FEW or len(cells) - closed <= 2 * closed:
        return dialect
    return bare if len({len(row) for row in rows if row}) == 1 else dialect
