"""Limits and ratings: the numbers of a question that are neither dates nor counts."""

import re
from dataclasses import dataclass

from assistant.questions.calendar import NUMBERS, number
from assistant.questions.reading import Span

MOST = 20
_N = (
    r"(\d{1,4}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|a couple of|couple of"
    r"|a few|few)"
)
_THINGS = (
    r"(?:biggest|largest|most|main|top|worst|best|key|major|recent|latest|newest|common|commonest|important|typical"
    r"|good|bad|real|random|more|other|representative|different|short|negative|positive|critical|angry|happy|greatest"
    r"|leading|quotes?|examples?|verbatims?|comments?|reviews?|issues?|problems?|complaints?|themes?|topics?|pains?"
    r"|reasons?|drivers?|things?|customers?|users?|clients?|people|testimonials?|frustrations?|messages|snippets?|voices|statements?)"
)
_LIMITS = tuple(
    re.compile(pattern)
    for pattern in (
        r"\b(?:top|first|best|worst|max(?:imum)?(?: of)?|limit(?: of| to|:| =)?|up to|at most|no more than|just|only)"
        rf" ?{_N}\b(?! ?(?:stars?|out of|points?\b|%|percent))",
        rf"(?<!than )(?<!rated )\b{_N} (?={_THINGS}\b)(?!pain in)",
        r"\btop-(\d{1,3})\b",
        rf"\b(?:give|show|get|send|find|pick|list|read) (?:me |us )?{_N}"
        r"(?= (?:from|of|by|in|on|about|that|who|for|with)\b)",
    )
)
_ONE = re.compile(r"\b(?:(?:an?|one|single) (?:single )?(?:quote|example|verbatim|comment|testimonial))\b")
_ALL = re.compile(
    r"\b(?:all|every|every single) (?:the |of the )?"
    r"(?:quotes?|examples?|verbatims?|comments?|complaints|themes|pain points)\b"
)

_R = r"(\d(?:[.,]\d)?|one|two|three|four|five|six|seven|eight|nine|ten)"
_LESS, _MORE = (
    r"(?:below|under|less than|lower than|worse than|fewer than|<)",
    r"(?:above|over|more than|higher than|better than|>)",
)
_STARS = r"[- ]?stars?\b"
_RATED = r"\b(?:ratings?|rated|scored|stars?|scores?|score)"
_RATINGS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (rf"\b(?:between )?{_R} ?(?:-|to|and|or) ?{_R}{_STARS}", "range"),
        (rf"{_RATED} (?:of |from |between )*{_R} ?(?:-|to|and|or) ?{_R}\b", "range"),
        (rf"\b{_R}(?:{_STARS})? ?(?:stars? )?(?:or|and) (?:less|lower|below|fewer|under|worse|down)\b", "at most"),
        (rf"\b{_R}(?:{_STARS})? ?(?:stars? )?(?:or|and) (?:more|higher|above|over|better|up)\b", "at least"),
        (rf"{_RATED} (?:of |at |is |are |was |were )*{_LESS} {_R}(?:{_STARS})?", "below"),
        (rf"{_RATED} (?:of |at |is |are |was |were )*{_MORE} {_R}(?:{_STARS})?", "above"),
        (rf"\b{_LESS} {_R}{_STARS}", "below"),
        (rf"\b{_MORE} {_R}{_STARS}", "above"),
        (rf"{_RATED} (?:of |at |is |are |was |were )*(?:at least|>=) {_R}(?:{_STARS})?", "at least"),
        (rf"{_RATED} (?:of |at |is |are |was |were )*(?:at most|<=|up to) {_R}(?:{_STARS})?", "at most"),
        (rf"\b(?:at least) {_R}{_STARS}", "at least"),
        (rf"\b(?:at most|up to) {_R}{_STARS}", "at most"),
        (rf"\b{_R}{_STARS}(?: (?:reviews?|ratings?|feedback|comments?))?", "exactly"),
        (rf"{_RATED} (?:us |it |as |of |at |with )*(?:an? )?{_R}\b(?! (?:times|months|weeks))", "exactly"),
    )
)
HIGHEST = 100.0
_STEP = 0.01
"""Just beside a bound that is not meant itself: ratings have at most two decimals."""


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """A limit (1..20) and a rating as a closed interval on the source's own scale; None where not said."""

    limit: int | None = None
    rating: tuple[float, float] | None = None
    limit_spans: tuple[Span, ...] = ()
    rating_spans: tuple[Span, ...] = ()


def find_numbers(low: str) -> Numbers:
    """Return limit and rating of a lower-case text in which dates are already blanked."""
    rating, rating_spans = _rating(low)
    for start, end in rating_spans:
        low = low[:start] + " " * (end - start) + low[end:]
    limit, limit_spans = _limit(low)
    return Numbers(limit=limit, rating=rating, limit_spans=limit_spans, rating_spans=rating_spans)


def _limit(low: str) -> tuple[int | None, tuple[Span, ...]]:
    for pattern in _LIMITS:
        match = pattern.search(low)
        if match and (value := number(match[1])):
            return max(1, min(MOST, value)), ((match.start(), match.end()),)
    if match := _ONE.search(low):
        return 1, (match.span(),) if match.group().startswith("single") else ()
    if _ALL.search(low):
        return MOST, ()
    return None, ()


def _rating(low: str) -> tuple[tuple[float, float] | None, tuple[Span, ...]]:
    for pattern, kind in _RATINGS:
        if match := pattern.search(low):
            values = sorted(_value(group) for group in match.groups())
            return _interval(kind, values[0], values[-1]), (match.span(),)
    return None, ()


def _interval(kind: str, low: float, high: float) -> tuple[float, float]:
    return {
        "range": (low, high),
        "exactly": (low, low),
        "at most": (0.0, low),
        "at least": (low, HIGHEST),
        "below": (0.0, max(0.0, low - _STEP)),
        "above": (low + _STEP, HIGHEST),
    }[kind]


def _value(word: str) -> float:
    return float(NUMBERS[word]) if word in NUMBERS else float(word.replace(",", "."))
