"""Modals: opened at once, for Slack gives three seconds; filled by an errand, which also says there what went wrong.

A modal outlives the process that opened it: whoever takes up its errand fills it, if it has not been closed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from assistant.listeners.outbox import POST, send_now
from assistant.rendering.slack import SlackMessage, notice
from assistant.rendering.slack_forms import View, told, waiting

VIEW, LATE = "opened_view", "late_for"
"""What a kept delivery holds beside Slack's own: the modal that was opened for it, and who has waited in vain."""
INTERRUPTED = "I was interrupted over “{}”, and have gone on with it now. Open it again to see how things stand."
GONE = frozenset({"not_found", "view_not_found", "expired_trigger_id"})
"""Somebody has closed the modal meanwhile; what it would have said is no use to anybody."""


@dataclass(frozen=True, kw_only=True)
class InModal:
    """A modal that is open; whatever is posted to it takes the place of what it shows.

    `late` names the person where a process died over it: they may have closed it in vain, and are told directly.
    """

    client: WebClient
    view_id: str
    callback: str
    title: str
    late: str | None = None

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
            if self.late:
                said = notice(INTERRUPTED.format(self.title))
                send_now(self.client, POST, {"channel": self.late, "text": said.text, "blocks": list(said.blocks)})

    def sending(self, message: SlackMessage) -> tuple[str, dict[str, Any]]:
        """Return what shows the message, as the outbox would take it."""
        view = told(self.callback, self.title, message.text.split("\n"))
        return "views.update", {"view_id": self.view_id, "view": view}

    def kept(self) -> dict[str, Any]:
        """Return the modal as JSON: it stays open, and may be filled, whatever becomes of the process."""
        return {"view_id": self.view_id}


def open_modal(client: WebClient, body: Mapping[str, Any], callback: str, title: str) -> InModal:
    """Open a modal that says that it is being filled; where that was done before, return it."""
    if VIEW in body:
        return InModal(client=client, view_id=body[VIEW], callback=callback, title=title, late=body.get(LATE))
    opened = client.views_open(trigger_id=body["trigger_id"], view=waiting(callback, title))
    return InModal(client=client, view_id=opened["view"]["id"], callback=callback, title=title)


def this_modal(client: WebClient, view: View) -> InModal:
    """Return the modal that somebody has clicked in or submitted."""
    title = str(view["title"]["text"])
    return InModal(client=client, view_id=view["id"], callback=view["callback_id"], title=title, late=view.get(LATE))


def view_key(body: Mapping[str, Any], *more: str) -> str:
    """Return the key that repetitions of a submission, or of a click in a view, share."""
    view = body["view"]
    act = (body.get("actions") or [{}])[0]
    parts = (view["id"], str(view.get("hash")), *more, str(act.get("action_id", "")), str(act.get("action_ts", "")))
    return "view:" + ":".join(parts)
