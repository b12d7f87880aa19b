"""The intake: what comes while the file is being written is written together, and each hears what became of its own."""

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.listeners.intake import Intake
from knowledge.errors import StoreBusy
from knowledge.store import open_store, prepare
from knowledge.store.inbox import Added, InboxRows, NewJob
from tests.fake_slack import PATIENCE_S

NOW = datetime(2026, 11, 1, 9, tzinfo=UTC)


@dataclass
class File:
    """The file, whose first write waits until it is let go; `sizes` are the jobs of each write."""

    path: Path
    sizes: list[int] = field(default_factory=list)
    begun: threading.Event = field(default_factory=threading.Event)
    let_go: threading.Event = field(default_factory=threading.Event)
    error: Exception | None = None

    @contextmanager
    def open(self) -> Iterator[InboxRows]:
        with open_store(self.path) as store:
            rows = InboxRows(store.db)
            add_all = rows.add_all

            def write(new: Sequence[NewJob], *, at: datetime, capacity: int | None = None) -> list[Added | None]:
                self.sizes.append(len(new))
                self.begun.set()
                assert self.let_go.wait(PATIENCE_S)
                if self.error:
                    raise self.error
                return add_all(new, at=at, capacity=capacity)

            rows.add_all = write  # type: ignore[method-assign]
            yield rows

    def kept(self) -> int:
        with open_store(self.path) as store:
            return InboxRows(store.db).waiting()


@pytest.fixture
def file(tmp_path: Path) -> File:
    prepare(tmp_path / "journey.db")
    return File(path=tmp_path / "journey.db")


def job(name: str) -> NewJob:
    return NewJob(kind="ask", keys=[name], payload={})


def all_at_once(file: File, intake: Intake, names: Sequence[str]) -> list[Future[Added | None]]:
    """Let one be written while the others come; return what becomes of each."""
    with ThreadPoolExecutor(len(names)) as pool:
        first = pool.submit(intake.keep, job(names[0]), at=NOW)
        assert file.begun.wait(PATIENCE_S)
        others = [pool.submit(intake.keep, job(name), at=NOW) for name in names[1:]]
        end = time.monotonic() + PATIENCE_S
        while len(intake._slips) < len(others) and time.monotonic() < end:
            time.sleep(0.005)
        file.let_go.set()
    return [first, *others]


def test_what_comes_while_the_file_is_being_written_is_written_together(file: File) -> None:
    found = all_at_once(file, Intake(file.open, capacity=100), [f"Ev{n}" for n in range(12)])
    assert file.sizes == [1, 11]
    assert len({added.number for one in found if (added := one.result())}) == 12
    assert file.kept() == 12


def test_of_those_written_together_one_job_is_kept_per_key(file: File) -> None:
    found = all_at_once(file, Intake(file.open, capacity=100), ["Ev0", *["Ev1", "Ev2"] * 5])
    assert file.kept() == 3
    assert sum(one.result() is not None for one in found) == 3


def test_a_key_that_is_known_waits_for_no_write(file: File) -> None:
    file.let_go.set()
    intake = Intake(file.open, capacity=100)
    assert intake.keep(job("Ev0"), at=NOW)
    assert intake.keep(job("Ev0"), at=NOW) is None
    assert file.sizes == [1]


def test_where_more_would_wait_than_there_is_room_for_the_rest_is_turned_away(file: File) -> None:
    found = all_at_once(file, Intake(file.open, capacity=3), [f"Ev{n}" for n in range(6)])
    assert sorted(added.room for one in found if (added := one.result())) == [False] * 3 + [True] * 3
    assert file.kept() == 3


def test_a_write_that_fails_is_told_to_all_who_wait_for_it_and_the_next_one_goes_well(file: File) -> None:
    file.error = StoreBusy("in use")
    intake = Intake(file.open, capacity=100)
    found = all_at_once(file, intake, [f"Ev{n}" for n in range(4)])
    assert [type(one.exception()) for one in found] == [StoreBusy] * 4
    assert file.kept() == 0
    file.error = None
    assert intake.keep(job("Ev1"), at=NOW)
    assert file.kept() == 1
