"""A message is saved as feedback, and the person hears what was saved."""

from datetime import datetime
from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient

from assistant.clerk import Clerk
from assistant.clerk.capture import Said, capture
from assistant.listeners.capturing import sentences
from assistant.listeners.desk import team_of
from assistant.listeners.errands import Errand, Errands
from assistant.listeners.modals import this_modal, view_key
from assistant.rendering.slack_capture import CALLBACK, CHANNEL, CUSTOMER, STAGE, TITLE, UNSURE, carried
from assistant.rendering.slack_forms import told, values, waiting


def handle_save_feedback(
    ack: Ack, body: dict[str, Any], view: dict[str, Any], client: WebClient, clerk: Clerk, errands: Errands
) -> None:
    """Save the words with what was filled in, and show what was saved, masked as it is kept."""
    ack(response_action="update", view=waiting(CALLBACK, TITLE))
    place, given, (text, channel, ts, private) = this_modal(client, view), values(view), carried(view)
    stage = given.get(STAGE) or UNSURE
    said = Said(
        team=team_of(body),
        channel=channel,
        ts=ts,
        text=text,
        private=private,
        customer=given.get(CUSTOMER) or None,
        stage=None if stage == UNSURE else stage,
        kind=given.get(CHANNEL) or None,
    )

    def save(at: datetime) -> None:
        saved = capture(clerk, said, actor=body["user"]["id"], at=at)
        place.show(told(CALLBACK, TITLE, sentences(saved)))

    errands.run(
        Errand(keys=(view_key(body),), to=place, body=body, client=client, action="capture", only_asker=True), save
    )
