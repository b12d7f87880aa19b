"""Excel (xlsx, xls, xlsb) and OpenDocument sheets as rows; `Row.line` is the row's number in the sheet."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zipfile import BadZipFile

from knowledge.errors import UnreadableFile
from knowledge.readers.rows import Row
from knowledge.readers.sources import Source
from knowledge.readers.unpacking import refuse_bomb


def sheets(source: Source, sheet: str | None) -> dict[str, list[Row]]:
    """Return the rows of the named sheet, or of every sheet that holds anything, by the sheets' names.

    A workbook is read as a whole, as its format requires.
    """
    import python_calamine

    try:
        with source.open() as stream:
            refuse_bomb(stream, source.name)
            book = python_calamine.CalamineWorkbook.from_filelike(stream)
            return _rows(book, source.name, sheet)
    except (python_calamine.CalamineError, BadZipFile) as error:
        raise UnreadableFile(f"{source.name} is not a workbook that we can read: {error}") from error


def _rows(book: Any, name: str, sheet: str | None) -> dict[str, list[Row]]:  # noqa: ANN401 - calamine has no types
    if sheet is not None and sheet not in book.sheet_names:
        raise UnreadableFile(f"{name} has no sheet “{sheet}”; it has: {', '.join(book.sheet_names)}")
    found = {}
    for candidate in [sheet] if sheet is not None else book.sheet_names:
        opened = book.get_sheet_by_name(candidate)
        if opened.start is not None:
            cells = [[_text(cell) for cell in row] for row in opened.iter_rows()]  # from the sheet's first row on
            found[candidate] = list(_numbered(cells))
    if not found:
        raise UnreadableFile(f"{name} holds no filled sheet")
    return found


def _numbered(rows: list[list[str]]) -> Iterator[Row]:
    return (Row(number, cells) for number, cells in enumerate(rows, start=1) if any(cell.strip() for cell in cells))


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return "" if cell is None else str(cell)
