"""A journey map from CSV: stages as rows or as columns, or one cell a row (stage, lane, text, and perhaps step)."""

import re

from knowledge.errors import InvalidMap
from knowledge.journey import JourneyMap
from knowledge.readers.delimited import records, sniff
from knowledge.readers.map_building import build
from knowledge.readers.map_tables import layout_of, stages_of

EXPECTED = (
    "expected a column “stage” beside lanes (action, thought, feeling, pain, opportunity, touchpoint, owner), "
    "lanes in the first column and stages beside it, or the columns stage, lane and text"
)


def parse_csv_map(text: str, name: str) -> JourneyMap:
    """Return the map that a table holds. Raises InvalidMap naming file, line and what was expected."""
    lines = text.splitlines(keepends=True)
    dialect = sniff(lines[:1000])
    if dialect.declared:
        lines[0] = "\n"
    rows = [row for row in records(iter(lines), dialect) if row.problem or any(cell.strip() for cell in row.cells)]
    for row in rows:
        if row.problem:
            raise InvalidMap(f"{name}, line {row.line}: {row.problem}")
    if not rows:
        raise InvalidMap(f"{name} is empty; {EXPECTED}")
    header = [cell.strip() for cell in rows[0].cells]
    below = [[cell.strip() for cell in row.cells] + [""] * (len(header) - len(row.cells)) for row in rows[1:]]
    layout = layout_of(header, below)
    if layout is None:
        found = ", ".join(cell for cell in header if cell)
        raise InvalidMap(f"{name}, line {rows[0].line}: {EXPECTED}; found the columns {found}")
    stages = stages_of(header, below, "columns" if layout == "one" else layout)
    if not stages:
        raise InvalidMap(f"{name}, line {rows[0].line}: there is no stage below the header; {EXPECTED}")
    stem = re.sub(r"[_\s]+", " ", re.sub(r"(?:\.\w+)+$", "", name)).strip() or "Journey"
    return build(stem, stages, file=name)
