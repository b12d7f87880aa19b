"""`journey import feedback|map|metrics`: files in, with a word on what was recognised and what was rejected."""

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli.common import (
    echo_json,
    echo_table,
    embedder_of,
    json_option,
    map_in_force,
    now,
    pass_settings,
    prepared_store,
    progress_bars,
    record_import,
)
from assistant.cli.events import import_events
from assistant.cli.privacy import retire_old, told
from assistant.cli.theme import by_option
from assistant.settings import Settings

if TYPE_CHECKING:
    from knowledge.pipeline import DerivedReport, Imported
    from knowledge.readers.feedback import FeedbackFile, Rejected

REASONS = 5
"""At most so many kinds of reasons for rejection are shown; the file of rejected rows has them all."""


@click.group("import")
def import_() -> None:
    """Bring in feedback, a journey map, metrics or event logs."""


import_.add_command(import_events)


@import_.command("feedback")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--column", "columns", multiple=True, metavar="FIELD=COLUMN",
              help="Which column holds a field: id text at channel customer rating language stage url.")  # fmt: skip
@click.option("--channel", metavar="NAME", help="The channel of every row that names none.")
@click.option("--segment", "segments", multiple=True, metavar="COLUMN", help="Keep this column as a segment.")
@click.option("--sheet", metavar="NAME", help="The sheet of a workbook [default: the largest, and all like it].")
@click.option("--source", metavar="NAME", help="The system it comes from [default: the file's name without date].")
@click.option("--exported", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE",
              help="The day from which dates such as “5 months ago” count [default: the file's own].")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Show what would be read, and stop.")
@by_option
@json_option
@pass_settings
def feedback(settings: Settings, files: tuple[str, ...], columns: tuple[str, ...], channel: str | None,
             segments: tuple[str, ...], sheet: str | None, source: str | None, exported: datetime | None,
             dry_run: bool, actor: str, as_json: bool) -> None:  # fmt: skip
    """Import feedback: CSV, TSV, JSON, JSON Lines, Excel or Parquet; .gz too; a folder, a pattern, or - for stdin.

    Importing a file again adds nothing. A run that was interrupted is finished by the same command.

    \b
    journey import feedback tickets.xlsx
    journey import feedback 'exports/*.csv' --channel email --column text="Message body" --segment Plan
    """
    from knowledge.readers.feedback import open_feedback

    named, day = _named(columns, empty=True), exported.date() if exported else None
    opened = [
        open_feedback(path, columns=named, channel=channel, segments=segments, sheet=sheet, source=source, exported=day)
        for path in _paths(files)
    ]
    if not as_json:
        for same in _alike(opened):
            _show_plan(same)
    if dry_run:
        if as_json:
            echo_json([{"file": f.name, "rows": f.total, "fields": f.plan.fields, "segments": f.plan.segments,
                        "ignored": f.plan.ignored, "notes": f.plan.notes} for f in opened])  # fmt: skip
        return
    from knowledge.pipeline import derive, import_feedback
    from knowledge.privacy import load_or_create_key

    with prepared_store(settings) as store, progress_bars(quiet=as_json) as progress:
        key = load_or_create_key(settings.key_path)
        imported = []
        for file in opened:
            done = import_feedback(store, file, key, unmasked=settings.unmasked_kinds, progress=progress)
            counts = {"read": done.read, "added": done.added, "rejected": len(done.rejected)}
            record_import(store, "import", done.name, counts, actor=actor)
            imported.append(done)
        receipt = retire_old(settings, store)
        derived = derive(store, embedder_of(settings), map_in_force(store), at=now(), progress=progress)
        total = store.feedback.count()
    if receipt and receipt.pieces and not as_json:
        click.echo(told(receipt))
    _report(opened, imported, derived, total, as_json=as_json)


