"""What a change is judged by: the period before, or the last full stretch of the data."""

from datetime import date

import pytest

from assistant.answers.scopes import before, frame, known_by, last_stretch
from assistant.questions.question import Question
from knowledge.periods import Period
from knowledge.scope import Scope
from tests.assistant.answers import world


@pytest.fixture
def facts(store):
    return store.feedback.facts()


def test_a_period_is_compared_with_the_one_before(facts):
    q3 = Period(start=date(2026, 7, 1), end=date(2026, 10, 1), label="last quarter")
    found = frame(Question(text="", intent="pain_points", period=q3), facts, world.AS_OF)
    assert (found.before.start, found.before.end) == (date(2026, 4, 1), date(2026, 7, 1))
    assert found.recent is None


def test_a_named_baseline_wins(facts):
    q3 = Period(start=date(2026, 7, 1), end=date(2026, 10, 1), label="Q3")
    year = Period(start=date(2025, 7, 1), end=date(2025, 10, 1), label="Q3 2025")
    assert frame(Question(text="", intent="trend", period=q3, baseline=year), facts, world.AS_OF).before == year


def test_since_is_compared_with_as_many_days_before():
    found = before(Period(start=date(2026, 10, 2), end=None, label="since 2 October"), date(2026, 10, 11))
    assert (found.start, found.end) == (date(2026, 9, 22), date(2026, 10, 2))


def test_without_a_period_the_last_three_full_months_are_judged(facts):
    recent, earlier = last_stretch(facts, world.AS_OF)
    assert (recent.start, recent.end) == (date(2026, 8, 1), date(2026, 11, 1))
    assert (earlier.start, earlier.end) == (date(2025, 11, 1), date(2026, 8, 1))


def test_a_month_that_is_not_over_does_not_count(facts):
    recent, _ = last_stretch(facts, date(2026, 10, 20))
    assert recent.end == date(2026, 10, 1)


def test_data_that_is_too_short_is_not_judged(facts):
    assert last_stretch(facts, date(2025, 11, 20)) == (None, None)


def test_what_was_said_after_today_is_not_known(facts):
    cut = known_by(date(2026, 5, 10), Scope(), facts).period
    assert (cut.start, cut.end) == (None, date(2026, 5, 11))
    since = Period(start=date(2026, 3, 1), end=None, label="since March")
    assert known_by(date(2026, 5, 10), Scope(period=since), facts).period.start == since.start
    march = Scope(period=Period(start=date(2026, 3, 1), end=date(2026, 4, 1), label="March 2026"))
    assert known_by(date(2026, 5, 10), march, facts) == march
    assert known_by(world.AS_OF, Scope(), facts) == Scope()


def test_a_course_ends_today(ask):
    answer = ask("how have complaints changed over time?", as_of=date(2026, 5, 10))
    assert not answer.dropped
    assert max(month for found in answer.claims for month, _, _ in found.series) == "2026-05"
    assert "before 11 May 2026" in answer.headline
