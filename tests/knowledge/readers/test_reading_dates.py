"""Dates and ratings: what is read, what is refused, and how a column settles what a value alone cannot."""

import contextlib
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from knowledge.errors import InputError
from knowledge.readers.dates import DateSurvey, parse_date
from knowledge.readers.ratings import RatingSurvey, parse_rating

DAY = datetime(2026, 1, 2)
AT = datetime(2026, 1, 2, 15, 4)


@pytest.mark.parametrize(
    "text",
    ["2026-01-02", "2 Jan 2026", "Jan 2 2026", "January 2nd, 2026", "02/01/2026", "2026/01/02", "02.01.26", "2-JAN-26",
     "Friday, January 2, 2026", "20260102", "46024", "2. Januar 2026", "2 de enero de 2026", "2 janvier 2026",
     "2026年1月2日", "02 01 2026", " 2026-01-02 ", "2026 Jan 2"],
)  # fmt: skip
def test_the_same_day_in_the_usual_forms(text):
    assert parse_date(text) == DAY


@pytest.mark.parametrize(
    "text",
    ["2026-01-02T15:04", "2026-01-02 15:04:00", "02/01/2026 3:04 PM", "Jan 2, 2026 at 3:04 p.m.", "02.01.2026, 15:04",
     "15:04 02/01/2026", "20260102T150400", "20260102150400", "Fri Jan  2 15:04:00 2026", "2026-01-02 15:04:00.0"],
)  # fmt: skip
def test_the_same_minute_in_the_usual_forms(text):
    assert parse_date(text) == AT
    assert parse_date(text).tzinfo is None


@pytest.mark.parametrize(
    ("text", "hours"),
    [("2026-01-02T15:04Z", 0), ("2026-01-02T15:04:00+02:00", 2), ("2026-01-02 15:04:00 -0500", -5),
     ("Fri, 02 Jan 2026 15:04:00 GMT", 0), ("Fri Jan 02 2026 15:04:00 GMT+0100 (CET)", 1), ("2 Jan 2026 15:04 EST", -5),
     ("2026-01-02T15:04+01:00[Europe/Berlin]", 1)],
)  # fmt: skip
def test_a_time_zone_is_kept(text, hours):
    got = parse_date(text)
    assert got.replace(tzinfo=None) == AT
    assert got.utcoffset() == timedelta(hours=hours)


@pytest.mark.parametrize("text", ["1767366240", "1767366240000", "1767366240000000", "1767366240.0"])
def test_epoch_times_are_utc(text):
    assert parse_date(text) == AT.replace(tzinfo=UTC)


def test_a_month_alone_is_its_first_day():
    assert {parse_date(text) for text in ("2026-03", "03/2026", "March 2026", "03.2026")} == {datetime(2026, 3, 1)}


@pytest.mark.parametrize(
    "text",
    ["0202-01-02", "31/02/2026", "2026-02-31", "2205-01-01", "hello", "5", "may", "2026", "10:30", "²²²²", "1/2/3", "",
     "2 Jan 2026 15:04 XYZ", "13:99 02/01/2026", "2026-01-02T10:00:00+99:99", "9" * 19, "9" * 70, "25/12"],
)  # fmt: skip
def test_nonsense_is_refused(text):
    with pytest.raises(InputError):
        parse_date(text)


@given(
    st.text(max_size=90)
    | st.from_regex(r"[0-9:/.,TZ +-]{1,30}")
    | st.from_regex(r"[A-Za-z]{3,9} \d{1,3},? \d{1,5} .{0,12}")
)
@example("\x00")
@example("1" * 25 + ".5")
def test_whatever_the_text_only_the_documented_error_is_raised(text):
    for order in ("day", "month"):
        with contextlib.suppress(InputError):
            assert 1970 <= parse_date(text, order).year <= 2100


@given(
    st.datetimes(
        datetime(1971, 1, 1), datetime(2099, 12, 31), timezones=st.none() | st.just(timezone(timedelta(hours=-7)))
    )
)
def test_iso_reads_back_equal(moment):
    assert parse_date(moment.isoformat()) == moment
    assert parse_date(moment.isoformat()).tzinfo == moment.tzinfo


@given(st.dates(datetime(1971, 1, 1).date(), datetime(2099, 12, 31).date()))
def test_numbers_read_back_in_the_order_that_was_settled(day):
    assert parse_date(f"{day:%d/%m/%Y}", "day").date() == day
    assert parse_date(f"{day:%m/%d/%Y}", "month").date() == day


def surveyed(*values: str) -> tuple[str, str]:
    survey = DateSurvey()
    for value in values:
        survey.add(value)
    order, notes = survey.decide()
    return order, " ".join(notes)


