"""What customers speak of: whether a topic is a theme, and whether words that were not understood name something."""

import re
from dataclasses import replace

from assistant.answers.context import Context
from assistant.questions.openings import item_of
from assistant.questions.question import Question
from assistant.questions.words import STOP
from knowledge.scope import Scope

_LEAST, _LONGEST = 3, 3
"""Pieces of feedback that must hold all words of a topic, and how many words it may have, to be asked about at all."""
_OTHER = frozenset(("who", "whose", "whom", "why", "when", "where", "which"))
"""Words that ask for something else than what customers say."""
_TRUSTED, _MOSTLY = 30, 0.6
"""Pieces that hold the very words of a theme's name, from which on a search for them can be trusted; and the share of
the theme that such a search must find, for the name to say what the theme is about."""


def named_subject(question: Question, context: Context) -> Question:
    """Return a question of no known kind as one for what customers say, where it names what they speak of.

    "Tell me about Heathrow" or "wifi" has no word that ties it to feedback, except that customers use it.
    """
    if question.intent != "unknown" or not question.topic or question.unknown or item_of(question.text.lower()):
        return question
    words = re.findall(r"[^\W_]+", question.topic.lower())
    asked = re.findall(r"[^\W_]+", question.text.lower())
    if asked[:1] and asked[0] in _OTHER:
        return question
    bare = all(word in STOP for word in asked if word not in words)
    if not bare or not 0 < len(words) <= _LONGEST or len(context.store.search.with_all_words(question.topic)) < _LEAST:
        return question
    return replace(question, intent="quotes", confidence=max(question.confidence, 0.6))


def by_theme(question: Question, context: Context) -> Question:
    """Return the question with a topic that is a theme's very name turned into that theme: counted, not searched.

    A wide theme that is named for a part of it alone is not meant: then the topic is searched.
    """
    if not question.topic or question.themes:
        return question
    named = [t.id for t in context.knowledge.themes.values() if t.name.casefold() == question.topic.casefold()]
    if not named or _wider(named[0], question.topic, context):
        return question
    return replace(question, topic=None, themes=(named[0],))


def _wider(theme: str, topic: str, context: Context) -> bool:
    """Whether a theme holds mostly what a search for its name, which can be trusted, does not find."""
    if len(context.store.search.with_all_words(topic)) < _TRUSTED:
        return False
    members, found = set(context.tallies.rows(Scope(themes=(theme,)))), context.relevant(topic, Scope())
    return len(members.intersection(found)) < _MOSTLY * len(members)
