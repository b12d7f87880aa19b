"""“Save as feedback”: a modal asks who said it, about which stage, and where; the message's words are saved."""

from datetime import datetime
from typing import Any

from slack_sdk import WebClient

from assistant.clerk import Clerk, stages
from assistant.listeners.capturing import is_private
from assistant.listeners.errands import Errand, Errands
from assistant.listeners.incoming import plain_words
from assistant.listeners.modals import open_modal
from assistant.rendering.slack_capture import CALLBACK, TITLE, capture_form
from knowledge.errors import InputError


def handle_save_as_feedback(body: dict[str, Any], client: WebClient, clerk: Clerk, errands: Errands) -> None:
    """Open the modal, and fill it."""
    place = open_modal(client, body, CALLBACK, TITLE)
    channel, message = body["channel"]["id"], body["message"]
    text = plain_words(message.get("text") or "", None)

    def fill(_at: datetime) -> None:
        if not text:
            raise InputError("This message holds no words, so there is nothing to save.")
        private = is_private(channel, body, client, errands)
        names = stages.stages(clerk).names
        place.show(capture_form(text, names, channel=channel, ts=message["ts"], private=private))

    errands.run(
        Errand(keys=(f"open:{place.view_id}",), to=place, body=body, client=client, action="capture", only_asker=True),
        fill,
    )
