"""`journey import events`, `journey funnel`, and questions about what came in."""

import json
from pathlib import Path

import pytest

from knowledge.errors import NotFound


@pytest.fixture
def logged(run_journey):
    """Ten orders: six paid after a day, two of them delivered, one refused; two plans."""
    lines = ["order,what,when,plan"]
    for i in range(10):
        lines.append(f"o{i},placed,2026-01-01T08:00:00Z,{'gold' if i < 5 else 'free'}")
        if i < 6:
            lines.append(f"o{i},paid,2026-01-02T08:00:00Z,")
        if i < 2:
            lines.append(f"o{i},delivered,2026-01-05,")
        if i == 9:
            lines.append(f"o{i},refused,2026-01-02,")
    Path("log.csv").write_text("\n".join([*lines, "o1,wondered,2026-01-03,", "o2,paid,never,"]), encoding="utf-8")
    Path("s.csv").write_text(
        "activity,stage,end\nplaced,Placed,\npaid,Paid,\ndelivered,Delivered,\nrefused,Refused,yes\n"
    )
    columns = ("--case", "order", "--activity", "what", "--time", "when", "--segment", "plan", "--stages", "s.csv")
    run_journey.told = run_journey("import", "events", "log.csv", *columns).output
    return run_journey


def test_the_import_says_what_came_in_and_what_did_not(logged):
    assert "log: 21 rows read, 1 rejected; 10 cases with 19 events in 4 stages." in logged.told
    assert "row 21: a time that we cannot read: never" in logged.told
    assert "1 event(s) belong to no stage: wondered (1)." in logged.told


def test_the_funnel_counts_step_by_step(logged):
    output = logged("funnel").output
    assert [line.split()[:2] for line in output.splitlines()[1:4]] == [
        ["Placed", "10"],
        ["Paid", "6"],
        ["Delivered", "2"],
    ]
    assert "cases ended in: Refused (1)." in output


def test_the_funnel_is_json_too_and_by_segment(logged):
    steps = json.loads(logged("funnel", "--by", "plan", "--json").output)["steps"]
    assert [(s["group"], s["stage"], s["cases"]) for s in steps if s["stage"] != "Delivered"] == [
        ("free", "Placed", 5), ("free", "Paid", 1), ("gold", "Placed", 5), ("gold", "Paid", 5)]  # fmt: skip


def test_a_question_is_answered_and_drawn(logged):
    assert (
        "Of 10 cases that entered Placed, 6 went on to Paid: 60%"
        in logged("ask", "conversion from placed to paid?").output
    )
    assert "Delivered" in logged("chart", "funnel").output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(("--by", "colour"), "has no segment 'colour'. It has: plan."), (("--log", "x"), "There is no event log 'x'")],
)  # fmt: skip
def test_what_is_not_there_is_told(logged, arguments, words):
    result = logged("funnel", *arguments, ok=False)
    assert isinstance(result.exception, NotFound)
    assert words in str(result.exception)
