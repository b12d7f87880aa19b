"""Where an answer goes, and how it is posted: never unfurled, never parsed for names or links."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from assistant.listeners.outbox import POST, RESPONSE_URL, send_now
from assistant.rendering.slack import SlackMessage

EXPIRED = frozenset({"expired_url", "used_url", "no_more_responses"})


class Place(Protocol):
    """A place that takes an answer."""

    def post(self, message: SlackMessage) -> None:
        """Post the message there, at once; raises what the Slack client raises once its retries are used up."""
        ...

    def sending(self, message: SlackMessage) -> tuple[str, dict[str, Any]]:
        """Return the method and the payload that post the message there, as the outbox takes them."""
        ...

    def kept(self) -> dict[str, Any]:
        """Return the place as JSON; `place_of` reads it."""
        ...


@dataclass(frozen=True, kw_only=True)
class InThread:
    """A channel or direct conversation, in a thread where there is one."""

    client: WebClient
    channel: str
    thread_ts: str | None

    def post(self, message: SlackMessage) -> None:
        """Post for everyone who reads the conversation."""
        send_now(self.client, *self.sending(message))

    def sending(self, message: SlackMessage) -> tuple[str, dict[str, Any]]:
        """Return what posts the message for everyone who reads the conversation."""
        payload = {
            "channel": self.channel,
            "thread_ts": self.thread_ts,
            "text": message.text,
            "blocks": list(message.blocks) or None,
            "unfurl_links": False,
            "unfurl_media": False,
            "parse": "none",
            "link_names": False,
            "mrkdwn": False,
        }
        return POST, {name: value for name, value in payload.items() if value is not None}

    def kept(self) -> dict[str, Any]:
        """Return the place as JSON."""
        return {"channel": self.channel, "thread_ts": self.thread_ts}


@dataclass(frozen=True, kw_only=True)
class Privately:
    """The person who typed a command or clicked in a private message; Slack takes five such posts in half an hour.

    After that a direct message to the `user`, where they are known, is as private.
    """

    client: WebClient
    response_url: str
    user: str = ""

    def post(self, message: SlackMessage) -> None:
        """Post so that only that person sees it."""
        try:
            send_now(self.client, *self.sending(message))
        except SlackApiError as error:
            if not (directly := self.instead(error)):
                raise
            directly.post(message)

    def instead(self, error: SlackApiError) -> InThread | None:
        """Return the direct conversation with the person where this way back is used up; None where it is not that."""
        if not self.user or error.response.get("error") not in EXPIRED:
            return None
        return InThread(client=self.client, channel=self.user, thread_ts=None)

    def sending(self, message: SlackMessage) -> tuple[str, dict[str, Any]]:
        """Return what posts the message so that only that person sees it."""
        payload = {
            "url": self.response_url,
            "text": message.text,
            "blocks": list(message.blocks) or None,
            "response_type": "ephemeral",
            "replace_original": False,
            "unfurl_links": False,
            "unfurl_media": False,
        }
        return RESPONSE_URL, {name: value for name, value in payload.items() if value is not None}

    def kept(self) -> dict[str, Any]:
        """Return the place as JSON."""
        return {"response_url": self.response_url}


def place_of(kept: Mapping[str, Any], client: WebClient, user: str) -> Place:
    """Return the place that was kept as JSON, for the answer to a user."""
    if "response_url" in kept:
        return Privately(client=client, response_url=kept["response_url"], user=user)
    return InThread(client=client, channel=kept["channel"], thread_ts=kept["thread_ts"])
