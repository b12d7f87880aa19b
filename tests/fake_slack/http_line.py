"""Slack's requests over HTTP: the same deliveries as down a socket, signed as Slack signs them."""

import hashlib
import hmac
import http.client
import json
import time
import urllib.parse
from dataclasses import dataclass
from typing import Any

from .faults import PATIENCE_S

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class HttpLine:
    """Where the app listens, and the secret that both share."""

    port: int
    secret: str

    def send(self, kind: str, body: Json, extra: Json) -> tuple[int, Json]:
        """Deliver an envelope's payload; return the status and what was acknowledged with it."""
        content, content_type = encoded(kind, body)
        retry = {"X-Slack-Retry-Num": str(extra["retry_attempt"])} if extra.get("retry_attempt") else {}
        status, text = self.post(content, content_type, **retry)
        return status, json.loads(text) if text.startswith("{") else {}

    def post(self, content: str, content_type: str, *, at: float | None = None, **headers: str) -> tuple[int, str]:
        """Send a signed request, at another time's signature where `at` is given; further headers win over ours."""
        stamp = str(int(time.time() if at is None else at))
        signed = {
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": signature(self.secret, stamp, content),
        }
        return self.request("POST", "/slack/events", content, signed | headers)

    def request(self, method: str, path: str, content: str = "", headers: Json | None = None) -> tuple[int, str]:
        """Send any request; return the status and the body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        try:
            connection.request(method, path, content.encode(), headers or {})
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()


def encoded(kind: str, body: Json) -> tuple[str, str]:
    """Return a payload as Slack encodes it for HTTP: events as JSON, commands as a form, clicks as JSON in a form."""
    if kind == "events_api":
        return json.dumps(body), "application/json"
    form = body if kind == "slash_commands" else {"payload": json.dumps(body)}
    return urllib.parse.urlencode(form), "application/x-www-form-urlencoded"


def signature(secret: str, stamp: str, content: str) -> str:
    """Return Slack's signature, version 0, of a request."""
    return "v0=" + hmac.new(secret.encode(), f"v0:{stamp}:{content}".encode(), hashlib.sha256).hexdigest()
