"""The ledger of themes in words: one line per event."""

from collections.abc import Callable
from typing import Any

from knowledge.themes import ThemeEvent


def told(event: ThemeEvent) -> str:
    """Return a line of the ledger in words."""
    detail: dict[str, Any] = event.detail
    words = _WORDS[event.kind](detail) if event.kind in _WORDS else event.kind
    number = f"edit {detail['edit']}: " if "edit" in detail else ""
    author = f" by {event.actor}" if event.actor else ""
    return f"{number}{words}{author}{' (taken back)' if event.undone else ''}"


def _merged(d: dict[str, Any]) -> str:
    many = f" ({d['items']} of {d['of']} points)" if "items" in d else ""
    return f"merged into {d['into']}{many}" if "into" in d else f"took in {d['from']}{many}"


def _split(d: dict[str, Any]) -> str:
    many = f"{d['items']} of {d['of']} points" if "items" in d else f"{d.get('pieces', '')} pieces of feedback"
    return f"split: {many} became {d['to']}" if "to" in d else f"split off {d['from']} with {many}"


def _moved(d: dict[str, Any]) -> str:
    pieces = ", ".join(d["feedback"])
    return f"{pieces} moved to {d['to']}" if "to" in d else f"{pieces} moved here"


def _apart(d: dict[str, Any]) -> str:
    return f"never together: {' and '.join(d['feedback'])}" if "feedback" in d else f"never merged with {d['other']}"


def _born(d: dict[str, Any]) -> str:
    name = f" as “{d['name']}”" if d.get("name") else ""
    source = f", split off {d['split_from']}" if "split_from" in d else ""
    return f"born{name} with {d['size']} points{source}"


def _retired(d: dict[str, Any]) -> str:
    places = ", ".join(f"{n} to {key}" for key, n in list(d["went_to"].items())[:5])
    return f"retired: of its {d['of']} points {places or 'none is in a theme now'}"


_WORDS: dict[str, Callable[[dict[str, Any]], str]] = {
    "born": _born,
    "merge": _merged,
    "merged": _merged,
    "split": _split,
    "move": _moved,
    "never_together": _apart,
    "retired": _retired,
    "pin": lambda d: "pinned",
    "grew": lambda d: f"grew from {d['from']} to {d['to']} points",
    "shrank": lambda d: f"shrank from {d['from']} to {d['to']} points",
    "rename": lambda d: f"renamed from “{d['from']}” to “{d['to']}”",
    "renamed": lambda d: f"renamed from “{d['from']}” to “{d['name']}”, for it is about something else now",
    "undo": lambda d: f"took back edit {d['undoes']} ({d['kind'].replace('_', ' ')})",
}
