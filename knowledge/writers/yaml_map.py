"""A journey map in our own format, as YAML or as JSON of the same shape: all of it, and nothing that says nothing."""

import json
from collections.abc import Iterable
from typing import Any

import yaml

from knowledge.journey import Cell, JourneyMap, Stage, grouped, stage_id

WIDTH = 110


def yaml_text(journey: JourneyMap) -> str:
    """Return the map as YAML that reads back as the same map (its cells `grouped`)."""
    head = {key: value for key, value in document(journey).items() if key != "stages"}
    stages = [_dumped([stage]) for stage in document(journey)["stages"]]
    indented = ("".join(f"  {line}\n" for line in text.rstrip("\n").split("\n")) for text in stages)
    return _dumped(head) + "stages:\n" + "\n".join(indented)


def json_text(journey: JourneyMap) -> str:
    """Return the map as JSON of the same shape."""
    text = json.dumps(document(journey), ensure_ascii=False, indent=2) + "\n"
    # JSON lets some characters stand that the eye cannot see and YAML does not allow
    return "".join(c if c.isprintable() or c == "\n" else _unicode(c) for c in text)


def _unicode(character: str) -> str:
    return json.dumps(character)[1:-1] if ord(character) > 127 else f"\\u{ord(character):04x}"


def document(journey: JourneyMap) -> dict[str, Any]:
    """Return the map as the mapping that the format describes, without its empty parts."""
    head = {
        "id": journey.id if journey.id != stage_id(journey.name) else None,
        "name": journey.name,
        "persona": journey.persona,
        "owner": journey.owner,
        "meta": dict(journey.meta),
    }
    return {**_filled(head), "stages": [_stage(stage) for stage in journey.stages]}


def _stage(stage: Stage) -> dict[str, Any]:
    cells = grouped(stage.cells)
    steps = dict.fromkeys(cell.step for cell in cells if cell.step)
    return _filled(
        {
            "id": stage.id if stage.id != stage_id(stage.name) else None,
            "name": stage.name,
            "description": stage.description,
            "owner": stage.owner,
            "aliases": list(stage.aliases),
            "words": list(stage.words),
            # the steps below are touchpoints too: they are listed only where their order would be lost
            "touchpoints": [] if stage.touchpoints == tuple(steps) else list(stage.touchpoints),
            **_lanes(cell for cell in cells if cell.step is None),
            "steps": [{"name": step, **_lanes(cell for cell in cells if cell.step == step)} for step in steps],
        }
    )


def _lanes(cells: Iterable[Cell]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for cell in cells:
        found.setdefault(cell.lane, []).append(cell.text)
    return found


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value}


class _Flowing(yaml.SafeDumper):
    """Lists of words on a line, lists of mappings below each other; no anchors, which nobody expects in a map."""

    def ignore_aliases(self, data: object) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _list(dumper: _Flowing, values: list[Any]) -> yaml.Node:
    flow = all(isinstance(value, str) for value in values)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", values, flow_style=flow)


def _text(dumper: _Flowing, value: str) -> yaml.Node:
    # line ends and their rarer relatives would be folded away; between quotation marks they are escaped
    style = None if value.isprintable() else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Flowing.add_representer(list, _list)
_Flowing.add_representer(str, _text)


def _dumped(value: object) -> str:
    text: str = yaml.dump(
        value, Dumper=_Flowing, sort_keys=False, allow_unicode=True, width=WIDTH, default_flow_style=False
    )
    return text
