"""`journey serve` and `journey manifest`: the bot in Slack, and the app that Slack needs to know of."""

import logging

import click

from assistant.cli.common import analyst_of, echo_json, pass_settings
from assistant.settings import Settings


@click.command()
@click.option("--verbose", is_flag=True, help="Log each answered question (never its words).")
@pass_settings
def serve(settings: Settings, verbose: bool) -> None:
    """Answer in Slack, over Socket Mode: no public address is needed.

    It needs SLACK_BOT_TOKEN and SLACK_APP_TOKEN; the README tells how to get them in five minutes.

    \b
    journey serve
    """
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    from assistant.app import serve as serve_slack

    analyst = analyst_of(settings)
    # The first question should not wait for the model.
    analyst.warm_up()
    click.echo("Serving Slack; Ctrl-C ends it.", err=True)
    serve_slack(settings, analyst)


@click.command()
def manifest() -> None:
    """Print the manifest to paste into Slack when you create the app.

    \b
    journey manifest > manifest.json
    """
    from assistant.manifest import manifest as build

    echo_json(build())
