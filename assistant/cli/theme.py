"""`journey theme …`: look at one theme, and put right what a run got wrong."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from assistant.cli.common import as_of_option, echo_json, json_option, now, pass_settings
from assistant.rendering.ledger import told
from assistant.settings import Settings

if TYPE_CHECKING:
    from knowledge.store import Store
    from knowledge.themes import Theme, ThemeEdit, ThemeEvent


@click.group()
def theme() -> None:
    """Show a theme, rename it, merge, split or pin it, move feedback; every edit is kept and can be undone.

    Edits hold through every later run. Ids come from `journey themes` and `journey export feedback`.
    """


def by_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--by`: who does it."""
    return click.option(
        "--by",
        "actor",
        metavar="NAME",
        envvar=["USER", "USERNAME"],
        default="someone",
        help="Who decided this [default: the user of this machine].",
    )(function)


@theme.command()
@click.argument("theme_id", metavar="THEME")
@click.option("--history", is_flag=True, help="Tell what happened to it, oldest first.")
@as_of_option
@json_option
@pass_settings
def show(settings: Settings, theme_id: str, history: bool, as_of: date, as_json: bool) -> None:
    """Show a theme: its words, its size and trend, quotes, and its history.

    \b
    journey theme show T12 --history
    """
    from knowledge.store import open_store

    with open_store(settings.db_path) as store:
        its = _theme(store, theme_id, retired=history)
        _refuse_few(store, its, settings.customer_floor)
        found = _described(store, its, as_of)
        events = store.ledger.history(its.id) if history else []
    if as_json:
        echo_json(found | ({"history": [_event_json(event) for event in events]} if history else {}))
        return
    _echo_theme(found)
    if history:
        click.echo("\nHistory")
        for event in events:
            click.echo(f"  {event.at:%Y-%m-%d %H:%M}  {told(event)}")


@theme.command()
@click.argument("theme_id", metavar="THEME")
@click.argument("name", nargs=-1, required=True)
@by_option
@pass_settings
def rename(settings: Settings, theme_id: str, name: Sequence[str], actor: str) -> None:
    """Give a theme a name that stays.

    \b
    journey theme rename T12 "Card not delivered on time"
    """
    from knowledge.layers.theme_edits import rename as act

    _do(settings, lambda store: act(store, theme_id, " ".join(name), actor=actor, at=now()))


@theme.command()
@click.argument("gone", metavar="THEME")
@click.argument("into", metavar="INTO")
@by_option
@pass_settings
def merge(settings: Settings, gone: str, into: str, actor: str) -> None:
    """Merge a theme into another one, which keeps its id and name.

    \b
    journey theme merge T7 T12
    """
    from knowledge.layers.theme_edits import merge as act

    _do(settings, lambda store: act(store, gone, into, actor=actor, at=now()))


@theme.command()
@click.argument("theme_id", metavar="THEME")
@click.argument("feedback", nargs=-1, required=True)
@click.option("--name", help="Name of the new theme [default: found from its texts].")
@by_option
@pass_settings
def split(settings: Settings, theme_id: str, feedback: Sequence[str], name: str | None, actor: str) -> None:
    """Take pieces of feedback out of a theme, into a new one; what comes later and is nearer to them joins them.

    \b
    journey theme split T12 mails:81 mails:97 --name "Card lost abroad"
    """
    from knowledge.layers.theme_edits import split as act

    _do(settings, lambda store: act(store, theme_id, feedback, name=name, actor=actor, at=now()))


@theme.command()
@click.argument("feedback", nargs=-1, required=True)
@click.argument("theme_id", metavar="THEME")
@by_option
@pass_settings
def move(settings: Settings, feedback: Sequence[str], theme_id: str, actor: str) -> None:
    """Move pieces of feedback into a theme, where they stay.

    \b
    journey theme move mails:81 T12
    """
    from knowledge.layers.theme_edits import move as act

    _do(settings, lambda store: act(store, feedback, theme_id, actor=actor, at=now()))


@theme.command()
@click.argument("theme_id", metavar="THEME")
@by_option
@pass_settings
def pin(settings: Settings, theme_id: str, actor: str) -> None:
    """Keep a theme as it is: no run merges it, retires it or takes a piece out of it.

    \b
    journey theme pin T12
    """
    from knowledge.layers.theme_edits import pin as act

    _do(settings, lambda store: act(store, theme_id, actor=actor, at=now()))


@theme.command("never-together")
@click.argument("one")
@click.argument("other")
@by_option
@pass_settings
def never_together(settings: Settings, one: str, other: str, actor: str) -> None:
    """Keep two pieces of feedback in different themes, or two themes from being merged by a run.

    \b
    journey theme never-together mails:81 mails:97
    journey theme never-together T7 T12
    """
    from knowledge.layers.theme_edits import never_together as act

    _do(settings, lambda store: act(store, one, other, actor=actor, at=now()))


