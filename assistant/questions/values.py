"""Values: the ways to write what a filter can hold. A value is named by the words that tell it from all others.

- In full: "Credit card", and "credit cards".
- A list of alternatives by one of them: "Credit card or prepaid card" is meant by "credit card", too, beside a value
  of just that name.
- A value without the words that it begins with like another one, or that questions use anyway: "Closed with monetary
  relief" by "monetary relief", "Untimely response" by "untimely"; by a word that a few values share, all of them:
  "leisure" for "Couple Leisure" and "Solo Leisure".
- The yes of a column of yes and no by the column's name: "disputed", "timely response"; its no by denying it.
- A company without its legal form or its trade ("airways"), by its first two words, or by one word that no other
  value has and that is no word of questions: "Wells Fargo & Company" by "wells fargo" or "fargo", "Customers Bancorp"
  never by "customers". A first word that a few companies share means all of them.
- A state of the USA by its name where the file holds postal codes, and the other way round; a country by its other
  names and by who lives there ("Irish customers").
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile

from assistant.questions.names import Name, stem, words_of
from assistant.questions.whereabouts import countries, states
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
        names += _answers(field, listed)
    # Parts of names come last, so that what is named in full wins: "new york" is the state, not the bank.
    for field, listed in written.items():
        if _are_companies(listed):
            names += _companies(field, listed, seen)
        else:
            names += [*_alternatives(field, listed, seen), *_tails(field, listed, seen), *_families(field, listed)]
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


def _tails(field: str, listed: Mapping[str, Words], seen: Counter[str]) -> Iterable[Name]:
    """Return values by what is left without words that they begin with like another, or that questions use anyway."""
    if len(listed) > _SMALL:
        return
    full = set(listed.values())
    tails = {value: _tail(words, [other for other in full if other != words]) for value, words in listed.items()}
    for value, tail in tails.items():
        rival = sum(tail == other for other in tails.values()) > 1 or tail in full
        if not rival and (len(tail) > 1 or (tail and telling(tail[0], seen))):
            yield Name(kind="value", target=value, words=tail, field=field, short=len(tail) == 1)


def _tail(words: Words, others: Iterable[Words]) -> Words:
    """Return the words after those that another value begins with as well; of "Untimely response" the telling one."""
    begun = max((sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(words, other, strict=False)))
                 for other in others), default=0)  # fmt: skip
    rest = words[begun:] if begun < len(words) else words
    while rest and rest[0] in COMMON:
        rest = rest[1:]
    while rest and rest[-1] in COMMON:
        rest = rest[:-1]
    return rest


def _families(field: str, listed: Mapping[str, Words]) -> Iterable[Name]:
    """Return values by a word that they have alone, or share with others of the field but not with all."""
    if len(listed) > _SMALL:
        return
    parts = {value: words_of(_CAMEL.sub(" ", value)) for value in listed}
    yield from (
        Name(kind="value", target=value, words=words, field=field)
        for value, words in parts.items()
        if words != listed[value]
    )
    shared = Counter(word for words in parts.values() if len(words) > 1 for word in set(words))
    for value, words in parts.items():
        for word in dict.fromkeys(words):
            common = word in COMMON or len(word) < 4 or not word.isalpha() or (word,) in parts.values()
            if shared[word] < len(listed) and not common:
                yield Name(kind="value", target=value, words=(word,), field=field, family=True)


def _answers(field: str, listed: Mapping[str, Words]) -> Iterable[Name]:
    """Return the yes of a column that holds yes and no alone, by the column's name."""
    said = {value.lower(): value for value in listed}
    yes, no = (next((said[word] for word in words if word in said), None) for words in (_YES, _NO))
    if not yes or not no or not set(said) <= {*_YES, *_NO, *_NEITHER}:
        return
    words = words_of(field)
    while len(words) > 1 and words[0] in _WHOSE:
        words = words[1:]
    yield Name(kind="value", target=yes, words=words, field=field, otherwise=no)


_SMALL = 60
"""Values of a field that may be named by parts of them: of many, parts say too little."""
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_YES, _NO = ("yes", "true", "y"), ("no", "false", "n")
_NEITHER = ("", "n/a", "na", "unknown", "none")
_WHOSE = frozenset(("consumer", "customer", "client", "user", "is", "was", "has", "have", "did", "got"))


def _regions(field: str, listed: Mapping[str, Words]) -> Iterable[Name]:
    """Return states' names for their codes, or codes for their names, where the field holds states."""
    codes, names = states()
    other = {**codes, **names}
    known = [value for value in listed if (value.isupper() and value in codes) or value.lower() in names]
    if len(known) < 2 or len(known) < _REGIONS * len(listed):
        return
    for value in known:
        written = other[value] if value in codes else other[value.lower()]
        yield Name(kind="value", target=value, words=words_of(written), field=field)


def _countries(field: str, listed: Mapping[str, Words]) -> Iterable[Name]:
    """Return the other names of countries, and who lives there, where the field holds countries."""
    known = [(value, group) for value in listed for group in countries() if value.lower() in group]
    if len(known) < 2 or len(known) < _REGIONS * len(listed):
        return
    for value, group in known:
        written = sorted(name for name in group if name != value.lower() and len(name) > 2)
        yield from (Name(kind="value", target=value, words=words_of(name), field=field) for name in written)
