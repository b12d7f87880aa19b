"""A file of feedback from opening to the rejected rows."""

import csv
import errno
import gzip
import io
import json
import tracemalloc
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.errors import InputError, MissingColumn, UnreadableFile
from knowledge.readers.feedback import Rejected, find_files, open_feedback, rejected_path, source_name, write_rejected

CSV = """id,date,text,rating,channel,customer,plan
1,02/01/2026,The app froze,2,email,ann@example.com,pro
2,25/01/2026,"Slow,
again",3,chat,,free
3,31/02/2026,Never arrives,1,email,u3,pro
4,26/01/2026,,5,email,u4,pro
5,27/01/2026,Fine now,blue,email,u5,free
6,28/01/2026,Too many,1,email,u6,free,extra
7,28/01/2026
8,,No date is fine,,email,u8,N/A
1,29/01/2026,Another text,4,email,u1,pro
1,02/01/2026,The app froze,2,email,ann@example.com,pro
"""


@pytest.fixture
def opened(tmp_path):
    path = tmp_path / "survey_2026-01.csv"
    path.write_text(CSV, encoding="utf-8")
    return open_feedback(path, columns={"id": "id"})


def read(file):
    batches = list(file.batches())
    return [f for b in batches for f in b.feedback], [r for b in batches for r in b.rejected]


def test_good_rows_become_feedback_as_they_stand(opened):
    found, _ = read(opened)
    first, second, unrated, undated, again = found
    assert (first.id, first.at, first.text) == ("1", datetime(2026, 1, 2), "The app froze")
    assert (first.rating, first.rating_scale, first.channel) == (2.0, (1.0, 5.0), "email")
    assert (first.customer, first.source, dict(first.segments)) == ("ann@example.com", "survey", {"plan": "pro"})
    assert (second.text, second.customer) == ("Slow,\nagain", None)
    assert (unrated.text, unrated.rating, unrated.rating_scale) == ("Fine now", None, None)
    assert (undated.at, undated.rating, undated.rating_scale, dict(undated.segments)) == (None, None, None, {})
    assert again == first


def test_bad_rows_name_line_column_and_reason(opened):
    _, rejected = read(opened)
    assert [(r.line, r.column) for r in rejected] == [
        (5, "date"), (6, "text"), (8, None), (9, None), (11, "id")
    ]  # fmt: skip
    assert rejected[0].reason == "“31/02/2026” names a day or time that does not exist"
    assert rejected[0].cells[2] == "Never arrives"
    assert "too many cells: 8" in rejected[2].reason
    assert "same id" in rejected[4].reason


def test_the_count_and_the_decisions_are_known_before_reading(opened):
    assert opened.total == 10
    assert any("day first, because 25/01/2026 occurs" in note for note in opened.plan.notes)
    assert any("scale from 1 to 5" in note for note in opened.plan.notes)
    assert "1 row has no number as rating (first: line 7), and is kept without it." in opened.plan.notes


@pytest.mark.parametrize("size", [1, 3, 100])
def test_batches_of_any_size_hold_the_same_and_can_be_read_again(opened, size):
    batches = list(opened.batches(size))
    assert sum(b.read for b in batches) == sum(len(b.feedback) + len(b.rejected) for b in batches) == opened.total
    assert all(b.read <= size for b in batches)
    assert [f for b in batches for f in b.feedback] == read(opened)[0]


def test_a_rating_beyond_the_scale_is_dropped_and_said_and_its_row_kept(tmp_path):
    path = tmp_path / "r.csv"
    path.write_text("text,rating\n" + "so so,3\ngood,5\n" * 60 + "odd,99\n", encoding="utf-8")
    file = open_feedback(path)
    found, rejected = read(file)
    assert (len(found), rejected) == (121, [])
    assert (found[-1].text, found[-1].rating, found[-1].rating_scale) == ("odd", None, None)
    assert "1 row has a rating outside this scale, and is kept without it." in file.plan.notes


