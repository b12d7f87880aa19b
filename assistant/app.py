"""Composition root for Slack: client, app, listeners, and the life of a process that serves it."""

import logging
import os
import secrets
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from slack_bolt import App, BoltContext
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltError
from slack_bolt.oauth import OAuthFlow
from slack_bolt.oauth.oauth_settings import OAuthSettings
from slack_sdk import WebClient
from slack_sdk.http_retry.builtin_handlers import (
    ConnectionErrorRetryHandler,
    RateLimitErrorRetryHandler,
    ServerErrorRetryHandler,
)

from assistant import listeners
from assistant.clerk import Clerk
from assistant.forgetting import Forgetting
from assistant.listeners.belonging import refuser
from assistant.listeners.desk import Desk, Now, utc_now
from assistant.listeners.errands import ERRAND, Errands
from assistant.listeners.inbox import Inbox
from assistant.listeners.installations import Installations, Seal, States, clients_of
from assistant.listeners.outbox import PACE, Outbox
from assistant.listeners.people import People, channel_of
from assistant.listeners.schedule import Clockwork, build_scheduler
from assistant.listeners.web import Server, Web
from assistant.listeners.workers import Workers
from assistant.manifest import bot_scopes
from assistant.memory import Memory
from assistant.replies import Answerer, Replies
from assistant.settings import Settings, hidden_environment
from assistant.viewpoints import Viewpoints
from knowledge.errors import SettingsError
from knowledge.store import Store, open_store, prepare
from knowledge.store.inbox import InboxRows
from knowledge.store.outbox import OutboxRows
from knowledge.store.slack import SlackLog

log = logging.getLogger(__name__)

Rows = TypeVar("Rows")

SLACK_API = "https://slack.com/api/"
PING_S = 5.0
"""Seconds between pings; the SDK opens a closed line again at the next one, a silent line after four."""
DRAIN_S = 25.0
"""Seconds that open questions get after SIGTERM; process managers kill after thirty."""
KEPT = timedelta(days=7)
"""So long it is known what was asked and answered: repetitions are recognised, edits and deletions followed."""
THREADS, ERRAND_THREADS = 4, 3
CAPACITY = 5_000
LISTENERS = 16
"""Threads on which Bolt calls what acknowledges by itself: commands, clicks, modals."""
NOBODY = Forgetting(db=Path(), key=Path(), admins=frozenset())
"""Nobody may have customers forgotten from Slack."""


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where to listen for Slack's requests; port 0 is any free one."""

    host: str = "127.0.0.1"
    port: int


def serve(
    settings: Settings,
    analyst: Answerer,
    clerk: Clerk | None = None,
    *,
    viewpoints: Viewpoints | None = None,
    http: Address | None = None,
) -> None:
    """Serve Slack until the process is told to stop: over Socket Mode or, where an address is given, over HTTP.

    `viewpoints` know who answers in a channel, by what may be seen there; without them `analyst` does in all. Raises
    SettingsError where a token or a secret is missing, or where two ways are mixed up.
    """
    several, signing_secret, bot_token, app_token = settings.several_workspaces, "", "", ""
    if several and not http:
        raise SettingsError("Several workspaces install the app by OAuth, which needs HTTP: journey serve --http PORT")
    if http:
        signing_secret = _needed(settings.slack_signing_secret, "SLACK_SIGNING_SECRET", "Basic Information")
    if not several:
        bot_token = _needed(
            settings.slack_bot_token, "SLACK_BOT_TOKEN", "OAuth & Permissions: Bot User OAuth Token, xoxb-…"
        )
    if not http:
        app_token = _needed(settings.slack_app_token, "SLACK_APP_TOKEN", "Basic Information: App-Level Tokens, xapp-…")
    prepare(settings.db_path)
    people = People(db=settings.db_path, admins=settings.admin_ids, default=settings.role_by_default)
    replies = Replies(analyst, Memory(settings.db_path), seen_from=viewpoints.at if viewpoints else None)
    desk = build_desk(replies, settings.db_path, people=people)
    client = build_client(bot_token or None, api_url=settings.slack_api_url or SLACK_API)
    installations = build_installations(settings, now=desk.now) if several else None
    forgetting = Forgetting(db=settings.db_path, key=settings.key_path, admins=settings.admin_ids)
    app = build_app(
        client,
        desk,
        forgetting=forgetting,
        clerk=clerk,
        signing_secret=settings.slack_signing_secret,
        installations=installations,
    )
    answers = viewpoints.at if viewpoints else None
    if answers:
        clockwork = Clockwork(build_scheduler(settings.db_path, desk, answers), now=desk.now)
        desk.drains.append(clockwork.stop)
        clockwork.start()
    if http:
        oauth = build_oauth(settings, client, installations, now=desk.now) if installations else None
        serve_http(app, desk, address=http, signing_secret=signing_secret, oauth=oauth)
    else:
        serve_socket(app, desk, app_token=app_token)


