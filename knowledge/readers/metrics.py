"""Tables of metrics: one value a row (stage, metric, period, value, …), or one metric a column.

Columns are found by name: `stage metric period value n unit target better`; every other column of a long table is a
segment. A table without `metric` and `value` is wide: each column of numbers is a metric. A scorecard, with a
column for each period, is turned into a long table first. Impossible values (CSAT 7
of 5, conversion 140%) are rejected with their line. Shares between 0 and 1 of a metric in percent become percent, so
that two tables of the same metric can be compared.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from knowledge.errors import InputError
from knowledge.journey import stage_id
from knowledge.metrics import Metric, MetricPoint
from knowledge.periods import Period
from knowledge.readers.dates import DateSurvey, Order
from knowledge.readers.files import source_name
from knowledge.readers.known_metrics import SCALES, metric_for, unit_of
from knowledge.readers.metric_checks import Placed, clashes, gaps
from knowledge.readers.metric_columns import MetricColumns, find_columns
from knowledge.readers.names import segment_name, words_of
from knowledge.readers.numbers import parse_number
from knowledge.readers.period_text import parse_period
from knowledge.readers.pivoted import unpivoted
from knowledge.readers.profiles import blank
from knowledge.readers.rejected import Rejected
from knowledge.readers.rows import Row
from knowledge.readers.tables import open_table

SHARE = ("share", "ratio", "fraction")
"""Units that say of a metric in percent that its values run from 0 to 1."""
ALL = frozenset({"all", "overall", "total", "any", "*"})
"""What tables write where a value is for everybody."""


@dataclass(frozen=True, kw_only=True)
class MetricsFile:
    """What a table of metrics holds: `metrics` in order of appearance, their `points`, and the rejected rows.

    `read` counts rows; in a wide table a row gives several points and may be rejected for several columns.
    """

    name: str
    header: tuple[str, ...]
    metrics: list[Metric]
    points: list[MetricPoint]
    rejected: list[Rejected]
    read: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Value:
    """One cell on its way to a point: where it stands, and what is known about it so far."""

    row: Row
    column: str
    metric: str
    value: float
    unit: str
    period: Period
    stage: str | None
    n: int | None
    target: float | None
    better: str
    segments: Mapping[str, str]

    @cached_property
    def id(self) -> str:
        """The id of the metric, however the file spells its name."""
        return metric_for(self.metric).id


@dataclass
class _Reading:
    """A pass through the table: what the columns are, and what has been found and refused."""

    columns: MetricColumns
    order: Order
    values: list[_Value] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)

    def refuse(self, row: Row, column: str | None, reason: str) -> None:
        self.rejected.append(Rejected(line=row.line, column=column, reason=reason, cells=tuple(row.cells)))


def read_metrics(
    path: str | Path, *, columns: Mapping[str, str] | None = None, source: str | None = None, sheet: str | None = None
) -> MetricsFile:
    """Read a table of metrics, long or wide, in any format of table.

    `columns` maps our columns (stage, metric, period, value, n, unit, target, better) to the file's. Raises
    UnreadableFile, MissingColumn (no period, or nothing measured) or InputError.
    """
    table = unpivoted(open_table(path, sheet=sheet))
    rows = list(table.rows())
    if not rows:
        raise InputError(f"{table.name} has a header but no row: there is nothing to import.")
    good = [row for row in rows if not row.problem]
    found, survey = find_columns(table.header, good, columns or {}), DateSurvey()
    for row in good:
        survey.add(found.cell(row, "period"))
    order, notes = survey.decide()
    reading = _Reading(found, order)
    for row in rows:
        if row.problem:
            reading.refuse(row, None, row.problem)
        else:
            _read_row(reading, row)
    metrics, units = _settle(reading.values)
    placed = list(_points(reading, metrics, units, source or source_name(path)))
    points = [each.point for each in placed]
    reading.rejected.sort(key=lambda r: r.line)
    return MetricsFile(
        name=table.name,
        header=table.header,
        metrics=[metric for metric in metrics.values() if metric.id in {point.metric for point in points}],
        points=points,
        rejected=reading.rejected,
        read=len(rows),
        notes=(
            *table.notes,
            *(note for note in notes if "month only" not in note),
            *_share_notes(metrics, units),
            *gaps(placed, metrics),
        ),
    )


def _read_row(reading: _Reading, row: Row) -> None:
    """Turn a row into values, or refuse it, naming the column at fault."""
    when = reading.columns.name("period")
    if not (text := reading.columns.cell(row, "period")):
        return reading.refuse(row, when, "no period")
    try:
        period = parse_period(text, reading.columns.grain, reading.order)
    except InputError as error:
        return reading.refuse(row, when, str(error))
    extras = _extras(reading, row)
    if isinstance(extras, Rejected):
        return reading.rejected.append(extras)
    n, target = extras
    for column, metric, cell in _measures(reading, row):
        try:
            value, unit = parse_number(cell)
        except InputError as error:
            reading.refuse(row, column, str(error))
            continue
        reading.values.append(
            _Value(
                row=row,
                column=column,
                metric=metric,
                value=value,
                unit=unit_of(reading.columns.cell(row, "unit")) or unit,
                period=period,
                stage=_stage(reading.columns.cell(row, "stage")),
                n=n,
                target=target,
                better=reading.columns.cell(row, "better").lower(),
                segments=_segments(reading, row),
            )
        )
    return None


def _measures(reading: _Reading, row: Row) -> Iterator[tuple[str, str, str]]:
    """Yield (column, metric, cell) of a row; an empty cell of a wide table measures nothing."""
    if reading.columns.wide:
        for place in reading.columns.wide:
            if not blank(row.cells[place]):
                yield reading.columns.header[place], reading.columns.header[place], row.cells[place]
        return
    metric, value = reading.columns.cell(row, "metric"), reading.columns.cell(row, "value")
    if metric and value:
        yield reading.columns.name("value"), metric, value
    else:
        missing = "value" if metric else "metric"
        reading.refuse(row, reading.columns.name(missing), f"no {missing}")


def _extras(reading: _Reading, row: Row) -> tuple[int | None, float | None] | Rejected:
    """Return (n, target) of a row, or why they can't be."""
    found: dict[str, float | None] = {"n": None, "target": None}
    for name in found:
        if not (text := reading.columns.cell(row, name)):
            continue
        column = reading.columns.name(name)
        try:
            value, _ = parse_number(text)
        except InputError as error:
            return Rejected(line=row.line, column=column, reason=str(error), cells=tuple(row.cells))
        if name == "n" and (value < 1 or not value.is_integer()):
            reason = f"{text} is no number of answers: a whole number from 1 on was expected"
            return Rejected(line=row.line, column=column, reason=reason, cells=tuple(row.cells))
        found[name] = value
    return (None if found["n"] is None else int(found["n"])), found["target"]