def test_one_clear_value_settles_the_column_and_is_named():
    assert surveyed("03/04/2025", "25/04/2025") == (
        "day", "Dates such as 03/04/2025 are read day first, because 25/04/2025 occurs."
    )  # fmt: skip
    assert surveyed("03/04/2025", "04/25/2025")[0] == "month"


def test_without_a_clear_value_the_default_is_stated():
    order, said = surveyed("03/04/2025", "05/06/2025 14:00")
    assert order == "day"
    assert "our default" in said


def test_am_and_pm_speak_for_the_united_states():
    order, said = surveyed("03/04/2025 3:15 PM", "05/06/2025 9:00 AM")
    assert order == "month"
    assert "AM or PM" in said


def test_both_orders_in_one_column_are_said():
    order, said = surveyed("25/04/2025", "26/04/2025", "04/27/2025", "01/02/2025")
    assert order == "day"
    assert "both orders" in said
    assert "04/27/2025" in said


def test_iso_dates_and_german_dates_need_no_note():
    assert surveyed("2026-01-02", "02.03.2026") == ("day", "")


def test_numbers_and_months_are_said():
    assert "seconds" not in surveyed("46024")[1]
    assert "Excel" in surveyed("46024")[1]
    assert "1970" in surveyed("1767366240")[1]
    assert "first day" in surveyed("2026-03", "March 2026")[1]


@pytest.mark.parametrize(
    ("text", "value"),
    [("4", 4), ("4.5", 4.5), ("4,5", 4.5), ("4/5", 4), ("4 out of 5", 4), ("4 stars", 4), ("★★★☆☆", 3), ("80%", 80),
     ("-2", -2), ("+1", 1), ("⭐⭐", 2)],
)  # fmt: skip
def test_ratings_in_the_usual_forms(text, value):
    assert parse_rating(text) == value


@given(st.text(max_size=20))
@example("inf")
@example("1e3")
@example("nan")
@example("1_0")
def test_whatever_the_text_a_rating_is_finite_or_refused(text):
    with contextlib.suppress(InputError):
        assert -1e12 < parse_rating(text) < 1e12


def scale(*values: object, name: str = "rating") -> tuple[float, float] | None:
    survey = RatingSurvey()
    for value in values:
        survey.add(str(value))
    return survey.decide(name)


@pytest.mark.parametrize(
    ("values", "expected"),
    [((1, 3, 5), (1, 5)), ((0, 3, 5), (0, 5)), ((1, 7), (1, 7)), ((1, 10), (1, 10)), ((0, 9), (0, 10)),
     ((0, 55, 100), (0, 100)), ((0.2, 0.9, 1), (0, 1)), ((0, 1, 1), (0, 1)),
     ((-1, 0, 1), (-1, 1)), ((-100, 40), (-100, 100)), (("3/5",), (1, 5)),
     (("80%", "20%"), (0, 100)), (("x", ""), None)],
)  # fmt: skip
def test_a_scale_is_guessed_from_the_values(values, expected):
    assert scale(*values) == expected


def test_a_column_named_nps_runs_from_0_to_10():
    assert scale(1, 3, 5, name="NPS") == (0, 10)


def test_a_few_codes_for_no_answer_do_not_stretch_the_scale():
    assert scale(*([1, 2, 3, 4, 5] * 40), 99) == (1, 5)


@given(
    low=st.sampled_from([0, 1]),
    counts=st.lists(st.integers(10, 60), min_size=5, max_size=5),
    beyond=st.lists(st.integers(6, 10), max_size=60),
)
def test_a_few_values_up_to_ten_do_not_stretch_a_scale_that_ends_at_five(low, counts, beyond):
    values = [value for value, count in enumerate(counts, start=1) for _ in range(count)] + [low] * counts[0]
    rare = beyond[: len(values) // 40]
    assume(all(counts[4] >= 3 * rare.count(value) for value in rare))
    assert scale(*values, *rare) == (low, 5)


def test_one_to_ten_from_unhappy_customers_stays_one_to_ten():
    thinning = [value for value in range(1, 11) for _ in range(int(10_000 * 0.45**value))]
    assert sum(value <= 5 for value in thinning) >= 0.97 * len(thinning)
    assert scale(*thinning)[1] > 5


@given(st.lists(st.integers(-5, 110), min_size=1, max_size=300))
def test_a_scale_holds_nearly_every_value_and_the_rest_are_counted(values):
    survey = RatingSurvey()
    for value in values:
        survey.add(str(value))
    low, high = survey.decide()
    outside = sum(not low <= value <= high for value in values)
    assert survey.beyond((low, high)) == outside <= 0.03 * len(values)
