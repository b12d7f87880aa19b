"""Where an answer goes, and how it is posted: never unfurled, never parsed for names or links."""

from dataclasses import dataclass
from typing import Protocol

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from assistant.rendering.slack import SlackMessage


class Place(Protocol):
    """A place that takes an answer."""

    def post(self, message: SlackMessage) -> None:
        """Post the message there; raises what the Slack client raises once its retries are used up."""
        ...


@dataclass(frozen=True, kw_only=True)
class InThread:
    """A channel or direct conversation, in a thread where there is one."""

    client: WebClient
    channel: str
    thread_ts: str | None

    def post(self, message: SlackMessage) -> None:
        """Post for everyone who reads the conversation."""
        self.client.chat_postMessage(
            channel=self.channel,
            thread_ts=self.thread_ts,
            text=message.text,
            blocks=list(message.blocks) or None,
            unfurl_links=False,
            unfurl_media=False,
            parse="none",
            link_names=False,
            mrkdwn=False,
        )


@dataclass(frozen=True, kw_only=True)
class Privately:
    """The person who typed a command or clicked in a private message; Slack takes five such posts in half an hour."""

    client: WebClient
    response_url: str

    def post(self, message: SlackMessage) -> None:
        """Post so that only that person sees it."""
        # Slack's response URLs carry their own authority; they share the client's way out, its retries included.
        webhook = WebhookClient(
            self.response_url,
            timeout=self.client.timeout,
            ssl=self.client.ssl,
            proxy=self.client.proxy,
            logger=self.client.logger,
            retry_handlers=list(self.client.retry_handlers),
        )
        response = webhook.send(
            text=message.text,
            blocks=list(message.blocks) or None,
            response_type="ephemeral",
            replace_original=False,
            unfurl_links=False,
            unfurl_media=False,
        )
        if response.status_code >= 400:
            refusal = {"ok": False, "error": response.body.strip()[:200], "status": response.status_code}
            raise SlackApiError("Slack refused a private answer", refusal)
