"""The schema of the map format says what the reader says: of the templates, the sample, and of what is wrong."""

import json
from importlib.resources import files

import pytest
import yaml
from jsonschema import Draft202012Validator

from knowledge.errors import InvalidMap
from knowledge.readers.yaml_map import LANE_NAMES, MAP_KEYS, STAGE_KEYS, STEP_KEYS, parse_yaml_map
from knowledge.sample import map_path
from knowledge.templates import names, template, template_text
from knowledge.writers.yaml_map import document

SCHEMA = json.loads((files("knowledge.readers") / "journey-map.schema.json").read_text(encoding="utf-8"))
CHECK = Draft202012Validator(SCHEMA)


def test_it_is_a_schema():
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", names())
def test_the_templates_and_what_is_written_of_them_are_valid(name):
    CHECK.validate(yaml.safe_load(template_text(name)))
    CHECK.validate(document(template(name)))


def test_the_sample_is_valid():
    CHECK.validate(yaml.safe_load(map_path().read_text(encoding="utf-8")))


def test_it_knows_the_keys_that_the_reader_knows():
    stage, step = (SCHEMA["$defs"][kind]["anyOf"][1]["properties"] for kind in ("stage", "step"))
    assert set(SCHEMA["properties"]) == set(MAP_KEYS)
    assert set(stage) == set(STAGE_KEYS)
    assert set(step) == set(STEP_KEYS)
    assert set(LANE_NAMES) <= set(step)


@pytest.mark.parametrize(
    "text",
    [
        "stages: [a]",
        "name: x",
        "name: x\nstages: []",
        "name: x\nstages: yes",
        "name: x\nstges: [a]",
        "name: x\nstages: [{pain: y}]",
        "name: x\nstages: [{name: a, pian: y}]",
        "name: x\nstages: [{name: a, steps: [{pain: y}]}]",
        "name: x\nstages: [{name: a, pain: {b: c}}]",
        "name: ''\nstages: [a]",
    ],
)
def test_what_the_reader_refuses_it_refuses(text):
    with pytest.raises(InvalidMap):
        parse_yaml_map(text, "m.yaml")
    assert not CHECK.is_valid(yaml.safe_load(text))


@pytest.mark.parametrize(
    "text",
    [
        "name: x\nstages: [a, {name: b, pain: y, words: [c, d], steps: [e, {name: f, feelings: [g]}]}]",
        "name: 2026\nmeta: {version: 3}\nstages: [{name: 1, opportunity: }]",
    ],
)
def test_what_the_reader_takes_it_takes(text):
    assert parse_yaml_map(text, "m.yaml")
    CHECK.validate(yaml.safe_load(text))
