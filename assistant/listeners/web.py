"""HTTP instead of Socket Mode: signed requests from Slack, installing by OAuth, and health, as one WSGI application.

Whatever is refused is logged with the reason and the sender's address; never with a body, a signature or a token.
"""

import json
import logging
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.oauth import OAuthFlow
from slack_sdk.signature import SignatureVerifier

log = logging.getLogger(__name__)

EVENTS, INSTALL, REDIRECT, HEALTH = "/slack/events", "/slack/install", "/slack/oauth_redirect", "/health"
LARGEST = 1024 * 1024
"""Bytes of a request; Slack's are far smaller."""
WINDOW_S = 5 * 60
"""A request older than this may be a recording."""
THREADS = 16

Environ = dict[str, Any]
Start = Callable[[str, list[tuple[str, str]]], object]
Health = Callable[[], tuple[bool, dict[str, Any]]]


class Web:
    """The WSGI application. `health` says whether all is well, with figures; `oauth` is for several workspaces."""

    def __init__(self, app: App, *, signing_secret: str, health: Health, oauth: OAuthFlow | None = None) -> None:
        self._app, self._health, self._oauth = app, health, oauth
        self._verifier = SignatureVerifier(signing_secret)

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        """Answer one request."""
        response = self._route(environ)
        # A list in a header means several headers of that name.
        headers = [(name, value) for name, values in response.headers.items() for value in values]
        start(f"{response.status} {_PHRASES.get(response.status, 'Status')}", headers)
        return [str(response.body or "").encode()]

    def _route(self, environ: Environ) -> BoltResponse:
        path, method = environ.get("PATH_INFO", ""), environ.get("REQUEST_METHOD", "GET")
        if path == HEALTH and method in ("GET", "HEAD"):
            well, figures = self._health()
            return _json(200 if well else 503, {"status": "ok" if well else "unwell"} | figures)
        if path == EVENTS and method == "POST":
            return self._event(environ)
        if self._oauth and method == "GET" and path in (INSTALL, REDIRECT):
            request = BoltRequest(body="", query=environ.get("QUERY_STRING", ""), headers=_headers(environ))
            return self._oauth.handle_installation(request) if path == INSTALL else self._oauth.handle_callback(request)
        return _json(404, {"error": "not found"})

    def _event(self, environ: Environ) -> BoltResponse:
        try:
            length = int(environ.get("CONTENT_LENGTH") or 0)
        except ValueError:
            length = -1
        if not 0 <= length <= LARGEST:
            return _refused(environ, 413, "it is too large, or does not tell its length")
        body, headers = environ["wsgi.input"].read(length), _headers(environ)
        stamp, signature = headers.get("x-slack-request-timestamp", ""), headers.get("x-slack-signature", "")
        if not (stamp and signature):
            return _refused(environ, 401, "it is not signed")
        if not stamp.isdecimal() or abs(time.time() - int(stamp[:12])) > WINDOW_S:
            return _refused(environ, 401, "its timestamp is too old, or ahead")
        try:
            text = body.decode()
        except UnicodeDecodeError:  # the verifier would raise it
            return _refused(environ, 400, "its body is not UTF-8")
        if not (signature.isascii() and self._verifier.is_valid(text, stamp, signature)):
            return _refused(environ, 401, "its signature is forged, or SLACK_SIGNING_SECRET is another app's")
        try:
            request = BoltRequest(body=text, query=environ.get("QUERY_STRING", ""), headers=headers)
        except (ValueError, AttributeError, KeyError, TypeError):
            return _refused(environ, 400, "its body can't be read")
        return self._app.dispatch(request)


class Server:
    """A production server for the application: waitress, on `host` and `port`, 0 for any free one."""

    def __init__(self, web: Web, *, host: str, port: int) -> None:
        from waitress.server import create_server

        self._open: dict[int, Any] = {}
        self._server = create_server(
            web,
            map=self._open,
            host=host,
            port=port,
            threads=THREADS,
            max_request_body_size=LARGEST,
            ident=None,
            clear_untrusted_proxy_headers=True,
        )
        self._thread = threading.Thread(target=self._server.run, name="journey-http", daemon=True)

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self._server.effective_port)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def close(self) -> None:
        """Take no more requests and finish those that are being answered."""
        self._server.task_dispatcher.shutdown(cancel_pending=False, timeout=5)
        if self._thread.is_alive():
            self._server.trigger.pull_trigger(self._open.clear)  # its loop ends when nothing is open
            self._thread.join(timeout=5)
        self._server.close()


def _refused(environ: Environ, status: int, why: str) -> BoltResponse:
    log.warning("refused a request from %s: %s", environ.get("REMOTE_ADDR", "nowhere"), why)
    return _json(status, {"error": "refused"})


def _json(status: int, body: dict[str, Any]) -> BoltResponse:
    return BoltResponse(status=status, body=json.dumps(body), headers={"content-type": "application/json"})


def _headers(environ: Environ) -> dict[str, str]:
    found = {
        name.removeprefix("HTTP_").replace("_", "-").lower(): str(value)
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    return found | {"content-type": str(environ.get("CONTENT_TYPE", ""))}


_PHRASES = {200: "OK", 302: "Found", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
            413: "Content Too Large", 500: "Internal Server Error", 503: "Service Unavailable"}  # fmt: skip
