"""Threads are remembered, within limits of time and number; gaps are kept for a while."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from knowledge.store import open_store, prepare
from knowledge.store import threads as limits
from knowledge.store.threads import GapRows, ThreadRows
from knowledge.threads import Gap, Turn

DAY = date(2026, 11, 1)
TURN = Turn(day=DAY, question='{"intent": "quotes"}', items=("theme:T1", "theme:T2"), shown=("F-1",))


@pytest.fixture
def path(tmp_path):
    prepare(tmp_path / "kept.db")
    return tmp_path / "kept.db"


def test_the_last_turn_of_a_thread_is_remembered_by_whoever_opens_the_file_next(path):
    with open_store(path) as store:
        ThreadRows(store.db).add("C1:1", TURN)
        ThreadRows(store.db).add("C1:1", replace(TURN, question="{}"))
        ThreadRows(store.db).add("C1:2", TURN)
    with open_store(path) as store:
        assert ThreadRows(store.db).last("C1:1", DAY) == replace(TURN, question="{}")
        assert ThreadRows(store.db).last("C1:2", DAY) == TURN
        assert ThreadRows(store.db).last("C1:3", DAY) is None


def test_an_old_thread_is_forgotten(path):
    later = DAY + limits.THREADS_AGE + timedelta(days=1)
    with open_store(path) as store:
        rows = ThreadRows(store.db)
        rows.add("old", TURN)
        assert rows.last("old", later) is None
        rows.add("new", replace(TURN, day=later))
        assert rows.count() == 1


def test_threads_and_turns_are_limited_in_number(path, monkeypatch):
    monkeypatch.setattr(limits, "THREADS", 3)
    with open_store(path) as store:
        rows = ThreadRows(store.db)
        for number in range(5):
            for _ in range(limits.TURNS + 2):
                rows.add(f"thread {number}", replace(TURN, day=DAY + timedelta(days=number)))
        assert rows.count() == 3
        assert rows.last("thread 4", DAY) is not None
        assert rows.last("thread 0", DAY) is None
        kept = store.db.execute("SELECT count(*) FROM threads WHERE thread = 'thread 4'").fetchone()[0]
        assert kept == limits.TURNS


def test_keeping_a_turn_does_not_make_what_is_read_of_the_file_old(path):
    with open_store(path) as store:
        before = store.revision
        ThreadRows(store.db).add("C1:1", TURN)
        GapRows(store.db).add(Gap(day=DAY, asked="why?", reason="not_understood"))
        assert store.revision == before


def test_a_turn_goes_with_the_feedback_that_it_showed(path):
    with open_store(path) as store:
        ThreadRows(store.db).add("C1:1", replace(TURN, shown=("F-1001", "F-1002")))
        ThreadRows(store.db).add("C1:2", replace(TURN, shown=("F-1003",)))
        assert store.erasure.sweep(["F-1001"]) == {"threads": 1}
        assert ThreadRows(store.db).last("C1:1", DAY) is None
        assert ThreadRows(store.db).last("C1:2", DAY) is not None


def test_gaps_are_kept_in_order_and_age(path):
    with open_store(path) as store:
        rows = GapRows(store.db)
        rows.add(Gap(day=DAY, asked="one", reason="not_understood"))
        rows.add(Gap(day=DAY, asked="two", reason="unknown_segment"))
        assert [gap.asked for gap in rows.all()] == ["one", "two"]
        rows.add(Gap(day=DAY + limits.GAPS_AGE + timedelta(days=1), asked="three", reason="not_understood"))
        assert [gap.asked for gap in rows.all()] == ["three"]
