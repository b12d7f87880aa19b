"""Of much feedback the first questions are chosen from a sample, and mean what they would have meant of all."""

import pytest

from knowledge.errors import NotFound
from knowledge.layers.review import Review
from knowledge.layers.stage_board import read_sample
from tests.knowledge.layers.shop import AT, MAP, question_about


@pytest.fixture
def sampling(shop, monkeypatch):
    """Return the shop with so much feedback that the first questions are chosen from one piece in three."""
    monkeypatch.setattr("knowledge.layers.review.SAMPLE", 12)
    return shop


def test_much_feedback_is_asked_about_before_all_of_it_is_read(sampling, monkeypatch):
    monkeypatch.setattr("knowledge.layers.review.StageDesk", None)
    questions = sampling.review().queue(100)
    assert {"T1", "T2", "T3"} <= {q.theme_id for q in questions}
    assert all(q.count == 12 for q in questions if q.theme_id)
    assert all(q.quotes for q in questions)


def test_an_answer_to_a_sampled_question_moves_what_it_would_have_moved_of_all(sampling, monkeypatch):
    review = sampling.review()
    moved = review.preview(question_about(review, "T3"), "leaving", at=AT)
    monkeypatch.setattr("knowledge.layers.review.SAMPLE", 40_000)
    review = sampling.review()
    assert moved == review.preview(question_about(review, "T3"), "leaving", at=AT)
    assert moved.asked + moved.kept_out == 12


def test_a_sample_holds_whatever_people_corrected(sampling):
    row_of = sampling.store.feedback.rows(sampling.topic)
    every = len(row_of)
    sampled = read_sample(sampling.store, MAP, sampling.embedder.model_id, every=every).row
    (key, row) = next((key, row) for key, row in row_of.items() if row not in sampled)
    desk, correction = sampling.correct(key, "leaving")
    desk.apply(correction)
    after = read_sample(sampling.store, MAP, sampling.embedder.model_id, every=every)
    assert set(after.row) == {*sampled, row}
    assert [lesson.stage for lesson in after.lessons] == [after.code("leaving")]


def test_a_review_of_much_feedback_ends_too_whoever_opens_it_anew(sampling):
    skipped = list[str]()
    while question := Review(sampling.store, MAP, sampling.embedder.model_id, actor="Ann", skipped=skipped).next():
        skipped.append(question.key)
        assert len(skipped) == len(set(skipped)) < 100


def test_a_question_is_found_again_by_its_key_while_it_is_open(sampling):
    review = sampling.review()
    question = question_about(review, "T3")
    assert review.find("T3") == question
    assert review.find("odd").feedback_id == "odd"
    assert review.find("nobody") is None
    review.answer(question, "leaving", at=AT)
    assert review.find("T3") is None
    with pytest.raises(NotFound, match="open any more"):
        review.preview(question, "buying", at=AT)