def _stage(text: str) -> str | None:
    return None if not text or text.lower() in ALL else stage_id(text) or None


def _segments(reading: _Reading, row: Row) -> dict[str, str]:
    taken = {*reading.columns.places.values(), *reading.columns.wide}
    return {
        segment_name(name): row.cells[i].strip()
        for i, name in enumerate(reading.columns.header)
        if i not in taken and not blank(row.cells[i]) and row.cells[i].strip().lower() not in ALL
    }


def _settle(values: Sequence[_Value]) -> tuple[dict[str, Metric], dict[str, bool]]:
    """Return each metric, by id, in the unit of its values, and whether they are written as shares of 1."""
    metrics, shares = {}, {}
    for id_ in dict.fromkeys(value.id for value in values):
        own = [value for value in values if value.id == id_]
        name = own[0].metric
        said = next((value.unit for value in own if value.unit), "")
        shares[id_] = said in SHARE or (not said and _shares(metric_for(name), own))
        metric = metric_for(name, "%" if shares[id_] else said or _implied(metric_for(name), own))
        if better := next((value.better for value in own if value.better), ""):
            metric = replace(
                metric, better="lower" if better.startswith(("low", "down", "less", "small")) else "higher"
            )
        metrics[id_] = metric
    return metrics, shares


def _shares(metric: Metric, own: Sequence[_Value]) -> bool:
    """Return whether values of a metric in percent are written as shares: most lie within 0 and 1, some between."""
    if metric.unit != "%" or {"pct", "percent", "percentage"} & set(words_of(own[0].metric).split()):
        return False
    return sum(0 <= value.value <= 1 for value in own) >= 2 / 3 * len(own) and any(0 < value.value < 1 for value in own)


def _implied(metric: Metric, own: Sequence[_Value]) -> str:
    """Return the unit of CSAT and CES where none is written: the smallest usual scale that holds most values."""
    if metric.id not in ("csat", "ces"):
        return ""
    for unit in (metric.unit, "of 10", "%"):
        low, high = SCALES[unit]
        if sum(low <= value.value <= high for value in own) > len(own) / 2:
            return unit
    return ""


def _points(
    reading: _Reading, metrics: Mapping[str, Metric], shares: Mapping[str, bool], source: str
) -> Iterator[Placed]:
    """Yield the values that can be and that clash with no other; refuse the rest."""
    possible: list[tuple[_Value, Placed]] = []
    for value in reading.values:
        metric = metrics[value.id]
        # A unit in the row itself says more than what the others are written in.
        of_one = value.unit in SHARE if value.unit in (*SHARE, "%") else shares[value.id]
        point = _point(value, metric, 100 if of_one and metric.unit == "%" else 1, source)
        if problem := _impossible(point, metric, value):
            reading.refuse(value.row, value.column, problem)
        else:
            possible.append((value, Placed(line=value.row.line, point=point)))
    reasons = clashes([placed for _, placed in possible])
    for place, (value, placed) in enumerate(possible):
        if place in reasons:
            reading.refuse(value.row, value.column, reasons[place])
        else:
            yield placed


def _point(value: _Value, metric: Metric, factor: int, source: str) -> MetricPoint:
    target = value.target
    if target is not None and factor == 100 and target <= 1:
        target = round(target * 100, 10)
    return MetricPoint(
        metric=metric.id,
        stage=value.stage,
        period=value.period,
        value=round(value.value * factor, 10),
        n=value.n,
        target=target,
        segments=value.segments,
        source=source,
    )


def _impossible(point: MetricPoint, metric: Metric, value: _Value) -> str | None:
    if value.unit and unit_of(value.unit) not in (metric.unit, *SHARE):
        return f"measured in “{value.unit}”, while the rows above measure {metric.name} in “{metric.unit}”"
    low, high = metric.low, metric.high
    if (low is None or point.value >= low) and (high is None or point.value <= high):
        return None
    unit = f" {metric.unit}" if metric.unit else ""
    limits = f"from {low:g} to {high:g}" if low is not None and high is not None else f"{low:g} or more"
    return f"{metric.name} cannot be {point.value:g}{unit}: it goes {limits}"


def _share_notes(metrics: Mapping[str, Metric], shares: Mapping[str, bool]) -> Iterator[str]:
    for name, share in shares.items():
        if share:
            yield f"{metrics[name].name} is given as a share of 1 and kept in percent."
