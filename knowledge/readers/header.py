"""Where a table begins: titles above it are passed over, and a first row that is data is not taken for names."""

import re
from collections import Counter
from collections.abc import Sequence

from knowledge.errors import InputError
from knowledge.readers.dates import parse_date

_NUMBER = re.compile(r"^[+-]?[\d.,\s]*\d%?$", re.A)
_URL = re.compile(r"^(?:https?://|www\.)\S+$", re.I)
_EMAIL = re.compile(r"^[^\s@]+@[^\s@]+\.[^\s@]+$")
NOTHING = frozenset(
    {"", "-", "--", "n/a", "na", "nan", "null", "none", "nil", "#n/a", "(null)", "nat", "?", "."}
    | {"offered", "not offered", "unoffered"}  # a help desk's word for a rating that nobody gave
)
"""What exports write where there is nothing; compared in lower case."""
SENTENCE = 8
"""Words from which on a cell is a sentence and hardly the name of a column."""


def kind_of(cell: str) -> str:
    """Return what a cell holds: `empty`, `number`, `date`, `url`, `email` or `text`."""
    cell = cell.strip()
    if not cell:
        return "empty"
    if _NUMBER.match(cell) and not re.match(r"^\d{1,4}[./ ]\d{1,2}[./ ]\d{1,4}$", cell):
        return "number"
    if _URL.match(cell):
        return "url"
    if _EMAIL.match(cell):
        return "email"
    return "date" if is_date(cell) else "text"


def is_date(cell: str) -> bool:
    """Return whether a cell can be read as a date, in either order."""
    if not 4 <= len(cell) <= 60 or not any(c.isdecimal() for c in cell):
        return False
    for order in ("day", "month"):
        try:
            parse_date(cell, order)
            return True
        except InputError:
            continue
    return False


def header_index(rows: Sequence[Sequence[str]]) -> int:
    """Return the position of the first row that is part of the table.

    Rows above it that fill one cell, or no more than half of what the rows below them fill, are titles.
    """
    filled = [sum(bool(cell.strip()) for cell in row) for row in rows]
    widths = Counter(len(row) for row in rows if any(cell.strip() for cell in row))
    if not widths or widths.most_common(1)[0][0] < 2 or max(filled, default=0) < 2:
        return 0
    for i, count in enumerate(filled[:20]):
        below = sorted(n for n in filled[i + 1 : i + 51] if n)
        if count >= 2 and (not below or 2 * count > below[len(below) // 2]):
            return i
    return next((i for i, count in enumerate(filled[:20]) if count >= 2), 0)


def looks_like_data(first: Sequence[str], rest: Sequence[Sequence[str]]) -> bool:
    """Return whether the first row holds values and no names: like those below it, or a sentence.

    A word above a column of numbers or dates is a name, and speaks for the row: surveys have sentences for names.
    """
    alike = named = 0
    for position, cell in enumerate(first):
        kind = kind_of(cell)
        below = [kind_of(row[position]) for row in rest[:50] if position < len(row) and row[position].strip()]
        usual, count = Counter(below).most_common(1)[0] if len(below) >= 2 else ("text", 0)
        if kind == "empty" or usual in ("text", "empty") or count < 0.8 * len(below):
            continue
        alike += kind == usual
        named += kind == "text" and cell.strip().lower() not in NOTHING
    if alike or named:
        return alike >= named
    return any(len(cell.split()) >= SENTENCE and len(cell) > 60 and not _asks(cell, first) for cell in first)


def _asks(cell: str, row: Sequence[str]) -> bool:
    """Return whether a sentence is a question among other columns, as surveys name theirs."""
    return len(row) > 1 and cell.rstrip(" *)").endswith(("?", ":"))


def second_header(rows: Sequence[Sequence[str]]) -> tuple[int, list[str]] | None:
    """Return how many more rows of names stand below the first row, and the names that they all make; None if none do.

    Two survey tools write such rows: one puts the options of a question below it ("Response", "Other (please
    specify)"), the other the questions below its own short names, and below these a row of `{"ImportId": …}`.
    """
    if len(rows) > 2 and any(cell.startswith('{"ImportId"') for cell in rows[2]):
        return 2, [label.strip() or name for name, label in zip(rows[0], rows[1], strict=False)]
    if len(rows) < 2 or len(rows[0]) < 4 or not any(cell.strip().lower() in _ANSWERS for cell in rows[1]):
        return None
    if any(kind_of(cell) not in ("empty", "text") for cell in rows[1]):
        return None
    names, asked = [], ""
    for name, option in zip(rows[0], rows[1], strict=False):
        asked = name.strip() or (asked if option.strip() else "")
        own = option.strip() if option.strip().lower() not in _ANSWERS[:2] else ""
        names.append(" – ".join(part for part in (asked, own) if part))
    return 1, names


_ANSWERS = ("response", "open-ended response", "other (please specify)")
