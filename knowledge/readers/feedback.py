"""A file of feedback as batches of Feedback, with every row that could not be used and why.

A file is read three times: a sample to recognise the columns, once through to settle the order of dates and the
scale of ratings from the whole column (and to count), and once, or as often as wanted, for the feedback itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO, NamedTuple

from knowledge.errors import InputError, UnreadableFile
from knowledge.feedback import Feedback
from knowledge.readers.bodies import body_text
from knowledge.readers.columns import ColumnPlan, plan_columns, with_findings
from knowledge.readers.dates import DateSurvey, parse_date
from knowledge.readers.files import find_files, source_name
from knowledge.readers.names import segment_name
from knowledge.readers.profiles import blank
from knowledge.readers.ratings import RatingSurvey, parse_rating
from knowledge.readers.rejected import Rejected, rejected_path, write_rejected
from knowledge.readers.rows import Row, Table
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

    A row gives several pieces of feedback where it holds answers to several questions.
    """

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


@dataclass
class _Survey:
    """What the whole file shows: how many rows, the order of dates, the scale of ratings, texts that were mails."""

    dates: DateSurvey = field(default_factory=DateSurvey)
    ratings: RatingSurvey = field(default_factory=RatingSurvey)
    total: int = 0
    bodies: int = 0
    no_rating: int = 0
    no_rating_line: int = 0

    def rated(self, cell: str, line: int) -> None:
        """Count a rating, and remember the first line that holds none."""
        if not self.ratings.add(cell) and not blank(cell):
            self.no_rating += 1
            self.no_rating_line = self.no_rating_line or line

    def notes(self, column: str | None, scale: tuple[float, float] | None) -> list[str]:
        """Return what a person should know of ratings and texts."""
        notes = []
        if scale:
            notes.append(f"Ratings (“{column}”) are read on a scale from {scale[0]:g} to {scale[1]:g}.")
        if scale and (beyond := self.ratings.beyond(scale)):
            notes.append(_rows(beyond, "a rating outside this scale", "ratings outside this scale"))
        if self.no_rating:
            first = f" (first: line {self.no_rating_line})"
            notes.append(_rows(self.no_rating, f"no number as rating{first}", f"no number as rating{first}"))
        if self.bodies:
            some = "text holds markup, quoted mail or a signature" if self.bodies == 1 else (
                "texts hold markup, quoted mail or signatures")  # fmt: skip
            notes.append(f"{self.bodies:,} {some}; what the customer wrote is kept.")
        return notes


def _rows(count: int, what: str, many: str) -> str:
    said = f"row has {what}, and is kept without it" if count == 1 else f"rows have {many}, and are kept without them"
    return f"{count:,} {said}."


def _survey(table: Table, plan: ColumnPlan) -> tuple[ColumnPlan, int]:
    """Go through the whole file once: order of dates, scale of ratings, count of rows."""
    seen = _Survey()
    at, rating = (plan.header.index(plan.fields[f]) if f in plan.fields else None for f in ("at", "rating"))
    text = plan.position(plan.fields["text"])
    for row in table.rows():
        seen.total += 1
        if row.problem:
            continue
        if at is not None and row.cells[at]:
            seen.dates.add(row.cells[at])
        if rating is not None and row.cells[rating]:
            seen.rated(row.cells[rating], row.line)
        seen.bodies += body_text(row.cells[text]) != row.cells[text]
    order, notes = seen.dates.decide()
    scale = seen.ratings.decide(plan.fields["rating"]) if rating is not None else None
    return with_findings(plan, order, scale, notes + seen.notes(plan.fields.get("rating"), scale)), seen.total


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
        self._texts: dict[int, int] = {}  # own id -> text, as hashes: some hundred bytes a row

    def read(self, row: Row) -> list[Feedback] | Rejected:
        """Return the feedback of a row, one or more, or why there is none."""
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
            at = parse_date(date_text, self._plan.date_order) if date_text else None
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
