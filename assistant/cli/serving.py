"""`journey serve` and `journey manifest`: the bot in Slack, and the app that Slack needs to know of."""

import logging
import threading

import click

from assistant.cli.common import analyst_of, echo_json, pass_settings
from assistant.cli.privacy import retire_old
from assistant.settings import Settings
from knowledge.errors import JourneyError

log = logging.getLogger(__name__)

DAY_S = 24 * 3600.0


@click.command()
@click.option("--http", "port", type=click.IntRange(0, 65535), metavar="PORT", help="Listen for signed requests.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen; 0.0.0.0 for all addresses.")
@click.option("--verbose", is_flag=True, help="Log each answered question (never its words).")
@pass_settings
def serve(settings: Settings, port: int | None, host: str, verbose: bool) -> None:
    """Answer in Slack, over Socket Mode: no public address is needed.

    It needs SLACK_BOT_TOKEN and SLACK_APP_TOKEN; the README tells how to get them in five minutes. With --http it
    listens for Slack's requests instead, and needs SLACK_SIGNING_SECRET in the place of SLACK_APP_TOKEN.

    \b
    journey serve
    journey serve --http 3000
    """
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    from assistant.app import Address
    from assistant.app import serve as serve_slack
    from assistant.clerk import Clerk
    from assistant.cli.common import viewpoints_of

    retire_daily(settings)
    analyst = analyst_of(settings)
    # The first question should not wait for the model.
    analyst.warm_up()
    click.echo("Serving Slack; Ctrl-C ends it.", err=True)
    viewpoints = viewpoints_of(settings, analyst)
    clerk = Clerk(
        db=settings.db_path,
        key=settings.key_path,
        analyst=analyst,
        viewpoints=viewpoints,
        unmasked=settings.unmasked_kinds,
        floor=settings.customer_floor,
    )
    serve_slack(
        settings, analyst, clerk, viewpoints=viewpoints, http=None if port is None else Address(host=host, port=port)
    )


def retire_daily(settings: Settings, *, every_s: float = DAY_S, stop: threading.Event | None = None) -> None:
    """Remove what is older than JOURNEY_RETENTION_DAYS now, and once a day as long as the process lives."""
    if not settings.retention:
        return
    _retire(settings)
    stop = stop or threading.Event()

    def go_on() -> None:
        while not stop.wait(every_s):
            try:
                _retire(settings)
            except JourneyError as error:
                log.error("retention failed, it is tried again tomorrow: %s", error)

    threading.Thread(target=go_on, name="retention", daemon=True).start()


def _retire(settings: Settings) -> None:
    from knowledge.store import open_store, prepare

    prepare(settings.db_path)
    with open_store(settings.db_path) as store:
        receipt = retire_old(settings, store)
    if receipt and receipt.pieces:
        log.warning("retention removed %d pieces of feedback", receipt.pieces)


@click.command()
@click.option("--http", "url", metavar="URL", help="For serve --http: the public https address that leads to it.")
def manifest(url: str | None) -> None:
    """Print the manifest to paste into Slack when you create the app.

    \b
    journey manifest > manifest.json
    journey manifest --http https://journey.example.com
    """
    from assistant.manifest import manifest as build

    if url and not url.startswith("https://"):
        raise click.BadParameter("Slack sends requests to https:// addresses only.", param_hint="--http")
    echo_json(build(url))
