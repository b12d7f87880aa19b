"""Journey maps: stages in order, their steps (touchpoints), and cells in lanes."""

from dataclasses import dataclass, field

LANES = ("action", "thought", "feeling", "pain", "opportunity")


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


def stage_id(name: str) -> str:
    """Return the id of a stage's name: lower case, words joined by hyphens."""
    return "-".join("".join(c if c.isalnum() else " " for c in name.lower()).split())
