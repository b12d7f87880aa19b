"""`journey drift`: the journey map held against what customers say, and the map as it would be."""

import difflib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.answers.wording import count, day, listing, number, p
from assistant.cli.common import (
    as_of_option,
    echo_json,
    echo_table,
    embedder_of,
    json_option,
    map_in_force,
    pass_settings,
    prepared_store,
)
from assistant.rendering.text import inert
from assistant.settings import Settings

if TYPE_CHECKING:
    from knowledge.layers.map_drift import CellVoice, Drift, FeelingVoice, ThemeVoice
    from knowledge.layers.map_voice import Said

_WAYS = {"recurring": "back after quiet", "resolved": "silent of late"}


@click.command()
@click.option("--write", metavar="FILE", help="Write the map as it would be to this file, which must not exist.")
@as_of_option
@json_option
@pass_settings
def drift(settings: Settings, write: str | None, as_of: date, as_json: bool) -> None:
    """Show where the journey map and the feedback part, and the map as it would be.

    Pains on the map that nobody mentions (any more), problems that it does not know, and feelings that the feedback
    contradicts; each with counts and quotes. Nothing is changed; --write gives a file to look at and to import.

    \b
    journey drift --write journey-2.yaml
    """
    from assistant.cli.map import write_new
    from knowledge.layers.map_drift import edited, map_drift
    from knowledge.writers import yaml_text

    with prepared_store(settings) as store:
        found = map_drift(store, map_in_force(store), embedder_of(settings), as_of=as_of)
    after = yaml_text(edited(found))
    if write:
        write_new(Path(write), after)
    diff = list(difflib.unified_diff(yaml_text(found.journey).splitlines(), after.splitlines(), "map", "new", n=1))
    if as_json:
        echo_json({**as_document(found), "diff": diff})
        return
    _show(found, diff)
    if write:
        click.echo(f"\nWrote the new map to {write}. To use it: journey import map {write}")


def as_document(found: "Drift") -> dict[str, object]:
    """Return what was found, as the JSON of `journey drift`; every part holds the public ids of its quotes."""
    return {
        "map": found.journey.id,
        "as_of": found.as_of,
        "feedback": found.feedback,
        "unmapped": [
            {"theme": t.theme.id, "name": t.theme.name, "terms": list(t.theme.terms), "stage": t.stage,
             "complaints": len(t.rows), "customers": t.customers, "recent": t.recent, "change": t.way,
             "nearest_pain": t.nearest, "similarity": t.similarity, "quotes": _quotes(t.quotes)}
            for t in found.unmapped
        ],
        "silent": [_cell(voice) for voice in found.silent],
        "feelings": [
            {"stage": f.stage, "step": f.cell.step, "feeling": f.cell.text, "complaints": f.complaints,
             "praise": f.praise, "quotes": _quotes(f.quotes)}
            for f in found.feelings
        ],
        "pains": [_cell(voice) for voice in found.pains],
        "opportunities": [_cell(voice) for voice in found.opportunities],
    }  # fmt: skip


def _cell(voice: "CellVoice") -> dict[str, object]:
    return {
        "stage": voice.stage, "step": voice.cell.step, "text": voice.cell.text, "heard": voice.heard,
        "mentions": len(voice.rows), "customers": voice.customers, "recent": voice.recent, "change": voice.way,
        "p_value": voice.p_value, "last": voice.last, "stage_complaints": voice.complaints,
        "quotes": _quotes(voice.quotes),
    }  # fmt: skip


def _quotes(quotes: "Sequence[Said]") -> list[dict[str, object]]:
    return [{"id": said.feedback_id, "text": said.text, "date": said.day} for said in quotes]


def _show(found: "Drift", diff: list[str]) -> None:
    names = {stage.id: stage.name for stage in found.journey.stages}
    click.echo(f"The map “{found.journey.name}” against {count(found.feedback, 'piece')} of feedback before "
               f"{day(found.as_of)}.")  # fmt: skip
    if not found.feedback:
        click.echo("There is nothing to hold it against. Bring feedback in: journey import feedback FILE")
        return
    _section("Problems that the map does not know", [_unmapped(theme, names) for theme in found.unmapped])
    _section("Pains on the map that are not heard", [_silent(pain, names) for pain in found.silent])
    _section("Feelings on the map that the feedback contradicts", [_feeling(felt, names) for felt in found.feelings])
    _alive(found, names)
    if diff:
        click.echo("\nThe map would change like this (--write FILE gives the whole new map):\n")
        for line in diff[2:]:
            click.echo(f"  {inert(line) if not line.startswith((' ', '+', '-')) else line[0] + ' ' + inert(line[1:])}")
    else:
        click.echo("\nThe map needs no change.")


def _section(title: str, items: "list[tuple[str, Sequence[Said]]]") -> None:
    click.echo(f"\n{title}: {len(items) or 'none'}")
    for text, quotes in items:
        click.echo(f"- {inert(text)}.")
        for said in quotes:
            origin = f"{said.feedback_id}, {day(said.day)}" if said.day else said.feedback_id
            click.echo(f"    “{inert(said.text)}” ({inert(origin)})")


def _unmapped(theme: "ThemeVoice", names: dict[str, str]) -> "tuple[str, Sequence[Said]]":
    from knowledge.layers.map_drift import pain_text

    where = f" in {names[theme.stage]}" if theme.stage in names else ""
    text = (f"{theme.theme.id} {pain_text(theme)}{where}: {count(len(theme.rows), 'complaint')} by "
            f"{count(theme.customers, 'customer')}, {number(theme.recent)} in the last 13 weeks, "
            f"{_WAYS.get(theme.way, theme.way)}")  # fmt: skip
    return text, theme.quotes


def _silent(pain: "CellVoice", names: dict[str, str]) -> "tuple[str, Sequence[Said]]":
    head = f"{names[pain.stage]}: “{pain.cell.text}”"
    if pain.heard == "silent":
        return f"{head}: nobody mentions it, among {count(pain.complaints, 'complaint')} in this stage", ()
    last = f", the last on {day(pain.last)}" if pain.last else ""
    recent = f"{number(pain.recent)} of {count(len(pain.rows), 'mention')} in the last 13 weeks{last}"
    usual = f"far below its usual rate ({p(pain.p_value if pain.p_value is not None else 1.0)})"
    return f"{head}: {recent}, {usual}", pain.quotes


def _feeling(felt: "FeelingVoice", names: dict[str, str]) -> "tuple[str, Sequence[Said]]":
    at = f" ({felt.cell.step})" if felt.cell.step else ""
    counts = f"{count(felt.complaints, 'complaint')} and {number(felt.praise)} with praise in the last 13 weeks"
    return f"{names[felt.stage]}{at}: “{felt.cell.text}”, yet {counts}", felt.quotes


def _alive(found: "Drift", names: dict[str, str]) -> None:
    alive = sorted((pain for pain in found.pains if pain.heard == "heard"), key=lambda pain: -len(pain.rows))
    if alive:
        click.echo("\nPains on the map that customers speak of:")
        rows = [
            (f"  {pain.cell.text}", names[pain.stage], len(pain.rows), pain.customers, pain.recent,
             _WAYS.get(pain.way, pain.way))
            for pain in alive
        ]  # fmt: skip
        echo_table(("  pain", "stage", "mentions", "customers", "last 13 weeks", "change"), rows)
    if left := [pain.cell.text for pain in found.pains if pain.heard == "open"]:
        quoted = listing([f"“{text}”" for text in left])
        why = "there are too few complaints in their stages, or some that may mean them"
        click.echo(f"\nNot heard, yet not shown to be silent ({why}): {quoted}.")
