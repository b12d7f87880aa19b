"""`journey map …` and `journey init`: the maps that the file holds, which one is in force, and one to start from."""

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
)
from assistant.cli.theme import by_option
from assistant.settings import Settings

if TYPE_CHECKING:
    from knowledge.journey import JourneyMap
    from knowledge.store import Store
    from knowledge.store.journey import MapVersion

_SUFFIXES = {".yaml": "yaml", ".yml": "yaml", ".json": "json", ".mmd": "mermaid", ".mermaid": "mermaid"}


@click.command()
@click.option("--template", "name", default="default", show_default=True, metavar="NAME",
              help="The nearest business: subscription, ecommerce, bank, airline, b2b-saas or default.")  # fmt: skip
@click.option("-o", "--output", default="journey.yaml", show_default=True, metavar="FILE", help="The file to write.")
def init(name: str, output: str) -> None:
    """Write a journey map to start from; nothing is imported, and no file is overwritten.

    \b
    journey init --template ecommerce -o journey.yaml
    """
    from knowledge.templates import template_text

    write_new(Path(output), template_text(name))
    click.echo(f"Wrote {output}. Change it to what your customers meet, then: journey import map {output}")


@click.group("map")
def map_() -> None:
    """Look at the journey maps in the file, export one, or put another one in force."""


@map_.command("list")
@json_option
@pass_settings
def list_(settings: Settings, as_json: bool) -> None:
    """List the maps, each once.

    \b
    journey map list
    """
    with prepared_store(settings) as store:
        found = store.maps.all()
    if as_json:
        echo_json({"maps": [_row(version) for version in found]})
        return
    if not found:
        click.echo("No map has been imported; a general one is used. Start from a template: journey init")
        return
    header = ("map", "name", "persona", "stages", "version", "imported", "")
    echo_table(header, [
        (v.id, v.journey.name, v.journey.persona, len(v.journey.stages), v.version, f"{v.imported_at:%Y-%m-%d}",
         "in force" if v.in_force else "")
        for v in found
    ])  # fmt: skip


@map_.command()
@click.argument("map_id", metavar="MAP", required=False)
@click.option("--version", type=int, metavar="N", help="An earlier version [default: the one in force, else newest].")
@json_option
@pass_settings
def show(settings: Settings, map_id: str | None, version: int | None, as_json: bool) -> None:
    """Show a map, stage by stage [default: the one in force].

    \b
    journey map show
    """
    from knowledge.writers.yaml_map import document

    with prepared_store(settings) as store:
        journey = _map(store, map_id, version)
    if as_json:
        echo_json({"id": journey.id, **document(journey)})
        return
    about = [f"{label}: {value}" for label, value in (("persona", journey.persona), ("owner", journey.owner)) if value]
    click.echo("; ".join([f"{journey.name} ({journey.id})", *about]))
    for stage in journey.stages:
        click.echo(f"\n{stage.name}" + (f" ({stage.owner})" if stage.owner else ""))
        if stage.description:
            click.echo(f"  {stage.description}")
        if stage.touchpoints:
            click.echo(f"  touchpoints: {', '.join(stage.touchpoints)}")
        for cell in stage.cells:
            click.echo(f"  {cell.lane}{f' at {cell.step}' if cell.step else ''}: {cell.text}")


@map_.command()
@click.argument("map_id", metavar="MAP", required=False)
@click.option(
    "-o", "--output", metavar="FILE", help="The file to write, which must not exist [default: standard output]."
)
@click.option("--format", "form", type=click.Choice(["yaml", "json", "mermaid"]),
              help="How to write it [default: as the file's name says, else yaml].")  # fmt: skip
