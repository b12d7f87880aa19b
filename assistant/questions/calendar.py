"""The calendar of a question: "today", the fiscal year, and the days of units counted from there."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from knowledge.periods import describe, shift_months

Days = tuple[date, date]
Span = tuple[int, int]

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "sixty": 60, "ninety": 90,
    "a couple of": 2, "couple of": 2, "couple": 2, "a few": 3, "few": 3, "several": 3,
}  # fmt: skip
ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": 4}


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """How days are counted: "today", the month in which the fiscal year starts, and how 03/05/2026 is read."""

    as_of: date
    fiscal_start: int = 1
    month_first: bool = False


@dataclass(frozen=True, kw_only=True)
class Spell:
    """One expression of time at `span`: its days (None: there is no such day), and `at(year)` if no year was said."""

    span: Span
    days: Days | None
    grain: str
    at: Callable[[int], Days] | None = None

    def placed(self, days: Days) -> "Spell":
        """Return this expression settled on other days."""
        return Spell(span=self.span, days=days, grain=self.grain)


def number(word: str) -> int:
    """Return the number that digits or a number word say; 0 where they say none."""
    return int(word) if word.isdecimal() else NUMBERS.get(word, 0)


def month_days(year: int, month: int, months: int = 1) -> Days:
    """Return the days of `months` whole months from a month on."""
    first = date(year, month, 1)
    return first, shift_months(first, months)


def one_day(day: date) -> Days:
    """Return the day as an interval."""
    return day, day + timedelta(days=1)


def recent(at: Callable[[int], Days], calendar: Calendar) -> Days:
    """Return the most recent occurrence that has begun; a day that a year lacks (29 February) is sought earlier."""
    for year in range(calendar.as_of.year + 1, calendar.as_of.year - 9, -1):
        try:
            days = at(year)
        except ValueError:
            continue
        if days[0] <= calendar.as_of:
            return days
    raise ValueError("no such day")


def quarter_of(c: Calendar, quarter: int) -> Callable[[int], Days]:
    """Return the quarter's days by year; a fiscal year is named by the calendar year in which it ends."""

    def days(year: int) -> Days:
        start = date(year if c.fiscal_start == 1 else year - 1, c.fiscal_start, 1)
        first = shift_months(start, 3 * (quarter - 1))
        return first, shift_months(first, 3)

    return days


def unit_days(c: Calendar, unit: str, shift: int) -> Days:
    """Return the calendar unit that holds `as_of`, moved by `shift` units. Weeks start on Monday."""
    day = c.as_of
    if unit in ("day", "week", "fortnight"):
        length = {"day": 1, "week": 7, "fortnight": 14}[unit]
        first = day if unit == "day" else day - timedelta(days=day.weekday())
        first += timedelta(days=shift * length)
        return first, first + timedelta(days=length)
    months = {"month": 1, "quarter": 3, "half": 6, "year": 12}[unit]
    offset = (c.fiscal_start - 1) % months if unit == "quarter" else 0
    index = day.year * 12 + day.month - 1 - offset
    year, month = divmod(index - index % months + shift * months + offset, 12)
    return month_days(year, month + 1, months)


def rolling(c: Calendar, unit: str, count: int) -> Days:
    """Return `count` units back from today, today included."""
    end = one_day(c.as_of)[1]
    if unit in ("day", "week", "fortnight"):
        return end - timedelta(days=count * {"day": 1, "week": 7, "fortnight": 14}[unit]), end
    return shift_months(end, -count * {"month": 1, "quarter": 3, "half": 6, "year": 12}[unit]), end


def ahead(first: date, unit: str, count: int) -> date:
    """Return the day that lies `count` units after a day."""
    if unit in ("day", "week", "fortnight"):
        return first + timedelta(days=count * {"day": 1, "week": 7, "fortnight": 14}[unit])
    return shift_months(first, count * {"month": 1, "quarter": 3, "half": 6, "year": 12}[unit])


def label(days: Days, grain: str, calendar: Calendar) -> str:
    """Name days as people do; halves and, where the fiscal year is set, its quarters and years have their own names."""
    first, end = days
    if grain == "half":
        return f"H{first.month // 6 + 1} {first.year}"
    if calendar.fiscal_start == 1 or grain not in ("quarter", "fiscal year"):
        return describe(first, end)
    year = first.year + (first.month >= calendar.fiscal_start)
    quarter = (first.month - calendar.fiscal_start) % 12 // 3 + 1
    return f"FY{year}" if grain == "fiscal year" else f"Q{quarter} FY{year}"
