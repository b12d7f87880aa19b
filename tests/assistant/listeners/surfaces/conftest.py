"""A real app on a real file, in Socket Mode against our own Slack; what it posts is checked by our own rules."""

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from slack_bolt import App

from assistant.answers.analyst import Analyst
from assistant.app import Address, build_app, build_client, build_desk, serve_http, serve_socket
from assistant.clerk import Clerk
from assistant.listeners.desk import Desk
from assistant.listeners.people import People
from assistant.replies import Replies
from assistant.viewpoints import Viewpoints
from knowledge.store import Store, open_store
from tests.assistant.answers import world
from tests.conftest import ToyEmbedder
from tests.fake_slack import PATIENCE_S, FakeSlack, HttpLine, gestures

Json = dict[str, Any]
SECRET = "a secret of Slack's"
NOW = datetime(2026, 11, 1, 9, tzinfo=UTC)


@dataclass
class Office:
    """Slack, the app that it talks to, and the file behind it."""

    slack: FakeSlack
    app: App
    desk: Desk
    db: Path
    clerk: Clerk
    stop: threading.Event

    def store(self) -> AbstractContextManager[Store]:
        return open_store(self.db)

    def home(self, user: str = "U0PERSON") -> Json:
        """Return what stands on somebody's Home tab."""
        return self.slack.methods.surfaces.homes[user]

    def modal(self, callback: str, ready: Callable[[Json], object] = lambda view: True) -> Json:
        """Wait for the newest modal with that callback_id, and until it is `ready`; return it."""

        def find() -> Json | None:
            held = [v for v in list(self.slack.methods.surfaces.modals.values()) if v.get("callback_id") == callback]
            return held[-1] if held and ready(held[-1]) else None

        return self.slack.wait_for(find)


@contextmanager
def opened(db: Path, floor: int = 1, *, http: bool = False) -> Iterator[Office]:
    """Serve the file as `journey serve` does, or `journey serve --http`."""
    analyst = Analyst(db, ToyEmbedder(), floor=floor)
    clerk = Clerk(db=db, key=db.with_name(db.name + ".key"), analyst=analyst, floor=floor)
    stop = threading.Event()
    started = datetime.now(UTC)
    desk = build_desk(Replies(analyst), db, now=lambda: NOW + (datetime.now(UTC) - started), pace=timedelta(0))
    with FakeSlack() as slack:
        app = build_app(build_client(slack.bot_token, api_url=slack.url), desk, clerk=clerk, signing_secret=SECRET)

        def listening(port: int) -> None:
            slack.http = HttpLine(port=port, secret=SECRET)

        over_socket = {"app_token": slack.app_token, "stop": stop, "ping_s": 0.5}
        over_http = {"address": Address(port=0), "signing_secret": SECRET, "stop": stop, "ready": listening}
        serve, arguments = (serve_http, over_http) if http else (serve_socket, over_socket)
        serving = threading.Thread(target=serve, args=(app, desk), kwargs=arguments)
        serving.start()
        slack.wait_for(lambda: slack.http or slack.sockets)
        yield Office(slack=slack, app=app, desk=desk, db=db, clerk=clerk, stop=stop)
        stop.set()
        for socket in list(slack.sockets):
            socket.drop()  # the SDK waits for up to 3 s in `recv` before it closes
        serving.join(timeout=PATIENCE_S)
        assert not slack.problems, slack.problems


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return world.build(tmp_path_factory.mktemp("office") / "company.db", ToyEmbedder())


@pytest.fixture(scope="module", params=["socket", pytest.param("http", marks=pytest.mark.slow)])
def shared_office(
    company: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Office]:
    """Serve a copy of the company in one way, then, among the slow proofs, in the other."""
    copy = Path(shutil.copy(company, tmp_path_factory.mktemp("office") / "company.db"))
    with opened(copy, http=request.param == "http") as office:
        yield office


@pytest.fixture
def office(shared_office: Office) -> Office:
    """Return the app that the module's tests share, with all marks wiped."""
    shared_office.slack.forget()
    return shared_office


@pytest.fixture
def own_office(company: Path, tmp_path: Path) -> Iterator[Office]:
    """Yield an app over a copy of the company, for a test to change."""
    with opened(Path(shutil.copy(company, tmp_path / "company.db"))) as office:
        yield office


