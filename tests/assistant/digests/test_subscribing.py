"""A wish in plain words is understood or refused, looked at before it goes live, and can be taken back."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from assistant.digests.subscribing import PER_DAY, Wish, draft, preview, start, stop, told, understand
from knowledge.errors import InputError, NotFound
from knowledge.journey import Stage
from knowledge.store import open_store
from knowledge.subscriptions import DAYS

STAGES = [Stage(id="onboarding", name="Onboarding", aliases=("first steps",)), Stage(id="use", name="Use"),
          Stage(id="after-sales", name="After sales")]  # fmt: skip
NOW = datetime(2026, 10, 7, 9, tzinfo=ZoneInfo("Europe/Vienna"))


def wish(**changes):
    values = {"kind": "digest", "stages": (), "zone": "UTC", "weekday": 0, "minute": 540} | changes
    return Wish(**values)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", wish()),
        ("onboarding and use every Friday at 14:30", wish(stages=("onboarding", "use"), weekday=4, minute=870)),
        ("first steps, mondays 9:00 Europe/Vienna", wish(stages=("onboarding",), zone="Europe/Vienna")),
        ("a weekly digest on thursdays at 8", wish(weekday=3, minute=480)),
        ("Tuesday 2 pm", wish(weekday=1, minute=840)),
        ("wed at 12 am", wish(weekday=2, minute=0)),
        ("daily at 7:15 America/Argentina/Salta", wish(weekday=None, minute=435, zone="America/Argentina/Salta")),
        ("every day at 18", wish(weekday=None, minute=1080)),
        ("After sales saturday", wish(stages=("after-sales",), weekday=5)),
        ("alerts", Wish(kind="alerts", stages=(), zone="UTC", per_day=PER_DAY)),
        ("alerts for use, 2 a day", Wish(kind="alerts", stages=("use",), zone="UTC", per_day=2)),
        ("at most 5 alerts per day", None),
    ],
)
def test_a_wish_is_read_as_it_was_meant(words, expected):
    found = understand(words, STAGES, zone="UTC")
    assert found == (expected or Wish(kind="alerts", stages=(), zone="UTC", per_day=found.per_day))


@pytest.mark.parametrize("day", DAYS)
def test_every_day_of_the_week_is_known_in_full_short_and_plural(day):
    for written in (day, day.lower(), day[:3], f"{day}s"):
        assert understand(written, STAGES, zone="UTC").weekday == DAYS.index(day), written


@pytest.mark.parametrize(
    "words", ["checkout on mondays", "mondays at 25:00", "13 pm", "9:75", "alerts 0 a day", "alerts 500 a day",
              "use at 9 Europe/Nowhere"],
)  # fmt: skip
def test_what_is_not_understood_is_not_guessed_at(words):
    with pytest.raises(InputError):
        understand(words, STAGES, zone="UTC")


def test_a_draft_is_not_live_until_it_is_started_and_can_be_taken_back(clockwork):
    monday = datetime(2026, 10, 12, 9, tzinfo=ZoneInfo("Europe/Vienna"))
    with open_store(clockwork.db) as store:
        sub = draft(store, wish(zone="Europe/Vienna"), channel="C1", by="U1", at=NOW, team="T1")
        assert told(sub, NOW).endswith("not live yet")
    assert clockwork.scheduler().tick(monday) == 0
    with open_store(clockwork.db) as store:
        sub = start(store, sub.number, clockwork.rote, by="U2", at=NOW)
        assert told(sub, NOW) == "1: digest of all stages, every Monday at 09:00 (Europe/Vienna); next on 12 October"
        assert start(store, sub.number, clockwork.rote, by="U3", at=NOW) == sub
    assert clockwork.scheduler().tick(monday) == 1
    with open_store(clockwork.db) as store:
        with pytest.raises(NotFound):
            stop(store, sub.number, by="U1", at=NOW, channel="C2")
        stop(store, sub.number, by="U1", at=NOW, channel="C1")
        with pytest.raises(NotFound):
            stop(store, sub.number, by="U1", at=NOW)
        with pytest.raises(NotFound):
            start(store, sub.number, clockwork.rote, by="U1", at=NOW)
        assert [(e.actor, e.detail["did"]) for e in store.audit.all()] == [("U2", "started"), ("U1", "stopped")]
    assert clockwork.scheduler().tick(monday + timedelta(days=7)) == 0


def test_a_preview_is_the_digest_of_today(clockwork):
    with open_store(clockwork.db) as store:
        sub = draft(store, wish(stages=("use",)), channel="C1", by="U1", at=NOW)
    found = preview(sub, clockwork.rote, NOW)
    assert found.day == date(2026, 10, 7)
    assert ("stage_summary", ("use",), date(2026, 10, 7)) in clockwork.rote.asked


def test_what_fires_when_alerts_are_set_up_is_known_and_only_news_is_told(clockwork):
    clockwork.rote.firing = lambda day: [("T1", date(2026, 9, 28)), ("T2", date(2026, 10, 12))][: 1 + (day.day > 15)]
    with open_store(clockwork.db) as store:
        sub = draft(store, Wish(kind="alerts", stages=(), zone="UTC", per_day=2), channel="C1", by="U1", at=NOW)
        start(store, sub.number, clockwork.rote, by="U1", at=NOW)
    for n in range(15):
        clockwork.scheduler().tick(NOW + timedelta(days=n, hours=2))
    assert [parcel.alert.theme for parcel in clockwork.box.alerts] == ["T2"]
