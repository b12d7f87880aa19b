"""Over HTTP: the same answers as over a socket, and nothing for whoever is not Slack or not one of ours."""

import contextlib
import json
import logging
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from assistant.app import (
    Address,
    build_app,
    build_client,
    build_desk,
    build_installations,
    build_oauth,
    serve,
    serve_http,
)
from assistant.rendering.slack import FOLLOW_UP
from assistant.replies import Replies
from assistant.settings import Settings
from knowledge.errors import SettingsError
from knowledge.store import open_store, prepare
from knowledge.store.inbox import InboxRows
from tests.assistant.listeners.conftest import Running, StubAnalyst, served_over_http
from tests.fake_slack import PATIENCE_S, FakeSlack, HttpLine
from tests.fake_slack.http_line import encoded
from tests.fake_slack.payloads import command, event_callback

SECRET = "a secret of Slack's"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with served_over_http(tmp_path_factory.mktemp("http"), SECRET) as running:
        yield running


def line(running: Running) -> HttpLine:
    assert running.slack.http
    return running.slack.http


def signed_mention(running: Running, **body: object) -> str:
    event = event_callback(running.slack.mention("let me in"), f"Ev{time.monotonic_ns()}")
    return json.dumps(event | body)


def test_a_mention_a_message_a_command_and_a_click_are_answered(running: Running) -> None:
    slack = running.slack
    mention = slack.mention("what hurts?")
    slack.send_event(mention, times=3)
    slack.send_event(slack.direct("still there?"))
    slack.wait_for(lambda: len(slack.posted) == 2)
    envelope = slack.send_command("ask and privately?")
    slack.wait_for(lambda: slack.responses and envelope in slack.acks)
    answer = next(message for message in slack.posted if message.get("thread_ts") == mention["ts"])
    buttons = [one for block in answer["blocks"] if block["type"] == "actions" for one in block["elements"]]
    slack.send_click(answer, next(one for one in buttons if one["action_id"].startswith(FOLLOW_UP)))
    slack.wait_for(lambda: len(slack.posted) == 3)
    assert not slack.problems


def test_slacks_check_of_the_address_is_answered(running: Running) -> None:
    status, body = line(running).post(json.dumps({"type": "url_verification", "challenge": "c-1"}), "application/json")
    assert (status, json.loads(body)) == (200, {"challenge": "c-1"})


def test_health_tells_figures_and_no_secrets(running: Running) -> None:
    status, body = line(running).request("GET", "/health")
    assert status == 200
    assert json.loads(body) == {"status": "ok", "workers": 2, "waiting": 0, "oldest_s": None}


def refusals(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.getMessage().startswith("refused")]


@pytest.mark.parametrize(
    ("trick", "said"),
    [
        ({"X-Slack-Signature": "v0=" + "0" * 64}, "its signature is forged"),
        ({"X-Slack-Signature": ""}, "it is not signed"),
        ({"X-Slack-Request-Timestamp": "soon"}, "its timestamp is too old, or ahead"),
        ({"X-Slack-Request-Timestamp": "9" * 40}, "its timestamp is too old, or ahead"),
    ],
)
def test_a_forged_request_is_refused(
    running: Running, caplog: pytest.LogCaptureFixture, trick: dict[str, str], said: str
) -> None:
    with caplog.at_level(logging.DEBUG):
        status, _ = line(running).post(signed_mention(running), "application/json", **trick)
    assert status == 401
    assert said in " ".join(refusals(caplog))
    assert "let me in" not in caplog.text
    assert running.analyst.asked == []


@pytest.mark.parametrize("seconds", [-301, 301])
def test_an_old_timestamp_is_refused_although_it_is_signed(
    running: Running, caplog: pytest.LogCaptureFixture, seconds: int
) -> None:
    status, _ = line(running).post(signed_mention(running), "application/json", at=time.time() + seconds)
    assert status == 401
    assert running.analyst.asked == []
    assert "too old, or ahead" in " ".join(refusals(caplog))


def test_a_request_signed_with_another_secret_is_refused(running: Running, caplog: pytest.LogCaptureFixture) -> None:
    other = replace(line(running), secret="a stranger's own")
    with caplog.at_level(logging.DEBUG):
        assert other.post(signed_mention(running), "application/json")[0] == 401
        form, kind = encoded("slash_commands", command("ask x", "http://localhost/", trigger="t") | {"ssl_check": "1"})
        assert other.post(form, kind)[0] == 401
    for secret in (SECRET, "a stranger's own", "v0="):
        assert secret not in caplog.text
    assert running.analyst.asked == []


