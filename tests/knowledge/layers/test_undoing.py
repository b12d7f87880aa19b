"""What was answered or corrected can be taken back, to the last digit."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.errors import NotFound
from knowledge.layers.stage_edits import StageDesk
from tests.knowledge.layers.shop import AT, MAP, question_about


@pytest.mark.parametrize("act", ["theme", "piece", "mixed"])
def test_undo_restores_everything_to_the_last_digit(shop, act):
    before = shop.state()
    review = shop.review()
    question = question_about(review, "T3")
    if act == "theme":
        review.answer(question, "leaving", at=AT)
    elif act == "mixed":
        review.mixed(question, at=AT)
    else:
        desk, correction = shop.correct("buying:1", "delivery")
        desk.apply(correction)
        review = shop.review()
    review.undo(at=AT)
    assert shop.state() == before
    with pytest.raises(NotFound):
        review.undo(at=AT)


def test_taking_the_first_of_two_back_leaves_the_second_as_if_it_were_alone(shop):
    desk, correction = shop.correct("odd", "leaving")
    desk.apply(correction)
    alone = shop.state()
    desk.undo(actor="Ann", at=AT)
    desk, first = shop.correct("buying:1", "delivery")
    kept, _ = desk.apply(first)
    desk.apply(desk.correction("leaving", desk.positions(list(shop.store.feedback.rows(["odd"]).values())),
                               actor="Ann", at=AT))  # fmt: skip
    desk.undo(kept.number, actor="Bob", at=AT)
    assert shop.state() == alone


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.tuples(st.integers(0, 36), st.integers(0, 2)), max_size=5))
def test_undoing_everything_restores_the_file(shop, acts):
    before = shop.state()
    desk = StageDesk(shop.store, MAP, shop.embedder.model_id)
    for place, stage in acts:
        desk.apply(desk.correction(desk.board.stages[stage], np.array([place]), actor="Ann", at=AT))
    for _ in acts:
        desk.undo(actor="Ann", at=AT)
    assert shop.state() == before