@import_.command("map")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@by_option
@json_option
@pass_settings
def map_(settings: Settings, file: str, actor: str, as_json: bool) -> None:
    """Import a journey map and put all feedback into its stages.

    YAML, JSON, Markdown (tables, or a heading per stage), CSV, or a Mermaid journey diagram. Of a file with several
    maps all are kept, and the first is in force; `journey map use` changes that.

    \b
    journey import map journey.yaml
    """
    from assistant.cli.map import restage
    from knowledge.readers.maps import read_maps

    journeys = read_maps(file)
    with prepared_store(settings) as store:
        before = store.maps.current(), store.maps.all()
        for journey in reversed(journeys):  # the one that is saved last is in force
            store.maps.save(journey, at=now())
        changed = store.maps.all() != before[1]
        if changed:
            record_import(store, "import map", file, {"in force": journeys[0].id}, actor=actor)
        if store.maps.current() != before[0]:
            restage(settings, store, quiet=as_json)
    if as_json:
        stages = [stage.id for stage in journeys[0].stages]
        also = [journey.id for journey in journeys[1:]]
        echo_json({"map": journeys[0].id, "stages": stages, "changed": changed, "also": also})
        return
    for journey in journeys:
        names = ", ".join(stage.name for stage in journey.stages)
        click.echo(f"{journey.name}: {len(journey.stages)} stages ({names})." + ("" if changed else " Nothing is new."))
    if len(journeys) > 1:
        click.echo(f"“{journeys[0].name}” is in force; journey map use ID puts another one in force.")


@import_.command("metrics")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option(
    "--column", "columns", multiple=True, metavar="FIELD=COLUMN", help="Which column holds what, such as n=cases."
)
@by_option
@json_option
@pass_settings
def metrics(settings: Settings, file: str, columns: Sequence[str], actor: str, as_json: bool) -> None:
    """Import metrics: a table with stage, metric, period, value, and perhaps n, unit, target and segments.

    A table with a column per metric is read as well; name the one that counts the cases with --column n=COLUMN.

    \b
    journey import metrics kpis.csv
    journey import metrics monthly.csv --column n=complaints
    """
    from assistant.answers.wording import count
    from knowledge.readers.metrics import read_metrics

    read = read_metrics(file, columns=_named(columns))
    with prepared_store(settings) as store:
        outcome = store.metrics.save(read.metrics, read.points)
        counts = {"added": outcome.added, "changed": outcome.changed, "rejected": len(read.rejected)}
        record_import(store, "import metrics", file, counts, actor=actor)
        known = {stage.id for stage in map_in_force(store).stages}
    strangers = sorted({p.stage for p in read.points if p.stage and p.stage not in known})
    if as_json:
        echo_json({"file": file, "values": len(read.points), "added": outcome.added, "changed": outcome.changed,
                   "unknown_stages": strangers, "notes": list(read.notes),
                   "rejected": [{"line": r.line, "column": r.column, "reason": r.reason} for r in read.rejected],
                   })  # fmt: skip
        return
    of = f"{count(len(read.points), 'value')} of {count(len(read.metrics), 'metric')}"
    click.echo(f"{of}: {outcome.added} new, "
               f"{outcome.changed} changed, {len(read.rejected)} rejected.")  # fmt: skip
    for row in read.rejected:
        click.echo(f"  {file}, line {row.line}: {row.reason}")
    for note in read.notes:
        click.echo(f"  {note}")
    if strangers:
        click.echo(f"  The map has no stage called {', '.join(strangers)}; these values are kept under that name. "
                   f"Its stages are: {', '.join(sorted(known))}.")  # fmt: skip


def _named(columns: Sequence[str], *, empty: bool = False) -> dict[str, str]:
    """Return the columns that were named, with `empty` also as ""; raises BadParameter for what is not FIELD=COLUMN."""
    named = {}
    for column in columns:
        name, equals, value = column.partition("=")
        if not equals or not (value or empty):
            raise click.BadParameter(f"{column!r} is not FIELD=COLUMN, such as text=Message", param_hint="--column")
        named[name] = value
    return named


def _paths(patterns: Sequence[str]) -> "list[Path | str]":
    """Return every file that is named or matched; `-` stands for itself."""
    from knowledge.readers.feedback import find_files

    return [path for pattern in patterns for path in ([pattern] if pattern == "-" else find_files(pattern))]


