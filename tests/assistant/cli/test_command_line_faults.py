"""What goes wrong around a command: a library, standard output, memory. Each is told in a sentence, nothing is lost."""

import ast
import os
import re
import sys
import tomllib
from functools import cache
from importlib.metadata import requires
from pathlib import Path

import pytest
from click.testing import CliRunner

from assistant.answers.answer import Answer
from assistant.cli import cli, main
from assistant.cli.output import output_told
from assistant.replies import Replies
from knowledge.errors import OutputError, missing_library
from knowledge.store import open_store
from knowledge.templates import template
from knowledge.verification import verify

ROOT = Path(__file__).parents[3]
OURS = {"assistant", "knowledge"}
WORDS = (
    "the parcel came late again",
    "the app crashes when I pay",
    "the box was crushed",
    "My friend Anna was charged twice",
)


def libraries() -> set[str]:
    """Return every library that is imported anywhere in the program and is not Python's own."""
    found = set()
    paths = [path for package in OURS for path in ROOT.glob(f"{package}/**/*.py")]
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
    return found - OURS - sys.stdlib_module_names


@cache
def packages() -> set[str]:
    """Return what the program depends on, and what that depends on, as packages are called."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = {re.split(r"[<>=\[; ]", line)[0].lower() for line in project["dependencies"]}
    further = {re.split(r"[<>=!~\[; (]", line)[0].lower() for name in named for line in requires(name) or ()}
    return {name.replace("_", "-") for name in named | further}


@pytest.mark.parametrize("library", sorted(libraries()))
def test_a_missing_library_is_named_with_the_command_that_installs_it(library):
    told = str(missing_library(ModuleNotFoundError(f"No module named '{library}.inner'", name=f"{library}.inner")))
    command = re.search(r"pip install ([\w-]+);", told)
    assert command
    assert command[1] in packages()


def test_a_library_that_does_not_fit_is_told_from_one_that_is_missing():
    told = str(missing_library(ImportError("cannot import name 'x' from 'scipy.stats'", name="scipy.stats")))
    assert "scipy cannot be used (cannot import name" in told
    assert "pip install --force-reinstall scipy" in told


def test_a_module_of_our_own_that_is_not_there_is_not_explained_away():
    assert missing_library(ModuleNotFoundError(name="knowledge.nowhere")) is None


@pytest.fixture
def feedback(run_journey) -> str:
    lines = [f"{i},{WORDS[i % 4]} in week {i // 4},c{i % 9}" for i in range(48)]
    Path("t.csv").write_text("\n".join(["id,text,customer", *lines]) + "\n", encoding="utf-8")
    return "t.csv"


@pytest.mark.parametrize("library", ["faker.providers.person.en_US", "faiss", "graspologic_native"])
def test_an_import_that_lacks_a_library_says_so_and_goes_on_once_it_is_there(
    run_journey, feedback, toy_embedder, library, capsys, monkeypatch
):
    from knowledge.privacy import names

    for kept in (names._listed, names.first_names, names.given_names, names.surnames):
        kept.cache_clear()
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, library, None)
        patch.setattr(sys, "argv", ["journey", "import", "feedback", feedback])
        with pytest.raises(SystemExit) as stopped:
            main()
    assert stopped.value.code == 1
    error = capsys.readouterr().err.splitlines()[-1]
    assert re.match(rf"Error: The library {library.partition('.')[0]} is not installed.*pip install [\w-]+;", error)
    run_journey("import", "feedback", feedback)
    with open_store("journey.db") as store:
        assert store.feedback.count() == 48
        assert not [c for c in verify(store, toy_embedder, template("default")) if c.status == "wrong"]


def test_a_question_that_lacks_a_library_is_answered_with_its_name():
    class Lacking:
        def answer(self, text, *, as_of, before=None) -> Answer:
            raise ModuleNotFoundError("No module named 'scipy'", name="scipy")

    answer = Replies(Lacking()).reply("what hurts?", asker="ann", thread=None, today=None)
    assert answer.abstained
    assert "pip install scipy" in answer.headline


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
@pytest.mark.parametrize("arguments", [["themes"], ["export", "feedback"], ["status", "--json"]], ids=" ".join)
def test_an_output_that_is_full_is_named_and_the_database_is_not_blamed(run_journey, feedback, arguments, monkeypatch):
    run_journey("import", "feedback", feedback)
    with Path("/dev/full").open("w") as full:
        monkeypatch.setattr(sys, "stdout", full)
        monkeypatch.setattr(sys, "argv", ["journey", *arguments])
        told: list[str] = []
        monkeypatch.setattr("assistant.cli._give_up", lambda message: told.append(message))
        main()
        monkeypatch.undo()
    assert told[0].startswith("The output cannot be written: No space left on device.")
    assert "journey.db" not in told[0]


def test_a_reader_of_the_output_who_has_gone_is_no_fault(run_journey, feedback):
    run_journey("import", "feedback", feedback)
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as gone:
        before, sys.stdout = sys.stdout, gone
        try:
            with pytest.raises(BrokenPipeError), output_told(), open_store("journey.db"):
                print("x" * 100_000, flush=True)  # noqa: T201
        finally:
            sys.stdout = before
            os.dup2(os.open(os.devnull, os.O_WRONLY), gone.fileno())


def test_what_cannot_be_written_inside_a_look_at_the_database_is_still_the_outputs_fault(run_journey, feedback):
    run_journey("import", "feedback", feedback)

    class Full:
        def write(self, text: str) -> int:
            raise OSError(28, "No space left on device")

        def flush(self) -> None: ...

    before, sys.stdout = sys.stdout, Full()
    try:
        with pytest.raises(OutputError, match="output cannot be written"), output_told(), open_store("journey.db"):
            print("x")  # noqa: T201
    finally:
        sys.stdout = before


def test_too_little_memory_is_said_in_a_sentence(run_journey, monkeypatch, capsys):
    def short(*_, **__):
        raise MemoryError

    monkeypatch.setattr("assistant.cli.cli", short)
    monkeypatch.setattr(sys, "argv", ["journey", "status"])
    with pytest.raises(SystemExit):
        main()
    assert "not enough memory. What was finished is kept" in capsys.readouterr().err
    assert CliRunner().invoke(cli, ["--help"]).exit_code == 0
