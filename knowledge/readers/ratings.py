"""Ratings as people export them (`4`, `4,5`, `4/5`, `4 stars`, `★★★★☆`, `80%`), and the scale that they are on."""

import re
from collections import Counter
from dataclasses import dataclass, field

from knowledge.errors import InputError

Scale = tuple[float, float]
SCALES: tuple[Scale, ...] = ((1, 5), (0, 5), (1, 7), (1, 10), (0, 10), (0, 100), (-1, 1), (-2, 2), (-3, 3), (-100, 100))
"""Scales in use, the likeliest first; the first that holds nearly all values is chosen."""
NEARLY_ALL = 0.97
"""Share of values that a scale must hold; the few beyond are codes such as 99 for "no answer", or slips."""
CLIFF = 3
"""A scale ends where its last value is so many times as frequent as any up to twice as high, or one below.

So one to ten from people who are nearly all unhappy is not taken for one to five: there the numbers thin out.
"""
_PLAIN = re.compile(r"^-?\d{1,6}(?:\.\d{1,8})?$", re.A)
_RATING = re.compile(
    r"^([+-]?\d{1,6}(?:[.,]\d{1,6})?)\s*(?:%|(?:/|of|out of|von|sur)\s*(\d{1,3})|stars?|\*|points?|pts?\.?)?$",
    re.I | re.A,
)


_SAID = (
    "very dissatisfied, extremely dissatisfied, very unsatisfied, very poor, very bad, terrible, awful"
    ", strongly disagree, very unlikely, extremely unlikely, sehr unzufrieden",
    "dissatisfied, somewhat dissatisfied, unsatisfied, poor, bad, disagree, unlikely, somewhat unlikely, negative"
    ", thumbs down, unzufrieden",
    "neutral, neither satisfied nor dissatisfied, neither agree nor disagree, neither likely nor unlikely, neither"
    ", average, fair, ok, okay, mixed, teils teils",
    "satisfied, somewhat satisfied, good, agree, likely, somewhat likely, positive, thumbs up, zufrieden",
    "very satisfied, extremely satisfied, very good, great, excellent, outstanding, perfect, strongly agree"
    ", very likely, extremely likely, sehr zufrieden",
)
IN_WORDS = {word: float(step) for step, words in enumerate(_SAID, start=1) for word in words.split(", ")}
"""Answers in words, on a scale from 1 to 5."""


def parse_rating(text: str) -> float:
    """Return a rating as a number in the source's own unit; raise InputError where there is none.

    Answers in words ("Very satisfied") are numbers from 1 to 5.
    """
    text = text.strip()
    try:
        return float(text) if _PLAIN.match(text) else _parse(text)
    except ValueError:
        raise InputError(f"“{text[:40]}” is not a rating: a number was expected") from None


@dataclass
class RatingSurvey:
    """The values of a column of ratings; `add` every value, then `decide` the scale."""

    values: Counter[float] = field(default_factory=Counter)
    tops: Counter[float] = field(default_factory=Counter)

    def add(self, text: str) -> bool:
        """Count one value of the column; return False for what is no rating."""
        try:
            value = parse_rating(text)
        except InputError:
            return False
        if value in self.values or len(self.values) < 10_000:
            self.values[value] += 1
        if text.strip().lower() in IN_WORDS:
            self.tops[5.0] += 1
        if match := _RATING.match(text.strip()):
            top = match[2] or ("100" if text.strip().endswith("%") else None)
            if top:
                self.tops[float(top)] += 1
        return True

    def decide(self, name: str = "") -> Scale | None:
        """Return (low, high), or None for a column without numbers; `name` may say it ("NPS")."""
        total = self.values.total()
        if not total:
            return None
        if self.tops:
            top = self.tops.most_common(1)[0][0]
            return (1.0 if 1 < top <= 7 and not self.values[0.0] else 0.0, top)
        inside = [scale for scale in self._candidates(name) if self._held(scale) >= NEARLY_ALL * total]
        ending = (scale for scale in inside if self._ends_with(scale))
        return next(ending, inside[0] if inside else (min(self.values), max(self.values)))

    def beyond(self, scale: Scale) -> int:
        """Return how many ratings lie outside a scale."""
        return self.values.total() - self._held(scale)

    def _ends_with(self, scale: Scale) -> bool:
        low, high = scale
        above = max((count for value, count in self.values.items() if high < value <= 2 * high), default=0)
        below = max((count for value, count in self.values.items() if low - 1 <= value < low), default=0)
        return self.values[high] >= CLIFF * above and self.values[low] >= CLIFF * below

    def _candidates(self, name: str) -> list[Scale]:
        first: list[Scale] = [scale] if (scale := _named_scale(name)) else []
        if _NPS.search(name):
            first.append((0, 10))
        fractions = sum(count for value, count in self.values.items() if 0 < value < 1)
        if set(self.values) <= {0.0, 1.0} or fractions >= 0.2 * self.values.total():
            first += [(0, 1), (-1, 1)]
        return [(float(low), float(high)) for low, high in (*first, *SCALES)]

    def _held(self, scale: Scale) -> int:
        return sum(count for value, count in self.values.items() if scale[0] <= value <= scale[1])


_NPS = re.compile(r"\bnps\b|recommend|weiterempfehl|recommand|recomend|aanbevel", re.I)
_NAMED = re.compile(r"(?<![\d/.-])(-?\d{1,3})\s*(?:-|–|—|\.\.|to|bis|à|a|tot)\s*(\d{1,3})(?![\d/.-])", re.I)


def _named_scale(name: str) -> Scale | None:
    """Return the scale that a column's name states.

    >>> _named_scale("Rating (1-5)"), _named_scale("von 0 bis 10"), _named_scale("NPS 2025-2026")
    ((1, 5), (0, 10), None)
    """
    found = [(int(low), int(high)) for low, high in _NAMED.findall(name)]
    return next(((low, high) for low, high in found if low < high and (low in (0, 1) or low == -high)), None)


def _parse(text: str) -> float:
    if text and not text.strip("★☆⭐️ "):
        return float(text.count("★") + text.count("⭐"))
    if (step := IN_WORDS.get(text.lower())) is not None:
        return step
    if not (match := _RATING.match(text)):
        raise ValueError(text)
    return float(match[1].replace(",", "."))
