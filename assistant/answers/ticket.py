"""Ticket: what it takes to give an answer again, small enough for a button to carry."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, get_args

from assistant.questions.question import Question
from assistant.questions.record import from_json, to_json
from knowledge.errors import InputError

View = Literal["answer", "quotes", "compare"]
"""The answer itself, more quotes of what it is about, or its last period beside the one before."""

OLD = "This button is of an older version. Please ask again."
_DEFAULTS = {"limit": 5, "confidence": 1.0}


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """A question as it was understood, the day that counted as today, and how its answer is looked at."""

    question: Question
    day: date
    view: View = "answer"

    @property
    def text(self) -> str:
        """The words that were asked."""
        return self.question.text


def pack(ticket: Ticket) -> str:
    """Return the ticket as a line of JSON, without what goes without saying."""
    asked: dict[str, Any] = json.loads(to_json(ticket.question))
    said = {key: value for key, value in asked.items() if value and _DEFAULTS.get(key) != value}
    held = {"q": said, "d": ticket.day.isoformat(), "v": ticket.view}
    return json.dumps(held, ensure_ascii=False, separators=(",", ":"))


def unpack(line: str) -> Ticket:
    """Return the ticket of a line; raises InputError where it is none."""
    try:
        held = json.loads(line)
        question, day, view = from_json(json.dumps(held["q"])), date.fromisoformat(held["d"]), held["v"]
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(OLD) from error
    if question is None or view not in get_args(View):
        raise InputError(OLD)
    return Ticket(question=question, day=day, view=view)