@click.option("--version", type=int, metavar="N", help="An earlier version [default: the one in force, else newest].")
@pass_settings
def export(settings: Settings, map_id: str | None, output: str | None, form: str | None, version: int | None) -> None:
    """Write a map as YAML, JSON or a Mermaid journey diagram [default: the one in force].

    \b
    journey map export -o journey.mmd
    """
    from knowledge.writers import FORMATS

    with prepared_store(settings) as store:
        journey = _map(store, map_id, version)
    chosen = form or (_SUFFIXES.get(Path(output).suffix.lower(), "yaml") if output else "yaml")
    text = FORMATS[chosen](journey)
    if output is None:
        click.echo(text, nl=False)
        return
    write_new(Path(output), text)
    click.echo(f"Wrote {journey.name} to {output} ({chosen}).")


@map_.command()
@click.argument("map_id", metavar="MAP")
@click.option("--version", type=int, metavar="N", help="An earlier version [default: the newest].")
@by_option
@json_option
@pass_settings
def use(settings: Settings, map_id: str, version: int | None, actor: str, as_json: bool) -> None:
    """Put a map in force and put all feedback into its stages.

    \b
    journey map use web-shop --version 2
    """
    with prepared_store(settings) as store:
        journey = _map(store, map_id, version)
        changed = store.maps.use(map_id, version)
        if changed:
            store.audit.record("map in force", {"map": map_id, "version": version or "newest"}, at=now(), actor=actor)
            restage(settings, store, quiet=as_json)
    if as_json:
        echo_json({"map": map_id, "version": version, "changed": changed})
    else:
        click.echo(f"{journey.name} is in force." if changed else f"{journey.name} was in force already.")


@map_.command()
@click.argument("map_id", metavar="MAP", required=False)
@json_option
@pass_settings
def versions(settings: Settings, map_id: str | None, as_json: bool) -> None:
    """List the versions of a map, oldest first [default: of the map in force].

    \b
    journey map versions web-shop
    """
    with prepared_store(settings) as store:
        found = store.maps.versions(_map(store, map_id, None).id)
    if as_json:
        echo_json({"versions": [_row(version) for version in found]})
        return
    if not found:
        click.echo("No map has been imported; the general one that is used has no versions.")
        return
    rows = [
        (v.version, f"{v.imported_at:%Y-%m-%d %H:%M}", v.journey.source, len(v.journey.stages),
         sum(len(stage.cells) for stage in v.journey.stages), "in force" if v.in_force else "")
        for v in found
    ]  # fmt: skip
    echo_table(("version", "imported", "file", "stages", "cells", ""), rows)


def restage(settings: Settings, store: "Store", *, quiet: bool) -> None:
    """Draw all conclusions anew under the map in force."""
    from knowledge.pipeline import derive

    with progress_bars(quiet=quiet) as progress:
        store.feedback.forget_derived()
        derive(store, embedder_of(settings), map_in_force(store), at=now(), progress=progress)


def write_new(path: Path, text: str) -> None:
    """Write a file that does not exist yet; raises InputError where it does."""
    from knowledge.errors import InputError

    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError as error:
        raise InputError(f"{path} exists already, and is left as it is; name another file") from error
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from error


def _map(store: "Store", map_id: str | None, version: int | None) -> "JourneyMap":
    """Return the map that is asked for, or say which ones there are."""
    from knowledge.errors import NotFound

    if map_id is None and version is None:
        return map_in_force(store)
    wanted = map_id or map_in_force(store).id
    if journey := store.maps.get(wanted, version):
        return journey
    if known := len(store.maps.versions(wanted)):
        raise NotFound(f"The map {wanted!r} has no version {version}. It has 1 to {known}.")
    there = ", ".join(found.id for found in store.maps.all())
    raise NotFound(f"There is no map {wanted!r}. {f'There are: {there}.' if there else 'None has been imported.'}")


def _row(version: "MapVersion") -> dict[str, object]:
    journey = version.journey
    return {
        "id": version.id, "name": journey.name, "persona": journey.persona, "owner": journey.owner,
        "version": version.version, "imported_at": version.imported_at, "file": journey.source,
        "stages": [stage.id for stage in journey.stages], "in_force": version.in_force, "latest": version.latest,
    }  # fmt: skip
