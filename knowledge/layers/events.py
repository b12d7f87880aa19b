"""Event logs laid over the journey: activities find their stages, cases of who was forgotten stay out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from knowledge.errors import InputError
from knowledge.events import Case, EventLog, EventStage
from knowledge.journey import JourneyMap, stage_id, steps_of
from knowledge.progress import Progress, silent
from knowledge.readers.events import EventFile, EventRejects
from knowledge.store import Store
from knowledge.store.audit import mark

_SHOWN = 8


@dataclass(frozen=True, kw_only=True)
class ImportedEvents:
    """What an import did: rows read and rejected, activities without a stage, cases kept out, and the log."""

    rows: int
    rejected: EventRejects
    without_stage: Mapping[str, int]
    kept_out: int
    log: EventLog


def import_events(
    store: Store, file: EventFile, key: bytes, *, name: str, journey: JourneyMap, at: datetime,
    stages: tuple[tuple[EventStage, ...], Mapping[str, int]] | None = None, progress: Progress = silent,
) -> ImportedEvents:  # fmt: skip
    """Put the events into stages and keep the log under its name, in place of an earlier one of that name.

    `stages` says which activity belongs to which; without it, the map's stages, touchpoints and aliases do. Raises
    InputError where no activity finds a stage; then nothing is changed.
    """
    counts = file.activities()
    known, places = stages or by_map(tuple(counts), journey)
    inside = {activity: places[activity] for activity in counts if activity in places}
    if not inside:
        raise InputError(_nowhere(counts, known, journey))
    events = sum(counts[activity] for activity in inside)
    keeping = _KeptOut(store)
    log = store.events.save(
        name, with_ids_of(known, journey), keeping.those_in(file.cases(inside, key, progress)),
        other=sum(counts.values()) - events, events=events, at=at,
    )  # fmt: skip
    without = {activity: n for activity, n in counts.items() if activity not in inside}
    return ImportedEvents(
        rows=file.total, rejected=file.rejects(), without_stage=without, kept_out=keeping.left_out, log=log
    )


def by_map(activities: Sequence[str], journey: JourneyMap) -> tuple[tuple[EventStage, ...], dict[str, int]]:
    """Return the map's stages, and for each activity that is called like a stage, a touchpoint or an alias, its place.

    Case, underscores and hyphens do not count.
    """
    names: dict[str, int] = {}
    for place, stage in enumerate(journey.stages):
        for name in (stage.id, stage.name, *stage.aliases, *steps_of(stage)):
            names.setdefault(stage_id(name), place)
    found = {activity: names[stage_id(activity)] for activity in activities if stage_id(activity) in names}
    met = sorted(set(found.values()))
    stages = tuple(EventStage(id=journey.stages[place].id, name=journey.stages[place].name) for place in met)
    return stages, {activity: met.index(place) for activity, place in found.items()}


def with_ids_of(stages: Sequence[EventStage], journey: JourneyMap) -> tuple[EventStage, ...]:
    """Return the stages under the ids of the map's, where they are called like one: so they join with feedback."""
    ids = {stage_id(name): held.id for held in journey.stages for name in (*held.aliases, held.name, held.id)}
    return tuple(EventStage(id=ids.get(s.id, s.id), name=s.name, end=s.end) for s in stages)


class _KeptOut:
    """Passes on the cases of all but those who asked to be forgotten, and counts these."""

    def __init__(self, store: Store) -> None:
        self._marks = store.audit.kept_out()
        self.left_out = 0

    def those_in(self, cases: Iterator[Case]) -> Iterator[Case]:
        for case in cases:
            if self._marks and mark(case.customer) in self._marks:
                self.left_out += 1
            else:
                yield case


def _nowhere(counts: Mapping[str, int], stages: Sequence[EventStage], journey: JourneyMap) -> str:
    listed = ", ".join(list(counts)[:_SHOWN])
    names = ", ".join(stage.name for stage in (stages or journey.stages))
    return (
        f"No activity of the log belongs to a stage ({names}), so nothing was imported. The activities are: {listed}"
        f"{', …' if len(counts) > _SHOWN else ''}. Say which belong where with --stages FILE: a line `activity,stage` "
        "each, under a header, or YAML."
    )
