"""Span: a stretch of a text that holds personal data of one kind."""

import re
from dataclasses import dataclass

KINDS = ("link", "email", "key", "iban", "card", "mac", "ip", "id", "account", "birthdate", "phone", "address", "name")
"""Kinds of personal data, the most certain first: where two overlap, the earlier one is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The characters `[start, end)` of a text, and what they are: one of `KINDS`."""

    start: int
    end: int
    kind: str


def spans_of(kind: str, pattern: re.Pattern[str], text: str) -> list[Span]:
    """Return every match of `pattern` as a span of this kind."""
    return [Span(start=m.start(), end=m.end(), kind=kind) for m in pattern.finditer(text)]


def ascii_digits(text: str) -> str:
    """Return only the digits of `text`, those of other scripts written as 0 to 9."""
    return "".join(str(int(c)) for c in text if c.isdecimal())
