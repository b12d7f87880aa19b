"""A file of feedback as batches of Feedback, with every row that could not be used and why.

A file is read three times: a sample to recognise the columns, once through to settle the order of dates and the
scale of ratings from the whole column (and to count), and once, or as often as wanted, for the feedback itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import BinaryIO, NamedTuple

from knowledge.errors import InputError, UnreadableFile
from knowledge.feedback import Feedback
from knowledge.readers.columns import ColumnPlan, plan_columns, with_findings
from knowledge.readers.dates import DateSurvey, parse_date
from knowledge.readers.files import find_files, source_name
from knowledge.readers.profiles import blank
from knowledge.readers.ratings import RatingSurvey, parse_rating
from knowledge.readers.rejected import Rejected, rejected_path, write_rejected
from knowledge.readers.rows import Row, Table
from knowledge.readers.tables import open_table

__all__ = [
    "Batch", "FeedbackFile", "Rejected", "find_files", "open_feedback", "rejected_path", "source_name", "write_rejected"
]  # fmt: skip
SAMPLE = 2_000
"""Rows from which the columns are recognised."""


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What came out of `read` rows: feedback in the file's order, and the rows that were rejected."""

    feedback: list[Feedback]
    rejected: list[Rejected]
    read: int


@dataclass(frozen=True, kw_only=True)
class FeedbackFile:
    """An opened file: what its columns mean, which source it belongs to, and how many rows it has.

    `Feedback.id` is the source's own id of a row, or ""; `text` and `customer` are as they stand in the file, not
    yet masked. `path` is where it was opened (`-`: standard input); rejected rows are written beside it.
    """

    name: str
    path: Path
    kind: str
    plan: ColumnPlan
    source: str
    total: int
    channel: str | None
    language: str | None
    table: Table

    def batches(self, size: int = 1_000) -> Iterator[Batch]:
        """Read the file from its start, `size` rows at a time; the last batch is shorter, and may be empty."""
        reading = _Reading(self)
        rows = self.table.rows()
        while chunk := list(islice(rows, size)):
            batch = Batch(feedback=[], rejected=[], read=len(chunk))
            for row in chunk:
                found = reading.read(row)
                if isinstance(found, Feedback):
                    batch.feedback.append(found)
                else:
                    batch.rejected.append(found)
            yield batch


def open_feedback(
    path: str | Path,
    *,
    columns: Mapping[str, str] | None = None,
    channel: str | None = None,
    segments: Sequence[str] = (),
    source: str | None = None,
    language: str | None = None,
    sheet: str | None = None,
    stdin: BinaryIO | None = None,
) -> FeedbackFile:
    """Open a file of feedback and settle what its columns mean.

    `columns` maps fields to columns and `segments` names columns, both over what is recognised; `channel` and
    `language` hold for every row that names none of its own. Raises UnreadableFile, MissingColumn or InputError.
    """
    table = open_table(path, sheet=sheet, stdin=stdin)
    sample = [row.cells for row in islice((row for row in table.rows() if not row.problem), SAMPLE)]
    plan = plan_columns(table.header, sample, columns=columns, segments=segments)
    if channel and "channel" not in (columns or {}) and "channel" in plan.fields:
        plan = _without_channel(plan, channel)
    plan, total = _survey(table, plan)
    if total and not sample:
        problem = next(row for row in table.rows() if row.problem)
        raise UnreadableFile(f"{table.name}: no row can be read; line {problem.line}: {problem.problem}")
    return FeedbackFile(
        name=table.name,
        path=Path(path),
        kind=table.kind,
        plan=replace(plan, notes=(*table.notes, *_headless_note(table), *plan.notes)),
        source=source or source_name(path),
        total=total,
        channel=channel,
        language=language,
        table=table,
    )


def _without_channel(plan: ColumnPlan, channel: str) -> ColumnPlan:
    """Drop the channel column that we recognised ourselves: what a person says about every row stands above it."""
    column = plan.fields["channel"]
    return replace(
        plan,
        fields={name: c for name, c in plan.fields.items() if name != "channel"},
        ignored=(*plan.ignored, column),
        notes=(*plan.notes, f"Every row gets the channel “{channel}”; “{column}” is not used."),
    )


