"""Slots: the stages, metrics, themes and filter values that a text names, linked to what the file holds.

Longest name first, exact before near. A word that is also plain English ("use", "other") or that often names
the subject rather than the source ("about chat") needs its context, see `_stands`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from assistant.questions.names import Index, Name, stem
from assistant.questions.reading import Reading, Span, Token, overlaps
from assistant.questions.vocabulary import Vocabulary
from assistant.questions.words import FOLLOWS, FUNCTION, PEOPLE, PLACE, PLAIN, SAID, STAGE_LEAD, STOP

_STAGE_NOUN = ("stage", "phase", "step", "part", "journey")
_ABOUT = ("about", "regarding", "concerning", "mention", "mentions", "mentioning", "mentioned", "with", "like")


@dataclass(frozen=True, kw_only=True)
class Link:
    """A name found at a span of the text."""

    name: Name
    span: Span
    near: bool = False
    topical: bool = False
    compound: bool = False
    """`topical`: said as a subject ("about the checkout"), so the words stay the topic beside the stage. `compound`:
    the end of a subject ("late delivery"), which is no stage where the question has a topic."""


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
        negated = _negated(reading.low, link.span) or (negated and bool(_AND.match(between)))
        _fill(slots, link, negated)
        end = link.span[1]
    return slots


def find_links(reading: Reading, vocabulary: Vocabulary, taken: list[Span]) -> list[Link]:
    """Return the names found, longest first, without overlap; exact ones win over near ones."""
    index, links = vocabulary.index, []
    for near in (False, True):
        for size in range(index.longest, 0, -1):
            for at in range(len(reading.tokens) - size + 1):
                window = reading.tokens[at : at + size]
                span = (window[0].start, window[-1].end)
                if overlaps(span, taken) or (size > 1 and _broken(reading.low, window)):
                    continue
                words = [token.word for token in window]
                if near and all(word in FUNCTION for word in words):
                    continue
                found = index.near(words) if near else index.exact(words)
                name = _chosen(reading, index, found, at, size, taken, near=near)
                if name:
                    topical = name.kind in _NARROW and _about(reading, at) is not None
                    compound = name.kind in _NARROW and _content(reading, at - 1, at, index, taken)
                    links.append(Link(name=name, span=span, near=near, topical=topical, compound=compound))
                    taken.append(span)
    return links


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
        if _stands(reading, name, at, size, taken) and not _part_of_topic(reading, name, at, size, index, taken):
            return name
    return None


def _rank(reading: Reading, name: Name, at: int) -> tuple[int, int]:
    """Rank by kind; but a channel wins over a stage after "via", and a stage over a metric after "in"."""
    before = _word(reading, at - 1)
    changing = _word(reading, at - 2) in (
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


def _stands(reading: Reading, name: Name, at: int, size: int, taken: list[Span]) -> bool:
    """Return whether a name may stand at this place."""
    before, after = _word(reading, at - 1), stem(_word(reading, at + size))
    first = reading.tokens[at]
    if name.kind == "theme":
        return _theme_stands(reading, at, size, before, after)
    if name.kind == "saying":
        return _before_doing(reading, at) and (size > 1 or first.word.endswith("ing"))
    if name.kind == "touchpoint":
        return _before_place(reading, at) or after in _STAGE_NOUN
    if name.kind in ("stage", "alias"):
        return _stage_stands(reading, name, at, size, taken)
    if name.kind == "value":
        return _value_stands(reading, name, at, size)
    return bool(first.word)


_NARROW = ("alias", "touchpoint")
_MARKERS = frozenset(_ABOUT) | {"around", "with"}


def _part_of_topic(reading: Reading, name: Name, at: int, size: int, index: Index, taken: list[Span]) -> bool:
    """Whether a name is only a part of a subject: "billing errors", "about late delivery", "activation code"."""
    if name.kind not in ("alias", "touchpoint", "stage", "metric") or (
        name.kind == "metric" and (size > 1 or len(name.words[0]) < 5)
    ):
        return False
    led = _about(reading, at)
    if name.kind == "metric" and _word(reading, at + size) in ("rate", "rates", "score", "scores", "value", "level"):
        return False
    timing = _word(reading, at + size) in ("time", "times", "speed")
    joined_right = timing or _content(reading, at + size, at + size - 1, index, taken)
    if name.kind == "stage":
        return joined_right and led is not None
    return joined_right


def _about(reading: Reading, at: int) -> int | None:
    """Return where "about" or its like stands, up to four words before in the same clause; else None."""
    for i in range(at - 1, max(-1, at - 5), -1):
        if set(reading.low[reading.tokens[i].end : reading.tokens[i + 1].start]) & set(",.;:!?"):
            return None
        if reading.tokens[i].word in _MARKERS:
            return i
        if reading.tokens[i].word in PLACE:
            return None
    return None


_FIRM_KINDS = ("stage", "metric", "value", "segment")


def _content(reading: Reading, at: int, beside: int, index: Index, taken: list[Span]) -> bool:
    """Whether a word of its own meaning stands at `at`, in one phrase with the word at `beside`."""
    word = _word(reading, at)
    if not word.isalpha() or len(word) < 3 or word in STOP or stem(word) in STOP or stem(word) in _STAGE_NOUN:
        return False
    if overlaps((reading.tokens[at].start, reading.tokens[at].end), taken):
        return False
    first, second = reading.tokens[min(at, beside)], reading.tokens[max(at, beside)]
    return reading.low[first.end : second.start] in (" ", "-") and not any(
        name.kind in _FIRM_KINDS for name in index.exact([word])
    )


def _stage_stands(reading: Reading, name: Name, at: int, size: int, taken: list[Span]) -> bool:
    before, after = _word(reading, at - 1), stem(_word(reading, at + size))
    if size > 1 or reading.tokens[at].word not in PLAIN:
        return True
    if after in _STAGE_NOUN or len(reading.tokens) == 1:
        return True
    following = reading.tokens[at + size] if at + size < len(reading.tokens) else None
    timed = following is not None and overlaps((following.start, following.end), taken)
    if before in ("in", "during", "at", "of", "for", "within") and after not in ("to", "of"):
        return True
    follows = timed or not after.isalpha() or (after in STOP and after not in _OBJECTS)
    return (before in STAGE_LEAD or at == 0) and follows


_OBJECTS = ("of", "to", "the", "a", "an", "it", "this", "that", "our", "your", "my", "these", "those")


def _value_stands(reading: Reading, name: Name, at: int, size: int) -> bool:
    before, after = _word(reading, at - 1), stem(_word(reading, at + size))
    token = reading.tokens[at]
    labelled = stem(before) in _field_words(name) or after in _field_words(name)
    if labelled or (name.field == "language" and before in ("in", "the")):
        return True
    if name.field == "channel":
        return _channel_stands(reading, at, size, before, after)
    said = reading.text[token.at : token.until]
    if size == 1 and (token.word in FUNCTION or token.word.isdecimal()):
        return said == name.target and said.isupper() and said.isalpha() and not reading.shouted and len(said) > 1
    if size == 1 and token.word in PLAIN:
        beside = PLACE | {"the", "our", "compare", "than", "between"}
        return before in beside or after in PEOPLE or after in ("and", "or", "vs", "versus", "")
    return True


def _channel_stands(reading: Reading, at: int, size: int, before: str, after: str) -> bool:
    """Tell a channel from a topic: after "about" it is one, unless what was said there follows ("email complaints")."""
    if size > 1 and _word(reading, at - 1) not in _ABOUT:
        return True
    lead = [_word(reading, i) for i in range(max(0, at - 3), at)]
    if after in SAID or after in PEOPLE:
        return True
    skipped = [word for word in lead if word not in ("the", "our", "a", "an", "your", "my")]
    compared = skipped and skipped[-1] == "with" and re.search(r"\b(?:compar|differ)", reading.low)
    if compared:
        return True
    return not (skipped and skipped[-1] in _ABOUT) and not (after and after.isalpha() and after not in STOP and
                                                            before not in PLACE and after not in FOLLOWS)  # fmt: skip


def _field_words(name: Name) -> set[str]:
    return {stem(word) for word in re.findall(r"[^\W_]+", name.field.lower())}


def _theme_stands(reading: Reading, at: int, size: int, before: str, after: str) -> bool:
    low = reading.low
    start, end = reading.tokens[at].start, reading.tokens[at + size - 1].end
    quoted = low[start - 1 : start] in "\"'" and low[end : end + 1] in "\"'" and start > 0 and end < len(low)
    return quoted or after == "theme" or "theme" in (before, _word(reading, at - 2))


def _before_doing(reading: Reading, at: int) -> bool:
    """Whether "while", "when they are" or the like stands before."""
    doing = {"while", "when", "during", "after", "before", "whilst", "at", "in"}
    between = {"they", "customers", "people", "the", "users", "are", "were", "is", "someone", "you", "we"}
    for i in range(at - 1, max(-1, at - 4), -1):
        if _word(reading, i) in doing:
            return True
        if _word(reading, i) not in between:
            return False
    return False


def _before_place(reading: Reading, at: int) -> bool:
    """Whether "in the" or the like stands before; "feedback on" makes a subject instead."""
    place = {"in", "during", "at", "on", "while", "when", "within", "for"}
    lead = at - 2 if _word(reading, at - 1) in ("the", "our") else at - 1
    return _word(reading, lead) in place and not (
        _word(reading, lead) == "on" and stem(_word(reading, lead - 1)) in SAID
    )


def _word(reading: Reading, at: int) -> str:
    return reading.tokens[at].word if 0 <= at < len(reading.tokens) else ""


_NOT = re.compile(
    r"\b(?:except(?: for| from)?|excluding|excludes?|without|not|but not|other than|apart from|aside from|besides"
    r"|ignor(?:ing|e)|leav(?:e|ing) out|skip(?:ping)?|omit|minus|outside of?|non)"
    r"[ -](?:(?:in|from|by|via|on|about|the|our|for|those|ones|any|of) )*$"
)
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
    else:
        _add((slots.without if negated else slots.filters).setdefault(name.field, []), name.target)


def _add(values: list[str], value: str) -> None:
    if value not in values:
        values.append(value)
