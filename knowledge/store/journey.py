"""Journey maps: every version that was imported is kept; one of them is in force."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from knowledge.journey import Cell, JourneyMap, Stage
from knowledge.store import meta
from knowledge.store.meta import bump

_IN_FORCE = "map.in_force"
"""The number of the version that was chosen; without it, the one imported last is in force."""


@dataclass(frozen=True, kw_only=True)
class MapVersion:
    """One version of a map: `version` counts from 1 for each id; `latest` is the newest of its id."""

    id: str
    version: int
    imported_at: datetime
    journey: JourneyMap
    latest: bool
    in_force: bool


class MapRows:
    """Reads and writes `JourneyMap`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def save(self, journey: JourneyMap, *, at: datetime) -> bool:
        """Put a map in force, as a new version unless it equals the newest of its id; False if nothing changes."""
        document = json.dumps(asdict(journey), ensure_ascii=False, sort_keys=True)
        sql = "SELECT number, document FROM maps WHERE id = ? ORDER BY number DESC LIMIT 1"
        last = self._db.execute(sql, [journey.id]).fetchone()
        if last and last[1] == document:
            return self._put_in_force(int(last[0]))
        with self._db.atomic():
            self._db.execute(
                "INSERT INTO maps (id, imported_at, document) VALUES (?, ?, ?)", [journey.id, at.isoformat(), document]
            )
            number = int(self._db.execute("SELECT max(number) FROM maps").fetchone()[0])
            meta.write(self._db, _IN_FORCE, str(number))
            bump(self._db)
        return True

    def current(self) -> JourneyMap | None:
        """Return the map in force, or None where none was imported."""
        number = self._in_force()
        row = self._db.execute("SELECT document FROM maps WHERE number = ?", [number]).fetchone()
        return journey_from(json.loads(row[0])) if row else None

    def all(self) -> list[MapVersion]:
        """Return the newest version of each map, by id; of the map in force, the version that is."""
        shown: dict[str, MapVersion] = {}
        for _, version in self._numbered():
            if version.in_force or not (version.id in shown and shown[version.id].in_force):
                shown[version.id] = version
        return [shown[key] for key in sorted(shown)]

    def versions(self, map_id: str) -> list[MapVersion]:
        """Return all versions of a map, oldest first; none for an unknown id."""
        return [version for _, version in self._numbered() if version.id == map_id]

    def get(self, map_id: str, version: int | None = None) -> JourneyMap | None:
        """Return a map: the version in force of it, else its newest, unless one is named; None if there is none."""
        found = [(n, v) for n, v in self._numbered() if v.id == map_id and version in (None, v.version)]
        _, chosen = max(found, key=lambda pair: (pair[1].in_force, pair[0]), default=(0, None))
        return chosen.journey if chosen else None

    def use(self, map_id: str, version: int | None = None) -> bool:
        """Put a map in force (its newest version, unless one is named); False where it was, or is not there."""
        numbered = [n for n, v in self._numbered() if v.id == map_id and version in (None, v.version)]
        return self._put_in_force(numbered[-1]) if numbered else False

    def _numbered(self) -> list[tuple[int, MapVersion]]:
        in_force = self._in_force()
        rows = self._db.execute("SELECT number, id, imported_at, document FROM maps ORDER BY number").fetchall()
        newest = {key: number for number, key, *_ in rows}
        counts: Counter[str] = Counter()
        found = []
        for number, key, at, document in rows:
            counts[key] += 1
            version = MapVersion(
                id=key,
                version=counts[key],
                imported_at=datetime.fromisoformat(at),
                journey=journey_from(json.loads(document)),
                latest=newest[key] == number,
                in_force=number == in_force,
            )
            found.append((number, version))
        return found

    def _in_force(self) -> int | None:
        chosen = meta.read(self._db, _IN_FORCE)
        sql = "SELECT number FROM maps ORDER BY number = ? DESC, number DESC LIMIT 1"
        row = self._db.execute(sql, [int(chosen) if chosen else 0]).fetchone()
        return int(row[0]) if row else None

    def _put_in_force(self, number: int) -> bool:
        if self._in_force() == number:
            return False
        with self._db.atomic():
            meta.write(self._db, _IN_FORCE, str(number))
            bump(self._db)
        return True


def journey_from(document: Mapping[str, Any]) -> JourneyMap:
    """Return the map that `dataclasses.asdict` turned into `document`."""
    return JourneyMap(**{**document, "stages": tuple(_stage(stage) for stage in document["stages"])})


def _stage(document: Mapping[str, Any]) -> Stage:
    tuples = {key: tuple(document[key]) for key in ("aliases", "words", "touchpoints")}
    return Stage(**{**document, **tuples, "cells": tuple(Cell(**cell) for cell in document["cells"])})
