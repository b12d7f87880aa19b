"""Exports as tools write them, in small: what is recognised in each without a word from anybody."""

import csv
import io
import json
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from knowledge.readers.feedback import open_feedback

SAID = [f"The box number {i} came late and the fish was warm" for i in range(30)]
WORDS = ["warm", "late", "never", "again", "broken", "heavy", "sour", "lovely", "cold", "empty"]
TITLES = [
    f"{WORDS[i % 10]} {WORDS[(i // 2 + 3) % 10]} {WORDS[(i * 3 + i // 10) % 10]} and {WORDS[i * 7 % 10]}"
    for i in range(30)
]
MORE = [f"More meals without meat in week {i} please" for i in range(30)]
DAYS = [f"2026-03-{i % 28 + 1:02} 08:00:00 +0000" for i in range(30)]


def table(path: Path, columns: dict[str, list[str]], *above: list[str], second: list[str] | None = None, **how) -> Path:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=how.get("delimiter", ","))
    rows = [list(row) for row in zip(*columns.values(), strict=True)]
    writer.writerows([*above, list(columns), *([second] if second else []), *rows])
    path.write_text(text.getvalue(), encoding=how.get("encoding", "utf-8"))
    return path


def read(path: Path, **options):
    opened = open_feedback(path, **options)
    batches = list(opened.batches())
    return opened, [f for b in batches for f in b.feedback], [r for b in batches for r in b.rejected]


def test_tickets_of_a_help_desk(tmp_path):
    mail = (
        "\n\nBest regards,\nAnn\n\nOn Tue, 3 Mar 2026 at 10:11, Help <help@shop.example> wrote:\n> Dear Ann\n> thanks"
    )
    path = table(tmp_path / "zendesk_2026-06-01.csv", {
        "Ticket ID": [str(4000 + i) for i in range(30)],
        "Subject": [SAID[0][:20], *TITLES[1:]],
        "Description": [SAID[0], *(said + mail for said in SAID[1:])],
        "Requester": ["Ann Archer", "Ben Boyd"] * 15,
        "Requester email": [f"ann{i % 9}@example.com" for i in range(30)],
        "Submitter": ["Ann Archer", "Lou Kent"] * 15,
        "Via": ["Email", "Web"] * 15,
        "Created at": DAYS,
        "Updated at": DAYS,
        "Satisfaction Score": ["Good", "Bad", "Offered"] * 10,
    })  # fmt: skip
    opened, found, rejected = read(path)
    assert opened.plan.fields == {
        "id": "Ticket ID", "text": "Description", "at": "Created at", "channel": "Via",
        "customer": "Requester email", "rating": "Satisfaction Score",
    }  # fmt: skip
    assert opened.plan.segments == {}  # names of people are no groups
    assert rejected == []
    assert [f.text for f in found[:2]] == [SAID[0], f"{TITLES[1]}.\n\n{SAID[1]}"]
    assert [(f.rating, f.rating_scale) for f in found[:3]] == [(4.0, (1.0, 5.0)), (2.0, (1.0, 5.0)), (None, None)]
    assert "29 texts hold markup, quoted mail or signatures; what the customer wrote is kept." in opened.plan.notes


def survey(path: Path) -> Path:
    return table(path, {
        "Respondent ID": [f"118{i:06}" for i in range(30)],
        "Start Date": [f"03/{i % 28 + 1:02}/2026 10:00:11 AM" for i in range(30)],
        "End Date": [f"03/{i % 28 + 1:02}/2026 10:02:11 AM" for i in range(30)],
        "Email Address": [""] * 30,
        "How likely is it that you would recommend us to a friend or colleague?": [str(i % 11) for i in range(30)],
        "What could we do better?": [*MORE[:20], *[""] * 10],
        "What is the main reason for your score?": ["", *SAID[1:29], ""],
        "Which plan do you have?": ["Solo", "Family"] * 15,
        "": ["", "my own"] * 15,
    }, second=["", "", "", "", "", "Open-Ended Response", "Open-Ended Response", "Response", "Other (please specify)"],
    )  # fmt: skip


