"""What the review promises: it asks what settles most, the preview says what moves, and it ends."""

from dataclasses import replace

import numpy as np
import pytest

from knowledge.corrections import in_force
from knowledge.errors import InputError, NotFound
from knowledge.layers.review import Review
from knowledge.layers.stages import update_stages
from knowledge.store import open_store, prepare
from tests.knowledge.layers.shop import AT, MAP, Shop, question_about


def test_a_question_is_about_a_theme_with_quotes_guesses_and_a_reason(shop):
    question = question_about(shop.review(), "T3")
    assert question.count == 12
    assert question.theme == "About leaving"
    assert "these 12 pieces of feedback are about “About leaving”" in question.text.replace("These", "these")
    assert 1 <= len(question.quotes) <= 3
    assert {q.id.split(":")[0] for q in question.quotes} == {"leaving"}
    assert sum(share for _, share in question.guesses) == pytest.approx(1, abs=0.01)
    assert question.why


def test_an_answer_about_a_theme_settles_its_pieces_in_the_name_of_the_theme(shop):
    review = shop.review()
    question = question_about(review, "T3")
    review.answer(question, "leaving", at=AT)
    assert {shop.stage(f"leaving:{i}") for i in range(12)} == {("leaving", "theme")}
    assert "T3" not in {q.theme_id for q in review.queue(100)}


def test_the_preview_says_exactly_what_then_moves(shop):
    review = shop.review()
    question = question_about(review, "T3")
    before = {row: stage for row, stage, *_ in shop.state()}
    preview = review.preview(question, "leaving", at=AT)
    assert {row: stage for row, stage, *_ in shop.state()} == before
    _, moved = review.answer(question, "leaving", at=AT)
    after = {row: stage for row, stage, *_ in shop.state()}
    assert moved == preview
    assert preview.moved == sum(after[row] != before[row] for row in after)
    assert preview.moved > 0


def test_the_review_ends(shop):
    review = shop.review()
    for _ in range(60):
        question = review.next()
        if question is None:
            break
        review.answer(question, shop.topic.get(question.quotes[0].id, "leaving"), at=AT)
    assert review.next() is None
    assert len(in_force(shop.store.corrections.all())) < 40
    right = [shop.stage(key)[0] == topic for key, topic in shop.topic.items()]
    assert np.mean(right) > 0.9


def test_what_is_skipped_does_not_come_again_and_skipping_all_ends_the_review(shop):
    review, seen = shop.review(), []
    for _ in range(100):
        question = review.next()
        if question is None:
            break
        seen.append(question.key)
        review.skip(question)
    assert len(seen) == len(set(seen)) < 100
    assert review.next() is None


def test_a_mixed_theme_is_asked_about_piece_by_piece(shop):
    review = shop.review()
    review.mixed(question_about(review, "T3"), at=AT)
    questions = review.queue(100)
    assert "T3" not in {q.theme_id for q in questions}
    assert any(q.feedback_id and q.feedback_id.startswith("leaving:") for q in questions)


def test_every_third_question_looks_for_a_stage_that_nobody_confirmed(shop):
    review = shop.review()
    for theme, stage in (("T1", "buying"), ("T2", "delivery")):
        review.answer(question_about(review, theme), stage, at=AT)
    question = review.next()
    assert question.looks_for == "leaving"
    assert "leaving" in question.why


def test_the_same_answers_give_the_same_stages_to_the_last_digit(tmp_path, toy_embedder):
    states = []
    for name in ("a", "b"):
        shop = Shop(tmp_path / f"{name}.db", toy_embedder)
        review = shop.review()
        for _ in range(4):
            question = review.next()
            review.answer(question, shop.topic.get(question.quotes[0].id, "leaving"), at=AT)
        states.append(shop.state())
        shop.opened.__exit__(None, None, None)
    assert states[0] == states[1]


def test_progress_counts_answers_and_what_they_settled(shop):
    review = shop.review()
    assert review.progress().answers == 0
    review.answer(question_about(review, "T3"), "leaving", at=AT)
    its = review.progress()
    assert (its.answers, its.settled, its.count) == (1, 12, 37)
    assert its.unsure == sum(stage is None for _, stage, *_ in shop.state())


def test_what_is_wrong_is_said(shop):
    with pytest.raises(NotFound, match="no stage 'nowhere'"):
        shop.correct("odd", "nowhere")
    with pytest.raises(NotFound, match="no feedback"):
        shop.correct("nobody", "leaving")
    with pytest.raises(InputError, match="--by"):
        shop.correct("odd", "leaving", actor=" ")
    desk, correction = shop.correct("odd", "churn")
    kept, _ = desk.apply(correction)
    assert kept.stage == "leaving"
    desk.undo(kept.number, actor="Ann", at=AT)
    with pytest.raises(InputError, match="already"):
        desk.undo(kept.number, actor="Ann", at=AT)


def test_correcting_nothing_that_is_there_is_no_error(tmp_path, toy_embedder):
    prepare(tmp_path / "empty.db")
    with open_store(tmp_path / "empty.db") as store:
        assert Review(store, MAP, toy_embedder.model_id, actor="Ann").next() is None
        assert update_stages(store, replace(MAP, stages=()), toy_embedder.model_id) == 0