@theme.command()
@click.argument("number", type=int, required=False)
@by_option
@pass_settings
def undo(settings: Settings, number: int | None, actor: str) -> None:
    """Take an edit back: the one with this number, else the latest. Undoing an undo brings the edit back.

    \b
    journey theme undo 3
    """
    from knowledge.layers.theme_edits import undo as act

    _do(settings, lambda store: act(store, number, actor=actor, at=now()))


def _do(settings: Settings, act: "Callable[[Store], ThemeEdit]") -> None:
    from knowledge.store import open_store, prepare

    with open_store(settings.db_path):
        pass
    prepare(settings.db_path)
    with open_store(settings.db_path) as store:
        edit = act(store)
        shown = [f"{its.id} “{its.name}” ({its.size:,})" for its in _live(store, edit)]
    done = f"Took back edit {edit.undoes}" if edit.kind == "undo" else f"Done: {edit.kind.replace('_', ' ')}"
    click.echo(f"{done}{' · ' if shown else ''}{' · '.join(shown)}")
    click.echo(f"This is edit {edit.number}; to take it back: journey theme undo {edit.number}")


def _live(store: "Store", edit: "ThemeEdit") -> "list[Theme]":
    """Return the themes that an edit speaks of and that are still there."""
    found = [store.themes.get(key) for key in edit.themes]
    return [its for its in found if its and not its.retired]


def _theme(store: "Store", key: str, *, retired: bool) -> "Theme":
    """Find a theme; with its history asked for, one that is no more will do."""
    from knowledge.layers.theme_edits import find_theme

    its = store.themes.get(key.strip().upper()) if retired else None
    return its if its and its.name else find_theme(store, key)


def _refuse_few(store: "Store", its: "Theme", floor: int) -> None:
    from knowledge.errors import NotFound
    from knowledge.layers.overview import theme_overview

    if floor > 1 and not any(row["id"] == its.id for row in theme_overview(store, floor=floor)):
        raise NotFound(f"{its.id} rests on fewer than {floor} customers: JOURNEY_MIN_CUSTOMERS keeps it from view.")


def _described(store: "Store", its: "Theme", as_of: date) -> dict[str, Any]:
    parent = store.themes.get(its.parent_id) if its.parent_id else None
    quotes = [
        {
            "feedback_id": item.id,
            "at": item.day.isoformat() if item.day else None,
            "channel": item.channel,
            "text": item.text,
        }
        for item in store.feedback.get(its.quotes)
    ]
    return {
        "id": its.id,
        "name": its.name,
        "named_by": its.named_by,
        "pinned": its.pinned,
        "retired": its.retired,
        "count": its.size,
        "terms": list(its.terms),
        "parent_id": its.parent_id,
        "parent": parent.name if parent else None,
        "trend": _trend(store, its.id, as_of),
        "quotes": quotes,
    }


def _trend(store: "Store", theme_id: str, as_of: date) -> dict[str, Any] | None:
    from knowledge.analysis.recurrence import statuses
    from knowledge.analysis.weekly import weekly
    from knowledge.scope import Scope

    facts = store.feedback.facts()
    table = weekly(facts, facts.select(Scope()), as_of=as_of)
    if theme_id not in table.themes:
        return None
    trend = statuses(table.counts, table.exposure)[table.themes.index(theme_id)]
    since = table.mondays[trend.since].isoformat() if trend.since < len(table.mondays) else None
    return {
        "status": trend.status,
        "since": since,
        "per_week": round(trend.count / trend.weeks, 2) if trend.weeks else None,
        "per_week_before": round(trend.count_before / trend.weeks_before, 2) if trend.weeks_before else None,
        "p_value": round(trend.p_value, 5),
    }


def _echo_theme(found: dict[str, Any]) -> None:
    marks = [f"named by {found['named_by']}"] if found["named_by"] else []
    marks += [word for word in ("pinned", "retired") if found[word]]
    click.echo(f"{found['id']}  {found['name']}{'  (' + ', '.join(marks) + ')' if marks else ''}")
    click.echo(f"  {found['count']:,} pieces of feedback · {', '.join(found['terms'])}")
    if found["parent"]:
        click.echo(f"  part of {found['parent_id']} “{found['parent']}”")
    if trend := found["trend"]:
        click.echo(f"  {_trend_words(trend)}")
    for quote in found["quotes"]:
        source = " · ".join(filter(None, [quote["at"], quote["channel"], quote["feedback_id"]]))
        click.echo(f"\n  “{' '.join(quote['text'].split())}”\n    {source}")


def _trend_words(trend: dict[str, Any]) -> str:
    if trend["status"] == "steady":
        return "steady: no change that a test would call one"
    since = f" since the week of {trend['since']}" if trend["since"] else ""
    pace = f"{trend['per_week']} a week, {trend['per_week_before']} before" if trend["per_week"] is not None else ""
    return f"{trend['status']}{since}: {pace} (p = {trend['p_value']:.2g})"


def _event_json(event: "ThemeEvent") -> dict[str, Any]:
    return {
        "at": event.at.isoformat(), "kind": event.kind, "actor": event.actor, "detail": event.detail,
        "undone": event.undone, "text": told(event),
    }  # fmt: skip
