"""Feedback: one thing one customer said once, and the points that it makes."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

POSITIVE = 0.2
NEGATIVE = -0.2
"""Sentiment at or beyond these is praise or complaint; between them it is neither."""


@dataclass(frozen=True, kw_only=True)
class Feedback:
    """One thing one customer said once, as imported (after masking).

    `at` keeps the time zone of the source; it is naive where the source named none. `customer` is a keyed
    hash. `rating` is the source's own number, on the scale `rating_scale` (low, high).
    """

    id: str
    text: str
    source: str
    at: datetime | None = None
    channel: str | None = None
    customer: str | None = None
    rating: float | None = None
    rating_scale: tuple[float, float] | None = None
    language: str | None = None
    stage: str | None = None
    url: str | None = None
    segments: Mapping[str, str] = field(default_factory=dict)

    @property
    def day(self) -> date | None:
        """The calendar day in the source's own time zone: the day on which the customer spoke."""
        return self.at.date() if self.at else None


@dataclass(frozen=True, kw_only=True)
class Point:
    """One point that a piece of feedback makes: the characters `[start, end)` of its text."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, kw_only=True)
class Derived:
    """What we concluded about a piece of feedback; all of it can be rebuilt from what was imported."""

    stage: str | None = None
    stage_confidence: float | None = None
    staged_by: str | None = None
    sentiment: float | None = None
    theme_id: str | None = None
    parent_theme_id: str | None = None
    duplicate_of: str | None = None


def text_hash(text: str) -> str:
    """Return the key under which a text's vector is kept: 128 bits of BLAKE2b, in hexadecimal."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
