"""`journey export feedback|themes|metrics`: everything out again, with what was derived."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from assistant.cli.common import pass_settings
from assistant.settings import Settings

if TYPE_CHECKING:
    from knowledge.store import Store

_FIELDS = ("id", "text", "at", "channel", "customer", "rating", "language", "stage", "url")
_DERIVED = ("stage_confidence", "staged_by", "sentiment", "theme_id", "theme", "parent_theme_id", "duplicate_of")


@click.command()
@click.argument("what", type=click.Choice(["feedback", "themes", "metrics"]))
@click.option("--format", "format_", type=click.Choice(["csv", "jsonl", "parquet"]), default="csv", show_default=True,
              help="CSV for people, JSON Lines or Parquet for programs.")  # fmt: skip
@click.option("--output", "-o", type=click.Path(dir_okay=False), help="Write to this file [default: the terminal].")
@pass_settings
def export(settings: Settings, what: str, format_: str, output: str | None) -> None:
    """Export feedback, themes or metrics.

    Cells that a spreadsheet would run as a formula are defused in CSV; JSON Lines and Parquet hold them as they are.

    \b
    journey export feedback --format csv -o feedback.csv
    """
    from knowledge.store import open_store

    if format_ == "parquet" and not output:
        raise click.UsageError("Parquet is binary: name a file with --output.")
    with open_store(settings.db_path) as store:
        floor = settings.customer_floor
        rows = _themes(store, floor) if what == "themes" else {"feedback": _feedback, "metrics": _metrics}[what](store)
        header = _header(store, what)
        if format_ == "parquet":
            _write_parquet(Path(str(output)), header, rows)
        else:
            with _opened(output) as file:
                _write_csv(file, header, rows) if format_ == "csv" else _write_jsonl(file, rows)
    if output:
        click.echo(f"Written to {output}.", err=True)


def _header(store: "Store", what: str) -> list[str]:
    if what == "feedback":
        return [*_FIELDS, *_DERIVED, *store.feedback.segment_names()]
    if what == "themes":
        return ["id", "name", "terms", "parent_id", "size", "named_by", "pinned"]
    return ["stage", "metric", "start", "end", "label", "value", "n", "target", "segments", "source"]


def _feedback(store: "Store") -> Iterator[dict[str, Any]]:
    names = {theme.id: theme.name for theme in store.themes.all(retired=True)}
    for batch in store.feedback.each():
        for item, derived in batch:
            row: dict[str, Any] = {name: getattr(item, name) for name in _FIELDS}
            row |= {name: getattr(derived, name) for name in _DERIVED if name != "theme"}
            row["at"] = item.at.isoformat() if item.at else None
            row["stage"] = derived.stage
            row["theme"] = names.get(derived.theme_id or "")
            yield row | dict(item.segments)


def _themes(store: "Store", floor: int) -> Iterator[dict[str, Any]]:
    from knowledge.layers.overview import theme_overview

    shown = {row["id"] for row in theme_overview(store, floor=floor)} if floor > 1 else None
    for theme in store.themes.all():
        if shown is not None and theme.id not in shown:
            continue
        yield {
            "id": theme.id,
            "name": theme.name,
            "terms": ", ".join(theme.terms),
            "parent_id": theme.parent_id,
            "size": theme.size,
            "named_by": theme.named_by,
            "pinned": theme.pinned,
        }


def _metrics(store: "Store") -> Iterator[dict[str, Any]]:
    for point in store.metrics.points():
        yield {
            "stage": point.stage,
            "metric": point.metric,
            "start": str(point.period.start),
            "end": str(point.period.end),
            "label": point.period.label,
            "value": point.value,
            "n": point.n,
            "target": point.target,
            "segments": json.dumps(dict(point.segments), ensure_ascii=False) if point.segments else None,
            "source": point.source,
        }


def _write_csv(file: TextIO, header: list[str], rows: Iterable[dict[str, Any]]) -> None:
    from knowledge.readers.rejected import harmless

    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(map(harmless, header))
    for row in rows:
        values = (row.get(name) for name in header)
        writer.writerow([harmless(v) if isinstance(v, str) else v for v in values])


def _write_jsonl(file: TextIO, rows: Iterable[dict[str, Any]]) -> None:
    for row in rows:
        file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _write_parquet(path: Path, header: list[str], rows: Iterable[dict[str, Any]]) -> None:
    """Go by way of JSON lines, from which DuckDB takes the types of the columns."""
    import tempfile

    import duckdb

    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        lines = Path(folder) / "rows.jsonl"
        with lines.open("w", encoding="utf-8") as file:
            _write_jsonl(file, ({name: row.get(name) for name in header} for row in rows))
        source = str(lines).replace("'", "''")
        target = str(path).replace("'", "''")
        duckdb.sql(
            f"COPY (SELECT * FROM read_json('{source}', format = 'newline_delimited', sample_size = -1)) "
            f"TO '{target}' (FORMAT parquet)"
        )


@contextmanager
def _opened(output: str | None) -> Iterator[TextIO]:
    if output:
        with _replacing(Path(output)) as file:
            yield file
    else:
        buffer = io.StringIO(newline="")
        yield buffer
        click.echo(buffer.getvalue(), nl=False)


@contextmanager
def _replacing(target: Path) -> Iterator[TextIO]:
    """Write a file that is there complete or not at all; raises InputError, which names it and not the database."""
    from knowledge.errors import InputError

    part = target.with_name(target.name + ".part")
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            yield file
        part.replace(target)
    except OSError as error:
        raise InputError(f"{target} cannot be written: {error.strerror or error}. Nothing of it was kept.") from error
    finally:
        part.unlink(missing_ok=True)  # whatever stopped it: half of what customers said is not left lying about
