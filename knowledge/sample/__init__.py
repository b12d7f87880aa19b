"""The sample company: Larkspoon, a fictional weekly meal kit, written for this project.

The texts were written by hand (`texts/`); `build.py` gives each of them a day, a customer and a channel so that the
stories of `stories.yaml` come true, and writes `feedback.csv` and `truth.csv`. Only tests read the truth.
"""

import csv
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

MONTHS = tuple(f"{year}-{month:02}" for year, month in [(2025, 11), (2025, 12), *((2026, m) for m in range(1, 11))])
"""The twelve months of the sample, oldest first, as `2026-03`. The natural as-of day is 1 November 2026."""


@dataclass(frozen=True, kw_only=True)
class Story:
    """Something planted in the sample, so that a test can ask for it by name.

    `kind` is spike, fixed, creeping, returning, new or contradiction. `monthly` counts the pieces of feedback that tell
    it, one number per month of `MONTHS`, a customer's near-duplicates left out. `months` are those in which it
    happens. `question` is what a manager would ask to find it. `metric` is the id of the metric that belongs to it.
    """

    id: str
    title: str
    kind: str
    stage: str
    what: str
    pattern: str
    question: str
    words: tuple[str, ...]
    months: tuple[str, ...]
    monthly: tuple[int, ...]
    days: tuple[tuple[str, int, int], ...] = ()
    metric: str | None = None


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What the author meant by one piece of feedback: `sentiment` is -1, 0 or 1."""

    id: str
    stage: str
    topic: str
    story: str | None
    sentiment: int
    duplicate_of: str | None


@dataclass(frozen=True, kw_only=True)
class MapGap:
    """A difference between the map and what customers say.

    `kind` is unmapped (customers say it, the map does not) or silent (the map says it, customers no longer do).
    `topic` names the feedback it is about, if there is any; `pain` is the words on the map, if there are any.
    """

    kind: str
    stage: str
    what: str
    topic: str | None = None
    pain: str | None = None


def feedback_path() -> Path:
    """Return the path of the sample feedback, a CSV file."""
    return _path("feedback.csv")


def map_path() -> Path:
    """Return the path of the sample journey map, a YAML file."""
    return _path("map.yaml")


def metrics_path() -> Path:
    """Return the path of the sample metrics, a CSV file in long form: one value a row."""
    return _path("metrics.csv")


def sentiment_path() -> Path:
    """Return the path of the labelled sentences (label, sentence; tab-separated) that teach sentiment."""
    return _path("sentiment.tsv")


def stories() -> list[Story]:
    """Return the planted stories, in the order in which the file tells them."""
    return [_story(raw) for raw in _document()["stories"]]


def map_gaps() -> list[MapGap]:
    """Return where the sample map and the sample customers disagree."""
    return [MapGap(**raw) for raw in _document()["map_gaps"]]


def truth() -> dict[str, Truth]:
    """Return what each piece of the sample means, by feedback id."""
    with _path("truth.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: _truth(row) for row in csv.DictReader(file)}


def _path(name: str) -> Path:
    return Path(str(files(__name__) / name))


def _document() -> dict[str, list[dict[str, Any]]]:
    loaded: dict[str, list[dict[str, Any]]] = yaml.safe_load(_path("stories.yaml").read_text(encoding="utf-8"))
    return loaded


def _story(raw: dict[str, Any]) -> Story:
    lists = {name: tuple(raw[name]) for name in ("words", "months", "monthly")}
    days = tuple((month, first, last) for month, first, last in raw.get("days", ()))
    return Story(**{**raw, **lists, "days": days})


def _truth(row: dict[str, str]) -> Truth:
    return Truth(
        id=row["id"],
        stage=row["stage"],
        topic=row["topic"],
        story=row["story"] or None,
        sentiment=int(row["sentiment"]),
        duplicate_of=row["duplicate_of"] or None,
    )
