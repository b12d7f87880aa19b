"""`/journey forget CUSTOMER`: administrators only; looked at first, done on a second word."""

from datetime import datetime

from assistant.listeners.commands.typed import Typed
from assistant.policy import Refused


def handle_forget(typed: Typed) -> None:
    """Say what would be forgotten or, where the last word is "confirm", forget it and say what went."""

    def act(at: datetime) -> str:
        people = typed.desk.people
        verdict = people.decide("forget", typed.body, typed.client, only_asker=True) if people else None
        if isinstance(verdict, Refused):
            return verdict.text
        allowed = None if verdict is None else True
        return typed.forgetting.reply(typed.rest, asker=typed.user, at=at, allowed=allowed)

    typed.desk.carry_out((typed.key,), typed.place, act)
