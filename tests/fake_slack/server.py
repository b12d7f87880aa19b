"""FakeSlack: one loopback server for the Web API, response URLs and Socket Mode, and the test's handle on all three."""

import functools
import http.server
import itertools
import json
import threading
import time
import urllib.parse
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any, Self

from . import block_kit, payloads
from .faults import PATIENCE_S, Fault, Faults
from .http_line import HttpLine
from .methods import APP, APP_TOKEN, BOT_TOKEN, BOT_USER, Json, Methods
from .websocket import WebSocket, accept_key


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call of the Web API or of a response URL: what was sent, and what came back."""

    method: str
    args: Json
    status: int
    reply: Json
    headers: dict[str, str] = field(default_factory=dict)
    text: str | None = None


class FakeSlack:
    """A workspace with one app, one bot and as many people as a test makes up."""

    bot_token, app_token, bot_user = BOT_TOKEN, APP_TOKEN, BOT_USER

    def __init__(self) -> None:
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._changed = threading.Condition()
        self._count = itertools.count(1)
        self._faults = Faults()
        self.methods = Methods(lambda: f"ws://{self._address}/link?ticket={next(self._count)}")
        self.sockets: list[WebSocket] = []
        self.calls: list[Call] = []
        self._arrived: list[str] = []
        self.http: HttpLine | None = None
        self.statuses: dict[str, int] = {}
        self.lost: list[str] = []
        self.delivered: list[tuple[str, str, Json]] = []
        self.scopes: list[str] = []
        self.acks: dict[str, Json] = {}
        self.acked_at: dict[str, float] = {}
        self.connections = 0

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        for socket in list(self.sockets):
            socket.drop()
        self._server.shutdown()
        self._server.server_close()

    # What the bot is told

    @property
    def _address(self) -> str:
        return f"127.0.0.1:{self._server.server_port}"

    @property
    def url(self) -> str:
        """The base URL of the Web API, as SLACK_API_URL takes it."""
        return f"http://{self._address}/api/"

    def response_url(self) -> str:
        """Return a URL such as comes with a command or a click, to answer at."""
        return f"http://{self._address}/response/{next(self._count)}"

    def order(self, method: str, fault: Fault, times: int = 1) -> None:
        """Let the next calls of a method go wrong; the method of response URLs is `response_url`."""
        self._faults.order(method, fault, times)

    # What the test sends

    def send_event(self, event: Json, *, times: int = 1, event_id: str | None = None) -> list[str]:
        """Deliver an event, perhaps several times under one event_id; return the envelopes' ids."""
        body = payloads.event_callback(event, event_id or f"Ev{uuid.uuid4().hex}")
        retries = [{"retry_attempt": n, "retry_reason": "timeout" if n else ""} for n in range(times)]
        return [self.deliver("events_api", body, **retry) for retry in retries]

    def send_command(self, text: str, **overrides: object) -> str:
        """Type `/journey TEXT`; return the envelope's id."""
        body = payloads.command(text, self.response_url(), trigger=uuid.uuid4().hex) | overrides
        return self.deliver("slash_commands", body, accepts_response_payload=True)

    def send_click(self, message: Json, action: Json, **overrides: object) -> str:
        """Click a button of a posted message; return the envelope's id."""
        body = payloads.click(message, action, self.response_url(), action_ts=self.methods.next_ts()) | overrides
        return self.deliver("interactive", body)

    def gesture(self, body: Json) -> str:
        """Deliver what a person does on a surface (see `gestures`); return the envelope's id."""
        return self.deliver("interactive", body)

    def deliver(self, kind: str, body: Json, **extra: object) -> str:
        """Send an envelope down the newest line, or over HTTP where `http` is set; return its id."""
        envelope_id = f"envelope-{next(self._count)}"
        self.delivered.append((envelope_id, kind, body))
        if self.http:
            threading.Thread(target=self._request, args=(envelope_id, kind, body, extra), daemon=True).start()
            return envelope_id
        self.wait_for(lambda: self.sockets)
        self.sockets[-1].send({"type": kind, "envelope_id": envelope_id, "payload": body} | extra)
        return envelope_id

    def _request(self, envelope_id: str, kind: str, body: Json, extra: Json) -> None:
        assert self.http
        try:
            status, reply = self.http.send(kind, body, extra)
        except (OSError, HTTPException) as error:
            self._note(functools.partial(self.lost.append, f"{envelope_id} ({kind}): {error!r}"))
            return
        self._note(functools.partial(self.statuses.__setitem__, envelope_id, status))
        if status == 200:
            self._note(functools.partial(self._acknowledged, {"envelope_id": envelope_id, "payload": reply}))

    def ask_to_reconnect(self, reason: str = "refresh_requested") -> None:
        """Ask the bot to open a new line, as Slack does every few hours."""
        self.sockets[-1].send({"type": "disconnect", "reason": reason, "debug_info": {"host": "fake"}})

    # What the test sees

    @property
    def posted(self) -> list[Json]:
        """Messages that stand in channels, with their `ts`."""
        return self.methods.messages

    @property
    def responses(self) -> list[Json]:
        """What was sent to response URLs, in order."""
        return [call.args for call in list(self.calls) if call.method == "response_url" and call.status == 200]

    @property
    def problems(self) -> list[str]:
        """Why payloads were refused; empty when the bot behaves."""
        return self.methods.problems

    def forget(self) -> None:
        """Wipe what was posted, called and acknowledged; lines stay open."""
        surfaces = self.methods.surfaces
        ours = (self.calls, self.delivered, self.methods.messages, self.methods.problems)
        for kept in (*ours, surfaces.prompts, surfaces.sessions):
            kept.clear()
        self.acks.clear()

    def arrived(self, method: str) -> int:
        """Count the calls of a method, those that are not answered yet included."""
        return self._arrived.count(method)

    def fail(self, share: float, kinds: Sequence[Fault], *, seed: int = 0) -> None:
        """Let this share of all calls go wrong from now on, each in one of these ways."""
        self._faults.fail(share, kinds, seed)

    def forget_faults(self) -> None:
        """Let all go well again."""
        self._faults.clear()

    def called(self, method: str) -> list[Call]:
        """Return the calls of one method, the failed ones included."""
        return [call for call in list(self.calls) if call.method == method]

    def wait_for(self, ready: Callable[[], Any], timeout_s: float = PATIENCE_S) -> Any:  # noqa: ANN401 - whatever `ready` returns
        """Return what `ready` returns as soon as it is true; a test in which nothing comes for so long fails.

        On a machine that is busy with other things a bot may be slow, and yet be getting on: each call that it makes
        begins the wait anew.
        """
        end, seen = time.monotonic() + timeout_s, len(self._arrived)
        with self._changed:
            while not (found := ready()):
                if len(self._arrived) != seen:
                    end, seen = time.monotonic() + timeout_s, len(self._arrived)
                left = end - time.monotonic()
                assert left > 0, f"nothing came in {timeout_s} s; {self._so_far()}"
                self._changed.wait(min(left, 0.05))
            return found

    def _so_far(self) -> str:
        """Tell what became of all deliveries, for a test that waits in vain."""
        calls, refused = Counter(call.method for call in self.calls), [s for s in self.statuses.values() if s != 200]
        return f"calls: {dict(calls)}; acknowledged: {len(self.acks)}; refused: {refused}; lost: {self.lost}"

    # What the handler reports

    def answer(self, name: str, args: Json, token: str | None) -> Call:
        """Serve one call and keep it."""
        self._note(lambda: self._arrived.append(name))
        fault = self._faults.serve(name)
        if fault and fault.after:
            self.methods.call(name, args, token)
        if fault:
            reply = {"ok": False, "error": fault.error}
            call = Call(method=name, args=args, status=fault.status or 500, reply=reply, headers=fault.headers,
                        text=fault.text)  # fmt: skip
        else:
            reply = self._respond(args) if name == "response_url" else self.methods.call(name, args, token)
            headers = {"x-oauth-scopes": ",".join(self.scopes)} if name == "auth.test" else {}
            call = Call(method=name, args=args, status=200, reply=reply, headers=headers)
        self._note(lambda: self.calls.append(call))
        return call

    def link(self, socket: WebSocket) -> None:
        """Serve one Socket Mode line until it ends."""
        about = {"connection_info": {"app_id": APP}, "debug_info": {"approximate_connection_time": 18060}}
        socket.send({"type": "hello", "num_connections": len(self.sockets) + 1} | about)
        self._note(lambda: self._joined(socket))
        while (message := socket.receive()) is not None:
            if "envelope_id" in message:
                self._note(functools.partial(self._acknowledged, message))
        self._note(lambda: self.sockets.remove(socket))

    def _acknowledged(self, message: Json) -> None:
        self.acks.setdefault(message["envelope_id"], message.get("payload") or {})
        self.acked_at.setdefault(message["envelope_id"], time.monotonic())

    def _joined(self, socket: WebSocket) -> None:
        self.sockets.append(socket)
        self.connections += 1

    def _respond(self, args: Json) -> Json:
        self.methods.problems += [f"response_url: {problem}" for problem in block_kit.check_message(args)]
        return {"ok": True}

    def _note(self, change: Callable[[], Any]) -> None:
        with self._changed:
            change()
            self._changed.notify_all()

    # Shortcuts to payloads

    def mention(self, text: str, **overrides: object) -> Json:
        """Return the event of somebody mentioning the bot in a channel."""
        return payloads.mention(f"<@{BOT_USER}> {text}", ts=self.methods.next_ts()) | overrides

    def direct(self, text: str, **overrides: object) -> Json:
        """Return the event of somebody writing to the bot directly."""
        return payloads.direct(text, ts=self.methods.next_ts()) | overrides


