"""“Share with channel”: a private answer, posted for everyone in the channel in which it was asked for."""

from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from assistant.answers.ticket import unpack
from assistant.clerk import Clerk
from assistant.clerk.again import answer_again, title
from assistant.listeners.clicks import Click, click_of
from assistant.listeners.errands import Errand, Errands
from assistant.listeners.posting import InThread
from assistant.rendering.slack import SlackMessage, notice, render, signed

UNINVITED = frozenset({"not_in_channel", "channel_not_found", "is_archived", "restricted_action"})
SHARED = "Shared with the channel."
INVITE = "I am not in this channel, so I cannot post there. Type /invite @Journey Assistant, then click again."


def handle_share_answer(
    body: dict[str, Any], action: dict[str, Any], client: WebClient, clerk: Clerk, errands: Errands
) -> None:
    """Post the answer anew, as of its day, under the name of who shares it; tell them privately that it stands."""
    click = click_of(body, action)

    def share(_at: object) -> None:
        ticket = unpack(click.value)
        message = render(answer_again(clerk, ticket), asked=title(ticket), ticket=ticket)
        said = _share(errands, client, click, signed(message, f"Shared by {click.name}"))
        click.whisper(client).post(notice(said))

    errands.run(Errand(keys=(click.key,), to=click.whisper(client), body=body, client=client, action="share"), share)


def _share(errands: Errands, client: WebClient, click: Click, message: SlackMessage) -> str:
    place = InThread(client=client, channel=click.channel, thread_ts=None)
    try:
        errands.post(click.key, place, message, client)
    except SlackApiError as error:
        if error.response.get("error") not in UNINVITED:
            raise
        return INVITE
    return SHARED
