"""Manners: heard at once, quiet where not asked, and whatever a person edits or deletes is followed."""

import threading

import pytest

from assistant.answers.answer import Answer
from tests.assistant.listeners.conftest import Running
from tests.assistant.rendering.answers import pain_points
from tests.fake_slack import PATIENCE_S, Fault


def changed(question: dict[str, object], text: str, **more: object) -> dict[str, object]:
    """Somebody edits a message."""
    now = {"type": "message", "user": question["user"], "ts": question["ts"], "text": text, "edited": {"ts": "9.9"}}
    return {"type": "message", "subtype": "message_changed", "hidden": True, "channel": question["channel"],
            "channel_type": question.get("channel_type", "channel"), "message": now, "previous_message": question,
            "ts": "1800000000.000001", "event_ts": "1800000000.000001"} | more  # fmt: skip


def deleted(question: dict[str, object]) -> dict[str, object]:
    """Somebody deletes a message."""
    return {"type": "message", "subtype": "message_deleted", "hidden": True, "channel": question["channel"],
            "channel_type": question.get("channel_type", "channel"), "deleted_ts": question["ts"],
            "previous_message": question, "ts": "1800000000.000002", "event_ts": "1800000000.000002"}  # fmt: skip


def hanging(running: Running) -> threading.Event:
    """Let the analyst answer nothing until the event is set."""
    release = threading.Event()

    def hang(text: str) -> Answer:
        release.wait(PATIENCE_S)
        return pain_points(text)

    running.analyst.behave = hang
    return release


def statuses(running: Running) -> list[str]:
    return [call.args["status"] for call in running.slack.called("agents.sessions.setStatus")]


def test_a_question_is_heard_at_once_and_the_sign_is_taken_down_after_the_answer(running: Running) -> None:
    slack, release = running.slack, hanging(running)
    mention = slack.mention("what hurts?")
    slack.send_event(mention)
    slack.wait_for(lambda: statuses(running) == ["processing"])
    assert not slack.posted
    release.set()
    slack.wait_for(lambda: statuses(running) == ["processing", "active"])
    assert {call.args["thread_ts"] for call in slack.called("agents.sessions.setStatus")} == {mention["ts"]}


@pytest.mark.parametrize("refusal", ["unknown_method", "not_allowed_token_type", "missing_scope"])
def test_where_the_app_is_no_agent_a_reaction_is_the_sign(own: Running, refusal: str) -> None:
    slack = own.slack
    slack.order("agents.sessions.setStatus", Fault(status=200, error=refusal), times=9)
    for text in ("first", "second"):
        slack.send_event(slack.mention(text))
    slack.wait_for(lambda: len(slack.posted) == 2 and len(slack.called("reactions.remove")) == 2)
    assert len(slack.called("reactions.add")) == 2
    assert len(slack.called("agents.sessions.setStatus")) <= 2, (
        "what a workspace lacks is not asked for again and again"
    )


def test_where_there_is_no_sign_at_all_the_answer_comes_all_the_same(own: Running) -> None:
    slack = own.slack
    slack.order("agents.sessions.setStatus", Fault(status=200, error="unknown_method"))
    slack.order("reactions.add", Fault(status=200, error="missing_scope"))
    slack.send_event(slack.mention("what hurts?"))
    slack.wait_for(lambda: slack.posted)
    assert not slack.called("reactions.remove")


@pytest.mark.parametrize("how", ["mention", "direct"])
def test_the_answer_to_an_edited_question_takes_the_place_of_the_first(running: Running, how: str) -> None:
    slack = running.slack
    question = getattr(slack, how)("what hurts in onbording?")
    slack.send_event(question)
    slack.wait_for(lambda: slack.posted)
    running.analyst.behave = lambda text: pain_points(text, quote="A new answer.")
    slack.send_event(changed(question, f"<@{slack.bot_user}> what hurts in onboarding?"), times=2)
    slack.wait_for(lambda: slack.called("chat.update") and not running.waiting())
    assert running.analyst.asked == ["what hurts in onbording?", "what hurts in onboarding?"]
    (posted,) = slack.posted
    assert "A new answer." in posted["text"]
    assert not slack.problems


def test_a_question_edited_before_it_is_answered_is_answered_once_as_edited(running: Running) -> None:
    slack, release = running.slack, hanging(running)
    slack.send_event(slack.direct("keeps the conversation busy"))
    slack.wait_for(lambda: running.analyst.asked)
    question = slack.direct("frist")
    slack.send_event(question)
    slack.wait_for(lambda: running.waiting() == 2)
    envelope = slack.send_event(changed(question, "first"))[0]
    slack.wait_for(lambda: envelope in slack.acks)
    release.set()
    slack.wait_for(lambda: len(slack.posted) == 2)
    assert running.analyst.asked == ["keeps the conversation busy", "first"]
    assert not slack.called("chat.update")


