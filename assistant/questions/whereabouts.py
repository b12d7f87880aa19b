"""Whereabouts: the names of places, and which columns of a file hold any.

The tables: `countries.tsv` (names, codes and who lives there), `regions.tsv` (states by their codes) and
`somewhere.tsv` (parts of the world, cities, further countries).
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files

MOST_WORDS = 4
"""Words of the longest name of a place, its article included."""
_HOLDING = 0.5
"""From this share of names of places on, a column is taken to hold places."""
_COLUMNS = frozenset(
    ("area", "city", "country", "county", "location", "market", "nation", "place", "region", "state", "town")
)
_TOO_SHORT = 3
"""Letters below which a code is more likely a word: "in", "it", "no", "us"."""


@cache
def countries() -> tuple[frozenset[str], ...]:
    """Return what each country goes by, and who lives there, in lower case."""
    return tuple(frozenset(line.lower().split("\t")) for line in _lines("countries.tsv"))


@cache
def states() -> tuple[dict[str, str], dict[str, str]]:
    """Return the names of states by code, and the codes by name in lower case."""
    pairs = [line.split("\t") for line in _lines("regions.tsv")]
    return {pair[0]: pair[1] for pair in pairs}, {name.lower(): code for code, name in pairs}


def is_place(name: str) -> bool:
    """Return whether a name in lower case is that of a place that anybody knows ("wales", "the us")."""
    return name in _places() or (name.startswith("the ") and len(name) > len("the ..") and name[4:] in _places())


def is_from(word: str) -> bool:
    """Return whether a word in lower case says where somebody is from ("welsh", "germans")."""
    return word in _people_of() or (word.endswith("s") and word[:-1] in _people_of())


@cache
def _people_of() -> frozenset[str]:
    further = (name for line in _lines("countries.tsv") for name in line.lower().split("\t")[1:])
    return frozenset(name for name in further if len(name) > _TOO_SHORT and " " not in name) - _places()


def place_values(segments: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the values of the columns that hold places: by the column's name, or by most of its values."""
    return [value for name, values in segments.items() if _holds_places(name, values) for value in values]


def _holds_places(name: str, values: Sequence[str]) -> bool:
    if _COLUMNS & set(name.lower().replace("-", "_").replace(" ", "_").split("_")):
        return True
    known = sum(value.lower() in _places() for value in values)
    return known > 1 and known >= _HOLDING * len(values)


@cache
def _places() -> frozenset[str]:
    first = (line.lower().split("\t")[0] for line in _lines("countries.tsv"))
    further = (name for line in _lines("somewhere.tsv") for name in line.split("\t"))
    return frozenset((*_long(first), *_long(states()[1]), *further))


def _long(names: Iterable[str]) -> Iterable[str]:
    return (name for name in names if len(name) >= _TOO_SHORT)


def _lines(table: str) -> list[str]:
    lines = files("assistant.questions").joinpath(table).read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]
