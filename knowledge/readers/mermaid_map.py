"""A journey map from a Mermaid diagram: sections are stages, tasks are steps, scores feelings, actors who takes part.

The actor who is in most of the steps is the persona; a section in which one team alone acts for the customer is owned
by that team. A section that is returned to is one stage, at its first place: feedback has no way to tell the two apart.
"""

import re
from collections import Counter

from knowledge.errors import InvalidMap
from knowledge.journey import ACTOR, Cell, JourneyMap, Stage, stage_id
from knowledge.readers.map_building import unused
from knowledge.readers.mermaid import Diagram, Task, parse_diagram
from knowledge.readers.moods import feeling_of

BEFORE = "Start"
"""The stage of tasks that stand before the first section."""

_TEAM = re.compile(
    r"\b(?:teams?|support|sales|marketing|finance|legal|operations|ops|agents?|service|services|staff|department|desk|"
    r"engineering|engineers?|developers?|logistics|warehouse|payments?|success|hr|it)\b",
    re.IGNORECASE,
)
_OTHERS = re.compile(r"\b(?:system|bot|api|app|platform|backend|provider|vendor|driver|courier|admin)\b", re.IGNORECASE)
"""Who takes part without being a customer, and owns no stage either."""


def parse_mermaid_map(text: str, name: str) -> JourneyMap:
    """Return the map that a Mermaid journey diagram holds. Raises InvalidMap, also where it has no section or task."""
    return map_of(parse_diagram(text, name), name)


def map_of(diagram: Diagram, file: str) -> JourneyMap:
    """Return a diagram as a journey map; `file` is its source, and names it where the diagram has no title."""
    if not diagram.sections and not diagram.tasks:
        raise InvalidMap(f"{file}: the diagram has a title at most; expected a section (a stage) or a task")
    title = _tidy(diagram.title or diagram.front_title or diagram.acc_title or "") or _stem(file)
    tasks = _by_section(diagram)
    persona = _persona(diagram)
    used: set[str] = set()
    stages = tuple(
        _stage(section, its, persona, number, used) for number, (section, its) in enumerate(tasks.items(), 1)
    )
    meta = {"accTitle": diagram.acc_title, "accDescr": diagram.acc_descr}
    return JourneyMap(
        id=stage_id(title) or "journey",
        name=title,
        persona=persona,
        stages=stages,
        source=file,
        meta={key: text for key, value in meta.items() if value and (text := _lines(value))},
    )


def is_team(actor: str) -> bool:
    """Say whether an actor is, by its name, somebody who works for the company and no customer."""
    return bool(_TEAM.search(actor))


def _by_section(diagram: Diagram) -> dict[str, list[Task]]:
    """Return the tasks under the names of their sections; a section without a name is numbered."""
    found: dict[str, list[Task]] = {}
    if any(not task.section for task in diagram.tasks):
        found[BEFORE] = []
    for number, section in enumerate(diagram.sections, 1):
        found.setdefault(_tidy(section) or f"Section {number}", [])
    for task in diagram.tasks:
        found.setdefault(_tidy(task.section) or BEFORE, []).append(task)
    return found


def _stage(section: str, tasks: list[Task], persona: str | None, number: int, used: set[str]) -> Stage:
    named = _step_names(tasks)
    cells = tuple(cell for name, task in named.items() for cell in _cells(name, task))
    actors = {cell.text for cell in cells if cell.lane == ACTOR} - {persona}
    return Stage(
        id=unused(stage_id(section) or f"stage-{number}", used),
        name=section,
        touchpoints=tuple(named),
        cells=cells,
        owner=next(iter(actors)) if len(actors) == 1 and is_team(next(iter(actors))) else None,
    )


def _step_names(tasks: list[Task]) -> dict[str, Task]:
    """Return the tasks by name; one that is done again in the same section is numbered."""
    found: dict[str, Task] = {}
    for task in tasks:
        name = wanted = _tidy(task.name) or "Step"
        count = 1
        while name in found:
            count += 1
            name = f"{wanted} ({count})"
        found[name] = task
    return found


def _cells(step: str, task: Task) -> list[Cell]:
    if task.score is not None:
        cells = [Cell(lane="feeling", text=feeling_of(task.score), step=step)]
    else:
        # people write there what is done: "Search: type in a word"
        text = _tidy(task.scored)
        cells = [Cell(lane="action", text=text, step=step)] if text else []
    people = dict.fromkeys(filter(None, map(_tidy, task.people))) if task.score is not None else {}
    return cells + [Cell(lane=ACTOR, text=person, step=step) for person in people]


def _persona(diagram: Diagram) -> str | None:
    """Return the actor who is no team and takes part in more than half of the tasks, if there is one."""
    counts = Counter(
        person
        for task in diagram.tasks
        if task.score is not None
        for person in dict.fromkeys(filter(None, map(_tidy, task.people)))
    )
    customers = [(n, p) for p, n in counts.items() if not is_team(p) and not _OTHERS.search(p)]
    most, person = max(customers, key=lambda found: (found[0], found[1]), default=(0, ""))
    return person if 2 * most > len(diagram.tasks) else None


def _tidy(text: str) -> str:
    return " ".join(text.split())


def _lines(text: str) -> str:
    return "\n".join(line for line in map(_tidy, text.splitlines()) if line)


def _stem(file: str) -> str:
    return _tidy(re.sub(r"(?:\.\w+)+$", "", file).replace("_", " ")) or "Journey"
