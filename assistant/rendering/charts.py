"""Charts as nouns: what is drawn, without how. Each has a title that says what it shows, and a text twin.

The same chart becomes a picture (`charts_png.draw`), a chart in the terminal (`text_chart.plain`) or words that stand
in for the picture (`text_chart.alt`).
"""

from dataclasses import dataclass
from typing import Literal

Way = Literal["better", "worse", "same", "unknown"]
"""How something moved, judged: a rise of complaints is worse, a rise of a score that should be high is better."""


@dataclass(frozen=True, kw_only=True)
class Dot:
    """One value of a course: of a month, say. `value` is None where nothing was measured.

    `low` to `high` is the 95% interval, where there is one; `n` is what it was measured on.
    """

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    n: int | None = None


@dataclass(frozen=True, kw_only=True)
class Trend:
    """A course over time. `unit` is "%" or a word after the number ("" for none); `target` is a line to compare with.

    `bounds` are the ends of the scale, where there are any: a share lies between 0 and 100.
    """

    title: str
    dots: tuple[Dot, ...]
    unit: str = ""
    target: float | None = None
    note: str = ""
    bounds: tuple[float | None, float | None] = (None, None)


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One theme: `part` of its `count` mentions are complaints (or praise).

    `moved` says how it changed, in words with an arrow; `way` whether that is good.
    """

    label: str
    count: int
    part: int
    moved: str = ""
    way: Way = "unknown"


@dataclass(frozen=True, kw_only=True)
class Bars:
    """Themes, largest first. `part` names what the dark part of a bar counts, `whole` what all of it counts."""

    title: str
    bars: tuple[Bar, ...]
    part: str = "complaints"
    whole: str = "mentions"
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of a funnel: how many reached it, and of those of the step before. `time` says how long that took."""

    label: str
    count: int
    time: str = ""


@dataclass(frozen=True, kw_only=True)
class Funnel:
    """How many get from step to step. `noun` is what is counted (cases)."""

    title: str
    steps: tuple[Step, ...]
    noun: str = "cases"
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class StageCell:
    """One stage of a strip: pieces of feedback, mean sentiment (−1 to 1), share of complaints (0 to 1).

    `met` of `judged` metrics meet their target. None: not known.
    """

    label: str
    count: int
    sentiment: float | None = None
    complaints: float | None = None
    met: int = 0
    judged: int = 0


@dataclass(frozen=True, kw_only=True)
class Strip:
    """The stages of a journey side by side, in order."""

    title: str
    stages: tuple[StageCell, ...]
    note: str = ""


Chart = Trend | Bars | Funnel | Strip
