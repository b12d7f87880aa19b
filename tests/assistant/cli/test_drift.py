"""`journey drift`: what it says, what it writes, and that it changes nothing."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

import assistant.cli.drift as drift_command
from assistant.cli import cli
from knowledge.errors import JourneyError
from knowledge.readers.maps import read_map
from knowledge.scope import Scope
from knowledge.store import open_store
from tests.assistant.answers import world
from tests.conftest import ToyEmbedder


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    return world.build(tmp_path_factory.mktemp("drift") / "company.db", ToyEmbedder())


@pytest.fixture
def journey(tmp_path, company, monkeypatch, toy_embedder, clean_environment):
    """Return a function that runs `journey drift` on a copy of the company of the tests of answers."""
    path = Path(shutil.copy(company, tmp_path / "j.db"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(drift_command, "embedder_of", lambda _: toy_embedder)

    def run(*words: str, fails: bool = False) -> str:
        result = CliRunner().invoke(cli, ["--db", str(path), "drift", "--as-of", "2026-11-01", *words])
        if fails:
            assert isinstance(result.exception, JourneyError), result.output
            return str(result.exception)
        assert result.exit_code == 0, result.output
        return result.output

    run.path = path
    return run


def test_problems_that_the_map_does_not_know_are_told_with_counts_and_quotes(journey):
    found = json.loads(journey("--json"))
    names = {theme["name"]: theme for theme in found["unmapped"]}
    assert {"late delivery", "app crashes", "charged for a skipped week"} <= set(names)
    assert "tasty recipes" not in names
    with open_store(journey.path) as store:
        counted = len(store.feedback.facts().select(Scope(themes=("T6",), polarity="complaint")))
    assert (names["app crashes"]["complaints"], names["app crashes"]["stage"]) == (counted, "use")
    assert names["app crashes"]["quotes"][0]["text"].lower().count("crash")
    said = journey()
    assert "Problems that the map does not know" in said
    assert f"{counted} complaints" in said


def test_the_map_as_it_would_be_is_written_and_never_over_a_file(journey):
    with open_store(journey.path) as store:
        before = store.maps.current(), store.revision
    assert "Wrote the new map to new.yaml" in journey("--write", "new.yaml")
    new = read_map("new.yaml")
    assert any("crashes" in cell.text for stage in new.stages for cell in stage.cells if cell.lane == "pain")
    assert "exists already" in journey("--write", "new.yaml", fails=True)
    with open_store(journey.path) as store:
        assert (store.maps.current(), store.revision) == before


def test_the_change_is_shown_as_lines(journey):
    diff = json.loads(journey("--json"))["diff"]
    assert any(line.startswith("+") and "crashes" in line for line in diff)


def test_without_feedback_it_says_what_to_do(tmp_path, toy_embedder, monkeypatch, clean_environment):
    monkeypatch.setattr(drift_command, "embedder_of", lambda _: toy_embedder)
    result = CliRunner().invoke(cli, ["--db", str(tmp_path / "empty.db"), "drift"])
    assert "journey import feedback" in result.output
