"""The topic: what is left of a question when its intent and its slots are taken out, in the user's own words."""

import re

from assistant.questions.reading import Reading, Span, Token, overlaps
from assistant.questions.words import FUNCTION, SOFT, STOP

_MARKERS = (
    re.compile(
        r"\b(?:about|regarding|concerning|mention(?:s|ed|ing)?|related to|relating to|with respect to|when it comes to"
        r"|on the (?:topic|subject) of|around|having to do with|in terms of)\b"
    ),
    re.compile(
        r"\b(?:(?:think|thought|thinks|say|said|make|made|opinions?|views?) of"
        r"|(?:feedback|comments?|quotes?|reviews?|opinions?|thoughts?|verbatims?|voices?|views?|praise|complaints?|problems?"
        r"|issues?|trouble|happy|unhappy|satisfied|examples?|gripes?|frustrations?|struggl\w+|frustrated|annoyed|upset|wrong"
        r"|difficulties|dissatisfied|angry|details?) (?:on|with|of)"
        r"|(?:feedback|comments?|quotes?|reviews?) (?:from|by) [^.?!,;]{1,30}? on)\b"
    ),
)
"""Words that introduce a topic, the surest first."""
_END = re.compile(r"[.?!;:]|,(?! ?\d)")
_BLAND = SOFT | {"new", "good", "bad", "best", "worst", "latest", "recent"}
_TIMES = frozenset(
    [
        "whole",
        "entire",
        "all",
        "year",
        "month",
        "quarter",
        "week",
        "day",
        "time",
        "period",
        "past",
        "years",
        "months",
        "weeks",
        "days",
    ]
)
LONGEST = 12
"""Words of a topic; what is longer is a story, of which the first words are taken."""


def find_topic(reading: Reading, taken: list[Span], *, anywhere: bool = True) -> str | None:
    """Return the topic of a reading whose slots stand at the spans `taken`; None where nothing is left.

    After a marker ("about", "mentioning" …) any content word counts up to the end of the clause; elsewhere only
    words that neither ask nor frame and, unless `anywhere`, only before "problems" and the like.
    """
    for markers, bland in zip(_MARKERS, (_BLAND, _BLAND | _TIMES), strict=True):
        for marker in markers.finditer(reading.low):
            inside = overlaps((marker.end() - 1, marker.end()), taken)
            topic = None if inside else _clause(reading, marker.end(), taken, bland)
            if topic:
                return topic
    if topic := _quoted(reading, taken) or _leading(reading, taken):
        return topic
    if anywhere:
        return _remainder(reading, taken)
    searches = (_of_problems, _placed, _faring, _heading)
    return next((topic for search in searches if (topic := search(reading, taken))), None)


_FRAMING = re.compile(
    r"\bbrand[- ]new\b|\bfollow(?: suit)?\W*$|\b(?:hit|hurt|affected) (?:the )?(?:most|hardest|worst|least)\b"
)
_HOLIDAY = re.compile(
    r"\b(?:over |at |during |around |for )?(?:the )?(?:xmas|christmas|easter|new year'?s?|thanksgiving|black friday"
    r"|cyber monday"
    r"|ramadan|eid|diwali|hanukkah|halloween|the holidays?|holidays)\b"
)


def find_framing(reading: Reading, *, dated: bool) -> tuple[Span, ...]:
    """Return what frames a question and is no subject of it; so does a holiday where the days are `dated` beside it."""
    found = [match.span() for match in _FRAMING.finditer(reading.low)]
    return (*found, *(match.span() for match in _HOLIDAY.finditer(reading.low) if dated and not _meant(reading, match)))


def _meant(reading: Reading, match: re.Match[str]) -> bool:
    """Whether a holiday is a subject after all: "about the christmas box"."""
    after = next((token for token in reading.tokens if token.start >= match.end()), None)
    joined = after and reading.low[match.end() : after.start] == " " and after.word not in STOP
    return bool(joined) or any(marker.search(reading.low[: match.start()]) for marker in _MARKERS)


