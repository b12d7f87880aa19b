"""What comes in, goes into force, is copied or put back at the command line stands in the audit with who did it."""

import json
import re
from pathlib import Path

import pytest

MAP = "name: {name}\nstages:\n  - name: Buy\n  - name: Use\n"


@pytest.fixture
def journey(run_journey, monkeypatch):
    """Run `journey …` as the operating system's user Ann, in a folder with a file of each kind."""
    monkeypatch.setenv("USER", "ann")
    Path("in").mkdir()
    for name in ("shop", "bank"):
        Path(f"in/{name}.yaml").write_text(MAP.format(name=name), encoding="utf-8")
    Path("in/kpi.csv").write_text("stage,metric,period,value,n\nBuy,CSAT,2026-01,4,90\n", encoding="utf-8")
    Path("in/tickets.csv").write_text(
        "id,date,customer,text\n1,2026-01-02,K1,my card was rejected\n2,2026-01-03,K2,the parcel came late\n",
        encoding="utf-8",
    )
    Path("in/log.csv").write_text("case,what,when\no1,placed,2026-01-01\no1,paid,2026-01-02\n", encoding="utf-8")
    Path("in/stages.csv").write_text("activity,stage\nplaced,Buy\npaid,Use\n", encoding="utf-8")
    return run_journey


EVENTS = ("in/log.csv", "--case", "case", "--activity", "what", "--time", "when", "--stages", "in/stages.csv")


def audit(journey):
    return [(one["who"], one["kind"], one["what"]) for one in json.loads(journey("audit", "--json").output)]


@pytest.mark.parametrize(
    ("words", "kind", "what"),
    [
        (("feedback", "in/tickets.csv"), "import", "file: tickets.csv, read: 2, added: 2, rejected: 0"),
        (("metrics", "in/kpi.csv"), "import metrics", "file: kpi.csv, added: 1, changed: 0, rejected: 0"),
        (("map", "in/shop.yaml"), "import map", "file: shop.yaml, in force: shop"),
        (("events", *EVENTS), "import events", "file: log.csv, log: log, read: 2, rejected: 0"),
    ],
)
def test_an_import_names_the_user_of_the_machine_the_file_and_how_much(journey, words, kind, what):
    journey("import", *words)
    assert audit(journey) == [("ann", kind, what)]


def test_who_did_it_can_be_named(journey):
    journey("import", "map", "in/shop.yaml", "--by", "Ben")
    assert [who for who, *_ in audit(journey)] == ["Ben"]


def test_a_map_put_in_force_is_noted_once_and_what_changes_nothing_is_not(journey):
    journey("import", "map", "in/shop.yaml")
    journey("import", "map", "in/bank.yaml")
    journey("import", "map", "in/bank.yaml")
    journey("map", "use", "shop")
    journey("map", "use", "shop")
    assert audit(journey) == [
        ("ann", "map in force", "map: shop, version: newest"),
        ("ann", "import map", "file: bank.yaml, in force: bank"),
        ("ann", "import map", "file: shop.yaml, in force: shop"),
    ]


def test_a_look_at_a_file_without_importing_it_is_no_change(journey):
    journey("import", "metrics", "in/kpi.csv")
    journey("import", "feedback", "in/tickets.csv", "--dry-run")
    assert [kind for _, kind, _ in audit(journey)] == ["import metrics"]


def test_backup_and_restore_name_who_did_them(journey):
    journey("import", "feedback", "in/tickets.csv")
    journey("backup", "copy.db")
    assert audit(journey)[0] == ("ann", "backup", f"file: {Path('copy.db').resolve()}")
    journey("restore", "copy.db", "--yes", "--by", "Ben")
    assert audit(journey)[0] == ("Ben", "restore", "forgotten: 0")


def test_who_is_forgotten_again_by_a_restore_is_so_in_the_name_of_who_restores(journey):
    journey("import", "feedback", "in/tickets.csv")
    journey("backup", "copy.db")
    journey("forget", "--customer", "K1", "--yes")
    journey("restore", "copy.db", "--yes", "--by", "Ben")
    assert {("Ben", "restore"), ("Ben", "forget")} <= {(who, kind) for who, kind, _ in audit(journey)}


def test_words_of_the_audit_are_not_taken_for_words_of_who_was_forgotten(journey):
    journey("import", "feedback", "in/tickets.csv")
    # Only K1 wrote “rejected”, which is also what the audit calls a count.
    assert json.loads(journey("forget", "--customer", "K1", "--yes", "--json").output)["clean"]


def test_the_history_of_removals_does_not_tell_of_imports(journey):
    journey("import", "feedback", "in/tickets.csv")
    assert "Nothing has been removed" in journey("retention", "--history").output


def test_the_sample_company_is_an_import_like_any_other(journey):
    journey("--db", "demo.db", "demo", "--no-chat", "--by", "Ben")
    rows = json.loads(journey("--db", "demo.db", "audit", "--json").output)
    assert {(one["who"], one["kind"]) for one in rows} == {("Ben", "import map"), ("Ben", "import")}
    said = next(one["what"] for one in rows if one["kind"] == "import")
    assert re.fullmatch(r"file: feedback\.csv, read: (\d{3}), added: \1, rejected: 0", said)
