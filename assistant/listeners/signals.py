"""The sign that a question has been heard: the session's status where the app is an agent, else a reaction.

A sign is no message: where a workspace knows neither way, or Slack has no time for it, nothing is said and nothing
fails. What has been put up is taken down, though, for a status that stays tells of work that nobody does.
"""

import logging
import threading
import time
from dataclasses import dataclass, field

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from assistant.listeners.outbox import quiet

log = logging.getLogger(__name__)

EMOJI = "eyes"
REST_S = 60.0
"""After a refusal for want of time no signs are put up for so long: answers matter more."""
FORGET_S = 600.0
_PASSING = frozenset({"ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"})


@dataclass(frozen=True, kw_only=True)
class Heard:
    """Where a question stands: the message, and the thread that it begins or belongs to."""

    team: str
    channel: str
    ts: str
    thread_ts: str


@dataclass
class _Sign:
    """Whether the sign of a question is up, and whether the question is done with."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    tried: bool = False
    up: str | None = None
    over: bool = False
    since: float = field(default_factory=time.monotonic)


class Signals:
    """Puts signs up and takes them down. Safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._signs: dict[Heard, _Sign] = {}
        self._cannot: set[tuple[str, str]] = set()
        self._rest_until = 0.0

    def put_up(self, client: WebClient, heard: Heard) -> None:
        """Show that the question has been heard, unless it has been answered meanwhile."""
        sign = self._sign(heard)
        with sign.lock:
            sign.tried = True
            if not sign.over and time.monotonic() >= self._rest_until:
                sign.up = next((way for way in ("status", "reaction") if self._try(way, client, heard)), None)

    def take_down(self, client: WebClient, heard: Heard) -> None:
        """Take the sign down; one that a process has put up which died, too."""
        sign = self._sign(heard)
        with sign.lock:
            sign.over = True
            if sign.up == "reaction":
                self._call(client, "reactions.remove", heard, channel=heard.channel, timestamp=heard.ts, name=EMOJI)
            elif sign.up == "status":
                self._set_at_rest(client, heard, tries=3)
            elif not sign.tried and (heard.team, "status") not in self._cannot:
                self._set_at_rest(client, heard, tries=1)

    def _set_at_rest(self, client: WebClient, heard: Heard, *, tries: int) -> None:
        """Let the status say that nobody works any more; Slack would let it stand for an hour."""
        for n in range(tries):
            time.sleep(2.0 * n)
            if self._status(client, heard, "active") is not None:
                return

    def _sign(self, heard: Heard) -> _Sign:
        with self._lock:
            old = [key for key, sign in self._signs.items() if time.monotonic() - sign.since > FORGET_S]
            for key in old:
                del self._signs[key]
            return self._signs.setdefault(heard, _Sign())

    def _try(self, way: str, client: WebClient, heard: Heard) -> bool:
        """Put the sign up in one way; remember of a workspace which way it does not know."""
        if (heard.team, way) in self._cannot:
            return False
        if way == "status":
            known = self._status(client, heard, "processing")
        else:
            known = self._call(client, "reactions.add", heard, channel=heard.channel, timestamp=heard.ts, name=EMOJI)
        if known is False:
            log.info("workspace %s knows no %s as a sign; it does without", heard.team, way)
            self._cannot.add((heard.team, way))
        return bool(known)

    def _status(self, client: WebClient, heard: Heard, status: str) -> bool | None:
        method, where = "agents.sessions.setStatus", {"channel_id": heard.channel, "thread_ts": heard.thread_ts}
        return self._call(client, method, heard, **where, status=status)

    def _call(self, client: WebClient, method: str, heard: Heard, **arguments: str) -> bool | None:
        """Return True where it worked, False where it never will here, None where it might another time."""
        try:
            quiet(client).api_call(method, json=arguments)
        except SlackApiError as error:
            named = str(error.response.get("error"))
            if named in _PASSING or error.response.status_code >= 429:
                self._rest_until = time.monotonic() + REST_S
                return None
            return named in ("already_reacted", "no_reaction")
        except OSError:
            return None
        return True
