"""Follow-ups: what half a sentence in a thread asks, given the question before it.

| the words | what becomes of the question before |
|---|---|
| "and in retention?", "what about Q2?", "enterprise" | what is said replaces its like, all else stays |
| "only enterprise", "just complaints" | the same |
| "no, Q2", "I meant retention", "not Q3 but Q2" | the same: a part is corrected |
| "also by email", "France too" | what is said is added to its like |
| "except enterprise", "not by phone" | what is said is left out |
| "all customers", "the whole journey", "any time" | that condition goes |
| "why?", "how many?", "who said that?", "chart it" | another kind of answer about the same |
| "how has it changed?", "quotes about that" | the same, by a word that points back |
| "show me more", "what else?" | the same list, from where it stopped |
| "the second one", "number 2" | that item of the list takes the place of its like |
| "yes", "the first" where choices were offered | the question that was offered |
| a sentence of its own | nothing is carried over: a new topic |

A new period drops the baseline unless one is said; a new subject (topic, theme) replaces the old one; a new kind of
answer keeps the subject, the place, the time and the filters.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from assistant.questions.calendar import Calendar
from assistant.questions.carried import FIELD, filters_of, left, swap_of, taken_out, unmeasured, without_of
from assistant.questions.intents import Verdict, by_rules, votes
from assistant.questions.openings import (
    Opening,
    agrees,
    asks_for_more,
    dropped,
    item_of,
    kind_of,
    opening_of,
    points_back,
)
from assistant.questions.question import Intent, Question, Unknown
from assistant.questions.reading import Reading, read
from assistant.questions.topics import find_topic
from assistant.questions.understanding import (
    POLAR,
    TOPICLESS,
    Parts,
    canonical_text,
    polarity_of,
    put_together,
    take_apart,
    topic_of,
    understand,
)
from assistant.questions.vocabulary import Vocabulary
from knowledge.embedding import Embedder
from knowledge.scope import Polarity

LISTING: frozenset[Intent] = frozenset(("pain_points", "quotes", "recurring", "emerging", "people"))
"""Kinds of answer that are lists, of which there can be more."""
_QUOTED: Mapping[Intent, int] = {"trend": 2, "count": 2, "theme": 3}
"""Kinds of answer that end with the words of customers, and how many of them."""
_OF_METRICS: frozenset[Intent] = frozenset(("metric", "drivers", "trend", "stage_performance", "compare"))
_OF_THEMES: frozenset[Intent] = frozenset(("theme", "quotes", "trend", "count", "people"))
_WITHOUT_COURSE: frozenset[Intent] = frozenset(("map", "people", "quotes", "theme", "recurring", "emerging"))
"""Kinds of answer that say nothing of another stretch, so that "compared with Q2" asks for a comparison."""
_SURE = 0.9


@dataclass(frozen=True, kw_only=True)
class Before:
    """The question before, and what its answer listed: "theme:T12", "stage:use", "ask:…" (see `Turn`)."""

    question: Question
    items: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Half:
    """Half a sentence, taken apart: how it opens, the rest, and the item of the list before that it names."""

    text: str
    opening: Opening
    rest: str
    low: str
    parts: Parts
    canonical: str
    item: str | None
    missing: str | None

    @property
    def own(self) -> Intent | None:
        """The kind of answer that the rest asks for by itself; None where it only narrows."""
        verdict = by_rules(votes(self.canonical))
        return verdict.intent if verdict and verdict.firm else None


def follow(
    text: str,
    before: Before,
    vocabulary: Vocabulary,
    *,
    as_of: date,
    embedder: Embedder | None = None,
    fiscal_start: int = 1,
) -> Question | None:
    """Return what a text asks as a follow-up; None where it stands on its own."""
    reading = read(text, vocabulary.index.words)
    offered = [item.removeprefix("ask:") for item in before.items if item.startswith("ask:")]
    if offered and agrees(reading.low):
        return understand(offered[0], vocabulary, as_of=as_of, embedder=embedder, fiscal_start=fiscal_start)
    if _NEW_TOPIC.match(reading.low):
        return None
    calendar = Calendar(as_of=as_of, fiscal_start=fiscal_start)
    if swapped := _swapped(reading, text, before, vocabulary, calendar):
        return swapped
    half = _halved(reading, text, before, vocabulary, calendar)
    if half.item and half.item.startswith("ask:"):
        chosen = half.item.removeprefix("ask:")
        return understand(chosen, vocabulary, as_of=as_of, embedder=embedder, fiscal_start=fiscal_start)
    sides = before.question.intent == "compare" and _WHICH_SIDE.match(half.canonical)
    if before.question.intent in ("help", "unknown") or not (sides or _follows(half)):
        return None
    if asks_for_more(half.low) and not half.item:
        return _more(text, before.question, half)
    return _merged(before.question, half, vocabulary)


def _swapped(
    reading: Reading, text: str, before: Before, vocabulary: Vocabulary, calendar: Calendar
) -> Question | None:
    """Return the question before with one thing in the place of another: "swap Ireland for the states"."""
    if not (swap := swap_of(reading.low)):
        return None
    old, new = (take_apart(_said(reading, *span), vocabulary, calendar, before.question.period) for span in swap)
    rest = taken_out(before.question, old.slots.filters, old.slots.stages, topic_of(old, "quotes"))
    if rest is None and old.times.period != before.question.period:
        return None
    half = _Half(
        text=text, opening="also", rest=new.reading.text, low=new.reading.low, parts=new, canonical=canonical_text(new),
        item=None, missing=None,
    )  # fmt: skip
    return _merged(rest or before.question, half, vocabulary)


def _halved(reading: Reading, text: str, before: Before, vocabulary: Vocabulary, calendar: Calendar) -> _Half:
    opening, start, end = opening_of(reading.low)
    rest = _said(reading, start, end)
    low = read(rest, vocabulary.index.words).low
    found = item_of(low)
    item = missing = None
    if found and low.strip(" .?!").isdecimal() and opening:
        found = None  # "make it 5" is a number, no item
    if found and (before.items or not low[: found[1][0]].strip() + low[found[1][1] :].strip(" .?!")):
        number, span = found
        item = before.items[number - 1] if number <= len(before.items) and before.items else None
        missing = None if item else low[slice(*span)]
        rest = _said(read(rest, vocabulary.index.words), 0, span[0]) + " it " + low[span[1] :]
        low = f"{low[: span[0]]} it {low[span[1] :]}".strip()
    parts = take_apart(rest, vocabulary, calendar, given=before.question.period)
    return _Half(
        text=text, opening=opening, rest=rest, low=low, parts=parts, canonical=canonical_text(parts), item=item,
        missing=missing,
    )  # fmt: skip


def _said(reading: Reading, start: int, end: int) -> str:
    """Return a stretch of `low` in the user's own words, with the marks that follow the last of them."""
    inside = [token for token in reading.tokens if start <= token.start and token.end <= end]
    if not inside:
        return ""
    until = len(reading.text) if end == len(reading.low) else inside[-1].until
    return reading.text[inside[0].at : until]


