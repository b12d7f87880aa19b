"""“Import” and “Leave it” under a dropped file."""

import logging
from datetime import datetime
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from assistant.clerk import Clerk
from assistant.clerk.uploads import bring_in
from assistant.listeners.clicks import Click, click_of
from assistant.listeners.errands import Errand, Errands
from assistant.listeners.files import Reporter, asked_for, fetched, file_of
from assistant.rendering.slack import notice
from assistant.rendering.slack_files import brought, left, progress
from assistant.rendering.uploads import Brought

log = logging.getLogger(__name__)

IMPORTS = "imports"
"""Imports wait for each other, not for what else a person wants meanwhile."""


def handle_import_file(
    body: dict[str, Any], action: dict[str, Any], client: WebClient, clerk: Clerk, errands: Errands
) -> None:
    """Import the file, telling how far it is where the question stood, then what became of it."""
    click = click_of(body, action)

    def bring(at: datetime) -> None:
        file = file_of(asked_for(click.value), client)
        name = str(file.get("name"))
        reporter = Reporter(client, click.channel, click.message_ts, name)
        reporter.show(progress(name, "Reading", 0, 0))
        try:
            with fetched(file, client) as path:
                report = bring_in(clerk, path, name, actor=click.user, at=at, progress=reporter)
        except Exception:
            reporter.show(notice(f"{name} could not be imported."))
            raise
        reporter.show(brought(report))
        _give_rejects(report, client, click)

    errands.run(
        Errand(keys=(click.key,), to=click.place(client), body=body, client=client, action="import", lane=IMPORTS),
        bring,
    )


def handle_leave_file(body: dict[str, Any], action: dict[str, Any], client: WebClient, errands: Errands) -> None:
    """Leave the file alone, and say so in place of the question."""
    click = click_of(body, action)

    def leave(_at: datetime) -> None:
        name = str(file_of(asked_for(click.value), client).get("name"))
        Reporter(client, click.channel, click.message_ts, name).show(left(name))

    errands.run(Errand(keys=(click.key,), to=click.place(client), body=body, client=client, lane=IMPORTS), leave)


def _give_rejects(report: Brought, client: WebClient, click: Click) -> None:
    """Hand back the rejected rows as a file, masked; without leave to, the message has said the first of them."""
    if not report.rejects:
        return
    try:
        client.files_upload_v2(
            filename="rejected.csv", content=report.rejects, title="Rejected rows", channel=click.channel,
            thread_ts=click.thread_ts,
        )  # fmt: skip
    except SlackApiError as error:
        log.warning("rejected rows could not be handed back: %s", error.response.get("error"))
