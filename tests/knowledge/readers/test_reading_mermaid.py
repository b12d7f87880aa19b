"""Mermaid journey diagrams: what Mermaid reads, we read; what it cannot, is told with line and expectation."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.errors import InvalidMap
from knowledge.journey import ACTOR, Cell
from knowledge.readers.maps import read_map
from knowledge.readers.mermaid import Task, parse_diagram
from knowledge.readers.mermaid_map import BEFORE, parse_mermaid_map

MESSY = """\
---
title: From the front matter
config:
  theme: dark
---
%%{init: {
  "theme": "base"
}}%%
%% a remark

 Journey
   accDescr {
     Two lines
       of description
   }
   accTitle: Read aloud # not a comment here
\ttitle  My order
   Look around: 4
   section Check<br>out: part one
   Pay with card : 2 : Customer,Payments team,
   Wait#58; still:1.5:Customer: late
   Search: type a word # a remark
   section Support; Ask: 3: Customer, Support
   section Check<br>out: part one
   Pay with card: 5: Customer
"""


def test_a_messy_diagram_is_read_as_mermaid_reads_it():
    got = parse_diagram(MESSY, "m.mmd")
    assert (got.title, got.front_title) == (" My order", "From the front matter")
    assert (got.acc_title, got.acc_descr) == ("Read aloud # not a comment here", "Two lines\nof description")
    assert got.sections == ("Check<br>out: part one", "Support", "Check<br>out: part one")
    assert got.tasks[0] == Task(name="Look around", section="", score=4.0, scored="4", line=18)
    assert got.tasks[1].people == ("Customer", "Payments team", "")
    assert (got.tasks[2].name, got.tasks[2].score, got.tasks[2].people) == ("Wait: still", 1.5, ("Customer",))
    assert (got.tasks[3].score, got.tasks[3].scored) == (None, "type a word")
    assert got.tasks[4].section == "Support"


def test_sections_are_stages_scores_feelings_and_actors_personas_or_teams():
    got = parse_mermaid_map(MESSY, "m.mmd")
    assert (got.name, got.persona) == ("My order", "Customer")
    assert got.meta == {"accTitle": "Read aloud # not a comment here", "accDescr": "Two lines\nof description"}
    assert [stage.name for stage in got.stages] == [BEFORE, "Check<br>out: part one", "Support"]
    assert [stage.owner for stage in got.stages] == [None, "Payments team", "Support"]
    assert got.stages[1].touchpoints == ("Pay with card", "Wait: still", "Search", "Pay with card (2)")
    assert got.stages[1].cells[:3] == (
        Cell(lane="feeling", text="unhappy (2 of 5)", step="Pay with card"),
        Cell(lane=ACTOR, text="Customer", step="Pay with card"),
        Cell(lane=ACTOR, text="Payments team", step="Pay with card"),
    )
    assert Cell(lane="action", text="type a word", step="Search") in got.stages[1].cells


def test_the_map_is_named_by_what_there_is():
    assert parse_mermaid_map("---\ntitle: Front\n---\njourney\nsection A", "m.mmd").name == "Front"
    assert parse_mermaid_map("journey\naccTitle: Aloud\nsection A", "m.mmd").name == "Aloud"
    assert parse_mermaid_map("journey\nsection A", "our_journey.mmd").name == "our journey"


def test_names_without_letters_make_ids_that_differ():
    got = parse_mermaid_map("journey\nsection 🚀\nA: 1\nsection 🎉\nsection Pay!\nsection Pay", "m.mmd")
    assert [stage.id for stage in got.stages] == ["stage-1", "stage-2", "pay", "pay-2"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "m.mmd is empty; expected a Mermaid diagram that begins with “journey”"),
        ("%% only a remark\n", "m.mmd is empty"),
        ("graph TD\n  a --> b", "line 1: expected “journey”.*found “graph TD”$"),
        ("pie\n\njourney\n section A", "line 1: .*found “pie”; a line “journey” stands on line 3"),
        ("journey\n\n  nonsense", "line 3, column 3: expected a title, a section, or a task .*found “nonsense”"),
        ("journey\n  Task #1: 3: Me", "found “Task”.*write #35; for the sign"),
        ("journey\n  Task:", "line 2, column 3: .*found “Task:”"),
        ("journey\n  : 3: Me", "found nothing before the colon"),
        ("journey\n  accDescr {\n  a", "line 2, column 12: “accDescr {” is never closed"),
        ("journey\n  title T", "m.mmd: .*expected a section"),
    ],
)
def test_an_error_names_the_place_and_what_was_expected(text, message):
    with pytest.raises(InvalidMap, match=message):
        parse_mermaid_map(text, "m.mmd")


@given(st.text(st.sampled_from("journey\n :;#%{}5,titlesection")))
def test_any_text_is_read_or_refused(text):
    with contextlib.suppress(InvalidMap):
        assert parse_mermaid_map("journey\n" + text, "m.mmd").stages


def test_a_file_is_recognised_by_its_name(tmp_path):
    file = tmp_path / "ours.mmd"
    file.write_text("journey\n section A\n  B: 3: Me", encoding="utf-8")
    assert read_map(file).stages[0].name == "A"


@pytest.mark.shared
def test_real_diagrams_are_read_as_expected(shared_data):
    """Every file with a known reading is equal to it, but for the white space around names of tasks."""
    goldens = sorted((shared_data / "mermaid_journeys").glob("*.golden.json"))
    assert goldens
    for golden in goldens:
        wanted = json.loads(golden.read_text(encoding="utf-8"))["model"]
        file = golden.with_name(golden.name.replace(".golden.json", ".mmd"))
        got = parse_diagram(file.read_text(encoding="utf-8"), file.name)
        for key, value in (("title", got.title), ("accTitle", got.acc_title), ("accDescr", got.acc_descr)):
            assert value == wanted[key], (file.name, key)
        assert (list(got.sections), list(got.actors)) == (wanted["sections"], wanted["actors"]), file.name
        found = [(t.name.strip(), t.section, t.score or 0, list(t.people), t.score is None) for t in got.tasks]
        assert found == [
            (t["task"].strip(), t["section"], t["score"], t["people"], t.get("scoreIsNaN", False))
            for t in wanted["tasks"]
        ], file.name


@pytest.mark.shared
def test_real_diagrams_are_read_or_refused_with_a_reason(shared_data):
    read, refused = 0, []
    for file in sorted((shared_data / "mermaid_journeys").glob("*.mmd")):
        try:
            read += bool(parse_diagram(file.read_text(encoding="utf-8"), file.name))
        except InvalidMap as error:
            refused.append(str(error))
    assert read >= 48
    assert all("line" in reason and "expected" in reason for reason in refused), refused
