"""Which column is what: recognised by name and content, overridden by what a person says.

A field is given to the column with the highest score, text first, because nothing goes without it. Names alone
never decide: a column named `date` of which most values are no dates is not the date.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from knowledge.errors import InputError, MissingColumn
from knowledge.readers.dates import Order
from knowledge.readers.names import (
    DERIVED,
    FIELDS,
    HEADLINES,
    PRIVATE,
    SEGMENT_WORDS,
    name_score,
    segment_name,
    words_of,
)
from knowledge.readers.profiles import Profile, profile
from knowledge.readers.rejected import HEADER as REJECTED_HEADER

MOST_VALUES = 60
"""A column with more different values than this is no segment by itself."""


@dataclass(frozen=True, kw_only=True)
class ColumnPlan:
    """Which column of a file becomes what.

    `fields` maps our fields to columns, `segments` the names of segments to columns; `ignored` are the columns left
    over. `notes` are sentences for a person. `rating_scale` is (low, high), None where there is no rating.
    """

    header: tuple[str, ...]
    fields: Mapping[str, str]
    segments: Mapping[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    date_order: Order = "day"
    rating_scale: tuple[float, float] | None = None
    examples: Mapping[str, str] = field(default_factory=dict)

    def position(self, column: str) -> int:
        """Return the place of a column in a row."""
        return self.header.index(column)

    def explain(self) -> list[tuple[str, str, str]]:
        """Return (column, what it becomes, an example) for every column, to be shown before an import.

        The examples are raw: mask them before they are shown.
        """
        becomes = {column: name for name, column in self.fields.items()}
        becomes |= {column: f"segment {name}" for name, column in self.segments.items()}
        return [(column, becomes.get(column, "not used"), self.examples.get(column, "")) for column in self.header]


def plan_columns(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    columns: Mapping[str, str] | None = None,
    segments: Sequence[str] = (),
) -> ColumnPlan:
    """Decide which column is what, from the names and a sample of rows; what the caller names wins.

    `columns` maps fields to columns (an empty column means "none"). Raises MissingColumn for a column that is not
    there or where no column holds text, InputError for a field that we do not have.
    """
    named = {name: find_column(column, header) if column else "" for name, column in _fields(columns or {}).items()}
    asked = {_segment(column): column for column in (find_column(name, header) for name in segments)}
    profiles = [
        p for p in profile(header, rows) if p.name not in _ours(header) or p.name in (*named.values(), *asked.values())
    ]
    chosen = {name: column for name, column in named.items() if column}
    taken = {*chosen.values(), *asked.values()}
    notes: list[str] = []
    for name in sorted(FIELDS, key=_ORDER.index):
        if name not in named and (found := _best(name, [p for p in profiles if p.name not in taken])):
            chosen[name] = found.name
            taken.add(found.name)
    if "text" not in chosen:
        raise MissingColumn(
            f"no column holds what customers said; the columns are: {', '.join(header)}. "
            "Name the right one with --column text=COLUMN"
        )
    notes += _repeated_ids(profiles, chosen)
    automatic = {_segment(p.name): p.name for p in reversed(profiles) if p.name not in taken and is_segment(p)}
    kept = {**dict(reversed(automatic.items())), **asked}  # of two columns of one name, the first
    used = {*chosen.values(), *kept.values()}
    return ColumnPlan(
        header=tuple(header),
        fields={name: chosen[name] for name in FIELDS if name in chosen},
        segments=kept,
        ignored=tuple(name for name in header if name not in used),
        notes=tuple(notes),
        examples={p.name: p.values[0] for p in profiles if p.values},
    )


def find_column(wanted: str, header: Sequence[str]) -> str:
    """Return the column that is meant, whatever its case and punctuation; raise MissingColumn with the nearest name."""
    if wanted in header:
        return wanted
    same = [name for name in header if words_of(name) == words_of(wanted)]
    if len(same) == 1:
        return same[0]
    from rapidfuzz import fuzz, process

    near = process.extractOne(
        words_of(wanted), [words_of(name) for name in header], scorer=fuzz.WRatio, score_cutoff=60
    )
    hint = f" Did you mean “{header[near[2]]}”?" if near else ""
    raise MissingColumn(f"there is no column “{wanted}”.{hint} The columns are: {', '.join(header)}")


def with_findings(
    plan: ColumnPlan, order: Order, scale: tuple[float, float] | None, notes: Sequence[str]
) -> ColumnPlan:
    """Return the plan with what the whole columns of dates and ratings show."""
    return replace(plan, date_order=order, rating_scale=scale, notes=(*plan.notes, *notes))


def is_segment(p: Profile) -> bool:
    """Return whether a column divides customers into groups: few values that return, no measures, no people."""
    wordy = p.words > (12 if len(p.values) >= 10 * p.distinct else 6)  # long names of products return all the time
    if not 2 <= p.distinct <= MOST_VALUES or wordy or p.share("date", "url", "email") > 0.2:
        return False
    if p.share("number") > 0.8 or PRIVATE.search(words_of(p.name)) or words_of(p.name) in HEADLINES:
        return False
    if len(p.values) >= 2 * p.distinct:
        return True
    return p.rows < 20 and bool(SEGMENT_WORDS & set(words_of(p.name).split()))


def _segment(column: str) -> str:
    """Return the name of a segment, which must not be that of a field: filters name both."""
    name = segment_name(column)
    return f"{name}_segment" if name in FIELDS else name


def _ours(header: Sequence[str]) -> set[str]:
    """Return the columns that we wrote ourselves: in an export, or in a file of rejected rows."""
    mended = set(REJECTED_HEADER) if tuple(header[: len(REJECTED_HEADER)]) == REJECTED_HEADER else set()
    return {name for name in header if name in mended or name in DERIVED}


# Text first; then what is told by its content; the id last, so that it cannot take the customer's.
_ORDER = ("text", "at", "url", "rating", "language", "stage", "channel", "customer", "id")


def _fields(columns: Mapping[str, str]) -> Mapping[str, str]:
    if unknown := [name for name in columns if name not in FIELDS]:
        raise InputError(f"there is no field “{unknown[0]}”; the fields are: {', '.join(FIELDS)}")
    return columns


def _best(name: str, profiles: Sequence[Profile]) -> Profile | None:
    scored = [(_SCORES[name](p), -p.position, p) for p in profiles]
    score, _, best = max(scored, key=lambda item: item[:2], default=(0.0, 0, None))
    return best if score > 0 else None


def _text(p: Profile) -> float:
    """Longer and more varied values speak for free text, names for the rest."""
    named = name_score("text", p.name)
    if p.values and p.share("number", "date", "url", "email") > 0.5:
        return 0.0
    varied = p.distinct / len(p.values) if p.values else 0.0
    grouped = p.rows >= 20 and p.distinct <= 3
    if named >= 3 and not grouped and (p.words >= 3 or p.rows < 20 or varied > 0.5):
        return named + min(p.words, 60) / 20
    if p.words >= 4 and varied >= 0.5:
        return 0.5 + named + min(p.words, 60) / 20
    return named / 100 if named >= 3 else 0.0  # short and always the same, but better than nothing


def _at(p: Profile) -> float:
    named = name_score("at", p.name)
    dated, numeric = p.share("date"), p.share("number")
    if not p.values:
        return named if named >= 3 else 0.0
    if dated + (numeric if named >= 3 and _epochs(p) else 0) < 0.6:
        return 0.0
    return named + 0.5 if named or dated >= 0.9 else 0.0


def _epochs(p: Profile) -> bool:
    from knowledge.readers.header import is_date

    return sum(is_date(value.strip()) for value in p.values) >= 0.9 * len(p.values)


def _url(p: Profile) -> float:
    return 1 + name_score("url", p.name) if p.share("url") >= 0.8 else 0.0


def _rating(p: Profile) -> float:
    named = name_score("rating", p.name)
    if not named or (p.values and (p.rated < (0.5 if named >= 3 else 0.8) or p.distinct > 1_000)):
        return 0.0
    return named + (1 if "overall" in words_of(p.name).split() else 0)


def _language(p: Profile) -> float:
    return name_score("language", p.name) if not p.values or p.tongues >= 0.8 else 0.0


def _grouped(field_name: str) -> Callable[[Profile], float]:
    def score(p: Profile) -> float:
        few = p.distinct <= MOST_VALUES and p.words <= 5 and p.share("number", "date") <= 0.5
        return name_score(field_name, p.name) if few else 0.0

    return score


def _customer(p: Profile) -> float:
    named = name_score("customer", p.name)
    if not named or p.words > 5 or p.share("date", "url") > 0.2 or (len(p.values) >= 20 and p.distinct <= 3):
        return 0.0
    return named + (0.5 if p.share("email") > 0.8 else 0)


def _id(p: Profile) -> float:
    return name_score("id", p.name) if p.unique and p.words <= 2 and p.share("date") < 0.5 else 0.0


_SCORES: Mapping[str, Callable[[Profile], float]] = {
    "text": _text,
    "at": _at,
    "url": _url,
    "rating": _rating,
    "language": _language,
    "stage": _grouped("stage"),
    "channel": _grouped("channel"),
    "customer": _customer,
    "id": _id,
}


def _repeated_ids(profiles: Sequence[Profile], chosen: Mapping[str, str]) -> list[str]:
    """Say it where a column is named like an id, and is none because its values repeat."""
    if "id" in chosen:
        return []
    return [
        f"“{p.name}” is not used as id, because its values repeat or are missing."
        for p in profiles
        if name_score("id", p.name) >= 3 and p.values and not p.unique and p.name not in chosen.values()
    ][:1]
