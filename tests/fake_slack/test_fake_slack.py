"""Our own Slack refuses what Slack refuses, and fails when it is told to."""

import json
from pathlib import Path

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.fake_slack import FakeSlack, rate_limited, server_error
from tests.fake_slack.block_kit import check_message, check_view

TEXT = {"type": "section", "text": {"type": "plain_text", "text": "x"}}


def client(slack: FakeSlack, token: str | None = None) -> WebClient:
    return WebClient(token=token or slack.bot_token, base_url=slack.url, retry_handlers=[])


def refusal(error: pytest.ExceptionInfo[SlackApiError]) -> str:
    return str(error.value.response["error"])


def test_it_knows_its_bot_and_no_other() -> None:
    with FakeSlack() as slack:
        assert client(slack).auth_test()["user_id"] == slack.bot_user
        with pytest.raises(SlackApiError) as error:
            client(slack, "xoxb-wrong").auth_test()
        assert refusal(error) == "invalid_auth"


def test_a_method_that_it_lacks_is_unknown() -> None:
    with FakeSlack() as slack, pytest.raises(SlackApiError) as error:
        client(slack).api_call("canvases.create")
    assert refusal(error) == "unknown_method"


def test_messages_are_kept_with_growing_timestamps_and_can_be_changed() -> None:
    with FakeSlack() as slack:
        first = client(slack).chat_postMessage(channel="C1", text="one")
        second = client(slack).chat_postMessage(channel="C1", text="two", thread_ts=first["ts"])
        client(slack).chat_update(channel="C1", ts=first["ts"], text="uno")
        assert [message["text"] for message in slack.posted] == ["uno", "two"]
        assert first["ts"] < second["ts"]


def test_a_payload_that_slack_would_refuse_is_refused_and_remembered() -> None:
    with FakeSlack() as slack:
        with pytest.raises(SlackApiError) as error:
            client(slack).chat_postMessage(channel="C1", text="x", blocks=[{"type": "section"}])
        assert refusal(error) == "invalid_blocks"
        assert slack.problems == ["chat.postMessage: /blocks/0: a section needs text or fields"]
        assert not slack.posted


def test_faults_come_in_the_order_in_which_they_were_ordered() -> None:
    with FakeSlack() as slack:
        slack.order("chat.postMessage", rate_limited(7))
        slack.order("chat.postMessage", server_error(500))
        with pytest.raises(SlackApiError) as limited:
            client(slack).chat_postMessage(channel="C1", text="x")
        assert (limited.value.response.status_code, limited.value.response.headers["Retry-After"]) == (429, "7")
        with pytest.raises(SlackApiError) as broken:
            client(slack).chat_postMessage(channel="C1", text="x")
        assert broken.value.response.status_code == 500
        assert client(slack).chat_postMessage(channel="C1", text="x")["ok"]


@pytest.mark.parametrize(
    "blocks",
    [
        [TEXT] * 51,
        [TEXT | {"colour": "red"}],
        [{"type": "section"}],
        [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}],
        [{"type": "section", "text": {"type": "mrkdwn", "text": ""}}],
        [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
        [{"type": "context", "elements": []}],
        [{"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "x" * 76}}]}],
        [
            {
                "type": "rich_text",
                "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": ""}]}],
            }
        ],
        [{"type": "hologram"}],
        [TEXT | {"block_id": "a"}, TEXT | {"block_id": "a"}],
    ],
)
def test_blocks_beyond_slacks_limits_are_found(blocks: list[dict[str, object]]) -> None:
    assert check_message({"channel": "C1", "text": "x", "blocks": blocks})


def test_blocks_need_a_text_beside_them() -> None:
    assert check_message({"channel": "C1", "blocks": [TEXT]})
    assert not check_message({"channel": "C1", "text": "x", "blocks": [TEXT]})


@pytest.mark.shared
def test_it_finds_fault_where_the_shared_validator_does(shared_data: Path) -> None:
    """The examples are written for Slack's own types; ours knows fewer, so it may refuse more, and never less."""
    folder = shared_data.parent / "slack" / "blockkit" / "examples"
    if not folder.is_dir():
        pytest.skip("SKIPPED LOUDLY: no examples here")
    missed = []
    for file in sorted(folder.glob("bad-*.json")):
        payload = json.loads(file.read_text())
        if isinstance(payload, list):
            payload = {"text": "x", "blocks": payload}
        view = payload.get("type") in ("modal", "home")
        if not (check_view(payload) if view else check_message(payload)):
            missed.append(file.name)
    # A message without anything is refused by `chat.postMessage` itself (no_text).
    assert missed in ([], ["bad-no-text.json"])
    for name in ("ok-message", "ok-modal", "ok-home"):
        payload = json.loads((folder / f"{name}.json").read_text())
        assert (check_view(payload) if payload.get("type") in ("modal", "home") else check_message(payload)) == [], name
