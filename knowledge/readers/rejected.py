"""Rows that could not be read, written beside the file that they came from, so that they can be mended."""

import csv
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

    Every reason and cell goes through `mask` first, so that no personal data reaches the disk, and none can act as
    a formula when the file is opened in a spreadsheet. A file left by an earlier run is replaced or removed.
    """
    target, rows = rejected_path(path), iter(rejected)
    first = next(rows, None)
    try:
        if first is None:
            _forget(target)
            return None
        part = target.with_name(target.name + ".part")
        with part.open("w", encoding="utf-8-sig", newline="") as stream:  # the mark tells Excel that it is UTF-8
            writer = csv.writer(stream)
            writer.writerow([*HEADER, *map(harmless, header)])
            for row in chain([first], rows):
                texts = [row.column or "", mask(row.reason), *map(mask, row.cells)]
                writer.writerow([row.line, *map(harmless, texts)])
        os.replace(part, target)
    except OSError as error:
        raise InputError(f"the rejected rows cannot be written to {target}: {error.strerror}") from error
    return target


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
