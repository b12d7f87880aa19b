"""Strangers: what a text clearly names as a filter, a stage, a metric or a theme and the file does not hold."""

import re
from collections.abc import Callable, Iterable
from itertools import takewhile

from assistant.questions.names import Name, nearest, stem, words_of
from assistant.questions.question import Unknown
from assistant.questions.reading import Reading, Span, overlaps
from assistant.questions.slots import Slots
from assistant.questions.vocabulary import Vocabulary
from assistant.questions.whereabouts import MOST_WORDS, is_from, is_place, place_values
from assistant.questions.words import (
    ADJECTIVES,
    AFTER_NAME,
    ATTRIBUTES,
    CHANNELS,
    GROUPS,
    METRICS,
    PEOPLE,
    SAID,
    SITES,
    STOP,
)

_METRIC_PHRASE = (
    r"((?:conversion|churn|retention|bounce|open|click(?:-through)?|renewal|resolution|response|adoption|activation"
    r"|engagement|abandonment|return|refund|win|attrition|signup|sign-up|completion) (?:rate|time)s?"
    r"|(?:first|average) (?:response|resolution|handling) time|time to (?:value|resolution|first value)"
    r"|net promoter score"
    r"|customer (?:satisfaction|effort)(?: score)?|lifetime value|health score|satisfaction score|effort score"
    r"|(?:customer )?acquisition costs?|average order value|(?:page )?load(?:ing)? times?|market share|profit margins?"
    r"|(?:gross|net|operating|contribution) (?:margin|profit|income|revenue|loss|earning)s?"
    r"|cash[- ]?flow|(?:burn|run) rate"
    r"|working capital|share price"
    r"|margins?(?= (?:in|of|for|at|on)\b|\W*$)|unit cost|cost per (?:order|box|unit|customer|lead)"
    r"|uptime|downtime|profits?|revenues?|turnover|headcount)"
)
_VERBS = (
    r"(?:compare|comparing|versus|vs|than|between|hurts?|makes?|frustrates?"
    r"|annoys?|bothers?|upsets?|which|how many|our)"
)
_PEOPLE = (
    r"(?:customers?|users?|clients?|people|members?|subscribers?|accounts?|guests?|passengers?|buyers?|companies|tier"
    r"|plan|segment)"
)
_PREPOSITION = r"(?:from|for|among|amongst|of|by|only|in|on|to|with|at|do|did|are|were|have|except|excluding|not)"


def find_strangers(
    reading: Reading, slots: Slots, vocabulary: Vocabulary, taken: list[Span]
) -> list[tuple[Unknown, Span]]:
    """Return what can't be linked, each with its span; `taken` are the spans that other readings have used."""
    found: list[tuple[Unknown, Span]] = []
    for search in (
        _rivals,
        _themes,
        _labelled,
        _channels,
        _sites,
        _places,
        _somewhere,
        _ages,
        _people,
        _groups,
        _metrics,
    ):
        for unknown, span in search(reading, vocabulary):
            if not overlaps(span, taken) and not overlaps(span, [s for _, s in found]):
                found.append((unknown, span))
    for unknown, span in (*_measured(reading, slots, vocabulary), *_listed(reading, slots, vocabulary)):
        if not overlaps(span, taken) and not overlaps(span, [s for _, s in found]):
            found.append((unknown, span))
    return found


Found = Iterable[tuple[Unknown, Span]]


def _unknown(kind: str, reading: Reading, span: Span, known: Iterable[str]) -> tuple[Unknown, Span]:
    asked = reading.said(span)
    return Unknown(kind=kind, asked=asked, nearest=nearest(asked, known)), span


def _themes(reading: Reading, vocabulary: Vocabulary) -> Found:
    ids = {theme.lower() for theme, _ in vocabulary.themes}
    names = [name for _, name in vocabulary.themes]
    for match in re.finditer(r"\bt-?\d{1,6}\b", reading.low):
        if match.group().replace("-", "") not in ids:
            yield _unknown("theme", reading, match.span(), names)
    quoted = (
        r"\b(?:theme|issue|problem|topic) (?:called |named )?[\"']([^\"']{2,80})[\"']"
        r"|[\"']([^\"']{2,80})[\"'] (?:theme|issue|topic)\b"
    )
    for match in re.finditer(quoted, reading.low):
        yield _unknown("theme", reading, match.span(1) if match[1] else match.span(2), names)


