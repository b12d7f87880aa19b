"""Metrics and their values."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlite_utils import Database

from knowledge.metrics import Metric, MetricPoint
from knowledge.periods import Period
from knowledge.store.feedback import Upserted
from knowledge.store.meta import bump


class MetricRows:
    """Reads and writes `Metric` and `MetricPoint`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def save(self, metrics: Sequence[Metric], points: Sequence[MetricPoint]) -> Upserted:
        """Write metrics and values; a value for the same stage, period and segment replaces the earlier one."""
        with self._db.atomic():
            self._db.conn.executemany(
                """INSERT INTO metrics (id, name, unit, better, low, high, aliases) VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET name = excluded.name, unit = excluded.unit, better = excluded.better,
                low = excluded.low, high = excluded.high, aliases = excluded.aliases""",
                [(m.id, m.name, m.unit, m.better, m.low, m.high, json.dumps(m.aliases)) for m in metrics],
            )
            known = {tuple(row[:6]): tuple(row[6:]) for row in self._db.execute(f"SELECT {_POINT} FROM metric_points")}
            rows = {_key(point): _rest(point) for point in points}
            added = [key for key in rows if key not in known]
            changed = [key for key in rows if key in known and known[key] != rows[key]]
            self._db.conn.executemany(
                f"INSERT OR REPLACE INTO metric_points ({_POINT}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [(*key, *rows[key]) for key in (*added, *changed)],
            )
            if added or changed:
                bump(self._db)
        return Upserted(added=len(added), changed=len(changed))

    def all(self) -> list[Metric]:
        """Return every metric, by id."""
        sql = "SELECT id, name, unit, better, low, high, aliases FROM metrics ORDER BY id"
        names = ("id", "name", "unit", "better", "low", "high")
        return [
            Metric(**dict(zip(names, row[:6], strict=True)), aliases=tuple(json.loads(row[6])))
            for row in self._db.execute(sql)
        ]

    def points(self, metric: str | None = None, stage: str | None = None) -> list[MetricPoint]:
        """Return values by metric, stage and start; of one metric or stage where it is named."""
        sql = f"""SELECT {_POINT} FROM metric_points WHERE (?1 IS NULL OR metric = ?1) AND (?2 IS NULL OR stage = ?2)
            ORDER BY metric, stage, start, stop, segments"""
        return [_point(row) for row in self._db.execute(sql, [metric, stage])]


_POINT = "metric, stage, start, stop, segments, source, label, value, n, target"


def _key(point: MetricPoint) -> tuple[object, ...]:
    start, end = point.period.start, point.period.end
    if start is None or end is None:
        raise ValueError("a metric's period has two ends")
    segments = json.dumps(dict(point.segments), sort_keys=True)
    return (point.metric, point.stage or "", start.toordinal(), end.toordinal(), segments, point.source)


def _rest(point: MetricPoint) -> tuple[object, ...]:
    return (point.period.label, float(point.value), point.n, point.target)


def _point(row: Sequence[Any]) -> MetricPoint:
    metric, stage, start, stop, segments, source, label, value, n, target = row
    period = Period(start=date.fromordinal(start), end=date.fromordinal(stop), label=label)
    return MetricPoint(
        metric=metric, stage=stage or None, period=period, value=value, n=n, target=target,
        segments=json.loads(str(segments)), source=source,
    )  # fmt: skip
