"""Understanding: any text becomes a Question, by rules that a reader can follow.

Times are read first, then numbers, names, and what is named but unknown; what they leave decides the intent and is
the topic. Nothing here raises: a text that means nothing is a Question of intent "unknown".
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from assistant.questions.ambiguity import missing_of
from assistant.questions.calendar import Calendar
from assistant.questions.customers import find_customer
from assistant.questions.exemplars import by_example
from assistant.questions.intents import Verdict, by_rules, votes
from assistant.questions.names import stem
from assistant.questions.numbers import Numbers, find_numbers
from assistant.questions.periods import Times, find_times
from assistant.questions.question import Intent, Question, Unknown
from assistant.questions.reading import Reading, Span, read
from assistant.questions.slots import Link, Slots, find_phrases, find_slots, refill
from assistant.questions.strangers import find_strangers, meant
from assistant.questions.topics import find_framing, find_left_out, find_topic
from assistant.questions.vocabulary import Vocabulary
from assistant.questions.words import FUNCTION, STOP
from knowledge.embedding import Embedder
from knowledge.periods import Period
from knowledge.scope import Polarity

TOPICLESS: frozenset[Intent] = frozenset(("stage_performance", "metric", "map", "funnel", "help"))
_FRAMED: frozenset[Intent] = frozenset(("pain_points", "stage_summary", "compare"))
POLAR: frozenset[Intent] = frozenset(("quotes", "count", "trend", "people", "compare", "drivers"))
_COMPLAINT = re.compile(
    r"\b(?:complain\w*|negative\w*|unhapp\w+|angr\w+|dissatisf\w+|frustrat\w+|annoy\w+|critici\w+|hate[sd]?|dislike\w*|upset"
    r"|pain ?points?|grip(?:e|es|ing)|detractors?|any (?:[a-z-]+ ){0,2}(?:issues?|problems?|troubles?))\b"
)
_PRAISE = re.compile(
    r"\b(?:prais\w+|lov(?:e|es|ed|ing)|rav(?:e|es|ed|ing)|compliment\w*|positive\w*|delight\w*|happy|enjoy\w*|appreciat\w*|kudos|satisfied"
    r"|pleased|strengths|works? well|going well|good things|nice things|promoters?|liked"
    r"|(?:customers?|users?|people|clients?|they|VALUE) (?:\w+ )?like[sd]?)\b"
)


@dataclass(frozen=True, kw_only=True)
class Parts:
    """All that was read in a text, before it is put together."""

    reading: Reading
    times: Times
    numbers: Numbers
    slots: Slots
    strangers: tuple[tuple[Unknown, Span], ...]
    theme_ids: tuple[tuple[str, Span], ...]
    customer: tuple[str | None, Unknown | None, Span] | None = None
    left_out: tuple[tuple[str, Span], ...] = ()
    framing: tuple[Span, ...] = ()

    def marks(self) -> list[tuple[Span, str]]:
        """Return every linked span with the word that stands for it in the canonical text."""
        marks = [(span, "PERIOD") for span in self.times.spans]
        marks += [(span, "BASELINE") for span in self.times.baseline_spans]
        marks += [(span, "LIMIT") for span in self.numbers.limit_spans]
        marks += [(span, "RATING") for span in self.numbers.rating_spans]
        marks += [(span, "THEME") for _, span in self.theme_ids]
        marks += [(span, _STRANGE.get(unknown.kind, "UNKNOWN")) for unknown, span in self.strangers]
        marks += [(self.customer[2], "customers")] if self.customer else []
        marks += [(span, "") for _, span in self.left_out]
        for link in self.slots.links:
            kind = "channel" if link.name.field == "channel" else link.name.kind
            marks.append((link.span, _MARK[kind]))
        return sorted(marks)

    def without_compounds(self) -> "Parts":
        """Return the parts without names that only end a subject ("late delivery"), so that the subject is whole."""
        if not any(link.compound for link in self.slots.links):
            return self
        return replace(self, slots=refill([link for link in self.slots.links if not link.compound], self.reading))

    def used(self) -> list[Span]:
        """Return the spans that can't be a topic any more."""
        topical = {link.span for link in self.slots.links if link.topical}
        return [*(span for span, _ in self.marks() if span not in topical), *self.framing]


