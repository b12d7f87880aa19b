"""The whole way round: Slack delivers, the bot answers, once, in the right place, inert."""

import json
import random
import threading

import pytest

from assistant.rendering.slack import FOLLOW_UP
from tests.assistant.listeners.conftest import Running
from tests.assistant.rendering.answers import HOSTILE, pain_points
from tests.fake_slack import PATIENCE_S, Fault, lost_reply, rate_limited, server_error


def test_a_mention_is_answered_once_in_its_thread_however_often_it_is_delivered(running: Running) -> None:
    slack = running.slack
    mention = slack.mention("what hurts customers in onboarding?")
    envelopes = slack.send_event(mention, times=3)
    slack.send_event(mention | {"type": "message", "channel_type": "channel"})
    slack.wait_for(lambda: slack.posted)
    slack.send_event(mention, times=2)
    last = slack.send_event(slack.direct("still there?"))
    slack.wait_for(lambda: len(slack.posted) == 2 and last[0] in slack.acks)
    assert running.analyst.asked == ["what hurts customers in onboarding?", "still there?"]
    answer, direct = slack.posted
    assert (answer["channel"], answer["thread_ts"]) == (mention["channel"], mention["ts"])
    assert "thread_ts" not in direct
    slack.wait_for(lambda: set(envelopes) <= set(slack.acks))
    assert not slack.problems


def test_a_mention_inside_a_thread_is_answered_in_that_thread(running: Running) -> None:
    slack = running.slack
    slack.send_event(slack.mention("and support?", thread_ts="1700000000.000001"))
    slack.wait_for(lambda: slack.posted)
    assert slack.posted[0]["thread_ts"] == "1700000000.000001"


def test_bots_edits_and_deletions_are_ignored(running: Running) -> None:
    slack = running.slack
    slack.send_event(slack.direct("I am a bot", bot_id="B0OTHER"))
    slack.send_event(slack.direct("I am you", user=slack.bot_user))
    slack.send_event(slack.direct("edited", subtype="message_changed", hidden=True))
    slack.send_event(slack.direct("gone", subtype="message_deleted", hidden=True))
    slack.send_event(slack.mention("I am a bot", bot_id="B0OTHER"))
    slack.send_event(slack.direct("a person, with a file", subtype="file_share", files=[{"id": "F1"}]))
    slack.wait_for(lambda: slack.posted)
    assert running.analyst.asked == ["a person, with a file"]


def test_a_mention_without_words_gets_help(running: Running) -> None:
    slack = running.slack
    slack.send_event(slack.mention(""))
    slack.wait_for(lambda: slack.posted)
    assert running.analyst.asked == ["help"]


def test_hostile_words_of_customers_arrive_as_plain_text(running: Running) -> None:
    slack = running.slack
    running.analyst.behave = lambda text: pain_points(text, quote=HOSTILE)
    slack.send_event(slack.mention("show me"))
    slack.wait_for(lambda: slack.posted)
    (posted,) = slack.posted
    assert not slack.problems
    assert (posted["parse"], posted["link_names"], posted["mrkdwn"]) == ("none", False, False)
    assert (posted["unfurl_links"], posted["unfurl_media"]) == (False, False)
    sent = json.dumps(posted, ensure_ascii=False)
    assert "<!channel>" not in sent
    assert "<https:" not in sent
    assert "<@" not in sent
    assert '"mrkdwn"' not in json.dumps(posted["blocks"])
    assert "&lt;" in posted["text"]
    assert "*bold*" not in posted["text"]


def test_rate_limits_and_server_errors_are_waited_out(running: Running) -> None:
    slack = running.slack
    slack.order("chat.postMessage", rate_limited(0))
    slack.order("chat.postMessage", server_error(503))
    slack.send_event(slack.direct("are you there?"))
    slack.wait_for(lambda: slack.posted)
    assert [call.status for call in slack.called("chat.postMessage")] == [429, 503, 200]


def test_an_answer_whose_reply_was_lost_is_found_and_not_posted_again(running: Running) -> None:
    slack = running.slack
    for fault in (lost_reply(503), server_error(500), lost_reply(500)):
        slack.order("chat.postMessage", fault)
    slack.send_event(slack.direct("lost and found"))
    slack.send_event(slack.mention("refused, then lost", channel="C7"))
    slack.wait_for(lambda: len(slack.posted) == 2 and not running.waiting())
    assert len(slack.posted) == 2
    assert slack.called("conversations.history") or slack.called("conversations.replies")


def test_a_lost_reply_where_history_may_not_be_read_costs_at_most_a_repetition(running: Running) -> None:
    slack = running.slack
    slack.order("chat.postMessage", lost_reply(503))
    slack.order("conversations.history", Fault(status=200, error="missing_scope"))
    slack.send_event(slack.direct("never silent"))
    slack.wait_for(lambda: slack.posted and not running.waiting())
    assert {message["text"] for message in slack.posted} == {slack.posted[0]["text"]}