_LEFT_OUT = re.compile(
    r"\b(?:(?:(?:that|which) (?:are|is|were) )?(?:not|nothing|unrelated to)"
    r" (?:about|regarding|related to|to do with|concerning)"
    r"|except(?: for| about)?|excluding|other than|apart from|aside from|ignoring|leaving out"
    r"|but not(?: about)?) (?:the |our )?"
    r"|(?<=[\w\"'], )(?:and |but )?not (?:about |the |our |just |only )*"
    r"(?!(?:in|from|at|by|for|since|so|yet|really|a)\b)"
)


def find_left_out(reading: Reading, taken: list[Span]) -> list[tuple[str, Span]]:
    """Return the topics that are left out ("not about price"), each with the span that says so."""
    found = []
    for match in _LEFT_OUT.finditer(reading.low):
        rest = [token for token in reading.tokens if token.start >= match.end()]
        if not rest or rest[0].start != match.end() or overlaps((rest[0].start, rest[0].end), taken):
            continue
        run = _runs(reading, rest, taken)[0]
        end = next((i for i, token in enumerate(run) if token.word in _GO_ON), len(run))
        content = _trimmed(run[:end], SOFT)
        if any(token.word not in STOP for token in content):
            found.append((_said(reading, content), (match.start(), content[-1].end)))
    return found


_GO_ON = frozenset(("in", "at", "during", "from", "by", "since", "for", "what", "which", "how", "that", "who"))


def _clause(reading: Reading, start: int, taken: list[Span], bland: frozenset[str]) -> str | None:
    """Return the content after a marker: the first run of words, not all of them bland, before a slot or its end."""
    rest = [token for token in reading.tokens if token.start >= start]
    for run in _runs(reading, rest, taken):
        content = _trimmed(_before_course(run), SOFT)
        if any(token.word not in bland for token in content):
            return _said(reading, content)
    return None


_COURSE = frozenset(("changed", "developed", "evolved", "trended", "improved", "worsened"))


def _before_course(run: list[Token]) -> list[Token]:
    """Cut before what is asked of the topic: "the delivery being late changed over time"."""
    end = next((at for at, token in enumerate(run) if at and token.word in _COURSE), len(run))
    return run[:end]


def _remainder(reading: Reading, taken: list[Span]) -> str | None:
    """Return all that neither asks nor frames, where no marker introduces it."""
    runs = _runs(reading, list(reading.tokens), taken)
    parts = [_trimmed(part, STOP) for run in runs for part in _around_turning(run)]
    kept = [_said(reading, part) for part in parts if part]
    return " ".join(kept) or None


def _of_problems(reading: Reading, taken: list[Span]) -> str | None:
    """Return the subject in "delivery problems", "missing ingredient complaints"."""
    for run in _runs(reading, list(reading.tokens), taken):
        for at, token in enumerate(run):
            if not _PROBLEMS.fullmatch(token.word):
                continue
            start = at
            while start > 0 and run[start - 1].word not in STOP and at - start < 3:
                start -= 1
            if start < at:
                return _said(reading, run[start:at])
    return None


_TURNING = frozenset(("getting", "becoming", "become", "got", "gotten"))


def _around_turning(run: list[Token]) -> list[list[Token]]:
    """Part a run where something turns into something: "lounges getting more crowded" is of crowded lounges."""
    at = next((i for i, token in enumerate(run) if token.word in _TURNING), None)
    return [run] if at is None else [run[:at], run[at + 1 :]]


_PLACED = re.compile(r"\b(?:in|with|at|during|for|of|on|after|when) (?:(?:the|our|their|my|a|an) )*")


def _placed(reading: Reading, taken: list[Span]) -> str | None:
    """Return what stands in the place of a stage and is none ("what hurts in delivery"): it must not be passed over."""
    for match in _PLACED.finditer(reading.low):
        following = [token for token in reading.tokens if token.start >= match.end()]
        if not following or following[0].start > match.end() or following[0].word in STOP | _BLAND:
            continue
        if not overlaps((following[0].start, following[0].end), taken):
            run = _trimmed(_runs(reading, following, taken)[0], STOP)
            return _said(reading, run) if run else None
    return None


