"""`/journey VERB …`: answered privately, to the person who typed it; words without a verb are a question."""

from collections.abc import Callable, Mapping
from typing import Any

from slack_sdk import WebClient

from assistant.clerk import Clerk
from assistant.forgetting import Forgetting
from assistant.listeners.commands.asking import handle_ask, handle_issues, handle_map, handle_summary
from assistant.listeners.commands.capturing import handle_capture
from assistant.listeners.commands.forgetting import handle_forget
from assistant.listeners.commands.helping import handle_help
from assistant.listeners.commands.settings import handle_settings
from assistant.listeners.commands.subscribing import handle_subscribe
from assistant.listeners.commands.typed import Typed
from assistant.listeners.desk import Desk, team_of
from assistant.listeners.errands import Errands
from assistant.listeners.incoming import plain_words
from assistant.listeners.posting import Privately

COMMAND = "/journey"
USAGE = "ask what hurts customers in onboarding? | summary STAGE | issues | map | subscribe | settings | help"
DESCRIPTION = "Ask what customers say, stage by stage"

VERBS: Mapping[str, Callable[[Typed], None]] = {
    "ask": handle_ask,
    "summary": handle_summary,
    "issues": handle_issues,
    "map": handle_map,
    "subscribe": handle_subscribe,
    "settings": handle_settings,
    "capture": handle_capture,
    "forget": handle_forget,
    "help": handle_help,
}
"""What can follow `/journey`; a new verb is a handler and a line here, and one in `helping.USAGES`."""


def handle_journey(
    body: dict[str, Any],
    command: dict[str, Any],
    client: WebClient,
    desk: Desk,
    forgetting: Forgetting,
    clerk: Clerk,
    errands: Errands,
) -> None:
    """Acknowledge at once and hand on to the verb; nothing typed is a call for help."""
    words = plain_words(command.get("text", ""), None)
    first, _, rest = words.partition(" ")
    verb = first.lower() if first.lower() in VERBS else "ask" if words else "help"
    typed = Typed(
        verb=verb,
        rest=rest if verb == first.lower() else words,
        key=f"command:{command.get('team_id')}:{command['trigger_id']}",
        user=command["user_id"],
        team=team_of(body),
        channel=str(command.get("channel_id") or ""),
        trigger=command["trigger_id"],
        place=Privately(client=client, response_url=command["response_url"], user=command["user_id"]),
        client=client,
        desk=desk,
        clerk=clerk,
        errands=errands,
        forgetting=forgetting,
        body=body,
        raw=f"/journey {command.get('text', '')}",
    )
    VERBS[verb](typed)
