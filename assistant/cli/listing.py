"""`journey themes` and `journey stages`: what there is, at a glance."""

from typing import TYPE_CHECKING

import click

from assistant.cli.common import echo_json, echo_table, json_option, map_in_force, pass_settings
from assistant.settings import Settings

if TYPE_CHECKING:
    from knowledge.journey import JourneyMap


@click.command()
@click.option("--stage", metavar="S", help="Only themes with feedback in this stage.")
@click.option("--limit", default=30, show_default=True, help="How many to show; 0 for all.")
@json_option
@pass_settings
def themes(settings: Settings, stage: str | None, limit: int, as_json: bool) -> None:
    """List the themes, largest first, and the share of feedback that belongs to none.

    \b
    journey themes --stage onboarding
    """
    from knowledge.layers.overview import theme_overview
    from knowledge.store import open_store

    with open_store(settings.db_path) as store:
        rows = theme_overview(store, _known_stage(map_in_force(store), stage), floor=settings.customer_floor)
        total = store.feedback.count()
        unassigned = store.points.unassigned()
    shown = rows[: limit or None]
    if as_json:
        echo_json({"themes": shown, "feedback": total, "unassigned": unassigned})
        return
    if not rows:
        click.echo("No themes yet: there is too little feedback to group, or none in this stage.")
        return
    header = ("theme", "name", "feedback", "customers", "sentiment", "main stage")
    echo_table(header, [(r["id"], r["name"], r["count"], r["customers"], r["sentiment"], r["stage"]) for r in shown])
    more = f"{len(rows) - len(shown)} more with --limit 0. " if len(shown) < len(rows) else ""
    share = f"{unassigned / total:.0%}" if total else "0%"
    click.echo(f"\n{more}{unassigned:,} of {total:,} pieces of feedback ({share}) belong to no theme.")


@click.command()
@json_option
@pass_settings
def stages(settings: Settings, as_json: bool) -> None:
    """List the stages of the journey with their volume and sentiment.

    \b
    journey stages --json
    """
    from knowledge.layers.overview import stage_overview
    from knowledge.store import open_store

    with open_store(settings.db_path) as store:
        journey = map_in_force(store)
        rows = stage_overview(store, journey, floor=settings.customer_floor)
    if as_json:
        echo_json({"map": journey.name, "stages": rows})
        return
    header = ("stage", "feedback", "complaints", "praise", "sentiment", "owner", "top theme")
    keys = ("name", "count", "complaints", "praise", "sentiment", "owner", "top_theme")
    echo_table(header, [tuple(row[key] for key in keys) for row in rows])
    click.echo(f"\nThe stages are those of the map “{journey.name}”.")


def _known_stage(journey: "JourneyMap", wanted: str | None) -> str | None:
    from knowledge.errors import NotFound
    from knowledge.journey import stage_id

    if wanted is None or journey.stage(stage_id(wanted)):
        return stage_id(wanted) if wanted else None
    raise NotFound(f"The map has no stage {wanted!r}. It has: {', '.join(s.id for s in journey.stages)}.")
