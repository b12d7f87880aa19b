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


def parse_rating(text: str) -> float:
    """Return a rating as a number in the source's own unit; raise InputError where there is none."""
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

    def add(self, text: str) -> None:
        """Count one value of the column; what is no rating is passed over."""
        try:
            value = parse_rating(text)
        except InputError:
            return
        if value in self.values or len(self.values) < 10_000:
            self.values[value] += 1
        if match := _RATING.match(text.strip()):
            top = match[2] or ("100" if text.strip().endswith("%") else None)
            if top:
                self.tops[float(top)] += 1

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
        first: list[Scale] = []
        if "nps" in name.lower() or "recommend" in name.lower():
            first.append((0, 10))
        fractions = sum(count for value, count in self.values.items() if 0 < value < 1)
        if set(self.values) <= {0.0, 1.0} or fractions >= 0.2 * self.values.total():
            first += [(0, 1), (-1, 1)]
        return [(float(low), float(high)) for low, high in (*first, *SCALES)]

    def _held(self, scale: Scale) -> int:
        return sum(count for value, count in self.values.items() if scale[0] <= value <= scale[1])


def _parse(text: str) -> float:
    if text and not text.strip("★☆⭐️ "):
        return float(text.count("★") + text.count("⭐"))
    if not (match := _RATING.match(text)):
        raise ValueError(text)
    return float(match[1].replace(",", "."))
