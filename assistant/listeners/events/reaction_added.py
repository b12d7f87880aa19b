"""A reaction that captures feedback, in a channel where somebody wished for it."""

from datetime import datetime
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from assistant.clerk import Clerk
from assistant.clerk.capture import Said, capture, wishes
from assistant.listeners.capturing import is_private, told, whisper
from assistant.listeners.desk import team_of
from assistant.listeners.errands import Errand, Errands
from assistant.listeners.incoming import is_for_us, plain_words
from assistant.rendering.slack import notice
from knowledge.errors import InputError, JourneyError

UNREAD = "I cannot read this channel. Invite me first, then react again."


def handle_reaction_added(
    body: dict[str, Any], event: dict[str, Any], client: WebClient, clerk: Clerk, errands: Errands,
    bot_user_id: str | None,
) -> None:  # fmt: skip
    """Save the message that got the reaction, and tell whoever reacted what was saved."""
    item, user = event.get("item") or {}, event.get("user")
    channel, ts = item.get("channel"), item.get("ts")
    if item.get("type") != "message" or not channel or not ts or user == bot_user_id:
        return
    name = str(event.get("reaction", "")).partition("::")[0]
    if not any(wish.reaction == name for wish in wishes(clerk, team_of(body), channel)):
        return

    def save(at: datetime) -> None:
        try:
            if refusal := errands.why_not("capture", body, client):
                raise InputError(refusal)
            text = _words(client, channel, ts, bot_user_id)
            private = is_private(channel, body, client, errands)
            said = Said(team=team_of(body), channel=channel, ts=ts, text=text, private=private)
            message = told(capture(clerk, said, actor=str(user), at=at))
        except JourneyError as error:
            message = notice(str(error))
        whisper(client, channel, str(user), message)

    errands.run(Errand(keys=(f"capture:{channel}:{ts}",), body=body, client=client), save)


def _words(client: WebClient, channel: str, ts: str, bot_user_id: str | None) -> str:
    """Return the words of a message that a person wrote."""
    try:
        found = client.conversations_history(channel=channel, latest=ts, inclusive=True, limit=1)["messages"]
        if not found or found[0].get("ts") != ts:
            found = client.conversations_replies(channel=channel, ts=ts, limit=1)["messages"]
    except SlackApiError as error:
        raise InputError(UNREAD) from error
    message = next((one for one in found if one.get("ts") == ts), None)
    if message is None or not is_for_us(message, bot_user_id):
        raise InputError("Only what a person wrote can be saved as feedback.")
    return plain_words(message.get("text") or "", bot_user_id)
