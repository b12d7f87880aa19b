"""`journey fix …`: record that something was mended, so that it can be asked whether that worked."""

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

import click

from assistant.cli.common import echo_json, echo_table, json_option, now, pass_settings, prepared_store
from assistant.cli.theme import by_option
from assistant.settings import Settings
from knowledge.errors import InputError, NotFound

if TYPE_CHECKING:
    from knowledge.store import Store
    from knowledge.themes import Theme


@click.group()
def fix() -> None:
    """Record what was mended and when; then ask "did the fix for … work?"."""


@fix.command("add")
@click.argument("theme")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), required=True, metavar="DATE", help="First day with the fix.")
@click.option("--note", default="", metavar="TEXT", help="What was done.")
@by_option
@json_option
@pass_settings
def add(settings: Settings, theme: str, on: datetime, note: str, actor: str, as_json: bool) -> None:
    """Record that THEME (its id, or its name) was mended.

    \b
    journey fix add T12 --on 2026-04-20 --note "a link instead of a code"
    journey ask "did the fix for the activation code work?"
    """
    from knowledge.privacy import mask

    with prepared_store(settings) as store:
        its = themed(store, theme)
        if on.date() > now().date():
            raise InputError(f"{on:%Y-%m-%d} is in the future. Record a fix on the day it is there.")
        kept = store.fixes.add(its.id, on.date(), actor=actor, at=now(), note=mask(note))
    if as_json:
        echo_json(asdict(kept) | {"name": its.name})
        return
    click.echo(f"Fix {kept.number}: {its.name} ({its.id}) is mended since {kept.on:%Y-%m-%d}.")
    click.echo(f'Ask: journey ask "did the fix for {its.name} work?"')


@fix.command("list")
@json_option
@pass_settings
def list_(settings: Settings, as_json: bool) -> None:
    """List the fixes, the latest first.

    \b
    journey fix list --json
    """
    with prepared_store(settings) as store:
        fixes = store.fixes.all()
        names = {theme.id: theme.name for theme in store.themes.all()}
    if as_json:
        echo_json([asdict(each) | {"name": names.get(each.theme)} for each in fixes])
        return
    if not fixes:
        click.echo("No fix is recorded. Record one: journey fix add THEME --on DATE")
        return
    rows = [(each.number, f"{each.on}", each.theme, names.get(each.theme, "(gone)"), each.note) for each in fixes]
    echo_table(("no", "since", "theme", "name", "note"), rows)


@fix.command("remove")
@click.argument("number", type=int)
@pass_settings
def remove(settings: Settings, number: int) -> None:
    """Forget a fix that was recorded by mistake.

    \b
    journey fix remove 3
    """
    with prepared_store(settings) as store:
        if not store.fixes.remove(number):
            raise NotFound(f"There is no fix {number}. See: journey fix list")
    click.echo(f"Fix {number} is no longer recorded.")


def themed(store: "Store", key: str) -> "Theme":
    """Return the theme of an id or a name; raises NotFound, with what is near, where it is neither."""
    from knowledge.layers.theme_edits import find_theme

    low = " ".join(key.lower().split())
    themes = [theme for theme in store.themes.all() if not theme.retired]
    exact = [theme for theme in themes if theme.name.lower() == low]
    within = exact or [theme for theme in themes if low in theme.name.lower()]
    if len(within) == 1:
        return within[0]
    if len(within) > 1:
        told = ", ".join(f"{theme.id} ({theme.name})" for theme in within[:5])
        raise InputError(f"“{key}” may be {told}. Name one by its id.")
    return find_theme(store, key)
