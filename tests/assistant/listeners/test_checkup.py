"""The check-up: what Slack says of our token, scope by scope."""

from collections.abc import Iterator

import pytest

from assistant.app import build_client
from assistant.listeners.checkup import check_up
from assistant.manifest import bot_scopes
from tests.fake_slack import FakeSlack


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as fake:
        yield fake


def test_with_all_scopes_nothing_is_wrong(slack: FakeSlack) -> None:
    slack.scopes = bot_scopes()
    found = check_up(build_client(slack.bot_token, api_url=slack.url))
    assert (found.workspace, found.problems) == ("Fake", ())


def test_each_missing_scope_is_named_with_what_it_is_for(slack: FakeSlack) -> None:
    slack.scopes = [scope for scope in bot_scopes() if scope not in ("users:read", "im:history")]
    found = check_up(build_client(slack.bot_token, api_url=slack.url))
    assert [problem.partition(":")[0] + problem.partition(":")[1] for problem in found.problems[:2]] == [
        "The bot lacks the scope im:",
        "The bot lacks the scope users:",
    ]
    assert "to tell guests from members" in found.problems[1]
    assert "reinstall" in found.problems[-1]


def test_a_refused_token_and_a_slack_out_of_reach_are_told_apart(slack: FakeSlack) -> None:
    refused = check_up(build_client("xoxb-wrong", api_url=slack.url))
    assert "Slack refuses SLACK_BOT_TOKEN (invalid_auth)" in refused.problems[0]
    assert "xoxb-wrong" not in refused.problems[0]
    client = build_client("xoxb-1", api_url="http://127.0.0.1:9/")
    client.retry_handlers = []
    assert "could not be asked" in check_up(client).problems[0]
