"""A workspace removes the app, or takes its tokens back: what we hold of it is deleted, before it is acknowledged."""

import logging
from typing import Any

from assistant.listeners.desk import Desk, team_of
from assistant.listeners.installations import Installations

log = logging.getLogger(__name__)


def handle_app_uninstalled(body: dict[str, Any], desk: Desk, installations: Installations | None) -> None:
    """Delete the workspace's token and all that it left in the file."""
    _leave(team_of(body), desk, installations)


def handle_tokens_revoked(
    body: dict[str, Any], event: dict[str, Any], desk: Desk, installations: Installations | None
) -> None:
    """Do the same where the bot's token was revoked; we hold no tokens of persons."""
    if (event.get("tokens") or {}).get("bot"):
        _leave(team_of(body), desk, installations)


def _leave(team: str, desk: Desk, installations: Installations | None) -> None:
    if installations:
        installations.remove(team)
        return
    lost = desk.remove_workspace(team)
    log.warning("workspace %s has left: %d rows deleted. SLACK_BOT_TOKEN is of no more use: unset it", team, lost)
