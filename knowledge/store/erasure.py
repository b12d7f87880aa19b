"""Erasure: every row that rests on some pieces of feedback, taken out or renamed; and the file swept clean after.

Tables that this module knows are dealt with by name. Any other, such as a thread's memory, is swept (`sweeping`).
"""

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlite_utils import Database

from knowledge.feedback import Feedback
from knowledge.store import meta
from knowledge.store.feedback import digest
from knowledge.store.sweeping import ERASED, TYPED, sweep

UNCLEAN = "erasure.unclean"


@dataclass(frozen=True, kw_only=True)
class Gone:
    """What is no longer there: ids (or, by `renamed`, what they are now), and words that nobody else used."""

    ids: frozenset[str] = frozenset()
    renamed: Mapping[str, str] = field(default_factory=dict)
    words: frozenset[str] = frozenset()

    def text(self, value: str) -> str:
        """Return a name as it may stay: itself, or `ERASED` if it holds a word that is gone."""
        if self.words and not self.words.isdisjoint(words_of(value)):
            return ERASED
        return self.renamed.get(value, ERASED if value in self.ids else value)

    def items(self, values: Sequence[Any]) -> list[Any]:
        """Return ids and terms as they may stay."""
        return [self.text(v) if isinstance(v, str) else v for v in values
                if not isinstance(v, str) or self.text(v) != ERASED]  # fmt: skip

    def detail(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the detail of an event as it may stay; "to" is a theme or a person's own words."""
        out = dict(values)
        for name, value in values.items():
            if isinstance(value, list):
                out[name] = self.items(value)
            elif isinstance(value, str) and name != "to":
                out[name] = self.text(value)
        return out


def words_of(text: str) -> set[str]:
    """Return the words of a text in lower case."""
    return set(re.findall(r"\w+", text.lower()))


class ErasureRows:
    """Takes out, or renames, what rests on given pieces of feedback. Call it inside one transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def rows_of(self, customer: str) -> list[int]:
        """Return the rows of a customer (pseudonym), ascending."""
        sql = "SELECT row FROM feedback WHERE customer = ? ORDER BY row"
        return [row for (row,) in self._db.execute(sql, [customer])]

    def rows_before(self, day: int) -> list[int]:
        """Return the rows that were said before a day (ordinal); undated ones are not among them."""
        sql = "SELECT row FROM feedback WHERE day > 0 AND day < ? ORDER BY row"
        return [row for (row,) in self._db.execute(sql, [day])]

    def undated(self) -> int:
        """Count the pieces of feedback without a date."""
        return int(self._db.execute("SELECT count(*) FROM feedback WHERE day = 0").fetchone()[0])

    def customers(self) -> list[str]:
        """Return every customer (pseudonym) once."""
        sql = "SELECT DISTINCT customer FROM feedback WHERE customer IS NOT NULL ORDER BY customer"
        return [customer for (customer,) in self._db.execute(sql)]

    def hashes(self, rows: Sequence[int]) -> list[str]:
        """Return the fingerprints that the file keeps of these rows and of their points."""
        keys = json.dumps([int(row) for row in rows])
        sql = """SELECT digest FROM feedback WHERE row IN (SELECT value FROM json_each(?1))
            UNION SELECT text_hash FROM points WHERE feedback IN (SELECT value FROM json_each(?1))"""
        return [key for (key,) in self._db.execute(sql, [keys])]

    def kept_hashes(self) -> list[str]:
        """Return the fingerprints of the points that are there."""
        return [key for (key,) in self._db.execute("SELECT DISTINCT text_hash FROM points")]

    def remove(self, rows: Sequence[int]) -> dict[str, int]:
        """Delete these rows of feedback with all that hangs on them; return how many rows each table lost."""
        keys = json.dumps([int(row) for row in rows])
        among = "(SELECT value FROM json_each(?))"
        self._promote_copies(keys)
        counts = {
            table: self._count(f'DELETE FROM "{table}" WHERE "{column}" IN {among}', [keys])
            for table, column in self._hanging_on_feedback()
        }
        counts["feedback"] = self._count(f"DELETE FROM feedback WHERE row IN {among}", [keys])
        return counts | self.drop_unused()

    def drop_unused(self) -> dict[str, int]:
        """Delete vectors and examples of texts that nobody has said (any more)."""
        unused = "text_hash NOT IN (SELECT text_hash FROM points)"
        return {
            "vectors": self._count(f"DELETE FROM vectors WHERE {unused}", []),
            "theme_examples": self._count(f"DELETE FROM theme_examples WHERE {unused}", []),
        }

    def rename(self, items: Mapping[int, tuple[Feedback, Feedback]]) -> int:
        """Give rows another id, customer and link: (before, after) by row; return how many."""
        sql = "UPDATE feedback SET id = ?, customer = ?, url = ?, digest = ? WHERE row = ?"
        for row, (_, after) in items.items():
            self._db.execute(sql, [after.id, after.customer, after.url, digest(after), row])
        return len(items)

    def strings(self) -> list[str]:
        """Return everything that themes and their ledger say in words of ours: names, terms, details of events."""
        found: list[str] = []
        for name, terms in self._db.execute("SELECT name, terms FROM themes"):
            found += [name, *json.loads(terms)]
        for (detail,) in self._db.execute("SELECT detail FROM theme_events"):
            for value in json.loads(detail).values():
                found += [v for v in (value if isinstance(value, list) else [value]) if isinstance(v, str)]
        return found

    def rewrite(self, gone: "Gone") -> tuple[dict[str, int], list[str]]:
        """Clear themes, their ledger and decisions of what is gone; return rows changed per table, and themes unnamed.

        Names that people chose are left: they are their words.
        """
        events = self._each("theme_events", "number", "detail", gone.detail)
        edits = self._each("theme_edits", "number", "feedback", gone.items)
        quotes = self._each("themes", "id", "quotes", gone.items)
        terms = self._each("themes", "id", "terms", gone.items)
        unnamed = []
        for key, name in self._db.execute("SELECT id, name FROM themes WHERE named_by IS NULL").fetchall():
            if gone.text(name) != name:
                self._db.execute("UPDATE themes SET name = ? WHERE id = ?", [ERASED, key])
                unnamed.append(str(key))
        # The centre of a theme that is no more is the mean of texts that may be gone.
        self._db.execute("UPDATE themes SET centroid = NULL WHERE retired AND centroid IS NOT NULL")
        themes = {*quotes, *terms, *unnamed}
        return {"theme_events": len(events), "theme_edits": len(edits), "themes": len(themes)}, unnamed

    def kept_words(self) -> list[str]:
        """Return what people and imports other than feedback wrote: maps, metrics, names that people chose."""
        found: list[str] = []
        for sql in (
            "SELECT document FROM maps",
            "SELECT name || ' ' || aliases FROM metrics",
            "SELECT source || ' ' || label || ' ' || segments || ' ' || stage FROM metric_points",
            "SELECT text FROM theme_edits WHERE text IS NOT NULL",
            "SELECT actor FROM theme_edits",
            "SELECT actor FROM audit WHERE actor IS NOT NULL",
            "SELECT kind || ' ' || j.key FROM audit, json_each(audit.detail) AS j",
            "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL",
        ):
            found += [text for (text,) in self._db.execute(sql)]
        return [*found, *(text.lower() for text in found)]

    def settings_of_people(self) -> list[str]:
        """Return who set up what and where, as the tables say that are swept: of them, only after the sweep."""
        sql = """SELECT by FROM roles UNION SELECT by FROM private_sources
            UNION SELECT by || ' ' || zone FROM subscriptions"""
        found = [text for (text,) in self._db.execute(sql)]
        return [*found, *(text.lower() for text in found)]

    def is_said(self, word: str) -> bool:
        """Say whether any text still holds a word, whatever its ending."""
        sql = "SELECT 1 FROM texts_fts WHERE texts_fts MATCH ? LIMIT 1"
        return self._db.execute(sql, ['"' + word.replace('"', "") + '"']).fetchone() is not None

    def sweep(
        self, needles: Iterable[str], rename: Mapping[str, str] | None = None, *, words: Collection[bytes] = ()
    ) -> dict[str, int]:
        """Go through every table that nobody told us of; see `sweeping.sweep`."""
        return sweep(self._db, needles, rename, words=words)

    def sweep_typed(self, customer: str) -> dict[str, int]:
        """Drop what people typed that names a customer by the source's id, of more than three signs."""
        return sweep(self._db, [customer], among=TYPED)

    def touch(self) -> None:
        """Note that the content changes, so that nothing in memory is used again, and that the file is not clean."""
        meta.bump(self._db)
        meta.write(self._db, UNCLEAN, "1")

    @property
    def unclean(self) -> bool:
        """Whether something was removed after which the file has not been cleaned: a full disk, or a reader, did it."""
        return meta.read(self._db, UNCLEAN) == "1"

    def _hanging_on_feedback(self) -> list[tuple[str, str]]:
        """Return the tables, and their columns, whose rows go when a piece of feedback goes: as the schema has it."""
        return [
            (table, str(column))
            for table in self._db.table_names()
            for _, _, parent, column, _, _, on_delete, _ in self._db.execute(f'PRAGMA foreign_key_list("{table}")')
            if parent == "feedback" and on_delete == "CASCADE"
        ]

    def _promote_copies(self, keys: str) -> None:
        """Where an original goes and its near-duplicates stay, the earliest of these becomes the original."""
        among = "(SELECT value FROM json_each(?1))"
        sql = f"""SELECT d.duplicate_of, d.feedback, f.customer FROM derived d JOIN feedback f ON f.row = d.feedback
            WHERE d.duplicate_of IN {among} AND d.feedback NOT IN {among} ORDER BY d.duplicate_of, d.feedback"""
        heirs: dict[int, tuple[int, str | None]] = {}
        for original, row, customer in self._db.execute(sql, [keys]).fetchall():
            heir, whose = heirs.setdefault(original, (row, customer))
            same = heir != row and customer is not None and customer == whose
            self._db.execute(
                "UPDATE derived SET duplicate_of = ?, counted = ? WHERE feedback = ?",
                [None if heir == row else heir, 0 if same else 1, row],
            )

    def _each(self, table: str, key: str, column: str, change: Callable[[Any], object]) -> list[object]:
        """Pass the JSON in a column through `change`; return the keys of the rows that it changed."""
        changed = []
        for row, text in self._db.execute(f"SELECT {key}, {column} FROM {table}").fetchall():
            before = json.loads(text)
            after = change(before)
            if after != before:
                self._db.execute(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", [json.dumps(after), row])
                changed.append(row)
        return changed

    def _count(self, sql: str, values: list[object]) -> int:
        return int(self._db.execute(sql, values).rowcount)


def clean(db: Database) -> bool:
    """Leave no deleted byte in the file: rebuild the word index, write the file anew, empty its log.

    Deleted words linger in the segments of a full text index, and deleted rows in free pages and in the write-ahead
    log. Return whether the log could be emptied; a process that is reading the file keeps it from that. Until it has
    been, the file says that it is not clean.
    """
    meta.write(db, UNCLEAN, "1")
    with db.atomic():
        db.execute("INSERT INTO texts_fts (texts_fts) VALUES ('rebuild')")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    db.execute("VACUUM")
    busy, _, _ = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if not busy:
        meta.write(db, UNCLEAN, "")
        busy, _, _ = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy
