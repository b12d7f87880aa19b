"""A real app in Socket Mode against our own Slack, with an analyst that answers by rote."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pytest
from slack_bolt import App

from assistant.answers.answer import Answer
from assistant.app import Address, build_app, build_client, build_desk, serve_http, serve_socket
from assistant.listeners.desk import Desk
from assistant.listeners.workers import Workers
from assistant.replies import Replies
from knowledge.store import open_store, prepare
from knowledge.store.inbox import InboxRows
from tests.assistant.rendering.answers import pain_points
from tests.fake_slack import PATIENCE_S, FakeSlack, HttpLine


@dataclass
class StubAnalyst:
    """Notes what it is asked; answers by rote, or as `behave` says."""

    asked: list[str] = field(default_factory=list)
    days: list[date] = field(default_factory=list)
    behave: Callable[[str], Answer] = pain_points

    def answer(self, text: str, *, as_of: date) -> Answer:
        self.asked.append(text)
        self.days.append(as_of)
        return self.behave(text)


@dataclass
class Running:
    """What a test of the whole needs: Slack, the app that it talks to, and the analyst behind it."""

    slack: FakeSlack
    app: App
    desk: Desk
    analyst: StubAnalyst
    workers: Workers
    stop: threading.Event
    db: Path

    def waiting(self) -> int:
        """Count what is not done yet."""
        with open_store(self.db) as store:
            return InboxRows(store.db).waiting()


@contextmanager
def served(folder: Path) -> Iterator[Running]:
    """Serve an app as `journey serve` does, and stop it as SIGTERM would."""
    db = folder / "journey.db"
    prepare(db)
    analyst, workers, stop = StubAnalyst(), Workers(threads=2), threading.Event()
    desk = build_desk(Replies(analyst), db, workers=workers, threads=2, capacity=8, pace=timedelta())
    with FakeSlack() as slack:
        app = build_app(build_client(slack.bot_token, api_url=slack.url), desk)
        arguments = {"app_token": slack.app_token, "stop": stop, "ping_s": 0.5}
        serving = threading.Thread(target=serve_socket, args=(app, desk), kwargs=arguments)
        serving.start()
        slack.wait_for(lambda: slack.sockets)
        yield Running(slack=slack, app=app, desk=desk, analyst=analyst, workers=workers, stop=stop, db=db)
        stop.set()
        for socket in list(slack.sockets):
            socket.drop()  # the SDK waits for up to 3 s in `recv` before it closes
        serving.join(timeout=PATIENCE_S)
        assert not serving.is_alive(), "the app did not stop"


@contextmanager
def served_over_http(folder: Path, secret: str) -> Iterator[Running]:
    """Serve an app as `journey serve --http` does, and let Slack send its requests there."""
    db = folder / "journey.db"
    prepare(db)
    analyst, workers, stop, listening = StubAnalyst(), Workers(threads=2), threading.Event(), threading.Event()
    desk = build_desk(Replies(analyst), db, workers=workers, threads=2, capacity=8, pace=timedelta())
    with FakeSlack() as slack:

        def ready(port: int) -> None:
            slack.http = HttpLine(port=port, secret=secret)
            listening.set()

        app = build_app(build_client(slack.bot_token, api_url=slack.url), desk, signing_secret=secret)
        arguments = {"address": Address(port=0), "signing_secret": secret, "stop": stop, "ready": ready}
        serving = threading.Thread(target=serve_http, args=(app, desk), kwargs=arguments)
        serving.start()
        assert listening.wait(PATIENCE_S)
        yield Running(slack=slack, app=app, desk=desk, analyst=analyst, workers=workers, stop=stop, db=db)
        stop.set()
        serving.join(timeout=PATIENCE_S)
        assert not serving.is_alive(), "the app did not stop"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with served(tmp_path_factory.mktemp("slack")) as running:
        yield running


@pytest.fixture
def running(shared: Running) -> Running:
    """Return the app that the module's tests share (closing one takes the SDK a second), with all marks wiped."""
    shared.analyst.behave = pain_points
    shared.slack.wait_for(lambda: not shared.waiting())  # what the test before has left
    shared.slack.forget()
    shared.analyst.asked.clear()
    return shared


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Running]:
    """Yield an app of the test's own, for it to disturb."""
    with served(tmp_path) as running:
        yield running
