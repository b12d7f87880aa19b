"""A text made ready for rules: cleaned, cut, in lower case, with slips of the keyboard mended.

Rules look at `Reading.low`; what is shown again (a topic, an unknown value) is taken from `Reading.text`, in the
user's own words. Tokens carry their place in both.
"""

import re
import unicodedata
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from assistant.questions.words import KEYWORDS, SHORTHAND, WELL_SPELT

LONGEST = 1000
"""Characters that are looked at; a question is shorter, a paste is not a question."""

Span = tuple[int, int]
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_MARKUP = re.compile(r"<[@#!][^<>\s]{1,80}>|<https?://[^<>]{0,300}>|(?<!\w):[a-z0-9_+-]{2,40}:(?!\w)")
_WITH = re.compile(r"(?<!\S)[wW]/(o)?(?= )")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "–": "-", "—": "-"})


@dataclass(frozen=True, kw_only=True)
class Token:
    """One word: `word` at `[start, end)` of the reading's `low`, said at `[at, until)` of its `text`."""

    word: str
    start: int
    end: int
    at: int
    until: int


@dataclass(frozen=True, kw_only=True)
class Reading:
    """`text` is the cleaned text as typed, `low` the same in lower case and mended; tokens join the two."""

    text: str
    low: str
    tokens: tuple[Token, ...]

    def said(self, span: Span) -> str:
        """Return the user's own words at a span of `low`."""
        inside = [token for token in self.tokens if token.start < span[1] and token.end > span[0]]
        return self.text[inside[0].at : inside[-1].until] if inside else ""

    @property
    def shouted(self) -> bool:
        """Whether the whole text is in capitals, so that capitals carry no meaning."""
        return self.text == self.text.upper()


def read(text: str, known: frozenset[str] = frozenset()) -> Reading:
    """Return the reading of any text; words in `known` (the file's own) are never mended."""
    clean = _clean(text)
    low_parts: list[str] = []
    tokens: list[Token] = []
    position, length = 0, 0
    for match in _WORD.finditer(clean):
        between = clean[position : match.start()]
        word = _mend(_lower(match.group()), known)
        start = length + len(between)
        low_parts += [between, word]
        length = start + len(word)
        tokens.append(Token(word=word, start=start, end=length, at=match.start(), until=match.end()))
        position = match.end()
    low_parts.append(clean[position:])
    return Reading(text=clean, low="".join(low_parts), tokens=tuple(tokens))


def overlaps(span: Span, spans: list[Span]) -> bool:
    """Return whether a span shares a character with one of `spans`."""
    return any(span[0] < end and start < span[1] for start, end in spans)


def _clean(text: str) -> str:
    cut = text[: LONGEST * 4]
    plain = unicodedata.normalize("NFKC", cut).translate(_QUOTES)[: LONGEST * 2]
    plain = _WITH.sub(lambda found: "without" if found[1] else "with", _MARKUP.sub(" ", plain))
    return re.sub(r"\s+", " ", "".join(c if c.isprintable() else " " for c in plain)).strip()[:LONGEST]


def _lower(word: str) -> str:
    """Lower case that never changes the length: a few letters have longer lower-case forms."""
    return "".join(low if len(low := c.lower()) == 1 else c for c in word)


def _mend(word: str, known: frozenset[str]) -> str:
    """Return the word that shorthand stands for, or the keyword that a slip was meant to be, else the word itself.

    Slips are mended only for keywords of six letters and more, first letter right, one slip (two from nine letters on).
    """
    if word in SHORTHAND and word not in known:
        return SHORTHAND[word]
    if len(word) < 5 or word in WELL_SPELT or word in known or not word.isascii() or not word.isalpha():
        return word
    slips = 2 if len(word) >= 9 else 1
    near = [keyword for keyword in _BY_LETTER.get(word[0], ()) if abs(len(keyword) - len(word)) <= slips]
    found = process.extractOne(word, near, scorer=OSA.distance, score_cutoff=slips)
    return str(found[0]) if found else word


def _by_letter() -> dict[str, tuple[str, ...]]:
    letters: dict[str, list[str]] = {}
    for word in sorted(KEYWORDS):
        if len(word) >= 6:
            letters.setdefault(word[0], []).append(word)
    return {letter: tuple(words) for letter, words in letters.items()}


_BY_LETTER = _by_letter()