_WE = r"(?:we|us|our (?:[\w'-]+ ){0,2}[\w'-]+)"
_RIVALS = (
    re.compile(
        rf"\bhow (?:do|does|did|are|is|were|would|can) {_WE} (?:\w+ )?(?:do|doing|compare|perform|performing|fare"
        r"|faring|stack up|measure up|score|rate|look|rank)(?: \w+)?"
        r" (?:against|versus|vs\.?|compared (?:to|with)|next to|to|with|than|among|relative to)"
        r" (?:the |our |other |an? )*(?P<v>[^\W\d_][\w-]*)"
    ),
    re.compile(
        rf"\b(?:are|were|is) {_WE} (?:\w+ )?(?:better|worse|cheaper|dearer|faster|slower|nicer|(?:more|less) \w+)"
        r" than (?:the |our |other )*(?P<v>[^\W\d_][\w-]*)"
    ),
    re.compile(
        r"\b(?:against|versus|vs\.?|than|compared (?:to|with)) (?:the |our |other )*"
        r"(?P<v>competitors?|competition|rivals?)\b"
    ),
)


def _rivals(reading: Reading, _: Vocabulary) -> Found:
    """Find "how do we do against hellofresh": another company, of which the file holds nothing."""
    for pattern in _RIVALS:
        for match in pattern.finditer(reading.low):
            word = match["v"]
            if not {word, stem(word)} & (STOP | PEOPLE | SAID):
                yield _unknown("competitor", reading, match.span("v"), ())


def _labelled(reading: Reading, vocabulary: Vocabulary) -> Found:
    """Find "plan gold", "gold plan", "channel fax": a filter's name beside a word that it does not hold."""
    kinds: list[tuple[str, str, Callable[[], Iterable[str]]]] = [
        ("stage", "(?:stage|phase)", lambda: [stage.name for stage in vocabulary.stages]),
        ("channel", "channel", lambda: vocabulary.channels),
        ("metric", "metric", lambda: [metric.name for metric in vocabulary.metrics]),
    ]
    for segment in vocabulary.segments:
        name = r"[ _-]".join(re.escape(word) for word in re.findall(r"[^\W_]+", segment.lower()))
        kinds.append(("segment", name, lambda segment=segment: vocabulary.values(segment)))  # type: ignore[misc]
    for kind, name, known in kinds:
        if name:
            yield from _beside(reading, kind, name, tuple(known()))


def _beside(reading: Reading, kind: str, name: str, known: tuple[str, ...]) -> Found:
    lead = r"(?<!the )(?<!our )(?<!which )(?<!what )(?<!each )(?<!every )(?<!about )(?<!by )(?<!per )(?<!this )\b"
    told = rf"\b{name} ?[:=] ?(?P<v>[^\W_][\w-]*)|\b{name} (?:called |named )\"?(?P<v2>[^\W_][\w-]*)"
    after = rf"{lead}{name} (?P<v>[^\W_][\w-]*)(?=$|[?.!,;]| [^\W_]+)"
    before = rf"\b(?:in|on|from|for|at|during|of|the|with|did|does|is) (?:the |our )?(?P<v>[^\W_][\w-]*)[ -]{name}s?\b"
    for pattern, banned in ((told, STOP), (after, AFTER_NAME), (before, ADJECTIVES)):
        for match in re.finditer(pattern, reading.low):
            group = "v" if match["v"] else "v2"
            value, span = match[group], match.span(group)
            if not {value, stem(value)} & banned and not value.isdecimal() and not value.endswith("est"):
                yield _unknown(kind, reading, span, known)


def _channels(reading: Reading, vocabulary: Vocabulary) -> Found:
    """Find "by fax", "via twitter": a known kind of channel in a channel's place."""
    for match in re.finditer(r"\b(by|via|over|through|from|on|using) (?:the |our )?([^\W_]+)\b", reading.low):
        word = match[2]
        firm = match[1] in ("via",) and word not in STOP
        if (word in CHANNELS or stem(word) in CHANNELS or firm) and not _subject(reading.low[: match.start()]):
            yield _unknown("channel", reading, match.span(2), vocabulary.channels)


def _sites(reading: Reading, vocabulary: Vocabulary) -> Found:
    """Find "how many tweets", "and tweets?": a site that is a channel wherever it is no subject."""
    for token in reading.tokens:
        if {token.word, stem(token.word)} & SITES and not _subject(reading.low[: token.start]):
            yield _unknown("channel", reading, (token.start, token.end), vocabulary.channels)


def _groups(reading: Reading, vocabulary: Vocabulary) -> Found:
    """Find "enterprise complaints", "only enterprise": a word that companies name groups of customers by."""
    values = _values(vocabulary)
    for at, token in enumerate(reading.tokens):
        after = reading.tokens[at + 1].word if at + 1 < len(reading.tokens) else ""
        if at and reading.tokens[at - 1].word == "of":
            continue  # "the price of gold"
        alone = not after or after in STOP or {after, stem(after)} & (PEOPLE | SAID)
        if (
            (token.word in GROUPS or {token.word, stem(token.word)} & ATTRIBUTES)
            and alone
            and not _subject(reading.low[: token.start])
        ):
            yield _unknown("segment", reading, (token.start, token.end), values)


