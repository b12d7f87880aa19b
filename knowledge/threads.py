"""Turn: what a thread remembers of a question; Gap: a question that could not be answered."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One question of a thread, as far as the next one may need it.

    `question` is what was understood, in the words of whoever keeps it (JSON). `items` are what the answer listed, in
    its order: "theme:T12", "stage:use", "ask:…" for a question that was offered. `shown` are ids of feedback that was
    quoted, so that a turn goes when a customer is forgotten.
    """

    day: date
    question: str
    items: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A question that could not be answered: the day, its words (personal data masked), and why, as a slug."""

    day: date
    asked: str
    reason: str
