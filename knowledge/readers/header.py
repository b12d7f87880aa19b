"""Where a table begins: titles above it are passed over, and a first row that is data is not taken for names."""

import re
from collections import Counter
from collections.abc import Sequence

from knowledge.errors import InputError
from knowledge.readers.dates import parse_date

_NUMBER = re.compile(r"^[+-]?[\d.,\s]*\d%?$", re.A)
_URL = re.compile(r"^(?:https?://|www\.)\S+$", re.I)
_EMAIL = re.compile(r"^[^\s@]+@[^\s@]+\.[^\s@]+$")
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
    """Return the position of the first row that is part of the table: rows with one filled cell above it are titles."""
    filled = [sum(bool(cell.strip()) for cell in row) for row in rows]
    widths = Counter(len(row) for row in rows if any(cell.strip() for cell in row))
    if not widths or widths.most_common(1)[0][0] < 2 or max(filled, default=0) < 2:
        return 0
    return next((i for i, count in enumerate(filled[:20]) if count >= 2), 0)


def looks_like_data(first: Sequence[str], rest: Sequence[Sequence[str]]) -> bool:
    """Return whether the first row holds values and no names: like those below it, or a sentence."""
    if any(len(cell.split()) >= SENTENCE and len(cell) > 60 for cell in first):
        return True
    for position, cell in enumerate(first):
        kind = kind_of(cell)
        if kind in ("text", "empty"):
            continue
        below = [kind_of(row[position]) for row in rest[:50] if position < len(row) and row[position].strip()]
        if len(below) >= 2 and below.count(kind) >= 0.8 * len(below):
            return True
    return False
