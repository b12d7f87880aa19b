"""The store keeps what it was given, once, and says clearly what is wrong with a file."""

import sqlite3
from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import pytest

from knowledge.errors import NotFound, SchemaMismatch, StoreBusy, StoreDamaged
from knowledge.feedback import Feedback, Point, text_hash
from knowledge.journey import Cell, JourneyMap, Stage
from knowledge.metrics import Metric, MetricPoint
from knowledge.periods import Period
from knowledge.store import DerivedRow, PointRow, connection, open_store, prepare
from knowledge.store.migrations import migrations
from knowledge.themes import Theme


def feedback(key: str, text: str = "The box came late", **fields) -> Feedback:
    return Feedback(id=key, text=text, source="test", **fields)


def test_feedback_comes_back_as_it_went_in(store):
    item = feedback(
        "a", at=datetime(2026, 3, 1, 23, 30, tzinfo=timezone(timedelta(hours=-8))), channel="email", customer="c_1",
        rating=4.0, rating_scale=(1.0, 5.0), language="en", stage="use", url="https://x.example",
        segments={"plan": "x"},
    )  # fmt: skip
    store.feedback.upsert([item])
    assert store.feedback.get(["a"]) == [item]
    assert item.day == date(2026, 3, 1), "the customer's own calendar day, not that of UTC"


def test_the_same_item_again_adds_nothing_and_leaves_the_revision(store):
    store.feedback.upsert([feedback("a")])
    before = store.revision
    assert store.feedback.upsert([feedback("a")]).added == 0
    assert store.revision == before


def test_a_changed_item_replaces_the_old_and_drops_what_was_derived(store):
    store.feedback.upsert([feedback("a")])
    store.feedback.set_derived([DerivedRow(row=1, stage="use", stage_confidence=1, staged_by="given", sentiment=0.5)])
    store.points.add([(1, [Point(start=0, end=7, text="The box")])])
    outcome = store.feedback.upsert([feedback("a", "The box came early")])
    assert (outcome.added, outcome.changed) == (0, 1)
    assert store.feedback.without_derived() == [1] == store.points.rows_without()
    assert [row for row, _ in store.search.bm25("early", 5)] == [1]
    assert store.search.bm25("late", 5) == []


def test_two_items_with_one_id_in_a_batch_count_once_and_the_later_holds(store):
    assert store.feedback.upsert([feedback("a", "first"), feedback("a", "second")]).added == 1
    assert store.feedback.get(["a"])[0].text == "second"


def test_search_takes_any_text_as_words_and_not_as_syntax(store):
    store.feedback.upsert([feedback("a", "parcels delayed"), feedback("b", "great recipes")])
    assert [row for row, _ in store.search.bm25('parcel" OR NEAR(* -delay', 5)] == [1]
    assert store.search.bm25("great parcels", 5, rows=[2])[0][0] == 2
    assert store.search.bm25("the of and", 5) == []


def test_vectors_are_kept_per_model_and_missing_ones_named_in_order(store):
    store.feedback.upsert([feedback("a", "one two"), feedback("b", "one")])
    store.points.add([(1, [Point(start=4, end=7, text="two")]), (2, [Point(start=0, end=3, text="one")])])
    assert store.vectors.missing("m") == [text_hash("two"), text_hash("one")]
    assert store.points.texts([text_hash("two")]) == {text_hash("two"): "two"}
    store.vectors.put([text_hash("two")], np.array([[0.6, 0.8]], dtype=np.float32), "m")
    assert store.vectors.missing("m") == [text_hash("one")]
    assert store.vectors.missing("other") == [text_hash("two"), text_hash("one")]
    rows, numbers, vectors = store.vectors.of_points("m")
    assert (rows.tolist(), numbers.tolist()) == ([1], [0])
    np.testing.assert_allclose(vectors, [[0.6, 0.8]], atol=1e-3)


def test_a_feedbacks_main_theme_is_that_of_most_of_its_points(store):
    store.feedback.upsert([feedback("a", "abc")])
    store.feedback.set_derived([DerivedRow(row=1, stage=None, stage_confidence=0, staged_by="map", sentiment=0)])
    store.points.add([(1, [Point(start=n, end=n + 1, text="abc"[n]) for n in range(3)])])
    store.themes.save([Theme(id="T1", name="one"), Theme(id="T2", name="two", parent_id="T1")])
    store.points.assign([PointRow(row=1, n=n, theme=t, strength=0.5) for n, t in enumerate(["T1", "T2", "T2"])])
    derived = store.feedback.derived([1])[1]
    assert (derived.theme_id, derived.parent_theme_id) == ("T2", "T1")
    assert {theme.id: theme.size for theme in store.themes.all()} == {"T1": 1, "T2": 1}


