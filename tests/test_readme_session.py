"""The session in the README is what the program prints; `python -m tests.test_readme_session` writes it anew."""

import re
import tempfile
from datetime import date
from pathlib import Path

import pytest

from assistant.answers.analyst import Analyst
from assistant.cli.demo import load_sample
from assistant.memory import Memory
from assistant.rendering.text import render
from assistant.replies import Replies
from assistant.settings import Settings
from knowledge.embedding import load_embedder

pytestmark = [pytest.mark.model, pytest.mark.slow]  # to the word: another processor may round otherwise

README = Path(__file__).parents[1] / "README.md"
SESSION = re.compile(r"(?<=\n## What it looks like\n)(?P<intro>.*?)```\n(?P<shown>.*?)```", re.S)
AS_OF = date(2026, 11, 1)
FINDINGS = 2
"""Findings of an answer that the README shows; `…` stands for the others."""


def shown() -> str:
    """Return the session as the README has it."""
    found = SESSION.search(README.read_text(encoding="utf-8"))
    assert found, "the README shows no session"
    return found["shown"]


def session(folder: Path, questions: list[str]) -> str:
    """Ask the questions of the README in one thread of a fresh demo, and return what is printed, shortened."""
    settings = Settings(db=str(folder / "demo.db"))
    load_sample(settings, quiet=True)
    replies = Replies(Analyst(settings.db_path, load_embedder()), Memory(settings.db_path))
    answers = [replies.reply(question, asker="README", thread="README", today=AS_OF) for question in questions]
    return (
        "\n\n".join(f"> {q}\n\n{shortened(render(a)).strip()}" for q, a in zip(questions, answers, strict=True)) + "\n"
    )


def shortened(answer: str) -> str:
    """Return an answer with the first findings only, each with its quotes."""
    kept: list[str] = []
    findings = 0
    for line in answer.split("\n"):
        findings += line.startswith("- ")
        if findings <= FINDINGS or not line.startswith(("- ", "   ")):
            kept.append(line)
        elif kept[-1] != "  …":
            kept.append("  …")
    return "\n".join(kept)


def asked(text: str) -> list[str]:
    return re.findall(r"^> (.+)$", text, re.M)


def test_the_session_in_the_readme_is_what_the_program_prints(tmp_path: Path) -> None:
    told = shown()
    assert session(tmp_path, asked(told)) == told, "write it anew: python -m tests.test_readme_session"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        fresh = session(Path(folder), asked(shown()))
    old = README.read_text(encoding="utf-8")
    README.write_text(SESSION.sub(lambda m: f"{m['intro']}```\n{fresh}```", old, count=1), encoding="utf-8")
