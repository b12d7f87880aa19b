"""Slips: a topic's word that no customer ever wrote is read as the word of a theme that it is one slip away from."""

import re
from collections.abc import Iterable
from dataclasses import replace

from rapidfuzz import process
from rapidfuzz.distance import OSA

from assistant.answers.context import Context
from assistant.questions.question import Question

_SHORTEST, _LONG = 5, 9
"""Letters of a word that is mended at all, and of one that may hold two slips."""


def mended(question: Question, context: Context) -> Question:
    """Return the question with slips of the keyboard in its topic mended; `mended` then holds what was typed."""
    if not question.topic:
        return question
    known = sorted(_words(context))
    topic = re.sub(r"[^\W\d_]+", lambda match: _mended(match.group(), known, context), question.topic)
    return question if topic == question.topic else replace(question, topic=topic, mended=question.topic)


def _mended(word: str, known: list[str], context: Context) -> str:
    low = word.lower()
    if len(low) < _SHORTEST or low in known or not context.store.search.missing(low):
        return word
    slips = 2 if len(low) >= _LONG else 1
    near = [other for other in known if other[0] == low[0] and len(other) >= _SHORTEST]
    found = process.extractOne(low, near, scorer=OSA.distance, score_cutoff=slips)
    return str(found[0]) if found else word


def _words(context: Context) -> set[str]:
    """Return the words of the themes' names and terms, in lower case."""
    texts: Iterable[str] = (text for theme in context.knowledge.themes.values() for text in (theme.name, *theme.terms))
    return {word for text in texts for word in re.findall(r"[^\W\d_]+", text.lower())}
