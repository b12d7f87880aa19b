"""What people think of answers, listed for whoever runs the bot."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from click.testing import CliRunner

from assistant.cli import cli
from knowledge.opinions import Opinion
from knowledge.store import open_store, prepare
from knowledge.store.opinions import OpinionRows


def run(db: Path, *arguments: str) -> str:
    result = CliRunner().invoke(cli, ["--db", str(db), "opinions", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def opinion(verdict: str, message: str, day: int) -> Opinion:
    return Opinion(
        team="T1", channel="C1", message=message, actor="U1", at=datetime(2026, 11, day, tzinfo=UTC),
        verdict=verdict, question="what hurts?", day=date(2026, 11, day),  # type: ignore[arg-type]
        reason=None if verdict == "helpful" else "numbers",
    )  # fmt: skip


def test_opinions_are_listed_latest_first_and_a_later_one_replaces_an_earlier(tmp_path: Path) -> None:
    db = tmp_path / "journey.db"
    prepare(db)
    assert "Nobody has said yet" in run(db)
    with open_store(db) as store:
        for one in (opinion("helpful", "1.1", 1), opinion("helpful", "2.2", 2), opinion("not_helpful", "1.1", 3)):
            OpinionRows(store.db).save(one)
    listed = json.loads(run(db, "--json"))
    assert [(one["verdict"], one["reason"]) for one in listed] == [("not_helpful", "numbers"), ("helpful", None)]
    assert [one["verdict"] for one in json.loads(run(db, "--not-helpful", "--json"))] == ["not_helpful"]
    assert "The numbers look wrong" in run(db)


def test_a_plain_click_that_comes_after_its_reason_leaves_the_reason(tmp_path: Path) -> None:
    db = tmp_path / "journey.db"
    prepare(db)
    reasoned = opinion("not_helpful", "1.1", 1)
    with open_store(db) as store:
        for one in (reasoned, replace(reasoned, reason=None)):
            OpinionRows(store.db).save(one)
        assert OpinionRows(store.db).all() == [reasoned]
        OpinionRows(store.db).save(replace(reasoned, verdict="helpful", reason=None))
        assert [(o.verdict, o.reason) for o in OpinionRows(store.db).all()] == [("helpful", None)]
