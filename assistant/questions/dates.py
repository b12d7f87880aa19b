"""Dates in words: single expressions of time ("Q3", "3 May", "past six weeks") become days.

`find` returns them in reading order without overlap; `periods.py` joins them into periods and baselines.
An expression without a year is the most recent one that has begun (`Spell.at` can move it to another year).
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from assistant.questions.calendar import (
    MONTHS,
    NUMBERS,
    ORDINALS,
    WEEKDAYS,
    Calendar,
    Days,
    Spell,
    ahead,
    month_days,
    number,
    one_day,
    quarter_of,
    recent,
    rolling,
    unit_days,
)
from knowledge.periods import shift_months

_M = (
    r"(?P<m>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_Y = r"(?P<y>(?:19|20)\d\d)"
_YEAR_OR_LAST = r"(?P<y>(?:19|20)\d\d|last year|this year)"
_ORDINAL = "first|1st|second|2nd|third|3rd|fourth|4th"
_D = r"(?P<d>\d{1,2})(?:st|nd|rd|th)?"
_N = r"(?P<n>\d{1,3}|" + "|".join(sorted((re.escape(w) for w in NUMBERS), key=len, reverse=True)) + ")"
_N_OR_A = _N.replace("(?P<n>", "(?P<n>an?|")
_UNIT = r"(?P<u>day|week|fortnight|month|quarter|half|year)"
_WHICH = r"(?P<w>this|current|last|previous|prior|preceding|past|next|coming)"
# A month whose name is a word of its own needs a sign that time is meant.
_SIGN = (
    r"(?:in|since|until|till|before|after|during|of|from|to|through|between|last|this|next|early|late|mid|vs|versus"
    r"|than|for|by|end of)"
)
_LISTED = re.compile(r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* ?(?:and|&|or|,|-|vs\.?|with) ?$")

_LISTS = re.compile(r" ?(?:to|and|&|-|until|through|or|vs\.?) ?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)")


def find(text: str, calendar: Calendar, original: str | None = None) -> list[Spell]:
    """Return the expressions of time in a lower-case text, in order; `original` is the same text with capitals."""
    found: list[Spell] = []
    if any(int(match[1]) > 12 >= int(match[0]) for match in _SLASHED.findall(text)):
        calendar = replace(calendar, month_first=True)  # one date that can only be American tells of all
    for pattern, build in _RULES:
        for match in pattern.finditer(text):
            if any(match.start() < s.span[1] and s.span[0] < match.end() for s in found):
                continue
            spell = _built(build, match, calendar, original)
            if spell:
                found.append(spell)
    return sorted(found, key=lambda s: s.span)


_SLASHED = re.compile(r"\b(\d{1,2})/(\d{1,2})/(?:\d{4}|\d\d)\b")
Build = Callable[[re.Match[str], Calendar, str | None], Spell | None]


def _built(build: Build, match: re.Match[str], calendar: Calendar, original: str | None) -> Spell | None:
    try:
        return build(match, calendar, original)
    except (ValueError, OverflowError):  # 31 February, or a year before our calendar
        return Spell(span=match.span(), days=None, grain="none")


def _month(name: str) -> int:
    return MONTHS.index(name[:3]) + 1


def _year(text: str) -> int:
    digits = text.strip("'")
    return int(digits) + 2000 if len(digits) == 2 else int(digits)


def _spoken_year(text: str | None, c: Calendar) -> str | None:
    """Return a year's digits where it was said as "last year", "this year" or "the year"."""
    if text in ("last year", "this year", "the year"):
        return str(c.as_of.year - (text == "last year"))
    return text


def _floating(match: re.Match[str], at: Callable[[int], Days], year: str | None, grain: str, c: Calendar) -> Spell:
    if year:
        return Spell(span=match.span(), days=at(_year(year)), grain=grain)
    return Spell(span=match.span(), days=recent(at, c), grain=grain, at=at)


def _iso(match: re.Match[str], c: Calendar, _: str | None) -> Spell:
    return Spell(span=match.span(), days=one_day(date(int(match["y"]), int(match["mm"]), int(match["d"]))), grain="day")


def _slashed(match: re.Match[str], c: Calendar, _: str | None) -> Spell:
    first, second = int(match["a"]), int(match["b"])
    month_first = second > 12 or (c.month_first and first <= 12)
    month, day = (first, second) if month_first else (second, first)
    return Spell(span=match.span(), days=one_day(date(_year(match["yy"]), month, day)), grain="day")