def test_answers_to_several_questions_are_several_pieces_of_feedback(tmp_path):
    opened, found, rejected = read(survey(tmp_path / "survey.csv"))
    assert opened.plan.fields == {
        "id": "Respondent ID", "text": "What is the main reason for your score?", "at": "End Date",
        "rating": "How likely is it that you would recommend us to a friend or colleague?",
    }  # fmt: skip
    assert opened.plan.segments == {"plan": "Which plan do you have?"}
    assert opened.plan.header[-1] == "Which plan do you have? – Other (please specify)"
    assert (opened.total, len(found), [r.line for r in rejected]) == (30, 28 + 20, [32])
    first, second, third = found[:3]
    assert (first.id, first.text, first.rating) == ("118000000:what_could_we_do_better", MORE[0], None)
    assert (second.id, second.text, second.rating, second.rating_scale) == ("118000001", SAID[1], 1.0, (0.0, 10.0))
    assert (third.text, third.rating, third.at) == (MORE[1], None, second.at)
    assert second.at == datetime(2026, 3, 2, 10, 2, 11)


def test_a_named_text_is_the_only_one(tmp_path):
    opened, found, _ = read(survey(tmp_path / "s.csv"), columns={"text": "What could we do better?"})
    assert (len(found), opened.plan.texts.answers) == (20, ())


def test_a_survey_with_rows_of_labels_and_import_ids(tmp_path):
    path = table(
        tmp_path / "q.csv",
        {"StartDate": [], "Q1": [], "Q2": [], "Q3": []},
        ["StartDate", "Q1", "Q2", "Q3"],
        ["Start Date", "How likely are you to recommend us?", "Why do you say so?", "Region"],
        ['{"ImportId":"startDate"}', '{"ImportId":"QID1"}', '{"ImportId":"QID2"}', '{"ImportId":"QID3"}'],
    )
    lines = path.read_text().splitlines()[:3]
    rows = [f"2026-03-01 08:00:00,{i % 11},{SAID[i]},{'NS'[i % 2]}" for i in range(30)]
    path.write_text("\n".join([*lines, *rows]), encoding="utf-8")
    opened, found, _ = read(path)
    assert opened.plan.fields["text"] == "Why do you say so?"
    assert opened.plan.fields["rating"] == "How likely are you to recommend us?"
    assert (opened.total, len(found), found[3].rating, found[3].rating_scale) == (30, 30, 3.0, (0.0, 10.0))


def test_a_german_survey_with_semicolons_and_cp1252(tmp_path):
    asked = "Wie wahrscheinlich ist es, dass Sie uns weiterempfehlen? (0–10)"
    path = table(tmp_path / "Umfrage.csv", {
        "Vorgangsnummer": [f"V-{i:03}" for i in range(30)],
        "Eingangsdatum": [f"{i % 28 + 1:02}.03.2026 10:00" for i in range(30)],
        "Kundennummer": [f"K{i % 7}" for i in range(30)],
        "Filiale": ["München", "Köln"] * 15,
        "Kanal": ["E-Mail", "Telefon"] * 15,
        asked: [str(i % 4) for i in range(30)],
        "Begründung": [f"Die Lieferung kam zu spät, zum {i}. Mal" for i in range(30)],
        "Bearbeiter": ["Müller", "Weiß"] * 15,
    }, delimiter=";", encoding="cp1252")  # fmt: skip
    opened, found, _ = read(path)
    assert opened.plan.fields == {
        "id": "Vorgangsnummer", "text": "Begründung", "at": "Eingangsdatum", "channel": "Kanal",
        "customer": "Kundennummer", "rating": asked,
    }  # fmt: skip
    assert opened.plan.segments == {"filiale": "Filiale"}
    assert found[1].rating_scale == (0.0, 10.0)  # by its name: the answers end at 3


