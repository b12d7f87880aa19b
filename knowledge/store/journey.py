"""Journey maps: every version that was imported; the latest of each id is in force."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from knowledge.journey import Cell, JourneyMap, Stage
from knowledge.store.meta import bump


class MapRows:
    """Reads and writes `JourneyMap`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def save(self, journey: JourneyMap, *, at: datetime) -> bool:
        """Keep a version of the map; False where it equals the one in force."""
        document = json.dumps(asdict(journey), ensure_ascii=False, sort_keys=True)
        sql = "SELECT document FROM maps WHERE id = ? ORDER BY number DESC LIMIT 1"
        last = self._db.execute(sql, [journey.id]).fetchone()
        if last and last[0] == document and self._latest_id() == journey.id:
            return False
        with self._db.atomic():
            self._db.execute(
                "INSERT INTO maps (id, imported_at, document) VALUES (?, ?, ?)", [journey.id, at.isoformat(), document]
            )
            bump(self._db)
        return True

    def current(self) -> JourneyMap | None:
        """Return the map that was imported last, or None."""
        row = self._db.execute("SELECT document FROM maps ORDER BY number DESC LIMIT 1").fetchone()
        return journey_from(json.loads(row[0])) if row else None

    def _latest_id(self) -> str | None:
        row = self._db.execute("SELECT id FROM maps ORDER BY number DESC LIMIT 1").fetchone()
        return row[0] if row else None


def journey_from(document: Mapping[str, Any]) -> JourneyMap:
    """Return the map that `dataclasses.asdict` turned into `document`."""
    return JourneyMap(**{**document, "stages": tuple(_stage(stage) for stage in document["stages"])})


def _stage(document: Mapping[str, Any]) -> Stage:
    tuples = {key: tuple(document[key]) for key in ("aliases", "words", "touchpoints")}
    return Stage(**{**document, **tuples, "cells": tuple(Cell(**cell) for cell in document["cells"])})
