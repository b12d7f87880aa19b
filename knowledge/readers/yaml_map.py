"""A journey map as YAML, or as JSON of the same shape.

    name: How a shop becomes a customer        # required
    id: shops                                  # else made from the name
    persona: Owner of a small shop
    owner: Customer experience
    meta: {version: 3}                         # anything else you want to keep
    stages:                                    # required, in order; a bare name is enough for a stage
      - name: Onboarding
        id: onboarding                         # else made from the name
        description: From the contract to the first order
        owner: Success team
        aliases: [setup, first steps]
        words: [activation, invitation]        # what customers say here
        touchpoints: [Welcome mail]            # the steps below are added
        pain: [Nobody answers]                 # lanes of the whole stage: a text, or a list
        steps:
          - name: Welcome mail
            action: opens the mail             # lanes of a step
            thought: What now?
            feeling: unsure
            pain: [The link has expired]
            opportunity: Send a new link at once
            actor: [Customer, Success team]    # who takes part

Every node of the file is kept with its place, so that an error can name line and column. JSON is read by the same
code, because with tabs turned into blanks it is YAML.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

import yaml

from knowledge.errors import InvalidMap
from knowledge.journey import ACTOR, LANES, Cell, JourneyMap, Stage, grouped, stage_id

LANE_NAMES: Mapping[str, str] = {
    **{lane: lane for lane in (*LANES, ACTOR)},
    **{f"{lane}s": lane for lane in (*LANES, ACTOR) if lane != "opportunity"},
    "opportunities": "opportunity",
    "pain_points": "pain",
    "pain points": "pain",
}
MAP_KEYS = ("id", "name", "persona", "owner", "meta", "stages")
STAGE_KEYS = ("id", "name", "description", "owner", "aliases", "words", "touchpoints", "steps", *LANE_NAMES)
STEP_KEYS = ("name", *LANE_NAMES)


def parse_yaml_map(text: str, name: str) -> JourneyMap:
    """Return the map that a YAML text holds. Raises InvalidMap naming file, line, column and what was expected."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise InvalidMap(f"{name}{place}: not valid YAML ({error.problem or error.context})") from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise InvalidMap(f"{name}, line {line}: a character that YAML does not allow") from error
    except RecursionError as error:
        raise InvalidMap(f"{name}: nested too deeply to be a journey map") from error
    if node is None:
        raise InvalidMap(f"{name} is empty; expected a mapping with “name” and “stages”")
    return _map(_Part(node, name))


def parse_json_map(text: str, name: str) -> JourneyMap:
    """Return the map that a JSON text of the same shape holds; errors as for YAML."""
    return parse_yaml_map(text.replace("\t", " "), name)


@dataclass(frozen=True)
class _Part:
    """A node of the file, with the file's name for errors."""

    node: yaml.Node
    file: str

    def fail(self, problem: str) -> NoReturn:
        mark = self.node.start_mark
        raise InvalidMap(f"{self.file}, line {mark.line + 1}, column {mark.column + 1}: {problem}")

    def mapping(self, what: str, known: Sequence[str] | None) -> "dict[str, _Part]":
        """Return the values under their keys; refuse unknown and repeated keys (None: any key)."""
        if not isinstance(self.node, yaml.MappingNode):
            self.fail(f"expected {what} as a mapping of names to values, found {self.kind}")
        found: dict[str, _Part] = {}
        for key_node, value in self.node.value:
            part = _Part(key_node, self.file)
            key = part.text("a key").strip() if known is None else part.text("a key").strip().lower()
            if key in found:
                part.fail(f"“{key}” is given twice in {what}")
            if known is not None and key not in known:
                part.fail(f"“{key}” is not known in {what}; expected one of: {_listed(known)}{_nearest(key, known)}")
            found[key] = _Part(value, self.file)
        return found

    def items(self, what: str) -> "Iterator[_Part]":
        """Yield the items of a list; a single text counts as a list of one, an empty value as none."""
        if isinstance(self.node, yaml.SequenceNode):
            yield from (_Part(item, self.file) for item in self.node.value)
        elif not isinstance(self.node, yaml.ScalarNode):
            self.fail(f"expected {what} as a text or a list, found {self.kind}")
        elif not self.empty:
            yield self

    def text(self, what: str) -> str:
        if not isinstance(self.node, yaml.ScalarNode):
            self.fail(f"expected {what} as a text, found {self.kind}")
        value = "" if self.empty else str(self.node.value).strip()
        # JSON writes characters beyond the basic plane as two halves
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if not value.isascii() else value

    def texts(self, what: str) -> tuple[str, ...]:
        return tuple(text for item in self.items(what) if (text := item.text(what)))

    @property
    def empty(self) -> bool:
        return isinstance(self.node, yaml.ScalarNode) and self.node.tag == "tag:yaml.org,2002:null"

    @property
    def kind(self) -> str:
        if self.empty:
            return "nothing"
        kinds = {yaml.MappingNode: "a mapping", yaml.SequenceNode: "a list", yaml.ScalarNode: "a text"}
        return kinds.get(type(self.node), "something else")