def build_client(bot_token: str | None, *, api_url: str = SLACK_API) -> WebClient:
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
    people: People | None = None,
) -> Desk:
    """Return the desk at which every listener hands in its question; `db` is a prepared store.

    `threads` questions are answered at a time and `capacity` may wait; messages in a conversation are `pace` apart.
    `people` know who may do what; without them everybody may do everything.
    """
    process = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"

    def tidy() -> None:
        with open_store(db) as store:
            for rows in (SlackLog(store.db), InboxRows(store.db), OutboxRows(store.db)):
                rows.forget(now() - KEPT)

    tidy()
    shared: dict[str, Any] = {"process": process, "now": now, "capacity": capacity}
    return Desk(
        replies=replies,
        inbox=Inbox(
            open_inbox=_opening(db, lambda store: InboxRows(store.db, but=ERRAND)), threads=threads, tidy=tidy, **shared
        ),
        errands=Inbox(
            open_inbox=_opening(db, lambda store: InboxRows(store.db, only=ERRAND)), threads=ERRAND_THREADS, **shared
        ),
        outbox=Outbox(
            open_outbox=_opening(db, lambda store: OutboxRows(store.db)), process=process, now=now, pace=pace
        ),
        open_log=_opening(db, lambda store: SlackLog(store.db)),
        open_audit=_opening(db, lambda store: store.audit),
        workers=workers or Workers(),
        now=now,
        people=people,
    )


def _opening(db: Path, rows: Callable[[Store], Rows]) -> Callable[[], AbstractContextManager[Rows]]:
    """Return how a thread opens the file for itself and gets at some rows of it."""

    @contextmanager
    def opened() -> Iterator[Rows]:
        with open_store(db) as store:
            yield rows(store)

    return opened


def build_app(
    client: WebClient,
    desk: Desk,
    *,
    forgetting: Forgetting = NOBODY,
    clerk: Clerk | None = None,
    signing_secret: str | None = None,
    installations: Installations | None = None,
) -> App:
    """Return the Bolt app with all listeners. Raises SettingsError where Slack does not know the bot token.

    `clerk` stands behind Home, buttons, modals and files. With `installations` it serves the workspaces that they know,
    else the one that the client's token is for.
    """
    # Socket Mode needs no secret; without one, a random one keeps requests over HTTP out, which an empty one would not.
    secret = signing_secret or secrets.token_hex(32)
    try:
        with hidden_environment():
            app = _bolt(client, secret, installations)
    except BoltError as error:
        raise SettingsError(
            f"Slack refused SLACK_BOT_TOKEN ({error}). Reinstall the app and copy the token."
        ) from error
    desk.clients = clients_of(installations, client) if installations else lambda team: app.client

    def brought(body: Mapping[str, Any], errands: Errands) -> dict[str, Any]:
        """Return what listeners take besides what Bolt gives them."""
        here = clerk.seen_from(channel_of(body)) if clerk else None
        return {
            "desk": desk, "forgetting": forgetting, "clerk": here, "errands": errands, "installations": installations,
        }  # fmt: skip

    def deliver(body: dict[str, Any], client: WebClient, errands: Errands) -> None:
        listeners.deliver(body, {"client": client} | brought(body, errands))

    errands = Errands(desk=desk, deliver=deliver)

    def bring_desk(context: BoltContext, body: dict[str, Any], next_: Callable[[], None]) -> None:
        for name, value in brought(body, errands).items():
            context[name] = value
        next_()

    def log_error(error: Exception) -> None:
        log.error("a listener failed", exc_info=error)

    app.use(bring_desk)
    app.error(log_error)
    listeners.register(app)
    return app


