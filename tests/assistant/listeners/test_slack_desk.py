"""The desk: each question once, never silent, whatever breaks around it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from slack_sdk.errors import SlackApiError

from assistant.app import build_desk
from assistant.listeners.desk import Ask, Desk, delivery_keys
from assistant.listeners.workers import Workers
from assistant.rendering.slack import SlackMessage
from assistant.replies import Replies
from knowledge.errors import StoreBusy
from knowledge.store import prepare
from knowledge.store.slack import SlackLog
from tests.assistant.listeners.conftest import StubAnalyst


@dataclass
class Shelf:
    """A place that keeps what is posted, and refuses as told."""

    refusals: list[str] = field(default_factory=list)
    kept: list[SlackMessage] = field(default_factory=list)

    def post(self, message: SlackMessage) -> None:
        if self.refusals:
            raise SlackApiError("refused", {"ok": False, "error": self.refusals.pop(0)})
        self.kept.append(message)


def ask(shelf: Shelf, *keys: str) -> Ask:
    return Ask(keys=keys or ("event:1", "message:1"), text="what hurts?", asker="U1", thread=None, to=shelf)


@pytest.fixture
def db(tmp_path: Path) -> Path:
    path = tmp_path / "journey.db"
    prepare(path)
    return path


def make_desk(db: Path) -> Desk:
    return build_desk(Replies(StubAnalyst()), db, workers=Workers(threads=2, capacity=50))


def test_of_many_deliveries_at_once_one_is_answered(db: Path) -> None:
    desks = [make_desk(db), make_desk(db)]  # two processes on one file
    shelf = Shelf()
    threads = [
        threading.Thread(target=desks[n % 2].take, args=(ask(shelf, f"event:{n // 4}", "message:1"),))
        for n in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(desk.drain(10) for desk in desks)
    assert len(shelf.kept) == 1


def test_an_answer_whose_blocks_slack_refuses_goes_out_as_text(db: Path) -> None:
    desk, shelf = make_desk(db), Shelf(refusals=["invalid_blocks"])
    desk.take(ask(shelf))
    assert desk.drain(10)
    assert [message.blocks for message in shelf.kept] == [()]
    assert "Card not delivered on time" in shelf.kept[0].text


def test_an_answer_that_cannot_be_drawn_is_apologised_for(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **more: object) -> SlackMessage:
        raise RuntimeError("a bug in the renderer")

    monkeypatch.setattr("assistant.listeners.desk.render", fail)
    desk, shelf = make_desk(db), Shelf()
    desk.take(ask(shelf))
    assert desk.drain(10)
    assert "Something went wrong on my side" in shelf.kept[0].text
    assert "bug" not in shelf.kept[0].text


def test_where_claims_cannot_be_kept_the_asker_hears_of_it() -> None:
    @contextmanager
    def broken() -> Iterator[SlackLog]:
        raise StoreBusy("journey.db is in use")
        yield

    shelf = Shelf()
    desk = Desk(replies=Replies(StubAnalyst()), open_log=broken, workers=Workers(threads=1))
    desk.take(ask(shelf))
    assert "Something went wrong on my side" in shelf.kept[0].text


def test_a_closing_desk_tells_the_asker(db: Path) -> None:
    desk, shelf = make_desk(db), Shelf()
    assert desk.drain(1)
    desk.take(ask(shelf))
    assert "ask again in a minute" in shelf.kept[0].text


def test_today_is_the_day_on_the_clock(db: Path) -> None:
    analyst = StubAnalyst()
    at = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
    desk = build_desk(Replies(analyst), db, workers=Workers(threads=1), now=lambda: at)
    desk.take(ask(Shelf()))
    assert desk.drain(10)
    assert analyst.days == [at.astimezone().date()]


def test_a_mention_and_a_message_about_the_same_words_share_a_key() -> None:
    event = {"channel": "C1", "ts": "1.0"}
    first = delivery_keys({"event_id": "Ev1", "team_id": "T1"}, event)
    second = delivery_keys({"event_id": "Ev2", "team_id": "T1"}, event)
    assert set(first) & set(second) == {"message:T1:C1:1.0"}


def test_workers_finish_what_they_took_and_refuse_what_is_too_much() -> None:
    workers, release, done = Workers(threads=1, capacity=2), threading.Event(), []
    assert workers.offer(lambda: done.append(release.wait(10)))
    assert workers.offer(lambda: done.append(True))
    assert not workers.offer(lambda: done.append(False))
    release.set()
    assert workers.drain(10)
    assert done == [True, True]
    assert not workers.offer(lambda: done.append(False))


def test_a_job_that_fails_does_not_take_its_place_along() -> None:
    workers, done = Workers(threads=1, capacity=1), threading.Event()

    def fail() -> None:
        raise RuntimeError("broken job")

    assert workers.offer(fail)
    while not workers.offer(done.set):
        threading.Event().wait(0.001)
    assert done.wait(10)
    assert workers.drain(10)


def test_draining_gives_up_on_a_job_that_hangs() -> None:
    workers, release = Workers(threads=1), threading.Event()
    workers.offer(lambda: bool(release.wait(30)) and None)
    assert not workers.drain(0.05)
    release.set()
