"""Checks: what must hold in a file whatever happened to it, asked of SQLite itself. Nothing is written."""

import re
import sqlite3

from sqlite_utils import Database

from knowledge.store.audit import mark

_ORPHANS = {
    "feedback without text": "SELECT count(*) FROM feedback WHERE row NOT IN (SELECT feedback FROM texts)",
    "points of no feedback": "SELECT count(*) FROM points WHERE feedback NOT IN (SELECT row FROM feedback)",
    "points in no known theme": """SELECT count(*) FROM points
        WHERE theme IS NOT NULL AND theme NOT IN (SELECT id FROM themes WHERE NOT retired)""",
    "conclusions about no feedback": "SELECT count(*) FROM derived WHERE feedback NOT IN (SELECT row FROM feedback)",
    "copies of a copy": """SELECT count(*) FROM derived d JOIN derived o ON o.feedback = d.duplicate_of
        WHERE o.duplicate_of IS NOT NULL""",
    "segments of no feedback": "SELECT count(*) FROM segments WHERE feedback NOT IN (SELECT row FROM feedback)",
    "examples without a point": """SELECT count(*) FROM theme_examples
        WHERE text_hash NOT IN (SELECT text_hash FROM points)""",
    "values of no metric": "SELECT count(*) FROM metric_points WHERE metric NOT IN (SELECT id FROM metrics)",
    "events of no theme": "SELECT count(*) FROM theme_events WHERE theme NOT IN (SELECT id FROM themes)",
    "themes in no known parent": """SELECT count(*) FROM themes
        WHERE NOT retired AND parent IS NOT NULL AND parent NOT IN (SELECT id FROM themes WHERE NOT retired)""",
}


def integrity(connection: sqlite3.Connection) -> list[str]:
    """Check every page, index and constraint; return what is wrong, at most ten lines of it."""
    found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(1000000)")]
    return [] if found == ["ok"] else [line for line in found if not _false_alarm(connection, line)][:10]


def _false_alarm(connection: sqlite3.Connection, line: str) -> bool:
    """Recognise a complaint that SQLite 3.40 raises in error.

    In a table WITHOUT ROWID whose key is not its first columns, it looks for NULL in the wrong place.
    """
    match = re.fullmatch(r"NULL value in (\w+)\.(\w+)", line)
    if not match:
        return False
    sql = f'SELECT count(*) FROM "{match[1]}" WHERE "{match[2]}" IS NULL'
    return not connection.execute(sql).fetchone()[0]


class CheckRows:
    """Asks SQLite what is wrong. Each method returns sentences, none where nothing is."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def integrity(self) -> list[str]:
        """Check every page, index and constraint of the file."""
        return integrity(self._db.conn)

    def foreign_keys(self) -> list[str]:
        """Find rows that refer to rows that are not there."""
        rows = self._db.execute("PRAGMA foreign_key_check").fetchall()
        return [f"{table}: row {row} refers to a row of {parent} that is not there" for table, row, parent, _ in rows]

    def orphans(self) -> list[str]:
        """Find rows that hang on nothing."""
        counts = {what: int(self._db.execute(sql).fetchone()[0]) for what, sql in _ORPHANS.items()}
        return [f"{count} {what}" for what, count in counts.items() if count]

    def word_index(self) -> list[str]:
        """Compare the full text index with the texts, word by word."""
        found = []
        try:
            # With rank 1, FTS5 compares an index with the content that lies outside it.
            self._db.execute("SAVEPOINT checking")
            self._db.execute("INSERT INTO texts_fts (texts_fts, rank) VALUES ('integrity-check', 1)")
        except sqlite3.DatabaseError as error:
            found.append(f"the word index does not fit the texts ({error})")
        finally:
            if self._db.conn.in_transaction:
                self._db.execute("ROLLBACK TO checking")
                self._db.execute("RELEASE checking")
        texts, indexed = (
            int(self._db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
            for table in ("texts", "texts_fts_docsize")
        )
        return found if texts == indexed else [*found, f"{texts} texts, but {indexed} in the word index"]

    def spans(self) -> dict[int, list[tuple[int, int, str]]]:
        """Return (start, end, text hash) of the points of each row of feedback, in order."""
        found: dict[int, list[tuple[int, int, str]]] = {}
        for row, start, stop, key in self._db.execute(
            "SELECT feedback, start, stop, text_hash FROM points ORDER BY feedback, n"
        ):
            found.setdefault(row, []).append((start, stop, key))
        return found

    def main_themes(self) -> list[str]:
        """Find feedback whose main theme is not that of its points."""
        sql = """SELECT count(*) FROM derived d WHERE d.theme IS NOT (
            SELECT p.theme FROM points p WHERE p.feedback = d.feedback AND p.theme IS NOT NULL
            GROUP BY p.theme ORDER BY count(*) DESC, max(p.strength) DESC, p.theme LIMIT 1)"""
        count = int(self._db.execute(sql).fetchone()[0])
        return [f"{count} pieces of feedback whose main theme is not that of their points"] if count else []

    def ledger(self) -> list[str]:
        """Find events and decisions that contradict each other; their order is that of their numbers, not of clocks."""
        wrong = {
            "events of a decision that is not there": """SELECT count(*) FROM theme_events
                WHERE edit IS NOT NULL AND edit NOT IN (SELECT number FROM theme_edits)""",
            "decisions that take back a later one": "SELECT count(*) FROM theme_edits WHERE undoes >= number",
            "themes with feedback whose beginning is not told": """SELECT count(DISTINCT p.theme) FROM points p
                WHERE p.theme IS NOT NULL AND p.theme NOT IN (SELECT theme FROM theme_events)""",
        }
        counts = {what: int(self._db.execute(sql).fetchone()[0]) for what, sql in wrong.items()}
        return [f"{count} {what}" for what, count in counts.items() if count]

    def forgotten(self) -> list[str]:
        """Find feedback of customers who asked to be forgotten."""
        marks = {key for (key,) in self._db.execute("SELECT mark FROM kept_out")}
        sql = "SELECT DISTINCT customer FROM feedback WHERE customer IS NOT NULL"
        count = sum(mark(customer) in marks for (customer,) in self._db.execute(sql)) if marks else 0
        return [f"{count} customers who asked to be forgotten are back"] if count else []
