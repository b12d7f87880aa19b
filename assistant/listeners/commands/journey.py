"""`/journey ask …` and `/journey help`: answered privately, to the person who typed the command."""

from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient

from assistant.forgetting import Forgetting
from assistant.listeners.desk import Ask, Desk
from assistant.listeners.incoming import plain_words
from assistant.listeners.posting import Privately

COMMAND = "/journey"
USAGE = "ask what hurts customers in onboarding? | forget CUSTOMER | help"
DESCRIPTION = "Ask what customers say, stage by stage"


def handle_journey(
    ack: Ack, body: dict[str, Any], command: dict[str, Any], client: WebClient, desk: Desk, forgetting: Forgetting
) -> None:
    """Acknowledge at once and take on the question; words without a known first word are a question too."""
    ack()
    words = plain_words(command.get("text", ""), None)
    first, _, rest = words.partition(" ")
    if first.lower() == "forget":
        asker, place = command["user_id"], Privately(client=client, response_url=command["response_url"])
        key = f"command:{command.get('team_id')}:{command['trigger_id']}"
        desk.carry_out((key,), place, lambda at: forgetting.reply(rest, asker=asker, at=at))
        return
    question = rest if first.lower() == "ask" else words
    desk.take(
        Ask(
            keys=(f"command:{command.get('team_id')}:{command['trigger_id']}",),
            text=question,
            asked=question or None,
            asker=command["user_id"],
            thread=None,
            to=Privately(client=client, response_url=command["response_url"]),
        )
    )