def test_a_signed_request_for_a_foreign_workspace_is_refused(
    running: Running, caplog: pytest.LogCaptureFixture
) -> None:
    foreign = {"team_id": "T0OTHER", "authorizations": [{"team_id": "T0OTHER", "enterprise_id": None}]}
    assert line(running).post(signed_mention(running, **foreign), "application/json")[0] == 403
    form, kind = encoded("slash_commands", command("ask x", "http://localhost/", trigger="t") | {"team_id": "T0OTHER"})
    assert line(running).post(form, kind)[0] == 403
    assert "refused a request for workspace 'T0OTHER': the app isn't installed there" in refusals(caplog)
    assert running.analyst.asked == []


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/", 404), ("GET", "/slack/events", 404), ("POST", "/health", 404), ("GET", "/slack/install", 404)],
)
def test_other_ways_lead_nowhere(running: Running, method: str, path: str, status: int) -> None:
    assert line(running).request(method, path)[0] == status


def test_what_is_too_large_or_no_text_is_refused(running: Running) -> None:
    with contextlib.suppress(ConnectionError):  # it may hang up while we are still sending
        assert line(running).post("x" * (1024 * 1024 + 1), "application/json")[0] == 413
    for content in ("", "[]", "null", "{", '"x"', "payload=%7B"):
        assert line(running).post(content, "application/json")[0] in (400, 404, 500)
    assert running.analyst.asked == []


def test_what_cannot_be_kept_is_not_acknowledged(tmp_path: Path) -> None:
    with served_over_http(tmp_path, SECRET) as running:
        body = signed_mention(running)
        hidden = running.db.with_suffix(".hidden")
        running.db.rename(hidden)
        assert line(running).post(body, "application/json")[0] == 500
        hidden.rename(running.db)
        assert line(running).post(body, "application/json", **{"X-Slack-Retry-Num": "1"})[0] == 200
        running.slack.wait_for(lambda: running.slack.posted)


# Several workspaces


@dataclass
class Workspaces:
    """An app that workspaces install for themselves."""

    slack: FakeSlack
    settings: Settings
    db: Path
    line: HttpLine

    def install(self, team: str) -> tuple[int, str]:
        """Walk through Slack's pages as an administrator's browser does."""
        status, page = self.line.request("GET", "/slack/install")
        assert status == 200
        state = page.partition("state=")[2].partition("&")[0].partition('"')[0]
        cookie = {"Cookie": f"slack-app-oauth-state={state}"}
        return self.line.request("GET", f"/slack/oauth_redirect?code=code-{team}&state={state}", "", cookie)

    def mention(self, team: str, text: str = "what hurts?") -> int:
        """Let somebody in a workspace mention the bot; return the status."""
        body = event_callback(self.slack.mention(text), f"Ev{time.monotonic_ns()}")
        body |= {"team_id": team, "authorizations": [{"team_id": team, "enterprise_id": None}]}
        return self.line.post(json.dumps(body), "application/json")[0]

    def event(self, team: str, event: dict[str, object]) -> int:
        """Tell the app of something that happened in a workspace."""
        body = event_callback(event, f"Ev{time.monotonic_ns()}")
        body |= {"team_id": team, "authorizations": [{"team_id": team, "enterprise_id": None}]}
        return self.line.post(json.dumps(body), "application/json")[0]


@pytest.fixture
def workspaces(tmp_path: Path) -> Iterator[Workspaces]:
    db, stop, listening, ports = tmp_path / "journey.db", threading.Event(), threading.Event(), []
    prepare(db)
    with FakeSlack() as slack:
        slack.methods.teams.clear()
        settings = Settings(db=str(db), slack_client_id="client-id", slack_client_secret="client-secret",
                            slack_api_url=slack.url)  # fmt: skip
        desk = build_desk(Replies(StubAnalyst()), db, threads=2, pace=timedelta())
        client, installations = build_client(None, api_url=slack.url), build_installations(settings)
        app = build_app(client, desk, signing_secret=SECRET, installations=installations)

        def ready(port: int) -> None:
            ports.append(port)
            listening.set()

        more = {"address": Address(port=0), "signing_secret": SECRET, "stop": stop, "ready": ready,
                "oauth": build_oauth(settings, client, installations)}  # fmt: skip
        serving = threading.Thread(target=serve_http, args=(app, desk), kwargs=more)
        serving.start()
        assert listening.wait(PATIENCE_S)
        yield Workspaces(slack=slack, settings=settings, db=db, line=HttpLine(port=ports[0], secret=SECRET))
        stop.set()
        serving.join(timeout=PATIENCE_S)


