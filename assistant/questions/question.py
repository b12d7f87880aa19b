"""Question: what was understood of the words that somebody asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from knowledge.periods import Period
from knowledge.scope import Polarity

Intent = Literal[
    "pain_points", "stage_summary", "stage_performance", "compare", "trend", "recurring", "emerging", "quotes",
    "count", "metric", "drivers", "map", "theme", "people", "funnel", "help", "unknown",
]  # fmt: skip
DEFAULT_LIMIT = 5
Missing = Literal["before", "subject", "sides"]


@dataclass(frozen=True, kw_only=True)
class Unknown:
    """Something that was asked for and that the file does not hold, with the nearest things that it does."""

    kind: str
    asked: str
    nearest: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Question:
    """What was understood: the intent and its slots. An empty slot was not mentioned.

    `customer` is a pseudonym, `not_about` are topics that are left out. `missing` says what a question lacks to be one:
    "before" (it goes on from nothing), "subject" (of what?), "sides" (compare what?). `skip` is how many items an
    answer before has listed already ("show me more"). `mended` is the topic as it was typed, where a slip of the
    keyboard in it was mended. `by` is a column of many values by which a comparison was asked ("which company …?"):
    the answer chooses among them. `groups` are values that one word named together ("leisure").
    """

    text: str
    intent: Intent
    stages: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    topic: str | None = None
    mended: str | None = None
    period: Period | None = None
    baseline: Period | None = None
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    without: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    by: str | None = None
    groups: tuple[tuple[str, ...], ...] = ()
    polarity: Polarity | None = None
    rating: tuple[float, float] | None = None
    customer: str | None = None
    not_about: tuple[str, ...] = ()
    missing: Missing | None = None
    limit: int = DEFAULT_LIMIT
    skip: int = 0
    unknown: tuple[Unknown, ...] = ()
    confidence: float = 1.0
