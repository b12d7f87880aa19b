"""Whom we serve: a request for a workspace that has not installed the app is refused before anything is done."""

import logging
from collections.abc import Callable
from typing import Any

from slack_bolt import BoltContext, BoltResponse

log = logging.getLogger(__name__)

NO_WORKSPACE = frozenset({"url_verification"})
NO_RETRY = {"x-slack-no-retry": ["1"]}


def home_of(body: dict[str, Any], context: BoltContext) -> str | None:
    """Return the workspace, or the organisation, that a request is for; None where it doesn't say.

    A click in a channel that two organisations share names the workspace of whoever clicked: it says nothing.
    """
    if body.get("type") in ("event_callback", None):
        found = context.team_id or context.enterprise_id
    else:
        found = (body.get("view") or {}).get("app_installed_team_id")
    return str(found) if found else None


def refuser(serves: Callable[[str], bool]) -> Callable[..., BoltResponse | None]:
    """Return a step of Bolt's that lets through only requests for workspaces that `serves` knows."""

    def refuse_strangers(
        body: dict[str, Any], context: BoltContext, next_: Callable[[], BoltResponse]
    ) -> BoltResponse | None:
        home = home_of(body, context)
        if body.get("type") in NO_WORKSPACE or home is None or serves(home):
            return next_()
        log.warning("refused a request for workspace %.20r: the app isn't installed there", home)
        return BoltResponse(status=403, body="", headers=NO_RETRY)

    return refuse_strangers