def _day_month(match: re.Match[str], c: Calendar, _: str | None) -> Spell:
    month, day = _month(match["m"]), int(match["d"])
    return _floating(match, lambda year: one_day(date(year, month, day)), match["y"], "day", c)


def _day_range(match: re.Match[str], c: Calendar, _: str | None) -> Spell:
    month, first, last = _month(match["m"]), int(match["a"]), int(match["d"])
    return _floating(
        match, lambda year: (date(year, month, first), one_day(date(year, month, last))[1]), match["y"], "days", c
    )


def _month_year(match: re.Match[str], c: Calendar, _: str | None) -> Spell:
    month = _month(match["m"])
    year = _spoken_year(match["y"], c)
    return Spell(span=match.span(), days=month_days(_year(str(year)), month), grain="month")


def _iso_month(match: re.Match[str], c: Calendar, _: str | None) -> Spell:
    return Spell(span=match.span(), days=month_days(int(match["y"]), int(match["mm"])), grain="month")


def _stands_apart(match: re.Match[str]) -> bool:
    """Whether a month stands between marks, or alone: "number of e-mails, march"."""
    before, after = match.string[: match.start("m")].rstrip(), match.string[match.end("m") :].lstrip()
    return (not before or before[-1] in ",;:(-/") and (not after or after[0] in ",;:)-/?.!")


def _month_range(match: re.Match[str], c: Calendar, _: str | None) -> Spell:
    """Return "nov-jan": whole months, the second after the first."""
    first, last = _month(match["a"]), _month(match["m"])

    def at(year: int) -> Days:
        return month_days(year - (last < first), first)[0], month_days(year, last)[1]

    if match["y"]:
        return Spell(span=match.span(), days=at(_year(match["y"])), grain="days")
    year = c.as_of.year - (date(c.as_of.year, last, 1) > c.as_of)
    return Spell(span=match.span(), days=at(year), grain="days", at=at)


_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}


def _season(match: re.Match[str], c: Calendar, _: str | None) -> Spell:
    """Return a meteorological season of the northern hemisphere: three whole months; winter by the year it begins."""
    month, year = _SEASONS[match["season"]], match["y"]
    span = (match.start("w") if match["w"] else match.start("season"), match.end())
    at: Callable[[int], Days] = lambda year: month_days(year, month, 3)  # noqa: E731 - a closure with a type
    days = at(int(year)) if year else recent(at, c)
    if match["w"] == "last" and days[1] > c.as_of:
        days = at(days[0].year - 1)
    return Spell(span=span, days=days, grain="days", at=None if year or match["w"] else at)


def _bare_month(match: re.Match[str], c: Calendar, original: str | None) -> Spell | None:
    name, sign = match["m"], match["sign"]
    capital = original is not None and original[match.start("m")].isupper() and match.start("m") > 0
    listed = _LISTED.search(match.string[: match.start()]) or _LISTS.match(match.string[match.end() :])
    if name in ("may", "mar", "march") and not (sign or capital or listed or _stands_apart(match)):
        return None
    month = _month(name)
    span = match.span("m")
    at: Callable[[int], Days] = lambda year: month_days(year, month)  # noqa: E731 - a closure with a type
    days = recent(at, c)
    if sign == "last" and days[1] > c.as_of:
        return Spell(span=match.span(), days=at(days[0].year - 1), grain="month")
    if sign in ("last", "this"):
        return Spell(span=match.span(), days=days, grain="month")
    if sign == "next":
        return Spell(span=match.span(), days=at(days[0].year + 1), grain="month")
    return Spell(span=span, days=days, grain="month", at=at)


def _quarter(match: re.Match[str], c: Calendar, _: str | None) -> Spell:
    said = match["q"]
    quarter = ORDINALS.get(said) or int(said)
    if not 1 <= quarter <= 4:
        raise ValueError("a year has four quarters")
    year = match["y"] or match.groupdict().get("yy")
    return _floating(match, quarter_of(c, quarter), _spoken_year(year, c), "quarter", c)


def _half(match: re.Match[str], c: Calendar, _: str | None) -> Spell:
    half = ORDINALS.get(match["h"]) or int(match["h"])
    return _floating(match, lambda y: month_days(y, 6 * half - 5, 6), _spoken_year(match["y"], c), "half", c)