_MARK = {
    "stage": "STAGE", "alias": "STAGE", "touchpoint": "STAGE", "saying": "STAGE", "metric": "METRIC", "theme": "THEME",
    "value": "VALUE", "channel": "CHANNEL", "segment": "SEGMENT",
}  # fmt: skip


_STRANGE = {
    "segment": "VALUE",
    "place": "VALUE",
    "channel": "CHANNEL",
    "stage": "STAGE",
    "metric": "METRIC",
    "theme": "THEME",
}


def understand(
    text: str, vocabulary: Vocabulary, *, as_of: date, embedder: Embedder | None = None, fiscal_start: int = 1
) -> Question:
    """Return what any text asks, linked to what `vocabulary` holds; relative periods count from `as_of`.

    `embedder` breaks ties of the intent rules; without it the rules decide alone. `fiscal_start` is the month (1..12)
    in which the fiscal year starts. `Question.confidence` (0..1) is how sure the intent is.
    """
    parts = take_apart(text, vocabulary, Calendar(as_of=as_of, fiscal_start=fiscal_start))
    canonical = canonical_text(parts)
    verdict = decide(parts, canonical, vocabulary, embedder)
    if embedder and not verdict.firm and verdict.confidence < LEAST:
        verdict = Verdict(intent="unknown", confidence=round(1 - verdict.confidence, 3), firm=False)
    question = put_together(text, parts, canonical, verdict, vocabulary)
    return replace(question, missing=missing_of(parts.reading, canonical, question))


def put_together(text: str, parts: Parts, canonical: str, verdict: Verdict, vocabulary: Vocabulary) -> Question:
    """Return the question that parts make under a verdict."""
    stages, without = _stages(parts.slots, vocabulary)
    unknown = [*parts.times.unknown, *(unknown for unknown, _ in parts.strangers)]
    unknown += [parts.customer[1]] if parts.customer and parts.customer[1] else []
    intent = verdict.intent
    if intent not in TOPICLESS | {"stage_summary", "compare"}:
        parts = parts.without_compounds()
    return Question(
        text=text,
        intent=intent,
        stages=stages,
        metrics=tuple(parts.slots.metrics),
        themes=_unique((*(theme for theme, _ in parts.theme_ids), *parts.slots.themes)),
        topic=None if verdict.firm and intent == "unknown" else topic_of(parts, intent),
        period=parts.times.period,
        baseline=parts.times.baseline,
        # The map is everybody's: what it says holds for no channel or segment alone.
        filters={} if intent == "map" else _filters(parts.slots, intent, vocabulary),
        without={} if intent == "map" else without,
        by=_by(parts.slots, vocabulary) if intent == "compare" else None,
        groups=_groups(parts.slots) if intent == "compare" else (),
        polarity=polarity_of(canonical, intent),
        rating=parts.numbers.rating,
        customer=parts.customer[0] if parts.customer else None,
        not_about=tuple(topic for topic, _ in parts.left_out),
        limit=parts.numbers.limit or 5,
        unknown=() if intent == "help" or (intent == "unknown" and verdict.firm) else tuple(unknown),
        confidence=verdict.confidence,
    )


