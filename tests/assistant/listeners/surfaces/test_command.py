"""`/journey …`: each verb is answered once, privately, and what is worth it can be shared."""

import pytest

from assistant.rendering.slack import FOLLOW_UP
from assistant.rendering.slack_tools import SHARE
from tests.assistant.listeners.surfaces.conftest import Office, element, elements, words_of
from tests.fake_slack import gestures


@pytest.mark.parametrize(
    ("typed", "asked", "said"),
    [
        ("ask what hurts customers in use?", "what hurts customers in use?", "late delivery"),
        ("what hurts customers in use?", "what hurts customers in use?", "late delivery"),
        ("summary onboarding", "Give me a summary of onboarding", "Onboarding"),
        ("summary", "Give me an overall summary", "pieces of feedback"),
        ("issues", "What keeps coming back?", "charged for a skipped week"),
        ("issues last month", "What keeps coming back last month?", ""),
        ("map onboarding", "What does our map say about onboarding?", "sign-up form"),
        ("map", "What does our map say?", "touchpoints"),
        ("map missing", "What does our map miss?", ""),
        ("ISSUES retention", "What keeps coming back in retention?", "charged for a skipped week"),
    ],
)
def test_a_verb_is_a_question_answered_once_and_privately(office: Office, typed: str, asked: str, said: str) -> None:
    slack = office.slack
    envelope = slack.send_command(typed)
    slack.wait_for(lambda: slack.responses and envelope in slack.acks)
    (answer,) = slack.responses
    assert answer["response_type"] == "ephemeral"
    assert answer["text"].startswith(f"Question: {asked}")
    assert said in answer["text"]
    assert not slack.posted
    assert not slack.problems


def test_help_lists_every_verb_and_asks_what_can_be_answered(office: Office) -> None:
    slack = office.slack
    for typed in ("help", ""):
        slack.send_command(typed)
    slack.wait_for(lambda: len(slack.responses) == 2)
    for answer in slack.responses:
        for verb in ("ask", "summary", "issues", "map", "subscribe", "settings", "help"):
            assert f"/journey {verb}" in answer["text"]
            assert f"/journey {verb}" in words_of(answer["blocks"])
        assert element(answer["blocks"], FOLLOW_UP)["value"].startswith("What hurts customers")


def share(office: Office, answer: dict[str, object]) -> None:
    button = element(answer["blocks"], SHARE)  # type: ignore[arg-type]
    ts = office.slack.methods.next_ts()
    office.slack.gesture(gestures.quiet_click(button, office.slack.response_url(), ts=ts))


def test_a_private_answer_is_shared_with_the_channel_by_a_click(office: Office) -> None:
    slack = office.slack
    slack.send_command("issues")
    slack.wait_for(lambda: slack.responses)
    private = slack.responses[0]
    share(office, private)
    slack.wait_for(lambda: slack.posted and len(slack.responses) == 2)
    (shared,) = slack.posted
    assert shared["channel"] == "C0TEAM"
    assert shared["text"].startswith("Shared by person\nQuestion: What keeps coming back?")
    assert "charged for a skipped week" in shared["text"]
    assert not [e for e in elements(shared["blocks"]) if e["action_id"] == SHARE]
    assert "Shared with the channel" in slack.responses[1]["text"]


def test_where_we_are_not_in_the_channel_sharing_says_how_to_mend_that(office: Office) -> None:
    slack = office.slack
    slack.send_command("issues")
    slack.wait_for(lambda: slack.responses)
    slack.methods.closed = {"C0TEAM"}
    share(office, slack.responses[0])
    slack.wait_for(lambda: len(slack.responses) == 2)
    slack.methods.closed = set()
    assert "I am not in this channel" in slack.responses[1]["text"]
    assert not slack.posted
