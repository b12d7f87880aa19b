"""Metrics: named measures with a unit and a direction, and their values per stage and period."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from knowledge.periods import Period


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A named measure. `better` says which direction is good."""

    id: str
    name: str
    unit: str = ""
    better: Literal["higher", "lower"] = "higher"
    low: float | None = None
    high: float | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MetricPoint:
    """One value of a metric for a stage, a period and perhaps a segment; `n` is what it was measured on."""

    metric: str
    stage: str | None
    period: Period
    value: float
    n: int | None = None
    target: float | None = None
    segments: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
