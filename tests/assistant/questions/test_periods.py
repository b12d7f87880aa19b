"""Times in words become days; every case counts from Saturday, 21 November 2026."""

from datetime import date

import pytest

from assistant.questions.calendar import Calendar
from assistant.questions.periods import find_times

AS_OF = date(2026, 11, 21)
CALENDAR = Calendar(as_of=AS_OF)

PERIODS = [
    ("today", "2026-11-21", "2026-11-22", "21 November 2026"),
    ("yesterday", "2026-11-20", "2026-11-21", "20 November 2026"),
    ("this week", "2026-11-16", "2026-11-23", "16 November 2026 to 22 November 2026"),
    ("last week", "2026-11-09", "2026-11-16", "9 November 2026 to 15 November 2026"),
    ("this month", "2026-11-01", "2026-12-01", "November 2026"),
    ("last month", "2026-10-01", "2026-11-01", "October 2026"),
    ("the previous month", "2026-10-01", "2026-11-01", "October 2026"),
    ("this quarter", "2026-10-01", "2027-01-01", "Q4 2026"),
    ("last quarter", "2026-07-01", "2026-10-01", "Q3 2026"),
    ("this year", "2026-01-01", "2027-01-01", "2026"),
    ("last year", "2025-01-01", "2026-01-01", "2025"),
    ("next month", "2026-12-01", "2027-01-01", "December 2026"),
    ("past six weeks", "2026-10-11", "2026-11-22", None),
    ("in the last 30 days", "2026-10-23", "2026-11-22", None),
    ("over the past two months", "2026-09-22", "2026-11-22", None),
    ("the last couple of weeks", "2026-11-08", "2026-11-22", None),
    ("past 12 months", "2025-11-22", "2026-11-22", None),
    ("the last two quarters", "2026-04-01", "2026-10-01", None),
    ("previous 3 months", "2026-08-01", "2026-11-01", None),
    ("past week", "2026-11-15", "2026-11-22", None),
    ("two months ago", "2026-09-01", "2026-10-01", "September 2026"),
    ("Q3", "2026-07-01", "2026-10-01", "Q3 2026"),
    ("q4", "2026-10-01", "2027-01-01", "Q4 2026"),
    ("Q3 2025", "2025-07-01", "2025-10-01", "Q3 2025"),
    ("2025 Q3", "2025-07-01", "2025-10-01", "Q3 2025"),
    ("2025-Q3", "2025-07-01", "2025-10-01", "Q3 2025"),
    ("Q3/26", "2026-07-01", "2026-10-01", "Q3 2026"),
    ("Q3 '25", "2025-07-01", "2025-10-01", "Q3 2025"),
    ("Q3 last year", "2025-07-01", "2025-10-01", "Q3 2025"),
    ("the third quarter", "2026-07-01", "2026-10-01", "Q3 2026"),
    ("second quarter of 2025", "2025-04-01", "2025-07-01", "Q2 2025"),
    ("the last quarter of 2025", "2025-10-01", "2026-01-01", "Q4 2025"),
    ("in March", "2026-03-01", "2026-04-01", "March 2026"),
    ("December", "2025-12-01", "2026-01-01", "December 2025"),
    ("november", "2026-11-01", "2026-12-01", "November 2026"),
    ("March 2025", "2025-03-01", "2025-04-01", "March 2025"),
    ("Sept 2026", "2026-09-01", "2026-10-01", "September 2026"),
    ("March of last year", "2025-03-01", "2025-04-01", "March 2025"),
    ("last May", "2026-05-01", "2026-06-01", "May 2026"),
    ("in May", "2026-05-01", "2026-06-01", "May 2026"),
    ("2026-03", "2026-03-01", "2026-04-01", "March 2026"),
    ("03/2026", "2026-03-01", "2026-04-01", "March 2026"),
    ("2026", "2026-01-01", "2027-01-01", "2026"),
    ("in 2025", "2025-01-01", "2026-01-01", "2025"),
    ("H1", "2026-01-01", "2026-07-01", "H1 2026"),
    ("second half of 2025", "2025-07-01", "2026-01-01", "H2 2025"),
    ("3 May 2026", "2026-05-03", "2026-05-04", "3 May 2026"),
    ("May 3rd", "2026-05-03", "2026-05-04", "3 May 2026"),
    ("3rd of May", "2026-05-03", "2026-05-04", "3 May 2026"),
    ("May 3, 2025", "2025-05-03", "2025-05-04", "3 May 2025"),
    ("2026-05-03", "2026-05-03", "2026-05-04", "3 May 2026"),
    ("03/05/2026", "2026-05-03", "2026-05-04", "3 May 2026"),
    ("05/23/2026", "2026-05-23", "2026-05-24", "23 May 2026"),
    ("3.5.26", "2026-05-03", "2026-05-04", "3 May 2026"),
    ("24 December", "2025-12-24", "2025-12-25", "24 December 2025"),
    ("29 February", "2024-02-29", "2024-03-01", "29 February 2024"),
    ("on Monday", "2026-11-16", "2026-11-17", "16 November 2026"),
    ("week 32", "2026-08-03", "2026-08-10", None),
    ("since May", "2026-05-01", None, "since May 2026"),
    ("since 3 May", "2026-05-03", None, "since 3 May 2026"),
    ("since the launch on 3 May", "2026-05-03", None, "since 3 May 2026"),
    ("since last week", "2026-11-09", None, "since 9 November 2026"),
    ("since 2025", "2025-01-01", None, "since 2025"),
    ("from June onwards", "2026-06-01", None, "since June 2026"),
    ("after 3 May", "2026-05-04", None, "after 3 May 2026"),
    ("until June", None, "2026-07-01", "until June 2026"),
    ("up to 3 May", None, "2026-05-04", "until 3 May 2026"),
    ("before June", None, "2026-06-01", "before June 2026"),
    ("between March and May", "2026-03-01", "2026-06-01", None),
    ("from March to May", "2026-03-01", "2026-06-01", None),
    ("March to May 2025", "2025-03-01", "2025-06-01", None),
    ("from May 2025 until July", "2025-05-01", "2025-08-01", None),
    ("from 3 May to 10 June", "2026-05-03", "2026-06-11", None),
    ("3-10 May", "2026-05-03", "2026-05-11", None),
    ("November to February", "2025-11-01", "2026-03-01", None),
    ("2025-11-03 to 2025-12-24", "2025-11-03", "2025-12-25", None),
    ("Q1 and Q2", "2026-01-01", "2026-07-01", None),
    ("year to date", "2026-01-01", "2026-11-22", None),
    ("ytd", "2026-01-01", "2026-11-22", None),
    ("so far this quarter", "2026-10-01", "2026-11-22", None),
    ("what may hurt customers in May", "2026-05-01", "2026-06-01", "May 2026"),
]

