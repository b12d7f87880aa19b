"""Errands: each once, a person's in their order, nobody else's kept waiting, and a word where one is left undone."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from assistant.app import build_client, build_desk
from assistant.listeners.desk import CRASHES, Desk
from assistant.listeners.errands import ERRAND, Errand, Errands
from assistant.listeners.posting import InThread
from assistant.rendering.slack import notice
from assistant.replies import Replies
from knowledge.errors import InputError, StoreBusy, StoreError
from knowledge.store import open_store, prepare
from knowledge.store.inbox import InboxRows
from tests.assistant.listeners.conftest import StubAnalyst
from tests.fake_slack import PATIENCE_S, FakeSlack

Json = dict[str, Any]


@dataclass
class Shop:
    """A desk with one listener, that does whatever a test puts under the name in the delivery."""

    slack: FakeSlack
    desk: Desk
    db: Path
    works: dict[str, Callable[[datetime], None]] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)
    ahead: list[timedelta] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.client = build_client(self.slack.bot_token, api_url=self.slack.url)
        self.desk.clients = lambda team: self.client
        self.errands = Errands(desk=self.desk, deliver=self.listen)

    def listen(self, body: Json, client: WebClient, errands: Errands) -> None:
        def work(at: datetime) -> None:
            self.works.get(body["name"], lambda at: None)(at)
            self.done.append(body["name"])

        place = InThread(client=client, channel="C1", thread_ts=None)
        errands.run(
            Errand(keys=(f"key:{body['name']}",), to=place, body=body, client=client, lane=body.get("lane")), work
        )

    def asks(self, name: str, user: str = "U1", **more: str) -> None:
        body = {"name": name, "user": {"id": user}, "team": {"id": "T1"}, "container": {"channel_id": "C1"}, **more}
        self.listen(body, self.client, self.errands)

    def outcomes(self) -> dict[str, int]:
        with open_store(self.db) as store:
            return InboxRows(store.db, only=ERRAND).outcomes()


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    db = tmp_path / "journey.db"
    prepare(db)
    with FakeSlack() as slack:
        ahead: list[timedelta] = []
        desk = build_desk(Replies(StubAnalyst()), db, now=lambda: sum(ahead, datetime.now(UTC)), pace=timedelta(0))
        shop = Shop(slack=slack, desk=desk, db=db, ahead=ahead)
        yield shop
        shop.desk.drain(PATIENCE_S)


def test_an_errand_is_done_once_however_often_it_comes(shop: Shop) -> None:
    for _ in range(3):
        shop.asks("once")
    shop.desk.start()
    for _ in range(3):
        shop.asks("once")
    assert shop.desk.drain(PATIENCE_S)
    assert shop.done == ["once"]
    assert shop.outcomes() == {"done": 1}


def test_the_errands_of_a_person_are_done_in_their_order_and_those_of_others_meanwhile(shop: Shop) -> None:
    others, names = threading.Event(), [f"{n}" for n in range(12)]
    shop.works["0"] = lambda at: None if others.wait(PATIENCE_S) else pytest.fail("somebody else was kept waiting")
    shop.works["of another"] = lambda at: others.set()
    shop.desk.start()
    for name in names:
        shop.asks(name)
    shop.asks("of another", user="U2")
    assert shop.desk.drain(PATIENCE_S)
    assert shop.done == ["of another", *names]


def test_what_names_a_lane_waits_there_and_not_for_what_else_the_person_wants(shop: Shop) -> None:
    quick = threading.Event()
    shop.works["long"] = lambda at: None if quick.wait(PATIENCE_S) else pytest.fail("the person was kept waiting")
    shop.works["quick"] = lambda at: quick.set()
    shop.desk.start()
    shop.asks("long", lane="imports")
    shop.asks("as long", user="U2", lane="imports")
    shop.asks("quick")
    assert shop.desk.drain(PATIENCE_S)
    assert shop.done == ["quick", "long", "as long"]


def raising(error: Exception, times: int = 99) -> Callable[[datetime], None]:
    left = [error] * times

    def work(at: datetime) -> None:
        if left:
            raise left.pop()

    return work


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (InputError("This file holds no text."), "This file holds no text."),
        (RuntimeError("secret detail"), "Something went wrong on my side (reference "),
        (SlackApiError("no", {"ok": False, "error": "channel_not_found"}), "Something went wrong on my side"),
    ],
)
def test_what_cannot_be_done_is_told(shop: Shop, error: Exception, said: str) -> None:
    shop.works["a"] = raising(error)
    shop.desk.start()
    shop.asks("a")
    assert shop.desk.drain(PATIENCE_S)
    (told,) = shop.slack.posted
    assert said in told["text"]
    assert "secret" not in told["text"]
    assert shop.outcomes() == {"left": 1}


@pytest.mark.parametrize(
    "error",
    [StoreBusy("in use"), ConnectionError("cut"), SlackApiError("later", {"ok": False, "error": "internal_error"})],
)
def test_what_may_go_well_later_is_tried_again(shop: Shop, error: Exception) -> None:
    shop.works["a"] = raising(error, times=1)
    shop.desk.start()
    shop.asks("a")
    shop.slack.wait_for(lambda: shop.done)
    assert shop.desk.drain(PATIENCE_S)
    assert shop.outcomes() == {"done": 1}
    assert not shop.slack.posted


def test_an_errand_over_which_processes_died_again_and_again_is_left_with_a_word(shop: Shop) -> None:
    shop.asks("deadly")
    with open_store(shop.db) as store:
        for n in range(CRASHES):
            assert InboxRows(store.db).take(f"dead-{n}/1", at=shop.desk.now() + timedelta(minutes=n))
    shop.ahead.append(timedelta(hours=1))
    shop.desk.start()
    shop.slack.wait_for(lambda: shop.slack.posted)
    assert shop.desk.drain(PATIENCE_S)
    assert "Something went wrong on my side" in shop.slack.posted[0]["text"]
    assert not shop.done


def test_a_change_that_is_on_record_is_not_made_again_after_a_failure(shop: Shop) -> None:
    def change(at: datetime) -> None:
        with open_store(shop.db) as store:
            store.audit.record("stage", {}, at=at, actor="U1")
        raise ConnectionError("cut")

    shop.works["a"] = change
    shop.desk.start()
    shop.asks("a")
    shop.slack.wait_for(lambda: shop.slack.posted)
    assert shop.desk.drain(PATIENCE_S)
    assert "This was done" in shop.slack.posted[0]["text"]
    with open_store(shop.db) as store:
        assert len(store.audit.all()) == 1


def test_what_others_read_is_posted_once_however_often_the_work_is_begun(shop: Shop) -> None:
    cut = raising(ConnectionError("cut"), times=2)

    def post(at: datetime) -> None:
        place = InThread(client=shop.client, channel="C1", thread_ts=None)
        shop.errands.post("a", place, notice("Look."), shop.client)
        cut(at)

    shop.works["a"] = post
    shop.desk.start()
    shop.asks("a")
    shop.slack.wait_for(lambda: shop.done)
    assert [message["text"] for message in shop.slack.posted] == ["Look."]


def test_a_click_that_cannot_be_kept_is_answered_and_an_event_is_left_for_slack_to_deliver_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object, **more: object) -> object:
        raise StoreError("The disk is full.")

    monkeypatch.setattr(InboxRows, "add_all", full)
    shop.asks("a")
    shop.slack.wait_for(lambda: shop.slack.posted)
    assert "Something went wrong on my side" in shop.slack.posted[0]["text"]
    with pytest.raises(StoreError):
        shop.asks("b", event={"user": "U1"})  # type: ignore[arg-type]
