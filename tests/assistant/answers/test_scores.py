"""CSAT and NPS from feedback: labelled so, and kept apart from what was imported."""

from datetime import UTC, date, datetime

import pytest

from assistant.answers.analyst import Analyst
from assistant.questions.question import Question
from knowledge.feedback import Feedback
from knowledge.periods import Period
from knowledge.store import DerivedRow, open_store, prepare
from tests.assistant.answers import world

OCTOBER = Period(start=date(2026, 10, 1), end=date(2026, 11, 1), label="October 2026")


def test_the_score_of_ratings_stands_beside_the_imported_metric_and_says_what_it_is(analyst):
    question = Question(
        text="what is CSAT in use?", intent="metric", metrics=("csat",), stages=("use",), period=OCTOBER
    )
    answer = analyst.answer_question(question, as_of=world.AS_OF)
    imported, rated = answer.claims
    assert (imported.kind, imported.numbers["value"]) == ("metric", pytest.approx(4.25))
    assert (rated.kind, rated.metric) == ("count", None)
    assert rated.numbers["score_value"] == pytest.approx(_mean(analyst, OCTOBER))
    assert "from feedback in Use" in answer.lines[-1]
    assert "apart from what was imported" in answer.lines[-1]
    assert not answer.dropped


def _mean(analyst, period):
    with analyst._open() as store:
        facts = analyst.context(store, as_of=world.AS_OF).facts
    from knowledge.scope import Scope

    positions = facts.select(Scope(stages=("use",), period=period))
    return float(facts.rating[positions].mean())


@pytest.fixture
def surveyed(tmp_path, toy_embedder):
    """Return an analyst over answers of 0 to 10, without any imported metric."""
    path = tmp_path / "survey.db"
    prepare(path)
    answers = [10, 9, 9, 10, 8, 7, 6, 2, 9, 10, 9, 3]
    with open_store(path) as store:
        store.feedback.upsert([
            Feedback(id=f"F{i}", text=f"answer {i}", source="survey", at=datetime(2026, 10, 1 + i, tzinfo=UTC),
                     rating=float(rating), rating_scale=(0.0, 10.0))
            for i, rating in enumerate(answers)
        ])  # fmt: skip
        rows = store.feedback.rows([f"F{i}" for i in range(len(answers))])
        store.feedback.set_derived([
            DerivedRow(row=row, stage=None, stage_confidence=None, staged_by=None, sentiment=0.0)
            for row in rows.values()
        ])  # fmt: skip
    return Analyst(path, toy_embedder)


def test_nps_is_computed_from_answers_of_0_to_10_where_nobody_imported_it(surveyed):
    answer = surveyed.answer("what is our NPS?", as_of=world.AS_OF)
    assert answer.headline.startswith("NPS from feedback: 33.33 (n = 12, 95% interval")
    assert answer.claims[0].numbers["score_value"] == pytest.approx(100 * (7 - 3) / 12)
    assert not answer.dropped


def test_a_metric_that_ratings_do_not_make_is_still_refused(surveyed):
    question = Question(text="what is CSAT?", intent="metric", metrics=("csat",))
    assert surveyed.answer_question(question, as_of=world.AS_OF).abstained
