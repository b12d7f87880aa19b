"""Raw rows: what every format is turned into before anything is understood."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Row(NamedTuple):
    """One row as it stands in the file: `line` is where it begins, counted from 1; `problem` is why it can't be used.

    A named tuple and not a dataclass: millions are made on the way through a file, and this one costs a third.
    """

    line: int
    cells: list[str]
    problem: str | None = None


@dataclass(frozen=True, kw_only=True)
class Table:
    """A file as names of columns and a stream of rows; each call of `rows` reads the file from its start again.

    `lines` says what `Row.line` counts: lines of text, rows of a sheet, or records. `notes` are sentences for a
    person about what was decided (encoding, delimiter, skipped lines).
    """

    name: str
    kind: str
    header: tuple[str, ...]
    rows: Callable[[], Iterator[Row]]
    headless: bool = False
    notes: tuple[str, ...] = ()


def name_columns(cells: Sequence[str]) -> tuple[str, ...]:
    """Return usable names: trimmed, numbered where empty (`column_3`), told apart where repeated (`text (2)`)."""
    names: list[str] = []
    for position, cell in enumerate(cells, start=1):
        wanted = " ".join(cell.replace("\x00", "").split()) or f"column_{position}"
        name, count = wanted, 1
        while name in names:
            count += 1
            name = f"{wanted} ({count})"
        names.append(name)
    return tuple(names)
