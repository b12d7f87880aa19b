"""What `journey import feedback` tells of files before and after it reads them."""

import json
from pathlib import Path

import openpyxl
import pytest

SAID = [f"the parcel of week {i} came late again" for i in range(24)]


@pytest.fixture
def journey(run_journey):
    """Run `journey …` in an empty folder, with the toy embedder."""
    return run_journey


def test_files_that_are_alike_are_shown_as_one(journey, tmp_path):
    folder = tmp_path / "days"
    folder.mkdir()
    for day in range(1, 5):
        (folder / f"2026-03-0{day}.csv").write_text("date,comment\n" + "".join(
            f"2026-03-0{day},{said}\n" for said in SAID), encoding="utf-8")  # fmt: skip
    (folder / "other.csv").write_text("comment,plan\n" + "".join(f"{said},gold\n" for said in SAID), encoding="utf-8")
    said = journey("import", "feedback", str(folder), "--dry-run").output
    assert "2026-03-01.csv and 3 more like it: 96 rows, source “days”" in said
    assert "other.csv: 24 rows, source “other”" in said
    assert "2026-03-02.csv" not in said


def test_reasons_for_rejection_are_counted_with_their_first_line(journey, tmp_path):
    rows = [
        *(f"2026-01-{i + 1:02},{said}" for i, said in enumerate(SAID)),
        "2026-01-05,",
        "2026-01-06,",
        "31/02/26,late",
    ]
    Path("a.csv").write_text("\n".join(["date,comment", *rows]), encoding="utf-8")
    said = journey("import", "feedback", "a.csv").output
    assert "2 × “comment”: no text (first: line 26)" in said
    assert "1 × “date”: “31/02/26” names a day or time that does not exist (line 28)" in said


def test_a_sheet_can_be_named_and_a_field_denied(journey, tmp_path):
    book = openpyxl.Workbook()
    for name, count in (("Long", 24), ("Short", 5)):
        sheet = book.create_sheet(name)
        sheet.append([f"comment {name}", "Stars"])
        for i, said in enumerate(SAID[:count]):
            sheet.append([said, i % 5 + 1])
    book.save("w.xlsx")

    def plan(*options: str):
        return json.loads(journey("import", "feedback", "w.xlsx", "--dry-run", "--json", *options).output)[0]

    assert plan()["fields"] == {"text": "comment Long", "rating": "Stars"}
    named = plan("--sheet", "Short", "--column", "rating=")
    assert (named["fields"], named["rows"]) == ({"text": "comment Short"}, 5)
