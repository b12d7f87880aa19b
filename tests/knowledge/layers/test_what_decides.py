"""Who decides a stage: what people say outranks all, holds for ever, and reaches what is like it."""

import pytest

from knowledge.feedback import Feedback
from knowledge.layers.themes import update_themes
from knowledge.pipeline import conclude, derive
from tests.knowledge.layers.shop import AT, MAP, question_about


def test_what_a_person_said_outranks_the_source_the_theme_and_the_map(shop):
    review = shop.review()
    review.answer(question_about(review, "T1"), "buying", at=AT)
    desk, correction = shop.correct("buying:3", "leaving", actor="Bob")
    desk.apply(correction)
    assert shop.stage("buying:3") == ("leaving", "person:Bob")
    assert shop.stage("buying:4") == ("buying", "theme")


def test_a_later_word_of_a_person_replaces_an_earlier_one(shop):
    for stage in ("leaving", "delivery"):
        desk, correction = shop.correct("odd", stage)
        desk.apply(correction)
    assert shop.stage("odd") == ("delivery", "person:Ann")


def test_corrections_outlast_new_feedback_new_themes_and_a_new_run(shop):
    review = shop.review()
    review.answer(question_about(review, "T3"), "leaving", at=AT)
    desk, correction = shop.correct("buying:3", "delivery")
    desk.apply(correction)
    shop.assign({f"leaving:{i}": "T1" for i in range(12)})  # a run has put them elsewhere
    assert {shop.stage(f"leaving:{i}") for i in range(12)} == {("leaving", "theme")}
    shop.store.feedback.forget_derived()
    derive(shop.store, shop.embedder, MAP, at=AT, regroup=True)
    update_themes(shop.store, shop.embedder.model_id, at=AT, force=True)
    shop.update()
    assert {shop.stage(f"leaving:{i}") for i in range(12)} == {("leaving", "theme")}
    assert shop.stage("buying:3") == ("delivery", "person:Ann")


def test_what_joins_an_answered_theme_later_is_staged_with_it(shop):
    review = shop.review()
    review.answer(question_about(review, "T3"), "leaving", at=AT)
    shop.add([Feedback(id="new", text="newsletter enough unsubscribe", source="m", at=AT)])
    conclude(shop.store, shop.embedder, MAP)
    shop.assign({"new": "T3"})
    assert shop.stage("new") == ("leaving", "theme")


def test_one_correction_reaches_what_is_like_it(shop):
    desk, correction = shop.correct("leaving:0", "leaving")
    moves = desk.preview(correction)
    assert moves.similar > 0
    assert moves.moved == moves.similar + 1


def test_only_what_changed_is_written(shop):
    assert shop.update() == 0
    revision = shop.store.revision
    shop.update()
    assert shop.store.revision == revision
    before = shop.state()
    desk, correction = shop.correct("odd", "leaving")
    _, moves = desk.apply(correction)
    assert moves.rewritten == sum(a != b for a, b in zip(before, shop.state(), strict=True))
    assert shop.update() == 0


def test_a_correction_goes_with_the_feedback_that_it_was_about(shop):
    desk, correction = shop.correct("odd", "leaving")
    desk.apply(correction)
    shop.store.erasure.remove(list(shop.store.feedback.rows(["odd"]).values()))
    assert [c.rows for c in shop.store.corrections.all()] == [()]
    assert shop.update() >= 0


@pytest.mark.parametrize(
    ("segments", "by"), [({"page": "Tracking page"}, "touchpoint"), ({"colour": "Tracking page"}, "")]
)
def test_a_touchpoint_of_the_row_that_the_map_knows_decides(shop, segments, by):
    shop.add([Feedback(id="new", text="zebra zebra", source="m", at=AT, segments=segments)])
    conclude(shop.store, shop.embedder, MAP)
    shop.update()
    assert (shop.stage("new") == ("delivery", "touchpoint")) == bool(by)


def test_unknown_stages_of_the_source_are_told(shop):
    items = [
        Feedback(id=f"x{i}", text="zebra", source="m", at=AT, stage=s) for i, s in enumerate(("Lead", "Lead", "order"))
    ]
    shop.add(items)
    _, notes = conclude(shop.store, shop.embedder, MAP)
    assert len(notes) == 1
    assert "'Lead'" in notes[0]
    assert notes[0].startswith("2 ")
    shop.update()
    assert shop.stage("x2") == ("buying", "given")


def test_ratings_teach_the_sentiment_of_what_has_none(shop):
    rated = [
        Feedback(id=f"r{i}", text="blorp tasty" if i % 2 else "blorp grumpf", source="m", at=AT,
                 rating=5.0 if i % 2 else 1.0, rating_scale=(1.0, 5.0))
        for i in range(200)
    ]  # fmt: skip
    bare = [Feedback(id="good", text="tasty", source="m", at=AT), Feedback(id="bad", text="grumpf", source="m", at=AT)]
    shop.add([*rated, *bare])
    conclude(shop.store, shop.embedder, MAP)
    rows = shop.store.feedback.rows(["good", "bad"])
    found = shop.store.feedback.derived(rows.values())
    assert found[rows["good"]].sentiment > found[rows["bad"]].sentiment + 0.2
