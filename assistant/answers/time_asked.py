"""Whether a question asks for an extreme over time, or whether a target ever was met: read from its words."""

import re
from typing import Literal

End = Literal["best", "worst", "highest", "lowest"]
Aim = Literal["met", "missed"]

_WORDS: tuple[tuple[End, str], ...] = (
    ("best", r"best|strongest"),
    ("worst", r"worst|weakest|poorest"),
    ("highest", r"highest|max(?:imum)?|peak(?:ed|s)?|largest|biggest|greatest|(?:record|all[- ]time) high"),
    ("lowest", r"lowest|min(?:imum)?|smallest|bottom(?:ed)? out|(?:record|all[- ]time) low"),
)
_IN_TIME: tuple[tuple[End, str], ...] = (("highest", "most|busiest|loudest"), ("lowest", "least|fewest|quietest"))
"""Words that ask for an end only where a stretch of time is asked for: "what customers like most" is no course."""
_TIME = re.compile(
    r"\b(?:which|what|best|worst|strongest|weakest|poorest|highest|lowest|busiest|loudest|quietest|record|peak)"
    r" (?:single )?(?:days?|weeks?|months?|quarters?|years?)\b"
    r"|^\W*(?:(?:so|and|ok|hey|hi) )*(?:when|in which|in what)\b"
)
_OTHER = re.compile(
    r"\b(?:which|what|whose) (?!(?:is|was|were|are|did|has|had)\b)(?:\w+ ){1,3}?"
    r"(?:has|have|had|is|are|was|got|gets?|scores?|shows?|with)\b"
    r"|\b(?:who|whom|where|stages?|phases?|regions?|segments?|plans?|channels?|countr\w+|compare\w*|vs|versus|ways?)\b"
)
"""Whoever names something else than a time asks which of these stands highest now."""
_AIM = re.compile(
    r"^(?:\W*(?:so|and|ok|hey|hi)\b)*\W*"
    r"(?:did|have|has|was|were|had|do|does|how (?:often|many)|which|what|in which|when)\b"
    r"[^.?!]*?\b(hit|met|meet|reach\w*|achiev\w*|beat\w*|made|above|on|within|miss\w*|below|short|fail\w*)\b"
    r"[^.?!]*\b(?:targets?|goals?)\b"
)
_EVER = re.compile(
    r"\bever\b|\b(?:any|all|each|every|which|what|how many) (?:days?|weeks?|months?|quarters?|years?)\b|\bhow often\b"
    r"|\bany ?time\b|\bat any point\b|\b(?:this|last|past|the) (?:whole |calendar )?(?:year|quarter|(?:\w+ )?months)\b"
)
_MISSED = ("miss", "below", "short", "fail")
_BY = re.compile(
    r"\b(?:which|what|any|many|every|each|best|worst|strongest|weakest|highest|lowest) (month|quarter|year)s?\b"
)


def ends_of(text: str) -> list[End]:
    """Return which ends of a course are asked for, in the order of the words; none where no extreme in time is.

    >>> ends_of("which month had the best NPS?"), ends_of("which stage has the best NPS?")
    (['best'], [])
    """
    low = text.lower()
    timed = bool(_TIME.search(low))
    if not timed and _OTHER.search(low):
        return []
    looked = (*_WORDS, *(_IN_TIME if timed else ()))
    found = {end: m.start() for end, pattern in looked if (m := re.search(rf"\b(?:{pattern})\b", low))}
    return sorted(found, key=lambda end: found[end])


def timed_ends_of(text: str) -> list[End]:
    """Return the ends that are asked for together with a stretch of time ("which month …"); else none."""
    return ends_of(text) if _TIME.search(text.lower()) else []


def aim_of(text: str) -> Aim | None:
    """Return whether somebody asks if a target ever was met, or missed, over several values; else None.

    >>> aim_of("did we ever hit the churn target?"), aim_of("what is our churn target?")
    ('met', None)
    """
    low = text.lower()
    found = _AIM.search(low)
    if found is None or not _EVER.search(low):
        return None
    return "missed" if found[1].startswith(_MISSED) else "met"


def stretch_of(text: str) -> str:
    """Return by which stretches to look: "month", "quarter" or "year" where it is asked for, else "value"."""
    asked = _BY.search(text.lower())
    return asked[1] if asked else "value"


_AWAY = re.compile(
    r"^\W*(?:(?:so|and|ok|hey|hi) )*(?:which|what|list|show(?: me)?|name|any|are there any|have any|did any) [^.?!]*"
    r"\b(?:problems?|issues?|complaints?|pains?|pain points|troubles?|themes?|topics?|things?)\b[^.?!]*"
    r"\b(?:gone(?: away| quiet)?|go(?:es)? away|went away|disappear\w*|vanish\w*|stopped|died down"
    r"|been (?:resolved|solved|fixed)|are (?:over|resolved|solved|fixed))\b"
    r"|\bwhat (?:has|have|did|'s) (?:customers |people )?"
    r"(?:gone away|go away|gone quiet|disappeared|stopped complaining)\b"
    r"|\bwhat (?:has )?(?:went|gone) (?:away|quiet)\b"
)
_STILL = re.compile(
    r"\b(?:never|not|won't|don't|doesn't|haven't|hasn't|didn't)\b[^.?!]{0,12}\b(?:gone?|go|disappear|stop)\w*"
)


def went_away(text: str) -> bool:
    """Return whether a question asks which problems have gone away; not which never do.

    >>> went_away("which problems have gone away?"), went_away("which problems never go away?")
    (True, False)
    """
    low = text.lower()
    return bool(_AWAY.search(low)) and not _STILL.search(low)
