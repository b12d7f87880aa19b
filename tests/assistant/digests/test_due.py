"""What is due when: time zones, days on which clocks change, downtime, and changes of mind."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.digests.due import LOOK_BACK, due, moment, next_due, when, zone_of
from knowledge.errors import InputError
from knowledge.subscriptions import Subscription

SINCE = datetime(2026, 9, 30, 12, tzinfo=UTC)


def weekly(**changes):
    values = {"number": 1, "kind": "digest", "channel": "C1", "zone": "Europe/Vienna", "by": "U1", "at": SINCE,
              "weekday": 0, "minute": 9 * 60, "since": SINCE} | changes  # fmt: skip
    return Subscription(**values)


def at(text, zone="Europe/Vienna"):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def test_an_hour_is_read_on_the_clock_of_its_zone_in_summer_and_winter():
    assert moment(date(2026, 7, 6), 9 * 60, "Europe/Vienna") == datetime(2026, 7, 6, 7, tzinfo=UTC)
    assert moment(date(2026, 12, 7), 9 * 60, "Europe/Vienna") == datetime(2026, 12, 7, 8, tzinfo=UTC)


def test_an_hour_that_does_not_exist_comes_as_much_later_as_the_clock_jumps():
    found = moment(date(2026, 3, 29), 2 * 60 + 30, "Europe/Vienna").astimezone(ZoneInfo("Europe/Vienna"))
    assert (found.day, found.hour, found.minute) == (29, 3, 30)


def test_an_hour_that_comes_twice_is_meant_the_first_time():
    assert moment(date(2026, 10, 25), 2 * 60 + 30, "Europe/Vienna") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_day_that_a_zone_leaves_out_is_due_all_the_same():
    """Samoa had no 30 December 2011."""
    assert moment(date(2011, 12, 30), 9 * 60, "Pacific/Apia") > moment(date(2011, 12, 29), 9 * 60, "Pacific/Apia")


@pytest.mark.parametrize("name", ["Vienna", "", "../etc/passwd", "Europe/", "a" * 400, "\0"])
def test_what_is_no_zone_is_told_as_such(name):
    with pytest.raises(InputError):
        zone_of(name)


def test_it_is_due_at_its_minute_and_not_before():
    sub = weekly()
    assert due(sub, [], at("2026-10-05T08:59:59")) is None
    assert due(sub, [], at("2026-10-05T09:00:00")).day == date(2026, 10, 5)
    assert due(sub, [date(2026, 10, 5)], at("2026-10-12T08:59")) is None


def test_nothing_is_due_before_it_is_live_or_after_it_was_taken_back():
    assert due(weekly(since=None), [], at("2026-11-01T09:00")) is None
    assert due(weekly(ended=SINCE), [], at("2026-11-01T09:00")) is None
    assert due(weekly(since=at("2026-10-05T09:00")), [], at("2026-10-11T23:59")) is None


def test_what_downtime_missed_is_caught_up_by_the_latest_once():
    found = due(weekly(), [date(2026, 10, 5)], at("2026-10-28T10:00"))
    assert found.day == date(2026, 10, 26)
    assert found.missed == (date(2026, 10, 12), date(2026, 10, 19))


def test_what_was_due_very_long_ago_is_let_go():
    found = due(weekly(), [], SINCE + timedelta(days=400))
    assert len(found.missed) <= LOOK_BACK.days // 7


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_another_time_zone_repeats_no_day_that_was_dealt_with(zone):
    now = at("2026-10-05T09:00")
    assert due(weekly(zone=zone), [date(2026, 10, 5)], now + timedelta(hours=30)) is None
    later = due(weekly(zone=zone), [date(2026, 10, 5)], now + timedelta(days=8))
    assert later.day == date(2026, 10, 12)


def test_the_next_one_is_told_even_before_it_is_live():
    assert next_due(weekly(since=None), at("2026-10-05T09:00")) == at("2026-10-12T09:00")
    assert next_due(weekly(weekday=None), at("2026-10-05T09:00")) == at("2026-10-06T09:00")
    assert next_due(weekly(kind="alerts", minute=None), SINCE) is None
    assert when(weekly()) == "every Monday at 09:00 (Europe/Vienna)"


@settings(max_examples=60)
@given(
    zone=st.sampled_from(
        ["Europe/Vienna", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Cairo"]
    ),
    weekday=st.one_of(st.none(), st.integers(0, 6)),
    minute=st.integers(0, 24 * 60 - 1),
    start=st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1)),
    steps=st.lists(st.integers(1, 60 * 24 * 9), min_size=1, max_size=60),
)
def test_whenever_it_is_looked_each_day_is_dealt_with_once_and_none_is_lost(zone, weekday, minute, start, steps):
    """Days that were sent or caught up are exactly the days that came due, in order, without repetition."""
    now = start.replace(tzinfo=UTC)
    sub = weekly(zone=zone, weekday=weekday, minute=minute, since=now)
    handled = []
    for step in steps:
        now += timedelta(minutes=step)
        if found := due(sub, handled, now):
            assert found.at <= now
            assert all(day < found.day for day in found.missed)
            handled += [*found.missed, found.day]
    days = (start.date() + timedelta(days=n) for n in range(-1, 600))
    wanted = [
        day for day in days
        if (weekday is None or day.weekday() == weekday) and sub.since < moment(day, minute, zone) <= now
    ]  # fmt: skip
    assert handled == wanted
