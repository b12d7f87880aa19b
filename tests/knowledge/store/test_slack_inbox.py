"""Inbox and outbox: nothing that was taken is lost, nothing is handed to two, whatever dies in between."""

import itertools
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.store import open_store, prepare
from knowledge.store.inbox import LEASE, InboxRows
from knowledge.store.outbox import Begun, OutboxRows, Sent

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "journey.db"
    prepare(path)
    return path


@pytest.fixture
def inbox(file: Path):
    with open_store(file) as store:
        yield InboxRows(store.db)


@pytest.fixture
def outbox(file: Path):
    with open_store(file) as store:
        yield OutboxRows(store.db)


def test_a_job_is_kept_once_under_all_its_keys_and_a_loser_leaves_no_trace(inbox: InboxRows) -> None:
    assert inbox.add("ask", ["event:1", "message:1"], {"text": "a"}, at=NOW)
    assert inbox.add("ask", ["event:2", "message:1"], {"text": "a"}, at=NOW) is None
    assert inbox.add("ask", ["event:2"], {"text": "b"}, at=NOW)
    assert inbox.waiting() == 2


def test_jobs_come_out_in_order_and_not_before_they_are_due(inbox: InboxRows) -> None:
    inbox.add("ask", ["late"], {}, at=NOW, due_at=NOW + SECOND)
    inbox.add("ask", ["first"], {"text": "a"}, at=NOW)
    job = inbox.take("p/1", at=NOW)
    assert job is not None
    assert (job.payload, job.kind) == ({"text": "a"}, "ask")
    assert inbox.take("p/2", at=NOW) is None
    assert inbox.take("p/2", at=NOW + SECOND) is not None


def test_of_one_conversation_one_job_is_worked_on_at_a_time(inbox: InboxRows) -> None:
    for key, lane in (("a", "T:C1"), ("b", "T:C1"), ("c", "T:C2"), ("d", None), ("e", None)):
        inbox.add("ask", [key], {"key": key}, at=NOW, lane=lane)
    taken = [inbox.take(f"p/{n}", at=NOW) for n in range(5)]
    assert [job.payload["key"] for job in taken if job] == ["a", "c", "d", "e"]
    assert taken[0] is not None
    inbox.done(taken[0].number, at=NOW, outcome="answered")
    after = inbox.take("p/0", at=NOW)
    assert after is not None
    assert after.payload["key"] == "b"


def test_a_dead_workers_job_is_taken_again_and_a_living_ones_is_not(inbox: InboxRows) -> None:
    inbox.add("ask", ["a"], {}, at=NOW)
    inbox.take("dead/1", at=NOW)
    inbox.renew("dead", at=NOW + LEASE)
    assert inbox.take("other/1", at=NOW + LEASE + SECOND) is None
    again = inbox.take("other/1", at=NOW + 2 * LEASE + SECOND)
    assert again is not None
    assert (again.crashes, again.failures) == (1, 0)


def test_what_a_job_carried_is_gone_when_it_is_done_and_its_keys_stay(inbox: InboxRows, file: Path) -> None:
    inbox.add("ask", ["a"], {"text": "our customers' secret"}, at=NOW)
    job = inbox.take("p/1", at=NOW)
    assert job is not None
    inbox.done(job.number, at=NOW, outcome="answered")
    assert inbox.add("ask", ["a"], {}, at=NOW) is None
    with open_store(file) as store:
        assert [row["payload"] for row in store.db["slack_inbox"].rows] == ["{}"]
    state = inbox.find("a")
    assert state is not None
    assert (state.outcome, state.taken) == ("answered", False)
    assert inbox.outcomes() == {"answered": 1}


def test_only_a_job_that_nobody_has_begun_can_be_amended_or_cancelled(inbox: InboxRows) -> None:
    added = inbox.add("ask", ["a"], {"text": "old", "asker": "U1"}, at=NOW)
    assert added
    number = added.number
    assert inbox.amend(number, {"text": "new"})
    job = inbox.take("p/1", at=NOW)
    assert job is not None
    assert job.payload == {"text": "new", "asker": "U1"}
    assert not inbox.amend(number, {"text": "newer"})
    assert not inbox.cancel(number, at=NOW)
    inbox.put_off(number, until=NOW)
    assert inbox.cancel(number, at=NOW)
    assert inbox.take("p/1", at=NOW) is None


