"""Calling listeners: each is given what its parameters name; Slack hears when it has returned, not before."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import Args, BoltContext, BoltResponse

Listener = Callable[..., None]


def call(listener: Listener, given: Mapping[str, Any]) -> None:
    """Call a listener with what it asks for by name."""
    listener(**{name: given.get(name) for name in inspect.signature(listener).parameters})


def from_bolt(listener: Listener, args: Args, context: BoltContext) -> None:
    """Call a listener with what Bolt and our own step before it have at hand."""
    names = inspect.signature(listener).parameters
    call(listener, {name: getattr(args, name) if hasattr(args, name) else context.get(name) for name in names})


def keeping(listener: Listener) -> Callable[..., BoltResponse]:
    """Return a step of Bolt's that runs the listener, and then acknowledges: what is asked for has been kept.

    Bolt would acknowledge an event before its listener runs, so that a process that dies in between loses it; and of
    all others it looks every hundredth of a second whether they have acknowledged, and no longer after three seconds,
    although they may be about to. Where the listener fails, nothing is acknowledged: an event is delivered again, and
    whoever has clicked hears from Slack that it didn't work. So none of them does what takes time.
    """

    def keep(args: Args, context: BoltContext) -> BoltResponse:
        from_bolt(listener, args, context)
        return BoltResponse(status=200, body="")

    return keep


def nothing_more() -> None:
    """Stand where Bolt wants a listener: a step before it has done all, and acknowledged."""
