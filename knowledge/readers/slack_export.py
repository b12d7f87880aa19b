"""Messages of a Slack export: a JSON file a day in a folder a channel, with Slack's own marks in the text."""

import html
import re
from collections.abc import Iterable, Iterator

from knowledge.readers.json_rows import Broken, Found
from knowledge.readers.rows import Row

HEADER = ("id", "ts", "user", "text", "channel")
PEOPLE = frozenset({"", "thread_broadcast", "file_share", "me_message"})
"""Subtypes of messages that people write; the others tell who joined, or come from programs."""
_LINK = re.compile(r"<(?:(?P<kind>[@#!])(?P<id>[^|>]*)|(?P<url>[^|>]+))(?:\|(?P<label>[^>]*))?>")


def is_export(found: Iterable[Found]) -> bool:
    """Return whether records are Slack's messages: each says so, and has Slack's time of it."""
    seen = [record for _, record in found if not isinstance(record, Broken)]
    return bool(seen) and all(record.get("type") == "message" and _TIME.match(record.get("ts", "")) for record in seen)


_TIME = re.compile(r"^\d{10}\.\d{6}$", re.ASCII)


def message_rows(found: Iterable[Found], folder: str) -> Iterator[Row]:
    """Yield what people wrote in the channel `folder`, under HEADER; what programs or Slack wrote is left out."""
    for line, record in found:
        if isinstance(record, Broken):
            yield Row(line, [record.raw], record.reason)
        elif _by_a_person(record):
            at = record["ts"]
            said = plain(record.get("text", ""))
            yield Row(line, [f"{folder}:{at}", at, record.get("user", ""), said, "slack"])


def left_out(found: Iterable[Found]) -> int:
    """Return how many messages were not written by people."""
    return sum(not isinstance(record, Broken) and not _by_a_person(record) for _, record in found)


def plain(text: str) -> str:
    """Return a message without Slack's marks.

    >>> plain("<@U01> look: <https://shop.example/a|the menu> &amp; <#C01|general>")
    '@someone look: the menu & #general'
    """
    return html.unescape(_LINK.sub(_shown, text))


def _by_a_person(record: dict[str, str]) -> bool:
    return record.get("subtype", "") in PEOPLE and not record.get("bot_id")


def _shown(match: re.Match[str]) -> str:
    label = match["label"] or ""
    if match["kind"] == "@":
        return "@someone"
    if match["kind"] == "#":
        return f"#{label or 'channel'}"
    if match["kind"] == "!":
        return label or f"@{match['id']}"
    return label or match["url"]
