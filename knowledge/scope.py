"""Scope: which rows of feedback a claim is about.

A scope is read twice, by independent code: over arrays (`Facts.select`) when an answer is computed, and as SQL
(`store.feedback.rows_in`) when the answer is verified. A property test holds the two together.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from knowledge.periods import Period

Polarity = Literal["complaint", "praise"]


@dataclass(frozen=True, kw_only=True)
class Scope:
    """The rows that meet every condition; an empty condition holds for all rows.

    `filters` maps "channel", "language" or the name of a segment to the accepted values (any of them);
    `without` maps the same names to values that must not occur. `rows`, where given, are the only candidates
    (what a search chose). `counted` leaves out near-duplicates by the same customer.
    """

    period: Period | None = None
    stages: tuple[str, ...] = ()
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    without: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    themes: tuple[str, ...] = ()
    polarity: Polarity | None = None
    rating: tuple[float, float] | None = None
    customer: str | None = None
    rows: tuple[int, ...] | None = None
    counted: bool = True

    def on(self, **changes: object) -> "Scope":
        """Return this scope with some conditions replaced."""
        return replace(self, **changes)  # type: ignore[arg-type]
