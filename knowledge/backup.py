"""Backup and restore: a copy of the file while it is in use, and back, without bringing back who was forgotten."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from knowledge.erasure import forget
from knowledge.errors import StoreError
from knowledge.store import open_store, prepare
from knowledge.store.audit import mark
from knowledge.store.copying import check_copy, copy, put_in_place


@dataclass(frozen=True, kw_only=True)
class Restored:
    """What a restore did: the old file is at `aside` (None: there was none), `forgotten` customers were kept out."""

    feedback: int
    aside: Path | None
    forgotten: int


def backup(db: Path, target: Path, *, at: datetime, actor: str | None = None) -> int:
    """Copy the file, in use or not, and return the copy's size in bytes. The key of customer ids is not in it."""
    size = copy(db, target)
    with open_store(db) as store:
        store.audit.record("backup", {"file": str(target.resolve())}, at=at, actor=actor)
    return size


def restore(source: Path, db: Path, *, at: datetime, actor: str | None = None) -> Restored:
    """Check a backup, put it in place of the file, and keep the old file beside it.

    Who was forgotten since the backup was made is forgotten in it as well. Nothing is changed before the backup has
    been found whole, of a version that we know, and brought up to date.
    """
    check_copy(source)
    part = db.with_name(db.name + ".restoring")
    for end in ("", "-wal", "-shm"):
        part.with_name(part.name + end).unlink(missing_ok=True)
    copy(source, part)
    prepare(part)
    count, forgotten = _forget_again(part, _marks(db), at=at, actor=actor)
    copy_ready = part.with_name(part.name + ".ready")
    copy_ready.unlink(missing_ok=True)
    copy(part, copy_ready)
    for end in ("", "-wal", "-shm"):
        part.with_name(part.name + end).unlink(missing_ok=True)
    aside = db.with_name(f"{db.name}.before-{at:%Y%m%d-%H%M%S}") if db.exists() else None
    put_in_place(copy_ready, db, aside or db)
    prepare(db)
    return Restored(feedback=count, aside=aside, forgotten=forgotten)


def _marks(db: Path) -> dict[str, str]:
    """Return who is to be kept out, from the file that is replaced; nothing where it cannot be read."""
    if not db.exists():
        return {}
    try:
        with open_store(db) as store:
            return store.audit.kept_out()
    except StoreError:
        return {}


def _forget_again(part: Path, marks: dict[str, str], *, at: datetime, actor: str | None) -> tuple[int, int]:
    with open_store(part) as store:
        store.audit.keep_out_marks(marks)
        known = store.audit.kept_out()
        everybody = {*store.erasure.customers(), *store.events.customers()}
        back = sorted(customer for customer in everybody if mark(customer) in known)
        for customer in back:
            forget(store, customer, at=at, actor=actor)
        store.audit.record("restore", {"forgotten": len(back)}, at=at, actor=actor)
        return store.feedback.count(), len(back)
