"""Somebody presses Stop in the agent pane: what has not been begun is dropped, and the session is set at rest."""

from typing import Any

from slack_sdk import WebClient

from assistant.listeners.desk import Desk, team_of
from assistant.listeners.signals import Heard


def handle_agent_session_stopped(body: dict[str, Any], event: dict[str, Any], client: WebClient, desk: Desk) -> None:
    """Stop the work for a thread; Slack leaves the session's status to us."""
    team, channel, thread_ts = team_of(body), event.get("channel"), event.get("thread_ts")
    if channel and thread_ts:
        desk.stop(Heard(team=team, channel=channel, ts=thread_ts, thread_ts=thread_ts), client)
