"""Slack's way in, without Slack: Bolt dispatches a body to our listeners, and the desk keeps what it is handed."""

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
