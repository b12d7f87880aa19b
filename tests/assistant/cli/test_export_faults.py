"""An export that cannot be written names its own file, and leaves what was there."""

import errno
from pathlib import Path

import pytest

from assistant.cli import exporting
from knowledge.errors import InputError, StoreDamaged


@pytest.fixture
def journey(run_journey):
    Path("t.csv").write_text("id,text\n1,the parcel came late\n2,the box was crushed\n", encoding="utf-8")
    run_journey("import", "feedback", "t.csv")
    return run_journey


def test_a_disk_that_fills_up_leaves_the_export_from_before(journey, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    Path("out.csv").write_text("the one from before")
    monkeypatch.setattr(exporting, "_write_csv", full)
    error = journey("export", "feedback", "-o", "out.csv", ok=False).exception
    assert isinstance(error, InputError)
    assert "out.csv cannot be written: No space left on device" in str(error)
    assert Path("out.csv").read_text() == "the one from before"
    assert not Path("out.csv.part").exists()


def test_an_export_that_is_stopped_leaves_no_half_of_it(journey, monkeypatch):
    def stopped(file, *_):
        file.write("half of what customers said")
        raise KeyboardInterrupt

    monkeypatch.setattr(exporting, "_write_csv", stopped)
    journey("export", "feedback", "-o", "out.csv", ok=False)
    assert not list(Path().glob("out.csv*"))


def test_a_folder_that_is_not_there_is_told_of_the_export_and_not_of_the_database(journey):
    error = journey("export", "feedback", "-o", "nowhere/out.csv", ok=False).exception
    assert isinstance(error, InputError)
    assert str(error).startswith("nowhere/out.csv cannot be written")


def test_a_backup_of_a_damaged_file_says_that_the_file_is_damaged_and_not_the_copy(journey):
    raw = Path("journey.db").read_bytes()
    Path("journey.db").write_bytes(raw[:4096] + b"\x5a" * (len(raw) - 4096))
    error = journey("backup", "copy.db", ok=False).exception
    assert isinstance(error, StoreDamaged)
    assert str(error).startswith("journey.db is not a usable database")
    assert not list(Path().glob("copy.db*"))
