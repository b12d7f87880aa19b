"""Connections: how the file is opened, and what SQLite's errors mean to a person."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from knowledge.errors import NotFound, SchemaMismatch, StoreBusy, StoreDamaged, StoreError
from knowledge.store.migrations import migrations

BUSY_TIMEOUT_S = 30.0


class _Database(Database):  # type: ignore[misc] # sqlite-utils is untyped
    """A database whose transactions take the write lock at once.

    One that begins by reading would be refused at its first write, whatever the timeout, where somebody else has
    written in between: what it read is out of date. So whoever is going to write waits before the first look.
    """

    @contextmanager
    def atomic(self) -> Iterator[Database]:
        """Do all of what follows, or nothing; inside another one, a part of it."""
        if self.conn.in_transaction:
            with super().atomic():
                yield self
            return
        self.conn.execute("BEGIN IMMEDIATE")
        with self.conn:
            yield self


def connect(path: Path) -> Database:
    """Open the file for one thread: WAL readers never block, a second writer waits up to BUSY_TIMEOUT_S."""
    connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")
    # With WAL, NORMAL loses nothing when a process dies; only a power cut may undo the last commits.
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA cache_size = -65536")
    return _Database(connection)


def prepare(path: Path) -> None:
    """Create the file or bring it to this version's schema; run once at start-up.

    Raises SchemaMismatch where the file is newer than this program, StoreDamaged where it is no database.
    """
    with translated(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            # Customers' words: only for whoever runs us. SQLite gives the files beside it the same permissions.
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
        db = connect(path)
        try:
            refuse_newer(db, path)
            if migrations.pending(db):
                db.enable_wal()
                migrations.apply(db)
        finally:
            db.close()


@contextmanager
def opened(path: Path) -> Iterator[Database]:
    """Yield a connection to a prepared file; raises NotFound where there is none."""
    with translated(path):
        there = path.exists()
    if not there:
        raise NotFound(f"There is no database at {path}. Import feedback first: journey import feedback FILE")
    with translated(path):
        db = connect(path)
        try:
            yield db
        finally:
            db.close()


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours, with what to do about them."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise _explained(path, error) from error
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.IntegrityError):
            raise
        raise StoreDamaged(
            f"{path} is not a usable database ({error}). Restore a backup: journey restore FILE. Without one, move the "
            "file away and import again."
        ) from error
    except BrokenPipeError:
        raise  # whoever read our output has gone
    except OSError as error:
        raise StoreError(f"{path} cannot be read or written: {error.strerror or error}.") from error


def _explained(path: Path, error: sqlite3.OperationalError) -> StoreError:
    text = str(error)
    if "locked" in text or "busy" in text:
        return StoreBusy(f"{path} is in use by another process. Wait until it has finished, then run this again.")
    if "full" in text:
        return StoreError(f"The disk that holds {path} is full. Nothing was lost; free some space and run this again.")
    if "disk I/O" in text:
        return StoreError(
            f"The disk refused to read or write {path} ({text}). It may be full, over its quota, or failing. What was "
            "finished before is kept; run this again when the disk is well."
        )
    if "unable to open" in text:
        return StoreError(
            f"{path} cannot be opened: is it a file in a folder that you may read and write? SQLite keeps two files "
            "beside it."
        )
    if "readonly" in text:
        return StoreError(
            f"{path} is read-only, or the folder that it lies in. Change their permissions, or name another file "
            "with --db."
        )
    if "no such table" in text or "no such column" in text:
        return SchemaMismatch(f"{path} has not been prepared by this version ({error}). Run: journey status")
    return StoreError(f"{path}: {error}.")


def refuse_newer(db: Database, path: Path) -> None:
    """Raise SchemaMismatch where the file holds a migration that this program does not know."""
    known = {migration.name for migration in migrations._migrations}
    newer = [migration.name for migration in migrations.applied(db) if migration.name not in known]
    if newer:
        raise SchemaMismatch(
            f"{path} was written by a newer version of Journey Assistant (it has {newer[-1]}). Update the program."
        )
