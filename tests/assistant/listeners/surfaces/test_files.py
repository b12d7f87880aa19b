"""A file dropped into the conversation: recognised, asked about, imported with progress, reported; nothing stays."""

import json
from pathlib import Path

import pytest

from assistant.rendering.slack_text import JOINER
from tests.assistant.listeners.surfaces.conftest import Office, element, elements, words_of
from tests.fake_slack import gestures

GOOD = (
    "date,comment,email,score\n"
    + "".join(f"2026-10-{n:02d},The parcel number {n} was lost again,ann{n}@example.com,1\n" for n in range(1, 21))
    + "not a date,The parcel was found,x@example.com,5\n"
).encode()


def drop(office: Office, name: str, content: bytes, **about: object) -> dict[str, object]:
    """Drop a file; return what the bot says of it."""
    slack = office.slack
    before = len(slack.posted)
    file = slack.methods.surfaces.drop_file(name, content, user="U0PERSON") | about
    slack.methods.surfaces.files[str(file["id"])] = file
    slack.send_event(gestures.file_message([file], ts=slack.methods.next_ts()))
    slack.wait_for(lambda: len(slack.posted) > before, timeout_s=30)
    return slack.posted[before]


def press(office: Office, message: dict[str, object], action: str) -> None:
    office.slack.send_click(message, element(message["blocks"], action))


def test_it_shows_what_it_recognised_and_imports_nothing_unasked(own_office: Office) -> None:
    with own_office.store() as store:
        before = store.feedback.count()
    asked = drop(own_office, "returns.csv", GOOD)
    said = words_of(asked["blocks"])
    assert "returns.csv: 21 rows" in said
    assert "comment → text" in said.replace("  ", " ") or "comment" in said
    assert "example.com" not in json.dumps(asked)
    press(own_office, asked, "leave_file")
    own_office.slack.wait_for(lambda: "was not imported" in asked["text"])
    assert not list(elements(asked["blocks"]))
    with own_office.store() as store:
        assert store.feedback.count() == before


def test_it_imports_on_a_click_and_reports_with_the_rejected_rows_as_a_file(own_office: Office) -> None:
    with own_office.store() as store:
        before = store.feedback.count()
    asked = drop(own_office, "returns.csv", GOOD)
    press(own_office, asked, "import_file")
    own_office.slack.wait_for(lambda: "rows read" in asked["text"], timeout_s=60)
    assert "21 rows read: 20 new, 0 changed, 0 known already, 1 rejected." in asked["text"]
    assert "Line 22" in asked["text"]
    own_office.slack.wait_for(lambda: len(own_office.slack.posted) > 1)
    (file,) = own_office.slack.posted[-1]["files"]
    rejects = own_office.slack.methods.surfaces.contents[file["id"]]
    assert b"The parcel was found" in rejects
    assert b"x@example.com" not in rejects
    with own_office.store() as store:
        assert store.feedback.count() == before + 20
        (entry,) = store.audit.all("import")
        assert (entry.actor, entry.detail["added"]) == ("U0PERSON", 20)
    assert element(asked["blocks"], "ask_follow_up")["value"] == "What hurts customers?"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.csv", b"", "empty"),
        ("numbers.csv", b"a,b\n1,2\n3,4\n", "text"),
        ("broken.xlsx", b"no workbook", "broken.xlsx"),
        ("picture.png", b"\x89PNG", "I cannot read this kind of file"),
    ],
)
def test_a_file_that_cannot_be_read_is_answered_with_the_reason(
    office: Office, name: str, content: bytes, said: str
) -> None:
    message = drop(office, name, content)
    text = str(message["text"]).replace(JOINER, "")
    assert said in text
    assert not list(elements(message["blocks"]))
    assert "upload" not in text
    assert "--" not in text


def test_a_file_that_is_too_large_is_not_fetched(office: Office) -> None:
    message = drop(office, "huge.csv", b"x", size=60 << 20)
    assert "larger than 50 MB" in message["text"]


def test_our_token_goes_to_slack_only(office: Office) -> None:
    message = drop(office, "x.csv", GOOD, url_private_download="https://evil.example/x.csv", url_private="")
    assert "no address of its own" in message["text"]


def test_a_picture_with_a_question_is_a_question(office: Office) -> None:
    slack = office.slack
    file = slack.methods.surfaces.drop_file("picture.png", b"\x89PNG", user="U0PERSON")
    slack.send_event(gestures.file_message([file], ts=slack.methods.next_ts(), text="what hurts customers in use?"))
    slack.wait_for(lambda: slack.posted)
    assert "late delivery" in slack.posted[0]["text"]


@pytest.mark.shared
@pytest.mark.parametrize("name", ["bad-missing-quote.csv", "quotes-with-newline.csv", "all-empty.csv"])
def test_a_nasty_file_is_answered_in_words(office: Office, shared_data: Path, name: str) -> None:
    content = (shared_data / "nasty_csv" / "csv_test_data" / "csv" / name).read_bytes()
    message = drop(office, name, content)
    assert name in str(message["text"]).replace(JOINER, "")
    assert not office.slack.problems


@pytest.mark.shared
def test_airport_reviews_are_recognised_and_imported(own_office: Office, shared_data: Path) -> None:
    content = (shared_data / "skytrax" / "seat.csv").read_bytes()
    asked = drop(own_office, "seat.csv", content)
    assert "rows" in words_of(asked["blocks"])
    press(own_office, asked, "import_file")
    own_office.slack.wait_for(lambda: "rows read" in asked["text"], timeout_s=120)
    assert " new, 0 changed" in asked["text"]
