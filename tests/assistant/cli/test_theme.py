"""`journey theme` shows a theme, edits it, and tells its history; each edit says how to take it back."""

import json
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from click.testing import CliRunner

from assistant.cli import cli
from assistant.cli.theme import theme as theme_group
from knowledge.errors import JourneyError
from knowledge.feedback import Feedback, Point, text_hash
from knowledge.layers.themes import update_themes
from knowledge.store import DerivedRow, open_store, prepare

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TOPICS = ("parcel courier doorstep delivered late", "refund money account bank waiting", "login password locked reset")


@pytest.fixture
def journey(tmp_path, toy_embedder, clean_environment):
    """Return a function that runs `journey --db … theme …` on a file with three themes of twelve pieces each."""
    path = tmp_path / "journey.db"
    prepare(path)
    rng = np.random.default_rng(0)
    said = [" ".join(rng.permutation(topic.split())[:3]) for topic in TOPICS for _ in range(12)]
    with open_store(path) as store:
        items = [
            Feedback(id=f"m:{i}", text=text, source="m", at=NOW - timedelta(days=i), channel="email")
            for i, text in enumerate(said)
        ]
        store.feedback.upsert(items)
        rows = store.feedback.rows([item.id for item in items])
        store.points.add([(rows[i.id], [Point(start=0, end=len(i.text), text=i.text)]) for i in items])
        store.vectors.put([text_hash(t) for t in said], toy_embedder.encode(said), toy_embedder.model_id)
        store.feedback.set_derived(
            [DerivedRow(row=r, stage=None, stage_confidence=None, staged_by=None, sentiment=0.0) for r in rows.values()]
        )
        update_themes(store, toy_embedder.model_id, at=NOW)

    def run(*words: str, fails: bool = False) -> str:
        result = CliRunner().invoke(cli, ["--db", str(path), "theme", *words], catch_exceptions=True)
        if fails:
            assert isinstance(result.exception, JourneyError)
            return str(result.exception)
        assert result.exit_code == 0, result.output
        return result.output

    run.path = path
    return run


def theme_of(journey, key: str) -> str:
    with open_store(journey.path) as store:
        (row,) = store.feedback.rows([key]).values()
        return store.feedback.derived([row])[row].theme_id


def members(journey, theme: str) -> list[str]:
    """Return the ids of the feedback in a theme, in order of import."""
    with open_store(journey.path) as store:
        rows = [point.row for point in store.points.all() if point.theme == theme]
        return [store.feedback.ids([row])[row] for row in rows]


def shown(journey, theme: str, *options: str) -> dict:
    return json.loads(journey("show", theme, "--json", "--as-of", "2026-03-02", *options))


def test_show_gives_words_size_trend_and_quotes(journey):
    theme = theme_of(journey, "m:0")
    text = journey("show", theme.lower(), "--as-of", "2026-03-02")
    assert text.startswith(theme)
    assert f"{len(members(journey, theme))} pieces of feedback" in text
    assert "email · m:" in text
    found = shown(journey, theme)
    assert found["count"] == len(members(journey, theme))
    assert found["trend"]["status"] == "steady"
    assert {"feedback_id", "text", "at", "channel"} <= found["quotes"][0].keys()


def test_a_rename_is_told_with_its_author_and_can_be_taken_back(journey):
    theme = theme_of(journey, "m:0")
    before = shown(journey, theme)["name"]
    assert "journey theme undo 1" in journey("rename", theme, "Late", "parcels", "--by", "ana")
    assert (shown(journey, theme)["name"], shown(journey, theme)["named_by"]) == ("Late parcels", "ana")
    assert "Took back edit 1" in journey("undo", "--by", "ben")
    history = shown(journey, theme, "--history")["history"]
    assert [event["text"] for event in history][1:] == [
        f"edit 1: renamed from “{before}” to “Late parcels” by ana (taken back)",
        "edit 2: took back edit 1 (rename) by ben",
    ]
    assert shown(journey, theme)["name"] == before


def test_merge_split_move_pin_and_never_together_do_what_they_say(journey):
    parcel, refund = theme_of(journey, "m:0"), theme_of(journey, "m:12")
    first, second, third, *_ = members(journey, parcel)
    journey("merge", parcel, refund)
    assert theme_of(journey, first) == refund
    assert "took in" in journey("show", refund, "--history")
    assert "(retired)" in journey("show", parcel, "--history")
    journey("undo")
    assert theme_of(journey, first) == parcel
    journey("split", parcel, first, second, "--name", "Doorstep")
    made = theme_of(journey, first)
    assert made == theme_of(journey, second) != parcel
    assert "Doorstep" in journey("show", made)
    journey("move", third, made)
    assert theme_of(journey, third) == made
    assert "Done: pin" in journey("pin", refund)
    assert shown(journey, refund)["pinned"]
    one, other, *_ = members(journey, refund)
    journey("never-together", one, other)
    assert theme_of(journey, one) != theme_of(journey, other)


def test_what_cannot_be_done_is_an_error_with_what_to_do(journey):
    assert "journey themes" in journey("show", "T99", fails=True)
    assert "look like T12" in journey("pin", "parcels", fails=True)
    assert "no edit" in journey("undo", fails=True)


@pytest.mark.parametrize("command", sorted(theme_group.commands))
def test_every_command_has_help_with_an_example(command):
    text = CliRunner().invoke(cli, ["theme", command, "--help"]).output
    assert f"journey theme {command}" in text
