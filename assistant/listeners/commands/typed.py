"""Typed: a slash command as a person typed it, with what its handler needs to carry it out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk import WebClient

from assistant.clerk import Clerk
from assistant.forgetting import Forgetting
from assistant.listeners.desk import Desk
from assistant.listeners.errands import Errand, Errands, Work
from assistant.listeners.posting import Place
from assistant.policy import Action


@dataclass(frozen=True, kw_only=True)
class Typed:
    """`/journey VERB REST`: who typed it, where, and the private place that answers it.

    `key` is the same however often Slack delivers the command. `raw` is all that was typed, `body` the
    whole command, as Slack sent it.
    """

    verb: str
    rest: str
    key: str
    user: str
    team: str
    channel: str
    trigger: str
    place: Place
    client: WebClient
    desk: Desk
    clerk: Clerk
    errands: Errands
    forgetting: Forgetting
    body: Mapping[str, Any]
    raw: str = ""

    def run(self, work: Work, *, action: Action | None = None, only_asker: bool = False) -> None:
        """Have what was typed done; where it is left undone, the person who typed it hears why."""
        errand = Errand(
            keys=(self.key,), to=self.place, body=self.body, client=self.client, action=action, only_asker=only_asker
        )
        self.errands.run(errand, work)
