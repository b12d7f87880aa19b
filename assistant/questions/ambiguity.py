"""Ambiguity: what a text lacks to be a question, so that one clarifying question is better than a guess."""

import re

from assistant.questions.openings import asks_for_more, opening_of, points_back
from assistant.questions.question import Missing, Question
from assistant.questions.reading import Reading

_BARE = re.compile(
    r"^\W*(?:(?:the|our|and|what about|how about|how is|how's|show me|what is|what's|give me|any) )*"
    r"(?:performance|score|scores|number|numbers|result|results|stats|statistics|data|kpis?|value|values|rate|rating|ratings"
    r"|change|changes|difference|status)\W*$"
)
_COMPARE = re.compile(r"^\W*(?:please |can you |could you )*(?:compare|comparison|difference|contrast)\b")
_BACK = re.compile(r"^\W*(?:why|how come|how many|how much|since when|who|whose|where|when|which|what|and|so|then)\W*$")
_GOING = re.compile(
    r"\bhow(?:'s| is| are| was| were|s)? (?:it|things|everything|we|that) (?:going|looking|doing)\b"
    r"|\bis it (?:true|possible)\b"
)
_LONGEST = 6


def missing_of(reading: Reading, canonical: str, question: Question) -> Missing | None:
    """Return what a text lacks that nothing was asked before: whom it goes on from, its subject, or what to compare."""
    named = question.stages or question.metrics or question.themes or question.topic or question.filters
    if named or question.unknown or question.without or question.rating or question.customer or not reading.tokens:
        return None
    if _BARE.match(canonical):
        return "subject"
    if _COMPARE.match(canonical) and not (question.period and question.baseline) and "SEGMENT" not in canonical:
        return "before" if points_back(canonical) else "sides"
    if asks_for_more(reading.low):
        return "before"
    if len(reading.tokens) > _LONGEST or question.intent in ("help", "map") or _GOING.search(canonical):
        return None
    if _BACK.match(canonical):
        return "before"
    if opening_of(reading.low)[0] in ("about", "also", "only") or points_back(canonical):
        return "before"
    return None
