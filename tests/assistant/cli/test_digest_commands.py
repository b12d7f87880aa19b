"""`journey digest` and `journey alerts` from the command line, on the small company."""

import json
import shutil
from datetime import UTC, date, datetime

import pytest

from knowledge.store import open_store
from tests.assistant.answers import world
from tests.conftest import ToyEmbedder

AS_OF = world.AS_OF.isoformat()


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    return world.build(tmp_path_factory.mktemp("company") / "company.db", ToyEmbedder())


@pytest.fixture
def company(built, tmp_path, run_journey):
    return shutil.copy(built, tmp_path / "journey.db")


def test_a_preview_shows_the_digest_and_keeps_nothing(company, run_journey):
    text = run_journey("digest", "preview", "use", "every", "friday", "at", "14:30", "--as-of", AS_OF).output
    assert "every Friday at 14:30 (UTC)" in text
    assert "\nUse\n" in text
    shown = json.loads(run_journey("digest", "preview", "--json", "--as-of", AS_OF).output)
    assert [part["title"] for part in shown["sections"]] == ["New", "Everything", "Keeps coming back"]
    assert json.loads(run_journey("digest", "list", "--json").output) == []
    assert run_journey("digest", "preview", "alerts", "--as-of", AS_OF).output


def test_a_digest_is_added_after_a_yes_moved_and_removed(company, run_journey):
    refused = run_journey("digest", "add", "C012AB", "use on mondays at 9", stdin="n\n").output
    assert "Dropped." in refused
    assert json.loads(run_journey("digest", "list", "--json").output) == []
    added = run_journey("digest", "add", "C012AB", "use on mondays at 9", "--by", "Ann", stdin="y\n").output
    assert "Started 2: digest of use, every Monday at 09:00 (UTC); next on" in added
    assert "(America/New_York)" in run_journey("digest", "zone", "2", "America/New_York").output
    assert run_journey("digest", "zone", "2", "Nowhere", ok=False).exit_code
    (listed,) = json.loads(run_journey("digest", "list", "--json").output)
    assert (listed["live"], listed["by"], listed["stages"]) == (True, "Ann", ["use"])
    assert "C012AB" in run_journey("digest", "list").output
    run_journey("digest", "remove", "2", "--by", "Ann")
    record = json.loads(run_journey("audit", "--json").output)
    assert [entry["what"].rpartition(": ")[2] for entry in record] == [
        "stopped",
        "moved to America/New_York",
        "started",
    ]


def test_what_is_not_understood_is_told_with_an_example(company, run_journey):
    failed = run_journey("digest", "add", "C012AB", "checkout", ok=False)
    assert "every Monday at 9:00" in str(failed.exception)


def test_alerts_are_listed_owned_and_put_off(company, run_journey):
    run_journey("digest", "add", "C012AB", "alerts", "--yes")
    at = datetime(2026, 11, 2, 9, tzinfo=UTC)
    with open_store(company) as store:
        sub = store.subscriptions.get(1)
        store.alerts.raise_(sub, "T1", "rising", date(2027, 1, 4), at=at, day=date(2027, 1, 11))
        number = store.alerts.all()[-1].number
    assert "Ann has it" in run_journey("alerts", "acknowledge", str(number), "--owner", "Ann", "--by", "Ben").output
    assert "sleeps until" in run_journey("alerts", "snooze", str(number), "--days", "3").output
    listed = json.loads(run_journey("alerts", "list", "--json").output)
    assert [(one["number"], one["owner"], one["state"]) for one in listed] == [(number, "Ann", "snoozed")]
    assert "Ann" in run_journey("alerts", "list").output
    assert run_journey("alerts", "snooze", "999", ok=False).exit_code
