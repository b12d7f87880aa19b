"""Visibility: a store in which what may not be seen is not there.

Views in the connection's own schema stand before the tables of the same names, so that whoever reads, by whatever
query, an answer as well as the check of it, finds only what is left. Nothing can be written through it.
"""

import json
import re
from collections.abc import Iterable

from sqlite_utils import Database

_HIDDEN = "SELECT row FROM main.feedback WHERE source IN (SELECT value FROM json_each(?))"
_MIXED = """SELECT DISTINCT t.id, t.name, t.terms, t.named_by FROM main.themes t
    JOIN main.points p ON p.theme = t.id WHERE p.feedback IN (SELECT row FROM hidden_rows)"""
_SAID = "SELECT 1 FROM texts_fts WHERE texts_fts MATCH ? AND +rowid {} (SELECT row FROM hidden_rows) LIMIT 1"
_TABLES = (
    "CREATE TEMP TABLE hidden_rows (row INTEGER PRIMARY KEY)",
    "CREATE TEMP TABLE reworded (id TEXT PRIMARY KEY, name TEXT NOT NULL, terms TEXT NOT NULL)",
    "CREATE TEMP TABLE only_hidden (theme TEXT PRIMARY KEY)",
)
_ONLY_HIDDEN = """INSERT INTO only_hidden SELECT DISTINCT theme FROM main.points
    WHERE theme IS NOT NULL AND feedback IN (SELECT row FROM hidden_rows)
    EXCEPT SELECT theme FROM main.points WHERE feedback NOT IN (SELECT row FROM hidden_rows)"""
_VIEWS = (
    "CREATE TEMP VIEW feedback AS SELECT * FROM main.feedback WHERE row NOT IN (SELECT row FROM hidden_rows)",
    *(
        f"CREATE TEMP VIEW {name} AS SELECT * FROM main.{name} WHERE feedback NOT IN (SELECT row FROM hidden_rows)"
        for name in ("texts", "segments", "points", "derived", "correction_rows")
    ),
    # A theme of which nothing is left to see does not exist here, and none is quoted with what is hidden.
    """CREATE TEMP VIEW themes AS SELECT t.id, coalesce(r.name, t.name) AS name, named_by,
        coalesce(r.terms, t.terms) AS terms, parent, (
            SELECT json_group_array(q.value) FROM json_each(t.quotes) q JOIN main.feedback f ON f.id = q.value
            WHERE f.row NOT IN (SELECT row FROM hidden_rows)
        ) AS quotes, pinned, retired, centroid, model
        FROM main.themes t LEFT JOIN reworded r ON r.id = t.id WHERE t.id NOT IN (SELECT theme FROM only_hidden)""",
)


def hide(db: Database, sources: Iterable[str]) -> None:
    """Let the connection see nothing of these sources of feedback, and no word of a theme's name that only they hold.

    Names that people chose are left: they are their words.
    """
    for statement in _TABLES:
        db.execute(statement)
    db.execute(f"INSERT INTO hidden_rows {_HIDDEN}", [json.dumps(sorted(sources))])
    db.execute(_ONLY_HIDDEN)
    for key, name, terms, named_by in db.execute(_MIXED).fetchall():
        said = [term for term in json.loads(terms) if not _is_secret(db, term)]
        shown = name if named_by else " ".join(word for word in name.split() if not _is_secret(db, word)) or str(key)
        db.execute("INSERT INTO reworded VALUES (?, ?, ?)", [key, shown, json.dumps(said)])
    for view in _VIEWS:
        db.execute(view)
    db.conn.commit()
    db.execute("PRAGMA query_only = ON")


def _is_secret(db: Database, words: str) -> bool:
    """Tell whether what is hidden, and it alone, holds one of the words, whatever its ending."""
    for word in re.findall(r"\w+", words.lower()):
        hidden, seen = (db.execute(_SAID.format(among), [f'"{word}"']).fetchone() for among in ("IN", "NOT IN"))
        if hidden and not seen:
            return True
    return False
