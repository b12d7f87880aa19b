"""Tables of metrics: long and wide, their units, their periods, and impossible values."""

import contextlib
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.errors import InputError, MissingColumn
from knowledge.readers.known_metrics import metric_for, unit_of
from knowledge.readers.metrics import MetricsFile, read_metrics
from knowledge.readers.numbers import parse_number
from knowledge.readers.period_text import column_grain, parse_period


def read(tmp_path: Path, text: str, **options: object) -> MetricsFile:
    path = tmp_path / "kpi_2026-04.csv"
    path.write_text(text, encoding="utf-8")
    return read_metrics(path, **options)


def table(*rows: str, header: str = "stage,metric,period,value,n,target") -> str:
    return "\n".join([header, *rows]) + "\n"


def test_a_long_table_becomes_metrics_and_points(tmp_path):
    got = read(tmp_path, table("Onboarding,CSAT,2026-03,4.2,200,4.5,pro,App", "All,Net Promoter Score,2026-Q1,31,,,,",
                               header="Stage,Metric,Month,Value,Responses,Goal,Plan,Sales channel"))  # fmt: skip
    assert [(m.id, m.unit, m.better, m.low, m.high) for m in got.metrics] == [
        ("csat", "of 5", "higher", 1, 5), ("nps", "points", "higher", -100, 100)
    ]  # fmt: skip
    first, second = got.points
    assert (first.stage, first.period.label, first.value, first.n, first.target) == (
        "onboarding",
        "March 2026",
        4.2,
        200,
        4.5,
    )
    assert (dict(first.segments), first.source) == ({"plan": "pro", "sales_channel": "App"}, "kpi")
    assert (second.stage, second.period.label, second.n, dict(second.segments)) == (None, "Q1 2026", None, {})


def test_impossible_values_are_rejected_with_line_and_reason(tmp_path):
    got = read(tmp_path, table(
        "use,CSAT,2026-01,4.2,,", "use,CSAT,2026-02,7,,", "use,CSAT,2026-03,4,,", "use,conversion,2026-01,40%,,",
        "use,conversion,2026-02,140%,,", "use,NPS,2026-02,-140,,", "use,churn,2026-01,-1%,,",
        "use,resolution time,2026-01,-3,,",
    ))  # fmt: skip
    assert [(r.line, r.column, r.reason) for r in got.rejected] == [
        (3, "value", "CSAT cannot be 7 of 5: it goes from 1 to 5"),
        (6, "value", "Conversion cannot be 140 %: it goes from 0 to 100"),
        (7, "value", "NPS cannot be -140 points: it goes from -100 to 100"),
        (8, "value", "Churn cannot be -1 %: it goes from 0 to 100"),
        (9, "value", "Resolution time cannot be -3 h: it goes 0 or more"),
    ]
    assert len(got.points) == 3
    assert [m.id for m in got.metrics] == ["csat", "conversion"]


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (",CSAT,2026-13,4,,", "period", "does not exist"),
        (",CSAT,,4,,", "period", "no period"),
        (",CSAT,soon,4,,", "period", "not a date"),
        (",CSAT,1812,4,,", "period", "1812"),
        (",,2026-01,4,,", "metric", "no metric"),
        (",CSAT,2026-01,,,", "value", "no value"),
        (",CSAT,2026-01,good,,", "value", "not a number"),
        (",CSAT,2026-01,4,0,", "n", "no number of answers"),
        (",CSAT,2026-01,4,1.5,", "n", "no number of answers"),
        (",CSAT,2026-01,4,x,", "n", "not a number"),
        (",CSAT,2026-01,4,,high", "target", "not a number"),
        (",CSAT,2026-01,4", None, "too few cells"),
    ],
)
def test_a_row_that_cannot_be_used_names_its_column(tmp_path, row, column, reason):
    got = read(tmp_path, table("use,CSAT,2025-12,4.1,10,4", row))
    assert [(r.line, r.column) for r in got.rejected] == [(3, column)]
    assert reason in got.rejected[0].reason
    assert (len(got.points), got.read) == (1, 2)


