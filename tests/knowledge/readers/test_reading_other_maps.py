"""Journey maps as people have them: Markdown, CSV, and the JSON of other tools."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.errors import InvalidMap
from knowledge.journey import ACTOR, Cell
from knowledge.readers.csv_map import parse_csv_map
from knowledge.readers.json_map import parse_json_file
from knowledge.readers.lanes import part_of, stage_name, texts_of
from knowledge.readers.maps import read_maps
from knowledge.readers.markdown_map import parse_markdown_map, parse_markdown_maps

AS_ROWS = """\
# Customer Journey Map: New members

**Persona:** Ana, 30

| Phase | Customer actions | Emotions | Pain Points | Channels | Team |
|:--|---|---|---|---|---|
| 1. **Aware** | Sees an ad | Curious | | Web, Ads (search, social) | Marketing |
| 2. **Join** | Signs up<br>Pays | 😐 Unsure | • Form is long • No \\| sign | [Shop](x) | Sales |
"""

AS_COLUMNS = """\
|  | Aware | Join |
|--|--|--|
| Actions | Sees an ad | Signs up; Pays |
| Pain points | [Pain] | Form is long |
| KPI | Reach | TBD |
"""

AS_HEADINGS = """\
# Members

## Stage 1: Aware
- Goal: Hear of us
- Touchpoints: Web, Ads
- **Pain points:**
  - Too loud
  - Too often

## Stage 2: Join
**Feelings:** Unsure
### Actions
- Signs up
- Pays

