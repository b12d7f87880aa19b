"""Customers: who is meant by "customer c-1009", as the pseudonym that the file holds."""

import re

from assistant.questions.question import Unknown
from assistant.questions.reading import Reading, Span
from assistant.questions.vocabulary import Vocabulary

_NAMED = re.compile(
    r"\b(?:customer|client|user|account|member|subscriber)(?: (?:id|no\.?|number|nr\.?|with(?: the)? id))? ?[#:]?[ ]?"
    r"(?P<id>(?=[\w-]*\d)[\w][\w-]*)"
)


def find_customer(reading: Reading, vocabulary: Vocabulary) -> tuple[str | None, Unknown | None, Span] | None:
    """Return the pseudonym (or that nobody goes by that id), with the span; None where no customer is named."""
    match = _NAMED.search(reading.low)
    if not match:
        return None
    asked = _typed(reading, match.span("id"))
    found = vocabulary.customer(asked) if vocabulary.customer else None
    return found, None if found else Unknown(kind="customer", asked=asked), match.span()


def _typed(reading: Reading, span: Span) -> str:
    """Return an id as it was typed: its marks are part of it."""
    inside = [token for token in reading.tokens if token.start < span[1] and token.end > span[0]]
    return reading.text[inside[0].at : inside[-1].until]
