"""Vocabulary: the names that a question may use, as the file at hand holds them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from assistant.questions.names import Index, Name, metric_names, segment_names, stage_names, theme_names
from assistant.questions.values import value_names
from knowledge.journey import Stage
from knowledge.metrics import Metric


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """What the file holds, for linking the words of a question to it. Build once per revision of the store.

    `segments` maps a segment's name ("plan") to its values, and `largest` to those with most feedback; `themes` are
    (id, name) pairs; `first_day` and `last_day` are the first and the last day with feedback (None where nothing is
    dated). `customer` returns the pseudonym of an id as somebody types it, None where nobody goes by it.
    """

    stages: tuple[Stage, ...] = ()
    channels: tuple[str, ...] = ()
    segments: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    largest: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    languages: tuple[str, ...] = ()
    metrics: tuple[Metric, ...] = ()
    themes: tuple[tuple[str, str], ...] = ()
    customer: Callable[[str], str | None] | None = None
    first_day: date | None = None
    last_day: date | None = None

    @cached_property
    def index(self) -> Index:
        """All names, ready for look-up; made at the first question and kept."""
        names: list[Name] = []
        for stage in self.stages:
            names += stage_names(stage)
        for metric in self.metrics:
            names += metric_names(metric)
        names += [name for segment in ("channel", *self.segments) for name in segment_names(segment)]
        names += value_names({"channel": self.channels, **self.segments, "language": self.languages})
        names += theme_names(self.themes)
        return Index(names)

    def values(self, field_name: str) -> tuple[str, ...]:
        """Return what a filter of this name can hold; empty where there is no such filter."""
        fixed = {"channel": self.channels, "language": self.languages}
        return fixed.get(field_name) or tuple(self.segments.get(field_name, ()))
