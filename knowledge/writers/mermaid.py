"""A journey map as a Mermaid `journey` diagram: what such a diagram can hold, which is stages, steps, scores, actors.

Characters with a meaning of their own in Mermaid are written as its entities (`#35;`), which every renderer shows as
the character. Of a map that came from Mermaid, all of it is written; of others the lanes stay behind, but for actions
of a step that has no feeling: they stand where the score would.
"""

import re
from collections.abc import Iterator

from knowledge.journey import ACTOR, JourneyMap, Stage, steps_of
from knowledge.readers.moods import score_of

NEUTRAL = 3.0
"""The score of a step for which the map notes no feeling, or none that a word tells."""


def mermaid_text(journey: JourneyMap) -> str:
    """Return the map as a Mermaid diagram; a map that was read from one reads back as the same map."""
    return "\n".join(_lines(journey)) + "\n"


def _lines(journey: JourneyMap) -> Iterator[str]:
    yield "journey"
    yield f"  title {_escaped(journey.name, '#;')}"
    yield from _access(journey)
    actor = journey.persona.split(",")[0] if journey.persona else None
    known = any(cell.lane == ACTOR for stage in journey.stages for cell in stage.cells)
    for stage in journey.stages:
        yield f"  section {_escaped(stage.name, '#;:')}"
        for step in steps_of(stage):
            yield f"    {_task(stage, step, [] if known else [a for a in (actor, stage.owner) if a])}"


def _access(journey: JourneyMap) -> Iterator[str]:
    if title := journey.meta.get("accTitle"):
        yield f"  accTitle: {_escaped(_one_line(title), '#')}"
    if text := journey.meta.get("accDescr"):
        if "\n" in text:
            yield "  accDescr {"
            yield from (f"    {_escaped(line, '#}')}" for line in text.split("\n"))
            yield "  }"
        else:
            yield f"  accDescr: {_escaped(text, '#')}"


def _task(stage: Stage, step: str, actors: list[str]) -> str:
    cells = [cell for cell in stage.cells if cell.step == step]
    feelings = [score for cell in cells if cell.lane == "feeling" and (score := score_of(cell.text)) is not None]
    actions = [cell.text for cell in cells if cell.lane == "action"]
    people = [cell.text for cell in cells if cell.lane == ACTOR] or actors
    name = _name(step)
    if not any(cell.lane == "feeling" for cell in cells) and actions:
        return f"{name}: {_escaped('; '.join(actions), '#;')}"
    score = feelings[0] if feelings else NEUTRAL
    return f"{name}: {score:.15g}" + (f": {', '.join(_escaped(p, '#;:,') for p in people)}" if people else "")


def _name(step: str) -> str:
    """Write a step's name; one that begins like a keyword of Mermaid has that word's first letter as an entity."""
    text = _escaped(step, "#;:")
    if re.match(r"(?:title|section|journey|accTitle|accDescr|%%|---)(?:\W|$)|%%", text, re.IGNORECASE):
        return f"#{ord(text[0])};{text[1:]}"
    return text


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _escaped(text: str, signs: str) -> str:
    return "".join(f"#{ord(c)};" if c in signs else c for c in _one_line(text))
