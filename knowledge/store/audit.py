"""The audit: what erasure and upkeep did, in counts only; and marks of those who are to be kept out."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database


@dataclass(frozen=True, kw_only=True)
class AuditEntry:
    """One line of the audit; `actor` is who did it, None for a run of ours or where it was not noted.

    `detail` holds counts, limits, names of files, channels and users of Slack: never an id of feedback, a customer's
    pseudonym or a text of theirs.
    """

    number: int
    at: datetime
    kind: str
    detail: Mapping[str, object]
    actor: str | None = None


class AuditRows:
    """Adds to the audit and reads it; entries are ordered by their number, because clocks go back."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def record(self, kind: str, detail: Mapping[str, object], *, at: datetime, actor: str | None = None) -> None:
        """Add an entry."""
        sql = "INSERT INTO audit (at, kind, detail, actor) VALUES (?, ?, ?, ?)"
        with self._db.atomic():
            self._db.execute(sql, [at.isoformat(), kind, json.dumps(dict(detail)), actor])

    def all(self, kind: str | None = None) -> list[AuditEntry]:
        """Return the entries, of one kind where it is named, oldest first."""
        sql = "SELECT number, at, kind, detail, actor FROM audit WHERE ?1 IS NULL OR kind = ?1 ORDER BY number"
        return [
            AuditEntry(number=number, at=datetime.fromisoformat(at), kind=its, detail=json.loads(detail), actor=actor)
            for number, at, its, detail, actor in self._db.execute(sql, [kind])
        ]

    def has(self, actor: str, *, at: datetime) -> bool:
        """Tell whether something was recorded that this person did at this very moment."""
        sql = "SELECT 1 FROM audit WHERE actor = ? AND at = ? LIMIT 1"
        return self._db.execute(sql, [actor, at.isoformat()]).fetchone() is not None

    def keep_out(self, customers: Iterable[str], *, at: datetime) -> None:
        """Remember that nothing from these customers (pseudonyms) is to be imported again."""
        rows = [(mark(customer), at.isoformat()) for customer in customers]
        with self._db.atomic():
            self._db.conn.executemany("INSERT OR IGNORE INTO kept_out (mark, at) VALUES (?, ?)", rows)

    def let_in(self, customer: str) -> None:
        """Let a customer (pseudonym) be imported again."""
        with self._db.atomic():
            self._db.execute("DELETE FROM kept_out WHERE mark = ?", [mark(customer)])

    def kept_out(self) -> dict[str, str]:
        """Return the marks of all who are to be kept out, and since when."""
        return dict(self._db.execute("SELECT mark, at FROM kept_out").fetchall())

    def keep_out_marks(self, marks: Mapping[str, str]) -> None:
        """Take over marks from another file."""
        with self._db.atomic():
            self._db.conn.executemany("INSERT OR IGNORE INTO kept_out (mark, at) VALUES (?, ?)", list(marks.items()))


def mark(customer: str) -> str:
    """Return by what a forgotten customer is recognised: a hash of the pseudonym, which itself is a keyed hash."""
    return hashlib.blake2b(customer.encode("utf-8", "surrogatepass"), digest_size=16, person=b"forgotten").hexdigest()