def _alike(opened: "list[FeedbackFile]") -> "list[list[FeedbackFile]]":
    """Return the files in groups of which one table says all: same columns, same use, same remarks but for numbers."""
    groups: dict[object, list[FeedbackFile]] = {}
    for file in opened:
        used = [(column, becomes) for column, becomes, _ in file.plan.explain()]
        said = re.sub(r"\d+", "", " ".join(file.plan.notes))
        groups.setdefault((tuple(used), said, file.source), []).append(file)
    return list(groups.values())


def _show_plan(files: "list[FeedbackFile]") -> None:
    first, rows = files[0], sum(file.total for file in files)
    more = f" and {len(files) - 1} more like it" if len(files) > 1 else ""
    click.echo(f"{first.name}{more}: {rows:,} row{'' if rows == 1 else 's'}, source “{first.source}”")
    echo_table(*_plan_table(first))
    for note in first.plan.notes:
        click.echo(f"  {note}")
    click.echo(
        "  Not right? --column FIELD=COLUMN names a column, --column FIELD= none; --segment COLUMN keeps one more."
    )
    click.echo()


def _plan_table(file: "FeedbackFile") -> tuple[tuple[str, ...], list[tuple[str, str, str]]]:
    from knowledge.privacy import mask

    rows = [(f"  {column}", becomes, _short(mask(example))) for column, becomes, example in file.plan.explain()]
    return ("  column", "becomes", "example"), rows


def _short(example: str) -> str:
    words = " ".join(example.split())
    return words if len(words) <= 60 else words[:59] + "…"


def _reasons(rejected: "Sequence[Rejected]") -> list[str]:
    """Return why rows were rejected, most frequent first, each with the line where it happens first."""
    from knowledge.privacy import mask

    alike: dict[tuple[str | None, str], list[Rejected]] = {}
    for row in rejected:
        alike.setdefault((row.column, re.sub(r"“.*”|\d+", "", row.reason)), []).append(row)
    shown = sorted(alike.values(), key=len, reverse=True)[:REASONS]
    return [
        f"{len(rows):,} × {f'“{rows[0].column}”: ' if rows[0].column else ''}{_short(mask(rows[0].reason))} "
        f"({'line' if len(rows) == 1 else 'first: line'} {rows[0].line:,})"
        for rows in shown
    ]


def _report(
    opened: "list[FeedbackFile]", imported: "list[Imported]", derived: "DerivedReport", total: int, *, as_json: bool
) -> None:
    themes = derived.themes
    if as_json:
        echo_json({
            "files": [
                {"file": i.name, "read": i.read, "added": i.added, "changed": i.changed, "unchanged": i.unchanged,
                 "kept_out": i.kept_out, "notes": f.plan.notes,
                 "rejected": len(i.rejected), "rejected_file": str(i.rejected_file) if i.rejected_file else None}
                for f, i in zip(opened, imported, strict=True)
            ],
            "feedback": total, "embedded": derived.embedded, "themes": themes.themes if themes else 0,
            "notes": list(derived.notes),
        })  # fmt: skip
        return
    for file, item in zip(opened, imported, strict=True):
        parts = [f"{item.added:,} new", f"{item.changed:,} changed", f"{item.unchanged:,} known already"]
        click.echo(f"{item.name}: {item.read:,} rows read: {', '.join(parts)}, {len(item.rejected):,} rejected.")
        if item.kept_out:
            click.echo(f"  {item.kept_out:,} rows left out: their customers asked to be forgotten.")
        for reason in _reasons(item.rejected):
            click.echo(f"  {reason}")
        if item.rejected_file:
            away = item.rejected_file.parent.absolute() != file.path.parent.absolute()
            why = ", in the current folder, as that of the file cannot be written" if away else ""
            click.echo(f"  The rejected rows, each with its reason, are in {item.rejected_file}{why}")
    for note in derived.notes:
        click.echo(note)
    click.echo(f'{total:,} pieces of feedback in the file now. Ask: journey ask "what are the biggest pain points?"')
