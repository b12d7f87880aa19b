"""A small packed file that would fill the memory is refused at once; what merely repeats itself is read."""

import gzip
import zipfile
from pathlib import Path

import openpyxl
import pytest

from knowledge.errors import UnreadableFile
from knowledge.readers import unpacking
from knowledge.readers.feedback import open_feedback


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Set a limit of a megabyte, so that the files of the tests are small."""
    monkeypatch.setattr(unpacking, "ALWAYS", 1 << 20)


def read(path: Path) -> int:
    return sum(len(batch.feedback) for batch in open_feedback(path).batches(100))


@pytest.mark.parametrize(
    ("name", "head", "part"),
    [("a.csv.gz", b"id,text\n1,", b"a"), ("a.csv.gz", b"id,text\n", b"1,late\n"), ("a.json.gz", b'[{"text":"', b"a")],
)
def test_a_gzip_file_that_grows_without_end_is_refused(tmp_path, name, head, part):
    path = tmp_path / name
    path.write_bytes(gzip.compress(head + part * (20_000_000 // len(part))))
    assert path.stat().st_size < 100_000
    with pytest.raises(UnreadableFile, match=r"grows to more than 100 times its size.*unpack it first"):
        read(path)


def test_a_workbook_that_grows_without_end_is_refused(tmp_path):
    plain, path = tmp_path / "plain.xlsx", tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["id", "text"])
    book.save(plain)
    row = b"<row><c t='inlineStr'><is><t>" + b"a" * 1000 + b"</t></is></c></row>"
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            data = old.read(part)
            new.writestr(part, data.replace(b"</sheetData>", row * 20_000 + b"</sheetData>"))
    with pytest.raises(UnreadableFile, match="grows to more than 100 times"):
        read(path)


def test_what_repeats_itself_as_feedback_does_is_read(tmp_path):
    path = tmp_path / "a.csv.gz"
    rows = "".join(f"{i},the parcel of week {i % 50} came late again\n" for i in range(60_000))
    path.write_bytes(gzip.compress(f"id,text\n{rows}".encode()))
    assert len(rows) > 2 << 20
    assert read(path) == 60_000


def test_a_packed_stream_can_be_begun_anew(tmp_path):
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(b"abc" * 1000))
    with path.open("rb") as packed, unpacking.Unpacked(packed, "a.gz") as stream:
        assert stream.read(6) == b"abcabc"
        assert stream.tell() == 6
        stream.seek(0)
        assert stream.read() == b"abc" * 1000
