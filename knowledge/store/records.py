"""Rated feedback by SQL: the independent twin of `Facts.records`."""

import json
from collections.abc import Sequence

import numpy as np
from sqlite_utils import Database

from knowledge.facts import Records
from knowledge.store.columns import encode

_AMONG = "IN (SELECT value FROM json_each(?))"


def read_records(db: Database, rows: Sequence[int]) -> Records:
    """Return what is rated among these rows, ascending."""
    keys = json.dumps([int(row) for row in rows])
    sql = f"""SELECT f.row, f.day, f.rating, f.rating_low || ' ' || f.rating_high, d.stage, f.channel, f.customer
        FROM feedback f LEFT JOIN derived d ON d.feedback = f.row WHERE f.rating IS NOT NULL AND f.row {_AMONG}
        ORDER BY f.row"""
    found = db.execute(sql, [keys]).fetchall()
    columns: Sequence[Sequence[object]] = list(zip(*found, strict=True)) if found else [()] * 7
    row, day, rating, scale, stage, channel, customer = columns
    place = {key: i for i, key in enumerate(row)}
    segments: dict[str, list[object]] = {}
    for key, name, value in db.execute(f"SELECT feedback, name, value FROM segments WHERE feedback {_AMONG}", [keys]):
        if key in place:
            segments.setdefault(name, [None] * len(row))[place[key]] = value
    sql = f"SELECT DISTINCT feedback, theme FROM points WHERE theme IS NOT NULL AND feedback {_AMONG}"
    pairs = [(key, theme) for key, theme in db.execute(sql, [keys]) if key in place]
    themes = sorted({theme for _, theme in pairs})
    member = np.zeros((len(row), len(themes)), dtype=bool)
    for key, theme in pairs:
        member[place[key], themes.index(theme)] = True
    return Records(
        row=np.asarray(row, dtype=np.int64),
        day=np.asarray(day, dtype=np.int32),
        score=np.asarray(rating, dtype=np.float64),
        scale=encode(scale),
        stage=encode(stage),
        channel=encode(channel),
        customer=encode(customer),
        segments={name: encode(values) for name, values in sorted(segments.items())},
        themes=tuple(themes),
        member=member,
    )
