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
    slack.wait_for(lambda: len(slack.posted) > before)
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
    own_office.slack.wait_for(lambda: "rows read" in asked["text"])
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
@pytest.mark.parametrize(
    "name",
    ["bad-missing-quote.csv", "bad-header-more-fields.csv", "quotes-with-newline.csv", "all-empty.csv", "utf8.csv"],
)
def test_a_nasty_file_is_answered_in_words(office: Office, shared_data: Path, name: str) -> None:
    content = (shared_data / "nasty_csv" / "csv_test_data" / "csv" / name).read_bytes()
    message = drop(office, name, content)
    assert name in str(message["text"]).replace(JOINER, "")
    assert not office.slack.problems


@pytest.mark.shared
@pytest.mark.parametrize("name", ["seat.csv", pytest.param("lounge.csv", marks=pytest.mark.slow)])
def test_airport_reviews_are_recognised_and_imported(own_office: Office, shared_data: Path, name: str) -> None:
    content = (shared_data / "skytrax" / name).read_bytes()
    asked = drop(own_office, name, content)
    assert "rows" in words_of(asked["blocks"])
    press(own_office, asked, "import_file")
    own_office.slack.wait_for(lambda: "rows read" in asked["text"])
    assert " new, 0 changed" in asked["text"]


def test_columns_are_named_in_a_persons_words_and_those_not_used_in_one_line(office: Office) -> None:
    said = str(drop(office, "returns.csv", GOOD.replace(b"score", b"wing"))["text"]).replace(JOINER, "")
    assert "comment → the customer's words (such as “The parcel number 1 was lost again”)" in said
    assert "date → when it was said" in said
    assert "Not used: " in said
    assert "→ not used" not in said
    assert "rename the column, and drop the file again" in said


def test_a_file_of_one_row_and_an_empty_one_read_like_sentences(own_office: Office) -> None:
    asked = drop(own_office, "one.csv", b"comment\nThe lid of the box was torn off again\n")
    assert "one.csv: 1 row." in str(asked["text"]).replace(JOINER, "")
    press(own_office, asked, "import_file")
    own_office.slack.wait_for(lambda: "1 row read: 1 new" in asked["text"])
    empty = drop(own_office, "empty.csv", b"")
    assert str(empty["text"]).replace(JOINER, "").count("empty.csv") == 1


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
def test_an_odd_encoding_is_read_and_told(office: Office, encoding: str) -> None:
    rows = "".join(f"{n:02d}.10.2026;Die Lieferung kam zu spät, für {n} € nicht schön\n" for n in range(1, 25))
    message = drop(office, "umlaute.csv", f"Datum;Kommentar\n{rows}".encode(encoding))
    said = str(message["text"]).replace(JOINER, "")
    assert "spät, für 1 € nicht schön" in said
    assert f"The file is read as {encoding}" in said