@dataclass
class Governed:
    """An app that asks the policy, and what Slack says of users and channels where a test sets it."""

    slack: FakeSlack
    desk: Desk
    db: Path
    viewpoints: Viewpoints
    users: dict[str, Json]
    channels: dict[str, Json]

    def typed(self, text: str, **more: object) -> Json:
        """Type a command and return the private reply."""
        before = len(self.slack.responses)
        self.slack.send_command(text, **more)
        self.slack.wait_for(lambda: len(self.slack.responses) > before, PATIENCE_S)
        return self.slack.responses[-1]

    def clicked(self, reply: Json, action_id: str, user: str = "U0PERSON") -> Json:
        """Click a button of a private reply and return what comes back."""
        before = len(self.slack.responses)
        body = gestures.quiet_click(
            element(reply["blocks"], action_id), self.slack.response_url(), ts=self.slack.methods.next_ts()
        )
        body["user"]["id"] = user
        self.slack.gesture(body)
        self.slack.wait_for(lambda: len(self.slack.responses) > before, PATIENCE_S)
        return self.slack.responses[-1]

    def mentioned(self, text: str, **more: object) -> Json:
        """Mention the bot and return its answer."""
        before = len(self.slack.posted)
        self.slack.send_event(self.slack.mention(text, **more))
        self.slack.wait_for(lambda: len(self.slack.posted) > before, PATIENCE_S)
        return self.slack.posted[-1]


@pytest.fixture
def governed(company: Path, tmp_path: Path) -> Iterator[Governed]:
    db = Path(shutil.copy(company, tmp_path / "company.db"))
    toy = ToyEmbedder()
    analyst = Analyst(db, toy)
    analyst.warm_up()
    viewpoints = Viewpoints(db, analyst, lambda opener: Analyst(opener, toy))
    clerk = Clerk(db=db, key=db.with_name("key"), analyst=analyst, viewpoints=viewpoints)
    people = People(db=db, admins=frozenset({"U0ADMIN"}), default="viewer")
    desk = build_desk(Replies(analyst, seen_from=viewpoints.at), db, now=lambda: NOW, pace=timedelta(0), people=people)
    stop = threading.Event()
    with FakeSlack() as slack:
        users: dict[str, Json] = {}
        channels: dict[str, Json] = {}
        plain_user, plain_channel = slack.methods._user, slack.methods._conversation

        def user(args: Json) -> Json:
            found = plain_user(args)
            return {"user": found["user"] | users.get(args["user"], {})}

        def channel(args: Json) -> Json:
            found = plain_channel(args)
            return {"channel": found["channel"] | channels.get(args["channel"], {})}

        slack.methods._by_name |= {"users.info": user, "conversations.info": channel}
        app = build_app(build_client(slack.bot_token, api_url=slack.url), desk, clerk=clerk)
        arguments = {"app_token": slack.app_token, "stop": stop, "ping_s": 0.5}
        serving = threading.Thread(target=serve_socket, args=(app, desk), kwargs=arguments)
        serving.start()
        slack.wait_for(lambda: slack.sockets)
        yield Governed(slack=slack, desk=desk, db=db, viewpoints=viewpoints, users=users, channels=channels)
        stop.set()
        for socket in list(slack.sockets):
            socket.drop()
        serving.join(timeout=PATIENCE_S)
        assert not slack.problems, slack.problems


def words_of(payload: Json | list[Any]) -> str:
    """Return everything that a person can read in a payload, in order."""
    if isinstance(payload, list):
        return " ".join(words_of(part) for part in payload if isinstance(part, dict | list))
    own = payload.get("text")
    found = [own] if isinstance(own, str) else []
    return " ".join([*found, *(words_of(part) for part in payload.values() if isinstance(part, dict | list))])


def elements(payload: Json | list[Any]) -> Iterator[Json]:
    """Yield every object of a payload that has an action_id."""
    if isinstance(payload, list):
        for part in payload:
            yield from elements(part)
    elif isinstance(payload, dict):
        if "action_id" in payload:
            yield payload
        for part in payload.values():
            if isinstance(part, dict | list):
                yield from elements(part)


def element(payload: Json | list[Any], action: str) -> Json:
    """Return the one button or input of that name."""
    found = [e for e in elements(payload) if e["action_id"].partition(":")[0] == action]
    assert found, f"no {action} among {[e['action_id'] for e in elements(payload)]}"
    return found[0]
