"""`/journey capture on|off|:reaction:`: which messages of this channel are saved as feedback."""

import re
from datetime import datetime

from assistant.clerk.capture import stop, wish, wishes
from assistant.listeners.commands.typed import Typed
from assistant.rendering.slack import notice
from assistant.rendering.slack_text import JOINER
from knowledge.errors import InputError

_REACTION = re.compile(rf":?{JOINER}?([a-z0-9_+'-]{{1,100}}):?$")
USAGE = "Type /journey capture on, /journey capture :reaction: or /journey capture off."


def handle_capture(typed: Typed) -> None:
    """Begin or end capturing here, or say what is captured."""
    typed.run(lambda at: typed.place.post(notice(_capture(typed, at))), action="capture")


def _capture(typed: Typed, at: datetime) -> str:
    words = typed.rest.lower()
    if not words:
        return _standing(typed)
    if words == "off":
        stop(typed.clerk, typed.team, typed.channel, actor=typed.user, at=at)
        return "I save nothing from this channel any more. What was saved stays."
    if words == "on":
        wish(typed.clerk, typed.team, typed.channel, "", actor=typed.user, at=at)
        return (
            "From now on I save what people write in this channel as feedback, masked. Tell the people here. "
            "To end it: /journey capture off. I have to be in the channel: /invite me."
        )
    found = _REACTION.match(words)
    if not found or not words.startswith(":"):
        raise InputError(USAGE)
    wish(typed.clerk, typed.team, typed.channel, found[1], actor=typed.user, at=at)
    return (
        f"From now on I save a message of this channel as feedback, masked, when somebody reacts with “{found[1]}”. "
        "To end it: /journey capture off. I have to be in the channel: /invite me."
    )


def _standing(typed: Typed) -> str:
    held = wishes(typed.clerk, typed.team, typed.channel)
    if not held:
        return f"I save nothing from this channel by myself. {USAGE}"
    what = [f"messages with the reaction “{one.reaction}”" if one.reaction else "every message" for one in held]
    return f"From this channel I save {' and '.join(what)} as feedback. To end it: /journey capture off."
