"""`journey import events` and `journey funnel`: event logs in, and how cases get from stage to stage."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli.common import (
    as_of_option,
    echo_json,
    echo_table,
    json_option,
    map_in_force,
    now,
    pass_settings,
    prepared_store,
    progress_bars,
    record_import,
)
from assistant.cli.theme import by_option
from assistant.settings import Settings

if TYPE_CHECKING:
    from knowledge.events import Cases, EventCounts, EventLog, Passage, Spread, Stay
    from knowledge.layers.events import ImportedEvents

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("events")
@click.argument("files", nargs=-1, required=True, type=_FILE, metavar="FILE…")
@click.option("--case", metavar="COL", help="The column that tells cases apart: an order, an application, a customer.")
@click.option("--activity", metavar="COL", help="The column that says what happened.")
@click.option("--time", metavar="COL", help="The column that says when.")
@click.option("--customer", metavar="COL", help="Whose case it is, if the case's id does not say so.")
@click.option("--segment", "segments", multiple=True, metavar="COL", help="Keep this column to compare by.")
@click.option("--stages", type=_FILE, metavar="FILE",
              help="Which activity belongs to which stage: YAML or CSV [default: the map's touchpoints].")  # fmt: skip
@click.option("--time-format", metavar="FORMAT", help="How times are written, as in '%d/%m/%Y %H:%M'.")
@click.option("--log", "name", metavar="NAME", help="What the log is called [default: the name of the first file].")
@by_option
@json_option
@pass_settings
def import_events(settings: Settings, files: tuple[Path, ...], case: str | None, activity: str | None, time: str | None,
                  customer: str | None, segments: tuple[str, ...], stages: Path | None, time_format: str | None,
                  name: str | None, actor: str, as_json: bool) -> None:  # fmt: skip
    """Import an event log: CSV (also .gz) or Parquet, a row an event. All files of a log go into one command.

    A log of the same name is replaced. Ids of cases are kept as keyed hashes only.

    \b
    journey import events log.csv --case order_id --activity event --time at --stages stages.yaml
    """
    from knowledge.layers.events import import_events as bring_in
    from knowledge.privacy import load_or_create_key
    from knowledge.readers.events import EventColumns, open_events, read_stages

    columns = EventColumns(case=case, activity=activity, time=time, customer=customer, segments=segments,
                           time_format=time_format)  # fmt: skip
    places = read_stages(stages) if stages else None
    with (
        prepared_store(settings) as store,
        open_events(files, columns) as file,
        progress_bars(quiet=as_json) as progress,
    ):
        done = bring_in(store, file, load_or_create_key(settings.key_path), name=name or _stem(files[0]),
                        journey=map_in_force(store), at=now(), stages=places, progress=progress)  # fmt: skip
        counts = {"log": done.log.name, "read": done.rows, "rejected": done.rejected.count}
        for path in files:
            record_import(store, "import events", path.name, counts, actor=actor)
    _told(done, as_json=as_json)


def _stem(path: Path) -> str:
    return path.name.split(".")[0]


def _told(done: "ImportedEvents", *, as_json: bool) -> None:
    log = done.log
    if as_json:
        echo_json({"log": log.name, "rows": done.rows, "rejected": done.rejected.count, "events": log.events,
                   "cases": log.cases, "stages": [stage.id for stage in log.stages], "kept_out": done.kept_out,
                   "without_stage": dict(done.without_stage)})  # fmt: skip
        return
    click.echo(f"{log.name}: {done.rows:,} rows read, {done.rejected.count:,} rejected; {log.cases:,} cases with "
               f"{log.events:,} events in {len(log.stages)} stages.")  # fmt: skip
    for row, reason in done.rejected.examples:
        click.echo(f"  row {row:,}: {reason}")
    if done.without_stage:
        names = [f"{activity} ({n:,})" for activity, n in list(done.without_stage.items())[:6]]
        click.echo(f"  {sum(done.without_stage.values()):,} event(s) belong to no stage: {', '.join(names)}"
                   f"{', …' if len(done.without_stage) > len(names) else ''}.")  # fmt: skip
    if done.kept_out:
        click.echo(f"  {done.kept_out:,} cases left out: their customers asked to be forgotten.")
    click.echo('Ask: journey funnel, or journey ask "where do people drop off?"')


@click.command()
@click.option("--log", "name", metavar="NAME", help="Which log, where there are several [default: the largest].")
@click.option("--by", metavar="SEGMENT", help="Each group of a segment apart.")
@click.option("--period", metavar="WORDS", help='Cases that began then, as in "Q3 2026".')
@as_of_option
@json_option
@pass_settings
def funnel(settings: Settings, name: str | None, by: str | None, period: str | None, as_of: date,
           as_json: bool) -> None:  # fmt: skip
    """Show how cases get from stage to stage: how many, how long, who came back, who is lost.

    A step counts the cases that went through all steps before it, in order.

    \b
    journey funnel --by plan --period "Q3 2026"
    """
    from knowledge.store import open_store
    from knowledge.store.event_counts import SqlEvents

    span = _span(settings, period, as_of)
    with open_store(settings.db_path) as store:
        counts = SqlEvents(store.db)
        log = _log(counts, name)
        groups = _groups(log, by, span)
        rows = [row for group, cases in groups for row in _rows(counts, log, cases, group)]
        ends = [f"{held.name} ({_ended(counts, log, place):,})" for place, held in enumerate(log.stages) if held.end]
    if as_json:
        echo_json({"log": log.name, "steps": rows})
        return
    keys = (*(["group"] if by else []), "stage", "cases", "share", "median", "p90", "again", "ended", "abandoned")
    heads = {"share": "of step before", "median": "median time there", "p90": "90% within", "again": "came back",
             "ended": "rest there", "abandoned": "of these quiet"}  # fmt: skip
    echo_table([heads.get(key, key) for key in keys], [[_cell(row[key], key) for key in keys] for row in rows])
    if ends:
        click.echo(f"\nAll in all, cases ended in: {', '.join(ends)}.")
    click.echo(f"\nThe log is “{log.name}”: {log.cases:,} cases. Quiet: no event in the last 30 days of the log.")


def _ended(counts: "EventCounts", log: "EventLog", place: int) -> int:
    from knowledge.events import Cases

    return counts.stay(Cases(log=log.id), place).ended


def _cell(value: object, key: str) -> object:
    from assistant.answers.wording import percent
    from assistant.answers.wording_time import lasting

    if key in ("median", "p90"):
        return lasting(value) if isinstance(value, int | float) else ""
    return percent(value) if key == "share" and isinstance(value, int | float) else value


def _span(settings: Settings, period: str | None, as_of: date) -> tuple[int | None, int | None]:
    from assistant.cli.charting import period_of
    from assistant.cli.common import analyst_of

    if period is None:
        return None, None
    found = period_of(analyst_of(settings), period, as_of)
    start, end = (found.start, found.end) if found else (None, None)
    return start.toordinal() if start else None, end.toordinal() if end else None


def _log(counts: "EventCounts", name: str | None) -> "EventLog":
    from knowledge.errors import NotFound

    logs = counts.logs()
    if not logs:
        raise NotFound("No event log has been imported. Import one: journey import events FILE --stages FILE")
    found = next((log for log in logs if name is None or log.name == name), None)
    if found is None:
        raise NotFound(f"There is no event log {name!r}. There are: {', '.join(log.name for log in logs)}.")
    return found


def _groups(log: "EventLog", by: str | None, span: tuple[int | None, int | None]) -> list[tuple[str, "Cases"]]:
    from knowledge.errors import NotFound
    from knowledge.events import Cases

    if by is None:
        return [("all", Cases(log=log.id, start=span[0], end=span[1]))]
    if by not in log.segments:
        held = ", ".join(log.segments) or "none; --segment at the import keeps some"
        raise NotFound(f"The log {log.name!r} has no segment {by!r}. It has: {held}.")
    return [
        (value, Cases(log=log.id, start=span[0], end=span[1], filters={by: (value,)})) for value in log.segments[by]
    ]


def _rows(counts: "EventCounts", log: "EventLog", cases: "Cases", group: str) -> list[dict[str, object]]:
    rows = []
    for number, place in enumerate(log.steps):
        stay = counts.stay(cases, place)
        passage = counts.passage(cases, log.steps[: number + 1]) if number else None
        rows.append(_row(group, log.stages[place].name, stay, passage))
    return rows


def _row(group: str, stage: str, stay: "Stay", passage: "Passage | None") -> dict[str, object]:
    took: Spread | None = stay.took
    return {
        "group": group, "stage": stage, "cases": passage.reached if passage else stay.cases,
        "share": passage.reached / passage.cases if passage and passage.cases else None,
        "median": took.median if took else None, "p90": took.p90 if took else None,
        "again": stay.again, "ended": stay.ended, "abandoned": stay.abandoned,
    }  # fmt: skip
