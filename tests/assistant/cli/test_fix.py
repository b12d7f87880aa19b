"""`journey fix`: what was mended is recorded, listed and forgotten again."""

import json
import shutil

import pytest

from tests.assistant.answers import world


@pytest.fixture(scope="module")
def company(tmp_path_factory, toy_embedder):
    return world.build(tmp_path_factory.mktemp("company") / "company.db", toy_embedder)


@pytest.fixture
def journey(company, tmp_path, run_journey):
    path = shutil.copy(company, tmp_path / "own.db")
    return lambda *arguments, ok=True: run_journey("--db", str(path), *arguments, ok=ok)


def test_a_fix_is_recorded_by_id_or_name_and_listed(journey):
    assert "late delivery (T2) is mended since 2026-05-01" in journey("fix", "add", "t2", "--on", "2026-05-01").output
    journey("fix", "add", "APP crashes", "--on", "2026-06-01", "--note", "new build, ask ann@example.com")
    listed = json.loads(journey("fix", "list", "--json").output)
    assert [(each["theme"], each["on"]) for each in listed] == [("T6", "2026-06-01"), ("T2", "2026-05-01")]
    assert "ann@example.com" not in listed[0]["note"]
    assert "late delivery" in journey("fix", "list").output


def test_the_same_fix_twice_is_one(journey):
    for _ in range(2):
        journey("fix", "add", "T2", "--on", "2026-05-01")
    assert len(json.loads(journey("fix", "list", "--json").output)) == 1


def test_what_cannot_be_is_refused_with_a_reason(journey):
    assert "in the future" in str(journey("fix", "add", "T2", "--on", "2999-01-01", ok=False).exception)
    assert "not the id of a theme" in str(
        journey("fix", "add", "no such thing", "--on", "2026-05-01", ok=False).exception
    )
    assert "Name one by its id" in str(journey("fix", "add", "a", "--on", "2026-05-01", ok=False).exception)
    assert "There is no fix 7" in str(journey("fix", "remove", "7", ok=False).exception)


def test_a_fix_can_be_forgotten(journey):
    journey("fix", "add", "T2", "--on", "2026-05-01")
    number = json.loads(journey("fix", "list", "--json").output)[0]["number"]
    journey("fix", "remove", str(number))
    assert "No fix is recorded" in journey("fix", "list").output
