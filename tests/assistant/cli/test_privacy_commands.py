"""Forget, anonymise, retention, backup, restore, verify and the export of what a spreadsheet would run."""

import csv
import io
import json
import sys
import threading
from pathlib import Path

import pytest

from assistant.cli import main
from assistant.cli.serving import retire_daily
from assistant.settings import Settings
from knowledge.errors import InputError, NotFound, SettingsError
from knowledge.readers.rejected import harmless
from knowledge.store import open_store

TEXTS = ("the parcel came late again", "the refund is still missing", "lovely recipes, my kids ate everything")


@pytest.fixture
def journey(run_journey):
    """Run `journey …` over sixty imported pieces of twenty customers, with the toy embedder."""
    run = run_journey
    rows = [[i, f"2026-0{1 + i % 3}-{1 + i % 28:02d}", f"K{i % 20}", f"{TEXTS[i % 3]}, no {i} wheelbarrow{i % 20}x"]
            for i in range(60)]  # fmt: skip
    with Path("tickets.csv").open("w", newline="") as file:
        csv.writer(file).writerows([["id", "date", "customer", "text"], *rows])
    run("import", "feedback", "tickets.csv")
    return run


def read(*names: str) -> bytes:
    return b"".join(path.read_bytes() for path in Path().glob("journey.db*"))


def test_forget_asks_then_removes_and_gives_a_receipt(journey):
    assert b"wheelbarrow7x" in read()
    plan = json.loads(journey("forget", "--customer", "K7", "--dry-run", "--json").output)
    assert (plan["pieces"], plan["dry_run"]) == (3, True)
    assert journey("forget", "--customer", "K7", ok=False, stdin="n\n").exit_code == 1
    assert b"wheelbarrow7x" in read()
    receipt = journey("forget", "--customer", "K7", stdin="y\n").output
    assert "3 pieces of feedback removed" in receipt
    assert "nothing is left" in receipt
    assert b"wheelbarrow7x" not in read()
    assert isinstance(journey("forget", "--customer", "K7", "--yes", ok=False).exception, NotFound)


def test_a_forgotten_customer_is_left_out_of_the_next_import_and_that_is_told(journey):
    journey("forget", "--customer", "K7", "--yes")
    again = journey("import", "feedback", "tickets.csv").output
    assert "3 rows left out: their customers asked to be forgotten" in again
    assert b"wheelbarrow7x" not in read()
    history = json.loads(journey("retention", "--history", "--json").output)
    assert [(entry["kind"], entry["pieces"]) for entry in history] == [("forget", 3)]


def test_let_in_again_lets_the_next_import_bring_the_customer_back(journey):
    journey("forget", "--customer", "K7", "--yes", "--let-in-again")
    assert "3 new" in journey("import", "feedback", "tickets.csv").output


def test_without_the_key_an_id_is_not_hashed_with_a_new_one(journey):
    Path("journey.db.key").rename("elsewhere.key")
    error = journey("forget", "--customer", "K7", "--yes", ok=False).exception
    assert isinstance(error, SettingsError)
    assert not Path("journey.db.key").exists()


def test_a_pseudonym_from_an_export_names_a_customer_too(journey):
    rows = list(csv.DictReader(io.StringIO(journey("export", "feedback").output)))
    whom = next(row["customer"] for row in rows if "wheelbarrow7x" in row["text"])
    assert json.loads(journey("anonymise", "--pseudonym", whom, "--yes", "--json").output)["clean"]
    now = list(csv.DictReader(io.StringIO(journey("export", "feedback").output)))
    assert len({row["customer"] for row in now}) == 20
    assert whom.encode() not in read()
    assert b"wheelbarrow7x" in read()


def test_retention_by_command_by_import_and_while_serving(journey, monkeypatch):
    limit = ("retention", "--older-than", "40d", "--as-of", "2026-03-28")
    assert "would be removed" in journey(*limit, "--dry-run").output
    removed = json.loads(journey(*limit, "--yes", "--json").output)["pieces"]
    assert removed > 20
    monkeypatch.setenv("JOURNEY_RETENTION_DAYS", "36500")
    journey("import", "feedback", "tickets.csv")
    stop = threading.Event()
    retire_daily(Settings.from_env(), every_s=0.05, stop=stop)
    stop.set()
    monkeypatch.setenv("JOURNEY_RETENTION_DAYS", "soon")
    assert isinstance(journey("import", "feedback", "tickets.csv", ok=False).exception, SettingsError)


def test_automatic_retention_does_not_empty_the_file(journey, monkeypatch):
    monkeypatch.setenv("JOURNEY_RETENTION_DAYS", "1")
    assert isinstance(journey("import", "feedback", "tickets.csv", ok=False).exception, InputError)
    with open_store("journey.db") as store:
        assert store.feedback.count() == 60


def test_backup_restore_and_verify(journey):
    assert "Keep the key, too" in journey("backup", "b/one.db").output
    journey("forget", "--customer", "K7", "--yes")
    assert "1 customers who asked to be forgotten were removed" in journey("restore", "b/one.db", "--yes").output
    assert b"wheelbarrow7x" not in Path("journey.db").read_bytes()
    checks = json.loads(journey("verify", "--json").output)
    assert checks["ok"]
    assert "All is well" in journey("verify", "--rebuild").output


def test_verify_ends_with_one_where_something_is_wrong(journey):
    with open_store("journey.db") as store, store.atomic():
        store.db.execute("UPDATE derived SET sentiment = -0.987 WHERE feedback = 3")
        store.db.execute("DELETE FROM vectors WHERE text_hash = (SELECT text_hash FROM points WHERE feedback = 9)")
    result = journey("verify", "--json", ok=False)
    assert result.exit_code == 1
    wrong = {check["name"] for check in json.loads(result.output)["checks"] if check["status"] == "wrong"}
    assert wrong & {"vectors", "conclusions", "sentiment"}


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "\x00=1", "\n@x", '=HYPERLINK("http://x")']
)
def test_cells_that_a_spreadsheet_would_run_are_defused_in_csv_and_raw_for_programs(journey, cell):
    assert harmless(cell) == f"'{cell}"
    assert harmless("plain = text") == "plain = text"
    Path("evil.csv").write_text("id,text,=segment\n1,=cmd|' /C calc'!A0 is what I wrote,+x\n")
    journey("import", "feedback", "evil.csv", "--column", "text=text", "--segment", "=segment")
    cells = [cell for row in csv.reader(io.StringIO(journey("export", "feedback").output)) for cell in row]
    assert not [cell for cell in cells if cell.lstrip()[:1] in ("=", "+", "-", "@") and not _is_number(cell)]
    lines = [json.loads(line) for line in journey("export", "feedback", "--format", "jsonl").output.splitlines()]
    assert any(line["text"].startswith("=cmd") for line in lines)


def test_a_missing_library_is_told_in_a_sentence(monkeypatch, capsys):
    def without(*_):
        raise ModuleNotFoundError("No module named 'duckdb'", name="duckdb")

    monkeypatch.setattr("assistant.cli.cli", without)
    with pytest.raises(SystemExit):
        main()
    assert "The library duckdb is not installed" in capsys.readouterr().err
    assert "duckdb" not in sys.argv


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
