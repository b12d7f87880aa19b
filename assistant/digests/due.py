"""What is due when, on the clock of a time zone. Nothing here looks at a clock.

A digest belongs to a day of the calendar, and a day is dealt with once; so a clock that is put forward or back, or
another time zone, neither repeats nor loses one. Where an hour does not exist (clocks go forward), it is due as much
later as the clock jumps; where it comes twice, at the first: as RFC 5545, section 3.3.5, reads local times.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from knowledge.errors import InputError
from knowledge.subscriptions import DAYS, Subscription

LOOK_BACK = timedelta(days=62)
"""What was due longer ago is not caught up."""


@dataclass(frozen=True, kw_only=True)
class Due:
    """A digest that is to be sent: of a day, due at a moment (UTC), and the days before that it catches up."""

    day: date
    at: datetime
    missed: tuple[date, ...] = ()


def zone_of(name: str) -> ZoneInfo:
    """Return a time zone; raises InputError for a name that there is none of."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise InputError(f"There is no time zone {name!r}. Name one like Europe/Vienna or America/New_York.") from error


def moment(day: date, minute: int, zone: str) -> datetime:
    """Return the moment (UTC) at which the clock of a zone shows a minute of a day."""
    local = datetime.combine(day, time(minute // 60, minute % 60), tzinfo=zone_of(zone))
    return local.astimezone(UTC)


def due(sub: Subscription, handled: Collection[date], now: datetime) -> Due | None:
    """Return the digest that is to be sent now: the latest that is due, which stands for all that were missed.

    Days up to the last one that was handled are over and done with, whatever changed since; but for days that lie so
    far ahead that only a clock that has been set back since can have handled them: they would silence it for years.
    """
    if not sub.live or sub.minute is None:
        return None
    end = local_day(now + LOOK_BACK, sub.zone)
    last = max((day for day in handled if day <= end), default=date.min)
    waiting = [(day, at) for day, at in _days(sub, now) if day > last]
    if not waiting:
        return None
    day, at = waiting[-1]
    return Due(day=day, at=at, missed=tuple(day for day, _ in waiting[:-1]))


def next_due(sub: Subscription, now: datetime) -> datetime | None:
    """Return when the next digest is due after now, whether or not it is live; None for alerts."""
    if sub.minute is None:
        return None
    today = now.astimezone(zone_of(sub.zone)).date()
    for ahead in range(15):
        day = today + timedelta(days=ahead)
        at = moment(day, sub.minute, sub.zone)
        if sub.weekday in (None, day.weekday()) and at > now:
            return at
    raise AssertionError("every week has every weekday")


def local_day(now: datetime, zone: str) -> date:
    """Return the day that a moment belongs to in a zone."""
    return now.astimezone(zone_of(zone)).date()


def when(sub: Subscription) -> str:
    """Say when a digest comes: `every Monday at 09:00 (Europe/Vienna)`."""
    if sub.minute is None:
        return f"at most {sub.per_day} alert{'s' if sub.per_day != 1 else ''} a day ({sub.zone})"
    day = "every day" if sub.weekday is None else f"every {DAYS[sub.weekday]}"
    return f"{day} at {sub.minute // 60:02}:{sub.minute % 60:02} ({sub.zone})"


def _days(sub: Subscription, now: datetime) -> list[tuple[date, datetime]]:
    """Return the days, and moments, that came due after it went live and up to now, in order."""
    assert sub.since is not None  # noqa: S101 - the caller has asked whether it is live
    assert sub.minute is not None  # noqa: S101
    day = local_day(max(sub.since, now - LOOK_BACK), sub.zone)
    last = local_day(now, sub.zone)
    found = []
    while day <= last:
        at = moment(day, sub.minute, sub.zone)
        if sub.weekday in (None, day.weekday()) and sub.since < at <= now:
            found.append((day, at))
        day += timedelta(days=1)
    return found