def test_of_many_threads_each_job_goes_to_one(file: Path) -> None:
    with open_store(file) as store:
        for n in range(20):
            InboxRows(store.db).add("ask", [str(n)], {}, at=NOW)
    taken: list[int] = []

    def work(name: str) -> None:
        with open_store(file) as store:
            while job := InboxRows(store.db).take(name, at=NOW):
                taken.append(job.number)

    threads = [threading.Thread(target=work, args=(f"p/{n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(set(taken))
    assert len(taken) == 20


def test_what_is_long_done_is_forgotten_with_its_keys_and_what_is_open_is_kept(inbox: InboxRows) -> None:
    old = inbox.add("ask", ["old"], {}, at=NOW, capacity=0)
    assert old
    assert not old.room
    inbox.add("ask", ["open"], {}, at=NOW)
    assert inbox.forget(NOW + timedelta(days=30)) == 1
    assert inbox.add("ask", ["old"], {}, at=NOW)
    assert inbox.add("ask", ["open"], {}, at=NOW) is None


def test_a_workspace_goes_with_all_it_sent(inbox: InboxRows, outbox: OutboxRows) -> None:
    inbox.add("ask", ["a"], {}, at=NOW, team="T1")
    inbox.add("ask", ["b"], {}, at=NOW, team="T2")
    outbox.begin("x", method="chat.postMessage", owner="p/1", at=NOW, team="T1")
    outbox.hold("T1:C1", until=NOW + SECOND)
    assert inbox.remove_workspace("T1") == 2
    assert outbox.begun_at("x") is None
    assert inbox.waiting() == 1
    assert inbox.find("a") is None


def test_a_message_is_begun_by_one_and_looked_for_by_who_comes_after(outbox: OutboxRows) -> None:
    def begin(owner: str, at: datetime) -> Begun:
        return outbox.begin("answer:1", method="chat.postMessage", owner=owner, at=at)

    assert begin("p/1", NOW) is Begun.FRESH
    assert begin("q/1", NOW) is Begun.ELSEWHERE
    assert begin("p/1", NOW) is Begun.UNSURE
    assert begin("q/1", NOW + LEASE + SECOND) is Begun.UNSURE
    outbox.leave("answer:1")
    assert begin("p/2", NOW + LEASE + SECOND) is Begun.UNSURE
    assert outbox.begun_at("answer:1") == NOW
    outbox.sent("answer:1", Sent(channel="C1", ts="1.0"), at=NOW)
    assert outbox.find("answer:1") == Sent(channel="C1", ts="1.0")


def test_what_slack_refused_can_be_begun_afresh_and_what_was_sent_stays_sent(outbox: OutboxRows) -> None:
    outbox.begin("a", method="chat.postMessage", owner="p/1", at=NOW)
    outbox.drop("a")
    assert outbox.begin("a", method="chat.postMessage", owner="p/1", at=NOW) is Begun.FRESH
    outbox.sent("a", Sent(channel="C1", ts="1.0"), at=NOW)
    outbox.drop("a")
    assert outbox.find("a") is not None


@settings(max_examples=25)
@given(gaps=st.lists(st.floats(0, 3), min_size=2, max_size=20))
def test_a_conversation_takes_a_message_a_second_however_they_come(tmp_path_factory, gaps: list[float]) -> None:
    path = tmp_path_factory.mktemp("pace") / "journey.db"
    prepare(path)
    with open_store(path) as store:
        rows, now, slots = OutboxRows(store.db), NOW, []
        for gap in gaps:
            now += timedelta(seconds=gap)
            slot = rows.slot("T:C1", at=now, pace=SECOND)
            assert slot >= now - timedelta(milliseconds=1)
            slots.append(slot)
    for earlier, later in itertools.pairwise(slots):
        assert (later - earlier).total_seconds() > 0.999


def test_a_conversation_that_is_held_back_is_passed_over(inbox: InboxRows, outbox: OutboxRows) -> None:
    inbox.add("ask", ["a"], {"key": "a"}, at=NOW, lane="T:C1")
    inbox.add("ask", ["b"], {"key": "b"}, at=NOW, lane="T:C2")
    outbox.hold("T:C1", until=NOW + 10 * SECOND)
    job = inbox.take("p/1", at=NOW)
    assert job is not None
    assert job.payload == {"key": "b"}
    assert inbox.take("p/2", at=NOW + 9 * SECOND) is None
    assert inbox.take("p/2", at=NOW + 10 * SECOND) is not None
