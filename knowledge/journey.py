"""Journey maps: stages in order, their steps (touchpoints), and cells in lanes."""

from collections.abc import Iterable
from dataclasses import dataclass, field

LANES = ("action", "thought", "feeling", "pain", "opportunity")

ACTOR = "actor"
"""The lane of who takes part in a step (a persona, a team): kept beside the lanes, for maps that know it."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One cell of a map: what stands in a lane, at a step or for the whole stage (`step` None)."""

    lane: str
    text: str
    step: str | None = None


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A phase of the journey. `id` is its lower-case name with hyphens; `words` are typical customer words."""

    id: str
    name: str
    description: str = ""
    aliases: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    touchpoints: tuple[str, ...] = ()
    cells: tuple[Cell, ...] = ()
    owner: str | None = None


@dataclass(frozen=True, kw_only=True)
class JourneyMap:
    """The stages of one journey, as one team sees it."""

    id: str
    name: str
    stages: tuple[Stage, ...]
    persona: str | None = None
    owner: str | None = None
    source: str | None = None
    meta: dict[str, str] = field(default_factory=dict)

    def stage(self, stage_id: str) -> Stage | None:
        """Return the stage with this id, or None."""
        return next((s for s in self.stages if s.id == stage_id), None)


def grouped(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    """Return the cells in the order in which files hold them: those of the whole stage, then step by step, by lane.

    Steps, lanes of a step and texts of a lane keep the order in which each first occurs.
    """
    steps: dict[str | None, dict[str, list[Cell]]] = {None: {}}
    for cell in cells:
        steps.setdefault(cell.step, {}).setdefault(cell.lane, []).append(cell)
    return tuple(cell for lanes in steps.values() for lane in lanes.values() for cell in lane)


def steps_of(stage: Stage) -> tuple[str, ...]:
    """Return the steps of a stage: its touchpoints, then those that only cells name."""
    return tuple(dict.fromkeys([*stage.touchpoints, *(cell.step for cell in stage.cells if cell.step)]))


def stage_id(name: str) -> str:
    """Return the id of a stage's name: lower case, words joined by hyphens."""
    return "-".join("".join(c if c.isalnum() else " " for c in name.lower()).split())
