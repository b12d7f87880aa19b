"""`/journey forget CUSTOMER`: administrators only; looked at first, done on a second word."""

from assistant.listeners.commands.typed import Typed


def handle_forget(typed: Typed) -> None:
    """Say what would be forgotten or, where the last word is "confirm", forget it and say what went."""
    typed.desk.carry_out(
        (typed.key,), typed.place, lambda at: typed.forgetting.reply(typed.rest, asker=typed.user, at=at)
    )
