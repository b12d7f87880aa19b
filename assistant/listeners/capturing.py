"""Capturing: what the ways to save a message as feedback share: whose words, from where, and telling what was saved."""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from assistant.clerk import Clerk
from assistant.clerk.capture import Said, Saved, capture, wishes
from assistant.listeners.desk import team_of
from assistant.listeners.errands import Errand, Errands
from assistant.listeners.incoming import plain_words
from assistant.rendering.slack import SlackMessage, notice
from assistant.rendering.slack_capture import saved_lines

log = logging.getLogger(__name__)

SAVED_SIGN = "inbox_tray"
"""The reaction that marks a message as saved."""


def is_private(channel: str, body: Mapping[str, Any], client: WebClient, errands: Errands) -> bool:
    """Tell whether only members may read a channel; asks Slack, so call it on a worker."""
    return errands.kind_of(channel, body, client) != "public"


def capture_message(
    body: Mapping[str, Any], event: Mapping[str, Any], client: WebClient, clerk: Clerk | None, errands: Errands
) -> None:
    """Save a message of a channel in which every message is to be saved; a mark on it says that it was."""
    channel, ts, text = str(event["channel"]), str(event["ts"]), plain_words(event.get("text") or "", None)
    in_thread = event.get("thread_ts") not in (None, ts)
    if (
        not clerk
        or in_thread
        or not text
        or not any(not w.reaction for w in wishes(clerk, team_of(dict(body)), channel))
    ):
        return

    def save(at: datetime) -> None:
        private = is_private(channel, body, client, errands)
        said = Said(team=team_of(dict(body)), channel=channel, ts=ts, text=text, private=private)
        capture(clerk, said, actor=str(event["user"]), at=at)
        try:
            client.reactions_add(channel=channel, timestamp=ts, name=SAVED_SIGN)
        except SlackApiError as error:
            log.info("a saved message could not be marked: %s", error.response.get("error"))

    errands.run(Errand(keys=(f"capture:{channel}:{ts}",), body=body, client=client), save)


def sentences(saved: Saved) -> list[str]:
    """Return what was saved, in sentences."""
    return saved_lines(
        saved.text, saved.stage, saved.theme, by_person=saved.staged_by_person, new=saved.new, private=saved.private
    )


def whisper(client: WebClient, channel: str, user: str, message: SlackMessage) -> None:
    """Tell somebody in a channel what nobody else needs to read."""
    client.chat_postEphemeral(channel=channel, user=user, text=message.text, blocks=list(message.blocks))


def told(saved: Saved) -> SlackMessage:
    """Return what was saved as a message."""
    return notice(" ".join(sentence for sentence in sentences(saved) if sentence))
