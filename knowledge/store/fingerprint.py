"""A fingerprint of everything that a file holds, to tell whether two ended in the same state."""

import hashlib

from sqlite_utils import Database

# When something was done differs between two runs that did the same.
_MOMENTS = {"at", "imported_at", "applied_at", "undone_at"}
_SKIPPED = {"meta", "_sqlite_migrations", "sqlite_sequence"}


def fingerprint(db: Database) -> dict[str, str]:
    """Return a hash of each table's rows, whatever order they were written in; moments of work are left out."""
    found = {}
    for table in sorted(db.table_names()):
        if table in _SKIPPED or table.startswith("texts_fts"):
            continue
        columns = [c.name for c in db[table].columns if table == "feedback" or c.name not in _MOMENTS]
        named = ", ".join(f'"{name}"' for name in columns)
        rows = db.execute(f'SELECT {named} FROM "{table}" ORDER BY {named}')
        digest = hashlib.blake2b(digest_size=16)
        for row in rows:
            digest.update(repr(row).encode("utf-8", "surrogatepass"))
        found[table] = digest.hexdigest()
    return found
