"""Themes as the file holds them; what happened to them stands in the ledger."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from knowledge.store.meta import bump
from knowledge.themes import Theme

# Counted theme by theme from the index alone, so that one theme does not cost the count of all.
_SQL = """
    SELECT t.id, t.name, t.terms, t.parent,
        (SELECT count(DISTINCT p.feedback) FROM points p WHERE p.theme = t.id) AS size,
        t.quotes, t.named_by, t.pinned, t.retired
    FROM themes t"""


class ThemeRows:
    """Reads and writes `Theme`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def all(self, *, retired: bool = False) -> list[Theme]:
        """Return the themes, largest first, without parent themes; retired ones only on request."""
        condition = " WHERE t.id LIKE 'T%'" + ("" if retired else " AND NOT t.retired")
        return [_theme(row) for row in self._db.execute(f"{_SQL}{condition} ORDER BY 5 DESC, length(t.id), t.id")]

    def parents(self) -> list[Theme]:
        """Return the parent themes ("P3"), retired or not, by id; their `size` is 0, for points belong to themes."""
        return [_theme(row) for row in self._db.execute(f"{_SQL} WHERE t.id LIKE 'P%' ORDER BY length(t.id), t.id")]

    def get(self, theme_id: str) -> Theme | None:
        """Return the theme with this id, retired or not; None if there never was one."""
        row = self._db.execute(f"{_SQL} WHERE t.id = ?", [theme_id]).fetchone()
        return _theme(row) if row else None

    def retired_among(self, ids: Sequence[str]) -> set[str]:
        """Return which of these themes are retired, without counting anything."""
        sql = "SELECT id FROM themes WHERE retired AND id IN (SELECT value FROM json_each(?))"
        return {str(key) for (key,) in self._db.execute(sql, [json.dumps(list(ids))])}

    def save(self, themes: Sequence[Theme]) -> None:
        """Write these themes; `size` is not stored, it is counted."""
        sql = """
            INSERT INTO themes (id, name, named_by, terms, parent, quotes, pinned, retired)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name,
            named_by = excluded.named_by, terms = excluded.terms, parent = excluded.parent,
            quotes = excluded.quotes, pinned = excluded.pinned, retired = excluded.retired"""
        rows = [
            (t.id, t.name, t.named_by, json.dumps(t.terms), t.parent_id, json.dumps(t.quotes), t.pinned, t.retired)
            for t in themes
        ]
        with self._db.atomic():
            self._db.conn.executemany(sql, rows)
            bump(self._db)

    def set_centroids(self, centroids: dict[str, NDArray[np.float32]], model_id: str) -> None:
        """Keep each theme's centre, shape (d,), in the space of `model_id`."""
        rows = [(vector.astype(np.float32).tobytes(), model_id, key) for key, vector in centroids.items()]
        with self._db.atomic():
            self._db.conn.executemany("UPDATE themes SET centroid = ?, model = ? WHERE id = ?", rows)

    def centroids(self, model_id: str) -> dict[str, NDArray[np.float32]]:
        """Return the centres that were kept for this model, of themes that are not retired."""
        sql = "SELECT id, centroid FROM themes WHERE model = ? AND centroid IS NOT NULL AND NOT retired ORDER BY id"
        return {key: np.frombuffer(blob, dtype=np.float32) for key, blob in self._db.execute(sql, [model_id])}

    def highest_number(self) -> int:
        """Return the highest number that an id has ever used (T12: 12); 0 where there is no theme."""
        row = self._db.execute("SELECT max(CAST(substr(id, 2) AS INTEGER)) FROM themes WHERE id LIKE 'T%'").fetchone()
        return int(row[0] or 0)


def _theme(row: Sequence[Any]) -> Theme:
    key, name, terms, parent, size, quotes, named_by, pinned, retired = row
    return Theme(
        id=str(key), name=str(name), terms=tuple(json.loads(str(terms))), parent_id=parent,
        size=size, quotes=tuple(json.loads(str(quotes))), named_by=named_by,
        pinned=bool(pinned), retired=bool(retired),
    )  # fmt: skip
