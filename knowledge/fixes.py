"""Fix: that somebody mended something on a day, so that its theme can be watched from then on."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True)
class Fix:
    """What a person recorded: the theme that was mended, the first day with the fix, and perhaps what was done."""

    number: int
    theme: str
    on: date
    at: datetime
    actor: str
    note: str = ""
