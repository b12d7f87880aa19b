"""The command line end to end: a messy export in, an answered question out, everything out again."""

import csv
import json
from pathlib import Path

import pytest

from knowledge.errors import JourneyError

TOPICS = {
    "the parcel came late again and nobody told me": "delivery",
    "refund still missing after weeks": "refund",
    "lovely recipes, my kids ate everything": "praise",
}


@pytest.fixture
def journey(run_journey):
    """Run `journey …` in an empty folder, with the toy embedder."""
    return run_journey


@pytest.fixture
def export_file(tmp_path: Path) -> Path:
    """Write a file as people send it: semicolons, cp1252, German dates, a broken row, e-mails."""
    lines = ["Nr;Datum;Kunde;Kanal;Plan;Sterne;Kommentar"]
    for i in range(60):
        text = list(TOPICS)[i % 3]
        lines.append(f"{i};{i % 28 + 1:02d}.0{i % 3 + 1}.2026;K{i % 20};{'email' if i % 2 else 'chat'};"
                     f"{'gold' if i % 4 else 'free'};{1 + i % 5};{text} – write to a{i}@example.com")  # fmt: skip
    lines.insert(30, "too;few")
    path = tmp_path / "export_2026-03-31.csv"
    path.write_bytes("\r\n".join(lines).encode("cp1252"))
    return path


def test_a_messy_export_comes_in_once_and_bad_rows_are_set_aside(journey, export_file):
    command = ("import", "feedback", export_file.name, "--column", "text=Kommentar", "--column", "id=Nr",
               "--column", "at=Datum", "--column", "customer=Kunde", "--column", "channel=Kanal",
               "--column", "rating=Sterne", "--segment", "Plan", "--json")  # fmt: skip
    first = json.loads(journey(*command).output)
    assert (first["files"][0]["read"], first["files"][0]["added"], first["files"][0]["rejected"]) == (61, 60, 1)
    with Path("export_2026-03-31.csv.rejected.csv").open(encoding="utf-8-sig") as file:
        rejected = list(csv.DictReader(file))
    assert rejected[0]["line"] == "31"
    assert rejected[0]["reason"]
    again = json.loads(journey(*command).output)
    assert (again["files"][0]["added"], again["files"][0]["unchanged"], again["feedback"]) == (0, 60, 60)


def test_rejected_rows_stand_beside_the_file_wherever_the_command_runs(journey, tmp_path):
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "e.csv").write_text("text,date\nall fine,2026-01-02\nlate,2026-01-03\nbad,2026-02-31\n", encoding="utf-8")
    said = journey("import", "feedback", str(folder / "e.csv")).output
    assert f"are in {folder / 'e.csv.rejected.csv'}\n" in said
    assert (folder / "e.csv.rejected.csv").exists()
    assert not Path("e.csv.rejected.csv").exists()


def test_nothing_personal_reaches_the_disk(journey, export_file):
    journey("import", "feedback", export_file.name, "--column", "text=Kommentar", "--column", "customer=Kunde")
    for file in Path().glob("journey.db*"):
        content = file.read_bytes()
        assert b"@example.com" not in content, file
        if file.suffix != ".key":
            assert b"K17" not in content, file


def test_a_dry_run_shows_the_columns_masked_and_writes_nothing(journey, export_file):
    shown = journey("import", "feedback", export_file.name, "--column", "text=Kommentar", "--dry-run").output
    assert "Kommentar" in shown
    assert "@example.com" not in shown
    assert not Path("journey.db").exists()


def test_feedback_comes_from_standard_input(journey):
    rows = "\n".join(json.dumps({"text": text, "date": "2026-01-01"}) for text in TOPICS)
    assert "3 new" in journey("import", "feedback", "-", stdin=rows).output