def take_apart(text: str, vocabulary: Vocabulary, calendar: Calendar, given: Period | None = None) -> Parts:
    """Return all parts of a text: times, numbers, names and strangers, each with its place.

    `given` is the period that holds where the text names none.
    """
    reading = read(text, vocabulary.index.words)
    capitals = None if reading.shouted else _capitals(reading)
    times = find_times(reading.low, calendar, capitals, given)
    taken: list[Span] = [*times.spans, *times.baseline_spans]
    numbers = find_numbers(_blanked(reading.low, [*taken, *find_phrases(reading, vocabulary.index)]))
    taken += [*numbers.limit_spans, *numbers.rating_spans]
    theme_ids = _theme_ids(reading, vocabulary)
    taken += [span for _, span in theme_ids]
    customer = find_customer(reading, vocabulary)
    taken += [customer[2]] if customer else []
    slots = find_slots(reading, vocabulary, taken)
    left_out = find_left_out(reading, taken + slots.spans)
    taken += [span for _, span in left_out]
    strangers = find_strangers(reading, slots, vocabulary, taken + slots.spans)
    known = [Link(name=name, span=span) for stranger, span in strangers if (name := meant(stranger, vocabulary))]
    strangers = [(stranger, span) for stranger, span in strangers if span not in [link.span for link in known]]
    slots = refill([*slots.links, *known], reading) if known else slots
    return Parts(
        reading=reading,
        times=times,
        numbers=numbers,
        slots=slots,
        strangers=tuple(strangers),
        theme_ids=tuple(theme_ids),
        customer=customer,
        left_out=tuple(left_out),
        framing=find_framing(reading, dated=bool(times.spans)),
    )


def canonical_text(parts: Parts) -> str:
    """Return the text in lower case with every linked span replaced by its word in capitals."""
    out, position = [], 0
    for (start, end), mark in parts.marks():
        if start < position:
            continue
        out += [parts.reading.low[position:start], f" {mark} "]
        position = end
    out.append(parts.reading.low[position:])
    return re.sub(r" +([?!.,;:'])", r"\1", re.sub(r"\s+", " ", "".join(out))).strip()


def _capitals(reading: Reading) -> str:
    """Return `low` with the capitals of the text, where the first letter of a word was one."""
    letters = list(reading.low)
    for token in reading.tokens:
        if reading.text[token.at].isupper():
            upper = letters[token.start].upper()
            letters[token.start] = upper if len(upper) == 1 else letters[token.start]
    return "".join(letters)


def _blanked(low: str, spans: Iterable[Span]) -> str:
    for start, end in spans:
        low = low[:start] + " " * (end - start) + low[end:]
    return low


def _theme_ids(reading: Reading, vocabulary: Vocabulary) -> list[tuple[str, Span]]:
    ids = {theme.lower(): theme for theme, _ in vocabulary.themes}
    found = ((match.group().replace("-", ""), match.span()) for match in re.finditer(r"\bt-?\d{1,6}\b", reading.low))
    return [(ids[theme], span) for theme, span in found if theme in ids]


def decide(parts: Parts, canonical: str, vocabulary: Vocabulary, embedder: Embedder | None) -> Verdict:
    """Decide the intent: by rules where they are firm, else by examples too, else by what was named alone."""
    cast = votes(canonical)
    verdict = by_rules(cast)
    if verdict and verdict.intent not in ("help", "unknown") and not _at_home(parts, canonical, vocabulary):
        verdict = Verdict(intent=verdict.intent, confidence=round(verdict.confidence * 0.8, 3), firm=False)
    if verdict and verdict.firm and (not embedder or verdict.confidence >= _SURE):
        return verdict
    alone = None if verdict else _by_slots(parts, canonical)
    if alone and (alone.intent != "unknown" or not parts.reading.tokens):
        return alone
    return by_example(canonical, embedder, cast)


_HOME = re.compile(
    r"[A-Z]{4}|\b(?:customers?|clients?|users?|people|complain\w*|feedback|quotes?|verbatims?|reviews?|comments?|pains?"
    r"|hurts?|issues?|problems?|themes?|stages?|journey|touchpoints?|ratings?|metrics?|funnel|surveys?|they|praise\w*)\b"
    r"|\b(?:doing|faring|perceived|received|rated)\W*$"
)


def _at_home(parts: Parts, canonical: str, vocabulary: Vocabulary) -> bool:
    """Whether anything ties a text to feedback: a link, a word of our trade or of the map, or no subject at all."""
    if _HOME.search(canonical):
        return True
    words = {stem(token.word) for token in parts.reading.tokens if token.word not in STOP}
    return not words or bool(words & vocabulary.index.words)


