"""What a column holds, from a sample of its values."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from knowledge.errors import InputError
from knowledge.readers.header import NOTHING, kind_of
from knowledge.readers.ratings import parse_rating
from knowledge.readers.relative_dates import is_relative

_LANGUAGE = re.compile(r"^[a-z]{2,3}(?:[-_][A-Za-z]{2,4})?$", re.IGNORECASE)
LANGUAGES = frozenset(
    {"english", "german", "french", "spanish", "italian", "dutch", "portuguese", "polish", "japanese", "chinese"}
)


MANY = 20
"""Rows from which on it is no accident that they are numbered in order."""


def blank(cell: str) -> bool:
    """Return whether a cell says that there is nothing."""
    return cell.strip().lower() in NOTHING if len(cell) < 12 else not cell.strip()


@dataclass(frozen=True, kw_only=True)
class Profile:
    """A column's name, place and sampled values that are not empty (`values`), out of `rows` rows."""

    name: str
    position: int
    values: tuple[str, ...]
    rows: int

    @cached_property
    def kinds(self) -> Counter[str]:
        """How many values are numbers, dates, addresses, text."""
        return Counter(kind_of(value) for value in self.values)

    @cached_property
    def distinct(self) -> int:
        """Count of different values, however they are cased."""
        return len({value.strip().lower() for value in self.values})

    @cached_property
    def words(self) -> float:
        """Mean number of words of a value; scripts without blanks count two characters as a word."""
        if not self.values:
            return 0.0
        return sum(max(len(v.split()), sum(c > "\u2e80" for c in v) / 2) for v in self.values) / len(self.values)

    @property
    def unique(self) -> bool:
        """Whether every sampled row has a value of its own."""
        return bool(self.values) and len(self.values) == self.rows and len(set(self.values)) == self.rows

    @property
    def running(self) -> bool:
        """Whether the values only count the rows: 1, 2, 3 … (or from 0), from the first row on, of twenty or more."""
        if self.rows < MANY or len(self.values) != self.rows or self.values[0] not in ("0", "1"):
            return False
        first = int(self.values[0])
        return all(value == str(number) for number, value in enumerate(self.values, start=first))

    def share(self, *kinds: str) -> float:
        """Return the share of the values that are of these kinds."""
        return sum(self.kinds[kind] for kind in kinds) / len(self.values) if self.values else 0.0

    @cached_property
    def ago(self) -> float:
        """Share of the values that tell how long ago something was."""
        return sum(map(is_relative, self.values)) / len(self.values) if self.values else 0.0

    @cached_property
    def rated(self) -> float:
        """Share of the values that can be read as ratings."""
        return sum(map(_rates, self.values)) / len(self.values) if self.values else 0.0

    @cached_property
    def tongues(self) -> float:
        """Share of the values that look like languages."""
        like = sum(bool(_LANGUAGE.match(v.strip())) or v.strip().lower() in LANGUAGES for v in self.values)
        return like / len(self.values) if self.values else 0.0


def profile(header: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[Profile, ...]:
    """Return the profile of every column."""
    return tuple(
        Profile(
            name=name,
            position=position,
            rows=len(rows),
            values=tuple(row[position] for row in rows if not blank(row[position])),
        )
        for position, name in enumerate(header)
    )


def _rates(value: str) -> bool:
    try:
        parse_rating(value)
    except InputError:
        return False
    return True
