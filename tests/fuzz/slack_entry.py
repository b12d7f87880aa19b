"""Slack's way in, without Slack: Bolt dispatches a body to our listeners, and the desk keeps what it is handed."""

import hmac
import io
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any

from slack_bolt import App, BoltContext, BoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from assistant import listeners
from assistant.app import NOBODY
from assistant.listeners.desk import Ask
from assistant.listeners.posting import Place
from assistant.listeners.signals import Heard
from assistant.listeners.web import EVENTS, Web


class KeepingDesk:
    """A desk that only keeps what it takes."""

    def __init__(self) -> None:
        self.asks: list[Ask] = []

    def take(self, ask: Ask) -> None:
        self.asks.append(ask)

    def revise(self, ask: Ask, *, of: str) -> None:
        self.asks.append(ask)

    def withdraw(self, keys: tuple[str, ...], heard: Heard, client: WebClient) -> None:
        assert heard.ts

    def stop(self, heard: Heard, client: WebClient) -> None:
        assert heard.thread_ts

    def remove_workspace(self, team: str) -> int:
        return 0

    def carry_out(self, keys: tuple[str, ...], to: Place, act: Callable[[datetime], str]) -> None:
        assert isinstance(act(datetime.now(UTC)), str)


@cache
def _app() -> tuple[App, KeepingDesk]:
    desk = KeepingDesk()
    app = App(
        client=WebClient(token="xoxb-unused", base_url="http://127.0.0.1:9/"),
        signing_secret="unused",
        authorize=lambda: AuthorizeResult(
            enterprise_id=None, team_id="T0", bot_user_id="U0BOT", bot_id="B0", bot_token="xoxb-unused"
        ),
        process_before_response=True,
        raise_error_for_unhandled_request=False,
    )

    def bring_desk(context: BoltContext, next_: Callable[[], None]) -> None:
        context["desk"] = desk
        context["forgetting"] = NOBODY
        next_()

    app.use(bring_desk)
    app.error(lambda: None)
    listeners.register(app)
    return app, desk


def dispatch(body: dict[str, Any]) -> list[Ask]:
    """Let Bolt deal with a body as with one that came over Socket Mode; return what reached the desk."""
    app, desk = _app()
    desk.asks.clear()
    try:
        request = BoltRequest(body=body, mode="socket_mode")
    except (AttributeError, TypeError, KeyError, IndexError):
        return []  # Bolt itself refuses the envelope; the SDK logs that and goes on
    response = app.dispatch(request)
    assert response.status in (200, 404, 500)
    return list(desk.asks)


def request(body: bytes, signature: str, *, signed: bool, at_events: bool) -> tuple[int, bytes]:
    """Let our HTTP entry deal with a request of now, signed as Slack does or as said; return status and answer."""
    stamp, begun = str(int(time.time())), []
    if signed:
        signature = f"v0={hmac.new(b'unused', b'v0:' + stamp.encode() + b':' + body, 'sha256').hexdigest()}"
    environ = {
        "REQUEST_METHOD": "POST", "PATH_INFO": EVENTS if at_events else "/elsewhere", "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": "application/json" if body[:1] == b"{" else "application/x-www-form-urlencoded",
        "wsgi.input": io.BytesIO(body), "HTTP_X_SLACK_REQUEST_TIMESTAMP": stamp, "HTTP_X_SLACK_SIGNATURE": signature,
    }  # fmt: skip
    entry = Web(_app()[0], signing_secret="unused", health=lambda: (True, {}))
    answered = b"".join(entry(environ, lambda status, headers: begun.append(status)))
    return int(begun[0].split()[0]), answered
