"""Who somebody is and where, from Slack's payloads and words; and what is done where Slack does not say."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from slack_sdk.errors import SlackApiError

from assistant.listeners.people import BELIEVED_S, People, Sender, kind_of, sender_of, standing_of
from assistant.policy import Allowed, Refused
from knowledge.store import open_store, prepare

AT = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass
class Reply:
    data: dict


@dataclass
class SlackStub:
    """Answers as the test says: a dict is a reply, a word a refusal, an exception is raised. Counts what is asked."""

    user: object = field(default_factory=dict)
    channel: object = field(default_factory=dict)
    groups: dict = field(default_factory=dict)
    asked: list = field(default_factory=list)
    token: str = "xoxb-1"

    def auth_test(self):
        return Reply({"ok": True, "team_id": "T1"})

    def users_info(self, user):
        return self._reply("user", self.user)

    def conversations_info(self, channel):
        return self._reply("channel", self.channel)

    def usergroups_users_list(self, usergroup):
        self.asked.append("group")
        return Reply({"users": self.groups.get(usergroup, [])})

    def _reply(self, what, said):
        self.asked.append(what)
        if isinstance(said, Exception):
            raise said
        if isinstance(said, str):
            raise SlackApiError("refused", {"ok": False, "error": said})
        return Reply({what: said})


@pytest.fixture
def db(tmp_path):
    prepare(tmp_path / "a.db")
    return tmp_path / "a.db"


def mention(user="U1", channel="C1", **more):
    return {"team_id": "T1", "event": {"type": "app_mention", "user": user, "channel": channel, "ts": "1.1"}, **more}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (mention(is_ext_shared_channel=True), Sender(user="U1", team="T1", channel="C1", shared=True)),
        (
            {"team_id": "T1", "event": {"user": "U1", "user_team": "T9", "channel": "D1", "channel_type": "im"}},
            Sender(user="U1", team="T9", channel="D1", channel_type="im"),
        ),
        (
            {"command": "/journey", "user_id": "U1", "team_id": "T1", "channel_id": "C1", "channel_name": "general"},
            Sender(user="U1", team="T1", channel="C1", ephemeral=True),
        ),
        (
            {"user": {"id": "U1", "team_id": "T1"}, "channel": {"id": "C1"},
             "container": {"channel_id": "C1", "is_ephemeral": True}},
            Sender(user="U1", team="T1", channel="C1", ephemeral=True),
        ),
        ({"type": "view_submission", "user": {"id": "U1"}, "team": {"id": "T1"}}, Sender(user="U1")),
    ],
)  # fmt: skip
def test_every_kind_of_payload_says_who_and_where(body, expected):
    assert sender_of(body) == expected


@pytest.mark.parametrize(
    ("user", "standing"),
    [
        ({"team_id": "T1"}, "member"),
        ({"team_id": "T1", "is_restricted": True}, "guest"),
        ({"team_id": "T1", "is_ultra_restricted": True}, "guest"),
        ({"team_id": "T2"}, "stranger"),
        ({"team_id": "T1", "is_stranger": True}, "stranger"),
        ({"team_id": "T1", "deleted": True}, "stranger"),
        ({"team_id": "T2", "enterprise_user": {"teams": ["T1", "T2"]}}, "member"),
    ],
)
def test_standing_is_what_slack_says_of_a_user(user, standing):
    assert standing_of(user, "T1") == standing


@pytest.mark.parametrize(
    ("channel", "kind"),
    [
        ({}, "public"), ({"is_private": True}, "private"), ({"is_mpim": True}, "private"), ({"is_im": True}, "dm"),
        ({"is_private": True, "is_ext_shared": True}, "shared"), ({"is_pending_ext_shared": True}, "shared"),
    ],
)  # fmt: skip
def test_a_channel_shared_with_another_company_is_shared_whatever_else_it_is(channel, kind):
    assert kind_of(channel) == kind


def test_a_member_may_ask_and_a_guest_may_not(db):
    people = People(db=db)
    assert isinstance(people.decide("ask", mention(), SlackStub(user={"team_id": "T1"})), Allowed)
    guest = SlackStub(user={"team_id": "T1", "is_restricted": True})
    assert people.decide("ask", mention(user="U2"), guest).reason == "guest"


def test_a_role_comes_from_the_user_group_and_goes_with_it_after_some_minutes(db):
    clock = [0.0]
    people = People(db=db, clock=lambda: clock[0])
    with open_store(db) as store:
        store.roles.grant("S1", "editor", by="U9", at=AT)
    slack = SlackStub(user={"team_id": "T1"}, groups={"S1": ["U1"]})
    assert people.decide("correct_stage", mention(), slack).allowed
    slack.groups = {}
    assert people.decide("correct_stage", mention(), slack).allowed
    clock[0] += BELIEVED_S
    assert people.decide("correct_stage", mention(), slack).reason == "role"


def test_what_is_granted_and_taken_back_counts_at_once(db):
    people, slack = People(db=db), SlackStub(user={"team_id": "T1"})
    assert not people.decide("edit_theme", mention(), slack).allowed
    with open_store(db) as store:
        store.roles.grant("U1", "editor", by="U9", at=AT)
    assert people.decide("edit_theme", mention(), slack).allowed
    with open_store(db) as store:
        store.roles.grant("U1", "none", by="U9", at=AT)
    assert people.decide("ask", mention(), slack).reason == "role"


def test_administrators_of_the_settings_cannot_be_locked_out(db):
    people = People(db=db, admins=frozenset({"U1"}))
    with open_store(db) as store:
        store.roles.grant("U1", "none", by="U9", at=AT)
    assert people.decide("read_audit", mention(channel="D1"), SlackStub(user={"team_id": "T1"})).allowed
    stranger = SlackStub(user={"team_id": "T2"})
    assert People(db=db, admins=frozenset({"U1"})).decide("ask", mention(), stranger).reason == "stranger"


def test_slack_is_asked_once_in_a_while(db):
    people, slack = People(db=db), SlackStub(user={"team_id": "T1"})
    for _ in range(5):
        people.decide("ask", mention(), slack)
    assert slack.asked == ["user", "channel"]


def test_while_slack_is_out_of_reach_the_last_word_holds_and_nobody_else_is_trusted(db):
    clock = [0.0]
    people = People(db=db, clock=lambda: clock[0])
    slack = SlackStub(user={"team_id": "T1"})
    assert people.decide("ask", mention(), slack).allowed
    clock[0] += BELIEVED_S
    slack.user = slack.channel = ConnectionError("cut")
    assert people.decide("ask", mention(), slack).allowed
    assert people.decide("ask", mention(user="U2"), slack).reason == "unknown_person"
    slack.user = {"team_id": "T1"}
    verdict = people.decide("ask", mention(user="U3", channel="C9"), slack)
    assert isinstance(verdict, Refused)
    assert verdict.reason == "shared_channel"


def test_without_the_scope_to_ask_the_request_itself_tells_strangers(db, caplog):
    people, slack = People(db=db), SlackStub(user="missing_scope", channel="missing_scope")
    assert people.decide("ask", mention(), slack).allowed
    foreign = {"team_id": "T1", "event": {"user": "U2", "user_team": "T2", "channel": "C1", "ts": "1"}}
    assert people.decide("ask", foreign, slack).reason == "stranger"
    assert caplog.text.count("missing_scope") == 2


def test_an_answer_that_only_the_asker_sees_may_be_given_beside_strangers(db):
    people, slack = People(db=db), SlackStub(user={"team_id": "T1"}, channel={"is_ext_shared": True})
    assert people.decide("ask", mention(), slack).reason == "shared_channel"
    command = {"command": "/journey", "user_id": "U1", "team_id": "T1", "channel_id": "C1"}
    assert people.decide("ask", command, slack).allowed
    assert people.decide("share", command, slack).reason == "shared_channel"
