"""Where a click came from, and where its answer goes."""

from dataclasses import dataclass
from typing import Any

from slack_sdk import WebClient

from assistant.listeners.desk import team_of
from assistant.listeners.posting import InThread, Place, Privately


@dataclass(frozen=True, kw_only=True)
class Click:
    """A click on a button of a message: who, where, and the key that its repetitions share.

    `thread_ts` is the thread to answer in: the message's own, else a new one, except in a direct conversation.
    `private` says that only this person sees the message; `response_url` then is the way to them.
    """

    user: str
    name: str
    team: str
    user_team: str | None
    channel: str
    message_ts: str
    thread_ts: str | None
    private: bool
    response_url: str
    trigger: str
    key: str
    value: str

    @property
    def thread(self) -> str:
        """The conversation, by name."""
        return f"{self.channel}:{self.thread_ts}" if self.thread_ts else self.channel

    def place(self, client: WebClient) -> Place:
        """Return the place where the button stands; what only one person sees stays with that person."""
        if self.private:
            return self.whisper(client)
        return InThread(client=client, channel=self.channel, thread_ts=self.thread_ts)

    def whisper(self, client: WebClient) -> Place:
        """Return the place that only the person who clicked sees."""
        return Privately(client=client, response_url=self.response_url, user=self.user)


def click_of(body: dict[str, Any], action: dict[str, Any]) -> Click:
    """Read a click on a message."""
    container = body.get("container") or {}
    # A click on Home or in a modal is answered in the direct conversation: a user's id opens it.
    channel = container.get("channel_id") or (body.get("channel") or {}).get("id") or body["user"]["id"]
    stands = container.get("message_ts") or container.get("view_id")
    return Click(
        user=body["user"]["id"],
        name=str(body["user"].get("username") or body["user"].get("name") or body["user"]["id"]),
        team=team_of(body),
        user_team=body["user"].get("team_id"),
        channel=channel,
        message_ts=str(stands),
        thread_ts=_thread(body, channel),
        private=bool(container.get("is_ephemeral")),
        response_url=str(body.get("response_url", "")),
        trigger=str(body.get("trigger_id", "")),
        key=f"click:{channel}:{stands}:{action['action_id']}:{action.get('action_ts')}",
        value=str(action.get("value", "")),
    )


def _thread(body: dict[str, Any], channel: str) -> str | None:
    message = body.get("message") or {}
    place = body.get("container") or {}
    thread_ts = message.get("thread_ts") or place.get("thread_ts")
    if thread_ts or channel[:1] in "DUW":
        return str(thread_ts) if thread_ts else None
    return str(message.get("ts") or place.get("message_ts"))
