"""Each due digest once and each story once, whatever dies, however many processes tick, within a day's budget."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from assistant.digests.tick import Withheld
from assistant.listeners.schedule import Clockwork
from knowledge.store import open_store
from knowledge.store.installations import remove_workspace
from knowledge.store.subscriptions import LEASE, MOST_TRIES
from tests.assistant.digests.conftest import START

VIENNA = ZoneInfo("Europe/Vienna")
MONDAY = datetime(2026, 10, 5, 9, tzinfo=VIENNA)


def test_a_digest_is_sent_when_it_is_due_and_never_again(clockwork):
    clockwork.subscribe()
    one = clockwork.scheduler()
    assert one.tick(MONDAY - timedelta(minutes=1)) == 0
    assert one.tick(MONDAY) == 1
    assert one.tick(MONDAY) == 0
    assert clockwork.scheduler().tick(MONDAY + timedelta(days=6)) == 0
    assert [p.digest.day for p in clockwork.box.digests] == [date(2026, 10, 5)]
    assert not clockwork.box.digests[0].digest.late


def test_after_downtime_one_digest_covers_all_that_was_missed_and_says_so(clockwork):
    clockwork.subscribe()
    clockwork.scheduler().tick(MONDAY)
    clockwork.scheduler().tick(MONDAY + timedelta(days=23))
    last = clockwork.box.digests[-1].digest
    assert (last.day, last.missed, last.late) == (date(2026, 10, 26), 2, True)
    assert (last.period.start, last.period.end) == (date(2026, 10, 5), date(2026, 10, 26))
    with open_store(clockwork.db) as store:
        states = [(run.day.day, run.state) for run in store.subscriptions.runs(1)]
    assert states == [(5, "sent"), (12, "missed"), (19, "missed"), (26, "sent")]


def test_what_could_not_be_posted_is_tried_again_under_the_same_key_and_given_up_in_the_end(clockwork):
    clockwork.subscribe()
    clockwork.box.broken = True
    now = MONDAY
    for _ in range(MOST_TRIES + 3):
        clockwork.scheduler().tick(now)
        clockwork.scheduler().tick(now)  # within the lease of the first: left alone
        now += LEASE + timedelta(seconds=1)
    assert clockwork.box.tries == ["digest:1:2026-10-05"] * MOST_TRIES
    with open_store(clockwork.db) as store:
        assert [run.state for run in store.subscriptions.runs(1)] == ["failed"]
        assert [entry.kind for entry in store.audit.all()] == ["digest_failed"]
    clockwork.box.broken = False
    assert clockwork.scheduler().tick(MONDAY + timedelta(days=7)) == 1


def test_a_process_that_died_after_the_post_leaves_nothing_to_be_posted_twice(clockwork, monkeypatch):
    clockwork.subscribe()
    monkeypatch.setattr("knowledge.store.subscriptions.SubscriptionRows.close", lambda *a, **k: 1 / 0)
    assert clockwork.scheduler().tick(MONDAY) == 0
    monkeypatch.undo()
    clockwork.scheduler().tick(MONDAY + LEASE + timedelta(seconds=1))
    assert clockwork.box.tries == ["digest:1:2026-10-05"] * 2
    assert len(clockwork.box.digests) == 1


def test_one_channel_that_fails_keeps_no_other_waiting(clockwork):
    clockwork.subscribe(zone="Nowhere/AtAll")
    clockwork.subscribe(channel="C2")
    assert clockwork.scheduler().tick(MONDAY) == 1
    assert clockwork.box.digests[0].channel == "C2"


def test_two_processes_on_one_file_send_nothing_twice(clockwork):
    for n in range(6):
        clockwork.subscribe(channel=f"C{n}")
        clockwork.alerts_for(channel=f"C{n}", per_day=3)
    clockwork.rote.firing = lambda day: [(f"T{n}", date(2026, 9, 28)) for n in range(5)]
    processes = [clockwork.scheduler() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        for hour in range(3):
            list(pool.map(lambda one, hour=hour: one.tick(MONDAY + timedelta(hours=hour)), processes))
    assert len(clockwork.box.tries) == len(set(clockwork.box.tries))
    assert len(clockwork.box.digests) == 6
    assert Counter(p.channel for p in clockwork.box.alerts) == {f"C{n}": 3 for n in range(6)}


def test_a_story_is_told_once_as_long_as_it_goes_on_and_anew_when_it_comes_back(clockwork):
    clockwork.alerts_for()
    on = [date(2026, 10, 6) + timedelta(days=n) for n in (*range(20), *range(60, 70))]

    def firing(day):
        return [("T1", date(2026, 9, 28) if day < date(2026, 11, 1) else date(2026, 11, 30))] if day in on else []

    clockwork.rote.firing = firing
    for n in range(75):
        clockwork.scheduler().tick(MONDAY + timedelta(days=n))
    raised = [parcel.alert.raised.astimezone(VIENNA).date() for parcel in clockwork.box.alerts]
    assert raised == [date(2026, 10, 6), date(2026, 12, 5)]


def test_the_budget_of_a_day_is_kept_and_what_had_no_room_comes_the_next_day(clockwork):
    clockwork.alerts_for(per_day=2)
    clockwork.rote.firing = lambda day: [(f"T{n}", date(2026, 9, 28)) for n in range(5)]
    one = clockwork.scheduler()
    for n in range(5):
        for hour in range(0, 24, 3):
            one.tick(datetime(2026, 10, 5 + n, hour, tzinfo=VIENNA))
    days = [parcel.alert.raised.astimezone(VIENNA).day for parcel in clockwork.box.alerts]
    assert days == [5, 5, 6, 6, 7]
    assert all(8 <= p.alert.raised.astimezone(VIENNA).hour < 20 for p in clockwork.box.alerts)


def test_a_snoozed_alert_is_reminded_of_once_when_it_goes_on_and_an_acknowledged_one_never(clockwork):
    clockwork.alerts_for()
    clockwork.rote.firing = lambda day: [(t, date(2026, 9, 28)) for t in ("T1", "T2")]
    clockwork.scheduler().tick(MONDAY)
    with open_store(clockwork.db) as store:
        one, two = store.alerts.all()
        store.alerts.handle(one.number, "snoozed", by="U1", at=MONDAY, until=date(2026, 10, 12))
        store.alerts.handle(two.number, "acknowledged", by="U2", at=MONDAY, owner="U2")
    for n in range(1, 30):
        clockwork.scheduler().tick(MONDAY + timedelta(days=n))
    again = [p for p in clockwork.box.alerts if p.reminder]
    assert [(p.alert.theme, p.alert.raised.astimezone(VIENNA).day) for p in again] == [("T1", 12)]
    with open_store(clockwork.db) as store:
        assert store.alerts.get(two.number).owner == "U2"


def test_an_alert_whose_posting_was_cut_short_is_posted_by_the_next_process(clockwork):
    clockwork.alerts_for()
    clockwork.rote.firing = lambda day: [("T1", date(2026, 9, 28))]
    clockwork.box.broken = True
    clockwork.scheduler().tick(MONDAY)
    clockwork.box.broken = False
    assert clockwork.scheduler().tick(MONDAY + timedelta(minutes=1)) == 0
    assert clockwork.scheduler().tick(MONDAY + LEASE + timedelta(minutes=1)) == 1
    assert clockwork.box.tries == ["alert:1:1", "alert:1:1"]
    with open_store(clockwork.db) as store:
        assert store.alerts.get(1).state == "open"


def test_an_alert_that_is_posted_late_takes_its_place_in_the_budget_of_the_day_on_which_it_is(clockwork):
    clockwork.alerts_for(per_day=1)
    clockwork.rote.firing = lambda day: [(f"T{n}", date(2026, 9, 28)) for n in range(3)]
    clockwork.box.broken = True
    clockwork.scheduler().tick(MONDAY)
    clockwork.box.broken = False
    delivered = []
    for n in range(1, 4):
        before = len(clockwork.box.alerts)
        for hour in (-2, 0, 1, 2):
            clockwork.scheduler().tick(MONDAY + timedelta(days=n, hours=hour))
        delivered.append(len(clockwork.box.alerts) - before)
    assert delivered == [1, 1, 1]


@pytest.mark.parametrize(
    ("seed", "minutes"), [(1, 60), *(pytest.param(seed, 10, marks=pytest.mark.slow) for seed in (2, 3))]
)
def test_a_month_with_downtime_crashes_and_a_change_of_zone_sends_each_due_digest_once(clockwork, seed, minutes):
    """October 2026: clocks go back on the 25th, and on the 14th the channel moves to New York."""
    rng = np.random.default_rng(seed)
    weekly, daily = clockwork.subscribe(), clockwork.subscribe(channel="C2", weekday=None, minute=150)
    clockwork.alerts_for(channel="C1", per_day=2)
    onsets = {f"T{n}": date(2026, 10, 5) + timedelta(days=int(rng.integers(0, 25))) for n in range(20)}
    clockwork.rote.firing = lambda day: [(theme, o) for theme, o in onsets.items() if o <= day]
    down = [(datetime(2026, 10, 8, tzinfo=UTC), datetime(2026, 10, 10, tzinfo=UTC)),
            (datetime(2026, 10, 18, tzinfo=UTC), datetime(2026, 10, 21, tzinfo=UTC))]  # fmt: skip
    now, processes, moved = START, [clockwork.scheduler(), clockwork.scheduler()], False
    while now < datetime(2026, 11, 1, tzinfo=UTC):
        if not moved and now > datetime(2026, 10, 14, tzinfo=UTC):
            with open_store(clockwork.db) as store:
                store.subscriptions.change_zone(weekly.number, "America/New_York")
            moved = True
        clockwork.box.broken = bool(rng.random() < 0.1)
        if not any(start <= now < end for start, end in down):
            processes[int(rng.integers(2))].tick(now)
        if rng.random() < 0.02:
            processes[int(rng.integers(2))] = clockwork.scheduler()
        now += timedelta(minutes=minutes)
    with open_store(clockwork.db) as store:
        weekly_runs, daily_runs = store.subscriptions.runs(weekly.number), store.subscriptions.runs(daily.number)
    assert [run.day.day for run in weekly_runs] == [5, 12, 19, 26]
    assert [run.day.day for run in daily_runs] == list(range(2, 32))
    assert all(run.state in ("sent", "missed") for run in [*weekly_runs, *daily_runs])
    sent = {(run.subscription, run.day) for run in [*weekly_runs, *daily_runs] if run.state == "sent"}
    assert {(p.digest.subscription.number, p.digest.day) for p in clockwork.box.digests} == sent
    assert [run.day.day for run in daily_runs if run.state == "missed"] == [8, 18, 19]
    per_day = Counter(p.alert.raised.astimezone(VIENNA).date() for p in clockwork.box.alerts)
    assert max(per_day.values()) == 2
    assert sorted(p.alert.theme for p in clockwork.box.alerts) == sorted(onsets)


def test_a_workspace_that_leaves_takes_its_subscriptions_alerts_and_roles_along(clockwork):
    clockwork.subscribe(team="T1")
    clockwork.alerts_for(team="T1")
    clockwork.subscribe(team="T2", channel="C9")
    clockwork.rote.firing = lambda day: [("T7", date(2026, 9, 28))]
    clockwork.scheduler().tick(MONDAY)
    with open_store(clockwork.db) as store:
        store.roles.grant("U1A", "admin", by="U9", at=MONDAY, team="T1")
        lost = remove_workspace(store.db, "T1")
        assert lost == {"subscriptions": 2, "alerts": 1, "roles": 1}
        assert [sub.team for sub in store.subscriptions.all()] == ["T2"]
        assert store.checks.foreign_keys() == []
        assert store.subscriptions.runs(1) == []


def test_what_may_not_be_shown_in_a_channel_any_more_is_withheld_once_and_noted(clockwork):
    clockwork.subscribe()
    clockwork.alerts_for()
    clockwork.rote.firing = lambda day: [("T1", date(2026, 9, 28))]

    def withhold(parcel):
        clockwork.box.tries.append(parcel.key)
        raise Withheld("shared_channel")

    one = clockwork.scheduler()
    object.__setattr__(one, "deliver", withhold)
    for n in range(4):
        assert one.tick(MONDAY + timedelta(minutes=10 * n)) == 0
    assert clockwork.box.tries == ["digest:1:2026-10-05", "alert:1:1"]
    with open_store(clockwork.db) as store:
        assert [entry.detail["why"] for entry in store.audit.all("withheld")] == ["shared_channel"] * 2
        assert store.subscriptions.runs(1)[0].state == "failed"


def test_the_clockwork_ticks_on_its_thread_until_it_is_stopped(clockwork):
    clockwork.subscribe()
    ticks = []
    works = Clockwork(clockwork.scheduler(), now=lambda: ticks.append(1) or MONDAY, every=timedelta(milliseconds=5))
    works.start()
    deadline = time.monotonic() + 20
    while len(ticks) < 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert works.stop(20)
    assert len(ticks) >= 3
    assert len(clockwork.box.digests) == 1
