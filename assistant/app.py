"""Composition root for Slack: client, app, listeners, and the life of a Socket Mode process."""

import logging
import os
import secrets
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from slack_bolt import App, BoltContext
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.error import BoltError
from slack_sdk import WebClient
from slack_sdk.http_retry.builtin_handlers import (
    ConnectionErrorRetryHandler,
    RateLimitErrorRetryHandler,
    ServerErrorRetryHandler,
)

from assistant import listeners
from assistant.clerk import Clerk
from assistant.forgetting import Forgetting
from assistant.listeners.desk import Clients, Desk, Now, utc_now
from assistant.listeners.errands import Errands
from assistant.listeners.inbox import Inbox
from assistant.listeners.outbox import PACE, Outbox
from assistant.listeners.workers import Workers
from assistant.memory import Memory
from assistant.replies import Answerer, Replies
from assistant.settings import Settings
from knowledge.errors import SettingsError
from knowledge.store import open_store, prepare
from knowledge.store.inbox import InboxRows
from knowledge.store.outbox import OutboxRows
from knowledge.store.slack import SlackLog

log = logging.getLogger(__name__)

SLACK_API = "https://slack.com/api/"
PING_S = 5.0
"""Seconds between pings; the SDK opens a closed line again at the next one, a silent line after four."""
DRAIN_S = 25.0
"""Seconds that open questions get after SIGTERM; process managers kill after thirty."""
KEPT = timedelta(days=7)
"""So long it is known what was asked and answered: repetitions are recognised, edits and deletions followed."""
THREADS = 4
CAPACITY = 500
NOBODY = Forgetting(db=Path(), key=Path(), admins=frozenset())
"""Nobody may have customers forgotten from Slack."""


def serve(settings: Settings, analyst: Answerer, clerk: Clerk | None = None) -> None:
    """Serve Slack over Socket Mode until the process is told to stop; raises SettingsError where a token is missing."""
    bot_token = _needed(
        settings.slack_bot_token, "SLACK_BOT_TOKEN", "OAuth & Permissions: Bot User OAuth Token, xoxb-…"
    )
    app_token = _needed(settings.slack_app_token, "SLACK_APP_TOKEN", "Basic Information: App-Level Tokens, xapp-…")
    prepare(settings.db_path)
    desk = build_desk(Replies(analyst, Memory(settings.db_path)), settings.db_path)
    client = build_client(bot_token, api_url=settings.slack_api_url or SLACK_API)
    forgetting = Forgetting(db=settings.db_path, key=settings.key_path, admins=settings.admin_ids)
    app = build_app(client, desk, forgetting=forgetting, clerk=clerk, signing_secret=settings.slack_signing_secret)
    serve_socket(app, desk, app_token=app_token)


def build_client(bot_token: str, *, api_url: str = SLACK_API) -> WebClient:
    """Return a client for the Web API that waits out rate limits and repeats what failed on Slack's side.

    `api_url` is also where Socket Mode lines are asked for, so that a stand-in for Slack serves both. Bolt builds a
    new client for each request, with this one's address and retry handlers.
    """
    retries = [
        ConnectionErrorRetryHandler(max_retry_count=2),
        RateLimitErrorRetryHandler(max_retry_count=10),
        ServerErrorRetryHandler(max_retry_count=5),
    ]
    base_url = api_url if api_url.endswith("/") else api_url + "/"
    return WebClient(token=bot_token, base_url=base_url, timeout=30, retry_handlers=retries)


def build_desk(
    replies: Replies,
    db: Path,
    *,
    workers: Workers | None = None,
    now: Now = utc_now,
    threads: int = THREADS,
    capacity: int = CAPACITY,
    pace: timedelta = PACE,
) -> Desk:
    """Return the desk at which every listener hands in its question; `db` is a prepared store.

    `threads` questions are answered at a time and `capacity` may wait; messages in a conversation are `pace` apart.
    """
    process = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"

    @contextmanager
    def open_log() -> Iterator[SlackLog]:
        with open_store(db) as store:
            yield SlackLog(store.db)

    @contextmanager
    def open_inbox() -> Iterator[InboxRows]:
        with open_store(db) as store:
            yield InboxRows(store.db)

    @contextmanager
    def open_outbox() -> Iterator[OutboxRows]:
        with open_store(db) as store:
            yield OutboxRows(store.db)

    with open_store(db) as store:
        for rows in (SlackLog(store.db), InboxRows(store.db), OutboxRows(store.db)):
            rows.forget(now() - KEPT)
    return Desk(
        replies=replies,
        inbox=Inbox(open_inbox=open_inbox, process=process, now=now, threads=threads, capacity=capacity),
        outbox=Outbox(open_outbox=open_outbox, process=process, now=now, pace=pace),
        open_log=open_log,
        workers=workers or Workers(),
        now=now,
    )


def build_app(
    client: WebClient,
    desk: Desk,
    *,
    forgetting: Forgetting = NOBODY,
    clerk: Clerk | None = None,
    errands: Errands | None = None,
    signing_secret: str | None = None,
) -> App:
    """Return the Bolt app with all listeners. Raises SettingsError where Slack does not know the bot token.

    `clerk` stands behind Home, buttons, modals and files; `errands` run what these ask for.
    """
    # Socket Mode needs no secret; without one, a random one keeps requests over HTTP out, which an empty one would not.
    secret = signing_secret or secrets.token_hex(32)
    try:
        app = App(name="journey", client=client, signing_secret=secret)  # asks Slack about the token
    except BoltError as error:
        raise SettingsError(
            f"Slack refused SLACK_BOT_TOKEN ({error}). Reinstall the app and copy the token."
        ) from error

    errands = errands or Errands(open_log=desk.open_log, now=desk.now)

    def bring_desk(context: BoltContext, next_: Callable[[], None]) -> None:
        context["desk"] = desk
        context["forgetting"] = forgetting
        context["clerk"] = clerk
        context["errands"] = errands
        next_()

    def log_error(error: Exception) -> None:
        log.error("a listener failed", exc_info=error)

    app.use(bring_desk)
    app.error(log_error)
    listeners.register(app)
    return app


def serve_socket(
    app: App,
    desk: Desk,
    *,
    app_token: str,
    clients: Clients | None = None,
    stop: threading.Event | None = None,
    ping_s: float = PING_S,
) -> None:
    """Serve over Socket Mode until SIGTERM, SIGINT or `stop`; then take nothing more and finish what was taken."""
    stop = stop or threading.Event()
    if threading.current_thread() is threading.main_thread():
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
    desk.start(clients or (lambda team: app.client))
    handler = SocketModeHandler(app, app_token, ping_interval=ping_s)
    handler.connect()
    log.info("connected to Slack")
    stop.wait()
    log.info("stopping: no new questions, finishing those taken")
    # Closed first, so that Slack sends what comes now to another process, or again later.
    handler.close()
    if not desk.drain(DRAIN_S):
        log.warning("some questions were not finished; they can be taken again in a few minutes")


def _needed(value: str | None, name: str, where: str) -> str:
    if not value:
        raise SettingsError(
            f"{name} is not set. Copy it from your Slack app's settings ({where}) into the environment."
        )
    return value
