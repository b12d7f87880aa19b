"""Loads `Facts`: the database's rows turned into columns, once per revision."""

from collections.abc import Iterable, Sequence

import numpy as np
from sqlite_utils import Database

from knowledge.facts import Column, Facts
from knowledge.store.meta import revision

_SQL = """
    SELECT f.row, f.day, d.stage, f.channel, f.language, f.customer, d.sentiment, f.rating, coalesce(d.counted, 1),
        f.rating_low || ' ' || f.rating_high
    FROM feedback f LEFT JOIN derived d ON d.feedback = f.row ORDER BY f.row"""


def load_facts(db: Database) -> Facts:
    """Read all feedback as columns, ordered by row key."""
    rows = db.execute(_SQL).fetchall()
    columns: Sequence[Sequence[object]] = list(zip(*rows, strict=True)) if rows else [()] * 10
    row, day, stage, channel, language, customer, sentiment, rating, counted, scale = columns
    keys = np.asarray(row, dtype=np.int64)
    theme, position = _themes(db, keys)
    return Facts(
        revision=revision(db),
        row=keys,
        day=np.asarray(day, dtype=np.int32),
        stage=encode(stage),
        channel=encode(channel),
        language=encode(language),
        customer=encode(customer),
        sentiment=_floats(sentiment),
        rating=_floats(rating),
        counted=np.asarray(counted, dtype=bool),
        segments=_segments(db, keys),
        theme=theme,
        theme_position=position,
        scale=encode(scale),
    )


def encode(values: Iterable[object]) -> Column:
    """Return words as codes into their sorted distinct values; None becomes -1."""
    items = list(values)
    distinct = sorted({value for value in items if isinstance(value, str)})
    code: dict[object, int] = {value: i for i, value in enumerate(distinct)}
    return Column(codes=np.array([code.get(value, -1) for value in items], dtype=np.int32), values=tuple(distinct))


def _floats(values: Iterable[object]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _segments(db: Database, keys: np.ndarray[tuple[int], np.dtype[np.int64]]) -> dict[str, Column]:
    columns = {}
    for (name,) in db.execute("SELECT DISTINCT name FROM segments ORDER BY name").fetchall():
        pairs = db.execute("SELECT feedback, value FROM segments WHERE name = ? ORDER BY feedback", [name]).fetchall()
        where = np.searchsorted(keys, np.array([row for row, _ in pairs], dtype=np.int64))
        column = encode(value for _, value in pairs)
        codes = np.full(len(keys), -1, dtype=np.int32)
        codes[where] = column.codes
        columns[name] = Column(codes=codes, values=column.values)
    return columns


def _themes(
    db: Database, keys: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> tuple[Column, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    sql = "SELECT DISTINCT feedback, theme FROM points WHERE theme IS NOT NULL ORDER BY feedback, theme"
    pairs = db.execute(sql).fetchall()
    column = encode(theme for _, theme in pairs)
    return column, np.searchsorted(keys, np.array([row for row, _ in pairs], dtype=np.int64))