_AGES = re.compile(
    rf"\b(?:(?:{_PEOPLE}|anyone|those|women|men) (?:who are |that are )?"
    r"(?P<v>(?:aged |over |under |above |below |older than |younger than |between )+\d\ds?(?: ?(?:-|and|to) ?\d\d)?)"
    r"|(?P<w>(?:over|under)[- ]\d\ds))\b(?!%|-)(?P<next> [a-z]+)?"
)


_COUNTED = frozenset(("days", "weeks", "months", "times", "minutes", "hours", "stars", "points", "percent", "people"))
"""What is counted, so that the number before is no age."""


def _ages(reading: Reading, vocabulary: Vocabulary) -> Found:
    """Find "customers over 50", "the under-30s": an age, where no column holds any."""
    for match in _AGES.finditer(reading.low):
        after = (match["next"] or "").strip()
        if not after or (after in STOP and after not in _COUNTED):
            group = "v" if match["v"] else "w"
            yield _unknown("segment", reading, match.span(group), _values(vocabulary))


def _subject(lead: str) -> bool:
    """Whether what follows belongs to a topic: "about paying via paypal"."""
    return bool(re.search(r"\b(?:about|regarding|mention\w*|concerning)\b[^,.;]{0,40}$", lead))


def _people(reading: Reading, vocabulary: Vocabulary) -> Found:
    """Find "from platinum customers": a word in the place of a segment's value."""
    values = _values(vocabulary)
    led = (
        rf"(?:^(?=[\w-]+ \w+s\b)|\b(?:{_PREPOSITION}|{_VERBS}) )"  # "irish customers: …", yet not "refund customer 42"
    )
    pattern = rf"{led}(?:the |our |all )*([^\W\d_][\w-]*) {_PEOPLE}\b"
    for match in re.finditer(pattern, reading.low):
        word = match[1]
        if word in ADJECTIVES or stem(word) in ADJECTIVES or word.endswith(("ing", "ed", "est")):
            continue
        if _subject(reading.low[: match.start()]):
            continue
        known = place_values(vocabulary.segments) or values if is_from(word) else values
        yield _unknown("segment", reading, match.span(1), known)


def _places(reading: Reading, vocabulary: Vocabulary) -> Found:
    """Find "in Ontario", "from Quebec City": words with capitals in the place of a segment's value."""
    if reading.shouted:
        return
    values = place_values(vocabulary.segments) or _values(vocabulary)
    for match in re.finditer(r"\b(in|from|at|for|within|across) (?:the )?(?=[^\W\d_])", reading.low):
        tokens = [token for token in reading.tokens if token.start >= match.end()]
        name = list(takewhile(lambda token: reading.text[token.at].isupper(), tokens[:4]))
        after = tokens[len(name)].word if len(name) < len(tokens) else ""
        ends = not after or after in STOP or not reading.low[name[-1].end :].startswith(" ") if name else False
        if ends and not _subject(reading.low[: match.start()]) and name[0].word not in STOP:
            known = _values(vocabulary) if match[1] in ("at", "for") else values
            yield _unknown("segment", reading, (name[0].start, name[-1].end), known)


def _somewhere(reading: Reading, vocabulary: Vocabulary) -> Found:
    """Find "in wales", "from the us": a place that anybody knows, whether or not it has its capital.

    Where no column holds places, one may belong to a subject: "about the hotel in london".
    """
    held = place_values(vocabulary.segments)
    if held and reading.tokens and is_place(reading.low.strip(" .?!")):
        yield _unknown("place", reading, (0, reading.tokens[-1].end), held)
    for at, token in enumerate(reading.tokens[:-1]):
        following = reading.tokens[at + 1]
        if token.word == "the" and is_from(following.word) and _last_of_phrase(reading, at + 1):
            yield _unknown("place", reading, (following.start, following.end), held)
        if not (token.word in _WHERE or (held and _OPENS.fullmatch(reading.low[: token.end]))) or (
            not held and _subject(reading.low[: token.start])
        ):
            continue
        for size in range(MOST_WORDS, 0, -1):
            name = reading.tokens[at + 1 : at + 1 + size]
            span = (name[0].start, name[-1].end)
            if len(name) == size and is_place(reading.low[slice(*span)]):
                yield _unknown("place", reading, span, held)
                break


def _last_of_phrase(reading: Reading, at: int) -> bool:
    """Whether no subject follows a word: "the dutch say", not "the dutch menu"."""
    after = reading.tokens[at + 1].word if at + 1 < len(reading.tokens) else ""
    return not after or after in STOP or bool({after, stem(after)} & PEOPLE)


