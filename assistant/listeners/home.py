"""Home: what stands on one person's Home tab, put together and published."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from slack_sdk import WebClient

from assistant.clerk import Clerk
from assistant.clerk.glance import glance
from assistant.digests.due import when
from assistant.listeners.errands import Errands
from assistant.rendering.slack_home import home, refused_home


def publish_home(
    body: Mapping[str, Any], user: str, client: WebClient, clerk: Clerk, errands: Errands, *, at: datetime
) -> None:
    """Publish the Home tab of a person, with what they may see; runs on a worker."""
    if refusal := errands.why_not("ask", body, client):
        client.views_publish(user_id=user, view=refused_home(refusal))
        return
    may_review = errands.allows("correct_stage", body, client)
    page = glance(clerk, day=at.astimezone().date(), review=may_review)
    view = home(page, at=at, review=may_review, subscriptions=_subscriptions(clerk, user, errands, client))
    client.views_publish(user_id=user, view=view)


def _subscriptions(clerk: Clerk, user: str, errands: Errands, client: WebClient) -> list[str]:
    """Return a line for each subscription that is live in a channel that this person is in, or in our conversation."""
    with clerk.open() as store:
        live = [one for one in store.subscriptions.all() if one.live]
    channels = errands.channels_of(user, client) if live else {}
    lines = []
    for one in live:
        directly = one.channel.startswith("D")
        if (one.by == user) if directly else (channels is None or one.channel in channels):
            name = "our conversation" if directly else f"#{(channels or {}).get(one.channel, one.channel)}"
            lines.append(f"{one.kind} of {', '.join(one.stages) or 'all stages'} in {name}, {when(one)}")
    return lines
