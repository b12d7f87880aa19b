"""`journey opinions`: what people in Slack think of the answers that they got."""

import click

from assistant.cli.common import echo_json, echo_table, json_option, pass_settings, prepared_store
from assistant.settings import Settings


@click.command()
@click.option("--not-helpful", is_flag=True, help="Only the answers that were not helpful.")
@json_option
@pass_settings
def opinions(settings: Settings, not_helpful: bool, as_json: bool) -> None:
    """List what people think of the answers: helpful or not, why, and what was asked; latest first.

    \b
    journey opinions --not-helpful
    """
    from knowledge.opinions import REASONS
    from knowledge.store.opinions import OpinionRows

    with prepared_store(settings) as store:
        held = [one for one in reversed(OpinionRows(store.db).all()) if not not_helpful or one.verdict != "helpful"]
    if as_json:
        echo_json(
            [
                {"at": one.at.isoformat(), "by": one.actor, "verdict": one.verdict, "reason": one.reason,
                 "note": one.note, "question": one.question, "as_of": one.day.isoformat()}
                for one in held
            ]
        )  # fmt: skip
        return
    if not held:
        click.echo("Nobody has said yet what they think of an answer. The buttons are under each answer in Slack.")
        return
    rows = [
        (f"{one.at:%Y-%m-%d %H:%M}", one.actor, one.verdict.replace("_", " "),
         REASONS[one.reason] if one.reason else "", one.note or "", one.question)
        for one in held
    ]  # fmt: skip
    echo_table(("when", "who", "verdict", "reason", "note", "question"), rows)
