"""The Slack process: it starts where its tokens are good, says what is missing, and stops as it is asked to."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.app import build_app, build_client, build_desk, serve
from assistant.replies import Replies
from assistant.settings import Settings
from knowledge.errors import SettingsError
from knowledge.store import prepare
from tests.fake_slack import FakeSlack, HttpLine

PROGRAM = """
import logging, sys, time
from assistant.app import Address, serve
from assistant.settings import Settings
from tests.assistant.rendering.answers import pain_points

class Slow:
    def answer(self, text, *, as_of):
        print("working", flush=True)
        time.sleep(0.5)
        return pain_points(text)

port = int(sys.argv[1]) if len(sys.argv) > 1 else None
serve(Settings.from_env(dotenv=None), Slow(), http=Address(port=port) if port else None)
"""


class Silent:
    def answer(self, text: str, *, as_of: object) -> object:
        raise AssertionError("nobody asked")


@pytest.mark.parametrize(
    ("settings", "missing"),
    [(Settings(), "SLACK_BOT_TOKEN"), (Settings(slack_bot_token="xoxb-1"), "SLACK_APP_TOKEN")],
)
def test_a_missing_token_is_named_with_the_place_to_find_it(settings: Settings, missing: str) -> None:
    with pytest.raises(SettingsError, match=f"{missing} is not set. Copy it from"):
        serve(settings, Silent())  # type: ignore[arg-type]


def test_a_token_that_slack_does_not_know_is_said_to_be_wrong(tmp_path: Path) -> None:
    prepare(tmp_path / "journey.db")
    desk = build_desk(Replies(Silent()), tmp_path / "journey.db")  # type: ignore[arg-type]
    with FakeSlack() as slack, pytest.raises(SettingsError, match="Slack refused SLACK_BOT_TOKEN") as refused:
        build_app(build_client("xoxb-wrong", api_url=slack.url), desk)
    assert "xoxb-wrong" not in str(refused.value)


@pytest.mark.parametrize("written", ["http://127.0.0.1:1/api", "http://127.0.0.1:1/api/"])
def test_the_api_url_reaches_the_client_with_or_without_its_last_slash(written: str) -> None:
    assert build_client("xoxb-1", api_url=written).base_url == "http://127.0.0.1:1/api/"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="SIGTERM is not delivered on Windows")
@pytest.mark.parametrize("way", ["socket mode", "http"])
def test_sigterm_ends_the_process_after_the_answer_that_it_was_working_on(tmp_path: Path, way: str) -> None:
    with FakeSlack() as slack:
        port = free_port() if way == "http" else 0
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "JOURNEY_"))},
            "JOURNEY_DB": str(tmp_path / "journey.db"),
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_API_URL": slack.url,
            "SLACK_SIGNING_SECRET": "a secret of Slack's",
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }
        command = [sys.executable, "-c", PROGRAM, *([str(port)] if port else [])]
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
            try:
                slack.wait_for(lambda: slack.sockets or (port and listens(port)), timeout_s=60)
                slack.http = HttpLine(port=port, secret="a secret of Slack's") if port else None
                slack.send_event(slack.mention("the last question"))
                assert process.stdout is not None
                assert process.stdout.readline() == "working\n"
                process.send_signal(signal.SIGTERM)
                assert process.wait(timeout=120) == 0
            finally:
                process.kill()  # a process that was never reached would be waited for
        assert len(slack.posted) == 1