def test_maps_and_metrics_come_back_and_repeats_add_nothing(store):
    at = datetime(2026, 1, 1, tzinfo=UTC)
    stage = Stage(id="use", name="Use", aliases=("usage",), cells=(Cell(lane="pain", text="slow"),))
    journey = JourneyMap(id="main", name="Main", stages=(stage,))
    assert store.maps.save(journey, at=at)
    assert not store.maps.save(journey, at=at)
    assert store.maps.current() == journey
    march = Period(start=date(2026, 3, 1), end=date(2026, 4, 1), label="March 2026")
    metric = Metric(id="csat", name="CSAT", low=1, high=5)
    point = MetricPoint(metric="csat", stage="use", period=march, value=4.2, n=80, target=4.3)
    assert store.metrics.save([metric], [point]).added == 1
    assert store.metrics.save([metric], [point]).added == 0
    assert store.metrics.points("csat", "use") == [point]
    assert store.metrics.all() == [metric]


def test_preparing_twice_changes_nothing(store):
    before = store.db.schema
    prepare(store.path)
    assert store.db.schema == before
    assert store.db.journal_mode == "wal"


def test_a_migration_that_fails_leaves_nothing_behind(tmp_path, monkeypatch):
    def broken(db):
        db.execute("CREATE TABLE half (x)")
        raise sqlite3.OperationalError("disk I/O error")

    path = tmp_path / "journey.db"
    prepare(path)
    monkeypatch.setattr(migrations, "_migrations", [*migrations._migrations, migrations._Migration("m999", broken)])
    with pytest.raises(connection.StoreError, match="disk I/O error"):
        prepare(path)
    monkeypatch.undo()
    prepare(path)
    with open_store(path) as store:
        assert "half" not in store.db.table_names()


def test_a_file_from_a_newer_version_is_refused(store):
    store.db["_sqlite_migrations"].insert({"migration_set": "journey", "name": "m999_future", "applied_at": "2030"})
    with pytest.raises(SchemaMismatch, match="m999_future"):
        prepare(store.path)


def test_a_file_that_is_no_database_is_named_and_left_alone(tmp_path):
    path = tmp_path / "journey.db"
    path.write_bytes(b"this is not a database, " * 100)
    with pytest.raises(StoreDamaged, match="not a usable database"):
        prepare(path)
    assert path.read_bytes().startswith(b"this is not a database")


def test_a_missing_file_says_what_to_do(tmp_path):
    with pytest.raises(NotFound, match="journey import feedback"), open_store(tmp_path / "none.db"):
        pass


def test_a_writer_that_waits_too_long_is_told_who_holds_the_file(store, monkeypatch):
    monkeypatch.setattr(connection, "BUSY_TIMEOUT_S", 0.01)
    store.db.conn.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusy, match="another process"), open_store(store.path) as second:
        second.feedback.upsert([feedback("a")])
    store.db.conn.execute("ROLLBACK")


def test_whoever_will_write_holds_the_file_from_their_first_look(store, monkeypatch):
    monkeypatch.setattr(connection, "BUSY_TIMEOUT_S", 0.01)
    with store.atomic():
        assert store.feedback.count() == 0
        with pytest.raises(StoreBusy, match="another process"), open_store(store.path) as second:
            second.feedback.upsert([feedback("theirs")])
        store.feedback.upsert([feedback("ours")])
    with open_store(store.path) as second:
        second.feedback.upsert([feedback("theirs")])
    assert store.feedback.count() == 2


class Stop(Exception):
    """Raised in the middle of a transaction."""


def test_a_part_of_a_transaction_is_undone_alone_and_the_whole_with_everything(store):
    def fails(name: str) -> None:
        with store.atomic():
            store.feedback.upsert([feedback(name)])
            raise Stop

    with store.atomic():
        store.feedback.upsert([feedback("kept")])
        with pytest.raises(Stop):
            fails("a part")
    assert store.feedback.count() == 1
    with pytest.raises(Stop):
        fails("the whole")
    assert store.feedback.count() == 1
