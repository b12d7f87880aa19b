"""What erasure promises: what a customer said is gone to the last byte, and nothing else is."""

import json
import shutil
import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from knowledge.clustering.identity import theme_id
from knowledge.erasure import anonymise, forget, keep_out, retain, retain_all
from knowledge.errors import InputError, NotFound
from knowledge.feedback import text_hash
from knowledge.layers.theme_edits import move, rename
from knowledge.privacy import protect, pseudonym
from knowledge.scope import Scope
from knowledge.store import Store, open_store, prepare
from knowledge.store.sweeping import TREATED, swept
from knowledge.store.traces import files_of, search, unexplained, windows
from knowledge.templates import template
from knowledge.verification import verify
from tests.conftest import ToyEmbedder
from tests.knowledge.company import AT, KEY, feedback, fill, words_of

WHO = 5
WHOM = pseudonym(f"Customer {WHO}", KEY)
OTHERS = [text for customer in range(24) if customer != WHO for text in words_of(customer)]


@pytest.fixture(scope="module")
def filled(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("company") / "journey.db"
    prepare(path)
    with open_store(path) as opened:
        fill(opened, ToyEmbedder())
    return path


@pytest.fixture
def store(tmp_path: Path, filled: Path):
    path = tmp_path / "journey.db"
    shutil.copy(filled, path)
    with open_store(path) as opened:
        yield opened


def raw(store: Store) -> bytes:
    return b"".join(path.read_bytes() for path in files_of(store.path))


def test_nothing_of_a_forgotten_customer_is_left_in_the_bytes(store):
    ids = [f"crm:{WHO}-{i}" for i in range(3)]
    assert all(text.encode() in raw(store) for text in words_of(WHO))
    receipt = forget(store, WHOM, at=AT)
    assert receipt.clean
    left = raw(store)
    for needle in [*words_of(WHO), *ids, WHOM, f"wheelbarrow{WHO}quux", *map(text_hash, words_of(WHO))]:
        assert needle.encode() not in left, needle
    assert all(needle not in left for needle in unexplained(windows(words_of(WHO)), OTHERS))


def test_the_log_held_the_words_before_so_the_search_of_it_means_something(store):
    wal = store.path.with_name(store.path.name + "-wal")
    item = store.feedback.get([f"crm:{WHO}-0"])[0]
    text = "a whole new complaint about a wheelbarrow"
    store.feedback.upsert([replace(item, text=text)])
    assert text.encode() in wal.read_bytes()
    assert forget(store, WHOM, at=AT).clean
    assert text.encode() not in raw(store)
    assert not wal.exists() or wal.stat().st_size == 0


def test_the_search_finds_what_was_left_behind(store):
    text = words_of(WHO)[0]
    needles = windows([text])
    assert search(files_of(store.path), needles).found
    forget(store, WHOM, at=AT)
    assert not search(files_of(store.path), unexplained(needles, OTHERS)).found
    store.write_meta("forgotten cache", f"somebody kept: {text}")
    assert search(files_of(store.path), unexplained(needles, OTHERS)).found


def test_the_receipt_counts_what_each_table_lost(store):
    tables = [
        t
        for t in store.db.table_names()
        if t not in ("audit", "kept_out", "meta", "sqlite_sequence") and not t.startswith("texts_fts")
    ]
    before = {table: store.db[table].count for table in tables}
    receipt = forget(store, WHOM, at=AT)
    lost = {table: before[table] - store.db[table].count for table in tables}
    assert {t: n for t, n in lost.items() if n} == {t: receipt.rows[t] for t in tables if lost[t]}
    assert not [t for t, n in receipt.rows.items() if n and not lost[t] and t not in ("themes", "theme_events")]
    assert receipt.pieces == lost["feedback"] == 3


def test_everybody_else_stays_as_they_were(store, toy_embedder):
    others = [item for item in feedback() if item.customer != f"Customer {WHO}"]
    before = store.feedback.get([item.id for item in others])
    derived = {row.row: row for row in store.feedback.conclusions()}
    forget(store, WHOM, at=AT)
    assert store.feedback.get([item.id for item in others]) == before
    after = {row.row: row for row in store.feedback.conclusions()}
    assert after == {row: derived[row] for row in after}
    assert not [c for c in verify(store, toy_embedder, template("default")) if c.status == "wrong"]


def test_a_dry_run_and_a_stranger_change_nothing(store):
    before = store.fingerprint()
    assert forget(store, WHOM, at=AT, dry_run=True).pieces == 3
    with pytest.raises(NotFound):
        forget(store, "c_nobody", at=AT)
    assert store.fingerprint() == before


def test_a_forgotten_customer_does_not_come_back_by_another_import(store):
    forget(store, WHOM, at=AT)
    again = [protect(item, KEY) for item in feedback()]
    assert {item.customer for item in again} - {item.customer for item in keep_out(store, again)} == {WHOM}
    store.audit.let_in(WHOM)
    assert keep_out(store, again) == again


def test_names_terms_quotes_and_ledger_that_rested_on_a_customer_go(store):
    secret = words_of(WHO)[0].split("my ")[1].split()[0]
    theme = store.themes.all()[0]
    store.themes.save([replace(theme, name=f"late {secret}", terms=("late", secret), quotes=(f"crm:{WHO}-0",))])
    store.db.execute("UPDATE theme_events SET detail = ? WHERE theme = ?",
                     [json.dumps({"name": f"late {secret}", "terms": ["late", secret]}), theme.id])  # fmt: skip
    store.db.conn.commit()
    receipt = forget(store, WHOM, at=AT)
    assert receipt.clean
    now = store.themes.get(theme.id)
    assert now
    assert secret not in (now.name + " ".join(now.terms))
    assert f"crm:{WHO}-0" not in now.quotes
    assert now.retired or now.name != "(erased)"
    assert secret not in repr(store.ledger.events())


def test_decisions_that_name_removed_feedback_lose_its_id_and_hold_for_the_rest(store, toy_embedder):
    target = store.themes.all()[-1].id
    move(store, [f"crm:{WHO}-0", "crm:7-0"], target, actor="ann", at=AT)
    rename(store, target, "Ann's name for it", actor="ann", at=AT)
    assert forget(store, WHOM, at=AT).clean
    assert store.ledger.edits()[0].feedback == ("crm:7-0",)
    assert target in store.points.themes_of(list(store.feedback.rows(["crm:7-0"]).values()))
    assert store.themes.get(target).name == "Ann's name for it"
    assert not [c for c in verify(store, toy_embedder, template("default")) if c.status == "wrong"]


def test_tables_that_nobody_told_us_of_are_swept_too(store):
    store.db["thread_memory"].insert_all(
        [{"thread": "1", "seen": json.dumps([f"crm:{WHO}-0"])}, {"thread": "2", "seen": json.dumps([f"crm:{WHO}0-0"])}],
        pk="thread",
    )
    receipt = forget(store, WHOM, at=AT)
    assert receipt.clean
    assert [row["thread"] for row in store.db["thread_memory"].rows] == ["2"]
    assert receipt.rows["thread_memory"] == 1


def test_every_table_of_the_file_is_dealt_with_by_name_or_swept(store):
    """Whoever adds a table need do nothing, for it is swept; whoever exempts one has to say why."""
    tables = {name for name in store.db.table_names() if not name.startswith("texts_fts")}
    assert set(TREATED) <= tables
    assert all(TREATED.values())
    assert set(swept(store.db)) == tables - set(TREATED)
    cascading = {
        table
        for table in tables
        for _, _, parent, _, _, _, on_delete, _ in store.db.execute(f"PRAGMA foreign_key_list('{table}')")
        if parent == "feedback" and on_delete == "CASCADE"
    }
    assert {table for table, how in TREATED.items() if how == "goes with the feedback"} == cascading


def test_no_swept_table_keeps_an_id_or_the_words_of_a_forgotten_customer(store):
    words = words_of(WHO)[0]
    planted = ("'", f"crm:{WHO}-0"), ("", words), ("", json.dumps({"said": words + " — “so”"}))
    store.db.execute("PRAGMA foreign_keys = OFF")
    tables = [table for table in swept(store.db) if any(c.type == "TEXT" for c in store.db[table].columns)]
    assert {"threads", "slack_inbox", "opinions", "alerts", "gaps", "fixes", "subscriptions"} <= set(tables)
    for table in tables:
        for number, (mark, told) in enumerate(planted, 9000):
            columns = store.db[table].columns
            row = {c.name: f"{told} {mark}{number}" if c.type == "TEXT" else number for c in columns}
            store.db[table].insert(row)
    store.db.execute("PRAGMA foreign_keys = ON")
    receipt = forget(store, WHOM, at=AT)
    left = raw(store)
    assert words.encode() not in left
    assert f"crm:{WHO}-0".encode() not in left
    assert receipt.clean
    assert {"threads", "opinions", "gaps", "fixes"} <= set(receipt.rows)


def test_questions_that_named_the_customer_by_the_id_of_the_source_go_too(store):
    who = f"Customer {WHO}"
    store.db["gaps"].insert({"day": 1, "asked": f"what does {who} say?", "reason": "unknown"})
    store.db["gaps"].insert({"day": 1, "asked": f"what does {who}1 say?", "reason": "unknown"})
    receipt = forget(store, WHOM, at=AT, typed=who)
    assert receipt.clean
    assert [row["asked"] for row in store.db["gaps"].rows] == [f"what does {who}1 say?"]
    assert receipt.rows["gaps"] == 1


def test_a_row_that_others_refer_to_is_blanked_instead(store):
    store.db["rooms"].insert({"name": f"crm:{WHO}-0", "number": 1}, pk="number")
    store.db["seats"].insert({"number": 1, "room": 1}, pk="number", foreign_keys=[("room", "rooms", "number")])
    assert forget(store, WHOM, at=AT).clean
    assert [(row["number"], row["name"]) for row in store.db["rooms"].rows] == [(1, "(erased)")]


def test_a_copy_takes_the_place_of_an_original_that_goes(store):
    store.db.execute("UPDATE derived SET duplicate_of = NULL, counted = 1")
    rows = store.feedback.rows([f"crm:{WHO}-0", "crm:7-0", "crm:8-0"])
    for copy in ("crm:7-0", "crm:8-0"):
        store.db.execute("UPDATE derived SET duplicate_of = ? WHERE feedback = ?", [rows[f"crm:{WHO}-0"], rows[copy]])
    store.db.conn.commit()
    forget(store, WHOM, at=AT)
    found = {row.row: row.duplicate_of for row in store.feedback.conclusions()}
    assert found[rows["crm:7-0"]] is None
    assert found[rows["crm:8-0"]] == rows["crm:7-0"]


def test_anonymising_cuts_the_link_and_keeps_texts_and_counts(store):
    before = store.feedback.facts()
    receipt = anonymise(store, WHOM, at=AT)
    assert receipt.clean
    assert receipt.rows["feedback"] == 3
    after = store.feedback.facts()
    everything = Scope()
    assert len(after) == len(before)
    assert after.customers(after.select(everything)) == before.customers(before.select(everything))
    assert set(words_of(WHO)) <= {item.text for batch in store.feedback.each() for item, _ in batch}
    left = raw(store)
    assert WHOM.encode() not in left
    assert f"crm:{WHO}-0".encode() not in left
    assert {item.customer for item in keep_out(store, [protect(i, KEY) for i in feedback()])} & {WHOM} == set()


def test_retention_removes_what_is_old_to_the_last_byte_and_keeps_the_rest(store):
    limit = timedelta(days=70)
    assert retain(store, limit, today=AT.date(), at=AT, dry_run=True).pieces == 24 * 3 - 3 * 10 - 1
    receipt = retain(store, limit, today=AT.date(), at=AT)
    assert receipt.clean
    assert store.feedback.count() == 31
    assert words_of(20)[0].encode() not in raw(store)
    assert store.audit.all("retention")[0].detail == {"pieces": 41}
    assert retain(store, limit, today=AT.date(), at=AT).pieces == 0
    assert len(store.audit.all("retention")) == 1


def test_a_clock_that_runs_ahead_does_not_empty_the_file(store):
    late = AT.date() + timedelta(days=4000)
    with pytest.raises(InputError, match="is the clock right"):
        retain(store, timedelta(days=700), today=late, at=AT)
    assert store.feedback.count() == 72
    assert retain_all(store, timedelta(days=700), today=late, at=AT).pieces == 72
    assert store.feedback.count() == 0
    assert b"quux" not in raw(store)


def test_a_clock_that_went_back_removes_nothing_and_the_ledger_keeps_its_order(store):
    assert retain(store, timedelta(days=700), today=AT.date() - timedelta(days=4000), at=AT).pieces == 0
    theme = store.themes.all()[0].id
    rename(store, theme, "first", actor="ann", at=AT)
    rename(store, theme, "second", actor="ann", at=AT - timedelta(days=4000))
    assert store.themes.get(theme).name == "second"
    events = store.ledger.history(theme)
    assert [e.number for e in events] == sorted(e.number for e in events)


def test_a_reader_that_keeps_the_log_open_is_told_of(store):
    with open_store(store.path) as other:
        other.db.execute("BEGIN")
        other.db.execute("SELECT count(*) FROM feedback").fetchone()
        other.db.conn.execute("PRAGMA busy_timeout = 50")
        store.db.conn.execute("PRAGMA busy_timeout = 50")
        receipt = forget(store, WHOM, at=AT)
        assert not receipt.log_emptied
        assert not receipt.clean
        other.db.execute("COMMIT")
    assert store.erasure.unclean
    again = forget(store, WHOM, at=AT)
    assert again.clean
    assert again.pieces == 0
    assert not store.erasure.unclean
    with pytest.raises(NotFound):
        forget(store, WHOM, at=AT)


def test_what_a_full_disk_kept_from_being_cleaned_is_cleaned_by_the_next_run(store, monkeypatch):
    def full(_):
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr("knowledge.erasure.clean", full)
        with pytest.raises(sqlite3.OperationalError):
            retain(store, timedelta(days=70), today=AT.date(), at=AT)
    assert store.feedback.count() == 31
    assert words_of(20)[0].encode() in raw(store)
    receipt = retain(store, timedelta(days=70), today=AT.date(), at=AT)
    assert receipt.clean
    assert words_of(20)[0].encode() not in raw(store)


def test_theme_ids_are_never_used_again(store):
    highest = store.themes.highest_number()
    forget(store, WHOM, at=AT)
    assert store.themes.highest_number() >= highest
    assert theme_id(highest) in {t.id for t in store.themes.all(retired=True)}
