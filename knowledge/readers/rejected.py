"""Rows that could not be read, written beside the file that they came from, so that they can be mended."""

import csv
import errno
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from knowledge.errors import InputError
from knowledge.readers.files import REJECTED

HEADER = ("line", "column", "reason")


@dataclass(frozen=True, kw_only=True)
class Rejected:
    """A row that was left out: the line on which it begins, the column at fault (None: the row as a whole), why."""

    line: int
    column: str | None
    reason: str
    cells: tuple[str, ...]


def rejected_path(path: str | Path) -> Path:
    """Return the name of the file of rejected rows: `FILE.rejected.csv`, or `stdin.rejected.csv` here."""
    path = Path(path)
    return Path(f"stdin{REJECTED}") if str(path) == "-" else path.with_name(path.name + REJECTED)


def write_rejected(
    path: str | Path, rejected: Iterable[Rejected], header: Sequence[str], mask: Callable[[str], str]
) -> Path | None:
    """Write the rejected rows of the file `path` beside it, and return where; None, and no file, if there are none.

    Where its folder cannot be written, they go to the current one. Every reason and cell goes through `mask` first, so
    that no personal data reaches the disk, and none can act as a formula when the file is opened in a spreadsheet. A
    file left by an earlier run is replaced or removed.
    """
    target, rows = rejected_path(path), iter(rejected)
    first = next(rows, None)
    try:
        if first is None:
            _forget(target)
            return None
        table = [
            [str(row.line), row.column or "", *map(mask, (row.reason, *row.cells))] for row in chain([first], rows)
        ]
        return _write(target, header, table)
    except OSError as error:
        raise InputError(f"the rejected rows cannot be written to {target}: {error.strerror}") from error


def _write(target: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> Path:
    """Write a table beside the file that it is about, or in the current folder where that one is read-only."""
    try:
        _write_table(target, header, rows)
    except OSError as error:
        here = Path(target.name)
        if error.errno not in _READ_ONLY or here.absolute() == target.absolute():
            raise
        _write_table(here, header, rows)
        return here
    return target


def _write_table(target: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    part = target.with_name(target.name + ".part")
    with part.open("w", encoding="utf-8-sig", newline="") as stream:  # the mark tells Excel that it is UTF-8
        writer = csv.writer(stream)
        writer.writerow([*HEADER, *map(harmless, header)])
        writer.writerows([*map(harmless, row)] for row in rows)
    os.replace(part, target)


_READ_ONLY = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


def harmless(cell: str) -> str:
    """Defuse a cell that a spreadsheet would run as a formula, and drop what UTF-8 cannot hold.

    Such a cell begins, after white space, with one of `= + - @` (or their wide forms), or with a control character.
    An apostrophe before it makes it text; files for programs (JSON Lines, Parquet) carry cells as they are.
    """
    cell = cell.encode("utf-8", "replace").decode("utf-8")
    runs = cell.lstrip()[:1] in _FORMULA or (cell[:1] < " " and cell != "")
    return f"'{cell}" if runs else cell


_FORMULA = tuple("=+-@＝＋－＠")


def _forget(target: Path) -> None:
    if target.exists() and target.read_bytes().lstrip(b"\xef\xbb\xbf").startswith(",".join(HEADER).encode()):
        target.unlink()
