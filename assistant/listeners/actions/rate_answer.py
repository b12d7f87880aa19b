"""“Helpful” and “Not helpful”: kept at once; for the second, a modal asks why."""

import json
import logging
from datetime import datetime
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from assistant.answers.ticket import unpack
from assistant.clerk import Clerk
from assistant.clerk.opinions import rate
from assistant.listeners.clicks import click_of
from assistant.listeners.errands import Errand, Errands
from assistant.listeners.modals import VIEW
from assistant.rendering.slack import notice
from assistant.rendering.slack_rating import why_not
from assistant.rendering.slack_tools import HELPFUL

log = logging.getLogger(__name__)

THANKS = "Thank you. What you think is kept for whoever runs me."


def handle_rate_answer(
    body: dict[str, Any], action: dict[str, Any], client: WebClient, clerk: Clerk, errands: Errands
) -> None:
    """Keep the verdict; a second click of the same person replaces the first."""
    click = click_of(body, action)
    verdict, _, line = click.value.partition(" ")
    helpful = verdict == HELPFUL
    if not helpful and VIEW not in body:
        _ask_why(client, click.trigger, json.dumps([click.channel, click.message_ts, line], ensure_ascii=False))

    def keep(at: datetime) -> None:
        rate(
            clerk,
            unpack(line),
            "helpful" if helpful else "not_helpful",
            team=click.team,
            channel=click.channel,
            message=click.message_ts,
            actor=click.user,
            at=at,
        )
        if helpful:
            click.whisper(client).post(notice(THANKS))

    errands.run(Errand(keys=(click.key,), to=click.whisper(client), body=body, client=client, action="rate"), keep)


def _ask_why(client: WebClient, trigger: str, metadata: str) -> None:
    """Open the modal; it cannot wait for a worker, for Slack gives three seconds to open one."""
    try:
        client.views_open(trigger_id=trigger, view=why_not(metadata))
    except (SlackApiError, ValueError) as error:
        log.warning("the reason could not be asked for: %s", error)
