"""Calling listeners: each is given what its parameters name; Slack hears when it has returned, not before."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import Args, BoltContext

Listener = Callable[..., None]


def call(listener: Listener, given: Mapping[str, Any]) -> None:
    """Call a listener with what it asks for by name."""
    listener(**{name: given.get(name) for name in inspect.signature(listener).parameters})


def from_bolt(listener: Listener, args: Args, context: BoltContext) -> None:
    """Call a listener with what Bolt and our own step before it have at hand."""
    names = inspect.signature(listener).parameters
    call(listener, {name: getattr(args, name) if hasattr(args, name) else context.get(name) for name in names})


def acknowledging(listener: Listener) -> Listener:
    """Return the listener as Bolt is to call it: acknowledged when it returns, that is, when what it asks for is kept.

    One that fails is not acknowledged: whoever has clicked then hears from Slack that it didn't work.
    """

    def listen(args: Args, context: BoltContext) -> None:
        from_bolt(listener, args, context)
        args.ack()

    return listen
