"""SlackLog: each delivery is taken on once, by whoever is first; a dead worker's delivery can be taken again."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from knowledge.store import open_store, prepare
from knowledge.store.slack import LEASE, SlackLog

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "journey.db"
    prepare(path)
    return path


def test_a_delivery_is_claimed_once(file: Path) -> None:
    with open_store(file) as store:
        log = SlackLog(store.db)
        assert [log.claim("event:1", "ask:C1:1.0", at=NOW) for _ in range(3)] == [True, False, False]


def test_a_second_event_about_the_same_message_is_not_claimed_and_leaves_no_trace(file: Path) -> None:
    with open_store(file) as store:
        log = SlackLog(store.db)
        assert log.claim("event:1", "ask:C1:1.0", at=NOW)
        assert not log.claim("event:2", "ask:C1:1.0", at=NOW)
        assert log.claim("event:2", at=NOW)


def test_what_was_done_stays_done_and_what_was_abandoned_can_be_taken_again(file: Path) -> None:
    with open_store(file) as store:
        log = SlackLog(store.db)
        log.claim("done", at=NOW)
        log.claim("abandoned", at=NOW)
        log.done(["done"], at=NOW)
        later = NOW + LEASE + timedelta(seconds=1)
        assert not log.claim("abandoned", at=NOW + LEASE)
        assert log.claim("abandoned", at=later)
        assert not log.claim("done", at=later)


def test_claims_outlive_the_process(file: Path) -> None:
    with open_store(file) as store:
        assert SlackLog(store.db).claim("event:1", at=NOW)
    with open_store(file) as store:
        assert not SlackLog(store.db).claim("event:1", at=NOW)


def test_of_many_threads_one_gets_the_claim(file: Path) -> None:
    won: list[bool] = []

    def race() -> None:
        with open_store(file) as store:
            won.append(SlackLog(store.db).claim("event:1", "ask:1", at=NOW))

    threads = [threading.Thread(target=race) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False] * 7 + [True]


def test_what_is_long_done_is_forgotten_and_what_is_open_is_kept(file: Path) -> None:
    with open_store(file) as store:
        log = SlackLog(store.db)
        log.claim("old", "open", at=NOW)
        log.done(["old"], at=NOW)
        assert log.forget(NOW + timedelta(days=2)) == 1
        assert log.claim("old", at=NOW)
        assert not log.claim("open", at=NOW)
