"""Ticket: what it takes to give an answer again, small enough for a button to carry."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from knowledge.errors import InputError

View = Literal["answer", "quotes", "compare"]
"""The answer itself, more quotes of what it is about, or its last period beside the one before."""


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """The words of a question, the day that counted as today, and how its answer is looked at."""

    text: str
    day: date
    view: View = "answer"


def pack(ticket: Ticket) -> str:
    """Return the ticket as a line of JSON."""
    return json.dumps({"q": ticket.text, "d": ticket.day.isoformat(), "v": ticket.view}, ensure_ascii=False)


def unpack(line: str) -> Ticket:
    """Return the ticket of a line; raises InputError where it is none."""
    try:
        held = json.loads(line)
        text, day, view = held["q"], date.fromisoformat(held["d"]), held.get("v", "answer")
    except (ValueError, KeyError, TypeError) as error:
        raise InputError("This button is of an older version. Please ask again.") from error
    if not isinstance(text, str) or view not in get_args(View):
        raise InputError("This button is of an older version. Please ask again.")
    return Ticket(text=text, day=day, view=view)
