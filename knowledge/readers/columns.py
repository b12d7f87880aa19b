"""Which column is what: recognised by name and content, overridden by what a person says.

A field is given to the column with the highest score, text first, because nothing goes without it. Names alone
never decide: a column named `date` of which most values are no dates is not the date.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from knowledge.errors import InputError, MissingColumn
from knowledge.readers.bodies import body_text
from knowledge.readers.dates import Order
from knowledge.readers.names import (
    DERIVED,
    FIELDS,
    OURS,
    PRIVATE,
    SEGMENT_WORDS,
    is_headline,
    is_profile,
    name_score,
    names_person,
    segment_name,
    words_of,
)
from knowledge.readers.profiles import Profile, profile
from knowledge.readers.rejected import HEADER as REJECTED_HEADER
from knowledge.readers.speakers import by_us, speaker_column
from knowledge.readers.texts import Texts, further_texts

MOST_VALUES = 60
"""A column with more different values than this is no segment by itself."""


@dataclass(frozen=True, kw_only=True)
class ColumnPlan:
    """Which column of a file becomes what.

    `fields` maps our fields to columns, `segments` the names of segments to columns, `texts` are further columns with
    words of the customer; `speaker` is the column that tells which rows we wrote ourselves; `ignored` are the columns
    left over. `notes` are sentences for a person. `rating_scale` is (low, high), None where there is no rating.
    """

    header: tuple[str, ...]
    fields: Mapping[str, str]
    segments: Mapping[str, str] = field(default_factory=dict)
    texts: Texts = field(default_factory=Texts)
    speaker: str | None = None
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
        becomes: dict[str | None, str] = {column: name for name, column in self.fields.items()}
        becomes |= {column: f"segment {name}" for name, column in self.segments.items()}
        becomes |= {self.texts.title: "text, as title", self.texts.later: "text, said later"}
        becomes |= dict.fromkeys(self.texts.answers, "text, another answer")
        becomes[self.speaker] = "tells who wrote"
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
    asked = _named_segments([find_column(name, header) for name in segments])
    by_hand = {column for column in named.values() if column} | {*asked.values()}
    profiles, speaker = _profiles(header, rows, by_hand)
    chosen = _choose(profiles, named, passed={*by_hand, speaker})
    if "text" not in chosen:
        raise MissingColumn(
            f"no column holds what customers said; the columns are: {', '.join(header)}. "
            "Name the right one with --column text=COLUMN"
        )
    taken = {*chosen.values(), *by_hand, speaker}
    free = [p for p in profiles if p.name not in taken]
    beside = [p for p in profiles if p.name != chosen["text"]]
    texts = Texts() if "text" in named else further_texts(free, beside=beside)
    taken |= {texts.title, texts.later, *texts.answers}
    automatic = _named_segments([p.name for p in profiles if p.name not in taken and is_segment(p)])
    kept = {**automatic, **asked}
    used = {*taken, *kept.values()}
    return ColumnPlan(
        header=tuple(header),
        fields={name: chosen[name] for name in FIELDS if name in chosen},
        segments=kept,
        texts=texts,
        speaker=speaker,
        ignored=tuple(name for name in header if name not in used),
        notes=(*_unused_ids(profiles, chosen), *_texts_notes(texts, chosen["text"])),
        examples={p.name: body_text(p.values[0]) for p in profiles if p.values},
    )


def _profiles(
    header: Sequence[str], rows: Sequence[Sequence[str]], by_hand: set[str]
) -> tuple[list[Profile], str | None]:
    """Return the profiles of the columns that may be something, and the column that tells who wrote a row.

    With such a column, only what customers wrote is looked at: what is what shows there.
    """
    passed = _ours(header) - by_hand
    speaker = speaker_column([p for p in profile(header, rows) if p.name not in passed | by_hand])
    if speaker:
        rows = [row for row in rows if not by_us(row[header.index(speaker)])]
    return [p for p in profile(header, rows) if p.name not in passed], speaker


def _choose(profiles: Sequence[Profile], named: Mapping[str, str], *, passed: set[str | None]) -> dict[str, str]:
    """Return the column of each field: the one that a person `named`, else the best of those that are left."""
    chosen = {name: column for name, column in named.items() if column}
    for name in (wanted for wanted in _ORDER if wanted not in named):
        if found := _best(name, [p for p in profiles if p.name not in passed and p.name not in chosen.values()]):
            chosen[name] = found.name
    return chosen


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
    name = words_of(p.name)
    if not 2 <= p.distinct <= MOST_VALUES or wordy or p.share("url", "email") > 0.2:
        return False
    if (
        names_person(p.name)
        or PRIVATE.search(name)
        or OURS.search(name)
        or is_headline(p.name)
        or _REMARKS & set(name.split()[-1:])
    ):
        return False
    if (p.share("date") + p.ago > 0.2 or p.share("number") > 0.8) and not _NUMBERED & set(name.split()):
        return False
    if any(value.startswith(("{", "[{")) for value in p.values[:20]):
        return False
    if len(p.values) >= 2 * p.distinct:
        return True
    return p.rows < 20 and bool(SEGMENT_WORDS & set(name.split()))


_REMARKS = frozenset({"comment", "comments", "remark", "remarks", "message", "verbatim", "note", "notes"})
_NUMBERED = frozenset({"version", "release", "build", "cohort", "wave", "edition"})
"""Words of columns whose numbers are names."""


def _named_segments(columns: Sequence[str]) -> dict[str, str]:
    """Return the columns by their names as segments: the last part of `user.plan`, say, where no other has it.

    Of two columns of one name, the first counts. A segment never has the name of a field, as filters name both.
    """
    short = {column: segment_name(_short(column)) for column in columns}
    named: dict[str, str] = {}
    for column, name in short.items():
        alone = list(short.values()).count(name) == 1
        name = name if alone else segment_name(column)
        named.setdefault(f"{name}_segment" if name in FIELDS else name, column)
    return named


def _short(column: str) -> str:
    """Return the word that a question asks for ("Which plan do you have?"), or the last part of a path."""
    words = words_of(column).split()
    asked = [word for word in words if word in SEGMENT_WORDS] if column.rstrip(" *").endswith("?") else []
    if len(asked) == 1:
        return asked[0]
    return column.rpartition(".")[2] if _PATH.match(column) else re.sub(r"\s*\[[^\]]*\]$", "", column)


_PATH = re.compile(r"^[\w$]+(?:\.[\w$ ]+)+$")


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
    if p.values and (p.share("number", "date", "url", "email") > 0.5 or OURS.search(words_of(p.name))):
        return 0.0
    named += bool(_REASONS & set(words_of(p.name).split()))
    varied = p.distinct / len(p.values) if p.values else 0.0
    grouped = p.rows >= 20 and p.distinct <= 3
    if named >= 3 and not grouped and (p.words >= 3 or p.rows < 20 or varied > 0.5):
        return named + min(p.words, 60) / 20
    if p.words >= 4 and varied >= 0.5:
        return 0.5 + named + min(p.words, 60) / 20
    return named / 100 if named >= 3 else 0.0  # short and always the same, but better than nothing


_REASONS = frozenset({"reason", "why", "score", "grund", "warum", "pourquoi", "razón", "motivo", "raison", "reden"})
"""Words of a question for the reason of a rating: of several answers, the rating goes with this one."""


def _at(p: Profile) -> float:
    named = name_score("at", p.name)
    dated, numeric = p.share("date") + p.ago, p.share("number")
    if not p.values:
        return named if named >= 3 else 0.0
    if dated + (numeric if named >= 3 and _epochs(p) else 0) < 0.6:
        return 0.0
    return named + 0.5 * len(p.values) / p.rows if named or dated >= 0.9 else 0.0


def _epochs(p: Profile) -> bool:
    from knowledge.readers.header import is_date

    return sum(is_date(value.strip()) for value in p.values) >= 0.9 * len(p.values)


def _url(p: Profile) -> float:
    if _PICTURES & set(words_of(p.name).split()) or is_profile(p.name):
        return 0.0
    return 1 + name_score("url", p.name) if p.share("url") >= 0.8 else 0.0


_PICTURES = frozenset({"image", "avatar", "icon", "photo", "picture", "logo", "thumbnail", "attachment", "attachments"})


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
    page = is_profile(p.name)  # of two who share a name, it tells who is who
    named = 4.5 if page and p.values else name_score("customer", p.name) if p.values or not p.rows else 0.0
    if (
        not named
        or p.words > 5
        or (p.unique and "respondent" in p.name.lower())
        or p.share("date") > 0.2
        or (p.share("url") > 0.2) != page
        or (len(p.values) >= 20 and p.distinct <= 3)
    ):
        return 0.0
    return named + (0.5 if p.share("email") > 0.8 else 0)


def _id(p: Profile) -> float:
    return name_score("id", p.name) if p.unique and not p.running and p.words <= 2 and p.share("date") < 0.5 else 0.0


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


def _unused_ids(profiles: Sequence[Profile], chosen: Mapping[str, str]) -> list[str]:
    """Say it where a column is named like an id and is none: its values repeat, or only count the rows of this file.

    Numbers of rows begin anew in the next export, whose rows would then take the place of these.
    """
    if "id" in chosen:
        return []
    for p in profiles:
        if name_score("id", p.name) < 3 or not p.values or p.name in chosen.values():
            continue
        if p.running:
            return [f"“{p.name}” only counts the rows, so it is not used as id."]
        if not p.unique:
            return [f"“{p.name}” is not used as id, because its values repeat or are missing."]
    return []


def _texts_notes(texts: Texts, text: str) -> list[str]:
    notes = []
    if texts.title:
        notes.append(f"“{texts.title}” is put above “{text}”, unless that repeats it.")
    if texts.answers:
        others = " and ".join(f"“{name}”" for name in texts.answers)
        notes.append(f"Each answer to {others} becomes a piece of feedback by itself, in the same row.")
    return notes