NO_PERIOD = [
    "what may hurt customers",
    "customers march to another shop",
    "a second opinion",
    "2000 customers complained",
    "recently",
    "they may leave and may not come back",
    "mayday",
    "the quarterly report",
    "how do I use the Q&A page",
]

IMPOSSIBLE = [
    "31 Feb 2026", "Q5", "2026-02-30", "30 February", "0 May", "45/45/2026", "Q0 2026", "week 60", "at christmas",
    "since the launch", "since christmas", "last 0 days",
]  # fmt: skip

BASELINES = [
    ("Q3 compared with Q2", "Q3 2026", "Q2 2026"),
    ("Q3 vs Q2", "Q3 2026", "Q2 2026"),
    ("compare Q2 and Q3", "Q3 2026", "Q2 2026"),
    ("compare Q3 to Q2", "Q3 2026", "Q2 2026"),
    ("compare onboarding in Q3 with Q2", "Q3 2026", "Q2 2026"),
    ("the difference between March and April", "April 2026", "March 2026"),
    ("did complaints rise from Q2 to Q3", "Q3 2026", "Q2 2026"),
    ("in October against September", "October 2026", "September 2026"),
    ("better in September than in August", "September 2026", "August 2026"),
    ("worse than in August", None, "August 2026"),
    ("more complaints than last month", None, "October 2026"),
    ("onboarding compared with last quarter", None, "Q3 2026"),
    ("Q3 vs last year", "Q3 2026", "Q3 2025"),
    ("October vs the same month last year", "October 2026", "October 2025"),
    ("Q3 compared to a year ago", "Q3 2026", "Q3 2025"),
    ("last quarter versus the previous quarter", "Q3 2026", "Q2 2026"),
    ("this year vs last year", "2026", "2025"),
    ("Q3 year on year", "Q3 2026", "Q3 2025"),
    ("month over month", "October 2026", "September 2026"),
    ("qoq", "Q3 2026", "Q2 2026"),
    ("January 2026 vs December", "January 2026", "December 2025"),
    ("Q2 vs Q3 2026", "Q2 2026", "Q3 2026"),
]