def test_changes_that_nobody_typed_change_nothing(running: Running) -> None:
    slack = running.slack
    question = slack.direct("what hurts?")
    slack.send_event(question)
    slack.wait_for(lambda: slack.posted)
    unfurled = changed(question, "what hurts?")
    elsewhere = changed(slack.mention("of somebody else"), "edited")
    ours = changed(question, "an edit of our own", message={"bot_id": "B0BOT", "ts": question["ts"], "text": "x"})
    envelopes = [slack.send_event(event)[0] for event in (unfurled, elsewhere, ours)]
    slack.wait_for(lambda: set(envelopes) <= set(slack.acks) and not running.waiting())
    assert running.analyst.asked == ["what hurts?"]


def test_the_answer_to_a_deleted_question_is_deleted(running: Running) -> None:
    slack = running.slack
    question = slack.mention("a slip")
    slack.send_event(question)
    slack.wait_for(lambda: slack.posted)
    slack.send_event(deleted(question), times=3)
    slack.wait_for(lambda: not slack.posted)
    slack.wait_for(lambda: not running.waiting())
    assert len(slack.called("chat.delete")) == 1


def test_a_question_deleted_before_it_is_answered_is_not_answered(running: Running) -> None:
    slack, release = running.slack, hanging(running)
    slack.send_event(slack.direct("keeps the conversation busy"))
    slack.wait_for(lambda: running.analyst.asked)
    question = slack.direct("a slip")
    slack.send_event(question)
    slack.wait_for(lambda: running.waiting() == 2)
    slack.send_event(deleted(question))
    slack.wait_for(lambda: running.waiting() == 1)
    release.set()
    slack.wait_for(lambda: not running.waiting())
    assert running.analyst.asked == ["keeps the conversation busy"]


def test_stop_drops_what_has_not_been_begun_and_sets_the_session_at_rest(running: Running) -> None:
    slack, release = running.slack, hanging(running)
    slack.send_event(slack.direct("keeps the conversation busy"))
    slack.wait_for(lambda: running.analyst.asked)
    question = slack.direct("never mind")
    slack.send_event(question)
    slack.wait_for(lambda: running.waiting() == 2)
    slack.send_event({"type": "agent_session_stopped", "channel": question["channel"], "user": question["user"],
                      "thread_ts": question["ts"], "event_ts": "1.1"})  # fmt: skip
    slack.wait_for(lambda: running.waiting() == 1 and "active" in statuses(running))
    release.set()
    slack.wait_for(lambda: not running.waiting())
    assert running.analyst.asked == ["keeps the conversation busy"]


def test_threads_of_others_are_left_alone(running: Running) -> None:
    slack = running.slack
    mention = slack.mention("what hurts?")
    slack.send_event(mention)
    slack.wait_for(lambda: slack.posted)
    reply = {"type": "message", "channel": mention["channel"], "user": "U2", "ts": "1800000000.5",
             "thread_ts": mention["ts"]}  # fmt: skip
    envelopes = [
        slack.send_event(reply | {"text": "I think so too", "channel_type": kind})[0] for kind in ("channel", "group")
    ]
    envelopes += slack.send_event(reply | {"text": "not for the bot", "channel_type": "mpim", "ts": "1800000000.6"})
    slack.wait_for(lambda: set(envelopes) <= set(slack.acks))
    assert len(slack.posted) == 1


def test_in_a_group_a_message_that_names_the_bot_is_answered_in_a_thread(running: Running) -> None:
    slack = running.slack
    message = slack.mention("what hurts?") | {"type": "message", "channel_type": "mpim", "channel": "G1"}
    slack.send_event(message)
    slack.wait_for(lambda: slack.posted)
    assert slack.posted[0]["thread_ts"] == message["ts"]


@pytest.mark.parametrize("way", ["bot", "other app", "ourselves", "workflow"])
def test_machines_are_not_answered(running: Running, way: str) -> None:
    slack = running.slack
    marks = {"bot": {"bot_id": "B1"}, "other app": {"bot_id": "B2", "app_id": "A2"},
             "ourselves": {"user": slack.bot_user}, "workflow": {"subtype": "bot_message", "bot_id": "B3"}}  # fmt: skip
    envelopes = slack.send_event(slack.mention("ping", **marks[way])) + slack.send_event(
        slack.direct("ping", **marks[way])
    )
    slack.wait_for(lambda: set(envelopes) <= set(slack.acks))
    slack.send_event(slack.direct("a person"))
    slack.wait_for(lambda: slack.posted)
    assert running.analyst.asked == ["a person"]
