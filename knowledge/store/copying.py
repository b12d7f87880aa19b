"""Copies of the file while it is in use, and putting one in its place."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlite_utils import Database

from knowledge.errors import InputError, NotFound, StoreBusy, StoreDamaged
from knowledge.store.checks import integrity
from knowledge.store.connection import BUSY_TIMEOUT_S, refuse_newer, translated

_PAGES = 4096
"""Pages copied at a time: between two steps, others may write."""


def copy(source: Path, target: Path) -> int:
    """Copy a database by SQLite's online backup; return its bytes. The copy appears complete or not at all.

    Only the owner may read it. Raises InputError where `target` exists.
    """
    if target.exists():
        raise InputError(f"{target} exists already. Name another file, or move that one away.")
    part = target.with_name(target.name + ".part")
    try:
        with translated(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
            with _damage_of(source), closing(_read_only(source)) as old, closing(sqlite3.connect(part)) as new:
                old.backup(new, pages=_PAGES)
                # One file that is complete in itself: no log beside it.
                new.execute("PRAGMA journal_mode = DELETE")
            os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
    return target.stat().st_size


def check_copy(path: Path) -> None:
    """Raise StoreDamaged, SchemaMismatch or NotFound unless the file is a whole database of ours, or an older one."""
    if not path.is_file():
        raise NotFound(f"There is no file {path}.")
    with translated(path), closing(_read_only(path)) as connection:
        found = integrity(connection)
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    if found:
        raise StoreDamaged(f"{path} is damaged ({found[0]}). Nothing was changed; choose another backup.")
    if not {"feedback", "texts", "_sqlite_migrations"} <= tables:
        raise StoreDamaged(f"{path} is a database, but not one of Journey Assistant. Nothing was changed.")
    with translated(path), closing(_read_only(path)) as connection:
        refuse_newer(Database(connection), path)


def put_in_place(new: Path, target: Path, aside: Path) -> None:
    """Let `new` become `target`, whose old file is kept as `aside`; at no moment is there no file at `target`.

    Raises StoreBusy where another process has the old file open.
    """
    with translated(target):
        with closing(sqlite3.connect(new)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
        if target.exists():
            _set_aside(target, aside)
        os.replace(new, target)


def _set_aside(target: Path, aside: Path) -> None:
    try:
        with closing(sqlite3.connect(target, timeout=BUSY_TIMEOUT_S / 10)) as connection:
            # Leaving WAL needs the file for oneself, and puts the log's content into it.
            connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise StoreBusy(f"{target} is in use. Stop journey serve and what else uses it, then restore.") from error
        raise
    except sqlite3.DatabaseError:
        # A damaged file: what belongs to it goes with it.
        for end in ("-wal", "-shm"):
            beside = target.with_name(target.name + end)
            if beside.exists():
                beside.rename(aside.with_name(aside.name + end))
    try:
        os.link(target, aside)
    except OSError:  # a file system without hard links
        shutil.copy2(target, aside)


@contextmanager
def _damage_of(source: Path) -> Iterator[None]:
    """Lay damage at the door of what is copied: the copy is new. A full disk is the copy's."""
    try:
        yield
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        with translated(source):
            raise


def _read_only(path: Path) -> sqlite3.Connection:
    if not path.is_file():
        raise NotFound(f"There is no database at {path}.")
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=BUSY_TIMEOUT_S)
    connection.execute("PRAGMA query_only = ON")
    return connection
