"""Read, write, read: the identity for YAML and JSON, and for Mermaid with what it can hold."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.journey import ACTOR, LANES, Cell, JourneyMap, Stage, grouped, stage_id
from knowledge.readers.mermaid import parse_diagram
from knowledge.readers.mermaid_map import map_of, parse_mermaid_map
from knowledge.readers.yaml_map import parse_json_map, parse_yaml_map
from knowledge.sample import map_path
from knowledge.templates import names, template
from knowledge.writers import json_text, mermaid_text, yaml_text

texts = st.text(
    st.one_of(st.characters(codec="utf-8", exclude_characters="\x00"), st.sampled_from(string.printable)),
    min_size=1, max_size=30,
).map(str.strip).filter(bool)  # fmt: skip
named = texts.filter(stage_id)
lists = st.lists(texts, max_size=3).map(tuple)


@st.composite
def stages(draw):
    points = tuple(dict.fromkeys(draw(st.lists(texts, max_size=4))))
    cell = st.builds(
        Cell, lane=st.sampled_from((*LANES, ACTOR)), text=texts, step=st.sampled_from([None, *points])
    )  # fmt: skip
    name = draw(named)
    return Stage(
        id=draw(st.one_of(st.just(stage_id(name)), named.map(stage_id))),
        name=name, description=draw(st.one_of(st.just(""), texts)), aliases=draw(lists), words=draw(lists),
        touchpoints=points, cells=grouped(draw(st.lists(cell, max_size=8))), owner=draw(st.none() | texts),
    )  # fmt: skip


@st.composite
def maps(draw):
    name = draw(named)
    return JourneyMap(
        id=draw(st.one_of(st.just(stage_id(name)), named.map(stage_id))),
        name=name,
        stages=tuple(draw(st.lists(stages(), min_size=1, max_size=4, unique_by=lambda stage: stage.id))),
        persona=draw(st.none() | texts), owner=draw(st.none() | texts), source="m",
        meta=draw(st.dictionaries(texts, texts, max_size=3)),
    )  # fmt: skip


@given(maps())
@settings(max_examples=100)
def test_yaml_holds_all_of_a_map(journey):
    assert parse_yaml_map(yaml_text(journey), "m") == journey


@given(maps())
@settings(max_examples=60)
def test_json_holds_all_of_a_map(journey):
    assert parse_json_map(json_text(journey), "m") == journey


@given(maps())
@settings(max_examples=100)
def test_what_mermaid_can_hold_of_a_map_is_held_for_good(journey):
    first = parse_mermaid_map(mermaid_text(journey), "m")
    assert parse_mermaid_map(mermaid_text(first), "m") == first


@given(maps())
@settings(max_examples=100)
def test_mermaid_keeps_every_stage_and_step(journey):
    got = parse_mermaid_map(mermaid_text(journey), "m")
    wanted = {" ".join(stage.name.split()) for stage in journey.stages}
    assert {stage.name for stage in got.stages} == wanted


task = st.tuples(texts, st.sampled_from(["1", "5", " 3 ", "2.5", "-1", "7", "x", "", "1e2"]), lists)


@st.composite
def diagrams(draw):
    """Text that Mermaid would read: names of any characters but those that end a name."""
    clean = lambda text: " ".join("".join(" " if c in "#;:\n\r%" or not c.isprintable() else c for c in text).split())  # noqa: E731
    lines = ["journey"]
    if draw(st.booleans()):
        lines.append(f"title {clean(draw(texts)) or 'T'}")
    for name, score, people in draw(st.lists(task, min_size=1, max_size=8)):
        if draw(st.booleans()):
            lines.append(f"  section {clean(draw(texts)) or 'S'}")
        lines.append(f"    do {clean(name)}: {score or 'it'}: {', '.join(map(clean, people))}")
    return "\n".join(lines)


@given(diagrams())
@settings(max_examples=150)
def test_a_map_that_came_from_mermaid_is_written_whole(text):
    journey = parse_mermaid_map(text, "m.mmd")
    assert parse_mermaid_map(mermaid_text(journey), "m.mmd") == journey


@pytest.mark.parametrize("name", names())
def test_the_templates_round_trip(name):
    assert parse_yaml_map(yaml_text(template(name)), f"{name}.yaml") == template(name)


def test_the_sample_map_round_trips():
    journey = parse_yaml_map(map_path().read_text(encoding="utf-8"), "map.yaml")
    assert parse_yaml_map(yaml_text(journey), "map.yaml") == journey


def test_what_mermaid_gives_a_meaning_is_written_as_entities():
    journey = map_of(parse_diagram("journey\nsection A#58;B\nTask #35;1: 2: Dad#44; Mum", "m"), "m")
    text = mermaid_text(journey)
    assert "section A#58;B" in text
    assert "Task #35;1: 2: Dad#44; Mum" in text
    assert journey.stages[0].cells[1].text == "Dad, Mum"