_SUBJECT = re.compile(
    r"\b(?:customers?|people|users?|clients?|members?|subscribers?|feedback|pieces|we|our|i|journey|map)\b"
)
_VERB = re.compile(
    r"\b(?:what|how|which|who|where|when|does|do|did|is|are|was|were|can|could|tell|show|give|list|compare|summari[sz]e|hurts?)\b"
)
_BARE = re.compile(
    r"\W*(?:(?:STAGE|METRIC|VALUE|CHANNEL|PERIOD|BASELINE|THEME|RATING|LIMIT|and|or|in|on|for|by|the|of|from|with|via)\b\W*)+"
)
_NEW_TOPIC = re.compile(
    r"^(?:(?:ok(?:ay)?|and|now|so|right|well)[,. ]+)*(?:a |an |some(?:thing)? )?(?:different|another|other|new|else)"
    r" (?:thing|topic|question|subject|matter)\b"
    r"|^(?:something else|new topic|forget (?:that|it|this)|start over|reset)\b"
)
_VERSUS = re.compile(r"\W*(?:(?:and|how|is|was|does|that|it|this) )*BASELINE\W*")
_COMPARED = re.compile(r"\b(?:compar\w+|versus|vs|against)\b")
_COMPARED_WITH = re.compile(
    r"\W*(?:(?:and|now|ok|please|can you) )*compar\w+ (?:it |that |this |them |those )?(?:with|to|against)\b"
)
_WHICH_SIDE = re.compile(
    r"\W*(?:(?:and|so|ok) )*which (?:one |of (?:them|those|these|the (?:two|three)) )?"
    r"(?:is|are|was|were|has|have|had|gets?|got|does|do|did)\b[^.?!]*\b(?:best|worst|better|worse|most|fewest|least|happiest"
    r"|unhappiest|highest|lowest)\b"
)
"""Asks which side of the comparison before."""
_AUXILIARY = re.compile(r"\b(?:does|do|did|is|are|was|were|has|have|how'?s)\b")
_SHORT = 6
"""Words of half a sentence; what is longer, and says what it asks, stands on its own."""


