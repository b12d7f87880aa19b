"""Processes die over what somebody asked for: the next one goes on with it, once, and nobody is left without a word."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from slack_bolt import App, BoltRequest

from assistant.answers.analyst import Analyst
from assistant.app import build_app, build_client, build_desk
from assistant.clerk import Clerk
from assistant.listeners.desk import Desk
from assistant.listeners.modals import InModal
from assistant.replies import Replies
from knowledge.store import open_store
from knowledge.store.inbox import InboxRows
from tests.assistant.listeners.surfaces.conftest import Json, element, words_of
from tests.assistant.listeners.surfaces.test_files import GOOD
from tests.assistant.listeners.surfaces.test_modals import chosen
from tests.conftest import ToyEmbedder
from tests.fake_slack import PATIENCE_S, FakeSlack, gestures, payloads

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")


class Killed(BaseException):
    """Ends a worker wherever it is, as `kill -9` does: nothing is told, nothing is noted."""


@dataclass
class Process:
    """An app on the file that is delivered to directly, without a line; `start` lets it work."""

    slack: FakeSlack
    app: App
    desk: Desk

    def receives(self, body: Json) -> None:
        """Let Slack deliver something, and see it acknowledged."""
        assert self.app.dispatch(BoltRequest(body=body, mode="socket_mode")).status == 200

    def waits_for(self, ready: Callable[[], object]) -> None:
        self.slack.wait_for(ready)


@dataclass
class Machine:
    """The file, and Slack; processes come and go."""

    db: Path
    slack: FakeSlack
    minutes: int = 0

    @contextmanager
    def process(self, *, working: bool = True) -> Iterator[Process]:
        """Run a process until it ends; each begins a minute after the one before, when the leases of that are over."""
        self.minutes += 1
        ahead = timedelta(minutes=self.minutes)
        analyst = Analyst(self.db, ToyEmbedder())
        clerk = Clerk(db=self.db, key=self.db.with_name("key"), analyst=analyst)
        desk = build_desk(Replies(analyst), self.db, now=lambda: datetime.now(UTC) + ahead, pace=timedelta(0))
        app = build_app(build_client(self.slack.bot_token, api_url=self.slack.url), desk, clerk=clerk)
        if working:
            desk.start()
        yield Process(slack=self.slack, app=app, desk=desk)
        desk.drain(0 if not working else PATIENCE_S)

    def answered(self) -> Json:
        """Have a question answered, and return the answer."""
        with self.process() as process:
            process.receives(payloads.event_callback(self.slack.mention("what hurts customers in use?"), "EvAsked"))
            process.waits_for(lambda: self.slack.posted)
        return self.slack.posted[0]

    def click(self, message: Json, action: str) -> Json:
        """Return a click on a button of a message."""
        return payloads.click(message, element(message["blocks"], action), self.slack.response_url(), action_ts="7.1")

    def modal(self) -> Json:
        """Return the modal that was opened last."""
        return list(self.slack.methods.surfaces.modals.values())[-1]

    def kept(self) -> int:
        """Count what is to be done."""
        with open_store(self.db) as store:
            return InboxRows(store.db, only="errand").waiting()

    def outcomes(self) -> dict[str, int]:
        with open_store(self.db) as store:
            return InboxRows(store.db, only="errand").outcomes()


@pytest.fixture
def machine(company: Path, tmp_path: Path) -> Iterator[Machine]:
    with FakeSlack() as slack:
        yield Machine(db=Path(shutil.copy(company, tmp_path / "company.db")), slack=slack)
        assert not slack.problems


def dies_once(monkeypatch: pytest.MonkeyPatch, owner: object, name: str, *, after: bool = False) -> list[str]:
    """Let the first call of a function be where the process dies; return the list that then is not empty."""
    died: list[str] = []
    original = getattr(owner, name)

    def call(*args: object, **more: object) -> object:
        found = original(*args, **more) if died or after else None
        if not died:
            died.append(name)
            raise Killed
        return found

    monkeypatch.setattr(owner, name, call)
    return died


def proposal(machine: Machine) -> Json:
    """Drop a file; return the message that asks whether to import it."""
    file = machine.slack.methods.surfaces.drop_file("returns.csv", GOOD, user="U0PERSON")
    with machine.process() as process:
        event = gestures.file_message([file], ts=machine.slack.methods.next_ts())
        process.receives(payloads.event_callback(event, "EvDropped"))
        process.waits_for(lambda: machine.slack.posted)
    return machine.slack.posted[0]


def test_an_import_that_was_taken_and_never_begun_is_done_by_the_next_process(machine: Machine) -> None:
    asked = proposal(machine)
    with machine.process(working=False) as process:
        process.receives(machine.click(asked, "import_file"))
    with machine.process() as process:
        process.waits_for(lambda: "20 new" in asked["text"])
    with open_store(machine.db) as store:
        (entry,) = store.audit.all("import")
    assert (entry.actor, entry.detail["added"]) == ("U0PERSON", 20)


def test_an_import_that_a_process_died_over_is_finished_by_the_next_one(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    import knowledge.pipeline

    asked = proposal(machine)
    with open_store(machine.db) as store:
        before = store.feedback.count()
    died = dies_once(monkeypatch, knowledge.pipeline, "derive")
    with machine.process() as process:
        process.receives(machine.click(asked, "import_file"))
        process.waits_for(lambda: died)
    assert "rows read" not in asked["text"]
    with machine.process() as process:
        process.waits_for(lambda: "21 rows read" in asked["text"])
    with open_store(machine.db) as store:
        assert store.feedback.count() == before + 20
        assert len(store.audit.all("import")) == 1


def test_an_answer_that_a_click_brought_is_posted_once_though_its_process_died_over_it(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = machine.answered()
    died = dies_once(monkeypatch, InboxRows, "done")
    with machine.process() as process:
        process.receives(machine.click(answer, "more_quotes"))
        process.waits_for(lambda: died)
    with machine.process() as process:
        process.waits_for(machine.outcomes)
    assert len(machine.slack.posted) == 2
    assert machine.outcomes() == {"done": 1}


def test_a_modal_that_was_opened_and_never_filled_is_filled_by_the_next_process(machine: Machine) -> None:
    answer = machine.answered()
    with machine.process(working=False) as process:
        process.receives(machine.click(answer, "wrong_stage"))
    assert "One moment" in words_of(machine.modal())
    with machine.process() as process:
        process.waits_for(lambda: "submit" in machine.modal())
    assert len(machine.slack.methods.surfaces.modals) == 1
    assert machine.slack.posted == [answer]


def submitted(machine: Machine) -> Json:
    """Open the modal of a correction; return its submission."""
    answer = machine.answered()
    with machine.process() as process:
        process.receives(machine.click(answer, "wrong_stage"))
        process.waits_for(lambda: "submit" in machine.modal())
    return gestures.submission(machine.modal(), chosen("correct_stage_piece", "0") | chosen("correct_stage_to", "use"))


def test_a_correction_that_was_made_before_its_process_died_is_not_made_twice(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = submitted(machine)
    died = dies_once(monkeypatch, InModal, "show")
    with machine.process() as process:
        process.receives(body)
        process.waits_for(lambda: died)
    with machine.process() as process:
        process.waits_for(lambda: "This was done" in words_of(machine.modal()))
    with open_store(machine.db) as store:
        assert len(store.corrections.all()) == 1


def test_whoever_has_closed_the_modal_meanwhile_is_told_directly(machine: Machine) -> None:
    body = submitted(machine)
    with machine.process(working=False) as process:
        process.receives(body)
        process.waits_for(machine.kept)
    with open_store(machine.db) as store:
        InboxRows(store.db).take("dead/1", at=datetime.now(UTC) + timedelta(minutes=machine.minutes))
    machine.slack.methods.surfaces.modals.clear()
    with machine.process() as process:
        process.waits_for(lambda: len(machine.slack.posted) == 2)
    told = machine.slack.posted[1]
    assert told["channel"] == "U0PERSON"
    assert "I was interrupted over “Correct" in told["text"]
    with open_store(machine.db) as store:
        assert len(store.corrections.all()) == 1


def test_what_no_process_was_there_for_in_a_day_is_left_with_a_word(machine: Machine) -> None:
    answer = machine.answered()
    with machine.process(working=False) as process:
        process.receives(machine.click(answer, "more_quotes"))
    machine.minutes += 25 * 60
    with machine.process() as process:
        process.waits_for(lambda: len(machine.slack.posted) == 2)
    assert "Please do it again" in machine.slack.posted[1]["text"]
    assert machine.outcomes() == {"left": 1}
