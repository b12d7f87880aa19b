"""Whoever installs the app first is its administrator, so that somebody can give roles to the others."""

from datetime import UTC, datetime

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
