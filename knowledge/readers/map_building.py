"""A journey map put together from parts in whatever order a file gives them: (stage, step, part, text)."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from knowledge.journey import ACTOR, LANES, Cell, JourneyMap, Stage, grouped, stage_id
from knowledge.readers.lanes import CUSTOMER_LANES, part_of, texts_of


@dataclass(kw_only=True)
class StageParts:
    """What has been found of one stage so far."""

    name: str
    texts: dict[str, list[str]] = field(default_factory=dict)
    cells: list[Cell] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    others: dict[str, list[str]] = field(default_factory=dict)

    def add(self, label: str, content: str, step: str | None = None) -> None:
        """Take in what stands under a label, for the stage or one of its steps; unknown labels are kept as such."""
        part = part_of(label)
        if step and step not in self.steps:
            self.steps.append(step)
        for text in texts_of(content, part):
            if part in LANES or part == ACTOR:
                self.cells.append(Cell(lane=str(part), text=text, step=step))
            elif part == "step":
                self.steps.append(text)
            elif part is None or part == "stage":
                self.others.setdefault(" ".join(label.split()), []).append(text)
            else:
                self.texts.setdefault(part, []).append(text)

    @property
    def lanes(self) -> set[str]:
        """The parts that are about customers, of which something was found."""
        found = {cell.lane for cell in self.cells} | self.texts.keys()
        return found & set(CUSTOMER_LANES)

    def stage(self, key: str) -> Stage:
        """Return the stage."""
        return Stage(
            id=key,
            name=self.name,
            description="; ".join(self.texts.get("description", [])),
            aliases=tuple(dict.fromkeys(self.texts.get("aliases", []))),
            words=tuple(dict.fromkeys(self.texts.get("words", []))),
            touchpoints=tuple(dict.fromkeys([*self.texts.get("touchpoint", []), *self.steps])),
            cells=grouped(dict.fromkeys(self.cells)),
            owner=", ".join(dict.fromkeys(self.texts.get("owner", []))) or None,
        )


def build(
    name: str,
    stages: Iterable[StageParts],
    *,
    file: str,
    persona: str | None = None,
    owner: str | None = None,
    key: str | None = None,
) -> JourneyMap:
    """Return the map of these stages; what stood under labels that are no part of a map is kept in its `meta`."""
    parts = list(stages)
    used: set[str] = set()
    made = [part.stage(unused(stage_id(part.name) or f"stage-{number}", used)) for number, part in enumerate(parts, 1)]
    meta = {f"{p.name}: {label}": "; ".join(texts) for p in parts for label, texts in p.others.items()}
    return JourneyMap(
        id=stage_id(key or name) or "journey",
        name=name,
        persona=persona,
        owner=owner,
        stages=tuple(made),
        source=file,
        meta=meta,
    )


def unused(wanted: str, used: set[str]) -> str:
    """Return an id that no stage has yet, the wanted one or that with a number, and add it to the `used` ones."""
    found, count = wanted, 1
    while found in used:
        count += 1
        found = f"{wanted}-{count}"
    used.add(found)
    return found
