"""Which column of a table of metrics is what, and whether the table is long or wide."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from knowledge.errors import InputError, MissingColumn
from knowledge.readers.columns import find_column
from knowledge.readers.header import kind_of
from knowledge.readers.names import words_of
from knowledge.readers.period_text import Grain, column_grain
from knowledge.readers.profiles import blank
from knowledge.readers.rows import Row

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "stage": ("stage", "journey stage", "phase", "funnel stage", "lifecycle stage", "step"),
    "metric": ("metric", "measure", "kpi", "indicator", "metric name"),
    "period": ("period", "month", "week", "quarter", "date", "day", "year", "when", "time"),
    "value": ("value", "score", "result", "amount", "actual"),
    "n": ("n", "responses", "respondents", "sample size", "sample", "base", "answers", "count"),
    "unit": ("unit", "units", "scale"),
    "target": ("target", "goal", "objective"),
    "better": ("better", "direction", "good"),
}


@dataclass(frozen=True, kw_only=True)
class MetricColumns:
    """Where the columns of a table stand: `places` by our names; `wide` are those that are metrics themselves.

    `grain` is what full dates of the period's column count, None where each is its own day.
    """

    header: tuple[str, ...]
    places: Mapping[str, int]
    wide: Sequence[int]
    grain: Grain | None

    def cell(self, row: Row, name: str) -> str:
        """Return the cell of one of our columns, "" where there is none."""
        place = self.places.get(name)
        return "" if place is None or blank(row.cells[place]) else row.cells[place].strip()

    def name(self, ours: str) -> str:
        """Return the file's name of one of our columns."""
        return self.header[self.places[ours]]


def find_columns(header: tuple[str, ...], rows: Sequence[Row], named: Mapping[str, str]) -> MetricColumns:
    """Find the columns by name, those of `named` first. Raises MissingColumn without a period or without measures."""
    if unknown := [name for name in named if name not in COLUMNS]:
        raise InputError(f"there is no column “{unknown[0]}” in a table of metrics; there are: {', '.join(COLUMNS)}")
    places = {name: header.index(find_column(column, header)) for name, column in named.items()}
    for name, words in COLUMNS.items():
        free = [i for i, column in enumerate(header) if i not in places.values() and words_of(column) in words]
        if name not in places and free:
            places[name] = min(free, key=lambda i: words.index(words_of(header[i])))
    if "period" not in places:
        raise MissingColumn(f"no column says when (period, month, date …); the columns are: {', '.join(header)}")
    wide = [] if "value" in places and "metric" in places else _numeric(header, rows, places)
    if not wide and not {"value", "metric"} <= places.keys():
        raise MissingColumn(
            "no column holds measures: expected “metric” and “value”, or columns of numbers; "
            f"the columns are: {', '.join(header)}"
        )
    if wide:
        places = {name: i for name, i in places.items() if i not in wide}
    when = places["period"]
    grain = column_grain(header[when], (row.cells[when] for row in rows[:2_000]))
    return MetricColumns(header=header, places=places, wide=wide, grain=grain)


def _numeric(header: Sequence[str], rows: Sequence[Row], places: Mapping[str, int]) -> list[int]:
    """Return the columns that are metrics in a wide table: those that hold numbers and have no other part to play."""
    taken = {place for name, place in places.items() if name != "value"}
    found = []
    for i in range(len(header)):
        kinds = [kind_of(row.cells[i]) for row in rows[:500] if not blank(row.cells[i])]
        if i not in taken and kinds and kinds.count("number") >= 0.5 * len(kinds):
            found.append(i)
    return found
