"""Roles and privacy are changed with a name behind it, and the record of all changes can be read."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from assistant.governing import changes, first_admin, grant, make_private, open_up, revoke
from knowledge.corrections import Correction
from knowledge.errors import InputError, NotFound
from knowledge.store import open_store, prepare
from knowledge.themes import Theme, ThemeEdit

AT = datetime(2026, 11, 1, 9, tzinfo=UTC)


@pytest.fixture
def store(tmp_path):
    prepare(tmp_path / "a.db")
    with open_store(tmp_path / "a.db") as opened:
        yield opened


@pytest.mark.parametrize("subject", ["U012AB", "<@U012AB>", "<@U012AB|ann>", " W012AB "])
def test_a_person_can_be_named_as_slack_writes_mentions(store, subject):
    grant(store, subject, "editor", by="U9", at=AT)
    assert store.roles.all()[0].subject in ("U012AB", "W012AB")


def test_a_group_can_be_named_as_slack_writes_mentions(store):
    grant(store, "<!subteam^S012AB|@support>", "Editor", by="U9", at=AT)
    assert [(g.subject, g.role, g.is_group) for g in store.roles.all()] == [("S012AB", "editor", True)]


@pytest.mark.parametrize(("subject", "role"), [("ann", "editor"), ("C012AB", "editor"), ("U012AB", "boss"), ("", "")])
def test_what_is_no_person_or_no_role_is_refused(store, subject, role):
    with pytest.raises(InputError):
        grant(store, subject, role, by="U9", at=AT)
    assert changes(store) == []


def test_only_the_first_installation_makes_an_administrator(store):
    assert first_admin(store, "U1A", at=AT)
    assert not first_admin(store, "U2A", at=AT)
    assert [(g.subject, g.role) for g in store.roles.all()] == [("U1A", "admin")]


def test_what_was_not_given_cannot_be_taken(store):
    with pytest.raises(NotFound):
        revoke(store, "U1A", by="U9", at=AT)
    with pytest.raises(NotFound):
        open_up(store, "mails", by="U9", at=AT)
    with pytest.raises(InputError):
        make_private(store, "mails", "general", by="U9", at=AT)


def test_every_change_is_in_the_record_with_who_made_it_latest_first(store):
    grant(store, "U1A", "editor", by="U9", at=AT)
    revoke(store, "U1A", by="U8", at=AT + timedelta(hours=1))
    make_private(store, "mails", "C12", by="U7", at=AT + timedelta(hours=2))
    open_up(store, "mails", by="U6", at=AT + timedelta(hours=3))
    store.themes.save([Theme(id="T1", name="x")])
    edit = ThemeEdit(number=0, kind="rename", at=AT + timedelta(hours=4), actor="U5", themes=("T1",), text="Late")
    store.ledger.add_edit(edit)
    correction = Correction(number=0, kind="theme", at=AT + timedelta(hours=5), actor="U4", stage="use", theme="T1")
    store.corrections.add(correction)
    store.audit.record("theme renamed", {"theme": "T1", "edit": 1}, at=AT + timedelta(hours=4), actor="U5")
    store.audit.record("retention", {"pieces": 3}, at=AT + timedelta(hours=6))
    found = changes(store)
    assert [(c.kind, c.who) for c in found] == [
        ("retention", None), ("stage", "U4"), ("theme", "U5"), ("private", "U6"), ("private", "U7"), ("role", "U8"),
        ("role", "U9"),
    ]  # fmt: skip
    assert [c.what for c in found][:4] == [
        "pieces: 3", "correction 1: T1 to use", "edit 1: rename T1 “Late”", "mails is open to all channels",
    ]  # fmt: skip
    assert len(changes(store, limit=2)) == 2
    assert json.dumps([c.what for c in found])
