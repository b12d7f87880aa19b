"""Modals: opened at once, for Slack gives three seconds; filled by an errand, which also says there what went wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from assistant.rendering.slack import SlackMessage
from assistant.rendering.slack_forms import View, told, waiting

GONE = frozenset({"not_found", "view_not_found", "expired_trigger_id"})
"""Somebody has closed the modal meanwhile; what it would have said is no use to anybody."""


@dataclass(frozen=True, kw_only=True)
class InModal:
    """A modal that is open; whatever is posted to it takes the place of what it shows."""

    client: WebClient
    view_id: str
    callback: str
    title: str

    def post(self, message: SlackMessage) -> None:
        """Show the words of a message."""
        text = message.text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        self.show(told(self.callback, self.title, text.split("\n")))

    def show(self, view: View) -> None:
        """Show another view; nothing happens where the modal has been closed."""
        try:
            self.client.views_update(view_id=self.view_id, view=view)
        except SlackApiError as error:
            if error.response.get("error") not in GONE:
                raise

    def sending(self, message: SlackMessage) -> tuple[str, dict[str, Any]]:
        """Return what shows the message, as the outbox would take it."""
        view = told(self.callback, self.title, message.text.split("\n"))
        return "views.update", {"view_id": self.view_id, "view": view}

    def kept(self) -> dict[str, Any]:
        """Modals do not outlive the process."""
        return {}


def open_modal(client: WebClient, body: Mapping[str, Any], callback: str, title: str) -> InModal:
    """Open a modal that says that it is being filled."""
    opened = client.views_open(trigger_id=body["trigger_id"], view=waiting(callback, title))
    return InModal(client=client, view_id=opened["view"]["id"], callback=callback, title=title)


def this_modal(client: WebClient, view: View) -> InModal:
    """Return the modal that somebody has clicked in or submitted."""
    return InModal(client=client, view_id=view["id"], callback=view["callback_id"], title=str(view["title"]["text"]))


def view_key(body: Mapping[str, Any], *more: str) -> str:
    """Return the key that repetitions of a submission, or of a click in a view, share."""
    view = body["view"]
    act = (body.get("actions") or [{}])[0]
    parts = (view["id"], str(view.get("hash")), *more, str(act.get("action_id", "")), str(act.get("action_ts", "")))
    return "view:" + ":".join(parts)
