"""Faults that a test can order for the next calls of a method."""

import random
import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

PATIENCE_S = 120.0
"""So long a test waits for what is to come, and an app for an acknowledgement, before it counts as failed.

Slack itself waits for three seconds. But a test is about what an app does, and its machine may be busy with others.
"""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What goes wrong with one call: a status with its headers, a wait before the reply, or both.

    `after`: it goes wrong after the call has had its effect, so that only the reply is lost. `text`: the reply's
    body, where it is no JSON.
    """

    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    error: str = "internal_error"
    wait_s: float = 0.0
    after: bool = False
    text: str | None = None


def rate_limited(retry_after_s: int = 0) -> Fault:
    """Slack's answer to a client that sends too much: 429 and the seconds to wait."""
    return Fault(status=429, headers={"Retry-After": str(retry_after_s)}, error="ratelimited")


def server_error(status: int = 500) -> Fault:
    """Let Slack have a bad moment."""
    return Fault(status=status)


def lost_reply(status: int = 503) -> Fault:
    """Let Slack do what it was asked to, and fail in saying so."""
    return Fault(status=status, after=True)


def slow(wait_s: float) -> Fault:
    """Let the call succeed, but later."""
    return Fault(wait_s=wait_s)


class Faults:
    """The faults that were ordered, per method, first ordered first served."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ordered: dict[str, deque[Fault]] = {}
        self._share, self._kinds, self._random = 0.0, (server_error(),), random.Random(0)

    def order(self, method: str, fault: Fault, times: int = 1) -> None:
        with self._lock:
            self._ordered.setdefault(method, deque()).extend([fault] * times)

    def fail(self, share: float, kinds: Sequence[Fault], seed: int) -> None:
        """Let this share of all calls go wrong, each in one of these ways."""
        with self._lock:
            self._share, self._kinds, self._random = share, tuple(kinds), random.Random(seed)

    def clear(self) -> None:
        with self._lock:
            self._ordered.clear()
            self._share = 0.0

    def serve(self, method: str) -> Fault | None:
        """Return the fault due for this call, after its wait; None where all is well."""
        with self._lock:
            ordered = self._ordered.get(method)
            fault = ordered.popleft() if ordered else self._by_chance()
        if fault:
            time.sleep(fault.wait_s)
        return fault if fault and fault.status else None

    def _by_chance(self) -> Fault | None:
        return self._random.choice(self._kinds) if self._random.random() < self._share else None
