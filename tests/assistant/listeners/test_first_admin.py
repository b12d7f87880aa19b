"""Whoever installs the app first is its administrator, so that somebody can give roles to the others."""

from datetime import UTC, datetime

import pytest
from slack_bolt.error import BoltError
from slack_sdk.oauth.installation_store import Installation

from assistant.listeners.installations import Installations, Seal
from knowledge.store import open_store, prepare


def test_the_first_to_install_is_administrator_and_nobody_after(tmp_path):
    db = tmp_path / "a.db"
    prepare(db)
    installed = Installations(
        open_store=lambda: open_store(db), seal=Seal(tmp_path / "key"), now=lambda: datetime(2026, 11, 1, tzinfo=UTC)
    )
    for user, team in (("U1A", "T1"), ("U2B", "T1"), ("U3C", "T2")):
        installed.save(Installation(user_id=user, team_id=team, bot_token="xoxb-1", bot_id="B1", bot_user_id="U0BOT"))
    with open_store(db) as store:
        assert [(held.subject, held.role, held.by) for held in store.roles.all()] == [("U1A", "admin", "installation")]
    installed.remove("T1")
    with open_store(db) as store:
        assert store.roles.all() == []


def test_a_workspace_that_is_not_named_can_not_install_the_app_and_nobody_there_becomes_administrator(tmp_path):
    db = tmp_path / "a.db"
    prepare(db)

    def installations(allowed):
        return Installations(
            open_store=lambda: open_store(db), seal=Seal(tmp_path / "key"), allowed=allowed,
            now=lambda: datetime(2026, 11, 1, tzinfo=UTC),
        )  # fmt: skip

    ours = installations(frozenset({"T1"}))
    with pytest.raises(BoltError, match="may not install"):
        ours.save(Installation(user_id="U9Z", team_id="T9", bot_token="xoxb-9", bot_id="B9", bot_user_id="U9BOT"))
    assert not ours.known("T9")
    with open_store(db) as store:
        assert store.roles.all() == []
    ours.save(Installation(user_id="U1A", team_id="T1", bot_token="xoxb-1", bot_id="B1", bot_user_id="U0BOT"))
    assert ours.known("T1")
    assert ours.authorize(None, "T1")
    without = installations(frozenset({"T2"}))
    assert not without.known("T1")
    assert without.authorize(None, "T1") is None
    assert installations(None).known("T1")
