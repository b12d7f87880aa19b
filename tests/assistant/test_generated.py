"""Whatever is asked, each number and quote of the answer is what the rows say, counted anew by `recount.py`."""

import shutil
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from itertools import islice
from pathlib import Path

import pytest

from assistant.answers.analyst import Analyst, vocabulary_of
from assistant.answers.answer import Line
from assistant.answers.context import read_knowledge
from assistant.memory import Memory
from assistant.replies import INTERNAL_ERROR, Replies
from knowledge.store import open_store
from scripts.benchmarks._exam import read_exam
from tests.assistant.answers import world
from tests.assistant.generated import ground_of, threads
from tests.assistant.recount import File, faults

SEED = 20261101
EXAM = Path(__file__).parents[1] / "exam"


def asked(
    path: Path, embedder, asking: Iterable[tuple[date, tuple[str, ...]]], least: int
) -> tuple[File, Counter[str]]:
    """Ask threads until there are `least` questions, hold each answer against the file; return what was looked at."""
    file, kinds, wrong = File(path), Counter(), []
    replies = Replies(Analyst(path, embedder), Memory(path))
    for number, (today, lines) in enumerate(asking):
        for text in lines:
            answer = replies.reply(text, asker="U1", thread=f"thread {number}", today=today)
            kinds[answer.question.intent] += 1
            wrong += [f"{text!r} of {lines}: {fault}" for fault in faults(answer, file)]
            wrong += [f"{text!r} of {lines}: {answer.reason}"] * (answer.reason in (INTERNAL_ERROR, "not_verified"))
        if kinds.total() >= least:
            break
    assert not wrong, "\n".join(wrong[:20])
    return file, kinds


def generated(path: Path, today: date) -> Iterable[tuple[date, tuple[str, ...]]]:
    """Yield generated threads about what a file holds."""
    with open_store(path) as store:
        ground = ground_of(vocabulary_of(read_knowledge(store)))
    return ((today, lines) for lines in threads(ground, SEED))


@pytest.fixture
def own(tmp_path, toy_embedder):
    return world.build(tmp_path / "company.db", toy_embedder)


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    from assistant.cli.demo import load_sample
    from assistant.settings import Settings

    path = tmp_path_factory.mktemp("sample") / "company.db"
    load_sample(Settings(db=str(path)), quiet=True)
    return path


def test_every_number_and_quote_of_sixty_generated_questions_is_in_the_rows(own, toy_embedder):
    file, kinds = asked(own, toy_embedder, generated(own, world.AS_OF), 60)
    assert file.checked["numbers recounted"] >= 500
    assert file.checked["numbers in sentences"] >= 300
    assert file.checked["quotes"] >= 30
    assert len(kinds) >= 10, "nearly every kind of question is asked"


@pytest.mark.slow
def test_every_number_and_quote_of_a_thousand_generated_questions_is_in_the_rows(own, toy_embedder):
    file, kinds = asked(own, toy_embedder, generated(own, world.AS_OF), 1_000)
    print(dict(file.checked), dict(kinds))  # noqa: T201 - the figures of a proof


@pytest.mark.slow
@pytest.mark.model
def test_every_number_and_quote_of_a_thousand_questions_about_the_sample_is_in_the_rows(sample, tmp_path):
    from knowledge.embedding import load_embedder

    path = Path(shutil.copy(sample, tmp_path / "company.db"))
    file, kinds = asked(path, load_embedder(), generated(path, world.AS_OF), 1_000)
    print(dict(file.checked), dict(kinds))  # noqa: T201 - the figures of a proof


@pytest.mark.slow
@pytest.mark.model
def test_every_number_and_quote_of_the_exams_answers_is_in_the_rows(sample, tmp_path):
    from knowledge.embedding import load_embedder

    items = read_exam([*sorted(EXAM.glob("*.jsonl")), *sorted(EXAM.glob("second/*.jsonl"))])
    path = Path(shutil.copy(sample, tmp_path / "company.db"))
    asking = ((item.as_of, (*item.thread, item.question)) for item in items)
    file, kinds = asked(path, load_embedder(), asking, len(items) * 10)
    print(dict(file.checked), dict(kinds))  # noqa: T201 - the figures of a proof
    assert kinds.total() >= 600


# --- the recount itself ---


def test_the_same_seed_asks_the_same_questions(own):
    one, other = (list(islice(generated(own, world.AS_OF), 30)) for _ in range(2))
    assert one == other
    assert len({lines for _, lines in one}) >= 25


def _forged(answer):
    """Yield answers that say something false, each in its own way."""
    index = next(i for i, finding in enumerate(answer.findings) if finding.kind == "theme")
    finding, line, quote = answer.findings[index], answer.lines[0], answer.evidence[0]

    def with_finding(**changes):
        return replace(
            answer, findings=(*answer.findings[:index], replace(finding, **changes), *answer.findings[index + 1 :])
        )

    for key in ("count", "complaints", "share", "previous", "p_value"):
        yield f"another {key}", with_finding(numbers={**finding.numbers, key: (finding.numbers[key] or 0) + 0.25})
    yield "another row", with_finding(rows=finding.rows[1:])
    yield (
        "another number in a sentence",
        replace(
            answer,
            lines=(Line(f"{line} 4,711 agree.", template=line.template, findings=line.findings), *answer.lines[1:]),
        ),
    )
    yield "other words", replace(answer, evidence=(replace(quote, quote=f"{quote.quote}!!"), *answer.evidence[1:]))
    yield "another day", replace(answer, evidence=(replace(quote, at=date(1999, 1, 1)), *answer.evidence[1:]))
    yield "dropped", replace(answer, dropped=("a finding",))


def test_whatever_is_altered_is_found(own, toy_embedder):
    file = File(own)
    answer = Analyst(own, toy_embedder).answer("what hurts customers?", as_of=world.AS_OF)
    assert faults(answer, file) == []
    for what, forged in _forged(answer):
        assert faults(forged, file), what


def test_an_altered_value_of_a_metric_is_found(own, toy_embedder):
    file = File(own)
    answer = Analyst(own, toy_embedder).answer("what was csat in onboarding in October 2026?", as_of=world.AS_OF)
    finding = answer.findings[0]
    assert faults(answer, file) == []
    forged = replace(finding, numbers={**finding.numbers, "value": 4.9})
    assert faults(replace(answer, findings=(forged, *answer.findings[1:])), file)
