"""Journey maps from JSON: our own shape, and the shapes that other tools write.

Of other shapes we look for a list of stages: under `stages`, `phases` or `sections`, at the top or one level below;
or a mapping of names of stages to their lanes. Lanes may be texts, lists, or mappings with a text inside; steps may be
a list of their own. What no lane takes in is kept in `meta`.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from knowledge.errors import InvalidMap
from knowledge.journey import JourneyMap
from knowledge.readers.lanes import CUSTOMER_LANES, STAGE, STEP, part_of, plain
from knowledge.readers.map_building import StageParts, build
from knowledge.readers.yaml_map import MAP_KEYS, STAGE_KEYS, parse_json_map

EXPECTED = "expected a mapping with “name” and a list “stages”, each with a name and lanes such as action or pain"
_NAMES = ("name", "title", "label", "stage", "phase", "stageName", "stage_name", "heading", "section")
_TEXTS = ("text", "description", "content", "value", "name", "title", "label", "detail", "note", "channel")
_LISTS = ("stages", "phases", "sections", "journeyStages", "journey_stages", "journeyPhases", "journey_phases", "steps")
_WRAPPERS = ("journey", "journeyMap", "journey_map", "map", "customerJourney", "customer_journey", "data")
_STEP_LISTS = ("steps", "touchpoints", "moments", "tasks", "interactions")
_DRAWING = {"svg", "g", "path", "rect", "circle", "marker", "text", "use", "line"}


def parse_json_file(text: str, name: str) -> JourneyMap:
    """Return the map that a JSON text holds. Raises InvalidMap naming file, line, column and what was expected."""
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise InvalidMap(f"{name}, line {error.lineno}, column {error.colno}: not valid JSON ({error.msg})") from error
    except RecursionError as error:
        raise InvalidMap(f"{name}: nested too deeply to be a journey map") from error
    if _ours(document):
        return parse_json_map(text, name)
    if _drawing(document):
        raise InvalidMap(f"{name} is a drawing (SVG saved as JSON), not a journey map: it says where things stand and "
                         f"not what they mean; {EXPECTED}")  # fmt: skip
    body, stages = _stages(document)
    if not stages:
        raise InvalidMap(f"{name}: no stages in it; {EXPECTED}; found {_shape(document)}")
    title = next((plain(body[key]) for key in ("name", "title", "journeyName", "journey_name") if _said(body, key)), "")
    persona = next((_text(body[key]) for key in ("persona", "user", "actor", "customer") if body.get(key)), "")
    owner = _text(body["owner"]) if body.get("owner") else ""
    key = str(body["id"]) if isinstance(body.get("id"), str) else None
    return build(title or _stem(name), stages, file=name, persona=persona or None, owner=owner or None, key=key)


def _ours(document: object) -> bool:
    """Say whether this means to be our own shape, whose errors are told with their place."""
    if not isinstance(document, dict) or not isinstance(document.get("name"), str):
        return False
    stages = document.get("stages")
    named = isinstance(stages, list) and all(
        isinstance(s, str) or (isinstance(s, dict) and "name" in s) for s in stages
    )
    return named and set(document) <= set(MAP_KEYS) and not any(map(_foreign, stages or []))


def _foreign(stage: object) -> bool:
    """Say whether a stage has parts that our own shape would refuse and other tools write."""
    if not isinstance(stage, dict):
        return False
    rich = any(isinstance(item, dict) for key, value in stage.items() if key != "steps" for item in _listed(value))
    return rich or any(part_of(key) and key.lower() not in STAGE_KEYS for key in stage)


def _stages(document: object) -> tuple[dict[str, Any], list[StageParts]]:
    """Return the mapping that holds the stages, and the stages."""
    if isinstance(document, list):
        return {}, _from_list(document)
    if not isinstance(document, dict):
        return {}, []
    for key in _LISTS:
        if isinstance(document.get(key), list) and (found := _from_list(document[key])):
            return document, found
        if isinstance(document.get(key), dict) and (found := _from_mapping(document[key])):
            return document, found
    for key in _WRAPPERS:
        if isinstance(document.get(key), dict | list):
            body, found = _stages(document[key])
            if found:
                return {**document, **body}, found
    return document, _from_mapping(document)


def _from_list(items: list[Any]) -> list[StageParts]:
    if not all(isinstance(item, dict) for item in items):
        return []
    if items and all(part_of(str(_first(item, ("lane", "type"))[1])) and _first(item, _NAMES)[0] for item in items):
        return _from_cells(items)
    return [stage for item in items if (stage := _stage(item)) is not None]


def _from_cells(items: list[dict[str, Any]]) -> list[StageParts]:
    """Put together a list of single cells: `{"stage": ..., "lane": ..., "text": ...}`."""
    found: dict[str, StageParts] = {}
    for item in items:
        name = plain(_text(_first(item, ("stage", "phase", "section"))[1]))
        if name:
            lane = str(_first(item, ("lane", "type"))[1])
            step = _text(item.get("step")) or None
            found.setdefault(name, StageParts(name=name)).add(lane, _text(_first(item, _TEXTS)[1]), step)
    return list(found.values())


def _from_mapping(document: Mapping[str, Any]) -> list[StageParts]:
    """Read a mapping of names of stages to their lanes; every value must have a lane, or it is something else."""
    if not document or not all(isinstance(value, dict) for value in document.values()):
        return []
    if not all(any(part_of(key) in CUSTOMER_LANES for key in value) for value in document.values()):
        return []
    return [stage for key, value in document.items() if (stage := _stage({"name": key, **value})) is not None]


def _stage(item: dict[str, Any]) -> StageParts | None:
    key, name = _first(item, _NAMES)
    if not key or not _text(name):
        return None
    stage = StageParts(name=plain(_text(name)))
    for label, value in item.items():
        if label in (key, "id", "order", "index", "color", "colour", "icon", "position"):
            continue
        if label in _STEP_LISTS and any(isinstance(entry, dict) for entry in _listed(value)):
            _steps(stage, _listed(value))
        else:
            for text in _texts(value):
                stage.add("touchpoint" if part_of(label) in (STEP, STAGE) else label, text)
    return stage


def _steps(stage: StageParts, entries: list[Any]) -> None:
    for entry in entries:
        key, name = _first(entry, _NAMES) if isinstance(entry, dict) else ("", entry)
        step = plain(_text(name))
        if not step:
            continue
        stage.add("touchpoint", step.replace(",", ";") if "," in step else step)
        for label, value in entry.items() if isinstance(entry, dict) else ():
            if label not in (key, "id", "order", "index"):
                for text in _texts(value):
                    stage.add(label, text, step if part_of(label) and part_of(label) != "touchpoint" else None)


def _texts(value: object) -> Iterator[str]:
    """Yield the texts of a lane: of a text, a list, or mappings with a text inside."""
    for entry in _listed(value):
        if text := _text(entry):
            yield text


def _text(value: object) -> str:
    """Return the text of a value: itself, or what a mapping says in words, with its score if it has one."""
    if isinstance(value, dict):
        text = _text(_first(value, _TEXTS)[1])
        score = value.get("score")
        return f"{text} ({score})" if text and isinstance(score, int | float) else text
    if isinstance(value, list):
        return "; ".join(filter(None, map(_text, value)))
    return "" if value is None or isinstance(value, bool) else str(value).strip()


def _first(item: Mapping[str, Any], keys: tuple[str, ...]) -> tuple[str, Any]:
    return next(((key, item[key]) for key in keys if item.get(key) not in (None, "", [])), ("", ""))


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _said(body: Mapping[str, Any], key: str) -> bool:
    return isinstance(body.get(key), str) and bool(body[key].strip())


def _drawing(document: object) -> bool:
    """Say whether this is a drawing: elements with attributes and children."""
    items = list(document.values()) if isinstance(document, dict) else document
    if isinstance(document, dict) and document.get("type") in _DRAWING:
        return True
    elements = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    return bool(elements) and 2 * sum(item.get("type") in _DRAWING for item in elements) > len(elements)


def _shape(document: object) -> str:
    if isinstance(document, dict):
        return f"a mapping with the keys {', '.join(list(map(str, document))[:8])}" if document else "an empty mapping"
    return f"a list of {len(document)}" if isinstance(document, list) else f"a single {type(document).__name__}"


def _stem(name: str) -> str:
    return " ".join(name.rsplit(".", 1)[0].replace("_", " ").split()) or "Journey"
