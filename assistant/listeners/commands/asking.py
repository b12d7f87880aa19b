"""`/journey ask|summary|issues|map …`: each is a question, answered privately, with a button to share the answer."""

from assistant.listeners.commands.typed import Typed
from assistant.listeners.desk import Ask

BY_THEMSELVES = ("last ", "this ", "since ", "in ", "from ", "for ", "during ")
"""Words that carry a period without a preposition of ours before them."""


def handle_ask(typed: Typed) -> None:
    """Take on the question as it stands; without words, help."""
    _ask(typed, typed.rest)


def handle_summary(typed: Typed) -> None:
    """Ask for the summary of what follows (a stage, a period, a segment), else of everything."""
    _ask(typed, f"Give me a summary of {typed.rest}" if typed.rest else "Give me an overall summary")


def handle_issues(typed: Typed) -> None:
    """Ask for recurring issues in what follows, else in everything."""
    joined = " " if typed.rest.lower().startswith(BY_THEMSELVES) else " in "
    _ask(typed, f"What keeps coming back{joined}{typed.rest}?" if typed.rest else "What keeps coming back?")


def handle_map(typed: Typed) -> None:
    """Ask what the journey map says about what follows; `missing` asks what it lacks."""
    if typed.rest.lower() in ("missing", "drift", "gaps"):
        _ask(typed, "What does our map miss?")
    else:
        _ask(typed, f"What does our map say about {typed.rest}?" if typed.rest else "What does our map say?")


def _ask(typed: Typed, question: str) -> None:
    typed.desk.take(
        Ask(
            keys=(typed.key,),
            text=question,
            asked=question or None,
            asker=typed.user,
            thread=None,
            to=typed.place,
            team=typed.team,
            asker_team=typed.team,
            channel=typed.channel or None,
        )
    )