_FARING = re.compile(
    r"\bhow(?:'s| is| are| was| were| did| does| do| has| have) (?:(?:the|our|their|my) )*"
    r"([^.?!,;:]{3,60}?) (?:been )?(?:doing|do|perform(?:ing|ed)?|faring|fare|looking|going|go|coming along)\b"
)


def _faring(reading: Reading, taken: list[Span]) -> str | None:
    """Return what is asked how it is doing, where that is no stage: "how is checkout doing?" is not of everything."""
    found = _FARING.search(reading.low)
    if not found or overlaps(found.span(1), taken):
        return None
    run = [token for token in reading.tokens if found.start(1) <= token.start and token.end <= found.end(1)]
    content = _trimmed(run, STOP)
    return _said(reading, content) if any(token.word not in _BLAND for token in content) else None


_HEADING = re.compile(r"^([^.?!,;:]{3,40}?) (?:in|at|during) ")


def _heading(reading: Reading, taken: list[Span]) -> str | None:
    """Return what alone heads half a sentence ("stock levels in use last quarter"): no question about everything."""
    found = _HEADING.match(reading.low)
    run = [token for token in reading.tokens if found and token.end <= found.end(1)]
    if not found or not overlaps((found.end(), found.end() + 1), taken) or overlaps(found.span(1), taken):
        return None
    return _said(reading, _trimmed(run, STOP)) if run and run[0].word not in STOP | _BLAND else None


_PROBLEMS = re.compile(r"(?:problem|issue|complaint|trouble|frustration|concern|gripe|error|difficultie)s?")


_LEADING = re.compile(
    r"^(?:(?:and|so|ok|re|regarding) )*([^,:;?!.]{3,40}?)(?: - | – |[,:;?!.] )"
    r"(?=(?:what|how|which|who|why|where|when|is|are|any|do|does|did|show|tell|give|has|have)\b)"
)
_GREETED = frozenset(("hi", "hey", "hello", "dear", "morning", "thanks", "thank", "question", "team", "sorry", "yo"))


def _leading(reading: Reading, taken: list[Span]) -> str | None:
    """Return what is named before the question itself: "wifi, what's bad there?"."""
    found = _LEADING.match(reading.low)
    if not found or overlaps(found.span(1), taken):
        return None
    run = [token for token in reading.tokens if found.start(1) <= token.start and token.end <= found.end(1)]
    if any(token.word in _GREETED for token in run) or not 0 < len(run) <= _FEW_WORDS:
        return None
    content = _trimmed(run, STOP)
    return _said(reading, content) if content else None


_FEW_WORDS = 4


def _quoted(reading: Reading, taken: list[Span]) -> str | None:
    """Return what stands in quotation marks: the user has said which words are meant."""
    for match in re.finditer(r"\"([^\"]{2,80})\"", reading.low):
        if not overlaps(match.span(), taken):
            return reading.said(match.span(1)) or None
    return None


def _runs(reading: Reading, tokens: list[Token], taken: list[Span]) -> list[list[Token]]:
    """Part tokens into runs that no slot and no end of a clause interrupts."""
    runs: list[list[Token]] = [[]]
    for token in tokens:
        between = reading.low[runs[-1][-1].end : token.start] if runs[-1] else ""
        if overlaps((token.start, token.end), taken):
            runs.append([])
            continue
        if runs[-1] and _END.search(between):
            runs.append([])
        runs[-1].append(token)
    return [run for run in runs if run]


def _trimmed(run: list[Token], stop: frozenset[str]) -> list[Token]:
    """Drop words of `stop` from both ends; a run of nothing else is empty."""
    words = list(run)
    while words and words[0].word in stop:
        words.pop(0)
    while words and words[-1].word in stop:
        words.pop()
    if stop is STOP:
        words = _first_phrase(words)
    return words[:LONGEST]


def _first_phrase(words: list[Token]) -> list[Token]:
    """Cut where asking words come back: "refunds did customers mention" is about refunds."""
    for at, token in enumerate(words):
        if token.word in STOP and token.word not in FUNCTION:
            return _trimmed(words[:at], STOP) or _trimmed(words[at:], STOP)
    return words


def _said(reading: Reading, words: list[Token]) -> str:
    return reading.text[words[0].at : words[-1].until]
