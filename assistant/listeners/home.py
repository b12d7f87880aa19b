"""Home: what stands on one person's Home tab, put together and published."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from slack_sdk import WebClient

from assistant.clerk import Clerk
from assistant.clerk.glance import glance
from assistant.listeners.errands import Errands
from assistant.rendering.slack_home import home, refused_home
from knowledge.store.subscriptions import SubscriptionRows


def publish_home(
    body: Mapping[str, Any], user: str, client: WebClient, clerk: Clerk, errands: Errands, *, at: datetime
) -> None:
    """Publish the Home tab of a person, with what they may see; runs on a worker."""
    if refusal := errands.why_not("ask", body, client):
        client.views_publish(user_id=user, view=refused_home(refusal))
        return
    may_review = errands.allows("correct_stage", body, client)
    page = glance(clerk, day=at.astimezone().date(), review=may_review)
    view = home(page, at=at, review=may_review, subscriptions=_subscriptions(clerk))
    client.views_publish(user_id=user, view=view)


def _subscriptions(clerk: Clerk) -> list[str]:
    """Return a line for each subscription that is live."""
    with clerk.open() as store:
        live = [one for one in SubscriptionRows(store.db).all() if one.live]
    return [f"{one.kind} for {', '.join(one.stages) or 'all stages'} in {one.channel}" for one in live]
