"""`journey chart`: a picture in a file, or a small chart in the terminal; what is not there is told."""

from datetime import date
from pathlib import Path

import pytest

from knowledge.errors import InputError, NotFound


@pytest.fixture
def company(run_journey):
    """Two months of feedback and a metric by month."""
    lines = ["id,text,at,customer,rating"]
    for i in range(80):
        said = "the parcel came late again" if i % 2 else "lovely recipes and friendly people"
        lines.append(f"{i},{said} {i},{date(2026, 1 + i % 6, 1 + i % 28)},c{i % 30},{1 if i % 2 else 5}")
    Path("f.csv").write_text("\n".join(lines), encoding="utf-8")
    rows = [f"onboarding,CSAT,2026-{m:02d},{4 + m / 10:.1f},{100 + m},4.2" for m in range(1, 7)]
    Path("m.csv").write_text("\n".join(["stage,metric,period,value,n,target", *rows]), encoding="utf-8")
    run_journey("import", "feedback", "f.csv")
    run_journey("import", "metrics", "m.csv")
    return run_journey


def test_a_metric_is_written_as_a_picture(company):
    told = company("chart", "trend", "--metric", "csat", "--stage", "Onboarding", "-o", "csat.png")
    assert told.output.startswith("csat.png: CSAT in onboarding was 4.6")
    assert Path("csat.png").read_bytes().startswith(b"\x89PNG")


def test_dark_is_another_picture(company):
    for name, more in (("light.png", ()), ("dark.png", ("--dark",))):
        company("chart", "trend", "--metric", "csat", "--stage", "onboarding", "-o", name, *more)
    assert Path("light.png").read_bytes() != Path("dark.png").read_bytes()


def test_without_a_file_it_is_drawn_in_the_terminal(company):
    output = company("chart", "trend", "--metric", "csat", "--stage", "onboarding").output
    assert "█" in output
    assert "Jun 2026" in output
    assert "target" in output


def test_feedback_is_drawn_by_month_and_by_question(company):
    assert "Pieces of feedback by month." in company("chart", "trend", "--as-of", "2026-07-01").output
    assert "Jan 2026" in company("chart", "answer", "how has parcel changed over time?", "--as-of", "2026-07-01").output


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [(("trend", "--metric", "joy"), NotFound, "There is no metric 'joy'. There are: csat"),
     (("themes", "--stage", "moon"), NotFound, "There is no stage 'moon'"),
     (("trend", "--theme", "T999"), NotFound, "There is no theme 'T999'"),
     (("trend", "--period", "blue"), InputError, "'blue' names no period"),
     (("trend", "--period", "March 2019"), NotFound, "There is too little to draw."),
     (("trend", "--metric", "csat", "--stage", "onboarding", "-o", "no/x.png"), InputError, "cannot be written")],
)  # fmt: skip
def test_what_is_not_there_is_told(company, arguments, error, words):
    result = company("chart", *arguments, ok=False)
    assert isinstance(result.exception, error)
    assert words in str(result.exception)