_OPENS = re.compile(r"(?:and|or|but|what about|how about|only|just|also|not|except|compare)\W*")
_WHERE = frozenset(("in", "from", "within", "across", "around", "throughout", "outside", "only", "just"))


def _values(vocabulary: Vocabulary) -> list[str]:
    return [value for held in vocabulary.segments.values() for value in held[:200]]


def _measured(reading: Reading, slots: Slots, vocabulary: Vocabulary) -> Iterable[tuple[Unknown, Span]]:
    """Find "CSAT of Ryanair": a word with a capital whose metric is asked for, and that the file does not hold."""
    if reading.shouted:
        return
    values = _values(vocabulary)
    for link in slots.links:
        if link.name.kind != "metric":
            continue
        led = re.match(r" (?:of|by|with) (?:the |our )?", reading.low[link.span[1] :])
        rest = [token for token in reading.tokens if led and token.start >= link.span[1] + led.end()]
        if rest and rest[0].word not in STOP and reading.text[rest[0].at].isupper():
            yield _unknown("segment", reading, (rest[0].start, rest[0].end), values)


_BESIDE = r"(?: ?(?:,|/|&)| and| or| vs\.?| versus)+ (?:the |by )?"


def _listed(reading: Reading, slots: Slots, vocabulary: Vocabulary) -> Iterable[tuple[Unknown, Span]]:
    """Find "phone" in "phone vs chat": a kind of channel in a list with one that the file holds."""
    yield from _listed_places(reading, slots, vocabulary)
    found = [link.span for link in slots.links if link.name.field == "channel"]
    for start, end in found:  # grows while it is gone through: a list has more than two
        before = re.search(rf"([^\W_]+){_BESIDE}$", reading.low[:start])
        after = re.match(rf"{_BESIDE}([^\W_]+)", reading.low[end:])
        spans = [before.span(1)] if before else []
        spans += [(end + after.start(1), end + after.end(1))] if after else []
        for span in spans:
            word = reading.low[slice(*span)]
            if {word, stem(word)} & CHANNELS and span not in found:
                found.append(span)
                yield _unknown("channel", reading, span, vocabulary.channels)


def _listed_places(reading: Reading, slots: Slots, vocabulary: Vocabulary) -> Iterable[tuple[Unknown, Span]]:
    """Find "germany" in "uk vs germany": a place in a list with one that the file holds."""
    held = place_values(vocabulary.segments)
    for link in slots.links:
        after = re.match(_BESIDE, reading.low[link.span[1] :]) if link.name.target in held else None
        before = re.search(rf"((?:[^\W_]+ )?[^\W_]+){_BESIDE}$", reading.low[: link.span[0]])
        start = link.span[1] + after.end() if after else len(reading.low)
        rest = [token for token in reading.tokens if token.start >= start]
        for size in range(min(MOST_WORDS, len(rest)), 0, -1):
            if is_place(reading.low[start : rest[size - 1].end]):
                yield _unknown("place", reading, (start, rest[size - 1].end), held)
                break
        if before and link.name.target in held:
            names = (before[1], before[1].split(" ")[-1])
            if name := next((name for name in names if is_place(name)), None):
                yield _unknown("place", reading, (before.end(1) - len(name), before.end(1)), held)


def meant(unknown: Unknown, vocabulary: Vocabulary) -> Name | None:
    """Return the one value that holds an unknown word as a word of its own: "phone note" for "by phone"; else None."""
    held = {"channel": vocabulary.channels} if unknown.kind == "channel" else vocabulary.segments
    asked = words_of(unknown.asked)
    if unknown.kind not in ("channel", "segment") or len(asked) != 1:
        return None
    near = [(field, value) for field, values in held.items() if len(values) <= _SMALL for value in values
            if asked[0] in words_of(value)]  # fmt: skip
    return Name(kind="value", target=near[0][1], words=asked, field=near[0][0]) if len(near) == 1 else None


_SMALL = 60
"""Values of a column of which a word may tell one: of many, a word in common is chance."""


def _metrics(reading: Reading, vocabulary: Vocabulary) -> Found:
    names = [metric.name for metric in vocabulary.metrics]
    for match in re.finditer(_METRIC_PHRASE + r"\b", reading.low):
        yield _unknown("metric", reading, match.span(1), names)
    for at, token in enumerate(reading.tokens):
        following = reading.tokens[at + 1].word if at + 1 < len(reading.tokens) else ""
        verb = at > 0 and stem(reading.tokens[at - 1].word) in PEOPLE  # "why do customers churn"
        if token.word in METRICS and not verb and (following in STOP or not following.isalpha()):
            yield _unknown("metric", reading, (token.start, token.end), names)