def _headless_note(table: Table) -> tuple[str, ...]:
    return ("The first line holds values, not names; the columns are numbered.",) if table.headless else ()


def _survey(table: Table, plan: ColumnPlan) -> tuple[ColumnPlan, int]:
    """Go through the whole file once: order of dates, scale of ratings, count of rows."""
    dates, ratings, total = DateSurvey(), RatingSurvey(), 0
    at, rating = (plan.header.index(plan.fields[f]) if f in plan.fields else None for f in ("at", "rating"))
    for row in table.rows():
        total += 1
        if row.problem:
            continue
        if at is not None and row.cells[at]:
            dates.add(row.cells[at])
        if rating is not None and row.cells[rating]:
            ratings.add(row.cells[rating])
    order, notes = dates.decide()
    scale = ratings.decide(plan.fields["rating"]) if rating is not None else None
    if scale:
        notes.append(f"Ratings (“{plan.fields['rating']}”) are read on a scale from {scale[0]:g} to {scale[1]:g}.")
    if scale and (beyond := ratings.beyond(scale)):
        said = "row has a rating outside this scale, and is kept without it"
        many = "rows have ratings outside this scale, and are kept without them"
        notes.append(f"{beyond:,} {said if beyond == 1 else many}.")
    return with_findings(plan, order, scale, notes), total


class _Refused(NamedTuple):
    column: str | None
    reason: str


class _Reading:
    """One pass through a file: rows in, feedback or rejections out."""

    def __init__(self, file: FeedbackFile) -> None:
        plan = file.plan
        self._file, self._plan = file, plan
        self._places = {name: plan.position(column) for name, column in plan.fields.items()}
        self._segments = [(name, plan.position(column)) for name, column in plan.segments.items()]
        self._texts: dict[int, int] = {}  # own id -> text, as hashes: some hundred bytes a row

    def read(self, row: Row) -> Feedback | Rejected:
        """Return the feedback of a row, or why there is none."""
        found = _Refused(None, row.problem) if row.problem else self._feedback(row.cells)
        if isinstance(found, Feedback):
            return found
        return Rejected(line=row.line, column=found.column, reason=found.reason, cells=tuple(row.cells))

    def _feedback(self, cells: list[str]) -> Feedback | _Refused:
        if not (text := self._cell(cells, "text")):
            return _Refused(self._plan.fields["text"], "no text")
        own_id = self._cell(cells, "id")
        if own_id and self._texts.setdefault(hash(own_id), hash(text)) != hash(text):
            return _Refused(self._plan.fields["id"], "another row of this file has the same id and a different text")
        date_text, rating_text = self._cell(cells, "at"), self._cell(cells, "rating")
        try:
            at = parse_date(date_text, self._plan.date_order) if date_text else None
        except InputError as error:
            return _Refused(self._plan.fields["at"], str(error))
        try:
            rating = self._rating(rating_text) if rating_text else None
        except InputError as error:
            return _Refused(self._plan.fields["rating"], str(error))
        return Feedback(
            id=own_id,
            text=text,
            source=self._file.source,
            at=at,
            channel=self._cell(cells, "channel") or self._file.channel,
            customer=self._cell(cells, "customer") or None,
            rating=rating,
            rating_scale=self._plan.rating_scale if rating is not None else None,
            language=self._cell(cells, "language").lower() or self._file.language,
            stage=self._cell(cells, "stage") or None,
            url=self._cell(cells, "url") or None,
            segments={name: cells[i].strip() for name, i in self._segments if not blank(cells[i])},
        )

    def _cell(self, cells: list[str], field: str) -> str:
        place = self._places.get(field)
        return "" if place is None or blank(cells[place]) else cells[place].strip()

    def _rating(self, text: str) -> float | None:
        """Return a rating, or None for one outside the scale: what the customer wrote is worth keeping without it."""
        value, scale = parse_rating(text), self._plan.rating_scale
        return value if scale is None or scale[0] <= value <= scale[1] else None