def _follows(half: _Half) -> bool:
    """Whether the text is half a sentence; see the table above."""
    if half.own == "unknown" and not half.opening:
        return False
    if half.item or half.missing or asks_for_more(half.low):
        return True
    own, words = half.own, len(half.parts.reading.tokens)
    if own in ("help", "unknown") or not words:
        return False
    named = bool(half.parts.slots.links or topic_of(half.parts, "quotes"))
    whole = _SUBJECT.search(half.canonical) or (named and _AUXILIARY.search(half.canonical))
    complete = bool(own and whole and words > 3)
    if half.opening in ("about", "also", "only", "except", "no"):
        return not complete or half.opening != "about"
    if _COMPARED_WITH.match(half.canonical) or points_back(half.canonical):
        return not (complete and words > 2 * _SHORT)
    if complete:
        return False
    if half.opening == "and" or _BARE.fullmatch(half.canonical):
        return True
    if topic_of(half.parts, "quotes") and half.own and _VERB.search(half.canonical):
        return False
    if words <= _SHORT and (kind_of(half.canonical) or _by_segment(half) or dropped(half.canonical)):
        return True
    return not own and words <= _SHORT and not _VERB.search(half.canonical)


def _more(text: str, last: Question, half: _Half) -> Question:
    """Return the question for the next items of a list; where there was none, for the words of customers."""
    limit = half.parts.numbers.limit or last.limit
    if last.intent in LISTING:
        return replace(last, text=text, limit=limit, skip=last.skip + last.limit, unknown=(), missing=None)
    # Of a topic the nearest words come first; else they are chosen as below the answer before, so those are skipped.
    shown = 0 if last.topic else _QUOTED.get(last.intent, 0)
    return replace(last, text=text, intent="quotes", limit=limit, skip=shown, metrics=(), unknown=(), missing=None)


def _merged(last: Question, half: _Half, vocabulary: Vocabulary) -> Question:
    intent = _intent(last, half)
    # Which part of the map is meant (its owner, what it lacks) only the words say: they go on where it goes on.
    # So does by what was compared ("most complaints" is asked by number).
    same = intent == last.intent and ((intent == "map" and half.own != "map") or (intent == "compare" and last.by))
    text = f"{last.text} {half.text}" if same else half.text
    new = put_together(text, half.parts, half.canonical, Verdict(intent=intent, confidence=_SURE, firm=False),
                       vocabulary)  # fmt: skip
    if _number(half):
        new = replace(new, topic=None)
    elif intent not in TOPICLESS and not new.topic and not half.own:
        new = replace(new, topic=_bare_topic(half))
    if last.intent == "metric" and not half.own and not kind_of(half.canonical):
        new = replace(new, unknown=(*new.unknown, *unmeasured(half.parts, half.canonical, vocabulary)))
    gone = _gone(half)
    stages, themes, topic = _subject(last, new, half)
    period = None if "period" in gone and new.period == last.period else new.period
    said_baseline = new.baseline if new.baseline != last.baseline else None
    baseline = said_baseline or (last.baseline if period == last.period else None)
    question = replace(
        new,
        stages=() if "stages" in gone and not new.stages else stages,
        themes=themes,
        topic=topic if intent not in TOPICLESS else None,
        metrics=new.metrics or (last.metrics if intent in _OF_METRICS else ()),
        period=period,
        baseline=baseline,
        filters={} if intent == "map" else filters_of(left(_held(last, half, intent), gone), new, half.opening, last),
        without={} if intent == "map" else without_of(left(last.without, gone), new),
        by=new.by or (last.by if intent == "compare" and last.by not in new.filters else None),
        polarity=_polarity(last, half, intent, fresh=bool(half.item)),
        rating=new.rating or last.rating,
        customer=new.customer or (None if gone & {"filters", "segments"} else last.customer),
        not_about=() if "filters" in gone else tuple(dict.fromkeys((*last.not_about, *new.not_about))),
        limit=half.parts.numbers.limit or _number(half) or (last.limit if intent == last.intent else 5),
        confidence=_SURE if last.confidence >= _SURE else round(last.confidence, 3),
    )
    if half.missing:
        return replace(question, unknown=(*question.unknown, Unknown(kind="item", asked=half.missing)))
    return question


def _number(half: _Half) -> int | None:
    """Return the limit in "make it 5"."""
    said = half.low.strip(" .?!")
    return max(1, min(20, int(said))) if half.opening == "no" and said.isdecimal() and len(said) <= 2 else None


