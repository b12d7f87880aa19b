"""The desk: each question once, never silent, whatever breaks around it or dies."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant.app import build_client, build_desk
from assistant.listeners.desk import Ask, Desk, delivery_keys
from assistant.listeners.outbox import PutOff
from assistant.listeners.posting import InThread, Privately
from assistant.listeners.workers import Workers
from assistant.rendering.slack import SlackMessage
from assistant.replies import Replies
from knowledge.errors import NotFound, StoreBusy
from knowledge.store import open_store, prepare
from knowledge.store.inbox import InboxRows
from tests.assistant.listeners.conftest import StubAnalyst
from tests.fake_slack import PATIENCE_S, FakeSlack, Fault, lost_reply, rate_limited, server_error


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as fake:
        yield fake


@pytest.fixture
def db(tmp_path: Path) -> Path:
    path = tmp_path / "journey.db"
    prepare(path)
    return path


def make_desk(db: Path, analyst: StubAnalyst | None = None, **more: object) -> Desk:
    settings = {"workers": Workers(threads=2, capacity=50), "threads": 2, "pace": timedelta()} | more
    return build_desk(Replies(analyst or StubAnalyst()), db, **settings)  # type: ignore[arg-type]


def started(db: Path, slack: FakeSlack, analyst: StubAnalyst | None = None, **more: object) -> Desk:
    desk = make_desk(db, analyst, **more)
    desk.clients = lambda team: build_client(slack.bot_token, api_url=slack.url)
    desk.start()
    return desk


def ask(slack: FakeSlack, *keys: str, channel: str = "D1") -> Ask:
    client = build_client(slack.bot_token, api_url=slack.url)
    to = InThread(client=client, channel=channel, thread_ts=None)
    return Ask(keys=keys or ("event:1", "message:1"), text="what hurts?", asker="U1", thread=None, to=to)


def outcomes(db: Path) -> dict[str, int]:
    with open_store(db) as store:
        return InboxRows(store.db).outcomes()


def test_of_many_deliveries_at_once_one_is_answered(db: Path, slack: FakeSlack) -> None:
    desks = [started(db, slack), started(db, slack)]  # two processes on one file
    threads = [
        threading.Thread(target=desks[n % 2].take, args=(ask(slack, f"event:{n // 4}", "message:1"),))
        for n in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(desk.drain(PATIENCE_S) for desk in desks)
    assert len(slack.posted) == 1


def test_what_one_process_took_and_never_worked_on_the_next_one_answers(db: Path, slack: FakeSlack) -> None:
    make_desk(db).take(ask(slack))  # killed before its workers came to it
    desk = started(db, slack)
    slack.wait_for(lambda: slack.posted)
    assert desk.drain(PATIENCE_S)
    assert outcomes(db) == {"answered": 1}


def test_an_answer_posted_by_a_process_that_died_before_noting_it_is_found(db: Path, slack: FakeSlack) -> None:
    client = build_client(slack.bot_token, api_url=slack.url)
    first = make_desk(db)
    first.take(ask(slack))
    slack.order("chat.postMessage", lost_reply())
    slack.order("conversations.history", Fault(status=500), times=9)
    with pytest.raises(Exception, match=r"."):
        first.outbox.send("answer:1", *ask(slack).to.sending(SlackMessage(text="the answer")), client=client)
    slack.forget_faults()
    desk = started(db, slack)
    assert desk.drain(PATIENCE_S)
    assert [message["text"] for message in slack.posted] == ["the answer"]
    assert outcomes(db) == {"answered": 1}


def test_an_answer_whose_blocks_slack_refuses_goes_out_as_text(db: Path, slack: FakeSlack) -> None:
    slack.order("chat.postMessage", Fault(status=200, error="invalid_blocks"))
    desk = started(db, slack)
    desk.take(ask(slack))
    assert desk.drain(PATIENCE_S)
    assert ["blocks" in message for message in slack.posted] == [False]
    assert "Card not delivered on time" in slack.posted[0]["text"]


def test_an_answer_that_cannot_be_drawn_is_apologised_for(
    db: Path, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **more: object) -> SlackMessage:
        raise RuntimeError("a bug in the renderer")

    monkeypatch.setattr("assistant.listeners.desk.render", fail)
    desk = started(db, slack)
    desk.take(ask(slack))
    assert desk.drain(PATIENCE_S)
    assert "Something went wrong on my side" in slack.posted[0]["text"]
    assert "bug" not in slack.posted[0]["text"]


def test_a_message_that_cannot_be_kept_is_left_to_slack_to_deliver_again(db: Path, slack: FakeSlack) -> None:
    desk = make_desk(db)
    db.rename(db.with_suffix(".gone"))
    with pytest.raises(NotFound):
        desk.take(replace(ask(slack), ts="1.0"))


def test_the_asker_hears_of_a_command_that_cannot_be_kept(db: Path, slack: FakeSlack) -> None:
    desk = make_desk(db)
    db.rename(db.with_suffix(".gone"))
    to = Privately(client=build_client(slack.bot_token, api_url=slack.url), response_url=slack.response_url())
    desk.take(Ask(keys=("command:1",), text="what hurts?", asker="U1", thread=None, to=to))
    slack.wait_for(lambda: slack.responses)
    assert "Something went wrong on my side" in slack.responses[0]["text"]


def test_while_the_file_is_locked_a_message_is_given_back_within_slacks_three_seconds(
    db: Path, slack: FakeSlack
) -> None:
    desk = make_desk(db)
    with open_store(db) as store:
        store.db.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy):
            desk.take(replace(ask(slack), ts="1.0"))
        store.db.execute("ROLLBACK")


def test_a_question_that_has_waited_for_weeks_is_not_answered_any_more(db: Path, slack: FakeSlack) -> None:
    make_desk(db).take(ask(slack))
    desk = started(db, slack, now=lambda: datetime.now(UTC) + timedelta(days=8))
    slack.wait_for(lambda: outcomes(db))
    assert outcomes(db) == {"too old": 1}
    assert desk.drain(PATIENCE_S)
    assert not slack.posted


def test_a_question_that_comes_while_the_desk_closes_waits_for_the_next_process(db: Path, slack: FakeSlack) -> None:
    desk = started(db, slack)
    assert desk.drain(PATIENCE_S)
    desk.take(ask(slack))
    assert not slack.posted
    again = started(db, slack)
    assert again.drain(PATIENCE_S)
    assert len(slack.posted) == 1


def test_today_is_the_day_on_the_clock(db: Path, slack: FakeSlack) -> None:
    analyst, at = StubAnalyst(), datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
    moments = iter(range(10**6))
    desk = started(db, slack, analyst, now=lambda: at + timedelta(milliseconds=next(moments)))
    desk.take(ask(slack))
    slack.wait_for(lambda: analyst.days)
    assert analyst.days == [at.astimezone().date()]


def test_a_question_that_ends_one_process_after_the_other_is_apologised_for(db: Path, slack: FakeSlack) -> None:
    analyst = StubAnalyst()
    make_desk(db).take(ask(slack))
    with open_store(db) as store:
        store.db.execute("UPDATE slack_inbox SET crashes = 9, owner = 'dead/1', leased_until = 0")
    desk = started(db, slack, analyst)
    assert desk.drain(PATIENCE_S)
    assert analyst.asked == []
    assert "Something went wrong on my side" in slack.posted[0]["text"]


def test_a_refusal_is_final_and_a_failure_of_slacks_is_not(db: Path, slack: FakeSlack) -> None:
    desk = started(db, slack)
    slack.order("chat.postMessage", Fault(status=200, error="is_archived"))
    desk.take(ask(slack, "a"))
    slack.wait_for(lambda: outcomes(db))
    slack.order("chat.postMessage", server_error(500), times=5)
    desk.take(ask(slack, "b"))
    slack.wait_for(lambda: slack.posted)
    assert desk.drain(PATIENCE_S)
    assert outcomes(db) == {"answered": 1, "refused: is_archived": 1}


def test_a_long_rate_limit_holds_its_conversation_and_no_other(db: Path, slack: FakeSlack) -> None:
    desk = started(db, slack, threads=1)
    slack.order("chat.postMessage", rate_limited(60))
    desk.take(ask(slack, "a", channel="D1"))
    slack.wait_for(lambda: slack.called("chat.postMessage"))
    desk.take(ask(slack, "b", channel="D1"))
    desk.take(ask(slack, "c", channel="D2"))
    slack.wait_for(lambda: slack.posted)
    assert not desk.drain(1)
    assert [message["channel"] for message in slack.posted] == ["D2"]


def test_a_private_answer_that_comes_too_late_goes_out_as_a_direct_message(db: Path, slack: FakeSlack) -> None:
    desk = started(db, slack)
    slack.order("response_url", Fault(status=404, error="expired_url", text="expired_url"))
    to = Privately(client=build_client(slack.bot_token, api_url=slack.url), response_url=slack.response_url())
    desk.take(Ask(keys=("command:1",), text="what hurts?", asker="U1", thread=None, to=to))
    assert desk.drain(PATIENCE_S)
    assert [message["channel"] for message in slack.posted] == ["U1"]


def test_a_message_is_sent_once_under_its_key(db: Path, slack: FakeSlack) -> None:
    desk, client = make_desk(db), build_client(slack.bot_token, api_url=slack.url)
    send = [desk.outbox.send("digest:1", "chat.postMessage", {"channel": "C1", "text": "x"}, client=client)] * 2
    assert send[0] == desk.outbox.send("digest:1", "chat.postMessage", {"channel": "C1", "text": "x"}, client=client)
    assert len(slack.posted) == 1


def test_while_one_process_sends_another_does_not(db: Path, slack: FakeSlack) -> None:
    first, second = make_desk(db), make_desk(db)
    client = build_client(slack.bot_token, api_url=slack.url)
    slack.order("chat.postMessage", Fault(wait_s=0.5))
    sending = threading.Thread(
        target=first.outbox.send,
        args=("k", "chat.postMessage", {"channel": "C1", "text": "x"}),
        kwargs={"client": client},
    )
    sending.start()
    slack.wait_for(lambda: slack.arrived("chat.postMessage"))
    with pytest.raises(PutOff):
        second.outbox.send("k", "chat.postMessage", {"channel": "C1", "text": "x"}, client=client)
    sending.join()
    assert len(slack.posted) == 1


def test_another_kind_of_job_is_kept_and_done_by_its_handler(db: Path, slack: FakeSlack) -> None:
    done: list[object] = []
    make_desk(db).inbox.keep("digest", ("digest:1",), {"stage": "use"}, team="T1")
    desk = make_desk(db)
    desk.inbox.handle("digest", lambda job: done.append((job.team, job.payload["stage"])) or "sent")
    desk.start()
    assert desk.drain(PATIENCE_S)
    assert done == [("T1", "use")]


def test_a_question_of_a_workspace_that_has_gone_is_dropped(db: Path) -> None:
    with FakeSlack() as slack:
        desk = make_desk(db)
        desk.take(ask(slack))
        desk.start()
        assert desk.drain(PATIENCE_S)
        assert not slack.calls
    assert outcomes(db) == {"not installed": 1}


def test_a_mention_and_a_message_about_the_same_words_share_a_key() -> None:
    event = {"channel": "C1", "ts": "1.0"}
    first = delivery_keys({"event_id": "Ev1", "team_id": "T1"}, event)
    second = delivery_keys({"event_id": "Ev2", "team_id": "T1"}, event)
    assert set(first) & set(second) == {"message:T1:C1:1.0"}


def test_workers_finish_what_they_took_and_refuse_what_is_too_much() -> None:
    workers, release, done = Workers(threads=1, capacity=2), threading.Event(), []
    assert workers.offer(lambda: done.append(release.wait(PATIENCE_S)))
    assert workers.offer(lambda: done.append(True))
    assert not workers.offer(lambda: done.append(False))
    release.set()
    assert workers.drain(PATIENCE_S)
    assert done == [True, True]
    assert not workers.offer(lambda: done.append(False))


def test_a_job_that_fails_does_not_take_its_place_along() -> None:
    workers, done = Workers(threads=1, capacity=1), threading.Event()

    def fail() -> None:
        raise RuntimeError("broken job")

    assert workers.offer(fail)
    while not workers.offer(done.set):
        threading.Event().wait(0.001)
    assert done.wait(PATIENCE_S)
    assert workers.drain(PATIENCE_S)


def test_draining_gives_up_on_a_job_that_hangs() -> None:
    workers, release = Workers(threads=1), threading.Event()
    workers.offer(lambda: bool(release.wait(30)) and None)
    assert not workers.drain(0.05)
    release.set()
