"""The way out: each message is sent once, at a pace that Slack takes, whatever fails on the way or dies.

    outbox.send("digest:3:2026-11-02", "chat.postMessage", {"channel": "C1", "text": "…"}, client=client, team="T1")

A key stands for one message. Sent again under the same key, nothing is posted, and where the first stands is returned.
Where it is not known whether a try came through (a 5xx, a cut line, a process that died), Slack is asked: messages
carry a mark of their key as metadata, and are looked for by it before they are posted again.
"""

import logging
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from knowledge.store.outbox import Begun, OutboxRows, Sent

log = logging.getLogger(__name__)

OpenOutbox = Callable[[], AbstractContextManager[OutboxRows]]

RESPONSE_URL = "response_url"
"""Stands for a method: a post to the `url` in the payload, which came with a command or a click."""
POST = "chat.postMessage"
PACE = timedelta(seconds=1)
"""Slack takes about a message a second in each conversation."""
TRIES = 4
PATIENCE_S = 5.0
"""For longer than this nobody waits in a thread; the message is put off."""
EVENT_TYPE = "journey_message"
LOOK_BACK = timedelta(minutes=5)
"""Slack's clock and ours may be so far apart."""
PAGES = 5

_OURS_TO_REPEAT = frozenset(
    {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"}
)
_CANNOT_LOOK = frozenset({"missing_scope", "not_in_channel", "channel_not_found", "unknown_method", "thread_not_found"})
_MARKS = uuid.UUID("5f0f3f6e-9c1c-4a55-9b0e-2f7f6c1d8a11")


class PutOff(Exception):
    """Slack takes the message later, or somebody else is sending it now; try again after so many seconds.

    `unsure`: an earlier try may have come through.
    """

    def __init__(self, after_s: float, *, unsure: bool = False) -> None:
        super().__init__(f"try again in {after_s:.0f} s")
        self.after_s, self.unsure = after_s, unsure


@dataclass(frozen=True, kw_only=True)
class _Letter:
    """A message on its way: `lane` is the conversation it goes to, None where none is named."""

    key: str
    method: str
    payload: Mapping[str, Any]
    client: WebClient
    lane: str | None


class Outbox:
    """Sends messages. Safe to use from many threads and, on one file, from many processes.

    `process` is this process's name among those on the file; `pace` parts the messages of a conversation.
    """

    def __init__(
        self,
        *,
        open_outbox: OpenOutbox,
        process: str,
        now: Callable[[], datetime],
        sleep: Callable[[float], None] = time.sleep,
        pace: timedelta = PACE,
    ) -> None:
        self._open = open_outbox
        self._process = process
        self._now = now
        self._sleep = sleep
        self._pace = pace

    def send(self, key: str, method: str, payload: Mapping[str, Any], *, client: WebClient, team: str = "") -> Sent:
        """Send a message unless it has been sent, and return where it stands.

        `method` is a method of the Web API that posts, or RESPONSE_URL. Raises SlackApiError where Slack refuses the
        message, PutOff where it takes it later only, OSError where Slack is out of reach.
        """
        channel = payload.get("channel")
        lane = lane_of(team, channel) if channel else None
        letter = _Letter(key=key, method=method, payload=_marked(key, method, payload), client=client, lane=lane)
        with self._open() as rows:
            if there := rows.find(key):
                return there
            begun = rows.begin(key, method=method, owner=worker_name(self._process), at=self._now(), team=team)
            if begun is Begun.ELSEWHERE:
                raise PutOff(PATIENCE_S)
            try:
                sent = self._carry(rows, letter, unsure=begun is Begun.UNSURE)
            except (SlackApiError, PutOff) as error:
                (rows.leave if _may_stand(error) else rows.drop)(key)
                raise
            except BaseException:
                rows.leave(key)
                raise
            rows.sent(key, sent, at=self._now())
            return sent

    def find(self, key: str) -> Sent | None:
        """Return where the message of a key stands; None where it is not known to have been sent."""
        with self._open() as rows:
            return rows.find(key)

    def _carry(self, rows: OutboxRows, letter: _Letter, *, unsure: bool) -> Sent:
        """Try until it is sent or refused; look first wherever it may stand in Slack already."""
        for tries in range(1, TRIES + 1):
            if unsure and (there := self._look(rows, letter)):
                return there
            self._wait_for_turn(rows, letter)
            try:
                return send_now(quiet(letter.client), letter.method, letter.payload)
            except SlackApiError as error:
                if (after := _retry_after(error)) is not None:
                    self._hold(rows, letter, after, unsure=unsure)
                    continue
                if not _may_stand(error) or tries == TRIES:
                    raise
            except (OSError, HTTPException):
                if tries == TRIES:
                    raise
            unsure = True
            self._sleep(0.25 * 2**tries)
        raise PutOff(PATIENCE_S, unsure=unsure)

    def _wait_for_turn(self, rows: OutboxRows, letter: _Letter) -> None:
        if letter.method == POST and letter.lane and self._pace:
            now = self._now()
            slot = rows.slot(letter.lane, at=now, pace=self._pace)
            self._sleep(max(0.0, (slot - now).total_seconds()))

    def _hold(self, rows: OutboxRows, letter: _Letter, after_s: float, *, unsure: bool) -> None:
        """Do as Slack asks: wait, and let nobody else post there meanwhile; for long waits, come back later."""
        if letter.lane:
            rows.hold(letter.lane, until=self._now() + timedelta(seconds=after_s))
        if after_s > PATIENCE_S:
            raise PutOff(after_s, unsure=unsure)
        self._sleep(after_s)

    def _look(self, rows: OutboxRows, letter: _Letter) -> Sent | None:
        """Look for the message in Slack. What can't be looked for counts as not there: better twice than never."""
        if letter.method != POST:
            return None
        since = (rows.begun_at(letter.key) or self._now()) - LOOK_BACK
        try:
            return _find(quiet(letter.client), letter.payload, since)
        except SlackApiError as error:
            if (after := _retry_after(error)) is not None:
                raise PutOff(after, unsure=True) from error
            named = error.response.get("error")
            if named not in _CANNOT_LOOK:
                raise
            log.warning("%s may have been posted before, and I may not look: %s", letter.key, named)
            return None


def worker_name(process: str) -> str:
    """Return the calling thread's name in leases: the process's and a slash before its own."""
    return f"{process}/{threading.get_ident()}"


def lane_of(team: str, channel: str) -> str:
    """Return the name under which a conversation is paced and worked on."""
    return f"{team}:{channel}"


def mark_of(key: str) -> str:
    """Return the mark by which a message of this key is recognised in Slack; it tells nothing of the key."""
    return str(uuid.uuid5(_MARKS, key))


def _marked(key: str, method: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in payload.items() if value is not None}
    if method == POST:
        kept["metadata"] = {"event_type": EVENT_TYPE, "event_payload": {"mark": mark_of(key)}}
    return kept


def quiet(client: WebClient) -> WebClient:
    """Return the client without retries of its own: what is repeated here is repeated with care."""
    return WebClient(
        token=client.token,
        base_url=client.base_url,
        timeout=client.timeout,
        ssl=client.ssl,
        proxy=client.proxy,
        headers=client.headers,
        retry_handlers=[],
    )


def send_now(client: WebClient, method: str, payload: Mapping[str, Any]) -> Sent:
    """Send a message that no ledger knows, with the client's own retries; `send` is the careful way."""
    if method == RESPONSE_URL:
        return _respond(client, payload)
    response = client.api_call(method, json=dict(payload))
    return Sent(channel=response.get("channel") or payload.get("channel"), ts=response.get("ts"))


def _respond(client: WebClient, payload: Mapping[str, Any]) -> Sent:
    """Post to a response URL; they carry their own authority, and share the client's way out."""
    webhook = WebhookClient(
        payload["url"],
        timeout=client.timeout,
        ssl=client.ssl,
        proxy=client.proxy,
        logger=client.logger,
        retry_handlers=list(client.retry_handlers),
    )
    response = webhook.send_dict({name: value for name, value in payload.items() if name != "url"})
    if response.status_code >= 400:
        refusal = {"ok": False, "error": response.body.strip()[:200], "status": response.status_code}
        if response.status_code == 429:
            refusal["retry_after"] = response.headers.get("Retry-After", "1")
        raise SlackApiError("Slack refused a private answer", refusal)
    return Sent(channel=None, ts=None)


def _status(error: SlackApiError) -> int:
    if isinstance(error.response, dict):
        return int(error.response.get("status", 200))
    return int(error.response.status_code)


def _retry_after(error: SlackApiError) -> float | None:
    """Return how long Slack asks to wait, None where it does not ask."""
    if _status(error) != 429 and error.response.get("error") not in {"ratelimited", "rate_limited"}:
        return None
    if isinstance(error.response, dict):
        asked = error.response.get("retry_after")
    else:
        headers = {name.lower(): value for name, value in error.response.headers.items()}
        asked = headers.get("retry-after")
    asked = asked[0] if isinstance(asked, list) else asked
    return float(asked) if asked and str(asked).replace(".", "", 1).isdigit() else 1.0


def _may_stand(error: SlackApiError | PutOff) -> bool:
    """Tell whether the message may have been posted although the call failed."""
    if isinstance(error, PutOff):
        return error.unsure
    return _status(error) >= 500 or error.response.get("error") in _OURS_TO_REPEAT


def _find(client: WebClient, payload: Mapping[str, Any], since: datetime) -> Sent | None:
    """Read the conversation since then, and return where the message with the payload's mark stands."""
    mark = payload["metadata"]["event_payload"]["mark"]
    asked = {"channel": payload["channel"], "oldest": f"{since.timestamp():.6f}", "limit": 200,
             "include_all_metadata": True}  # fmt: skip
    method = "conversations.history"
    if payload.get("thread_ts"):
        method, asked = "conversations.replies", asked | {"ts": payload["thread_ts"]}
    for _ in range(PAGES):
        page = client.api_call(method, params=asked)
        for message in page.get("messages", []):
            carried = (message.get("metadata") or {}).get("event_payload") or {}
            if carried.get("mark") == mark:
                return Sent(channel=payload["channel"], ts=message["ts"])
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            break
        asked = asked | {"cursor": cursor}
    return None
