"""A clock that ran ahead and was set back, or went back by itself, loses nothing and silences nobody for good."""

from datetime import date, timedelta

import pytest

from assistant.answers.analyst import Analyst
from assistant.digests.due import LOOK_BACK, due, local_day
from assistant.replies import INTERNAL_ERROR, Replies
from knowledge.pipeline import derive
from knowledge.store import open_store, prepare
from knowledge.store.inbox import AHEAD, InboxRows
from knowledge.subscriptions import Subscription
from knowledge.templates import template
from knowledge.verification import verify
from tests.conftest import ToyEmbedder
from tests.knowledge.company import AT, fill

YEARS = timedelta(days=3 * 365)


@pytest.fixture
def db(tmp_path):
    path = tmp_path / "journey.db"
    prepare(path)
    with open_store(path) as store:
        fill(store, ToyEmbedder())
    return path


def test_themes_found_by_a_clock_that_went_back_keep_their_ids_and_the_file_is_whole(db):
    with open_store(db) as store:
        before = {theme.id for theme in store.themes.all()}
        derive(store, ToyEmbedder(), template("default"), at=AT - YEARS, regroup=True)
        assert {theme.id for theme in store.themes.all()} == before
        assert not [c for c in verify(store, ToyEmbedder(), template("default")) if c.status == "wrong"]


@pytest.mark.parametrize("today", [date(1971, 1, 1), AT.date() - YEARS, AT.date() + YEARS, date(2099, 12, 31)])
@pytest.mark.parametrize(
    "question", ["what hurts customers?", "what is new?", "what hurt last month?", "what is rising?"]
)
def test_a_question_of_any_day_gets_an_answer_and_no_failure(db, today, question):
    answer = Replies(Analyst(db, ToyEmbedder())).reply(question, asker="ann", thread=None, today=today)
    assert answer.reason != INTERNAL_ERROR


def digest() -> Subscription:
    return Subscription(
        number=1,
        kind="digest",
        channel="C1",
        zone="UTC",
        by="U1",
        at=AT - YEARS,
        weekday=0,
        minute=540,
        since=AT - YEARS,
    )


def test_a_digest_that_a_clock_far_ahead_has_sent_does_not_silence_those_of_today():
    found = due(digest(), {local_day(AT + YEARS, "UTC")}, AT)
    assert found
    assert found.day <= AT.date()


def test_a_digest_is_not_sent_twice_where_the_clock_goes_back_a_little():
    found = due(digest(), set(), AT)
    assert found
    assert due(digest(), {found.day}, AT) is None
    for back in (timedelta(hours=1), timedelta(days=1), timedelta(days=30), LOOK_BACK - timedelta(days=1)):
        assert due(digest(), {found.day}, AT - back) is None


def test_what_was_put_off_by_a_clock_that_ran_ahead_is_due_once_it_is_set_back(db):
    with open_store(db) as store:
        rows = InboxRows(store.db)
        rows.add("mention", ("Ev1",), {"text": "hi"}, at=AT + YEARS)
        rows.add("mention", ("Ev2",), {"text": "ho"}, at=AT)
        assert rows.take("p/1", at=AT).payload["text"] == "ho"
        assert rows.take("p/2", at=AT) is None
        rows.renew("p", at=AT)
        assert rows.take("p/2", at=AT).payload["text"] == "hi"


def test_a_conversation_that_slack_asked_to_spare_a_while_is_spared_so_long(db):
    with open_store(db) as store:
        rows = InboxRows(store.db)
        rows.add("mention", ("Ev1",), {"text": "hi"}, at=AT, due_at=AT + AHEAD - timedelta(minutes=1))
        rows.renew("p", at=AT)
        assert rows.take("p/1", at=AT) is None
