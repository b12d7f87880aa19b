"""Bad tables of metrics: what is refused, in which line and why, and what is only noted; golden, to the letter."""

import pytest

from knowledge.errors import JourneyError
from knowledge.readers.metrics import read_metrics

HEADER = "stage,metric,period,value,n,unit,target"


def read(tmp_path, *rows, header=HEADER):
    path = tmp_path / "kpi.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return read_metrics(path)


GOLDEN = {
    "impossible values": (
        ["use,CSAT,2026-01,4.2,80,of 5,", "use,CSAT,2026-02,9,80,of 5,", "use,churn,2026-01,112,50,%,",
         "use,NPS,2026-01,-130,90,,", "use,CSAT,2026-03,4.1,0,of 5,"],
        [(3, "value", "CSAT cannot be 9 of 5: it goes from 1 to 5"),
         (4, "value", "Churn cannot be 112 %: it goes from 0 to 100"),
         (5, "value", "NPS cannot be -130 points: it goes from -100 to 100"),
         (6, "n", "0 is no number of answers: a whole number from 1 on was expected")],
        (),
    ),
    "overlapping periods": (
        ["use,CSAT,2026-Q1,4.2,240,,", "use,CSAT,2026-01,4.1,80,,"],
        [(2, "value", "Q1 2026 overlaps January 2026 in line 3, which is kept: a day that is measured twice would "
                      "count twice")],
        (),
    ),
    "contradictory duplicates": (
        ["use,CSAT,2026-01,4.2,80,,", "Use,Customer satisfaction,Jan 2026,3.9,80,,", "use,CSAT,2026-01,4.2,80,,"],
        [(3, "value", "contradicts line 2: 3.9 here, 4.2 there for the same metric, stage, period and segment; the "
                      "first is kept"),
         (4, "value", "the same metric, stage, period and segment as in line 2, with the same value")],
        (),
    ),
    "mixed units": (
        ["use,response time,2026-01,5,80,h,", "use,response time,2026-02,310,80,min,"],
        [(3, "value", "measured in “min”, while the rows above measure First response time in “h”")],
        (),
    ),
    "gaps": (
        ["use,CSAT,2026-01,4.2,,,", "use,CSAT,2026-02,4.2,,,", "use,CSAT,2026-04,4.1,,,", "use,CSAT,2026-05,4.1,,,"],
        [],
        ("CSAT in use has no value for March 2026.",),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", GOLDEN)
def test_what_is_wrong_is_told_with_line_and_reason(tmp_path, name):
    rows, refused, notes = GOLDEN[name]
    got = read(tmp_path, *rows)
    assert [(r.line, r.column, r.reason) for r in got.rejected] == refused
    assert got.notes == notes
    assert len(got.points) == len(rows) - len(refused)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"{HEADER}\n", "kpi.csv has a header but no row: there is nothing to import."),
        ("", "kpi.csv is empty"),
        ("stage,metric,value\nuse,CSAT,4\n", "no column says when (period, month, date …); the columns are: stage"),
        ("month,remark\n2026-01,fine\n", "no column holds measures: expected “metric” and “value”, or columns of"),
    ],
)
def test_a_table_without_metrics_says_what_is_missing(tmp_path, text, message):
    path = tmp_path / "kpi.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(JourneyError) as caught:
        read_metrics(path)
    assert message in str(caught.value)


def test_segments_and_stages_of_their_own_do_not_overlap(tmp_path):
    rows = ["use,CSAT,2026-Q1,4.2,pro", "use,CSAT,2026-01,4.1,basic", "buy,CSAT,2026-01,4.1,pro"]
    got = read(tmp_path, *rows, header="stage,metric,period,value,plan")
    assert (len(got.points), got.rejected) == (3, [])


def test_a_wide_table_is_held_to_the_same(tmp_path):
    rows = ["2026-01,4.2,61", "2026-01,4.2,62", "2026-02,8,140"]
    got = read(tmp_path, *rows, header="month,CSAT,conversion")
    assert [(r.line, r.column) for r in got.rejected] == [
        (3, "CSAT"), (3, "conversion"), (4, "CSAT"), (4, "conversion")
    ]  # fmt: skip
    assert "contradicts line 2: 62 here, 61 there" in got.rejected[1].reason


def test_a_share_among_percents_is_read_by_the_unit_of_its_row(tmp_path):
    found = read(tmp_path, "use,Conversion,2026-01,54,100,%,60", "use,Conversion,2026-02,0.55,100,share,0.6")
    assert [(point.value, point.target) for point in found.points] == [(54, 60), (55, 60)]
