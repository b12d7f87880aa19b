"""Period: a half-open interval of days, with the words that it came from."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, kw_only=True)
class Period:
    """The days from `start` up to, and without, `end`; None leaves that side open."""

    start: date | None
    end: date | None
    label: str

    def __post_init__(self) -> None:
        if self.start and self.end and self.end <= self.start:
            raise ValueError(f"a period must end after it starts: {self.start} to {self.end}")

    @property
    def days(self) -> int | None:
        """Length in days; None where a side is open."""
        return (self.end - self.start).days if self.start and self.end else None

    def __contains__(self, day: date) -> bool:
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)

    def before(self) -> "Period | None":
        """Return the stretch of the same kind just before: whole months before whole months, else as many days."""
        if not self.start or not self.end:
            return None
        months = _whole_months(self.start, self.end)
        start = shift_months(self.start, -months) if months else self.start - (self.end - self.start)
        return Period(start=start, end=self.start, label=describe(start, self.start))


def shift_months(day: date, months: int) -> date:
    """Return the first-of-month or same-day date `months` later, clipped to the month's last day."""
    total = day.year * 12 + day.month - 1 + months
    year, month = divmod(total, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise ValueError(f"cannot shift {day} by {months} months")


def describe(start: date, end: date) -> str:
    """Name a span as people do: `Q3 2026`, `October 2026`, `2026`, `3 May 2026`, else first to last day."""
    months = _whole_months(start, end)
    if months == 12 and start.month == 1:
        return f"{start.year}"
    if months == 3 and start.month % 3 == 1:
        return f"Q{start.month // 3 + 1} {start.year}"
    if months == 1:
        return f"{start:%B} {start.year}"
    last = end - timedelta(days=1)
    if last == start:
        return _day(start)
    return f"{_day(start)} to {_day(last)}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"


def _whole_months(start: date, end: date) -> int:
    """Count of calendar months from start to end where both are firsts of a month, else 0."""
    if start.day != 1 or end.day != 1:
        return 0
    return (end.year - start.year) * 12 + end.month - start.month