def test_reviews_keep_their_own_dates_titles_and_versions_and_not_our_replies(tmp_path):
    path = table(tmp_path / "reviews.csv", {
        "Review Id": [f"r{i:04x}" for i in range(30)],
        "Company Reply Date (UTC)": [day if i % 3 else "" for i, day in enumerate(DAYS)],
        "Review Created (UTC)": DAYS,
        "Review Consumer User Id": [f"u{i % 9}" for i in range(30)],
        "Review Title": TITLES,
        "Review Content": [*SAID[:20], *[""] * 10],
        "Company Reply Content": [f"Thank you for this long and kind review, we look into case {i}" for i in range(30)],
        "Review Stars": [str(i % 5 + 1) for i in range(30)],
        "App Version": ["4.1", "4.2"] * 15,
        "Picture": [f"https://shop.example/{i}.png" for i in range(30)],
    })  # fmt: skip
    opened, found, rejected = read(path)
    assert opened.plan.fields == {
        "id": "Review Id", "text": "Review Content", "at": "Review Created (UTC)",
        "customer": "Review Consumer User Id", "rating": "Review Stars",
    }  # fmt: skip
    assert opened.plan.segments == {"app_version": "App Version"}
    assert found[0].text == f"{TITLES[0]}.\n\n{SAID[0]}"
    assert (found[29].text, rejected) == (TITLES[29], [])  # a title alone is something said


def test_titles_that_a_system_made_are_left_out(tmp_path):
    titles = [f"Airport {i} customer review" for i in range(30)]
    opened, found, _ = read(table(tmp_path / "r.csv", {"title": titles, "content": SAID}))
    assert (opened.plan.texts.title, found[0].text) == (None, SAID[0])


def test_titles_that_only_repeat_other_columns_are_left_out(tmp_path):
    branch, kind = ["Leeds", "York", "Hull"] * 10, ["Express Counter", "Garden Café"] * 15
    titles = [f"{k} - {b}" for k, b in zip(kind, branch, strict=True)]
    columns = {"title": titles, "branch": branch, "kind": kind, "content": SAID}
    opened, found, _ = read(table(tmp_path / "r.csv", columns))
    assert (opened.plan.texts.title, found[0].text) == (None, SAID[0])


def test_numbers_of_rows_are_no_ids(tmp_path):
    opened, found, _ = read(table(tmp_path / "r.csv", {"ID": [str(i + 1) for i in range(30)], "comment": SAID}))
    assert {f.id for f in found} == {""}
    assert "“ID” only counts the rows, so it is not used as id." in opened.plan.notes
    _, found, _ = read(tmp_path / "r.csv", columns={"id": "ID"})
    assert found[4].id == "5"