def test_asking_gives_the_contract_and_the_rows_behind_each_number(journey, export_file):
    journey("import", "feedback", export_file.name, "--column", "text=Kommentar", "--column", "at=Datum",
            "--column", "channel=Kanal", "--segment", "Plan")  # fmt: skip
    answer = json.loads(
        journey("ask", "how many pieces of feedback came by chat?", "--json", "--as-of", "2026-04-01").output
    )
    assert answer["understood"]["intent"] == "count"
    assert answer["understood"]["filters"] == {"channel": ["chat"]}
    assert answer["findings"][0]["count"] == 30 == len(answer["findings"][0]["evidence"])
    listed = journey("export", "feedback", "--format", "jsonl").output.splitlines()
    by_chat = {row["id"] for row in map(json.loads, listed) if row["channel"] == "chat"}
    assert set(answer["findings"][0]["evidence"]) == by_chat


def test_a_question_before_any_import_says_what_to_do(journey):
    result = journey("ask", "what hurts?", ok=False)
    assert isinstance(result.exception, JourneyError)
    assert "journey import feedback" in str(result.exception)


def test_exports_hold_every_field_and_defuse_formulas(journey):
    texts = [f"=HYPERLINK(1) {text}" for text in TOPICS]
    rows = json.dumps([{"id": str(i), "text": text, "plan": "gold"} for i, text in enumerate(texts)])
    journey("import", "feedback", "-", "--segment", "plan", stdin=rows)
    listed = list(csv.DictReader(journey("export", "feedback").output.splitlines()))
    own = {"id", "text", "at", "channel", "customer", "rating", "language", "stage", "url", "plan"}
    derived = {"stage_confidence", "staged_by", "sentiment", "theme_id", "theme", "parent_theme_id", "duplicate_of"}
    assert set(listed[0]) == own | derived
    assert all(row["text"].startswith("'=") for row in listed)


def test_parquet_holds_the_same_rows(journey, export_file):
    import duckdb

    journey("import", "feedback", export_file.name, "--column", "text=Kommentar")
    journey("export", "feedback", "--format", "parquet", "-o", "out.parquet")
    assert duckdb.sql("SELECT count(*) FROM 'out.parquet'").fetchall() == [(60,)]


def test_maps_and_metrics_come_in_with_a_word_on_what_is_odd(journey):
    Path("map.yaml").write_text("name: Shop\nstages:\n  - name: Buy\n    owner: Ann\n  - name: Use\n")
    rows = ("buy,Conversion %,2026-01,41,80", "buy,Conversion %,2026-02,141,80", "nowhere,NPS,2026-01,30,9")
    Path("kpi.csv").write_text("\n".join(["stage,metric,period,value,n", *rows]))
    assert "2 stages (Buy, Use)" in journey("import", "map", "map.yaml").output
    assert "Nothing is new" in journey("import", "map", "map.yaml").output
    shown = journey("import", "metrics", "kpi.csv").output
    assert "line 3" in shown
    assert "nowhere" in shown
    stages = json.loads(journey("stages", "--json").output)["stages"]
    assert [stage["id"] for stage in stages] == ["buy", "use", None]


def test_themes_of_an_unknown_stage_name_the_known_ones(journey, export_file):
    journey("import", "feedback", export_file.name, "--column", "text=Kommentar")
    assert json.loads(journey("themes", "--json").output)["feedback"] == 60
    result = journey("themes", "--stage", "moon", ok=False)
    assert "onboarding" in str(result.exception)


def test_status_tells_what_is_missing_and_never_a_secret(journey, monkeypatch):
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxp-very-secret")
    shown = journey("status").output
    assert "very-secret" not in shown
    assert "SLACK_APP_TOKEN not set" in shown
    assert "does not start with xoxb-" in shown
    assert json.loads(journey("status", "--json").output)["problems"]


def test_a_misspelt_command_names_the_nearest(journey):
    assert "Did you mean 'themes'" in journey("thems", ok=False).output


def test_chat_answers_until_an_empty_line(journey, export_file, monkeypatch):
    journey("import", "feedback", export_file.name, "--column", "text=Kommentar")
    shown = journey("chat", stdin="help\nhow many pieces of feedback are there?\n\n").output
    assert "60 pieces of feedback" in shown
