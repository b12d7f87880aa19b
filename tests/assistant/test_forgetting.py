"""From Slack, only administrators have customers forgotten, after a second word; and nobody is named in a log."""

import logging
import shutil
from pathlib import Path

import pytest

from assistant.forgetting import NOT_YOURS, USAGE, Forgetting
from knowledge.store import open_store, prepare
from tests.conftest import ToyEmbedder
from tests.knowledge.company import AT, KEY, fill


@pytest.fixture(scope="module")
def filled(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("company") / "journey.db"
    prepare(path)
    with open_store(path) as store:
        fill(store, ToyEmbedder())
    return path


@pytest.fixture
def forgetting(tmp_path, filled) -> Forgetting:
    db = Path(shutil.copy(filled, tmp_path / "journey.db"))
    key = tmp_path / "key"
    key.write_bytes(KEY)
    return Forgetting(db=db, key=key, admins=frozenset({"U1"}))


def count(forgetting: Forgetting) -> int:
    with open_store(forgetting.db) as store:
        return store.feedback.count()


def test_an_administrator_sees_first_and_confirms_then(forgetting, caplog):
    caplog.set_level(logging.DEBUG)
    assert "would remove 3 pieces" in forgetting.reply("Customer 5", asker="U1", at=AT)
    assert count(forgetting) == 72
    assert "nothing is left" in forgetting.reply("Customer 5 confirm", asker="U1", at=AT)
    assert count(forgetting) == 69
    assert "Nothing in the file is from that customer" in forgetting.reply("Customer 5", asker="U1", at=AT)
    assert "Customer 5" not in caplog.text


@pytest.mark.parametrize("asker", ["U2", "", "u1"])
def test_nobody_else_may(forgetting, asker):
    assert forgetting.reply("Customer 5 confirm", asker=asker, at=AT) == NOT_YOURS
    assert count(forgetting) == 72


def test_without_an_id_or_a_key_it_says_what_is_missing(forgetting):
    assert forgetting.reply(" ", asker="U1", at=AT) == USAGE
    forgetting.key.unlink()
    assert "key of customer ids is missing" in forgetting.reply("Customer 5", asker="U1", at=AT)
    assert not forgetting.key.exists()


def test_where_the_policy_was_asked_its_word_counts_and_the_record_names_who_asked(forgetting):
    assert forgetting.reply("Customer 5 confirm", asker="U1", at=AT, allowed=False) == NOT_YOURS
    assert "were removed" in forgetting.reply("Customer 5 confirm", asker="U7", at=AT, allowed=True)
    with open_store(forgetting.db) as store:
        assert [entry.actor for entry in store.audit.all("forget")] == ["U7"]
