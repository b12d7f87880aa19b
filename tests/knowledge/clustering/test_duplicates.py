"""Repeats are found among what is new and what was there, and lead to the earliest that said it."""

import numpy as np
import pytest

from knowledge.clustering.duplicates import repeats_among

TEXTS = [
    "the box never came and nobody answers my letters or calls this week",
    "lovely recipes",
    "The box never  came and nobody answers my letters or calls this week",
    "the box never came and nobody answers my letters or calls this week please",
    "refund please",
    "lovely recipes",
]
EXPECTED = [-1, -1, 0, 0, -1, 1]


def near_duplicates(vectors, texts):
    """Return what each text repeats where all of them are new."""
    nobody = np.full(len(texts), -1, dtype=np.int64)
    return repeats_among(vectors, lambda rows: {row: texts[row] for row in rows}, np.arange(len(texts)), nobody)


@pytest.fixture
def vectors(toy_embedder):
    return toy_embedder.encode(TEXTS)


def test_repeats_lead_to_the_earliest_text(vectors):
    assert near_duplicates(vectors, TEXTS).tolist() == EXPECTED


@pytest.mark.parametrize("seen", range(len(TEXTS)))
def test_in_two_imports_or_in_one_the_same_is_found(vectors, seen):
    """However the rows are split between what was there and what is new, each gets the same original."""
    known = np.full(len(TEXTS), -1, dtype=np.int64)
    known[:seen] = near_duplicates(vectors[:seen], TEXTS[:seen]) if seen else []
    fresh = np.arange(seen, len(TEXTS))
    found = repeats_among(vectors, lambda rows: {row: TEXTS[row] for row in rows}, fresh, known)
    assert found.tolist() == EXPECTED[seen:]


def test_only_texts_that_may_be_repeats_are_read(vectors):
    """What is already there is not read as a whole when one row is new."""
    asked: list[int] = []

    def texts_of(rows):
        asked.extend(rows)
        return {row: TEXTS[row] for row in asked}

    known = np.full(len(TEXTS), -1, dtype=np.int64)
    repeats_among(vectors, texts_of, np.array([4]), known)
    assert asked == [4]


def test_near_in_meaning_is_not_a_repeat():
    same_vector = np.ones((2, 4), dtype=np.float32) / 2
    assert near_duplicates(same_vector, ["the box came late", "delivery took ages"]).tolist() == [-1, -1]


def test_nothing_and_one_text_are_no_trouble():
    assert near_duplicates(np.zeros((0, 4), dtype=np.float32), []).tolist() == []
    assert near_duplicates(np.ones((1, 4), dtype=np.float32) / 2, ["x"]).tolist() == [-1]
