"""What several commands share: options, the store, progress, and tables."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.answers.analyst import Analyst
    from assistant.viewpoints import Opener, Viewpoints
    from knowledge.embedding import Embedder
    from knowledge.journey import JourneyMap
    from knowledge.progress import Progress
    from knowledge.store import Store

pass_settings = click.make_pass_decorator(Settings)


def json_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")(function)


def as_of_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--as-of`: the day from which "last month" and the like count."""
    return click.option(
        "--as-of",
        type=click.DateTime(["%Y-%m-%d"]),
        metavar="DATE",
        help="Count relative periods from this day [default: today].",
        callback=lambda _context, _parameter, value: value.date() if value else date.today(),
    )(function)


def now() -> datetime:
    """Return the present moment: the one place where a command reads the clock."""
    return datetime.now(UTC)


def echo_json(value: object) -> None:
    """Print a value as JSON."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def embedder_of(settings: Settings) -> "Embedder":
    """Return the embedder that is set; it loads when it is first used."""
    from knowledge.embedding import load_embedder

    return load_embedder(settings.embedder)


def analyst_of(settings: Settings) -> "Analyst":
    """Return the analyst over the database file, or say that there is none."""
    from assistant.answers.analyst import Analyst
    from knowledge.store import open_store, prepare

    with open_store(settings.db_path):
        pass
    prepare(settings.db_path)
    return Analyst(
        settings.db_path,
        embedder_of(settings),
        fiscal_start=settings.fiscal_month,
        floor=settings.customer_floor,
        pseudonym=pseudonym_of(settings),
    )


def pseudonym_of(settings: Settings) -> Callable[[str], str] | None:
    """Return what hashes a customer's id as the import did; None where there is no key."""
    from knowledge.privacy import load_or_create_key, pseudonym

    if not settings.key_path.exists():
        return None
    key = load_or_create_key(settings.key_path)
    return lambda customer: pseudonym(customer, key)


def viewpoints_of(settings: Settings, analyst: "Analyst") -> "Viewpoints":
    """Return who answers in which channel, by what may be seen there; `analyst` sees everything."""
    from assistant.answers.analyst import Analyst
    from assistant.viewpoints import Viewpoints

    def make(opener: "Opener") -> Analyst:
        return Analyst(opener, analyst.embedder, fiscal_start=settings.fiscal_month, floor=settings.customer_floor)

    return Viewpoints(settings.db_path, analyst, make)


@contextmanager
def prepared_store(settings: Settings) -> Iterator["Store"]:
    """Open the database file, made or brought up to date first."""
    from knowledge.store import open_store, prepare

    prepare(settings.db_path)
    with open_store(settings.db_path) as store:
        yield store


def map_in_force(store: "Store") -> "JourneyMap":
    """Return the map that was imported last, else the general one that we bring."""
    from knowledge.templates import template

    return store.maps.current() or template("default")


def record_import(store: "Store", kind: str, file: str, what: Mapping[str, object], *, actor: str) -> None:
    """Note in the audit who brought a file in; of its path, only the name."""
    from knowledge.privacy import mask

    store.audit.record(kind, {"file": mask(Path(file).name), **what}, at=now(), actor=actor)


@contextmanager
def progress_bars(*, quiet: bool = False) -> Iterator["Progress"]:
    """Yield a progress that draws a bar per step on the terminal's error stream: done, rate, time left."""
    import sys

    from knowledge.progress import silent

    if quiet or not sys.stderr.isatty():
        yield silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description:<10}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bars:
        tasks: dict[str, Any] = {}

        def show(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total, rate="")
            speed = bars.tasks[tasks[step]].speed
            bars.update(tasks[step], completed=done, total=total, rate=f"{speed:,.0f}/s" if speed else "")

        yield show


def echo_table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a plain table: words left, numbers right."""
    texts = [[_cell(value) for value in row] for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip(header, *texts, strict=True)]
    numeric = [all(isinstance(row[i], int | float) or row[i] is None for row in rows) for i in range(len(header))]
    for line in ([*header], *texts):
        cells = [c.rjust(w) if right else c.ljust(w) for c, w, right in zip(line, widths, numeric, strict=True)]
        click.echo("  ".join(cells).rstrip())


def _cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