def test_a_channel_and_a_language_hold_for_all_rows(tmp_path):
    path = tmp_path / "r.csv"
    path.write_text(CSV, encoding="utf-8")
    opened = open_feedback(path, channel="survey", language="en", source="typeform")
    assert {(f.channel, f.language, f.source) for f in read(opened)[0]} == {("survey", "en", "typeform")}
    assert any("“channel” is not used" in note for note in opened.plan.notes)
    named = open_feedback(path, channel="survey", columns={"channel": "channel"})
    assert {f.channel for f in read(named)[0]} == {"email", "chat"}


def test_the_same_rows_come_from_every_format(tmp_path, opened):
    table = [row for row in csv.DictReader(io.StringIO(CSV)) if row["id"] in "25" and None not in row]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, table)), encoding="utf-8")
    (tmp_path / "a.json").write_text(json.dumps({"items": table}), encoding="utf-8")
    (tmp_path / "a.csv").write_text(CSV.replace(",", ";"), encoding="utf-8")
    (tmp_path / "b.csv.gz").write_bytes(gzip.compress(CSV.encode("utf-16")))
    for name in ("a.jsonl", "a.json", "a.csv", "b.csv.gz"):
        found = [f for f in read(open_feedback(tmp_path / name, columns={"id": "id"}))[0] if f.id == "2"]
        assert [(f.at, f.rating, f.channel) for f in found] == [(datetime(2026, 1, 25), 3.0, "chat")], name


def test_standard_input_is_a_file_like_any_other():
    opened = open_feedback("-", columns={"id": "id"}, stdin=io.BytesIO(CSV.encode()))
    assert (opened.source, opened.total, len(read(opened)[0])) == ("stdin", 10, 5)


def test_a_broken_line_of_json_is_kept_for_mending(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"text": "good"}\n{"text": oops}\n', encoding="utf-8")
    _, rejected = read(open_feedback(tmp_path / "a.jsonl"))
    assert [(r.line, r.cells) for r in rejected] == [(2, ('{"text": oops}',))]


def test_a_file_of_which_no_row_can_be_read_says_so(tmp_path):
    (tmp_path / "a.csv").write_text("text,plan\nx\n", encoding="utf-8")
    with pytest.raises(UnreadableFile, match="line 2: too few cells"):
        open_feedback(tmp_path / "a.csv")


def test_a_table_without_text_lists_its_columns(tmp_path):
    (tmp_path / "a.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(MissingColumn, match="a, b"):
        open_feedback(tmp_path / "a.csv")


def test_reading_holds_a_batch_and_not_the_file(tmp_path):
    path = tmp_path / "long.csv"
    with path.open("w", encoding="utf-8") as stream:
        stream.write("date,text\n")
        stream.writelines(f"2026-01-02,{i} {'words and more words ' * 20}\n" for i in range(20_000))
    opened = open_feedback(path)
    tracemalloc.start()
    for _ in opened.batches(100):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert path.stat().st_size > 8_000_000
    assert peak < 2_000_000


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(st.text("ab1/-\",\n; '\\é", max_size=20), max_size=12))
def test_every_row_of_any_body_is_either_feedback_or_rejected(tmp_path, lines):
    path = tmp_path / "any.csv"
    path.write_text("\n".join(["id,date,text,rating", "1,2026-01-02,a first good row,5", *lines]), encoding="utf-8")
    opened = open_feedback(path)
    for batch in opened.batches(3):
        assert batch.read == len(batch.feedback) + len(batch.rejected)
        assert all(f.text.strip() for f in batch.feedback)
        assert all(r.reason for r in batch.rejected)


def rejected_rows() -> list[Rejected]:
    cells = ("=HYPERLINK(1)", "mail ann@example.com", "  +49 1", "a\nb", "\udce9")
    return [Rejected(line=7, column="at", reason="“ann@example.com” is no date", cells=cells)]


def test_rejected_rows_are_masked_defused_and_readable(tmp_path):
    header = ["f", "said", "phone", "x", "odd"]
    path = write_rejected(
        tmp_path / "f.csv", rejected_rows(), header, lambda t: t.replace("ann@example.com", "[email]")
    )
    assert path == tmp_path / "f.csv.rejected.csv"
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows[0] == ["line", "column", "reason", *header]
    assert rows[1] == ["7", "at", "“[email]” is no date", "'=HYPERLINK(1)", "mail [email]", "'  +49 1", "a\nb", "?"]


