"""Sweeping: what erasure does with tables that it does not deal with by name, such as a cache or a thread's memory.

A row that holds one of the ids, or a stretch of a removed text, goes (or has the id replaced). So a table that somebody
adds is swept until it is entered in `TREATED`, where a test asks for a reason.
"""

import re
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlite_utils import Database

from knowledge.store.traces import WINDOW

TREATED = {
    "feedback": "removed by row",
    "texts": "goes with the feedback",
    "segments": "goes with the feedback",
    "points": "goes with the feedback",
    "derived": "goes with the feedback",
    "correction_rows": "goes with the feedback",
    "vectors": "removed with the last point of that text",
    "theme_examples": "removed with the last point of that text",
    "themes": "rewritten",
    "theme_events": "rewritten",
    "theme_edits": "rewritten",
    "event_cases": "removed by customer",
    "event_visits": "goes with the case",
    "event_logs": "holds names of files",
    "corrections": "holds stages and who decided",
    "maps": "is not about customers",
    "metrics": "is not about customers",
    "metric_points": "is not about customers",
    "audit": "names nobody",
    "kept_out": "holds marks that tell nobody",
    "meta": "holds settings of ours",
    "_sqlite_migrations": "is SQLite's",
    "sqlite_sequence": "is SQLite's",
}
"""Tables that erasure deals with by name, and how. Every other one is swept."""

TYPED = frozenset({"threads", "gaps", "opinions", "slack_inbox"})
"""Swept tables that hold what people typed: there a customer may stand under the id that the source gave."""

ERASED = "(erased)"
"""Stands where something rested on words that are gone."""


def sweep(
    db: Database,
    needles: Iterable[str],
    rename: Mapping[str, str] | None = None,
    *,
    words: Collection[bytes] = (),
    among: Collection[str] | None = None,
) -> dict[str, int]:
    """Go through every table that nobody told us of, for whole occurrences of the needles, and for `words`.

    A row that holds one goes; with `rename`, the needle is replaced in it. `words` are stretches of removed texts
    (see `traces.windows`). `among` names the only tables to look at. Return how many rows of each table.
    """
    wanted = sorted({needle for needle in needles if len(needle) > 3}, key=len, reverse=True)
    bodies = ["|".join(map(re.escape, wanted[i : i + 500])) for i in range(0, len(wanted), 500)]
    patterns = [re.compile(rf"(?<!\w)(?:{body})(?!\w)") for body in bodies]
    found: dict[str, int] = {}
    for table in swept(db):
        if among is not None and table not in among:
            continue
        count = sum(_sweep_ids(db, table, pattern, rename) for pattern in patterns)
        count += _sweep_words(db, table, words) if words else 0
        if count:
            found[table] = count
    return found


def swept(db: Database) -> list[str]:
    """Return the tables that nobody told us of."""
    return [name for name in db.table_names() if name not in TREATED and not name.startswith("texts_fts")]


def _sweep_ids(db: Database, table: str, pattern: re.Pattern[str], rename: Mapping[str, str] | None) -> int:
    count = 0
    for key, row in _rows(db, table):
        held = {name: value for name, value in row.items() if isinstance(value, str) and pattern.search(value)}
        if held and rename is None:
            _drop(db, table, key, held)
        elif held and rename is not None:
            _set(db, table, key, {name: pattern.sub(lambda m: rename[m[0]], value) for name, value in held.items()})
        count += bool(held)
    return count


def _sweep_words(db: Database, table: str, words: Collection[bytes]) -> int:
    """Drop the rows in which a stretch of a removed text stands, as it is or within JSON."""
    stretches, whole = frozenset(w for w in words if len(w) == WINDOW), [w for w in words if len(w) < WINDOW]
    count = 0
    for key, row in _rows(db, table):
        if held := [name for name, value in row.items() if isinstance(value, str) and _holds(value, stretches, whole)]:
            _drop(db, table, key, held)
            count += 1
    return count


def _holds(value: str, stretches: frozenset[bytes], whole: Sequence[bytes]) -> bool:
    """Say whether a stretch of removed text stands in a value, written plainly or with the escapes of JSON."""
    readings = {value}
    if "\\" in value:
        plain = re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), value)
        readings.add(plain.replace("\\n", "\n").replace('\\"', '"'))
    for reading in readings:
        raw = reading.encode("utf-8", "replace")
        if any(raw[i : i + WINDOW] in stretches for i in range(len(raw) - WINDOW + 1)) or any(w in raw for w in whole):
            return True
    return False


def _rows(db: Database, table: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return the rows of a table: (key, values), each by column."""
    columns, keys = [column.name for column in db[table].columns], db[table].pks
    named = ", ".join(f'"{name}"' for name in [*keys, *columns])
    return [
        (dict(zip(keys, row, strict=False)), dict(zip(columns, row[len(keys) :], strict=True)))
        for row in db.execute(f'SELECT {named} FROM "{table}"').fetchall()
    ]


def _drop(db: Database, table: str, key: Mapping[str, Any], held: Iterable[str]) -> None:
    """Delete a row; where others refer to it and would be left hanging, blank the columns that hold something."""
    where = " AND ".join(f'"{name}" IS ?' for name in key)
    try:
        db.execute(f'DELETE FROM "{table}" WHERE {where}', list(key.values()))
    except sqlite3.IntegrityError:
        _set(db, table, key, dict.fromkeys(held, ERASED))


def _set(db: Database, table: str, key: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    where = " AND ".join(f'"{name}" IS ?' for name in key)
    assigned = ", ".join(f'"{name}" = ?' for name in values)
    db.execute(f'UPDATE "{table}" SET {assigned} WHERE {where}', [*values.values(), *key.values()])
