"""The map of the sample company against its feedback: every planted difference is found, and nothing else."""

from datetime import UTC, date, datetime
from importlib.resources import files

import pytest
import yaml

from knowledge.embedding import load_embedder
from knowledge.layers.map_drift import edited, map_drift
from knowledge.pipeline import derive, import_feedback
from knowledge.readers.feedback import open_feedback
from knowledge.readers.maps import read_map
from knowledge.sample import feedback_path, map_path
from knowledge.store import open_store, prepare

pytestmark = [pytest.mark.model, pytest.mark.slow]
GAPS = yaml.safe_load((files("knowledge.sample") / "stories.yaml").read_text(encoding="utf-8"))["map_gaps"]
AS_OF = date(2026, 11, 1)


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    path = tmp_path_factory.mktemp("sample") / "sample.db"
    prepare(path)
    embedder, journey = load_embedder(), read_map(map_path())
    with open_store(path) as store:
        import_feedback(store, open_feedback(feedback_path()), b"k" * 32)
        derive(store, embedder, journey, at=datetime(2026, 11, 1, tzinfo=UTC))
        return map_drift(store, journey, embedder, as_of=AS_OF)


def test_the_silent_pains_are_the_planted_ones(found):
    assert {pain.cell.text for pain in found.silent} == {gap["pain"] for gap in GAPS if gap["kind"] == "silent"}


def test_the_problems_that_the_map_lacks_are_the_planted_ones(found):
    planted = {gap["topic"]: set(gap["topic"].split("-")) for gap in GAPS if gap["kind"] == "unmapped"}
    told = {}
    for theme in found.unmapped:
        words = " ".join([theme.theme.name, *theme.theme.terms]).lower().split()
        told[theme.theme.name] = [
            topic for topic, wanted in planted.items() if wanted & {*words, *(f"{w}s" for w in words)}
        ]
    assert all(told.values()), told
    assert {topic for topics in told.values() for topic in topics} == set(planted), told


def test_no_feeling_is_contradicted(found):
    assert not found.feelings


def test_the_map_put_right_has_the_problems_and_lacks_the_dead_pains(found):
    pains = {cell.text for stage in edited(found).stages for cell in stage.cells if cell.lane == "pain"}
    assert not pains & {gap["pain"] for gap in GAPS if gap["kind"] == "silent"}
    assert len(pains) == len({pain.cell.text for pain in found.pains}) - 2 + len(found.unmapped)
