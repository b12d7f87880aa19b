"""Carried: which conditions of the question before go on into a follow-up, and which are swapped for others."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.questions.names import nearest
from assistant.questions.openings import Opening, points_back
from assistant.questions.question import Question, Unknown
from assistant.questions.reading import Span
from assistant.questions.topics import find_topic
from assistant.questions.understanding import Parts
from assistant.questions.vocabulary import Vocabulary

FIELD = "field:"
"""Before the name of a column whose condition alone is taken back."""


def left(held: Mapping[str, tuple[str, ...]], gone: set[str]) -> Mapping[str, tuple[str, ...]]:
    """Return the filters that have not been taken back."""
    if "filters" in gone:
        return {}
    return {
        name: values
        for name, values in held.items()
        if ("channel" if name == "channel" else "segments") not in gone and FIELD + name not in gone
    }


def filters_of(
    held: Mapping[str, tuple[str, ...]], new: Question, opening: Opening, last: Question
) -> dict[str, tuple[str, ...]]:
    """Return the filters: a field that is said again is replaced, or widened after "also" and in a comparison."""
    adding = last.intent == "compare" and opening in ("and", "about")
    widen = opening == "also" or adding or (new.intent == "compare" and last.intent != "compare")
    found = dict(held)
    for name, values in new.filters.items():
        kept = found.get(name, ()) if widen and name != last.by else ()
        found[name] = tuple(dict.fromkeys((*kept, *values)))
    for name, values in new.without.items():
        if rest := tuple(value for value in found.get(name, ()) if value not in values):
            found[name] = rest
        else:
            found.pop(name, None)
    return found


def without_of(held: Mapping[str, tuple[str, ...]], new: Question) -> dict[str, tuple[str, ...]]:
    """Return what is left out: as before but for the fields that are filtered by now, and what is said."""
    found = {name: values for name, values in held.items() if name not in new.filters}
    for name, values in new.without.items():
        found[name] = tuple(dict.fromkeys((*found.get(name, ()), *values)))
    return found


_LEAD = r"^(?:(?:and|but|ok(?:ay)?|so|now|then|please|can you|could you|let's|just)[, ]+)*"
_SWAPS = (
    re.compile(
        _LEAD
        + r"(?:swap|replace|exchange|substitute|switch|trade|change)(?: out)? "
        + r"(?P<old>.+?) (?:for|with|by|to) (?P<new>.+)$"
    ),
    re.compile(_LEAD + r"instead of (?P<old>[^,]+?)(?:, ?| )(?:do|use|take|show(?: me)?|try|make it) (?P<new>.+)$"),
    re.compile(_LEAD + r"instead of (?P<old>[^,]+?), ?(?P<new>.+)$"),
    re.compile(
        _LEAD
        + r"(?:with |do |use |take |show(?: me)? |try )?"
        + r"(?P<new>.+?),? (?:instead of|rather than|in place of) (?P<old>.+)$"
    ),
)


def swap_of(low: str) -> tuple[Span, Span] | None:
    """Return where a follow-up names what goes and what comes in its place; None where it swaps nothing."""
    found = next((match for pattern in _SWAPS if (match := pattern.match(low.rstrip(" .?!")))), None)
    return (found.span("old"), found.span("new")) if found else None


def taken_out(
    last: Question, filters: Mapping[str, Sequence[str]], stages: Sequence[str], topic: str | None
) -> Question | None:
    """Return a question without values, stages or a topic; None where it holds none of them."""
    left_filters = {
        name: rest
        for name, values in last.filters.items()
        if (rest := tuple(value for value in values if value not in filters.get(name, ())))
    }
    left_stages = tuple(stage for stage in last.stages if stage not in stages)
    about = None if topic and last.topic and topic.lower() == last.topic.lower() else last.topic
    if (left_filters, left_stages, about) == (dict(last.filters), last.stages, last.topic):
        return None
    return replace(last, filters=left_filters, stages=left_stages, topic=about)


def unmeasured(parts: Parts, canonical: str, vocabulary: Vocabulary) -> tuple[Unknown, ...]:
    """Return what takes a metric's place in half a sentence and is none: "and ebit?" after a metric."""
    if parts.slots.links or parts.strangers or len(parts.reading.tokens) > _SHORT or points_back(canonical):
        return ()
    asked = find_topic(parts.reading, parts.used())
    if not asked or asked.lower() in _ABOUT_METRICS:
        return ()
    known = [metric.name for metric in vocabulary.metrics]
    return (Unknown(kind="metric", asked=asked, nearest=nearest(asked, known)),)


_SHORT = 6
_ABOUT_METRICS = frozenset(
    ("target", "targets", "goal", "goals", "benchmark", "plan", "change", "unit", "source", "median")
)
"""What is asked of a metric."""
