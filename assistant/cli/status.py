"""`journey status`: what is in the file, what is configured, what is wrong and how to mend it."""

from typing import Any

import click

from assistant.cli.common import echo_json, json_option, pass_settings
from assistant.settings import Settings


@click.command()
@json_option
@pass_settings
def status(settings: Settings, as_json: bool) -> None:
    """Show what is in the file, what is configured, and what is wrong.

    \b
    journey status
    """
    from knowledge.errors import JourneyError

    problems: list[str] = []
    content: dict[str, Any] = {}
    try:
        content = _content(settings)
    except JourneyError as error:
        problems.append(str(error))
    slack, slack_problems = _slack(settings)
    problems += _model_problems(settings) + slack_problems
    if as_json:
        named = {name: value for name, value, _ in settings.described()}
        echo_json({"content": content, "settings": named, "slack": slack, "problems": problems})
        return
    click.echo(f"File: {settings.db_path}")
    for name, value in content.items():
        click.echo(f"  {name.replace('_', ' '):<16}{value if value is not None else 'none'}")
    if slack:
        click.echo("\nSlack: " + ", ".join(f"{name} {value}" for name, value in slack.items()))
    click.echo("\nSettings")
    for variable, value, help_text in settings.described():
        click.echo(f"  {variable:<24}{value:<28}{help_text}")
    click.echo("\nTo mend" if problems else "\nNothing is wrong.")
    for problem in problems:
        click.echo(f"  - {problem}")


def _content(settings: Settings) -> dict[str, Any]:
    from datetime import date

    from knowledge.store import open_store, prepare

    with open_store(settings.db_path):
        pass
    prepare(settings.db_path)
    with open_store(settings.db_path) as store:
        facts = store.feedback.facts()
        span = facts.span()
        journey = store.maps.current()
        return {
            "feedback": len(facts),
            "dated": f"{date.fromordinal(span[0])} to {date.fromordinal(span[1])}" if span else None,
            "channels": ", ".join(facts.channel.values) or None,
            "segments": ", ".join(facts.segments) or None,
            "themes": len(store.themes.all()),
            "journey_map": journey.name if journey else "none imported; the general one is used",
            "metric_values": len(store.metrics.points()),
            "event_cases": sum(log.cases for log in store.events.logs()),
            "vectors": ", ".join(f"{count:,} of {model}" for model, count in store.vectors.models().items()) or None,
        }


def _model_problems(settings: Settings) -> list[str]:
    from knowledge.embedding import load_embedder
    from knowledge.errors import ModelError, StoreError
    from knowledge.layers.exchange import refuse_exchanged
    from knowledge.store import open_store

    try:
        model_id = load_embedder(settings.embedder).model_id  # reading it checks the weights
        if settings.db_path.exists():
            with open_store(settings.db_path) as store:
                refuse_exchanged(store, model_id)
    except ModelError as error:
        return [str(error)]
    except StoreError:
        return []  # told of already
    return []


def _slack(settings: Settings) -> tuple[dict[str, Any], list[str]]:
    """Return what is known of Slack, and what is wrong with it."""
    from knowledge.errors import SettingsError

    try:
        several = settings.several_workspaces
    except SettingsError as error:
        return {}, [str(error)]
    if several:
        return _workspaces(settings)
    problems = _token_problems(settings)
    if problems or not settings.slack_bot_token:
        return {}, problems
    from assistant.app import SLACK_API, build_client
    from assistant.listeners.checkup import check_up

    # Asked once: who waits for a status does not want to wait out a rate limit.
    client = build_client(settings.slack_bot_token, api_url=settings.slack_api_url or SLACK_API)
    client.retry_handlers, client.timeout = [], 5
    found = check_up(client)
    known = {"workspace": found.workspace, "bot": found.bot} if found.workspace else {}
    return known, list(found.problems)


def _workspaces(settings: Settings) -> tuple[dict[str, Any], list[str]]:
    from knowledge.errors import JourneyError
    from knowledge.store import open_store
    from knowledge.store.installations import InstallationRows

    problems = (
        [] if settings.slack_signing_secret else ["SLACK_SIGNING_SECRET is not set; it checks requests over HTTP."]
    )
    if settings.workspace_ids is None:
        problems.append("JOURNEY_WORKSPACES is not set: whoever finds /slack/install can install the app and ask.")
    try:
        with open_store(settings.db_path) as store:
            return {"workspaces": len(InstallationRows(store.db).all())}, problems
    except JourneyError:
        return {"workspaces": 0}, problems


def _token_problems(settings: Settings) -> list[str]:
    wanted = {"SLACK_BOT_TOKEN": settings.slack_bot_token}
    if not settings.slack_signing_secret:  # with it, requests may come over HTTP instead
        wanted["SLACK_APP_TOKEN"] = settings.slack_app_token
    prefixes = {"SLACK_BOT_TOKEN": "xoxb-", "SLACK_APP_TOKEN": "xapp-"}
    missing = [name for name, value in wanted.items() if not value]
    problems = []
    if missing:
        problems.append(f"Slack is not set up: {' and '.join(missing)} not set. The README tells how to get them.")
    for name, value in wanted.items():
        if value and not value.startswith(prefixes[name]):
            problems.append(f"{name} does not start with {prefixes[name]}: it looks like another kind of token.")
    return problems
