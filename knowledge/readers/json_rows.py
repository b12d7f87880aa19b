"""JSON and JSON Lines as rows: objects become cells of text, nested objects become dotted names."""

import json
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from knowledge.errors import UnreadableFile
from knowledge.readers.rows import Row
from knowledge.readers.speakers import CUSTOMERS, OTHERS

Record = dict[str, str]
_SPACE = re.compile(r"[ \t\r\n]*")


class Broken(NamedTuple):
    """A record that can't be used: why, and how it stands in the file."""

    reason: str
    raw: str


Found = tuple[int, Record | Broken]
SAMPLE = 2_000
"""Records from which the names of the columns are taken."""


def as_text(value: object) -> str:
    """Return a JSON value as a cell: text as it is, `null` as empty, whole floats without `.0`, lists joined."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, int):
        return str(value) if abs(value) < 1 << 200 else ""
    if isinstance(value, list) and all(not isinstance(item, dict | list) for item in value):
        return ", ".join(as_text(item) for item in value)
    if isinstance(value, list) and all(isinstance(item, dict) and isinstance(item.get("name"), str) for item in value):
        return ", ".join(item["name"] for item in value)  # tags, teams, products
    return json.dumps(value, ensure_ascii=False)


def flatten(value: dict[str, object], prefix: str = "") -> Record:
    """Return an object as a flat record: `{"user": {"id": 1}}` becomes `{"user.id": "1"}`.

    What the customer said in a list of messages becomes a column of its own.
    """
    flat: Record = {}
    for key, item in value.items():
        if isinstance(item, dict) and item and prefix.count(".") < 4:
            flat |= flatten(item, f"{prefix}{key}.")
        elif isinstance(item, list) and (messages := said_by_customer(item)) is not None:
            flat[f"{prefix}{key}{SAID_LATER}"] = messages
        else:
            flat[f"{prefix}{key}"] = as_text(item)
    return flat


def said_by_customer(messages: list[object]) -> str | None:
    """Return what the customer said in a list of messages, or None where it is no list of messages by known roles.

    A message is an object with a text and with who wrote it: `{"role": "user", "content": …}`, or
    `{"author": {"type": "lead"}, "body": …}`.
    """
    spoken = [(_role(message), _words(message)) for message in messages if isinstance(message, dict)]
    if not spoken or len(spoken) != len(messages) or not any(role in CUSTOMERS or role in OTHERS for role, _ in spoken):
        return None
    return "\n\n".join(words for role, words in spoken if role in CUSTOMERS and words)


SAID_LATER = " (by the customer)"
"""Ends the name of a column that holds what the customer said in a list of messages."""


def _role(message: dict[str, object]) -> str:
    for name in ("role", "author", "sender", "from", "author_type", "sender_type", "speaker", "direction"):
        value = message.get(name)
        if isinstance(value, dict):
            value = value.get("type") or value.get("role")
        if isinstance(value, str):
            return value.strip().lower()
    return ""


def _words(message: dict[str, object]) -> str:
    found = (message.get(name) for name in ("body", "text", "content", "message"))
    return next((value.strip() for value in found if isinstance(value, str)), "")


def line_records(lines: Iterable[str]) -> Iterator[Found]:
    """Yield (line, record) of JSON Lines; a line that can't be read comes as Broken."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            reason = f"not JSON: {getattr(error, 'msg', error)} at column {getattr(error, 'colno', 1)}"
            yield number, Broken(reason, line.strip())
            continue
        yield number, _record(value)


def array_records(text: str, name: str) -> Iterator[Found]:
    """Yield (line, record) of a JSON array of objects, or of the one such array that an object holds.

    The text is held as a whole, the objects are not. Raises UnreadableFile with line and column.
    """
    decoder = json.JSONDecoder()
    line, counted, position = 1, 0, _array_start(text, name, decoder)
    while True:
        position = _skip(text, position)
        if text[position : position + 1] == "]":
            return
        line, counted = line + text.count("\n", counted, position), position
        value, position = _decode(text, position, name, decoder)
        yield line, _record(value)
        position = _skip(text, position)
        if text[position : position + 1] == ",":
            position += 1
        elif text[position : position + 1] != "]":
            raise _broken(text, position, name, "a comma or the end of the array was expected")


def as_rows(found: Iterable[Found], header: tuple[str, ...]) -> Iterator[Row]:
    """Turn records into rows under a header; a missing key is an empty cell."""
    for line, record in found:
        if isinstance(record, Broken):
            yield Row(line, [record.raw], record.reason)
        else:
            yield Row(line, [record.get(name, "") for name in header])


def keys(found: Iterable[Found]) -> tuple[str, ...]:
    """Return the names of the first records, in the order in which they appear."""
    names: dict[str, None] = {}
    for _, record in islice(found, SAMPLE):
        if not isinstance(record, Broken):
            names |= dict.fromkeys(record)
    return tuple(names)


def is_lines(head: str) -> bool:
    """Return whether a text that begins with `{` is JSON Lines: its first line is an object by itself."""
    lines = [line for line in head.splitlines() if line.strip()]
    if not lines or not lines[0].lstrip().startswith("{"):
        return False
    try:
        json.loads(lines[0])
    except (ValueError, RecursionError):
        return len(lines) > 1 and lines[1].lstrip().startswith("{") and lines[0].rstrip()[-1] in "}\"'"
    return len(lines) > 1


def _record(value: object) -> Record | Broken:
    return flatten(value) if isinstance(value, dict) else Broken("not a JSON object", as_text(value))


def _array_start(text: str, name: str, decoder: json.JSONDecoder) -> int:
    """Return the position after the `[` of the array of objects."""
    position = _skip(text, 0)
    if text[position : position + 1] == "[":
        return position + 1
    if text[position : position + 1] != "{":
        raise _broken(text, position, name, "an array or an object was expected")
    found: dict[str, int] = {}
    position = _skip(text, position + 1)
    while text[position : position + 1] == '"':
        key, position = _decode(text, position, name, decoder)
        position = _skip(text, position)
        if text[position : position + 1] != ":":
            raise _broken(text, position, name, "a colon was expected")
        start = _skip(text, position + 1)
        value, position = _decode(text, start, name, decoder)
        if isinstance(value, list) and value and isinstance(value[0], dict):
            found[str(key)] = start + 1
        position = _skip(text, position)
        if text[position : position + 1] != ",":
            break
        position = _skip(text, position + 1)
    if len(found) != 1:
        what = f"holds {len(found)} arrays of objects ({', '.join(found)})" if found else "holds no array of objects"
        raise UnreadableFile(f"{name} {what}; we can read an array of objects, or an object with exactly one")
    return next(iter(found.values()))


def _skip(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def _decode(text: str, position: int, name: str, decoder: json.JSONDecoder) -> tuple[object, int]:
    try:
        return decoder.raw_decode(text, position)
    except json.JSONDecodeError as error:
        raise _broken(text, error.pos, name, error.msg) from error
    except (ValueError, RecursionError) as error:
        raise _broken(text, position, name, str(error)) from error


def _broken(text: str, position: int, name: str, why: str) -> UnreadableFile:
    line = text.count("\n", 0, position) + 1
    column = position - text.rfind("\n", 0, position)
    return UnreadableFile(f"{name}, line {line}, column {column}: not valid JSON ({why})")
