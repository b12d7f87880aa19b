"""Digests and alerts as Slack messages: whole in words, within the limits, and inert whatever stands in them."""

from datetime import UTC, date, datetime

import pytest

from assistant.digests.content import Digest, Section
from assistant.digests.tick import AlertParcel
from assistant.rendering.slack_digest import SECTIONS, render_alert, render_digest, render_handled, render_preview
from knowledge.periods import Period
from knowledge.subscriptions import Alert, Subscription
from tests.fake_slack import block_kit

AT = datetime(2026, 11, 2, 8, tzinfo=UTC)
WEEK = Period(start=date(2026, 10, 26), end=date(2026, 11, 2), label="26 October 2026 to 1 November 2026")
HOSTILE = ["<!channel> <@U1> <https://evil.example|safe>", "*bold* _it_ `code`", "a\u202eb\u200bc\0d", "x" * 5_000, "",
           '{"type": "section"}', "@here #general mailto:a@b.example"]  # fmt: skip


def sub(**changes):
    values = {"number": 3, "kind": "digest", "channel": "C1", "zone": "Europe/Vienna", "by": "U1", "at": AT,
              "weekday": 0, "minute": 540} | changes  # fmt: skip
    return Subscription(**values)


def digest(text="Nothing new.", **changes):
    values = {"subscription": sub(), "day": date(2026, 11, 2), "period": WEEK, "news": 0,
              "sections": (Section(title="New", headline=text, lines=(text,), question="What is new?"),)}  # fmt: skip
    return Digest(**(values | changes))


def alert(text="late delivery", **changes):
    raised = Alert(number=7, subscription=3, team="T1", channel="C1", theme="T1", status="rising", raised=AT,
                   onset=date(2026, 10, 5), seen=date(2026, 11, 2), state="raising")  # fmt: skip
    values = {"key": "alert:7:1", "alert": raised, "name": text, "line": f"{text}: 9 in all.", "reminder": False}
    return AlertParcel(**(values | {"by": "U1"} | changes))


def checked(message):
    problems = block_kit.check_message({"channel": "C1", "text": message.text, "blocks": list(message.blocks)})
    assert not problems
    return message


def test_a_digest_says_what_it_covers_who_set_it_up_and_how_to_stop_it():
    text = checked(render_digest(digest(), by="Ann")).text
    assert text.splitlines()[0] == "Weekly digest, 26 October 2026 to 1 November 2026 (all stages)"
    assert "Set up by Ann; to stop it: /journey subscribe stop 3" in text.replace("\u2060", "")


def test_a_late_one_and_one_that_covers_others_say_so():
    assert "This comes late: it was due on 2 November 2026." in render_digest(digest(late=True), by="Ann").text
    covering = render_digest(digest(missed=2, late=True), by="Ann").text
    assert "2 digests before were missed; this one covers them." in covering
    assert "1 digest before was missed; this one covers it." in render_digest(digest(missed=1), by="Ann").text


@pytest.mark.parametrize("hostile", HOSTILE)
def test_nothing_in_a_digest_or_an_alert_pings_links_or_breaks_it(hostile):
    many = digest(hostile, sections=digest(hostile).sections * (SECTIONS + 5), subscription=sub(stages=(hostile,)))
    shown = render_digest(many, by=hostile)
    handled = render_handled({"text": shown.text, "blocks": list(shown.blocks)}, hostile)
    raised = render_alert(alert(hostile), by=hostile)
    for message in (shown, handled, raised, render_preview(sub(), [shown], hostile)):
        checked(message)
        for sequence in ("<!", "<@", "<http", "*bold*", "`code`", "@here", "\u202e", "\0"):
            assert sequence not in message.text


def test_a_reminder_and_what_was_done_with_an_alert_are_told_in_its_place():
    assert render_alert(alert(reminder=True), by="Ann").text.startswith("Reminder: late delivery")
    first = checked(render_alert(alert(), by="Ann"))
    once = checked(render_handled({"text": first.text, "blocks": list(first.blocks)}, "Ann takes it on."))
    twice = checked(render_handled({"text": first.text, "blocks": list(once.blocks)}, "Acknowledged by Ben."))
    assert len(twice.blocks) == len(once.blocks) == len(first.blocks) + 1
    assert [block["type"] for block in twice.blocks][-1] == "actions"