def _fiscal_year(match: re.Match[str], c: Calendar, _: str | None) -> Spell:
    current = c.as_of.year + (1 if c.fiscal_start > 1 and c.as_of.month >= c.fiscal_start else 0)
    which = match["w"]
    year = _year(match["y"]) if match["y"] else current - (which in ("last", "previous", "prior"))
    first = quarter_of(c, 1)(year)[0]
    return Spell(span=match.span(), days=(first, shift_months(first, 12)), grain="fiscal year")


def _iso_week(match: re.Match[str], c: Calendar, _: str | None) -> Spell:
    week = int(match["n"])

    def at(year: int) -> Days:
        monday = date.fromisocalendar(year, week, 1)
        return monday, monday + timedelta(days=7)

    return _floating(match, at, match["y"], "week", c)


def _to_date(match: re.Match[str], c: Calendar, _: str | None) -> Spell:
    unit = {"y": "year", "q": "quarter", "m": "month", "w": "week"}[(match["u"] or match["s"] or match["t"])[0]]
    return Spell(span=match.span(), days=(unit_days(c, unit, 0)[0], one_day(c.as_of)[1]), grain="to date")


def _named_day(match: re.Match[str], c: Calendar, _: str | None) -> Spell:
    shift = {"today": 0, "yesterday": -1, "tomorrow": 1, "day before yesterday": -2}[match["t"]]
    return Spell(span=match.span(), days=one_day(c.as_of + timedelta(days=shift)), grain="day")


def _relative(match: re.Match[str], c: Calendar, _: str | None) -> Spell:
    which, unit = match["w"], match["u"]
    if which == "past" or unit == "fortnight":
        return Spell(span=match.span(), days=rolling(c, unit, 1), grain="rolling")
    shift = 0 if which in ("this", "current") else 1 if which in ("next", "coming") else -1
    return Spell(span=match.span(), days=unit_days(c, unit, shift), grain=unit)


def _relative_many(match: re.Match[str], c: Calendar, _: str | None) -> Spell:
    """Return "past six weeks": days, weeks and months roll back from today; quarters are whole and past."""
    count, unit, which = number(match["n"]), match["u"], match["w"]
    if count == 0:
        raise ValueError("no length")
    if which in ("next", "coming"):
        first = one_day(c.as_of)[1]
        return Spell(span=match.span(), days=(first, ahead(first, unit, count)), grain="rolling")
    if unit == "quarter" or (which in ("previous", "prior", "preceding") and unit != "day"):
        days = unit_days(c, unit, -count)[0], unit_days(c, unit, -1)[1]
    else:
        days = rolling(c, unit, count)
    return Spell(span=match.span(), days=days, grain="rolling")


def _weekday(match: re.Match[str], c: Calendar, _: str | None) -> Spell:
    back = (c.as_of.weekday() - WEEKDAYS.index(match["wd"])) % 7 or 7
    return Spell(span=match.span("wd"), days=one_day(c.as_of - timedelta(days=back)), grain="day")


def _ago(match: re.Match[str], c: Calendar, _: str | None) -> Spell:
    count = 1 if match["n"] in ("a", "an") else number(match["n"])
    unit = match["u"]
    if unit == "day":
        return Spell(span=match.span(), days=one_day(c.as_of - timedelta(days=count)), grain="day")
    return Spell(span=match.span(), days=unit_days(c, unit, -count), grain=unit)


def _bare_year(match: re.Match[str], c: Calendar, _: str | None) -> Spell | None:
    year = int(match["y"])
    return Spell(span=match.span("y"), days=month_days(year, 1, 12), grain="year")