def test_each_workspace_is_answered_with_its_own_token(workspaces: Workspaces) -> None:
    slack = workspaces.slack
    assert [workspaces.install(team)[0] for team in ("T1", "T2")] == [200, 200]
    assert [workspaces.mention(team) for team in ("T1", "T2", "T3")] == [200, 200, 403]
    slack.wait_for(lambda: len(slack.posted) == 2)
    assert sorted(slack.methods.teams.values()) == ["T1", "T2"]


def test_tokens_do_not_stand_in_the_file_and_a_new_one_replaces_the_old(workspaces: Workspaces) -> None:
    workspaces.install("T1")
    workspaces.install("T1")
    tokens = list(workspaces.slack.methods.teams)
    with open_store(workspaces.db) as store:
        assert store.db["slack_installations"].count == 1
    held = b"".join(file.read_bytes() for file in workspaces.db.parent.glob("journey.db*"))
    for token in tokens:
        assert token.encode() not in held
    workspaces.settings.slack_key_path.write_bytes(b"k" * 32)
    with pytest.raises(SettingsError, match="sealed with another key"):
        build_installations(workspaces.settings).find("T1")


@pytest.mark.parametrize(
    "event",
    [{"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["U0BOT"]}}],
    ids=lambda event: event["type"],
)
def test_a_workspace_that_leaves_is_forgotten_and_then_refused(
    workspaces: Workspaces, event: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    slack = workspaces.slack
    workspaces.install("T1")
    workspaces.install("T2")
    assert workspaces.mention("T1") == 200
    slack.wait_for(lambda: slack.posted)
    assert workspaces.event("T1", event) == 200
    assert workspaces.mention("T1") == 403
    with open_store(workspaces.db) as store:
        assert [row["workspace"] for row in store.db["slack_installations"].rows] == ["T2"]
        assert InboxRows(store.db).outcomes() == {}
        assert store.db["slack_outbox"].count == 0
    assert "the app isn't installed there" in caplog.text
    assert "xoxb-" not in caplog.text
    assert workspaces.mention("T2") == 200


def test_a_persons_revoked_token_changes_nothing(workspaces: Workspaces) -> None:
    workspaces.install("T1")
    assert workspaces.event("T1", {"type": "tokens_revoked", "tokens": {"oauth": ["U1"]}}) == 200
    assert workspaces.mention("T1") == 200


def test_an_installation_that_nobody_began_here_is_refused(workspaces: Workspaces) -> None:
    line = workspaces.line
    cookie = {"Cookie": "slack-app-oauth-state=made-up"}
    assert line.request("GET", "/slack/oauth_redirect?code=code-T9&state=made-up", "", cookie)[0] == 401
    assert line.request("GET", "/slack/oauth_redirect?code=code-T9&state=made-up")[0] == 400
    with open_store(workspaces.db) as store:
        assert store.db["slack_installations"].count == 0


@pytest.mark.parametrize(
    ("settings", "http", "said"),
    [
        ({"slack_client_id": "1"}, None, "belong together"),
        ({"slack_client_id": "1", "slack_client_secret": "2", "slack_bot_token": "xoxb-1"}, None, "Unset the one"),
        ({"slack_client_id": "1", "slack_client_secret": "2"}, None, "needs HTTP"),
        ({"slack_bot_token": "xoxb-1"}, Address(port=0), "SLACK_SIGNING_SECRET is not set"),
    ],
)
def test_ways_that_do_not_go_together_are_told_apart(settings: dict[str, str], http: Address | None, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        serve(Settings(**settings), StubAnalyst(), http=http)


def test_bolt_takes_nothing_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"):
        monkeypatch.setenv(name, "")
    prepare(tmp_path / "journey.db")
    desk = build_desk(Replies(StubAnalyst()), tmp_path / "journey.db")
    with FakeSlack() as slack:
        app = build_app(build_client(slack.bot_token, api_url=slack.url), desk, signing_secret="own")
    assert (app.client.token, app.oauth_flow, app._signing_secret) == (slack.bot_token, None, "own")
