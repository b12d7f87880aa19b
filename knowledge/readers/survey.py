"""What a whole file shows beyond its first rows: the order of its dates, the scale of its ratings, what is left out."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

from knowledge.periods import describe
from knowledge.readers.bodies import body_text
from knowledge.readers.columns import ColumnPlan, with_findings
from knowledge.readers.dates import DateSurvey
from knowledge.readers.profiles import blank
from knowledge.readers.ratings import RatingSurvey, parse_rating
from knowledge.readers.relative_dates import is_relative
from knowledge.readers.rows import Table
from knowledge.readers.speakers import by_us

FEW = 5
"""Ratings from which on their mean says something."""


@dataclass
class Survey:
    """Counts of one pass through a file: `total` rows, of which `ours` were written by us.

    `bodies` are texts that were mails or pages; `ago` is the first date that tells how long ago it was, "" without
    one; `rated` holds the ratings of the rows (without words, with words).
    """

    dates: DateSurvey = field(default_factory=DateSurvey)
    ratings: RatingSurvey = field(default_factory=RatingSurvey)
    total: int = 0
    bodies: int = 0
    ours: int = 0
    our_word: str = ""
    ago: str = ""
    no_rating: int = 0
    no_rating_line: int = 0
    rated: tuple[Counter[float], Counter[float]] = field(default_factory=lambda: (Counter(), Counter()))

    def add_date(self, cell: str) -> None:
        """Count a date."""
        if is_relative(cell):
            self.ago = self.ago or cell.strip()
        else:
            self.dates.add(cell)

    def add_rating(self, cell: str, line: int, *, said: bool) -> None:
        """Count a rating of a row with words (`said`) or without, and remember the first line that holds none."""
        if self.ratings.add(cell):
            self.rated[said][parse_rating(cell)] += 1
        elif not blank(cell):
            self.no_rating += 1
            self.no_rating_line = self.no_rating_line or line

    def notes(self, plan: ColumnPlan, scale: tuple[float, float] | None, exported: date | None) -> list[str]:
        """Return what a person should know of who wrote, of dates, ratings and texts."""
        return [
            *self._left_out(plan),
            *self._silent(scale),
            *self._counted(exported),
            *self._rating_notes(plan, scale),
            *self._texts(),
        ]

    def _left_out(self, plan: ColumnPlan) -> list[str]:
        notes: list[str] = []
        if self.ours:
            said = "row is" if self.ours == 1 else "rows are"
            notes.append(
                f"{self.ours:,} {said} left out: “{plan.speaker}” says that we wrote them (“{self.our_word}”). "
                f"--segment “{plan.speaker}” keeps them."
            )
        return notes

    def _silent(self, scale: tuple[float, float] | None) -> list[str]:
        low, high = scale or (0.0, 0.0)
        held = [Counter({value: n for value, n in c.items() if low <= value <= high}) for c in self.rated]
        silent, spoken = (counts.total() for counts in held)
        if min(silent, spoken) < FEW:
            return []
        means = [sum(value * n for value, n in counts.items()) / counts.total() for counts in held]
        return [
            f"{silent:,} rows hold a rating and no words, and are left out: their mean is {means[0]:.1f}, that of the "
            f"{spoken:,} with words, from which answers are computed, {means[1]:.1f}."
        ]

    def _counted(self, exported: date | None) -> list[str]:
        if not self.ago:
            return []
        if exported is None:
            return [f"Dates such as “{self.ago}” name no day: --exported DATE says from which to count."]
        day = describe(exported, exported + timedelta(days=1))
        return [f"Dates such as “{self.ago}” are counted from {day}, when the file was written, and may be off by a "
                "week or month; --exported DATE names another day."]  # fmt: skip

    def _rating_notes(self, plan: ColumnPlan, scale: tuple[float, float] | None) -> list[str]:
        notes = []
        if scale:
            column = plan.fields["rating"]
            notes.append(f"Ratings (“{column}”) are read on a scale from {scale[0]:g} to {scale[1]:g}.")
        if scale and (beyond := self.ratings.beyond(scale)):
            notes.append(_kept(beyond, "a rating outside this scale", "ratings outside this scale"))
        if self.no_rating:
            first = f" (first: line {self.no_rating_line})"
            notes.append(_kept(self.no_rating, f"no number as rating{first}", f"no number as rating{first}"))
        return notes

    def _texts(self) -> list[str]:
        if not self.bodies:
            return []
        some = "text holds markup, quoted mail or a signature" if self.bodies == 1 else (
            "texts hold markup, quoted mail or signatures")  # fmt: skip
        return [f"{self.bodies:,} {some}; what the customer wrote is kept."]


def survey(table: Table, plan: ColumnPlan, exported: date | None) -> tuple[ColumnPlan, int, bool]:
    """Go through the whole file once.

    Return the plan with what that shows, how many rows there are, and whether dates are relative to `exported`.
    """
    seen = Survey()
    at, rating = (plan.position(plan.fields[f]) if f in plan.fields else None for f in ("at", "rating"))
    text = plan.position(plan.fields["text"])
    beside = [plan.position(name) for name in (plan.texts.title, plan.texts.later, *plan.texts.answers) if name]
    speaker = plan.position(plan.speaker) if plan.speaker else None
    for row in table.rows():
        seen.total += 1
        if row.problem:
            continue
        if speaker is not None and by_us(row.cells[speaker]):
            seen.ours, seen.our_word = seen.ours + 1, seen.our_word or row.cells[speaker].strip()
            continue
        if at is not None and row.cells[at]:
            seen.add_date(row.cells[at])
        if rating is not None and row.cells[rating]:
            said = any(not blank(row.cells[place]) for place in (text, *beside))
            seen.add_rating(row.cells[rating], row.line, said=said)
        seen.bodies += body_text(row.cells[text]) != row.cells[text]
    order, notes = seen.dates.decide()
    scale = seen.ratings.decide(plan.fields["rating"]) if rating is not None else None
    return with_findings(plan, order, scale, notes + seen.notes(plan, scale, exported)), seen.total, bool(seen.ago)


def _kept(count: int, what: str, many: str) -> str:
    said = f"row has {what}, and is kept without it" if count == 1 else f"rows have {many}, and are kept without them"
    return f"{count:,} {said}."
