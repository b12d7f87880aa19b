"""Periods as tables of metrics name them: `2026`, `2026-Q1`, `2026-03`, `2026-W10`, `2026-03-02`, `Mar-26`."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Literal

from knowledge.errors import InputError
from knowledge.periods import Period, describe, shift_months
from knowledge.readers.dates import FIRST_YEAR, LAST_YEAR, Order, parse_date

Grain = Literal["day", "week", "month", "quarter", "year"]
_YEAR = re.compile(r"^(?:fy\s*)?(\d{4})$", re.I | re.A)
_QUARTER = re.compile(r"^(?:(\d{4})[\s/-]*q([1-4])|q([1-4])[\s/-]*(?:'?(?=\d{2}$)|(?=\d{4}$))(\d+))$", re.I | re.A)
_WEEK = re.compile(
    r"^(?:(\d{4})[\s/-]*(?:w|kw|week)\s*(\d{1,2})|(?:w|kw|week)\s*(\d{1,2})[\s/,-]*(\d{4}))$", re.I | re.A
)
_MONTH = re.compile(
    r"^(?:\d{4}[-/.]\d{1,2}|\d{1,2}[-/.]\d{4}|[a-zà-ÿ]{3,}[\s.,'-]*\d{4}|\d{4}[\s-]*[a-zà-ÿ]{3,})$", re.I | re.A
)


def parse_period(text: str, grain: Grain | None = None, order: Order = "day") -> Period:
    """Return the period that a text names.

    A full date is that day, unless `grain` says what the column counts: then it is the week, month, quarter or year
    in which the day lies (a week: the seven days from it on). Weeks are those of ISO 8601. Raises InputError.
    """
    text = _month_text(" ".join(text.split()))
    try:
        return _named(text) or _around(parse_date(text, order).date(), _grain(text, grain))
    except ValueError:
        raise InputError(f"“{text[:40]}” names a period that does not exist") from None


def column_grain(name: str, values: Iterable[str]) -> Grain | None:
    """Return what a column of full dates counts: what its name says, or months where every date is a first."""
    words = name.lower()
    for grain in ("week", "month", "quarter", "year"):
        if grain in words:
            return grain
    days: set[date] = set()
    for value in values:
        try:
            days.add(parse_date(value).date())
        except InputError:
            continue
    return "month" if len(days) > 1 and all(day.day == 1 for day in days) else None


def _named(text: str) -> Period | None:
    if match := _YEAR.match(text):
        return _months(_year(match[1]), 1, 12)
    if match := _QUARTER.match(text):
        year = match[1] or match[4]
        return _months(_year(year if len(year) == 4 else f"20{year}"), int(match[2] or match[3]) * 3 - 2, 3)
    if match := _WEEK.match(text):
        year, week = _year(match[1] or match[4]), int(match[2] or match[3])
        start = date.fromisocalendar(year, week, 1)
        return Period(start=start, end=start + timedelta(days=7), label=f"week {week} of {year}")
    return None


def _grain(text: str, grain: Grain | None) -> Grain:
    return "month" if _MONTH.match(text) else grain or "day"


def _month_text(text: str) -> str:
    """Turn `2026 March` and `Mar-26`, as workbooks write months, into `March 2026`."""
    if match := re.match(r"^(\d{4})[\s-]*([^\W\d]{3,})$", text):
        return f"{match[2]} {match[1]}"
    match = re.match(r"^([^\W\d_]{3,})[\s.-]*'?(\d{2})$", text, re.A)
    return f"{match[1]} 20{match[2]}" if match else text


def _around(day: date, grain: Grain) -> Period:
    if grain == "day":
        end = day + timedelta(days=1)
        return Period(start=day, end=end, label=describe(day, end))
    if grain == "week":
        end = day + timedelta(days=7)
        return Period(start=day, end=end, label=describe(day, end))
    if grain == "month":
        return _months(day.year, day.month, 1)
    return _months(day.year, (day.month - 1) // 3 * 3 + 1, 3) if grain == "quarter" else _months(day.year, 1, 12)


def _months(year: int, month: int, count: int) -> Period:
    start = date(year, month, 1)
    end = shift_months(start, count)
    return Period(start=start, end=end, label=describe(start, end))


def _year(text: str) -> int:
    if not FIRST_YEAR <= int(text) <= LAST_YEAR:
        raise InputError(f"the year {text} lies outside {FIRST_YEAR} to {LAST_YEAR}")
    return int(text)
