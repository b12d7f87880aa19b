"""Extremes over time are told with their period, and targets with when they were met; nothing is claimed of a tie."""

import pytest

from assistant.answers.answer import Finding
from assistant.answers.busiest import fewest, most, next_most
from assistant.answers.extreme_values import grouped
from assistant.answers.metric_values import numbers
from assistant.answers.time_asked import aim_of, ends_of, stretch_of, timed_ends_of
from assistant.answers.wording import Names
from knowledge.metrics import Metric, MetricPoint
from knowledge.periods import Period
from knowledge.scope import Scope
from tests.assistant.answers import world

LAST = world.metric_points()[-1].period


def test_the_month_of_the_best_value_is_named_and_not_the_latest(ask):
    answer = ask("which month had the best CSAT in onboarding?")
    assert answer.headline.startswith("CSAT in Onboarding was best in November 2025: 4.6 (n = 100")
    assert any(line.startswith("Second highest: 4.5 in December 2025") for line in answer.lines)
    assert any(line.startswith("CSAT in Onboarding was worst in October 2026: 3.5") for line in answer.lines)
    assert not answer.dropped


def test_lowest_and_highest_are_meant_literally_and_best_by_what_is_good():
    metric = Metric(id="churn", name="Churn", unit="%", better="lower")
    points = [
        MetricPoint(metric="churn", stage="use", period=point.period, value=value, n=1000)
        for point, value in zip(world.metric_points()[::3], (5, 4, 6, 5), strict=False)
    ]
    period = Period(start=points[0].period.start, end=points[-1].period.end, label="")
    found = Finding(kind="metric", numbers={"by": "month"}, metric="churn", stage="use",
                    scope=Scope(period=period, stages=("use",)))  # fmt: skip
    told, _ = numbers(metric, points, found)
    assert (told["top_value"], told["lowest_value"], told["stretches"]) == (6, 4, 4)
    assert told["lowest_on"] == points[1].period.start.isoformat()
    assert told["lowest_low"] < 4 < told["lowest_high"]


def test_overlapping_intervals_leave_the_difference_open_and_separate_ones_do_not(ask):
    overlapping = ask("which month had the highest conversion in onboarding?")
    assert any("overlap, so the difference" in line for line in overlapping.lines)
    assert "60%" in overlapping.headline


def test_months_are_brought_together_where_quarters_are_asked_for():
    points = [point for point in world.metric_points() if point.metric == "conversion"]
    by_quarter = grouped(points, "quarter")
    assert [len(held) for _, held in by_quarter] == [2, 3, 3, 3, 1]
    assert len(grouped(points, "value")) == 12


def test_a_target_that_was_met_at_times_is_answered_by_yes_and_when(ask):
    answer = ask("did we ever hit the CSAT target in onboarding?")
    assert answer.headline.startswith("Yes: CSAT in Onboarding met its target 4.3 in 4 of 12 values")
    assert "November 2025 (4.6), December 2025 (4.5), January 2026 (4.4) and February 2026 (4.3)" in answer.headline


def test_a_target_that_was_never_missed_is_answered_by_no_and_the_nearest(ask):
    answer = ask("did we ever miss the CSAT target in use?")
    assert answer.headline.startswith("No: CSAT in Use missed its target 4 in none of 12 values")
    assert "nearest to it: 4.2 in November 2025" in answer.headline


def test_an_altered_extreme_does_not_pass_the_gate(analyst, store, ask):
    from dataclasses import replace

    from assistant.answers.verify import verify

    answer = ask("which month had the best CSAT in onboarding?")
    first = answer.findings[0]
    forged = replace(
        answer, findings=(replace(first, numbers={**first.numbers, "top_value": 4.9}), *answer.findings[1:])
    )
    assert verify(forged, store).reason == "not_verified"


def test_the_month_with_most_complaints_is_named_first(ask):
    answer = ask("which month had the most complaints in use?")
    assert answer.headline.startswith("Most complaints in Use: ")
    assert "October 2026" in answer.headline
    assert not answer.dropped


@pytest.mark.parametrize(
    ("series", "told", "then"),
    [
        ((("2026-01", 9, 10), ("2026-02", 1, 10)), "9 in January 2026 (90% of all feedback then)", "do not overlap"),
        ((("2026-01", 5, 10), ("2026-02", 4, 10)), "5 in January 2026", "is not clear"),
        ((("2026-01", 5, 10), ("2026-02", 5, 10)), "5 each in January 2026 (50%", ""),
        ((("2026-01", 5, 5), ("2026-02", 4, 4)), "5 in January 2026.", "Next: February 2026 with 4."),
    ],
)
def test_the_next_month_is_told_apart_only_by_its_interval(series, told, then):
    finding = Finding(kind="count", numbers={"count": 9}, series=series, scope=Scope())
    assert told in str(most(Names(), finding))
    assert then in str(next_most(Names(), finding))


def test_months_that_tie_by_the_dozen_are_not_listed():
    series = tuple((f"2026-{i:02d}", 0, 5) for i in range(1, 7))
    finding = Finding(kind="count", numbers={"count": 0}, series=series, scope=Scope())
    assert fewest(Names(), finding) == "Fewest pieces of feedback: 0, in several months; the first is January 2026."


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("which month had the best NPS?", ["best"]),
        ("best and worst month for on time delivery?", ["best", "worst"]),
        ("highest csat at purchase?", ["highest"]),
        ("when did churn peak?", ["highest"]),
        ("which stage has the lowest csat?", []),
        ("what was csat this month?", []),
        ("which month had the fewest complaints?", ["lowest"]),
        ("what do customers like most?", []),
        ("what bothered people most in the whole year?", []),
    ],
)
def test_an_extreme_is_read_only_where_one_in_time_is_asked(text, ends):
    assert ends_of(text) == ends


@pytest.mark.parametrize(
    ("text", "aim"),
    [
        ("did we ever hit the churn target this year?", "met"),
        ("in which months did we miss the csat target?", "missed"),
        ("how often did we reach our NPS goal?", "met"),
        ("what is the churn target?", None),
        ("did we hit the NPS target in September?", None),
    ],
)
def test_a_target_over_several_values_is_told_apart_from_one_value(text, aim):
    assert aim_of(text) == aim


def test_words_of_time_say_by_which_stretch():
    assert stretch_of("which quarter had the worst csat?") == "quarter"
    assert stretch_of("highest csat?") == "value"
    assert timed_ends_of("highest csat?") == []


def test_monthly_numbers_are_told_by_month(ask):
    answer = ask("monthly numbers for late delivery complaints, january to september")
    assert answer.question.intent == "trend"
    assert any(line.startswith("By month from January 2026") for line in answer.lines)
