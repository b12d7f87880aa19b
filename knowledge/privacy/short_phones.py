"""Short phones: telephone numbers of four to eight digits, which only the words right before them tell.

Small countries, small towns and companies have numbers as short as an order number or a price, and some are written
like a date or like opening hours. So nothing is taken by its looks: a telephone word stands directly before it
("mobile: 40123", "my number is 622-1234", "ext. 4512"), or somebody is to be called there ("call me on 521 2345").
Longer numbers are the business of `phones`.
"""

import re
from collections.abc import Iterator

from knowledge.privacy.phones import AFTER, BETWEEN, CLOCK_BEFORE, DATE
from knowledge.privacy.spans import Span, ascii_digits

_RUN = re.compile(rf"(?<![\w$€£¥₹#@*%=&+])(?<!\d[.,:/-])\d(?:{BETWEEN}?\d){{2,7}}(?!\d|{BETWEEN}\d)")
_THING = (
    r"(?:tele)?phone|tel|tele?f[oóò]n[oe]?|t[eé]l[eé]phone|t[eé]l|mobile|mob|m[oó]vil|celular|cell(?:phone)?|handy"
    r"|portable|fax|sms|whats ?app|viber|hotline|helpline|landline|voicemail|switchboard|contact(?=\W{0,2}[:=])"
)
_WHOSE = r"(?:my|his|her|our|their|your)(?: (?:new|old|own|work|home|other|office))?"
_LINK = r"(?:[\s=.,(-]{0,3}\b(?:is|was|now|still|at|on|under|it's)\b){1,2}"
_END = r"[\s:=.,(-]{0,3}\Z"
_NUMBERED = re.compile(
    rf"(?<![\w\[])(?:(?:{_THING})\W{{0,2}}(?:number|nummer|no|nr|num|n[uú]mero)\b|{_WHOSE} (?:number|no)\b"
    rf"|telefonnummer)(?:{_LINK})?{_END}",
    re.IGNORECASE,
)
_NAMED = re.compile(rf"(?<![\w\[])(?:{_THING})(?P<marked>\.? ?[:=]|{_LINK})?{_END}", re.IGNORECASE)
_INNER = re.compile(r"(?<![\w\[])(?:ext|extn|extension)\b[\s.:#]{0,3}(?:(?:is|at) )?\Z", re.IGNORECASE)
_CALLED = re.compile(
    r"(?<![\w\[])(?:(?:call|ring|phone|dial|text|reach|contact|whats ?app) (?:me|us|him|her|them)(?: back)?(?: again)?"
    r"|(?:call|ring|phone|call back|reached))[ ,]{1,2}(?:at|on|under|via)\W{1,2}\Z",
    re.IGNORECASE,
)
_DIALLED = re.compile(
    r"(?<![\w\[])(?:call(?:ed|ing)?|dial(?:l?ed|l?ing)?|rang|ring|phoned|(?:tele)?fax) \Z", re.IGNORECASE
)
_LOOKS_TIMED = re.compile(r"(?:[01]?\d|2[0-3])[.\- ]?[0-5]\d|.*(?:19|20)\d\d")
_LOCAL = re.compile(r"\d{3}[-. ]\d{4}")
_HOURS = re.compile(r"(?:\d?\d(?:00|15|30|45))\W\d\d(?:00|15|30|45)")
_YEAR = re.compile(r"(?:19[5-9]|20[0-3])\d")
_UNITS = re.compile(
    r"\W{0,2}(?:mah|rs|rupees|euros?|words|lines|calls?|min(?:ute)?s?|seconds|secs?|am|pm|p\.m|a\.m|o'?clock|customers"
    r"|agents|percent|only|worth|per|each|of|more|other|in total|stars|feet|ft|meters|metres|steps|pages)\b|\W{0,2}/-",
    re.IGNORECASE,
)
_REACH = 40
"""How many characters before a number are looked at; the words must end right before it."""


def find(text: str) -> Iterator[Span]:
    """Yield short telephone numbers, without the words that announce them."""
    for run in _RUN.finditer(text):
        before = text[max(0, run.start() - _REACH) : run.start()]
        if CLOCK_BEFORE.search(before) or AFTER.match(text, run.end()) or _UNITS.match(text, run.end()):
            continue
        if _is_announced(before, run.group(), len(ascii_digits(run.group()))):
            yield Span(start=run.start(), end=run.end(), kind="phone")


def _is_announced(before: str, written: str, digits: int) -> bool:
    """Say whether the words before a number make it one to dial; the fewer its digits, the plainer they must be."""
    if _YEAR.fullmatch(written):
        return False
    if _INNER.search(before):
        return digits <= 6 and written.isdecimal()
    if digits < 4:
        return False
    if _NUMBERED.search(before):
        return True
    if named := _NAMED.search(before):
        return bool(named["marked"]) or (digits >= 6 and not written.endswith("000") and not DATE.fullmatch(written))
    if (_LOOKS_TIMED.fullmatch(written) or DATE.fullmatch(written)) and not _is_local(written):
        return False
    dialled = digits >= 5 and not written.endswith("000") and _DIALLED.search(before)
    return bool(dialled or _CALLED.search(before))


def _is_local(written: str) -> bool:
    """Say whether a number is written as within a town (622-1234), and not like opening hours (830-1730)."""
    return bool(_LOCAL.fullmatch(written)) and not _HOURS.fullmatch(written)
