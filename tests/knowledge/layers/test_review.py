"""What the review promises: what people say holds for ever, moves what the preview said, and can be taken back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.corrections import in_force
from knowledge.errors import InputError, NotFound
from knowledge.feedback import Feedback, Point, text_hash
from knowledge.journey import JourneyMap, Stage
from knowledge.layers.review import Review
from knowledge.layers.stage_board import read_sample
from knowledge.layers.stage_edits import StageDesk, correct
from knowledge.layers.stages import update_stages
from knowledge.layers.themes import update_themes
from knowledge.pipeline import conclude, derive
from knowledge.store import PointRow, open_store, prepare
from knowledge.themes import Theme

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
MAP = JourneyMap(
    id="m",
    name="A shop",
    stages=(
        Stage(id="buying", name="Buying", words=("voucher", "checkout", "basket"), aliases=("order",)),
        Stage(id="delivery", name="Delivery", words=("courier", "parcel"), touchpoints=("tracking page",)),
        Stage(id="leaving", name="Leaving", words=("delete account", "goodbye"), aliases=("churn",)),
    ),
)
TOPICS = {
    "buying": "voucher basket checkout code rejected",
    "delivery": "parcel courier doorstep wet late",
    # of "leaving" the map knows no word that these people say
    "leaving": "unsubscribe newsletter finally enough removed",
}


class Shop:
    """A file with three topics of twelve pieces each, under themes T1 to T3; and one piece of no theme."""

    def __init__(self, path, embedder) -> None:
        self.embedder = embedder
        prepare(path)
        self.opened = open_store(path)
        self.store = self.opened.__enter__()
        rng = np.random.default_rng(0)
        self.topic = {}
        items = []
        for topic, words in [*TOPICS.items()]:
            for i in range(12):
                key = f"{topic}:{i}"
                self.topic[key] = topic
                text = " ".join(rng.permutation(words.split())[:4])
                items.append(Feedback(id=key, text=text, source="m", at=AT - timedelta(days=i), channel="email"))
        items.append(Feedback(id="odd", text="zebra", source="m", at=AT))
        self.add(items)
        conclude(self.store, embedder, MAP)
        names = {topic: f"T{n}" for n, topic in enumerate(TOPICS, 1)}
        self.store.themes.save([Theme(id=names[topic], name=f"About {topic}") for topic in TOPICS])
        self.assign({key: names[topic] for key, topic in self.topic.items()})

    def add(self, items) -> None:
        self.store.feedback.upsert(items)
        rows = self.store.feedback.rows([item.id for item in items])
        self.store.points.add([(rows[i.id], [Point(start=0, end=len(i.text), text=i.text)]) for i in items])
        texts = [item.text for item in items]
        self.store.vectors.put([text_hash(t) for t in texts], self.embedder.encode(texts), self.embedder.model_id)

    def assign(self, themes) -> None:
        rows = self.store.feedback.rows(themes)
        self.store.points.assign([PointRow(row=rows[k], n=0, theme=t, strength=0.9) for k, t in themes.items()])
        self.update()

    def update(self) -> int:
        return update_stages(self.store, MAP, self.embedder.model_id)

    def review(self, actor="Ann") -> Review:
        return Review(self.store, MAP, self.embedder.model_id, actor=actor)

    def correct(self, key, stage, actor="Ann"):
        return correct(self.store, MAP, self.embedder.model_id, key, stage, actor=actor, at=AT)

    def state(self):
        return [(c.row, c.stage, c.stage_confidence, c.staged_by) for c in self.store.feedback.conclusions()]

    def stage(self, key):
        (row,) = self.store.feedback.rows([key]).values()
        its = self.store.feedback.derived([row])[row]
        return its.stage, its.staged_by


@pytest.fixture
def shop(tmp_path, toy_embedder):
    its = Shop(tmp_path / "j.db", toy_embedder)
    yield its
    its.opened.__exit__(None, None, None)


def question_about(review: Review, theme: str):
    return next(q for q in review.queue(100) if q.theme_id == theme)


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


def test_correcting_nothing_that_is_there_is_no_error(tmp_path, toy_embedder):
    prepare(tmp_path / "empty.db")
    with open_store(tmp_path / "empty.db") as store:
        assert Review(store, MAP, toy_embedder.model_id, actor="Ann").next() is None
        assert update_stages(store, replace(MAP, stages=()), toy_embedder.model_id) == 0
