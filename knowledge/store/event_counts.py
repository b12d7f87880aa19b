"""The counts of `knowledge/analysis/funnel.py` by SQL, from the visits in the file: the second, independent way."""

import json
from collections.abc import Sequence
from typing import Any

from sqlite_utils import Database

from knowledge.events import DAY_MS, QUIET_DAYS, Cases, EventLog, Passage, Stay, spread
from knowledge.store.events import EventRows
from knowledge.tally import Kept


class SqlEvents:
    """Counts cases by SQL; what was counted once at this revision is kept."""

    def __init__(self, db: Database, kept: Kept | None = None) -> None:
        self._db = db
        self._kept = kept or Kept()

    def logs(self) -> Sequence[EventLog]:
        """Return the logs, largest first."""
        return self._kept.get("event logs", lambda: EventRows(self._db).logs())

    def passage(self, cases: Cases, path: Sequence[int]) -> Passage:
        """Count who went through the stages of `path` in this order."""
        return self._kept.get(("passage", _key(cases), tuple(path)), lambda: self._passage(cases, path))

    def stay(self, cases: Cases, stage: int) -> Stay:
        """Count what became of the cases that entered a stage."""
        return self._kept.get(("stay", _key(cases), stage), lambda: self._stay(cases, stage))

    def _passage(self, cases: Cases, path: Sequence[int]) -> Passage:
        where, values = _where(cases)
        steps = [f"step0 AS (SELECT row AS c, -1 AS n, 0 AS at, 0 AS was FROM event_cases WHERE {where})"]
        for number, stage in enumerate(path, start=1):
            # Beside min(), SQLite takes the other columns from the row that holds the minimum.
            steps.append(
                f"""step{number} AS (SELECT s.c, min(v.n) AS n, v.at AS at, s.at AS was FROM step{number - 1} s
                JOIN event_visits v ON v.event_case = s.c AND v.n > s.n WHERE v.stage = {int(stage)} GROUP BY s.c)"""
            )
        last, before = f"step{len(path)}", f"step{len(path) - 1}"
        sql = f"""WITH {", ".join(steps)} SELECT r.at - r.was, CASE WHEN r.c IS NULL THEN {self._alive(cases.log)} END
            FROM {before} w JOIN event_cases k ON k.row = w.c LEFT JOIN {last} r ON r.c = w.c"""
        pending = missed = 0
        took: list[int] = []
        for time, alive in self._db.execute(sql, values):
            if time is None:
                missed += 1
                pending += alive
            else:
                took.append(time)
        reached = len(took)
        return Passage(cases=reached + missed, reached=reached, pending=pending, took=spread(sorted(took)))

    def _stay(self, cases: Cases, stage: int) -> Stay:
        where, values = _where(cases)
        sql = f"""SELECT count(*), sum(coalesce((SELECT m.at FROM event_visits m WHERE m.event_case = v.event_case
                AND m.n = v.n + 1), v.at) - v.at),
            (SELECT l.stage FROM event_visits l WHERE l.event_case = v.event_case ORDER BY l.n DESC LIMIT 1),
            {self._quiet(cases.log)}
            FROM event_visits v JOIN event_cases k ON k.row = v.event_case
            WHERE v.stage = {int(stage)} AND v.event_case IN (SELECT row FROM event_cases WHERE {where})
            GROUP BY v.event_case"""
        is_end = next(log for log in self.logs() if log.id == cases.log).is_end(stage)
        counts = {"cases": 0, "left": 0, "again": 0, "ended": 0, "abandoned": 0}
        took: list[int] = []
        for visits, time, last, quiet in self._db.execute(sql, values):
            counts["cases"] += 1
            counts["again"] += visits > 1
            if last != stage:
                counts["left"] += 1
                took.append(time)
            else:
                counts["ended"] += 1
                counts["abandoned"] += bool(quiet) and not is_end
        return Stay(**counts, took=spread(sorted(took)))

    def _quiet(self, log: int) -> str:
        last = next(held.last for held in self.logs() if held.id == log)
        return f"k.until < {last - QUIET_DAYS * DAY_MS}"

    def _alive(self, log: int) -> str:
        ends = [i for held in self.logs() if held.id == log for i in range(len(held.stages)) if held.is_end(i)]
        listed = ", ".join(map(str, ends))
        return f"""(NOT {self._quiet(log)} AND (SELECT stage FROM event_visits WHERE event_case = k.row
            ORDER BY n DESC LIMIT 1) NOT IN ({listed}))"""


def _where(cases: Cases) -> tuple[str, list[Any]]:
    """Return the condition for the cases that are meant, with its values."""
    parts, values = ["log = ?"], [cases.log]
    for sign, day in ((">=", cases.start), ("<", cases.end)):
        if day is not None:
            parts.append(f"day {sign} ?")
            values.append(day)
    conditions: list[Any] = list(values)
    for name, accepted in sorted(cases.filters.items()):
        parts.append("json_extract(segments, ?) IN (SELECT value FROM json_each(?))")
        conditions += [f"$.{json.dumps(name, ensure_ascii=False)}", json.dumps(list(accepted))]
    return " AND ".join(parts), conditions


def _key(cases: Cases) -> object:
    return cases.log, cases.start, cases.end, tuple(sorted(cases.filters.items()))
