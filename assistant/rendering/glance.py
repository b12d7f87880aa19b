"""Glance: all of the journey on one page, as a noun."""

from dataclasses import dataclass
from datetime import date

from assistant.answers.answer import Answer
from assistant.rendering.charts import StageCell
from knowledge.layers.review import StageQuestion


@dataclass(frozen=True, kw_only=True)
class Glance:
    """What stands on one page.

    `stages` in the map's order, none before there is feedback; `names` are the map's stages in any case. `new` is the
    answer to "what is new?", `questions` the most useful ones of the review. `hints` say what is missing and how to
    bring it in.
    """

    journey: str
    names: tuple[str, ...]
    feedback: int
    first: date | None
    last: date | None
    themes: int
    metrics: int
    stages: tuple[StageCell, ...] = ()
    new: Answer | None = None
    questions: tuple[StageQuestion, ...] = ()
    hints: tuple[str, ...] = ()
