"""Journey maps from YAML and JSON: what is read, and where an error stands."""

import contextlib
import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from knowledge.errors import InvalidMap, UnreadableFile
from knowledge.journey import LANES, Cell, JourneyMap, Stage, stage_id
from knowledge.readers.maps import read_map
from knowledge.readers.yaml_map import parse_json_map, parse_yaml_map

MAP = """\
name: How a shop becomes a customer
persona: Owner of a small shop
owner: Customer experience
meta: {version: 3}
stages:
  - Awareness
  - name: First steps
    id: Onboarding
    description: From the contract to the first order
    owner: Success team
    aliases: [setup]
    words: activation
    touchpoints: [Phone call, Welcome mail]
    pain: Nobody answers
    steps:
      - Phone call
      - name: Set-up
        actions: [signs in, invites others]
        Feeling: unsure
        pain_points: [The link has expired]
        opportunity:
"""


def test_a_map_is_read_whole():
    got = parse_yaml_map(MAP, "map.yaml")
    assert (got.id, got.persona, got.owner, got.source) == (
        "how-a-shop-becomes-a-customer", "Owner of a small shop", "Customer experience", "map.yaml"
    )  # fmt: skip
    assert got.meta == {"version": "3"}
    assert got.stages[0] == Stage(id="awareness", name="Awareness")
    assert got.stages[1] == Stage(
        id="onboarding",
        name="First steps",
        description="From the contract to the first order",
        owner="Success team",
        aliases=("setup",),
        words=("activation",),
        touchpoints=("Phone call", "Welcome mail", "Set-up"),
        cells=(
            Cell(lane="pain", text="Nobody answers"),
            Cell(lane="action", text="signs in", step="Set-up"),
            Cell(lane="action", text="invites others", step="Set-up"),
            Cell(lane="feeling", text="unsure", step="Set-up"),
            Cell(lane="pain", text="The link has expired", step="Set-up"),
        ),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "m.yaml is empty"),
        ("- a", "line 1, column 1: expected the map as a mapping of names to values, found a list"),
        ("name: x", "line 1, column 1: the map has no “stages”"),
        ("name: x\nstages: [a]\nstges: 1", "line 3, column 1: “stges” is not known in the map.*Did you mean “stages”"),
        (
            "name: x\nstages:\n  - nme: y",
            "line 3, column 5: “nme” is not known in a stage.*id, name, .*action, thought",
        ),
        ("name: x\nstages:\n  - pain: y", "line 3, column 5: the stage has no “name”"),
        ("name: x\nstages: yes", "line 2, column 9: expected stages as a list, found a text"),
        ("name: x\nstages: []", "line 2, column 9: a map needs at least one stage"),
        ("name: ''\nstages: [a]", "line 1, column 7: the name of the map is empty"),
        ("name: x\nstages: [Use, use]", "line 2, column 15: there are two stages “use”"),
        ("name: x\nstages: ['!']", "line 2, column 10: “!” has no letters"),
        ("name: x\nname: y\nstages: [a]", "line 2, column 1: “name” is given twice"),
        ("name: x\nstages:\n  - name: a\n    pain: {b: c}", "line 4, column 11: expected “pain” as a text or a list"),
        (
            "name: x\nstages:\n  - name: a\n    words: [[b]]",
            "line 4, column 13: expected “words” as a text, found a list",
        ),
        ("name: x\nstages:\n  - name: a\n    steps: [{pain: b}]", "line 4, column 13: the step has no “name”"),
        ("name: x\n  stages: [", "line 2, column 9: not valid YAML"),
        ("name: x\nstages: [a", "not valid YAML"),
        ("name: \x07", "line 1: a character"),
        ("a: 1\n---\nb: 2", "line 2"),
    ],
)
def test_an_error_names_file_line_column_and_what_was_expected(text, message):
    with pytest.raises(InvalidMap, match=message) as caught:
        parse_yaml_map(text, "m.yaml")
    assert str(caught.value).startswith("m.yaml")


def test_json_of_the_same_shape_is_the_same_map():
    as_json = json.dumps(yaml.safe_load(MAP), indent="\t")
    assert parse_json_map(as_json, "map.yaml") == parse_yaml_map(MAP, "map.yaml")
    assert parse_json_map('{"name": "\\ud83d\\ude00 x", "stages": ["a"]}', "m").name == "😀 x"
    with pytest.raises(InvalidMap, match="line 3, column 12"):
        parse_json_map('{\n\t"name": "x",\n\t"stages": {}\n}', "m.json")


def test_files_are_read_by_their_kind(tmp_path):
    for name, encoding in (("m.yaml", "utf-8-sig"), ("m.yml", "utf-16"), ("m.yml", "cp1252")):
        path = tmp_path / name
        path.write_bytes("name: Käufer\nstages: [a]".encode(encoding))
        assert read_map(path).name == "Käufer"
    with pytest.raises(UnreadableFile, match="there is no file"):
        read_map(tmp_path / "none.yaml")
    (tmp_path / "m.docx").write_text("x")
    with pytest.raises(InvalidMap, match=r"a map is read from .*\.mmd.*\.yaml.*, not from “\.docx”"):
        read_map(tmp_path / "m.docx")


words = st.text("abcdefäöü ÄÖ123'\":#-", min_size=1, max_size=12).map(lambda t: f"x{t}".strip())
cells = st.builds(Cell, lane=st.sampled_from(LANES), text=words)


def written(map_: JourneyMap) -> dict:
    return {"id": map_.id, "name": map_.name, "stages": [written_stage(stage) for stage in map_.stages]}


def written_stage(stage: Stage) -> dict:
    lanes = {lane: [cell.text for cell in stage.cells if cell.lane == lane] for lane in LANES}
    return {"id": stage.id, "name": stage.name, "words": list(stage.words), **lanes}


@given(
    names=st.lists(words, min_size=1, max_size=4, unique_by=stage_id),
    found=st.lists(cells, max_size=5),
    said=st.lists(words),
)
def test_any_map_written_as_yaml_or_json_reads_back_equal(names, found, said):
    ordered = tuple(sorted(found, key=lambda cell: LANES.index(cell.lane)))
    stages = tuple(Stage(id=stage_id(name), name=name, words=tuple(said), cells=ordered) for name in names)
    map_ = JourneyMap(id="m", name="A map", stages=stages, source="f")
    assert parse_yaml_map(yaml.safe_dump(written(map_), allow_unicode=True, sort_keys=False), "f") == map_
    assert parse_json_map(json.dumps(written(map_)), "f") == map_


@given(st.text("ab: -[]{}\n'\"|>&*!?,#\x00é", max_size=60) | st.text(max_size=40))
def test_whatever_the_text_only_invalid_map_is_raised(text):
    for parse in (parse_yaml_map, parse_json_map):
        with contextlib.suppress(InvalidMap):
            assert parse(text, "f").stages
