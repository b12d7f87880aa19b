"""`journey digest` and `journey alerts`: what channels get by themselves; preview, set up, list, take back, handle."""

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

import click

from assistant.cli.common import (
    analyst_of,
    as_of_option,
    echo_json,
    echo_table,
    json_option,
    map_in_force,
    now,
    pass_settings,
    prepared_store,
    viewpoints_of,
)
from assistant.cli.theme import by_option
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.digests.content import Digest
    from knowledge.subscriptions import Alert, Subscription


@click.group()
def digest() -> None:
    """Digests and alerts of channels: preview, add, list, start, remove, or read the hours in another time zone.

    `journey serve` sends what is due. In Slack the same is /journey subscribe.
    """


@digest.command()
@click.argument("words", nargs=-1)
@click.option("--channel", help="As it would be seen in this channel [default: everything is seen].")
@as_of_option
@json_option
@pass_settings
def preview(settings: Settings, words: tuple[str, ...], channel: str | None, as_of: date, as_json: bool) -> None:
    """Show a digest, or what alerts would be raised, as of a day. Nothing is sent or kept.

    \b
    journey digest preview onboarding and use every Monday at 9:00 Europe/Vienna
    journey digest preview alerts for use
    """
    from assistant.digests import subscribing
    from knowledge.subscriptions import Subscription

    analyst = analyst_of(settings)
    answers = viewpoints_of(settings, analyst).at(channel) if channel else analyst
    with prepared_store(settings) as store:
        wish = subscribing.understand(" ".join(words), map_in_force(store).stages, zone="UTC")
    at = datetime.combine(as_of, time(12), tzinfo=now().tzinfo)
    sub = Subscription(
        kind=wish.kind, channel=channel or "", zone=wish.zone, by="you", at=at, stages=wish.stages,
        weekday=wish.weekday, minute=wish.minute, per_day=wish.per_day,
    )  # fmt: skip
    if sub.kind == "digest":
        _show_digest(subscribing.preview(sub, answers, at), as_json=as_json)
        return
    stories = subscribing.firing(sub, answers, at)
    if as_json:
        echo_json([{"theme_id": s.theme, "change": s.status, "since": s.onset, "text": s.line} for s in stories])
        return
    click.echo(f"{subscribing.told(sub, at)}. {'Fires now:' if stories else 'Nothing fires now.'}")
    for story in stories:
        click.echo(f"- {story.line}")


@digest.command()
@click.argument("channel", metavar="CHANNEL_ID")
@click.argument("words", nargs=-1)
@click.option("--team", default="", help="The workspace's id, where several have installed the app.")
@click.option("--yes", is_flag=True, help="Start at once, without asking.")
@by_option
@pass_settings
def add(settings: Settings, channel: str, words: tuple[str, ...], team: str, yes: bool, actor: str) -> None:
    """Subscribe a channel to a digest or to alerts: shown first, live after your yes.

    \b
    journey digest add C0123456789 onboarding every Friday at 14:30 Europe/Vienna
    journey digest add C0123456789 alerts, 2 a day
    """
    from assistant.digests import subscribing
    from assistant.digests.due import when

    at = now()
    answers = viewpoints_of(settings, analyst_of(settings)).at(channel)
    with prepared_store(settings) as store:
        wish = subscribing.understand(" ".join(words), map_in_force(store).stages, zone="UTC")
        sub = subscribing.draft(store, wish, channel=channel, by=actor, at=at, team=team)
        if not yes:
            if sub.kind == "digest":
                _show_digest(subscribing.preview(sub, answers, at), as_json=False)
            else:
                known = subscribing.firing(sub, answers, at)
                click.echo(f"Known already, so no alert is raised of it: {len(known)} theme(s)")
                for story in known:
                    click.echo(f"- {story.line}")
            if not click.confirm(f"\nStart it ({when(sub)})?", err=True):
                subscribing.stop(store, sub.number, by=actor, at=at)
                click.echo("Dropped.")
                return
        sub = subscribing.start(store, sub.number, answers, by=actor, at=at)
    click.echo(f"Started {subscribing.told(sub, at)}.")


@digest.command("list")
@click.option("--channel", help="Of this channel only.")
@json_option
@pass_settings
def list_(settings: Settings, channel: str | None, as_json: bool) -> None:
    """List what channels get, when it is due next, and when it was sent last.

    \b
    journey digest list --json
    """
    from assistant.digests.due import next_due, when

    at = now()
    with prepared_store(settings) as store:
        held = store.subscriptions.all(channel)
        runs = {sub.number: store.subscriptions.runs(sub.number) for sub in held}
    last = {number: max((run.sent for run in its if run.sent), default=None) for number, its in runs.items()}
    following = {sub.number: next_due(sub, at) if sub.live else None for sub in held}
    if as_json:
        echo_json([
            {"number": sub.number, "kind": sub.kind, "channel": sub.channel, "stages": list(sub.stages),
             "when": when(sub), "by": sub.by, "live": sub.live, "next": following[sub.number],
             "last": last[sub.number], "missed": sum(run.state == "missed" for run in runs[sub.number])}
            for sub in held
        ])  # fmt: skip
        return
    if not held:
        click.echo("No channel is subscribed to anything. See: journey digest add --help")
        return
    table = [
        [sub.number, sub.kind, sub.channel, ", ".join(sub.stages) or "all", when(sub), sub.by,
         _minute(following[sub.number]) if sub.live else "not live yet", _minute(last[sub.number])]
        for sub in held
    ]  # fmt: skip
    echo_table(("number", "kind", "channel", "stages", "when", "by", "next", "last"), table)


