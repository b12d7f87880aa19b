"""The names that event logs bring into questions: their stages, and the segments of their cases."""

from collections.abc import Iterable, Mapping, Sequence

from knowledge.events import EventLog
from knowledge.journey import Stage


def with_log_stages(stages: Iterable[Stage], logs: Sequence[EventLog]) -> tuple[Stage, ...]:
    """Return the stages, and after them those that only a log knows."""
    held = {stage.id: stage for stage in stages}
    for log in logs:
        for stage in log.stages:
            held.setdefault(stage.id, Stage(id=stage.id, name=stage.name))
    return tuple(held.values())


def with_log_segments(segments: Mapping[str, tuple[str, ...]], logs: Sequence[EventLog]) -> dict[str, tuple[str, ...]]:
    """Return the segments with the values that only a log knows."""
    held = dict(segments)
    for log in logs:
        for name, values in log.segments.items():
            held[name] = tuple(dict.fromkeys((*held.get(name, ()), *values)))
    return held
