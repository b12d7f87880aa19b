"""What arrives: whose words are for us, and what they are."""

import json
from pathlib import Path

import pytest

from assistant.listeners.incoming import is_for_us, plain_words
from tests.fuzz.slack_entry import dispatch


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("<@U0BOT> what hurts?", "what hurts?"),
        ("hey <@U0BOT>, what   hurts\nin onboarding?", "hey , what hurts in onboarding?"),
        ("<@U0BOT|journey>", ""),
        ("what does <@U1|ann> say in <#C1|support>?", "what does @ann say in #support?"),
        ("<@U1> and <!here> and <!subteam^S1|@team>", "@U1 and @here and @team"),
        ("see <https://a.example/x?y=1&amp;z=2|the page> or <https://a.example>", "see the page or https://a.example"),
        ("mail <mailto:a@b.example|a@b.example>", "mail a@b.example"),
        ("ratings &lt; 3 &amp; &gt; 1", "ratings < 3 & > 1"),
        ("literally &amp;lt;", "literally &lt;"),
        ("a < b", "a < b"),
    ],
)
def test_words_are_read_as_they_were_typed(typed: str, words: str) -> None:
    assert plain_words(typed, "U0BOT") == words


PERSON = {"user": "U1", "text": "hello", "ts": "1.0", "channel": "D1"}


@pytest.mark.parametrize("subtype", [None, "file_share", "thread_broadcast", "me_message"])
def test_what_a_person_says_is_for_us(subtype: str | None) -> None:
    assert is_for_us(PERSON | {"subtype": subtype}, "U0BOT")


@pytest.mark.parametrize(
    "change",
    [
        {"user": None},
        {"user": "U0BOT"},
        {"user": "USLACKBOT"},
        {"bot_id": "B1"},
        {"hidden": True},
        {"subtype": "message_changed"},
        {"subtype": "message_deleted"},
        {"subtype": "bot_message"},
        {"subtype": "channel_join"},
        {"subtype": "assistant_app_thread"},
    ],
)
def test_what_nobody_says_is_not_for_us(change: dict[str, object]) -> None:
    assert not is_for_us(PERSON | change, "U0BOT")


@pytest.mark.shared
def test_slacks_own_samples_are_told_apart(shared_data: Path) -> None:
    folder = shared_data.parent / "slack" / "payload-samples" / "bolt-python"
    if not folder.is_dir():
        pytest.skip("SKIPPED LOUDLY: no payload samples here")

    def heard(name: str) -> bool:
        return is_for_us(json.loads((folder / f"{name}.json").read_text())["event"], "U0BOT")

    said = ("app_mention", "app_mention_socket", "message_file_share_event", "message_thread_broadcast", "message_user")
    not_said = (
        "message_changed",
        "message_deleted",
        "message_bot",
        "message_classic_bot",
        "self_message_via_response_url",
    )
    assert [name for name in said if not heard(name)] == []
    assert [name for name in not_said if heard(name)] == []


@pytest.mark.shared
def test_slacks_own_samples_of_messages_go_through_the_app_and_only_questions_come_out(shared_data: Path) -> None:
    folder = shared_data.parent / "slack" / "payload-samples"
    if not folder.is_dir():
        pytest.skip("SKIPPED LOUDLY: no payload samples here")
    kinds = {"app_mention", "message", "agent_session_stopped", "app_uninstalled", "tokens_revoked"}
    asked = {}
    for file in sorted((*folder.glob("bolt-python/*.json"), *folder.glob("docs-slack-dev/*.json"))):
        body = json.loads(file.read_text())
        if (body.get("event") or {}).get("type") in kinds:
            asked[file.stem] = [ask.asker for ask in dispatch(body)]
    assert len(asked) > 12
    heard = {name for name, askers in asked.items() if askers}
    assert {"app_mention", "org_app_mention", "shared_channel_app_mention", "message_im"} <= heard
    assert not heard & {"message_bot", "message_classic_bot", "message_deleted", "self_message", "message_channel"}
