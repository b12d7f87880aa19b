"""Small values about the file itself: its revision, and what was derived with which model."""

from sqlite_utils import Database


def read(db: Database, key: str) -> str | None:
    """Return the value kept under `key`, or None."""
    row = db.execute("SELECT value FROM meta WHERE key = ?", [key]).fetchone()
    return str(row[0]) if row else None


def write(db: Database, key: str, value: str) -> None:
    """Keep `value` under `key`."""
    db.execute("INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", [key, value])


def revision(db: Database) -> int:
    """Return a number that grows with each change of content: caches are keyed by it."""
    return int(read(db, "revision") or 0)


def bump(db: Database) -> None:
    """Note that the content has changed."""
    write(db, "revision", str(revision(db) + 1))
