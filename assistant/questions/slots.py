"""Slots: the stages, metrics, themes and filter values that a text names, linked to what the file holds.

Longest name first, exact before near. A word that is also plain English ("use", "other") or that often names
the subject rather than the source ("about chat") needs its context, see `stands`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from assistant.questions.names import Index, Name
from assistant.questions.places import NARROW, has_content, led_by_about, part_of_topic, stands, word_at
from assistant.questions.reading import Reading, Span, Token, overlaps
from assistant.questions.vocabulary import Vocabulary
from assistant.questions.words import FUNCTION


@dataclass(frozen=True, kw_only=True)
class Link:
    """A name found at a span of the text."""

    name: Name
    span: Span
    also: tuple[str, ...] = ()
    near: bool = False
    topical: bool = False
    compound: bool = False
    """`also` are further values of the same field that go by these words: any is meant. `topical`: said as a subject
    ("about the checkout"), so the words stay the topic beside the stage. `compound`: the end of a subject ("late
    delivery"), which is no stage where the question has a topic."""


@dataclass(kw_only=True)
class Slots:
    """What the names in a text fill; `links` say where each stood."""

    stages: list[str] = field(default_factory=list)
    metrics: list[str] = field(default_factory=list)
    themes: list[str] = field(default_factory=list)
    filters: dict[str, list[str]] = field(default_factory=dict)
    without: dict[str, list[str]] = field(default_factory=dict)
    segments: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    refused: list[Span] = field(default_factory=list)

    @property
    def spans(self) -> list[Span]:
        """Where names stand."""
        return [link.span for link in self.links]


def find_slots(reading: Reading, vocabulary: Vocabulary, taken: Iterable[Span]) -> Slots:
    """Return the names in a reading that stand for stages, metrics, themes and filter values."""
    return refill(find_links(reading, vocabulary, list(taken)), reading)


def refill(links: Iterable[Link], reading: Reading) -> Slots:
    """Return the slots that links fill; a name after "except" and its like fills `without`."""
    slots = Slots()
    negated, end = False, 0
    for link in sorted(links, key=lambda link: link.span):
        between = reading.low[end : link.span[0]]
        denied = bool(link.name.otherwise and _DENIED.search(reading.low[: link.span[0]]))
        negated = denied or _negated(reading.low, link.span) or (negated and bool(_AND.match(between)))
        _fill(slots, link, negated)
        end = link.span[1]
    return slots


def find_phrases(reading: Reading, index: Index) -> list[Span]:
    """Return where values of several words stand, so that the number in "Capital One" or "First Box" counts nothing."""
    found = []
    for size in range(index.longest, 1, -1):
        for at in range(len(reading.tokens) - size + 1):
            window = reading.tokens[at : at + size]
            names = index.exact([token.word for token in window])
            if any(name.kind in ("value", "touchpoint") for name in names) and not _broken(reading.low, window):
                found.append((window[0].start, window[-1].end))
    return found


def find_links(reading: Reading, vocabulary: Vocabulary, taken: list[Span]) -> list[Link]:
    """Return the names found, longest first, without overlap; exact ones win over near ones."""
    index, links = vocabulary.index, []
    for near in (False, True):
        for size in range(index.longest + 1, 0, -1):
            for at in range(len(reading.tokens) - size + 1):
                window = reading.tokens[at : at + size]
                span = (window[0].start, window[-1].end)
                if overlaps(span, taken) or (size > 1 and _broken(reading.low, window)):
                    continue
                words = _without_articles([token.word for token in window])
                if near and all(word in FUNCTION for word in words):
                    continue
                found = index.near(words) if near else index.exact(words)
                name = _chosen(reading, index, found, at, size, taken, near=near)
                if name:
                    topical = name.kind in NARROW and led_by_about(reading, at) is not None
                    compound = name.kind in NARROW and has_content(reading, at - 1, at, index, taken)
                    also = _namesakes(name, found)
                    links.append(Link(name=name, span=span, also=also, near=near, topical=topical, compound=compound))
                    taken.append(span)
    return links


def _without_articles(words: list[str]) -> list[str]:
    """Return the words without articles between them: "closed with an explanation" is "Closed with explanation"."""
    return [word for at, word in enumerate(words) if word not in _ARTICLES or at in (0, len(words) - 1)]


_ARTICLES = frozenset(("a", "an", "the"))


def _namesakes(name: Name, found: list[Name]) -> tuple[str, ...]:
    """Return the other values of the same field that go by the same words: "credit card" may name two products."""
    if name.kind != "value" or name.otherwise:
        return ()
    same = (other.target for other in found if other.field == name.field and other.target != name.target)
    return tuple(dict.fromkeys(same))


def _broken(low: str, window: tuple[Token, ...]) -> bool:
    """Whether a mark that ends a phrase stands between the words."""
    return any(set(low[a.end : b.start]) & set(',.;:!?"()') for a, b in pairwise(window))


_ORDER = {"stage": 0, "metric": 1, "alias": 2, "value": 3, "touchpoint": 4, "segment": 5, "saying": 6, "theme": 7}


def _chosen(
    reading: Reading, index: Index, found: list[Name], at: int, size: int, taken: list[Span], *, near: bool
) -> Name | None:
    """Return the first of the names, in order of kind, that can stand where its words were found."""
    for name in sorted(found, key=lambda name: _rank(reading, name, at)):
        if near and name.kind in ("saying", "touchpoint", "theme"):
            continue
        if stands(reading, name, at, size, taken, index) and not part_of_topic(reading, name, at, size, index, taken):
            return name
    return None


def _rank(reading: Reading, name: Name, at: int) -> tuple[int, int]:
    """Rank by kind; but a channel wins over a stage after "via", and a stage over a metric after "in"."""
    before = word_at(reading, at - 1)
    changing = word_at(reading, at - 2) in (
        "rise",
        "drop",
        "fall",
        "increase",
        "decrease",
        "change",
        "decline",
        "growth",
        "dip",
    )
    if name.kind == "value" and name.field == "channel" and before in ("via", "by", "over", "through", "on"):
        return (-1, 0)
    if name.kind == "alias" and before in ("in", "during", "at") and not changing:
        return (0, 1)
    return (_ORDER[name.kind], 0)


_NOT = re.compile(
    r"\b(?:except(?: for| from)?|excluding|excludes?|without|not|but not|other than|apart from|aside from|besides"
    r"|ignor(?:ing|e)|leav(?:e|ing) out|skip(?:ping)?|omit|minus|outside of?|non"
    r"|(?:every(?:one|body|thing)|any(?:one|body)|all) but)"
    r"[ -](?:(?:in|from|by|via|on|about|the|our|for|those|ones|any|of) )*$"
)
_DENIED = re.compile(
    r"(?:\b(?:no|not|never|without|lack(?:s|ed|ing)?)|n't)"
    r"(?: (?:been|be|get|got|receiv\w+|have|had|an?|any|the)){0,3} $"
)
"""Before the name of a column of yes and no: "no timely response", "wasn't disputed"."""
_AND = re.compile(r"^(?: customers?| users?)?,? ?(?:and|or|nor|,|&)? ?(?:the )?$")


def _negated(low: str, span: Span) -> bool:
    return bool(_NOT.search(low[max(0, span[0] - 60) : span[0]]))


def _fill(slots: Slots, link: Link, negated: bool) -> None:
    name = link.name
    slots.links.append(link)
    if name.kind in ("stage", "alias", "touchpoint", "saying"):
        place = slots.without.setdefault("stage", []) if negated else slots.stages
        _add(place, name.target)
    elif name.kind == "metric":
        _add(slots.metrics, name.target)
    elif name.kind == "theme":
        _add(slots.themes, name.target)
    elif name.kind == "segment":
        _add(slots.segments, name.target)
    elif negated and name.otherwise:
        _add(slots.filters.setdefault(name.field, []), name.otherwise)
    else:
        for value in (name.target, *link.also):
            _add((slots.without if negated else slots.filters).setdefault(name.field, []), value)


def _add(values: list[str], value: str) -> None:
    if value not in values:
        values.append(value)
