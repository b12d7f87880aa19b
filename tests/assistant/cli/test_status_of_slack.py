"""`journey status` on Slack: what is set, what Slack says of it, and how to mend what is missing."""

import json
from collections.abc import Iterator

import pytest

from assistant.manifest import bot_scopes
from tests.fake_slack import FakeSlack


@pytest.fixture
def slack(monkeypatch: pytest.MonkeyPatch, run_journey: object) -> Iterator[FakeSlack]:
    with FakeSlack() as fake:
        monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-fake")
        monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-fake")
        monkeypatch.setenv("SLACK_API_URL", fake.url)
        yield fake


def test_where_all_is_granted_the_workspace_is_named(slack, run_journey):
    slack.scopes = bot_scopes()
    output = run_journey("status").output
    assert "Slack: workspace Fake, bot journey" in output
    assert "xoxb-fake" not in output


def test_missing_scopes_are_listed_with_what_to_do(slack, run_journey):
    slack.scopes = [scope for scope in bot_scopes() if scope != "im:history"]
    problems = json.loads(run_journey("status", "--json").output)["problems"]
    assert "The bot lacks the scope im:history: to hear direct messages." in problems
    assert any("reinstall the app" in problem for problem in problems)


def test_with_a_signing_secret_no_app_token_is_missed(slack, run_journey, monkeypatch):
    slack.scopes = bot_scopes()
    monkeypatch.delenv("SLACK_APP_TOKEN")
    assert "SLACK_APP_TOKEN not set" in run_journey("status").output
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "a secret of Slack's")
    assert "not set. The README" not in run_journey("status").output


def test_two_ways_that_are_mixed_up_are_told_apart(slack, run_journey, monkeypatch):
    monkeypatch.setenv("SLACK_CLIENT_ID", "1")
    monkeypatch.setenv("SLACK_CLIENT_SECRET", "2")
    assert "Unset the one that you don't mean" in run_journey("status").output
    monkeypatch.delenv("SLACK_BOT_TOKEN")
    assert "Slack: workspaces 0" in run_journey("status").output


def test_the_manifest_for_http_needs_a_public_address(run_journey):
    over_http = json.loads(run_journey("manifest", "--http", "https://journey.example").output)
    assert over_http["settings"]["socket_mode_enabled"] is False
    assert "https://" in run_journey("manifest", "--http", "http://localhost:3000", ok=False).output