def test_shares_of_one_become_percent_and_it_is_said(tmp_path):
    got = read(
        tmp_path,
        table(
            "buy,Conversion rate,2026-01,0.42,,0.5", "buy,Conversion,2026-02,0.44,,0.5", "buy,conversion,2026-03,1.4,,"
        ),
    )
    assert [(p.value, p.target) for p in got.points] == [(42.0, 50.0), (44.0, 50.0)]
    assert got.rejected[0].reason == "Conversion cannot be 140 %: it goes from 0 to 100"
    assert any("share of 1" in note for note in got.notes)


def test_csat_in_percent_keeps_its_scale(tmp_path):
    got = read(tmp_path, table("use,CSAT,2026-01,82,,", "use,CSAT,2026-02,85,,", "use,CSAT,2026-03,120,,"))
    assert (got.metrics[0].unit, got.metrics[0].high, len(got.points), len(got.rejected)) == ("%", 100, 2, 1)


def test_a_unit_and_a_direction_that_are_written_win(tmp_path):
    header = "metric,period,value,unit,better"
    got = read(tmp_path, table("First response time,2026-01,90,minutes,", "CES,2026-01,2,1-5,lower", header=header))
    assert [(m.unit, m.better, m.high) for m in got.metrics] == [("min", "lower", None), ("of 5", "lower", 5)]


def test_one_metric_in_two_units_is_refused(tmp_path):
    got = read(tmp_path, table("CSAT,2026-01,80%", "CSAT,2026-02,4/5", header="metric,period,value"))
    assert [r.line for r in got.rejected] == [3]
    assert "“of 5”" in got.rejected[0].reason


def test_a_wide_table_has_a_metric_per_column(tmp_path):
    got = read(tmp_path, table("2026-01,Loan,12,97.5", "2026-02,Loan,9,", header="month,Product,complaints,timely_pct"))
    assert [(m.id, m.name, m.unit, m.better) for m in got.metrics] == [
        ("complaints", "Complaints", "", "lower"), ("timely_pct", "Timely", "%", "higher")
    ]  # fmt: skip
    assert [(p.metric, p.value) for p in got.points] == [("complaints", 12), ("timely_pct", 97.5), ("complaints", 9)]
    assert dict(got.points[0].segments) == {"product": "Loan"}


def test_a_scorecard_has_a_column_for_each_period(tmp_path):
    got = read(tmp_path, table("CSAT,Delivery,4.2,1-5,3.6,,3.9", "Churn,Return,3%,%,3.1%,2.9%,soon",
                               header="KPI,Journey stage,Target,Unit,Jan-26,Feb-26,Q2 2026"))  # fmt: skip
    assert [(p.metric, p.stage, p.period.label, p.value, p.target) for p in got.points] == [
        ("csat", "delivery", "January 2026", 3.6, 4.2), ("csat", "delivery", "Q2 2026", 3.9, 4.2),
        ("churn", "return", "January 2026", 3.1, 3), ("churn", "return", "February 2026", 2.9, 3),
    ]  # fmt: skip
    assert [(r.line, r.column, r.reason) for r in got.rejected] == [(3, "value", "“soon” is not a number")]
    assert "A scorecard: the columns “Jan-26” to “Q2 2026” are read as 3 periods." in got.notes


def test_columns_of_dates_in_a_workbook_are_the_months_that_they_begin(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["KPI", datetime(2026, 1, 1), datetime(2026, 2, 1)])
    book.active.append(["NPS", 27, 31])
    book.save(tmp_path / "k.xlsx")
    assert [p.period.label for p in read_metrics(tmp_path / "k.xlsx").points] == ["January 2026", "February 2026"]


def test_the_same_value_twice_names_the_first_line(tmp_path):
    got = read(tmp_path, table("use,CSAT,2026-01,4,,", "Use,csat,Jan 2026,4.1,,"))
    assert [(r.line, "line 2" in r.reason) for r in got.rejected] == [(3, True)]


def test_what_is_missing_is_named_with_the_columns_that_exist(tmp_path):
    with pytest.raises(MissingColumn, match=r"when.*a, b"):
        read(tmp_path, "a,b\n1,2\n")
    with pytest.raises(MissingColumn, match=r"measures.*month, said"):
        read(tmp_path, "month,said\n2026-01,good\n")
    with pytest.raises(InputError, match="no column “stag”"):
        read(tmp_path, table("x,CSAT,2026-01,4,,"), columns={"stag": "stage"})


