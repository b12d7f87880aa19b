"""Scorecards with a column for each month, quarter or week, turned into a value a row."""

from collections.abc import Iterator
from dataclasses import replace

from knowledge.errors import InputError
from knowledge.readers.period_text import parse_period
from knowledge.readers.profiles import blank
from knowledge.readers.rows import Row, Table

FEWEST = 2
"""Columns named by periods that make a scorecard."""
VALUE, PERIOD = "value", "period"


def unpivoted(table: Table) -> Table:
    """Return a table with a row for each value of a scorecard; any other table as it is.

    The columns that are no periods are repeated in each row; an empty cell measures nothing and gives no row.
    """
    places = [place for place, name in enumerate(table.header) if _is_period(name)]
    names = [name for place, name in enumerate(table.header) if place not in places]
    if len(places) < FEWEST or {VALUE, PERIOD} & {name.lower() for name in names}:
        return table
    kept = [place for place in range(len(table.header)) if place not in places]

    def rows() -> Iterator[Row]:
        for row in table.rows():
            if row.problem:
                yield row
                continue
            same = [row.cells[place] for place in kept]
            for place in places:
                if not blank(row.cells[place]):
                    yield Row(row.line, [*same, table.header[place], row.cells[place]])

    first, last = table.header[places[0]], table.header[places[-1]]
    note = f"A scorecard: the columns “{first}” to “{last}” are read as {len(places)} periods."
    return replace(table, header=(*names, PERIOD, VALUE), rows=rows, notes=(*table.notes, note))


def _is_period(name: str) -> bool:
    """Return whether a column's name names when; a bare number does so only as a year."""
    try:
        parse_period(name)
    except InputError:
        return False
    return not name.isdecimal() or len(name) == 4
