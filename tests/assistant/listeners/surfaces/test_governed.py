"""Roles, privacy, subscriptions and alerts, from Slack's payloads to Slack's payloads."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from assistant.digests.tick import Scheduler
from assistant.listeners.schedule import Post, build_scheduler
from assistant.rendering.slack_digest import DISCARD, OWN, SNOOZE, START
from knowledge.store import open_store
from knowledge.subscriptions import Subscription
from tests.assistant.digests.conftest import Rote
from tests.assistant.listeners.surfaces.conftest import NOW, PATIENCE_S, Governed, element, words_of

MONDAY = datetime(2026, 11, 2, 8, tzinfo=UTC)
Json = dict[str, Any]


def test_strangers_guests_and_shared_channels_are_told_why_and_nothing_else(governed: Governed) -> None:
    governed.users["U0FAR"] = {"team_id": "T0OTHER", "is_stranger": True}
    governed.users["U0GUEST"] = {"is_restricted": True}
    governed.channels["C0SHARED"] = {"is_ext_shared": True}
    question = "what hurts customers in use?"
    stranger = governed.mentioned(question, user="U0FAR", channel="C0SHARED", user_team="T0OTHER")
    guest = governed.mentioned(question, user="U0GUEST")
    member = governed.mentioned(question, channel="C0SHARED")
    assert stranger["text"].startswith("I answer only people of the company that installed me")
    assert guest["text"].startswith("Guests get answers only after")
    assert member["text"].startswith("People of another company read this channel")
    for refusal in (stranger, guest, member):
        assert "late" not in words_of(refusal["blocks"])
        assert refusal["thread_ts"]
    assert "late delivery" in governed.mentioned(question)["text"]
    private = governed.typed("ask what hurts customers in use?", channel_id="C0SHARED")
    assert "late delivery" in private["text"]


def test_a_role_is_given_in_slack_and_every_change_can_be_read(governed: Governed) -> None:
    refused = governed.typed("settings role <@U0PERSON|person> admin")
    assert "you need to be an admin" in refused["text"]
    admin = {"user_id": "U0ADMIN"}
    assert "editor from now on" in governed.typed("settings role <@U0PERSON|person> editor", **admin)["text"]
    assert "Your role: editor" in governed.typed("settings")["text"]
    assert "U0PERSON: editor" in governed.typed("settings roles", **admin)["text"]
    audit = governed.typed("settings audit", **admin)["text"]
    assert "U0ADMIN: role: U0PERSON is now editor" in audit.replace("\u2060", "")
    assert "you need to be an admin" in governed.typed("settings audit")["text"]
    assert governed.slack.posted == []


def test_what_is_private_to_a_channel_is_answered_there_only(governed: Governed) -> None:
    governed.typed("settings private test", user_id="U0ADMIN", channel_id="C0SECRET")
    question = "what hurts customers in use?"
    assert "late delivery" in governed.mentioned(question, channel="C0SECRET")["text"]
    elsewhere = governed.mentioned(question)
    assert "late" not in elsewhere["text"]
    assert "late" not in governed.typed(f"ask {question}", user_id="U0ADMIN")["text"].replace(question, "")


def test_a_digest_is_looked_at_started_sent_once_and_stopped(governed: Governed) -> None:
    refused = governed.typed("subscribe use every monday at 9:00 Europe/Vienna")
    assert "you need to be an editor" in refused["text"]
    governed.typed("settings role <@U0PERSON> editor", user_id="U0ADMIN")
    unknown = governed.typed("subscribe checkout on mondays")
    assert "I do not know what" in unknown["text"]
    shown = governed.typed("subscribe use every monday at 9:00 Europe/Vienna")
    assert shown["text"].startswith("Preview: Weekly digest")
    assert "In Use" in shown["text"]
    clock = build_scheduler(governed.db, governed.desk, governed.viewpoints.at)
    assert clock.tick(MONDAY) == 0
    started = governed.clicked(shown, START)
    assert "every Monday at 09:00 (Europe/Vienna); next on 2 November" in started["text"]
    assert "next on 2 November" in governed.typed("subscribe list")["text"]
    assert clock.tick(MONDAY) == 1
    assert clock.tick(MONDAY + timedelta(hours=1)) == 0
    (digest,) = governed.slack.posted
    assert digest["channel"] == "C0TEAM"
    assert digest["text"].startswith("Weekly digest, 26 October 2026 to 1 November 2026 (Use)")
    assert "Set up by" in digest["text"]
    assert governed.typed("subscribe preview 1")["text"].startswith("Preview: Weekly digest")
    assert "(America/New_York)" in governed.typed("subscribe zone 1 America/New_York")["text"]
    assert "There is no time zone" in governed.typed("subscribe zone 1 Nowhere")["text"]
    for wrong in ("subscribe stop", "subscribe stop nine", "subscribe zone x UTC"):
        assert "Name the number" in governed.typed(wrong)["text"]
    elsewhere = {"channel_id": "C0ELSEWHERE"}
    for verb in ("preview 1", "zone 1 UTC", "stop 1"):
        assert "There is no subscription 1 here" in governed.typed(f"subscribe {verb}", **elsewhere)["text"]
    assert "Stopped" in governed.typed("subscribe stop 1")["text"]
    assert clock.tick(MONDAY + timedelta(days=7)) == 0


def test_a_draft_that_is_discarded_never_comes(governed: Governed) -> None:
    shown = governed.typed("subscribe alerts for use, 2 a day", user_id="U0ADMIN")
    assert "Only you see this preview" in words_of(shown["blocks"])
    assert "Dropped" in governed.clicked(shown, DISCARD, user="U0ADMIN")["text"]
    with open_store(governed.db) as store:
        assert store.subscriptions.all() == []


def test_an_alert_is_taken_on_by_a_click_and_says_so_in_its_place(governed: Governed) -> None:
    with open_store(governed.db) as store:
        wanted = Subscription(
            kind="alerts", channel="C0TEAM", zone="UTC", by="U0ADMIN", at=NOW, since=NOW, per_day=2, team="T0FAKE"
        )
        store.subscriptions.add(wanted)
    rote = Rote(firing=lambda day: [("T1", date(2026, 10, 26)), ("T2", date(2026, 10, 26))])
    clock = Scheduler(open=lambda: open_store(governed.db), answers=lambda channel: rote, deliver=Post(governed.desk))
    assert clock.tick(MONDAY + timedelta(hours=2)) == 2
    one, two = governed.slack.posted
    assert one["text"].startswith("Rising: name of T1")
    governed.slack.send_click(one, element(one["blocks"], OWN))
    governed.slack.wait_for(lambda: governed.slack.responses, PATIENCE_S)
    assert "you need to be an editor" in governed.slack.responses[-1]["text"]
    governed.typed("settings role <@U0PERSON> editor", user_id="U0ADMIN")
    for message, button, said in (
        (one, OWN, "person takes it on."),
        (two, SNOOZE, "wants to be reminded on 8 November"),
    ):
        before = len(governed.slack.responses)
        governed.slack.send_click(message, element(message["blocks"], button), trigger_id=f"2.{button}")
        governed.slack.wait_for(lambda before=before: len(governed.slack.responses) > before, PATIENCE_S)
        reply = governed.slack.responses[-1]
        assert reply["replace_original"] is True
        assert said in reply["text"]
        assert said in words_of(reply["blocks"])
    with open_store(governed.db) as store:
        taken, snoozed = store.alerts.all()
        assert (taken.state, taken.owner, taken.handled_by) == ("acknowledged", "U0PERSON", "U0PERSON")
        assert (snoozed.state, snoozed.snoozed_until) == ("snoozed", date(2026, 11, 8))
        assert [entry.actor for entry in store.audit.all("alert")] == ["U0PERSON", "U0PERSON"]


def test_a_channel_that_was_opened_to_another_company_gets_no_digest_any_more(governed: Governed) -> None:
    with open_store(governed.db) as store:
        wanted = Subscription(
            kind="digest", channel="C0OPENED", zone="UTC", by="U0ADMIN", at=NOW, since=NOW, weekday=0, minute=0
        )
        store.subscriptions.add(wanted)
    governed.channels["C0OPENED"] = {"is_ext_shared": True}
    clock = build_scheduler(governed.db, governed.desk, governed.viewpoints.at)
    assert clock.tick(MONDAY) == 0
    assert governed.slack.posted == []
    with open_store(governed.db) as store:
        assert [entry.kind for entry in store.audit.all()] == ["withheld"]