def _handler(slack: FakeSlack) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if self.path.startswith("/files-pri/"):
                self._give(self.path.removeprefix("/files-pri/"))
                return
            if self.headers.get("Upgrade", "").lower() != "websocket":
                self.send_error(404)
                return
            self.send_response(101)
            self.send_header("Upgrade", "websocket")
            self.send_header("Connection", "Upgrade")
            self.send_header("Sec-WebSocket-Accept", accept_key(self.headers["Sec-WebSocket-Key"]))
            self.end_headers()
            self.close_connection = True
            slack.link(WebSocket(self.connection, self.rfile))

        def _give(self, key: str) -> None:
            """Hand out a file to whoever shows the bot's token; others get Slack's page to sign in."""
            known = self.headers.get("Authorization") == f"Bearer {BOT_TOKEN}"
            data = slack.methods.surfaces.contents.get(key, b"") if known else b"<!DOCTYPE html><html>Sign in</html>"
            self.send_response(200)
            self.send_header("Content-Type", "text/csv" if known else "text/html")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.path.startswith("/upload/"):
                slack.methods.surfaces.contents[self.path.removeprefix("/upload/")] = data
                self._send(200, {}, b"OK")
                return
            body = data.decode()
            path = self.path.removeprefix("/api/")
            name = "response_url" if path.startswith("/response/") else path
            args = _arguments(body, self.headers.get("Content-Type", ""))
            token = (self.headers.get("Authorization") or "").removeprefix("Bearer ") or args.pop("token", None)
            call = slack.answer(name, args, token)
            self._send(call.status, call.headers, (call.text or json.dumps(call.reply)).encode())

        def _send(self, status: int, headers: dict[str, str], data: bytes) -> None:
            self.send_response(status)
            for name, value in (headers | {"Content-Type": "application/json"}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args: object) -> None:
            """Keep the test's output clean; the calls are in `slack.calls`."""

    return Handler


def _arguments(body: str, content_type: str) -> Json:
    if "json" in content_type:
        parsed: Json = json.loads(body or "{}")
        return parsed
    fields = dict(urllib.parse.parse_qsl(body, keep_blank_values=True))
    return {
        name: json.loads(value) if name in {"blocks", "view", "metadata", "files"} else value
        for name, value in fields.items()
    }
