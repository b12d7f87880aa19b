"""Event logs: cases and their visits of stages. A log is written as a whole, and replaced as a whole.

They stand in the same file as all else, so that a backup has them, an erasure reaches them and a restore brings them
back. What is kept is a row a visit, not a row an event.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from sqlite_utils import Database

from knowledge.events import Case, EventFacts, EventLog, EventStage
from knowledge.facts import Column
from knowledge.store.meta import bump

_BATCH = 20_000


class EventRows:
    """Reads and writes event logs."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def save(self, name: str, stages: Sequence[EventStage], cases: Iterable[Case], *, other: int, events: int,
             at: datetime) -> EventLog:  # fmt: skip
        """Write a log, in place of the one of the same name; `cases` may be endless in number, they are streamed."""
        held = json.dumps([[stage.id, stage.name, stage.end] for stage in stages])
        with self._db.atomic():
            self.remove(name)
            cursor = self._db.execute(
                "INSERT INTO event_logs (name, imported_at, stages, events, other) VALUES (?, ?, ?, ?, ?)",
                [name, at.isoformat(), held, events, other],
            )
            log = int(cursor.lastrowid or 0)
            self._write(log, cases)
            bump(self._db)
        return next(found for found in self.logs() if found.id == log)

    def remove(self, name: str) -> bool:
        """Remove a log with its cases; False where there is none of that name."""
        row = self._db.execute("SELECT id FROM event_logs WHERE name = ?", [name]).fetchone()
        if row is None:
            return False
        # By hand and in the order of keys: a cascade would look each case up again.
        self._db.execute(
            "DELETE FROM event_visits WHERE event_case IN (SELECT row FROM event_cases WHERE log = ?)", [row[0]]
        )
        self._db.execute("DELETE FROM event_cases WHERE log = ?", [row[0]])
        self._db.execute("DELETE FROM event_logs WHERE id = ?", [row[0]])
        bump(self._db)
        return True

    def logs(self) -> list[EventLog]:
        """Return the logs, largest first."""
        sql = """SELECT l.id, l.name, l.stages, l.events, l.other, count(c.row), max(c.until) FROM event_logs l
            LEFT JOIN event_cases c ON c.log = l.id GROUP BY l.id ORDER BY count(c.row) DESC, l.id"""
        found = []
        for log, name, stages, events, other, cases, last in self._db.execute(sql).fetchall():
            held = tuple(EventStage(id=i, name=n, end=bool(e)) for i, n, e in json.loads(stages))
            found.append(EventLog(id=log, name=name, stages=held, events=events, other=other, cases=cases,
                                  last=last or 0, segments=self._segments(log)))  # fmt: skip
        return found

    def facts(self) -> list[EventFacts]:
        """Return every log as arrays."""
        return [self._facts(log) for log in self.logs()]

    def forget(self, customer: str) -> int:
        """Remove the cases of a customer (pseudonym); return how many."""
        removed = int(self._db.execute("DELETE FROM event_cases WHERE customer = ?", [customer]).rowcount)
        if removed:
            bump(self._db)
        return removed

    def rename(self, customer: str, other: str) -> int:
        """Give the cases of a customer to another pseudonym; return how many."""
        sql = "UPDATE event_cases SET customer = ? WHERE customer = ?"
        return int(self._db.execute(sql, [other, customer]).rowcount)

    def count_of(self, customer: str) -> int:
        """Count the cases of a customer (pseudonym)."""
        return int(self._db.execute("SELECT count(*) FROM event_cases WHERE customer = ?", [customer]).fetchone()[0])

    def ended_before(self, moment: int) -> int:
        """Count the cases whose last event was before a moment in ms."""
        return int(self._db.execute("SELECT count(*) FROM event_cases WHERE until < ?", [moment]).fetchone()[0])

    def remove_ended_before(self, moment: int) -> int:
        """Remove the cases whose last event was before a moment in ms; return how many."""
        removed = int(self._db.execute("DELETE FROM event_cases WHERE until < ?", [moment]).rowcount)
        if removed:
            bump(self._db)
        return removed

    def customers(self) -> list[str]:
        """Return every customer (pseudonym) of a case once."""
        return [c for (c,) in self._db.execute("SELECT DISTINCT customer FROM event_cases ORDER BY customer")]

    def _write(self, log: int, cases: Iterable[Case]) -> None:
        first = int(self._db.execute("SELECT coalesce(max(row), 0) + 1 FROM event_cases").fetchone()[0])
        heads: list[tuple[Any, ...]] = []
        visits: list[tuple[int, int, int, int]] = []
        known: dict[tuple[tuple[str, str], ...], str] = {}
        for row, case in enumerate(cases, start=first):
            pairs = tuple(sorted(case.segments.items()))
            if pairs not in known:
                known[pairs] = json.dumps(dict(pairs), ensure_ascii=False)
            heads.append((row, log, case.customer, case.day, case.until, known[pairs]))
            visits += [(row, n, stage, at) for n, (stage, at) in enumerate(case.visits)]
            if len(heads) >= _BATCH:
                self._flush(heads, visits)
        self._flush(heads, visits)

    def _flush(self, heads: list[tuple[Any, ...]], visits: list[tuple[int, int, int, int]]) -> None:
        self._db.conn.executemany("INSERT INTO event_cases VALUES (?, ?, ?, ?, ?, ?)", heads)
        self._db.conn.executemany("INSERT INTO event_visits VALUES (?, ?, ?, ?)", visits)
        heads.clear()
        visits.clear()

    def _segments(self, log: int) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, set[str]] = {}
        for (text,) in self._db.execute("SELECT DISTINCT segments FROM event_cases WHERE log = ?", [log]):
            for name, value in json.loads(text).items():
                found.setdefault(name, set()).add(value)
        return {name: tuple(sorted(values)) for name, values in sorted(found.items())}

    def _facts(self, log: EventLog) -> EventFacts:
        heads = self._db.execute(
            "SELECT row, day, until, segments FROM event_cases WHERE log = ? ORDER BY row", [log.id]
        )
        rows = heads.fetchall()
        keys = np.array([row[0] for row in rows], dtype=np.int64)
        # The cases of a log stand in a row: one scan, without a look at each.
        sql = "SELECT event_case, stage, at FROM event_visits WHERE event_case BETWEEN ? AND ? ORDER BY event_case, n"
        parts = [np.empty((0, 3), dtype=np.int64)]
        cursor = self._db.execute(sql, [int(keys[0]), int(keys[-1])] if len(keys) else [0, -1])
        while batch := cursor.fetchmany(_BATCH):
            parts.append(np.array(batch, dtype=np.int64))
        visits = np.concatenate(parts)
        return EventFacts(
            log=log,
            day=np.array([row[1] for row in rows], dtype=np.int32),
            until=np.array([row[2] for row in rows], dtype=np.int64),
            segments=_columns(log, [row[3] for row in rows]),
            case=np.searchsorted(keys, visits[:, 0]).astype(np.int32),
            stage=visits[:, 1].astype(np.int16),
            at=visits[:, 2],
        )


def _columns(log: EventLog, texts: Sequence[str]) -> dict[str, Column]:
    """Return the segments of the cases as columns; few distinct texts stand for many cases."""
    held = {text: json.loads(text) for text in set(texts)}
    columns = {}
    for name, values in log.segments.items():
        code = {text: values.index(pairs[name]) if name in pairs else -1 for text, pairs in held.items()}
        columns[name] = Column(codes=np.array([code[text] for text in texts], dtype=np.int32), values=values)
    return columns
