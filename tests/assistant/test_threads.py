"""Ten threads over the sample company, held against what was understood of each line when a person last read them.

`threads.txt` holds them; after a change that is meant, write it anew and read the difference:
`python -m tests.assistant.test_threads FILE`, where FILE is the sample company (`journey demo` makes one).
"""

import re
import shutil
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from assistant.answers.analyst import Analyst
from assistant.memory import Memory
from assistant.questions.understood import summary_line
from assistant.replies import Replies

GOLDEN = Path(__file__).with_name("threads.txt")
AS_OF = date(2026, 11, 1)
_THEME = re.compile(r"\bT\d+(?: \([^)]*\))?")
"""Which themes there are, and under which numbers, is for other tests to hold."""


def transcript(lines: list[str], analyst: Analyst, memory: Memory) -> Iterator[str]:
    """Yield the threads with what is understood of each line: intent, slots, and why it was refused, if it was."""
    replies, thread = Replies(analyst, memory), ""
    for line in lines:
        if line.startswith("> "):
            answer = replies.reply(line[2:], asker="reader", thread=thread, today=AS_OF)
            understood = _THEME.sub("T", summary_line(answer.question, named=answer.named))
            heard = f"  {answer.question.intent} [{understood}]"
            yield from (line, f"{heard} refused: {answer.reason}" if answer.abstained else heard)
        elif not line.startswith("  "):
            thread = line or thread
            yield line


def written(lines: list[str], company: Path) -> str:
    """Return the file as it should be."""
    from knowledge.embedding import load_embedder

    return "\n".join(transcript(lines, Analyst(company, load_embedder()), Memory(company))) + "\n"


def test_there_are_ten_threads_of_three_and_more_follow_ups():
    threads = GOLDEN.read_text("utf-8").strip().split("\n\n")
    assert len(threads) >= 10
    assert all(thread.count("\n> ") >= 4 for thread in threads)


@pytest.mark.model
def test_threads_are_understood_as_when_last_read(tmp_path):
    from assistant.cli.demo import load_sample
    from assistant.settings import Settings

    company = tmp_path / "company.db"
    load_sample(Settings(db=str(company)), quiet=True)
    held = GOLDEN.read_text("utf-8")
    assert written(held.splitlines(), company) == held


if __name__ == "__main__":
    copy = Path(shutil.copy(sys.argv[1], f"{sys.argv[1]}.threads"))
    GOLDEN.write_text(written(GOLDEN.read_text("utf-8").splitlines(), copy), encoding="utf-8")
    copy.unlink()
