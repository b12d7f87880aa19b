"""Why an answer was not helpful."""

import json
from datetime import datetime
from typing import Any, cast

from slack_bolt import Ack
from slack_sdk import WebClient

from assistant.answers.ticket import unpack
from assistant.clerk import Clerk
from assistant.clerk.opinions import rate
from assistant.listeners.desk import team_of
from assistant.listeners.errands import Errand, Errands
from assistant.listeners.modals import view_key
from assistant.rendering.slack_forms import values
from assistant.rendering.slack_rating import NOTE, REASON
from knowledge.opinions import REASONS, Why


def handle_why_not_helpful(
    ack: Ack, body: dict[str, Any], view: dict[str, Any], client: WebClient, clerk: Clerk, errands: Errands
) -> None:
    """Add the reason to the opinion; the modal closes."""
    ack()
    channel, message, line = json.loads(view["private_metadata"])
    given = values(view)
    reason = cast("Why", given.get(REASON)) if given.get(REASON) in REASONS else None

    def keep(at: datetime) -> None:
        rate(
            clerk,
            unpack(line),
            "not_helpful",
            team=team_of(body),
            channel=channel,
            message=message,
            actor=body["user"]["id"],
            at=at,
            reason=reason,
            note=given.get(NOTE, ""),
        )

    errands.run(Errand(keys=(view_key(body),), body=body, client=client, action="rate", only_asker=True), keep)
