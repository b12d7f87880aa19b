"""Journey maps drawn as tables, whichever way round: stages as rows or columns, or one cell a row."""

from collections.abc import Sequence
from typing import Literal

from knowledge.readers.lanes import CUSTOMER_LANES, STAGE, STEP, part_of, plain, stage_name, texts_of
from knowledge.readers.map_building import StageParts

Layout = Literal["rows", "columns", "cells", "one"]
"""Stages as rows, stages as columns, a cell a row (stage, lane, text), or a single stage as label and value."""

_LANE_LABELS = {
    "lane",
    "lanes",
    "type",
    "kind",
    "dimension",
    "category",
    "element",
    "layer",
    "swimlane",
    "row",
    "aspect",
}
_TEXT_LABELS = {"text", "cell", "content", "contents", "value", "values", "note", "notes", "detail", "details",
                "description", "entry", "card"}  # fmt: skip


def layout_of(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Layout | None:
    """Return how a table holds a journey map; None if it holds none."""
    parts = [part_of(cell) for cell in header]
    labels = [_label(cell) for cell in header]
    if STAGE in parts and _among(labels, _LANE_LABELS) is not None and _among(labels, _TEXT_LABELS) is not None:
        return "cells"
    customer = sum(part in CUSTOMER_LANES for part in parts)
    if customer >= 1 and (STAGE in parts or (customer >= 2 and parts[0] is None)):
        return "rows"
    down = [part_of(row[0]) for row in rows if row and row[0].strip()]
    if len({part for part in down if part in CUSTOMER_LANES}) < 2:
        return None
    if len(header) == 2 and (labels[1] in _TEXT_LABELS or not labels[1]):
        return "one"
    return "columns"


def stages_of(header: Sequence[str], rows: Sequence[Sequence[str]], layout: Layout) -> list[StageParts]:
    """Return the stages of a table, in its order; rows of the same stage are put together."""
    found: dict[str, StageParts] = {}
    if layout == "columns":
        _from_columns(header, rows, found)
    elif layout == "cells":
        _from_cells(header, rows, found)
    else:
        _from_rows(header, rows, found)
    return list(found.values())


def _from_rows(header: Sequence[str], rows: Sequence[Sequence[str]], found: dict[str, StageParts]) -> None:
    parts = [part_of(cell) for cell in header]
    at = parts.index(STAGE) if STAGE in parts else 0
    step_at = parts.index(STEP) if STEP in parts else None
    name = ""
    for row in rows:
        # a stage that spans several rows is named in the first of them
        name = stage_name(row[at]) or name
        if not name:
            continue
        stage = found.setdefault(name, StageParts(name=name))
        step = plain(row[step_at]) or None if step_at is not None else None
        for i, cell in enumerate(row):
            if i not in (at, step_at) and i < len(header):
                _put(stage, header[i], cell, step)


def _from_columns(header: Sequence[str], rows: Sequence[Sequence[str]], found: dict[str, StageParts]) -> None:
    names = [stage_name(cell) for cell in header]
    for i, name in enumerate(names[1:], 1):
        if not name:
            continue
        stage = found.setdefault(name, StageParts(name=name))
        for row in rows:
            if i < len(row):
                _put(stage, row[0], row[i], None)


def _from_cells(header: Sequence[str], rows: Sequence[Sequence[str]], found: dict[str, StageParts]) -> None:
    parts, labels = [part_of(cell) for cell in header], [_label(cell) for cell in header]
    at, lane, text = parts.index(STAGE), _among(labels, _LANE_LABELS) or 0, _among(labels, _TEXT_LABELS) or 0
    step_at = parts.index(STEP) if STEP in parts else None
    for row in rows:
        if name := stage_name(row[at]):
            step = plain(row[step_at]) or None if step_at is not None else None
            _put(found.setdefault(name, StageParts(name=name)), row[lane], row[text], step)


def _put(stage: StageParts, label: str, content: str, step: str | None) -> None:
    if part_of(label) in (STEP, "touchpoint") and step is None:
        stage.add("touchpoint", content)
    elif plain(label):
        stage.add(plain(label), content, step if any(True for _ in texts_of(content, None)) or step else None)


def _among(labels: Sequence[str], wanted: set[str]) -> int | None:
    return next((i for i, label in enumerate(labels) if label in wanted), None)


def _label(cell: str) -> str:
    return plain(cell).lower().strip(" :")