## Notes
- Some remark
"""


def test_stages_as_rows():
    got = parse_markdown_map(AS_ROWS, "m.md")
    assert (got.name, got.persona) == ("New members", "Ana, 30")
    aware, join = got.stages
    assert (aware.name, aware.owner, aware.touchpoints) == ("Aware", "Marketing", ("Web", "Ads (search, social)"))
    assert (join.id, join.touchpoints) == ("join", ("Shop",))
    assert join.cells == (
        Cell(lane="action", text="Signs up"),
        Cell(lane="action", text="Pays"),
        Cell(lane="feeling", text="😐 Unsure"),
        Cell(lane="pain", text="Form is long"),
        Cell(lane="pain", text="No | sign"),
    )


def test_stages_as_columns_and_what_no_lane_takes_in():
    got = parse_markdown_map(AS_COLUMNS, "m.md")
    assert [stage.name for stage in got.stages] == ["Aware", "Join"]
    assert got.stages[0].cells == (Cell(lane="action", text="Sees an ad"),)
    assert got.meta == {"Aware: KPI": "Reach"}


def test_a_heading_per_stage():
    got = parse_markdown_map(AS_HEADINGS, "m.md")
    aware, join = got.stages
    assert (got.name, aware.description, aware.touchpoints) == ("Members", "Hear of us", ("Web", "Ads"))
    assert [cell.text for cell in aware.cells] == ["Too loud", "Too often"]
    assert {cell.lane: cell.text for cell in join.cells} == {"feeling": "Unsure", "action": "Pays"}


def test_a_document_with_several_maps_gives_each():
    fenced = (
        "## Another\n\n```markdown\n" + AS_HEADINGS + "```\n\n```mermaid\njourney\n  section A\n    B: 3: Me\n```\n"
    )
    got = parse_markdown_maps(AS_ROWS + fenced, "m.md")
    assert [journey.name for journey in got] == ["New members", "Members", "m"]
    assert Cell(lane=ACTOR, text="Me", step="B") in got[2].stages[0].cells


def test_an_error_in_a_fenced_diagram_names_the_line_of_the_file():
    with pytest.raises(InvalidMap, match=r"m\.md, line 5, column 3"):
        parse_markdown_map("# T\n\n```mermaid\njourney\n  broken\n```\n", "m.md")


def test_a_document_without_a_map_is_told_what_was_expected():
    with pytest.raises(InvalidMap, match=r"m\.md: no journey map in it; expected a table with a column “Stage”"):
        parse_markdown_map("# Prices\n\n| Plan | Price |\n|--|--|\n| A | 3 |\n\n- Pain: none\n", "m.md")


@pytest.mark.parametrize(
    "text",
    [
        "Stage,Step,Actions,Pain points,Team\nAware,Ad,sees,loud,Marketing\n,Post,,,\nJoin,,pays,slow; dear,Sales\n",
        "Lane;Aware;Join\nActions;sees;pays\nPains;loud;slow; dear\n",
        "stage,lane,text\nAware,action,sees\nAware,pain,loud\nJoin,Actions,pays\nJoin,pain,slow\nJoin,pain,dear\n",
    ],
)
def test_a_table_is_read_whichever_way_round(text):
    got = parse_csv_map(text.replace("slow; dear", '"slow; dear"'), "our_map.csv")
    assert [stage.name for stage in got.stages] == ["Aware", "Join"]
    assert [(c.lane, c.text) for c in got.stages[0].cells] == [("action", "sees"), ("pain", "loud")]
    assert [(c.lane, c.text) for c in got.stages[1].cells] == [("action", "pays"), ("pain", "slow"), ("pain", "dear")]
    assert got.name == "our map"


def test_steps_of_a_table_are_touchpoints():
    got = parse_csv_map("stage,step,pain\nAware,Ad,loud\n,Post,\n", "m.csv")
    assert got.stages[0].touchpoints == ("Ad", "Post")
    assert got.stages[0].cells == (Cell(lane="pain", text="loud", step="Ad"),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "m.csv is empty; expected a column “stage”"),
        ("a,b\n1,2\n", "m.csv, line 1: expected a column “stage”.*found the columns a, b"),
        ("stage,pain\n", "m.csv, line 1: there is no stage below the header"),
        ('stage,pain\nA,"x\nB,y\n', "m.csv, line 2: a quotation mark"),
    ],
)
def test_a_table_that_is_no_map_is_refused_with_its_line(text, message):
    with pytest.raises(InvalidMap, match=message):
        parse_csv_map(text, "m.csv")


@pytest.mark.parametrize(
    "document",
    [
        {"title": "T", "phases": [{"title": "A", "painPoints": ["slow"], "touchpoints": [{"name": "Web"}]}]},
        {"journeyMap": {"name": "T", "stages": [{"stage": "A", "pain_points": "slow", "channels": ["Web"]}]}},
        {"name": "T", "stages": {"A": {"pains": [{"text": "slow"}], "touchpoints": "Web"}}},
        {"name": "T", "stages": [{"name": "A", "frustrations": ["slow"], "steps": [{"name": "Web", "order": 1}]}]},
        {"name": "T", "data": [{"stage": "A", "lane": "pain", "text": "slow"},
                               {"stage": "A", "lane": "touchpoint", "text": "Web"}]},
    ],
)  # fmt: skip
def test_json_of_other_tools_is_read(document):
    got = parse_json_file(json.dumps(document), "m.json")
    assert (got.name, got.stages[0].name, got.stages[0].touchpoints) == ("T", "A", ("Web",))
    assert Cell(lane="pain", text="slow") in got.stages[0].cells


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": }', "m.json, line 1, column 7: not valid JSON"),
        ("{}", "m.json: no stages in it; expected a mapping with “name”.*found an empty mapping"),
        ('{"nodes": [{"id": 1}]}', "found a mapping with the keys nodes"),
        ('{"type": "svg", "childNodes": []}', "is a drawing"),
        ('{"0": {"type": "g"}, "1": {"type": "rect"}, "length": 2}', "is a drawing"),
        ('{"name": "x", "stages": [{"name": "a", "pian": 1}]}', r"line 1, column 40: “pian” is not known.*“pain”"),
    ],
)
def test_json_that_is_no_map_is_told_apart(text, message):
    with pytest.raises(InvalidMap, match=message):
        parse_json_file(text, "m.json")


def test_labels_are_known_under_their_usual_names():
    assert [part_of(x) for x in ("**Pain Points**", "painPoints", "pain_points", "What they feel", "KPIs")] == [
        "pain", "pain", "pain", "feeling", None]  # fmt: skip
    assert [stage_name(x) for x in ("Stage 2: Join", "2.1 Join", "3) Join", "24/7 use")] == ["Join"] * 3 + ["24/7 use"]
    assert list(texts_of("[Action 1]<br>TBD; does", "action")) == ["does"]


@given(st.text(st.sampled_from("|-# *:\n`<>aStagePain,;\"'{}[]1")))
def test_any_text_is_read_or_refused(text):
    for parse in (parse_markdown_map, parse_csv_map, parse_json_file):
        with contextlib.suppress(InvalidMap):
            assert parse(text, "m").stages


def test_stages_get_ids_of_their_own_where_a_name_looks_like_another_with_a_number():
    journey = parse_csv_map("stage,action\nStage 2,a\nStage,b\nstage.,c\n", "m")
    assert [stage.id for stage in journey.stages] == ["stage-2", "stage", "stage-3"]


@pytest.mark.shared
def test_real_maps_are_read_and_drawings_refused(shared_data):
    read, refused = [], []
    for file in sorted((shared_data / "journey_map_files").iterdir()):
        try:
            read += [len(journey.stages) for journey in read_maps(file)]
        except InvalidMap as error:
            refused.append(str(error))
    assert len(refused) == 2
    assert all("is a drawing" in reason for reason in refused)
    assert sorted(read) == [5, 5, 5, 5, 5, 6, 7, 7]
