"""`journey roles`, `journey private` and `journey audit`: who may do what, what is seen where, who changed what."""

import click

from assistant.cli.common import echo_json, echo_table, json_option, now, pass_settings, prepared_store
from assistant.cli.theme import by_option
from assistant.settings import Settings


@click.group()
def roles() -> None:
    """Show, give and take roles: none, viewer, editor, admin. To a user by id (U…) or a user group (S…).

    A role given to a person outranks those of their groups. Who stands in JOURNEY_ADMINS is always an administrator.
    """


@roles.command("list")
@json_option
@pass_settings
def list_(settings: Settings, as_json: bool) -> None:
    """Show who has which role, and who gave it.

    \b
    journey roles list
    """
    with prepared_store(settings) as store:
        granted = store.roles.all()
    if as_json:
        echo_json([{"subject": g.subject, "role": g.role, "by": g.by, "at": g.at.isoformat()} for g in granted])
        return
    rows = [(user, "admin", "JOURNEY_ADMINS", "") for user in sorted(settings.admin_ids)]
    rows += [(g.subject, str(g.role), g.by, f"{g.at:%Y-%m-%d %H:%M}") for g in granted]
    if rows:
        echo_table(("who", "role", "given by", "at"), rows)
    click.echo(f"All other members of the workspace: {settings.role_by_default}. Guests: none.")
    if not rows:
        click.echo("Nobody is an administrator: journey roles grant U0123456789 admin")


@roles.command("grant")
@click.argument("subject", metavar="USER_OR_GROUP")
@click.argument("role", type=click.Choice(["none", "viewer", "editor", "admin"]))
@by_option
@pass_settings
def grant(settings: Settings, subject: str, role: str, actor: str) -> None:
    """Give a role to a user or a user group.

    \b
    journey roles grant U0123456789 editor
    journey roles grant S0SUPPORT01 editor --by Ann
    """
    from assistant.governing import grant as give

    with prepared_store(settings) as store:
        give(store, subject, role, by=actor, at=now())
    click.echo(f"{subject} is now {role}.")


@roles.command("revoke")
@click.argument("subject", metavar="USER_OR_GROUP")
@by_option
@pass_settings
def revoke(settings: Settings, subject: str, actor: str) -> None:
    """Take back the role that was given to a user or a user group.

    \b
    journey roles revoke U0123456789
    """
    from assistant.governing import revoke as take

    with prepared_store(settings) as store:
        take(store, subject, by=actor, at=now())
    click.echo(f"{subject} has no role of its own any more; members are {settings.role_by_default}.")


@click.group()
def private() -> None:
    """Keep feedback of a source to one Slack channel: elsewhere it is neither counted nor quoted nor named."""


@private.command("list")
@json_option
@pass_settings
def list_private(settings: Settings, as_json: bool) -> None:
    """Show the sources of feedback, and which are private to a channel.

    \b
    journey private list
    """
    with prepared_store(settings) as store:
        held, homes = store.private_sources.known(), store.private_sources.all()
    rows = [(source, held.get(source, 0), homes.get(source)) for source in sorted({*held, *homes})]
    if as_json:
        echo_json([{"source": source, "pieces": pieces, "channel": channel} for source, pieces, channel in rows])
        return
    echo_table(("source", "pieces", "private to"), rows)


@private.command("add")
@click.argument("source")
@click.argument("channel", metavar="CHANNEL_ID")
@by_option
@pass_settings
def add_private(settings: Settings, source: str, channel: str, actor: str) -> None:
    """Let a source be answered from in one channel only.

    \b
    journey private add tickets C0123456789
    """
    from assistant.governing import make_private

    with prepared_store(settings) as store:
        pieces = make_private(store, source, channel, by=actor, at=now())
    click.echo(f"{source} ({pieces:,} pieces of feedback) is answered from in {channel} only.")


@private.command("remove")
@click.argument("source")
@by_option
@pass_settings
def remove_private(settings: Settings, source: str, actor: str) -> None:
    """Let a source be answered from everywhere again.

    \b
    journey private remove tickets
    """
    from assistant.governing import open_up

    with prepared_store(settings) as store:
        open_up(store, source, by=actor, at=now())
    click.echo(f"{source} is answered from everywhere.")


@click.command()
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="How many of the latest to show.")
@json_option
@pass_settings
def audit(settings: Settings, limit: int, as_json: bool) -> None:
    """Show who changed what, latest first: roles, erasure, subscriptions, alerts, themes, stages.

    \b
    journey audit --limit 20
    """
    from assistant.governing import changes

    with prepared_store(settings) as store:
        found = changes(store, limit=limit)
    if as_json:
        echo_json([{"at": c.at.isoformat(), "who": c.who, "kind": c.kind, "what": c.what} for c in found])
        return
    for c in found:
        click.echo(f"{c.at:%Y-%m-%d %H:%M}  {c.who or '(unattended)':<16}  {c.kind:<13}  {c.what}")
    if not found:
        click.echo("Nothing has been changed so far.")