@digest.command()
@click.argument("number", type=int)
@by_option
@pass_settings
def start(settings: Settings, number: int, actor: str) -> None:
    """Let a subscription go live that was set up but not started.

    \b
    journey digest start 3
    """
    from assistant.digests import subscribing

    with prepared_store(settings) as store:
        channel = store.subscriptions.get(number).channel
        answers = viewpoints_of(settings, analyst_of(settings)).at(channel)
        sub = subscribing.start(store, number, answers, by=actor, at=now())
    click.echo(f"Started {subscribing.told(sub, now())}.")


@digest.command()
@click.argument("number", type=int)
@by_option
@pass_settings
def remove(settings: Settings, number: int, actor: str) -> None:
    """Take a subscription back: nothing more is sent.

    \b
    journey digest remove 3
    """
    from assistant.digests import subscribing

    with prepared_store(settings) as store:
        sub = subscribing.stop(store, number, by=actor, at=now())
    click.echo(f"Stopped: {sub.kind} {sub.number} of {sub.channel}.")


@digest.command()
@click.argument("number", type=int)
@click.argument("name", metavar="ZONE")
@by_option
@pass_settings
def zone(settings: Settings, number: int, name: str, actor: str) -> None:
    """Read the hour of a subscription on the clock of another time zone; no day is sent twice for it.

    \b
    journey digest zone 3 America/New_York
    """
    from assistant.digests import subscribing

    with prepared_store(settings) as store:
        sub = subscribing.move(store, number, name, by=actor, at=now())
    click.echo(subscribing.told(sub, now()))


@click.group()
def alerts() -> None:
    """Alerts that were raised: list them, take one on, acknowledge it, or put it off. Set them up by `digest add`."""


@alerts.command("list")
@click.option("--channel", help="Of this channel only.")
@click.option("--all", "every", is_flag=True, help="Also those that were known before the channel subscribed.")
@json_option
@pass_settings
def list_alerts(settings: Settings, channel: str | None, every: bool, as_json: bool) -> None:
    """List alerts: theme, since when, what became of it, and who owns it.

    \b
    journey alerts list
    """
    with prepared_store(settings) as store:
        held = [alert for alert in store.alerts.all(channel) if every or alert.state != "known"]
        names = {alert.theme: its.name for alert in held if (its := store.themes.get(alert.theme))}
    if as_json:
        echo_json([_alert_json(alert, names) for alert in held])
        return
    if not held:
        click.echo("No alerts so far.")
        return
    rows = [
        [a.number, a.channel, f"{a.theme} {names.get(a.theme, '')}", a.status, str(a.onset), a.state, a.owner or ""]
        for a in held
    ]
    echo_table(("number", "channel", "theme", "change", "since", "state", "owner"), rows)


@alerts.command()
@click.argument("number", type=int)
@click.option("--owner", help="Who takes it on.")
@by_option
@pass_settings
def acknowledge(settings: Settings, number: int, owner: str | None, actor: str) -> None:
    """Acknowledge an alert, and name who takes it on; no reminder of it comes.

    \b
    journey alerts acknowledge 3 --owner Ann
    """
    from assistant.digests import subscribing

    with prepared_store(settings) as store:
        alert = subscribing.acknowledge(store, number, by=actor, at=now(), owner=owner)
    click.echo(f"Alert {number} is acknowledged{f'; {alert.owner} has it' if alert.owner else ''}.")


@alerts.command()
@click.argument("number", type=int)
@click.option("--days", type=click.IntRange(1, 365), default=7, show_default=True, help="Be reminded after so many.")
@by_option
@pass_settings
def snooze(settings: Settings, number: int, days: int, actor: str) -> None:
    """Put an alert off: one reminder comes after some days, if it still goes on.

    \b
    journey alerts snooze 3 --days 14
    """
    from assistant.digests import subscribing

    with prepared_store(settings) as store:
        alert = subscribing.snooze(store, number, by=actor, at=now(), wait=timedelta(days=days))
    click.echo(f"Alert {number} sleeps until {alert.snoozed_until}.")


def _show_digest(found: "Digest", *, as_json: bool) -> None:
    from assistant.rendering.text import inert

    if as_json:
        echo_json({
            "period": {"start": found.period.start, "end": found.period.end, "label": found.period.label},
            "news": found.news, "when": _told(found.subscription),
            "sections": [{"title": s.title, "headline": s.headline, "lines": list(s.lines), "question": s.question}
                         for s in found.sections],
        })  # fmt: skip
        return
    click.echo(f"Digest, {found.period.label}; {_told(found.subscription)}")
    for part in found.sections:
        click.echo(f"\n{inert(part.title)}\n  {inert(part.headline)}")
        for line in part.lines:
            click.echo(f"  - {inert(line)}")


def _told(sub: "Subscription") -> str:
    from assistant.digests.due import when

    return when(sub)


def _minute(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else ""


def _alert_json(alert: "Alert", names: dict[str, str]) -> dict[str, object]:
    return {
        "number": alert.number, "channel": alert.channel, "theme_id": alert.theme, "name": names.get(alert.theme),
        "change": alert.status, "since": alert.onset, "raised": alert.raised, "state": alert.state,
        "owner": alert.owner, "handled_by": alert.handled_by, "snoozed_until": alert.snoozed_until,
    }  # fmt: skip