def workbook(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_a_workbook_gives_its_largest_sheet_and_all_like_it(tmp_path):
    head = ["No.", "Date", "Score", "Comment"]
    path = workbook(tmp_path / "w.xlsx", {
        "Read me": [["This workbook holds a survey, of which a very long story could be told. " * 40]],
        "Summary": [["Metric", "Value"], ["Answers", 30]],
        "March": [head, *[[i + 7, "2026-03-02", i % 11, said] for i, said in enumerate(SAID)]],
        "April": [head, *[[i + 99, "2026-04-02", i % 11, said] for i, said in enumerate(MORE[:9])]],
    })  # fmt: skip
    opened, found, _ = read(path)
    assert (len(found), found[-1].text, dict(found[-1].segments)) == (39, MORE[8], {"sheet": "April"})
    assert "Sheets “March”, “April” are read together." in opened.plan.notes
    assert "Sheets “Read me”, “Summary” are not." in opened.plan.notes
    _, found, _ = read(path, sheet="April")
    assert len(found) == 9


def test_titles_of_more_than_one_cell_stand_above_a_sheet(tmp_path):
    rows = [
        ["Voice of the customer"],
        ["Export of 1 June", None, "Confidential"],
        [],
        ["No.", "When", "Score (1-5)", "Said"],
    ]
    path = workbook(
        tmp_path / "w.xlsx", {"R": [*rows, *[[i + 3, "2026-03-02", 5, said] for i, said in enumerate(SAID)]]}
    )
    opened, found, _ = read(path)
    assert opened.plan.fields == {"text": "Said", "at": "When", "rating": "Score (1-5)"}
    assert len(found) == 30


def test_conversations_keep_what_the_customer_said_in_them(tmp_path):
    def part(who: str, said: str) -> dict[str, object]:
        return {"author": {"type": who, "id": 1}, "body": f"<p>{said}</p>"}

    records = [
        {"type": "conversation", "id": f"c{i}", "created_at": 1772352000 + 7200 * i,
         "source": {"type": ("email", "chat")[i % 2], "body": f"<p>{said} &amp; cold</p>",
                    "author": {"id": f"u{i % 7}", "email": f"u{i % 7}@example.com"}},
         "attributes": {"Plan": ("solo", "family")[i % 2]}, "tags": {"tags": [{"id": 1, "name": ("a", "b")[i % 2]}]},
         "parts": {"list": [part("admin", "We are looking into it."), part("user", MORE[i])]}}
        for i, said in enumerate(SAID)
    ]  # fmt: skip
    path = tmp_path / "conversations.json"
    path.write_text(json.dumps({"pages": {"page": 1}, "conversations": records}), encoding="utf-8")
    opened, found, _ = read(path)
    assert opened.plan.fields == {
        "id": "id", "text": "source.body", "at": "created_at", "channel": "source.type",
        "customer": "source.author.email",
    }  # fmt: skip
    assert dict(found[0].segments) == {"plan": "solo", "tags": "a"}
    assert found[0].text == f"{SAID[0]} & cold\n\n{MORE[0]}"


def test_a_chat_log_holds_no_word_of_the_assistant(tmp_path):
    path = tmp_path / "chats.jsonl"
    lines = [{"chat": f"c{i}", "messages": [{"role": "user", "content": said}, {"role": "bot", "content": "Hello!"}]}
             for i, said in enumerate(SAID)]  # fmt: skip
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    _, found, _ = read(path)
    assert [f.text for f in found] == SAID


def test_a_slack_export_holds_what_people_wrote(tmp_path):
    def message(i: int, text: str, **more: object) -> dict[str, object]:
        return {"type": "message", "user": f"U{i}", "ts": f"{1772352000 + i}.000100", "text": text, **more}

    folder = tmp_path / "feedback-uk"
    folder.mkdir()
    (folder / "2026-03-01.json").write_text(json.dumps([
        message(1, "<@U9> has joined the channel", subtype="channel_join"),
        message(2, "<@U9> the <https://shop.example/m|menu> is dull &amp; long", user_profile={"image_72": "https://a"}),
        message(3, "Stand-up!", bot_id="B1", subtype="bot_message"),
        message(4, "and it was late, see <#C1|help>", subtype="thread_broadcast", thread_ts="1772352002.000100"),
    ]), encoding="utf-8")  # fmt: skip
    opened, found, rejected = read(folder / "2026-03-01.json")
    assert [(f.text, f.customer, f.channel) for f in found] == [
        ("@someone the menu is dull & long", "U2", "slack"), ("and it was late, see #help", "U4", "slack")
    ]  # fmt: skip
    assert (opened.source, found[0].id, rejected) == ("feedback-uk", "feedback-uk:1772352002.000100", [])
    assert "2 messages by programs or by Slack itself left out." in opened.plan.notes


@pytest.mark.parametrize(
    ("first", "second", "headless"),
    [
        (["1", "good", "2026-01-02"], ["2", "bad", "2026-01-03"], True),
        (["What do you think of the boxes that we send you every week, all in all?", "N"], ["good", "1"], False),
        (["What do you think of the boxes that we send you every week, all in all?", "Plan"], ["good", "solo"], False),
        (["I think that the boxes that you send me every week are too small for us.", "solo"], ["good", "duo"], True),
    ],
)
def test_a_question_is_a_name_and_a_statement_is_none(tmp_path, first, second, headless):
    path = tmp_path / "t.csv"
    path.write_text(
        "\n".join(",".join(f'"{cell}"' for cell in row) for row in (first, second, second)), encoding="utf-8"
    )
    assert open_feedback(path, columns={"text": "column_1" if headless else first[0]}).table.headless is headless