_BARE = FUNCTION - frozenset(
    ["what", "what's", "how", "how's", "why", "who", "who's", "whose", "which", "where", "than", "versus", "vs"]
)


def _by_slots(parts: Parts, canonical: str) -> Verdict:
    """Decide by what was named alone: "onboarding Q3" asks for the stage's summary."""
    if not parts.reading.tokens:
        return Verdict(intent="help", confidence=0.6, firm=False)
    bare = not any(word not in _BARE for word in re.findall(r"[a-z']+", canonical))
    for mark, intent in _ALONE:
        if mark in canonical and bare:
            return Verdict(intent=intent, confidence=0.7, firm=False)
    if bare and "CHANNEL" in canonical:
        return Verdict(intent="quotes", confidence=0.5, firm=False)
    if bare and "PERIOD" in canonical:
        return Verdict(intent="stage_summary", confidence=0.5, firm=False)
    return Verdict(intent="unknown", confidence=0.6, firm=False)


_ALONE: tuple[tuple[str, Intent], ...] = (
    ("THEME", "theme"), ("METRIC", "metric"), ("STAGE", "stage_summary"), ("VALUE", "stage_summary"),
)  # fmt: skip


def _stages(slots: Slots, vocabulary: Vocabulary) -> tuple[tuple[str, ...], Mapping[str, tuple[str, ...]]]:
    """Return the stages asked for and the values left out; stages left out become all the others."""
    without = {name: values for name, values in slots.without.items() if name != "stage"}
    left_out = slots.without.get("stage", [])
    stages = slots.stages
    if left_out and not stages:
        stages = [stage.id for stage in vocabulary.stages if stage.id not in left_out]
    return tuple(stages), _frozen(without)


def topic_of(parts: Parts, intent: Intent) -> str | None:
    """Return the free part of the question, where its kind can have one."""
    if intent in TOPICLESS or (intent == "theme" and (parts.slots.themes or parts.theme_ids)):
        return None
    return find_topic(parts.reading, parts.used(), anywhere=intent not in _FRAMED)


def polarity_of(canonical: str, intent: Intent) -> Polarity | None:
    """Return whether complaints or praise are meant, for the intents that can show either."""
    if intent not in POLAR:
        return None
    complaint, praise = _COMPLAINT.search(canonical), _PRAISE.search(canonical)
    if complaint and praise:
        return None
    return "complaint" if complaint else "praise" if praise else None


def _filters(slots: Slots, intent: Intent, vocabulary: Vocabulary) -> Mapping[str, tuple[str, ...]]:
    """Return the filters; a comparison "by plan" compares all plans if they are few, else the largest."""
    filters = dict(_frozen(slots.filters))
    for segment in slots.segments if intent == "compare" else ():
        values = vocabulary.values(segment)
        if segment not in filters and values:
            filters[segment] = values if len(values) <= _FEW else vocabulary.largest.get(segment, ())[:_LARGEST]
    return {name: values for name, values in filters.items() if values}


def _by(slots: Slots, vocabulary: Vocabulary) -> str | None:
    """Return the column of many values that a comparison is asked by; None where its values are named, or few."""
    asked = (name for name in slots.segments if name not in slots.filters)
    return next((name for name in asked if len(vocabulary.values(name)) > _FEW), None)


def _groups(slots: Slots) -> tuple[tuple[str, ...], ...]:
    """Return the values that one word named together, where others of their column were named beside them."""
    links = [link for link in slots.links if link.name.kind == "value"]
    beside = [link.name.field for link in links]
    return tuple((link.name.target, *link.also) for link in links if link.also and beside.count(link.name.field) > 1)


_FEW = 12
_LARGEST = 6
"""Values of a segment that are compared where it has more than a few: those with most feedback."""
_SURE = 0.95
LEAST = 0.4
"""A guess at the intent with less of a chance is no guess: it is wrong more often than right."""


def _frozen(values: Mapping[str, Iterable[str]]) -> Mapping[str, tuple[str, ...]]:
    return {name: tuple(held) for name, held in values.items()}


def _unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
