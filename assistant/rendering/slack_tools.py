"""The buttons under an answer: what can be done with it."""

from datetime import date

from assistant.answers.answer import Answer
from assistant.rendering.slack_blocks import Block


def answer_tools(answer: Answer, *, day: date, private: bool) -> list[Block]:
    """Return the rows of buttons under an answer that was given on `day`."""
    return []