def _intent(last: Question, half: _Half) -> Intent:
    """Return the kind of answer: said by the words, else fitting to what was said, else that of the question before."""
    if half.item and half.item.startswith("theme:"):
        said = kind_of(half.canonical) or half.own
        return said if said in _OF_THEMES else "theme"
    if _of_sides(last, half) or (last.intent in LISTING and _SO_MANY.fullmatch(half.canonical)):
        return last.intent
    if said := _by_segment(half) or kind_of(half.canonical):
        return said
    named = half.parts.slots
    narrowing = half.opening in ("only", "also", "except", "no") or "BASELINE" in half.canonical
    if _COMPARED.search(half.canonical) and re.search(r"\b(?:VALUE|STAGE|CHANNEL)\b|\bcompar", half.canonical):
        return "compare"
    if _VERSUS.fullmatch(half.canonical) and (
        last.intent in _WITHOUT_COURSE or (last.period and last.intent in ("stage_summary", "stage_performance"))
    ):
        return "compare"
    if half.own and not narrowing:
        return half.own
    if named.metrics and last.intent not in _OF_METRICS:
        return "metric"
    if (named.themes or half.parts.theme_ids) and last.intent not in _OF_THEMES:
        return "theme"
    if polarity_of(half.canonical, "quotes") and last.intent in ("stage_summary", "stage_performance", "theme"):
        return "quotes"
    return last.intent


def _of_sides(last: Question, half: _Half) -> bool:
    """Whether a comparison goes on: "which is better?", or "and the most praise?" after "which company … most …?"."""
    if last.intent != "compare":
        return False
    most = last.by and _SUPERLATIVE.search(half.canonical) and polarity_of(half.canonical, "compare")
    return bool(most or _WHICH_SIDE.match(half.canonical))


_SO_MANY = re.compile(
    r"\W*(?:(?:and|so|ok|now) )*(?:(?:give|show|send|read|list) (?:me |us )?)?LIMIT (?:from|by) [^.?!]*\W*"
)
"""Asks for so many of the same list: "give me 2 from the VALUE"."""
_SUPERLATIVE = re.compile(r"\b(?:most|fewest|least)\b")
_SPLIT = re.compile(
    r"\b(?:by|per|across|for each|each|which) SEGMENTs?\b|\b(?:split|break|broken)\b[^.?!]* (?:by|down)\b"
)


def _by_segment(half: _Half) -> Intent | None:
    return "compare" if half.parts.slots.segments and _SPLIT.search(half.canonical) else None


def _bare_topic(half: _Half) -> str | None:
    """Return the words that are left, where they can only be a subject: "and refunds?"."""
    return find_topic(half.parts.reading, half.parts.used())


def _subject(last: Question, new: Question, half: _Half) -> tuple[tuple[str, ...], tuple[str, ...], str | None]:
    """Return stages, themes and topic; what is said of one of them replaces it, an item replaces its like."""
    kind, _, key = (half.item or "").partition(":")
    stages = new.stages or last.stages
    periods = last.intent == "compare" and len(last.stages) == 1  # "what about retention?" after two quarters of one
    compared = new.intent == "compare" and len(new.stages) < 2 and half.opening != "no" and not periods
    if new.stages and (half.opening == "also" or compared):
        stages = tuple(dict.fromkeys((*last.stages, *new.stages)))
    if kind == "stage":
        return (key,), last.themes, last.topic
    if kind == "theme":
        return stages, (key,), None
    if new.themes or new.topic:
        return stages, new.themes, new.topic
    return stages, last.themes, last.topic


def _gone(half: _Half) -> set[str]:
    """Return the conditions that are taken back; "any channel", "all plans" takes back that one alone."""
    gone = dropped(half.canonical)
    if "segments" in gone and half.parts.slots.segments:
        gone = (gone - {"segments"}) | {FIELD + name for name in half.parts.slots.segments}
    return gone


def _held(last: Question, half: _Half, intent: Intent) -> Mapping[str, tuple[str, ...]]:
    """Return the filters before; what was compared gives way where something else is to be compared.

    Of a column of many values ("which company …?") nobody named one, so none is held where nothing is compared.
    """
    if last.intent == "compare" and _by_segment(half):
        return {name: values for name, values in last.filters.items() if len(values) < 2}
    return {name: values for name, values in last.filters.items() if name != last.by or intent == "compare"}


def _polarity(last: Question, half: _Half, intent: Intent, *, fresh: bool) -> Polarity | None:
    """Return complaint or praise: as said, else as before; the quotes behind pain points are complaints."""
    if intent not in POLAR:
        return None
    if said := polarity_of(half.canonical, intent):
        return said
    if last.intent == "pain_points" and intent in ("quotes", "count", "people", "trend") and not fresh:
        return "complaint"
    return last.polarity
