"""A file of feedback as batches of Feedback, with every row that could not be used and why.

A file is read three times: a sample to recognise the columns, once through to settle the order of dates and the
scale of ratings from the whole column (and to count), and once, or as often as wanted, for the feedback itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO, NamedTuple

from knowledge.errors import InputError, MissingColumn, UnreadableFile
from knowledge.feedback import Feedback
from knowledge.readers.bodies import body_text
from knowledge.readers.columns import ColumnPlan, plan_columns
from knowledge.readers.dates import parse_date
from knowledge.readers.files import find_files, source_name
from knowledge.readers.names import segment_name
from knowledge.readers.profiles import blank
from knowledge.readers.ratings import parse_rating
from knowledge.readers.rejected import Rejected, rejected_path, write_rejected
from knowledge.readers.relative_dates import is_relative, parse_relative
from knowledge.readers.rows import Row, Table
from knowledge.readers.speakers import by_us
from knowledge.readers.survey import survey
from knowledge.readers.tables import open_table
from knowledge.readers.texts import titled

__all__ = [
    "Batch", "FeedbackFile", "Rejected", "find_files", "open_feedback", "rejected_path", "source_name", "write_rejected"
]  # fmt: skip
SAMPLE = 2_000
"""Rows from which the columns are recognised."""


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What came out of `read` rows: feedback in the file's order, and the rows that were rejected.

    A row gives several pieces of feedback where it holds answers to several questions, and none where we wrote it.
    """

    feedback: list[Feedback]
    rejected: list[Rejected]
    read: int


@dataclass(frozen=True, kw_only=True)
class FeedbackFile:
    """An opened file: what its columns mean, which source it belongs to, and how many rows it has.

    `Feedback.id` is the source's own id of a row, or ""; `text` and `customer` are as they stand in the file, not
    yet masked. `path` is where it was opened (`-`: standard input); rejected rows are written beside it. `exported`
    is the day from which dates such as "5 months ago" count, None where the file has none.
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
    exported: date | None = None

    def batches(self, size: int = 1_000) -> Iterator[Batch]:
        """Read the file from its start, `size` rows at a time; the last batch is shorter, and may be empty."""
        reading = _Reading(self)
        rows = self.table.rows()
        while chunk := list(islice(rows, size)):
            batch = Batch(feedback=[], rejected=[], read=len(chunk))
            for row in chunk:
                found = reading.read(row)
                if isinstance(found, Rejected):
                    batch.rejected.append(found)
                else:
                    batch.feedback.extend(found)
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
    exported: date | None = None,
    stdin: BinaryIO | None = None,
) -> FeedbackFile:
    """Open a file of feedback and settle what its columns mean.

    `columns` maps fields to columns and `segments` names columns, both over what is recognised; `channel` and
    `language` hold for every row that names none of its own; `exported` is the day from which dates such as "5 months
    ago" count, by default that on which the file was written. Raises UnreadableFile, MissingColumn or InputError.
    """
    table = open_table(path, sheet=sheet, stdin=stdin)
    sample = [row.cells for row in islice((row for row in table.rows() if not row.problem), SAMPLE)]
    try:
        plan = plan_columns(table.header, sample, columns=columns, segments=segments)
    except MissingColumn as error:  # of a folder's files, which one
        raise MissingColumn(f"{table.name}: {error}") from error
    if channel and "channel" not in (columns or {}) and "channel" in plan.fields:
        plan = _without_channel(plan, channel)
    seen = exported or _written(path)
    plan, total, ago = survey(table, plan, seen)
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
        exported=seen if ago else None,
    )


def _written(path: str | Path) -> date | None:
    """Return the day on which a file was last written; None for standard input."""
    return None if str(path) == "-" else date.fromtimestamp(Path(path).stat().st_mtime)


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


class _Refused(NamedTuple):
    column: str | None
    reason: str


class _Reading:
    """One pass through a file: rows in, feedback or rejections out."""

    def __init__(self, file: FeedbackFile) -> None:
        plan = file.plan
        self._file, self._plan = file, plan
        self._places = {name: plan.position(column) for name, column in plan.fields.items()}
        self._columns = {column: place for place, column in enumerate(plan.header)}
        self._segments = [(name, plan.position(column)) for name, column in plan.segments.items()]
        self._speaker = plan.position(plan.speaker) if plan.speaker else None
        self._texts: dict[int, int] = {}  # own id -> text, as hashes: some hundred bytes a row

    def read(self, row: Row) -> list[Feedback] | Rejected:
        """Return the feedback of a row, none where we wrote it ourselves, or why there should be and is none."""
        if self._speaker is not None and not row.problem and by_us(row.cells[self._speaker]):
            return []
        found = _Refused(None, row.problem) if row.problem else self._feedback(row.cells)
        if isinstance(found, _Refused):
            return Rejected(line=row.line, column=found.column, reason=found.reason, cells=tuple(row.cells))
        return found

    def _feedback(self, cells: list[str]) -> list[Feedback] | _Refused:
        said = [(name, text) for name, text in self._said(cells) if text]
        if not said:
            return _Refused(self._plan.fields["text"], "no text")
        own_id = self._cell(cells, "id")
        if own_id and self._texts.setdefault(hash(own_id), hash(said[0][1])) != hash(said[0][1]):
            return _Refused(self._plan.fields["id"], "another row of this file has the same id and a different text")
        date_text = self._cell(cells, "at")
        try:
            at = self._moment(date_text) if date_text else None
        except InputError as error:
            return _Refused(self._plan.fields["at"], str(error))
        return [self._piece(cells, own_id, at, answered, text) for answered, text in said]

    def _piece(self, cells: list[str], own_id: str, at: datetime | None, answered: str | None, text: str) -> Feedback:
        """Return a piece of feedback; `answered` names the question where it is not the main one, which was rated."""
        rating = self._rating(self._cell(cells, "rating")) if answered is None else None
        return Feedback(
            id=f"{own_id}:{segment_name(answered)}" if own_id and answered else own_id,
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

    def _moment(self, text: str) -> datetime:
        seen = self._file.exported
        return parse_relative(text, seen) if seen and is_relative(text) else parse_date(text, self._plan.date_order)

    def _said(self, cells: list[str]) -> Iterator[tuple[str | None, str]]:
        """Yield what was said in a row: the text with its title and what came later, then further answers."""
        texts = self._plan.texts
        text = self._words(cells, self._plan.fields["text"])
        parts = [titled(self._words(cells, texts.title), text), self._words(cells, texts.later)]
        yield None, "\n\n".join(part for part in parts if part)
        for name in texts.answers:
            yield name, self._words(cells, name)

    def _words(self, cells: list[str], column: str | None) -> str:
        cell = "" if column is None else cells[self._columns[column]]
        return "" if blank(cell) else body_text(cell).strip()

    def _cell(self, cells: list[str], field: str) -> str:
        place = self._places.get(field)
        return "" if place is None or blank(cells[place]) else cells[place].strip()

    def _rating(self, text: str) -> float | None:
        """Return a rating, or None for what is none or lies outside the scale: the words are worth keeping."""
        scale = self._plan.rating_scale
        try:
            value = parse_rating(text) if text else None
        except InputError:
            return None
        return value if value is None or scale is None or scale[0] <= value <= scale[1] else None