def _day(text):
    return date.fromisoformat(text) if text else None


@pytest.mark.parametrize(("text", "start", "end", "label"), PERIODS)
def test_a_period_is_read_as_days_and_named(text, start, end, label):
    times = find_times(text.lower(), CALENDAR, text)
    assert times.period is not None
    assert (times.period.start, times.period.end) == (_day(start), _day(end))
    assert times.baseline is None
    assert times.unknown == ()
    assert label in (None, times.period.label)


@pytest.mark.parametrize("text", NO_PERIOD)
def test_words_that_only_look_like_time_are_left_alone(text):
    times = find_times(text.lower(), CALENDAR, text)
    assert (times.period, times.baseline, times.unknown) == (None, None, ())


@pytest.mark.parametrize("text", IMPOSSIBLE)
def test_a_time_without_days_is_named_as_unknown(text):
    times = find_times(text.lower(), CALENDAR, text)
    assert times.period is None
    assert [unknown.kind for unknown in times.unknown] == ["period"]


@pytest.mark.parametrize(("text", "period", "baseline"), BASELINES)
def test_a_baseline_is_told_from_the_period(text, period, baseline):
    times = find_times(text.lower(), CALENDAR, text)
    assert (times.period and times.period.label) == period
    assert times.baseline is not None
    assert times.baseline.label == baseline


@pytest.mark.parametrize(
    ("text", "start", "end", "label"),
    [
        ("Q1", "2026-04-01", "2026-07-01", "Q1 FY2027"),
        ("Q4 2026", "2026-01-01", "2026-04-01", "Q4 FY2026"),
        ("this quarter", "2026-10-01", "2027-01-01", "Q3 FY2027"),
        ("last fiscal year", "2025-04-01", "2026-04-01", "FY2026"),
        ("FY27", "2026-04-01", "2027-04-01", "FY2027"),
    ],
)
def test_quarters_follow_the_fiscal_year_where_it_is_set(text, start, end, label):
    period = find_times(text.lower(), Calendar(as_of=AS_OF, fiscal_start=4), text).period
    assert period is not None
    assert (period.start, period.end, period.label) == (_day(start), _day(end), label)


def test_two_times_that_lie_apart_are_named_as_too_much():
    times = find_times("in march and may", CALENDAR)
    assert times.unknown[0].kind == "period"
    assert times.unknown[0].nearest == ("March 2026", "May 2026")


def test_an_american_calendar_reads_the_month_first():
    period = find_times("05/03/2026", Calendar(as_of=AS_OF, month_first=True)).period
    assert period is not None
    assert period.start == date(2026, 5, 3)


def test_spans_cover_the_words_that_were_used():
    times = find_times("complaints in march by email", CALENDAR)
    assert ["complaints in march by email"[a:b] for a, b in times.spans] == ["in march"]