def _bolt(client: WebClient, secret: str, installations: Installations | None) -> App:
    """Return Bolt's app; it asks Slack about the client's token, where that has one."""
    executor = ThreadPoolExecutor(max_workers=LISTENERS, thread_name_prefix="journey-listener")
    shared = {"name": "journey", "client": client, "signing_secret": secret, "listener_executor": executor}
    if installations is None:
        app = App(**shared)
        us = app.client.auth_test()
        ours = {us.get("team_id"), us.get("enterprise_id")}
        app.use(refuser(lambda workspace: workspace in ours))
        return app
    here = installations

    def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        return here.authorize(enterprise_id, team_id)

    return App(**shared, before_authorize=refuser(here.known), authorize=authorize)


def build_installations(settings: Settings, *, now: Now = utc_now) -> Installations:
    """Return the workspaces that have installed the app, as the file keeps them."""
    seal = Seal(settings.slack_key_path)
    if settings.workspace_ids is None:
        log.warning("JOURNEY_WORKSPACES is not set: whoever finds /slack/install can install the app and ask")
    return Installations(
        open_store=lambda: open_store(settings.db_path), seal=seal, now=now, allowed=settings.workspace_ids
    )


def build_oauth(
    settings: Settings, client: WebClient, installations: Installations, *, now: Now = utc_now
) -> OAuthFlow:
    """Return the way by which workspaces install the app, at /slack/install."""
    with hidden_environment():
        oauth = OAuthSettings(
            client_id=settings.slack_client_id,
            client_secret=settings.slack_client_secret,
            scopes=bot_scopes(),
            user_scopes=[],
            installation_store=installations,
            state_store=States(open_store=lambda: open_store(settings.db_path), now=now),
        )
        return OAuthFlow(client=client, settings=oauth)


def serve_socket(
    app: App,
    desk: Desk,
    *,
    app_token: str,
    stop: threading.Event | None = None,
    ping_s: float = PING_S,
) -> None:
    """Serve over Socket Mode until SIGTERM, SIGINT or `stop`; then take nothing more and finish what was taken."""
    stop = _stopping(stop)
    desk.start()
    handler = SocketModeHandler(app, app_token, ping_interval=ping_s, concurrency=LISTENERS)
    handler.connect()
    log.info("connected to Slack")
    stop.wait()
    log.info("stopping: no new questions, finishing those taken")
    # Closed first, so that Slack sends what comes now to another process, or again later.
    handler.close()
    _finish(desk)


def serve_http(
    app: App,
    desk: Desk,
    *,
    address: Address,
    signing_secret: str,
    oauth: OAuthFlow | None = None,
    stop: threading.Event | None = None,
    ready: Callable[[int], None] | None = None,
) -> None:
    """Serve signed requests until SIGTERM, SIGINT or `stop`; `ready` is called with the port when it listens."""
    stop = _stopping(stop)
    web = Web(app, signing_secret=signing_secret, health=desk.inbox.health, oauth=oauth)
    server = Server(web, host=address.host, port=address.port)
    desk.start()
    server.start()
    log.info("listening on port %d", server.port)
    if ready:
        ready(server.port)
    stop.wait()
    log.info("stopping: no new requests, finishing those taken")
    server.close()
    _finish(desk)


def _stopping(stop: threading.Event | None) -> threading.Event:
    """Return the event that ends the service; signals set it, where signals are ours to take."""
    event = stop or threading.Event()
    if threading.current_thread() is threading.main_thread():
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: event.set())
    return event


def _finish(desk: Desk) -> None:
    if not desk.drain(DRAIN_S):
        log.warning("not everything was finished; the next process takes up what was kept")


def _needed(value: str | None, name: str, where: str) -> str:
    if not value:
        raise SettingsError(
            f"{name} is not set. Copy it from your Slack app's settings ({where}) into the environment."
        )
    return value