def _map(part: _Part) -> JourneyMap:
    values = part.mapping("the map", MAP_KEYS)
    for needed in ("name", "stages"):
        if needed not in values:
            part.fail(f"the map has no “{needed}”")
    name = _required(values["name"], "the name of the map")
    if not isinstance(values["stages"].node, yaml.SequenceNode):
        values["stages"].fail(f"expected stages as a list, found {values['stages'].kind}")
    stages = _stages(values["stages"])
    meta = values["meta"].mapping("meta", None) if "meta" in values and not values["meta"].empty else {}
    return JourneyMap(
        id=_id(values, name, part),
        name=name,
        stages=stages,
        persona=_optional(values, "persona"),
        owner=_optional(values, "owner"),
        source=part.file,
        meta={key: value.text(f"meta “{key}”") for key, value in meta.items()},
    )


def _stages(part: _Part) -> tuple[Stage, ...]:
    stages: dict[str, Stage] = {}
    for item in part.items("stages"):
        stage = _stage(item)
        if stage.id in stages:
            item.fail(f"there are two stages “{stage.id}”; give one of them another name or id")
        stages[stage.id] = stage
    if not stages:
        part.fail("a map needs at least one stage")
    return tuple(stages.values())


def _stage(part: _Part) -> Stage:
    if isinstance(part.node, yaml.ScalarNode):
        name = _required(part, "the name of a stage")
        return Stage(id=_id({}, name, part), name=name)
    values = part.mapping("a stage", STAGE_KEYS)
    if "name" not in values:
        part.fail("the stage has no “name”")
    name = _required(values["name"], "the name of a stage")
    steps = [_step(item) for item in values["steps"].items("steps")] if "steps" in values else []
    touchpoints = [*_texts(values, "touchpoints"), *(step for step, _ in steps)]
    return Stage(
        id=_id(values, name, part),
        name=name,
        description=_optional(values, "description") or "",
        aliases=_texts(values, "aliases"),
        words=_texts(values, "words"),
        touchpoints=tuple(dict.fromkeys(touchpoints)),
        cells=grouped((*_cells(values, None), *(cell for _, cells in steps for cell in cells))),
        owner=_optional(values, "owner"),
    )


def _step(part: _Part) -> tuple[str, tuple[Cell, ...]]:
    if isinstance(part.node, yaml.ScalarNode):
        return _required(part, "the name of a step"), ()
    values = part.mapping("a step", STEP_KEYS)
    if "name" not in values:
        part.fail("the step has no “name”")
    name = _required(values["name"], "the name of a step")
    return name, _cells(values, name)


def _cells(values: Mapping[str, _Part], step: str | None) -> tuple[Cell, ...]:
    found = [(LANE_NAMES[key], part.texts(f"“{key}”")) for key, part in values.items() if key in LANE_NAMES]
    return tuple(Cell(lane=lane, text=text, step=step) for lane, texts in found for text in texts)


def _id(values: Mapping[str, _Part], name: str, part: _Part) -> str:
    given = _optional(values, "id")
    made = stage_id(given or name)
    if not made:
        (values.get("id") or values.get("name") or part).fail(f"“{given or name}” has no letters to make an id of")
    return made


def _required(part: _Part, what: str) -> str:
    return part.text(what) or part.fail(f"{what} is empty")


def _optional(values: Mapping[str, _Part], key: str) -> str | None:
    return (values[key].text(f"“{key}”") or None) if key in values else None


def _texts(values: Mapping[str, _Part], key: str) -> tuple[str, ...]:
    return values[key].texts(f"“{key}”") if key in values else ()


def _listed(known: Sequence[str]) -> str:
    return ", ".join(
        key for key in known if key in (*MAP_KEYS, *STAGE_KEYS) and (key not in LANE_NAMES or key in LANES)
    )


def _nearest(key: str, known: Sequence[str]) -> str:
    from rapidfuzz import fuzz, process

    near = process.extractOne(key, known, scorer=fuzz.ratio, score_cutoff=60)
    return f". Did you mean “{near[0]}”?" if near else ""
