"""Vectors, keyed by the text's hash and the model: a text is encoded once per model, and spaces never mix."""

import json
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

# Half precision: twice the rows in the same memory, and a cosine that differs by less than 0.001.
_STORED = np.float16
_PART = 20_000


class VectorRows:
    """Reads and writes unit vectors."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def missing(self, model_id: str) -> list[str]:
        """Return the hashes of points without a vector, each once, in the order in which they were imported."""
        sql = """
            SELECT p.text_hash, min(p.feedback * 1000 + p.n) AS place FROM points p
            LEFT JOIN vectors v ON v.model = ? AND v.text_hash = p.text_hash
            WHERE v.text_hash IS NULL GROUP BY p.text_hash ORDER BY place"""
        return [key for key, _ in self._db.execute(sql, [model_id])]

    def put(self, hashes: Sequence[str], vectors: NDArray[np.float32], model_id: str) -> None:
        """Write the vectors of these texts, shape (n, d), in one transaction."""
        rows = zip(hashes, vectors.astype(_STORED), strict=True)
        with self._db.atomic():
            self._db.conn.executemany(
                "INSERT OR IGNORE INTO vectors (text_hash, model, vector) VALUES (?, ?, ?)",
                [(key, model_id, vector.tobytes()) for key, vector in rows],
            )

    def get(self, hashes: Sequence[str], model_id: str) -> NDArray[np.float32]:
        """Return the vectors of these texts, shape (n, d), in the order asked; raises KeyError for an unknown one."""
        sql = """SELECT text_hash, vector FROM vectors
            WHERE model = ? AND text_hash IN (SELECT value FROM json_each(?))"""
        wanted = list(dict.fromkeys(hashes))
        found: dict[str, bytes] = dict(self._db.execute(sql, [model_id, json.dumps(wanted)]).fetchall())
        return _stack([found[key] for key in hashes])

    def of_points(self, model_id: str) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float32]]:
        """Return (row, n, vector) of every point that has a vector, ordered by row and n."""
        sql = """
            SELECT p.feedback, p.n, v.vector FROM points p
            JOIN vectors v ON v.model = ? AND v.text_hash = p.text_hash ORDER BY p.feedback, p.n"""
        rows = self._db.execute(sql, [model_id]).fetchall()
        return (
            np.array([row for row, _, _ in rows], dtype=np.int64),
            np.array([n for _, n, _ in rows], dtype=np.int32),
            _stack([vector for _, _, vector in rows]),
        )

    def numbers(self, model_id: str, rows: Sequence[int] | None = None) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return (row, number of the vector) of each point that has one, of all rows or of these; see `each`."""
        among = "points p" if rows is None else "json_each(?) r CROSS JOIN points p ON p.feedback = r.value"
        # CROSS JOIN: from the points to the vectors' index, which holds the number; the vectors themselves are not read
        sql = f"""SELECT p.feedback, v.rowid FROM {among}
            CROSS JOIN vectors v ON v.model = ? AND v.text_hash = p.text_hash"""
        wanted = [model_id] if rows is None else [json.dumps(list(rows)), model_id]
        found = np.fromiter(self._db.execute(sql, wanted), dtype=[("row", np.int64), ("number", np.int64)])
        return found["row"], found["number"]

    def each(self, numbers: NDArray[np.int64]) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float16]]]:
        """Yield these vectors, each once, as (numbers ascending, shape (m, d)), a part at a time."""
        sql = "SELECT v.rowid, v.vector FROM json_each(?) w CROSS JOIN vectors v ON v.rowid = w.value"
        wanted = np.unique(numbers)
        for start in range(0, len(wanted), _PART):
            found = self._db.execute(sql, [json.dumps(wanted[start : start + _PART].tolist())]).fetchall()
            if found:
                flat = np.frombuffer(b"".join(vector for _, vector in found), dtype=_STORED)
                yield np.array([number for number, _ in found], dtype=np.int64), flat.reshape(len(found), -1)

    def other_than(self, model_id: str) -> str | None:
        """Return a model that has vectors in the file though this one has none; None where there is no such."""
        sql = "SELECT model FROM vectors WHERE NOT EXISTS (SELECT 1 FROM vectors WHERE model = ?) LIMIT 1"
        row = self._db.execute(sql, [model_id]).fetchone()
        return str(row[0]) if row else None

    def models(self) -> dict[str, int]:
        """Return how many vectors there are of each model."""
        return dict(self._db.execute("SELECT model, count(*) FROM vectors GROUP BY model").fetchall())


def _stack(blobs: Sequence[bytes]) -> NDArray[np.float32]:
    if not blobs:
        return np.zeros((0, 0), dtype=np.float32)
    flat = np.frombuffer(b"".join(blobs), dtype=_STORED).reshape(len(blobs), -1).astype(np.float32)
    flat /= np.linalg.norm(flat, axis=1, keepdims=True)
    return flat