def test_columns_can_be_named(tmp_path):
    got = read(
        tmp_path, "what,figure,at\nCSAT,4,2026-01\n", columns={"metric": "What", "value": "figure", "period": "at"}
    )
    assert got.points[0].value == 4


def test_firsts_of_months_are_months_and_dates_of_weeks_are_weeks(tmp_path):
    got = read(tmp_path, table("use,CSAT,2026-01-01,4,,", "use,CSAT,2026-02-01,4,,"))
    assert [p.period.label for p in got.points] == ["January 2026", "February 2026"]
    assert column_grain("Week starting", ["2026-03-02"]) == "week"
    assert column_grain("date", ["2026-03-02", "2026-04-01"]) is None


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026", date(2026, 1, 1), date(2027, 1, 1)),
        ("2026-Q1", date(2026, 1, 1), date(2026, 4, 1)),
        ("Q4 2026", date(2026, 10, 1), date(2027, 1, 1)),
        ("2026Q2", date(2026, 4, 1), date(2026, 7, 1)),
        ("2026-03", date(2026, 3, 1), date(2026, 4, 1)),
        ("03/2026", date(2026, 3, 1), date(2026, 4, 1)),
        ("Mar 2026", date(2026, 3, 1), date(2026, 4, 1)),
        ("Mar-26", date(2026, 3, 1), date(2026, 4, 1)),
        ("Q4'26", date(2026, 10, 1), date(2027, 1, 1)),
        ("2026 March", date(2026, 3, 1), date(2026, 4, 1)),
        ("2026-12", date(2026, 12, 1), date(2027, 1, 1)),
        ("2026-W10", date(2026, 3, 2), date(2026, 3, 9)),
        ("W1 2026", date(2025, 12, 29), date(2026, 1, 5)),
        ("2026-03-02", date(2026, 3, 2), date(2026, 3, 3)),
        ("2026-03-02T00:00:00", date(2026, 3, 2), date(2026, 3, 3)),
    ],
)
def test_periods_in_the_usual_forms(text, start, end):
    got = parse_period(text)
    assert (got.start, got.end) == (start, end)


@given(st.text(max_size=20) | st.from_regex(r"[0-9]{1,5}[-/ ]?[QWw]?[0-9]{0,3}"))
def test_whatever_the_text_a_period_is_read_or_refused(text):
    try:
        got = parse_period(text)
        assert got.start < got.end
    except InputError:
        pass


@pytest.mark.parametrize(
    ("text", "expected"),
    [("4.2", (4.2, "")), ("4,2", (4.2, "")), ("1,234", (1234, "")), ("1.234,5", (1234.5, "")),
     ("1,234.5", (1234.5, "")), ("85 %", (85, "%")), ("-3", (-3, "")), ("−3", (-3, "")), ("4/5", (4, "of 5")),
     ("€ 4.20", (4.2, "€")), ("1 234", (1234, "")), ("0,125", (0.125, "")),
     ("1,234,567", (1234567, "")), ("7 of 5", (7, "of 5"))],
)  # fmt: skip
def test_numbers_in_the_usual_forms(text, expected):
    assert parse_number(text) == expected


@given(st.text(max_size=45) | st.from_regex(r"[+-]?[0-9.,' ]{1,12}[%]?"))
def test_whatever_the_text_a_number_is_read_or_refused(text):
    with contextlib.suppress(InputError):
        assert abs(parse_number(text)[0]) < 1e40


def test_known_metrics_are_found_by_their_other_names():
    assert metric_for("NPS Score").id == "nps"
    assert metric_for("churn_rate").better == "lower"
    assert metric_for("Checkout errors").better == "lower"
    assert metric_for("Sign-ups").better == "higher"
    assert unit_of("Percent") == "%"
    assert unit_of("1-5") == unit_of("out of 5") == unit_of("/5") == "of 5"


@pytest.mark.shared
def test_a_real_wide_table_is_read_whole(shared_data):
    got = read_metrics(shared_data / "cfpb" / "monthly_metrics.csv")
    assert (got.read, len(got.points), got.rejected) == (443, 1329, [])
    assert {m.id: m.unit for m in got.metrics} == {"complaints": "", "timely_pct": "%", "relief_pct": "%"}