def test_many_questions_in_any_order_with_failing_calls_are_each_answered_once(running: Running) -> None:
    slack = running.slack
    slack.order("chat.postMessage", server_error(500))
    slack.order("chat.postMessage", rate_limited(0))
    deliveries = [(slack.mention(f"question {n}"), f"EvMany{n}") for n in range(8)] * 3
    random.Random(7).shuffle(deliveries)
    envelopes = [slack.send_event(event, event_id=event_id)[0] for event, event_id in deliveries]
    slack.wait_for(lambda: set(envelopes) <= set(slack.acks) and len(slack.posted) >= 8)
    assert sorted(running.analyst.asked) == [f"question {n}" for n in range(8)]
    assert {message["thread_ts"] for message in slack.posted} == {event["ts"] for event, _ in deliveries}
    assert len(slack.posted) == 8


def test_a_command_is_acknowledged_while_all_workers_are_busy_and_answered_privately(running: Running) -> None:
    slack, release = running.slack, threading.Event()

    def hang(text: str) -> object:
        release.wait(PATIENCE_S)
        return pain_points(text)

    running.analyst.behave = hang  # type: ignore[assignment]
    for n in range(4):
        slack.send_event(slack.direct(f"question {n}", channel=f"D{n}"))
    slack.wait_for(lambda: len(running.analyst.asked) == 2)
    envelope = slack.send_command("ask what hurts customers?")
    slack.wait_for(lambda: envelope in slack.acks)
    assert not slack.posted
    release.set()
    slack.wait_for(lambda: slack.responses)
    assert slack.responses[0]["response_type"] == "ephemeral"
    assert slack.responses[0]["text"].startswith("Question: what hurts customers?")
    assert not slack.problems


def test_when_the_queue_is_full_the_asker_is_told(running: Running) -> None:
    slack, release = running.slack, threading.Event()

    def hang(text: str) -> object:
        release.wait(PATIENCE_S)
        return pain_points(text)

    running.analyst.behave = hang  # type: ignore[assignment]
    for n in range(9):
        slack.send_event(slack.direct(f"question {n}", channel=f"D{n}"))
    slack.wait_for(lambda: slack.posted)
    assert "ask again in a minute" in slack.posted[0]["text"]
    release.set()
    slack.wait_for(lambda: len(slack.posted) == 9)


def test_a_follow_up_button_asks_its_question_in_the_thread(running: Running) -> None:
    slack = running.slack
    slack.send_event(slack.mention("what hurts?"))
    slack.wait_for(lambda: slack.posted)
    rows = [block["elements"] for block in slack.posted[0]["blocks"] if block["type"] == "actions"]
    buttons = [button for row in rows for button in row if button["action_id"].startswith(FOLLOW_UP)]
    assert [button["action_id"] for button in buttons] == [f"{FOLLOW_UP}:0", f"{FOLLOW_UP}:1"]
    envelope = slack.send_click(slack.posted[0], buttons[1])
    slack.wait_for(lambda: len(slack.posted) == 2)
    slack.wait_for(lambda: envelope in slack.acks)
    assert running.analyst.asked[1] == "How did onboarding do in Q3 2026?"
    assert slack.posted[1]["thread_ts"] == slack.posted[0]["thread_ts"]
    assert slack.posted[1]["text"].startswith("Question: How did onboarding do in Q3 2026?")


def test_a_failure_is_apologised_for_without_its_words(running: Running) -> None:
    slack = running.slack

    def fail(text: str) -> object:
        raise RuntimeError("secret detail")

    running.analyst.behave = fail  # type: ignore[assignment]
    slack.send_event(slack.direct("what hurts?"))
    slack.wait_for(lambda: slack.posted)
    assert "Something went wrong on my side (reference " in slack.posted[0]["text"]
    assert "secret" not in json.dumps(slack.posted[0])


@pytest.mark.parametrize("how", ["asked", "closed", "dropped"])
def test_a_lost_line_is_opened_again_and_questions_go_on(own: Running, how: str) -> None:
    slack = own.slack
    first = slack.sockets[-1]
    {"asked": slack.ask_to_reconnect, "closed": first.close, "dropped": first.drop}[how]()
    slack.wait_for(lambda: slack.connections == 2)
    first.drop()
    slack.wait_for(lambda: first not in slack.sockets)
    slack.send_event(slack.direct("still there?"))
    slack.wait_for(lambda: slack.posted)
    assert own.analyst.asked == ["still there?"]


def test_stopping_finishes_what_was_taken(own: Running) -> None:
    slack, release = own.slack, threading.Event()

    def hang(text: str) -> object:
        release.wait(PATIENCE_S)
        return pain_points(text)

    own.analyst.behave = hang  # type: ignore[assignment]
    slack.send_event(slack.direct("the last question"))
    slack.wait_for(lambda: own.analyst.asked)
    own.stop.set()
    for socket in list(slack.sockets):
        socket.drop()
    slack.wait_for(lambda: not slack.sockets)
    release.set()
    slack.wait_for(lambda: slack.posted)
