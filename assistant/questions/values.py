"""Values: the ways to write what a filter can hold. A value is named by the words that tell it from all others.

- In full: "Credit card", and "credit cards".
- A list of alternatives by one of them: "Credit card or prepaid card" is meant by "credit card", too, beside a value
  of just that name.
- A company without its legal form or its trade ("airways"), by its first two words, or by one word that no other
  value has and that is no word of questions: "Wells Fargo & Company" by "wells fargo" or "fargo", "Customers Bancorp"
  never by "customers". A first word that a few companies share means all of them.
- A state of the USA by its name where the file holds postal codes, and the other way round; a country by its other
  names and by who lives there ("Irish customers").
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files

from assistant.questions.names import Name, stem, words_of
from assistant.questions.words import DESCRIBING, LEGAL, LISTED, TRADE

_COMPANIES = 0.2
"""From this share of values with a legal form on, a field is taken to hold companies."""
_REGIONS = 0.5
"""From this share of postal codes (or names of states) on, a field is taken to hold states."""
_FAMILY = 4
"""Companies that may go together by their first word: "OneMain Finance" and "OneMain Financial Holdings"."""
_ALTERNATIVES = re.compile(r",? (?:or|and/or) |, | ?/ ?")

Words = tuple[str, ...]
COMMON = LISTED | frozenset(map(stem, LISTED))
"""Words that occur in questions anyway, so that none of them tells a company."""


def value_names(held: Mapping[str, Sequence[str]]) -> list[Name]:
    """Return the ways to write every value of every field, in the order of the fields."""
    seen = Counter(word for values in held.values() for value in values for word in set(words_of(value)))
    written = {field: {v: words for v in values if (words := words_of(v))} for field, values in held.items()}
    names: list[Name] = []
    for field, listed in written.items():
        names += [Name(kind="value", target=value, words=words, field=field) for value, words in listed.items()]
        names += [*_regions(field, listed), *_countries(field, listed)]
    # Parts of names come last, so that what is named in full wins: "new york" is the state, not the bank.
    for field, listed in written.items():
        names += _companies(field, listed, seen) if _are_companies(listed) else _alternatives(field, listed, seen)
    return names


def _are_companies(listed: Mapping[str, Words]) -> bool:
    legal = sum(not (LEGAL | TRADE).isdisjoint(words) for words in listed.values())
    return legal >= _COMPANIES * len(listed) and legal > 0


def _companies(field: str, listed: Mapping[str, Words], seen: Counter[str]) -> Iterable[Name]:
    starts = Counter(words[:2] for words in listed.values())
    heads = Counter(words[0] for words in listed.values())
    for value, words in listed.items():
        core = tuple(word for word in words if word not in LEGAL)
        short = core
        while len(short) > 1 and short[-1] in DESCRIBING | TRADE:
            short = short[:-1]
        phrases = {part for part in (core, short) if 1 < len(part) < len(words)}
        if len(short) > 2 and starts[short[:2]] == 1 and not COMMON.issuperset(short[:2]):
            phrases.add(short[:2])
        yield from (Name(kind="value", target=value, words=part, field=field) for part in sorted(phrases))
        for word in dict.fromkeys(short):
            family = word == short[0] and heads[word] == seen[word] <= _FAMILY and (word,) != words
            if (telling(word, seen) and (word,) != words) or (family and telling(word, Counter([word]))):
                yield Name(kind="value", target=value, words=(word,), field=field, short=True)


def telling(word: str, seen: Counter[str]) -> bool:
    """Whether a word alone tells a value: long enough, in no other value, and no word that questions use."""
    return len(word) >= 4 and word.isalpha() and seen[word] == 1 and word not in COMMON and word not in DESCRIBING


def _alternatives(field: str, listed: Mapping[str, Words], seen: Counter[str]) -> Iterable[Name]:
    for value, words in listed.items():
        if not re.search(r" or |/", value):
            continue
        for part in map(words_of, _ALTERNATIVES.split(value)):
            if part and part != words and (len(part) > 1 or telling(part[0], seen)):
                yield Name(kind="value", target=value, words=part, field=field)


def _regions(field: str, listed: Mapping[str, Words]) -> Iterable[Name]:
    """Return states' names for their codes, or codes for their names, where the field holds states."""
    codes, names = _states()
    other = {**codes, **names}
    known = [value for value in listed if (value.isupper() and value in codes) or value.lower() in names]
    if len(known) < 2 or len(known) < _REGIONS * len(listed):
        return
    for value in known:
        written = other[value] if value in codes else other[value.lower()]
        yield Name(kind="value", target=value, words=words_of(written), field=field)


def _countries(field: str, listed: Mapping[str, Words]) -> Iterable[Name]:
    """Return the other names of countries, and who lives there, where the field holds countries."""
    known = [(value, group) for value in listed for group in _named_countries() if value.lower() in group]
    if len(known) < 2 or len(known) < _REGIONS * len(listed):
        return
    for value, group in known:
        written = sorted(name for name in group if name != value.lower() and len(name) > 2)
        yield from (Name(kind="value", target=value, words=words_of(name), field=field) for name in written)


@cache
def _named_countries() -> tuple[frozenset[str], ...]:
    lines = files("assistant.questions").joinpath("countries.tsv").read_text("utf-8").splitlines()
    return tuple(frozenset(line.lower().split("\t")) for line in lines if line and not line.startswith("#"))


@cache
def _states() -> tuple[dict[str, str], dict[str, str]]:
    """Return the names by code, and the codes by name in lower case."""
    lines = files("assistant.questions").joinpath("regions.tsv").read_text("utf-8").splitlines()
    pairs = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return {pair[0]: pair[1] for pair in pairs}, {name.lower(): code for code, name in pairs}
