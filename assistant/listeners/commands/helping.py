"""`/journey help`: what can be typed, and examples that the file at hand can answer."""

from assistant.listeners.commands.typed import Typed
from assistant.rendering.slack_help import help_message

USAGES: tuple[tuple[str, str], ...] = (
    ("ask QUESTION", "answer a question; plain words without a verb are a question too"),
    ("summary [STAGE] [PERIOD]", "how a stage or everything is doing, to forward"),
    ("issues [STAGE]", "what keeps coming back"),
    ("map [STAGE or TOPIC]", "what the journey map says; “map missing” tells what it lacks"),
    ("subscribe", "a digest or alerts for this channel"),
    ("settings", "roles and what this channel gets"),
    ("capture on, off or :reaction:", "save messages of this channel as feedback"),
    ("forget CUSTOMER", "remove a customer's feedback (administrators)"),
    ("help", "this list"),
)


def handle_help(typed: Typed) -> None:
    """List the verbs, with buttons for questions that can be answered now."""

    def tell(at: object) -> None:
        day = typed.desk.now().date()
        examples = typed.clerk.analyst.answer("help", as_of=day).follow_ups if typed.clerk else ()
        typed.place.post(help_message(USAGES, examples))

    typed.run(tell)
