"""`journey review` and `journey stage`: nothing moves unseen, and everything can be taken back."""

import json
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from assistant.cli import cli, review
from knowledge.errors import JourneyError
from knowledge.feedback import Feedback, Point, text_hash
from knowledge.journey import JourneyMap, Stage
from knowledge.layers.stages import update_stages
from knowledge.pipeline import conclude
from knowledge.store import PointRow, open_store, prepare
from knowledge.themes import Theme

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
MAP = JourneyMap(
    id="m",
    name="A shop",
    stages=(
        Stage(id="buying", name="Buying", words=("voucher", "basket")),
        Stage(id="delivery", name="Delivery", words=("courier", "parcel")),
        Stage(id="leaving", name="Leaving", words=("goodbye",)),
    ),
)


@pytest.fixture
def journey(tmp_path, toy_embedder, clean_environment, monkeypatch):
    """Return a function that runs `journey` on a file with one theme of ten pieces and one piece of none."""
    path = tmp_path / "journey.db"
    prepare(path)
    monkeypatch.setattr(review, "embedder_of", lambda _settings: toy_embedder)
    texts = [f"unsubscribe newsletter enough {i}" for i in range(10)] + ["voucher basket"]
    items = [Feedback(id=f"m:{i}", text=t, source="m", at=AT, channel="email") for i, t in enumerate(texts)]
    with open_store(path) as store:
        store.maps.save(MAP, at=AT)
        store.feedback.upsert(items)
        rows = store.feedback.rows([item.id for item in items])
        store.points.add([(rows[i.id], [Point(start=0, end=len(i.text), text=i.text)]) for i in items])
        store.vectors.put([text_hash(t) for t in texts], toy_embedder.encode(texts), toy_embedder.model_id)
        conclude(store, toy_embedder, MAP)
        store.themes.save([Theme(id="T1", name="newsletter")])
        store.points.assign([PointRow(row=rows[f"m:{i}"], n=0, theme="T1", strength=0.9) for i in range(10)])
        update_stages(store, MAP, toy_embedder.model_id)

    def run(*words: str, say: str = "", fails: bool = False) -> str:
        result = CliRunner().invoke(cli, ["--db", str(path), *words], input=say, catch_exceptions=True)
        if fails:
            assert isinstance(result.exception, JourneyError)
            return str(result.exception)
        assert result.exit_code == 0, (result.output, result.exception)
        return result.output

    run.path = path
    return run


def stages(journey) -> list[tuple[str | None, str | None]]:
    with open_store(journey.path) as store:
        return [(row.stage, row.staged_by) for row in store.feedback.conclusions()]


def test_a_review_asks_shows_quotes_says_what_would_move_and_keeps_the_answer(journey):
    said = journey("review", "--by", "Ann", say="?\n3\ny\nq\n")
    assert "These 10 pieces of feedback are about “newsletter”. Which stage?" in said
    assert "m:0" in said
    assert "1 buying   2 delivery   3 leaving" in said
    assert "The best guess is" in said
    assert "This would move 10 from" in said
    assert "Kept as answer 1." in said
    assert stages(journey)[:10] == [("leaving", "theme")] * 10


@pytest.mark.parametrize("say", ["3\nn\nq\n", "s\nq\n", "", "9\nnowhere\nq\n", "3\n"])
def test_nothing_moves_without_a_yes(journey, say):
    before = stages(journey)
    journey("review", "--by", "Ann", say=say)
    assert stages(journey) == before


def test_an_answer_can_be_taken_back_in_the_dialogue(journey):
    before = stages(journey)
    said = journey("review", "--by", "Ann", say="m\ndelivery\ny\nu\nq\n")
    assert "Kept as answer 2." in said
    assert "Took back answer 2." in said
    assert stages(journey) == before


def test_several_stages_and_skipping_end_the_review(journey):
    said = journey("review", "--by", "Ann", say="m\n" + "s\n" * 30)
    assert "asked about one by one" in said
    assert "Nothing is left that is worth asking." in said


def test_the_queue_is_printed_as_json(journey):
    found = json.loads(journey("review", "--json", "--limit", "1"))
    assert len(found) == 1
    assert found[0]["theme_id"] == "T1"
    assert found[0]["count"] == 10
    assert len(found[0]["quotes"]) == 3


def test_one_piece_is_corrected_after_a_look_and_taken_back(journey):
    before = stages(journey)
    said = journey("stage", "m:10", "Leaving", "--by", "Ann", "--dry-run")
    assert "This would move 1 from buying to leaving" in said
    assert stages(journey) == before
    said = journey("stage", "m:10", "Leaving", "--by", "Ann")
    assert "journey stage --undo 1" in said
    assert stages(journey)[10] == ("leaving", "person:Ann")
    journey("stage", "--undo", "1", "--by", "Bob")
    assert stages(journey) == before


def test_what_is_missing_is_said(journey):
    assert "FEEDBACK_ID STAGE" in journey("stage", fails=True)
    assert "no stage 'nowhere'" in journey("stage", "m:1", "nowhere", fails=True)
    assert "no correction 7" in journey("stage", "--undo", "7", fails=True)