def test_without_rejected_rows_an_earlier_file_is_removed_but_never_another(tmp_path):
    def unchanged(text: str) -> str:
        return text

    target = write_rejected(tmp_path / "f.csv", rejected_rows(), [], unchanged)
    assert write_rejected(tmp_path / "f.csv", [], [], unchanged) is None
    assert not target.exists()
    target.write_text("mine", encoding="utf-8")
    write_rejected(tmp_path / "f.csv", [], [], unchanged)
    assert target.read_text(encoding="utf-8") == "mine"


def test_rejected_rows_that_cannot_be_written_say_where(tmp_path):
    with pytest.raises(InputError, match="cannot be written"):
        write_rejected(tmp_path / "no" / "f.csv", rejected_rows(), [], str)
    assert str(rejected_path("-")) == "stdin.rejected.csv"


def test_rejected_rows_of_a_read_only_folder_go_to_the_current_one(tmp_path, monkeypatch):
    folder = tmp_path / "exports"
    folder.mkdir()
    monkeypatch.chdir(tmp_path)
    opens = Path.open

    def refuse(path: Path, *args, **kwargs):
        if path.absolute().parent == folder:
            raise PermissionError(errno.EACCES, "Permission denied")
        return opens(path, *args, **kwargs)

    monkeypatch.setattr(Path, "open", refuse)  # a test run by root may write everywhere
    assert write_rejected(folder / "f.csv", rejected_rows(), [], str) == Path("f.csv.rejected.csv")
    assert Path("f.csv.rejected.csv").stat().st_size
    assert list(folder.iterdir()) == []


def test_folders_and_globs_mean_files_without_the_rejected(tmp_path):
    for name in ("b.csv", "a.jsonl", "c.csv.gz", "b.csv.rejected.csv", ".hidden.csv", "notes.docx"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    assert [p.name for p in find_files(str(tmp_path))] == ["a.jsonl", "b.csv", "c.csv.gz"]
    assert [p.name for p in find_files(str(tmp_path / "b*"))] == ["b.csv"]
    assert [str(p) for p in find_files("-")] == ["-"]
    with pytest.raises(UnreadableFile, match="does not match any file"):
        find_files(str(tmp_path / "*.tsv"))


@pytest.mark.parametrize(
    ("name", "expected"),
    [("zendesk_2026-03-01.csv.gz", "zendesk"), ("zendesk-20260308.csv", "zendesk"),
     ("NPS survey Q3 2026 (2).xlsx", "nps-survey"), ("reviews march 2026 final.csv", "reviews"),
     ("2026-01.csv", "2026-01"), ("app.v2.jsonl", "app"), ("-", "stdin"),
     ("reviews.csv", "reviews"), ("tickets_2026W03.tsv", "tickets"),
     ("part-00001.parquet", "part"), ("___.csv", "file")],
)  # fmt: skip
def test_weekly_exports_of_a_system_share_a_source(name, expected):
    assert source_name(name) == expected


CFPB = {
    "id": "Complaint ID",
    "text": "Consumer complaint narrative",
    "at": "Date received",
    "channel": "Submitted via",
}


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "rows", "fields", "segments"),
    [
        ("cfpb/narratives.csv", 4631, CFPB, {"product", "state"}),
        ("skytrax/lounge.csv", 2264, {"text": "content", "at": "date", "rating": "overall_rating"}, {"type_traveller"}),
        ("appreview_search/corpus.jsonl", 10_000, {"text": "text"}, {"app"}),
    ],
)  # fmt: skip
def test_real_files_are_recognised_and_read_whole(shared_data, name, rows, fields, segments):
    opened = open_feedback(shared_data / name)
    assert dict(opened.plan.fields) == fields
    assert segments <= set(opened.plan.segments)
    found, rejected = read(opened)
    assert (len(found), rejected) == (rows, [])
