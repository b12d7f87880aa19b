"""Feedback rows: what was imported, and what was derived from it."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from knowledge.facts import Facts
from knowledge.feedback import Derived, Feedback
from knowledge.scope import Scope
from knowledge.store.columns import load_facts
from knowledge.store.meta import bump
from knowledge.store.points import set_main_themes
from knowledge.store.scope_sql import where

_FIELDS = "id, source, digest, at, day, channel, customer, rating, rating_low, rating_high, language, stage, url"


@dataclass(frozen=True, kw_only=True)
class Upserted:
    """How many pieces of feedback were new, and how many replaced an older text or field."""

    added: int
    changed: int


@dataclass(frozen=True, kw_only=True)
class DerivedRow:
    """What was concluded about the feedback `row`; `duplicate_of` is a row too.

    `evidence` are the bytes of the map's probabilities, float16 in the order of its stages; they stay with the store.
    """

    row: int
    stage: str | None
    stage_confidence: float | None
    staged_by: str | None
    sentiment: float | None
    duplicate_of: int | None = None
    counted: bool = True
    evidence: bytes | None = field(default=None, compare=False, repr=False)


class FeedbackRows:
    """Reads and writes `Feedback`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def upsert(self, items: Sequence[Feedback]) -> Upserted:
        """Write a batch in one transaction; what was derived of a changed item is dropped.

        Of two items with one id the later counts. An unchanged item costs a look-up and writes nothing.
        """
        latest = list({item.id: item for item in items}.values())
        with self._db.atomic():
            known = self._digests([item.id for item in latest])
            fresh = [item for item in latest if item.id not in known]
            changed = [item for item in latest if item.id in known and known[item.id][1] != digest(item)]
            self._insert(fresh)
            for item in changed:
                self._replace(known[item.id][0], item)
            if fresh or changed:
                bump(self._db)
        return Upserted(added=len(fresh), changed=len(changed))

    def count(self) -> int:
        """Return how many pieces of feedback there are."""
        return int(self._db.execute("SELECT count(*) FROM feedback").fetchone()[0])

    def get(self, ids: Sequence[str]) -> list[Feedback]:
        """Return the feedback with these ids, in the order asked; unknown ids are left out."""
        rows = self.rows(ids)
        found = self.by_row(list(rows.values()))
        return [found[rows[key]] for key in ids if key in rows]

    def by_row(self, rows: Iterable[int]) -> dict[int, Feedback]:
        """Return the feedback at these row keys."""
        keys = json.dumps([int(row) for row in rows])
        sql = (
            f"SELECT f.row, f.{_FIELDS.replace(', ', ', f.')}, t.text FROM feedback f "
            "JOIN texts t ON t.feedback = f.row WHERE f.row IN (SELECT value FROM json_each(?))"
        )
        segments = self._segments(keys)
        return {row[0]: _feedback(row, segments.get(row[0], {})) for row in self._db.execute(sql, [keys])}

    def ids(self, rows: Iterable[int]) -> dict[int, str]:
        """Return the public id of each row key."""
        keys = json.dumps([int(row) for row in rows])
        sql = "SELECT row, id FROM feedback WHERE row IN (SELECT value FROM json_each(?))"
        return dict(self._db.execute(sql, [keys]).fetchall())

    def rows(self, ids: Iterable[str]) -> dict[str, int]:
        """Return the row key of each public id that exists."""
        sql = "SELECT id, row FROM feedback WHERE id IN (SELECT value FROM json_each(?))"
        return dict(self._db.execute(sql, [json.dumps(list(ids))]).fetchall())

    def rows_in(self, scope: Scope) -> list[int]:
        """Return the row keys in `scope`, ascending: the same rows as `Facts.select`, by way of SQL."""
        condition, parameters = where(scope)
        sql = f"SELECT f.row FROM feedback f LEFT JOIN derived d ON d.feedback = f.row WHERE {condition} ORDER BY f.row"
        return [row for (row,) in self._db.execute(sql, parameters)]

    def segment_names(self) -> list[str]:
        """Return the names of all segments, in alphabetical order; each is found by a leap in the index."""
        sql = """WITH RECURSIVE leap (name) AS (
                SELECT min(name) FROM segments
                UNION ALL SELECT (SELECT min(name) FROM segments WHERE name > leap.name) FROM leap WHERE name NOT NULL
            ) SELECT name FROM leap WHERE name NOT NULL"""
        return [name for (name,) in self._db.execute(sql)]

    def facts(self) -> Facts:
        """Load all feedback as columns."""
        return load_facts(self._db)

    def each(self, batch: int = 2000) -> Iterator[list[tuple[Feedback, Derived]]]:
        """Yield everything in row order, in batches: for exports."""
        last = 0
        while True:
            rows = [r for (r,) in self._db.execute(
                "SELECT row FROM feedback WHERE row > ? ORDER BY row LIMIT ?", [last, batch])]  # fmt: skip
            if not rows:
                return
            items, derived = self.by_row(rows), self.derived(rows)
            yield [(items[row], derived.get(row, Derived())) for row in rows]
            last = rows[-1]

    def derived(self, rows: Iterable[int]) -> dict[int, Derived]:
        """Return what was concluded about these rows."""
        sql = """
            SELECT d.feedback, d.stage, d.stage_confidence, d.staged_by, d.sentiment, d.theme, t.parent, o.id
            FROM derived d LEFT JOIN themes t ON t.id = d.theme LEFT JOIN feedback o ON o.row = d.duplicate_of
            WHERE d.feedback IN (SELECT value FROM json_each(?))"""
        names = ("stage", "stage_confidence", "staged_by", "sentiment", "theme_id", "parent_theme_id", "duplicate_of")
        cursor = self._db.execute(sql, [json.dumps([int(row) for row in rows])])
        return {row[0]: Derived(**dict(zip(names, row[1:], strict=True))) for row in cursor}

    def conclusions(self) -> list[DerivedRow]:
        """Return all that was concluded, by row, as it was written."""
        sql = """SELECT feedback, stage, stage_confidence, staged_by, sentiment, duplicate_of, counted
            FROM derived ORDER BY feedback"""
        return [
            DerivedRow(row=row, stage=stage, stage_confidence=sure, staged_by=by, sentiment=mood,
                       duplicate_of=original, counted=bool(counted))
            for row, stage, sure, by, mood, original, counted in self._db.execute(sql)
        ]  # fmt: skip

    def without_derived(self) -> list[int]:
        """Return the rows about which nothing has been concluded yet."""
        sql = "SELECT row FROM feedback WHERE row NOT IN (SELECT feedback FROM derived) ORDER BY row"
        return [row for (row,) in self._db.execute(sql)]

    def repeats(self) -> list[tuple[int, int]]:
        """Return (row, the earlier row that it repeats) of everything known to repeat something, ascending."""
        sql = "SELECT feedback, duplicate_of FROM derived WHERE duplicate_of IS NOT NULL ORDER BY feedback"
        return [(row, original) for row, original in self._db.execute(sql)]

    def set_derived(self, items: Sequence[DerivedRow]) -> None:
        """Write stage, sentiment and duplicates of these rows, and their main theme where their points have one."""
        sql = """
            INSERT INTO derived
            (feedback, stage, stage_confidence, staged_by, sentiment, duplicate_of, counted, evidence)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (feedback) DO UPDATE SET stage = excluded.stage,
            stage_confidence = excluded.stage_confidence, staged_by = excluded.staged_by,
            sentiment = excluded.sentiment, duplicate_of = excluded.duplicate_of, counted = excluded.counted,
            evidence = coalesce(excluded.evidence, evidence)"""
        values = [
            (i.row, i.stage, i.stage_confidence, i.staged_by, i.sentiment, i.duplicate_of, i.counted, i.evidence)
            for i in items
        ]
        with self._db.atomic():
            self._db.conn.executemany(sql, values)
            # Points may have had their theme before: after a new map, all conclusions are drawn anew.
            set_main_themes(self._db, {item.row for item in items})
            bump(self._db)

    def forget_derived(self) -> None:
        """Drop every conclusion, so that the next run draws them anew (after a new map or model)."""
        with self._db.atomic():
            self._db.execute("DELETE FROM derived")
            bump(self._db)

    def _digests(self, ids: Sequence[str]) -> dict[str, tuple[int, str]]:
        sql = "SELECT id, row, digest FROM feedback WHERE id IN (SELECT value FROM json_each(?))"
        return {row[0]: (row[1], row[2]) for row in self._db.execute(sql, [json.dumps(list(ids))])}

    def _insert(self, items: Sequence[Feedback]) -> None:
        if not items:
            return
        first = int(self._db.execute("SELECT coalesce(max(row), 0) + 1 FROM feedback").fetchone()[0])
        marks = ", ".join("?" * 14)
        connection = self._db.conn
        connection.executemany(
            f"INSERT INTO feedback (row, {_FIELDS}) VALUES ({marks})",
            [(row, *_columns(item)) for row, item in enumerate(items, first)],
        )
        connection.executemany(
            "INSERT INTO texts (feedback, text) VALUES (?, ?)", [(row, i.text) for row, i in enumerate(items, first)]
        )
        connection.executemany("INSERT INTO segments (feedback, name, value) VALUES (?, ?, ?)",
            [(row, *pair) for row, item in enumerate(items, first) for pair in item.segments.items()])  # fmt: skip

    def _replace(self, row: int, item: Feedback) -> None:
        assignments = ", ".join(f"{name.strip()} = ?" for name in _FIELDS.split(","))
        self._db.execute(f"UPDATE feedback SET {assignments} WHERE row = ?", [*_columns(item), row])
        self._db.execute("UPDATE texts SET text = ? WHERE feedback = ?", [item.text, row])
        for table in ("segments", "points", "derived"):
            self._db.execute(f"DELETE FROM {table} WHERE feedback = ?", [row])
        self._db.conn.executemany(
            "INSERT INTO segments (feedback, name, value) VALUES (?, ?, ?)", [(row, *p) for p in item.segments.items()]
        )

    def _segments(self, keys: str) -> dict[int, dict[str, str]]:
        sql = "SELECT feedback, name, value FROM segments WHERE feedback IN (SELECT value FROM json_each(?))"
        found: dict[int, dict[str, str]] = {}
        for row, name, value in self._db.execute(sql, [keys]):
            found.setdefault(row, {})[name] = value
        return found


def digest(item: Feedback) -> str:
    """Return a fingerprint of everything that was imported of an item: unchanged means nothing to do."""
    parts = [*map(str, _imported(item)), item.text, json.dumps(dict(item.segments), sort_keys=True)]
    return hashlib.blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _imported(item: Feedback) -> tuple[object, ...]:
    low, high = item.rating_scale or (None, None)
    at = item.at.isoformat() if item.at else None
    day = item.day.toordinal() if item.day else 0
    return (at, day, item.channel, item.customer, item.rating, low, high, item.language, item.stage, item.url)


def _columns(item: Feedback) -> tuple[object, ...]:
    return (item.id, item.source, digest(item), *_imported(item))


def _feedback(row: Sequence[Any], segments: Mapping[str, str]) -> Feedback:
    (_, key, source, _, at, _, channel, customer, rating, low, high, language, stage, url, text) = row
    return Feedback(
        id=key, text=text, source=source, at=datetime.fromisoformat(at) if isinstance(at, str) else None,
        channel=channel, customer=customer, rating=rating,
        rating_scale=(low, high) if isinstance(low, float) and isinstance(high, float) else None,
        language=language, stage=stage, url=url, segments=segments,
    )  # fmt: skip
