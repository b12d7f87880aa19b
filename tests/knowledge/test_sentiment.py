"""What sentiment promises: complaints below zero, praise above, and learning from the user's own ratings."""

import csv
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.embedding import SentenceEmbedder
from knowledge.feedback import NEGATIVE, POSITIVE
from knowledge.sentiment import SentimentModel, from_rating, tone
from knowledge.sentiment.lexicon import entries


@pytest.fixture
def model(toy_embedder) -> SentimentModel:
    return SentimentModel.fit_default(toy_embedder)


@pytest.mark.parametrize(
    ("rating", "scale", "sentiment"),
    [(1, (1, 5), -1), (3, (1, 5), 0), (4, (1, 5), 0.5), (10, (0, 10), 1), (5.5, (1, 10), 0), (7, (1, 5), 1),
     (3, (3, 3), 0)],
)  # fmt: skip
def test_a_rating_becomes_its_place_on_the_scale(rating, scale, sentiment):
    assert from_rating(rating, scale) == pytest.approx(sentiment)


@pytest.mark.parametrize(
    ("milder", "stronger"),
    [
        ("it was not good", "it was good"),
        ("it was awful", "it was not awful"),
        ("it was a bit slow, sadly terrible", "it was a bit slow"),
        ("a good driver", "a very good driver"),
        ("never again", "friendly"),
        ("it isn’t clean", "it is clean"),
        ("the food was good but the service was terrible and rude", "the food was good"),
    ],
)
def test_the_words_around_bend_a_word(milder, stronger):
    assert tone(milder) < tone(stronger)


def test_a_negation_does_not_reach_over_the_end_of_a_sentence():
    assert tone("I did not. Great staff") == tone("Great staff")


def test_phrases_are_read_before_their_words():
    assert tone("no complaints") > 0
    assert tone("a waste of time") < 0


@given(st.text())
def test_tone_is_finite_on_any_text(text):
    assert np.isfinite(tone(text))


def test_no_word_of_the_lexicon_stands_twice_or_weighs_nothing():
    counts = Counter(term for term, _ in entries())
    assert [term for term, count in counts.items() if count > 1] == []
    assert all(-3 <= weight <= 3 and weight for _, weight in entries())
    assert all(1 <= len(term) <= 4 for term, _ in entries())


def test_scores_are_one_per_text_within_bounds(model, toy_embedder):
    texts = ["terrible, rude, broken, the worst", "wonderful, friendly, excellent", "", "how do I change my address"]
    scores = model.score(toy_embedder.encode(texts), texts)
    assert scores.dtype == np.float32
    assert scores.shape == (4,)
    assert scores[0] < NEGATIVE < POSITIVE < scores[1]
    assert (np.abs(scores) <= 1).all()


def test_nothing_to_score_is_no_error(model, toy_embedder):
    assert model.score(toy_embedder.encode([]), []).shape == (0,)


def test_the_default_model_is_the_same_each_time(toy_embedder):
    one, two = (SentimentModel.fit_default(toy_embedder) for _ in range(2))
    assert np.array_equal(one.weights, two.weights)


def test_learning_follows_the_users_own_ratings(model, toy_embedder):
    texts = ["the zonk arrived", "the quab arrived"] * 200
    vectors = toy_embedder.encode(texts)
    learned = model.learn(vectors, texts, [1.0, -1.0] * 200)
    zonk, quab = learned.score(vectors[:2], texts[:2])
    assert zonk > POSITIVE
    assert quab < NEGATIVE


@pytest.mark.parametrize("ratings", [[1.0, -1.0] * 5, [1.0] * 100, [-0.5] * 100, []])
def test_too_few_or_one_sided_ratings_change_nothing(model, toy_embedder, ratings):
    texts = ["the zonk arrived"] * len(ratings)
    assert model.learn(toy_embedder.encode(texts), texts, ratings) is model


@pytest.mark.model
@pytest.mark.shared
def test_airline_reviews_are_told_apart_without_a_single_rating(shared_data: Path):
    """At least 80% of every twentieth clearly rated review; a lexicon from the literature reaches 84% on all."""
    with (shared_data / "skytrax" / "lounge.csv").open(encoding="utf-8", newline="") as file:
        rated = [(row["content"], float(row["overall_rating"] or 3)) for row in csv.DictReader(file)]
    clear = [(text, rating) for text, rating in rated if rating <= 2 or rating >= 4][::20]
    texts = [text for text, _ in clear]
    embedder = SentenceEmbedder()
    scores = SentimentModel.fit_default(embedder).score(embedder.encode(texts), texts)
    assert np.mean((scores > 0) == np.array([rating >= 4 for _, rating in clear])) >= 0.8