_COUNTED = r"(?:%|percent|customers?|people|users?|times|complaints?|reviews?|euros?|dollars?|pieces)"
_RULES: tuple[tuple[re.Pattern[str], Build], ...] = tuple(
    (re.compile(pattern), build)
    for pattern, build in (
        (r"\b(?P<y>\d{4})[-/](?P<mm>\d{1,2})[-/](?P<d>\d{1,2})\b", _iso),
        (r"\b(?P<a>\d{1,2})[./](?P<b>\d{1,2})[./](?P<yy>\d{4}|\d\d)\b", _slashed),
        (rf"\b(?P<a>\d{{1,2}})(?:st|nd|rd|th)? ?(?:-|to|until) ?{_D} (?:of )?{_M}\b\.?(?:,? {_Y}\b)?", _day_range),
        (rf"\b{_M} (?P<a>\d{{1,2}})(?:st|nd|rd|th)? ?(?:-|to) ?{_D}\b(?:,? {_Y}\b)?", _day_range),
        (rf"\b{_D}(?: of)? {_M}\b\.?(?:,? {_Y}\b)?", _day_month),
        (rf"\b{_M}\.? (?:the )?{_D}\b(?:,? {_Y}\b)?", _day_month),
        (rf"\b{_M}\.?,? ?(?:of |-|/)? ?{_YEAR_OR_LAST}\b", _month_year),
        (rf"\b{_M}[ /-](?P<y>'\d\d)\b", _month_year),
        (r"\b(?P<y>(?:19|20)\d\d)-(?P<mm>\d\d)\b(?!-?\d)", _iso_month),
        (r"\b(?P<mm>\d{1,2})/(?P<y>(?:19|20)\d\d)\b", _iso_month),
        (r"\b(?P<y>(?:19|20)\d\d)[ /-]?q(?P<q>\d)\b", _quarter),
        (rf"\bq ?(?P<q>\d)(?:[ /-]?(?:of )?{_YEAR_OR_LAST}\b|[ /-]?(?P<yy>'\d\d)\b)?(?![\d/])", _quarter),
        (r"\bq(?P<q>\d)[/-](?P<y>\d\d)\b", _quarter),
        (rf"\b(?P<q>{_ORDINAL}|last) quarter (?:of )?{_YEAR_OR_LAST}\b", _quarter),
        (rf"\b(?P<q>{_ORDINAL}) quarter\b(?P<y>)", _quarter),
        (r"\b(?P<h>first|1st|second|2nd) half\b(?: (?:of )?(?P<y>(?:19|20)\d\d|(?:last|this|the) year)\b)?", _half),
        (r"\bh(?P<h>[12])(?:[ /-]?(?:of )?(?P<y>(?:19|20)\d\d|last year|this year)\b)?\b", _half),
        (r"\b(?:fy|fiscal year|financial year)[ -]?'?(?P<y>(?:19|20)\d\d|\d\d)\b(?P<w>)", _fiscal_year),
        (r"\b(?P<w>this|last|current|previous|prior) (?:fiscal|financial) year\b(?P<y>)", _fiscal_year),
        (r"\b(?P<w>this|last|current|previous|prior) (?:fiscal|financial) (?P<u>quarter)\b", _relative),
        (r"\b(?:(?P<y>(?:19|20)\d\d)[ -]?)(?:w|week |cw|kw) ?(?P<n>\d{1,2})\b", _iso_week),
        (r"\b(?:week|cw|kw|w)[ -]?(?P<n>\d{1,2})\b(?:,? (?:of )?(?P<y>(?:19|20)\d\d)\b)?", _iso_week),
        (r"\b(?P<u>year|quarter|month|week)[ -]to[ -]date\b(?P<s>)(?P<t>)", _to_date),
        (r"\b(?P<s>[yqm])td\b(?P<u>)(?P<t>)", _to_date),
        (r"\bso far this (?P<t>year|quarter|month|week)\b(?P<s>)(?P<u>)", _to_date),
        (r"\bthis (?P<u>year|quarter|month|week) so far\b(?P<s>)(?P<t>)", _to_date),
        (r"\b(?P<t>day before yesterday|today|yesterday|tomorrow)\b", _named_day),
        (rf"\b{_WHICH} {_N} {_UNIT}s?\b", _relative_many),
        (rf"\b{_WHICH} {_UNIT}\b", _relative),
        (rf"\b{_N_OR_A} {_UNIT}s? ago\b", _ago),
        (rf"\b(?:on|since|last|this|until|till|before|after|from|past) (?P<wd>{'|'.join(WEEKDAYS)})\b", _weekday),
        (rf"\b{_M.replace('?P<m>', '?P<a>')} ?- ?{_M}\b(?:,? {_Y}\b)?", _month_range),
        (rf"(?:\b(?P<sign>{_SIGN}) )?(?<![\w-]){_M}\b(?!-)", _bare_month),
        (
            r"\b(?:in|over|during|since|until|till|before|after|throughout|of|than|vs|and|to|with|compare|between) "
            r"(?:the )?(?:(?P<w>last|this|past) )?"
            rf"(?P<season>spring|summer|autumn|winter|fall)\b(?: (?:of )?{_Y})?(?! (?:in|short|apart|back|behind))",
            _season,
        ),
        (rf"\b(?P<w>last|this|past) (?P<season>spring|summer|autumn|winter|fall)\b(?: (?:of )?{_Y})?", _season),
        (rf"(?<![\d.,/-])(?P<y>20\d\d)\b(?![\d.,%/-]?\d)(?! ?{_COUNTED})", _bare_year),
    )
)  # fmt: skip
