"""What arrives from Slack: whether it is for us, and which words a person wrote."""

import re
from typing import Any

SPOKEN = frozenset({None, "file_share", "thread_broadcast", "me_message"})
"""Kinds of message in which a person says something; all others report edits, deletions, arrivals and the like."""

_TOKEN = re.compile(r"<([^<>]*)>")


def is_for_us(event: dict[str, Any], bot_user_id: str | None) -> bool:
    """Tell whether a person said this; bots (ourselves among them), edits, deletions and notices are not for us."""
    user = event.get("user")
    return (
        bool(user)
        and user not in {bot_user_id, "USLACKBOT"}
        and not event.get("bot_id")
        and not event.get("hidden")
        and event.get("subtype") in SPOKEN
    )


def mentions(text: str, bot_user_id: str | None) -> bool:
    """Tell whether a text names the bot."""
    return any(token[1].partition("|")[0] == f"@{bot_user_id}" for token in _TOKEN.finditer(text))


def plain_words(text: str, bot_user_id: str | None) -> str:
    """Return the words as they were typed: our own mention away, other tokens by their label, escapes undone."""
    words = _TOKEN.sub(lambda token: _label(token[1], bot_user_id), text)
    unescaped = words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return " ".join(unescaped.split())


def _label(token: str, bot_user_id: str | None) -> str:
    """Return what a token in angle brackets shows to a reader."""
    target, _, label = token.partition("|")
    if target.startswith("@"):
        return " " if target[1:] == bot_user_id else "@" + (label or target[1:]).removeprefix("@")
    if target.startswith("#"):
        return "#" + (label or target[1:])
    if target.startswith("!"):
        return label or "@" + target[1:].split("^")[0]
    return label or target.removeprefix("mailto:")
