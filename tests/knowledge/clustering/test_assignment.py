"""New texts join the theme that they are near to, and stay out where they are near to none."""

import numpy as np
import pytest

from knowledge.clustering.assignment import Assigner

DELIVERY = [f"parcel delivery came late {word}" for word in ("again", "today", "monday", "twice", "sadly", "here")]
REFUND = [f"refund money still missing {word}" for word in ("again", "today", "monday", "twice", "sadly", "here")]


@pytest.fixture
def known(toy_embedder):
    return toy_embedder.encode([*DELIVERY, *REFUND]), np.array([0] * 6 + [1] * 6, dtype=np.int32)


def test_a_new_text_joins_the_theme_of_its_neighbours(known, toy_embedder):
    new = toy_embedder.encode(["parcel delivery came late indeed", "refund money still missing now"])
    found = Assigner(*known).assign(new)
    assert found.labels.tolist() == [0, 1]
    assert (found.strength > 0.5).all()


def test_a_text_about_something_else_stays_out(known, toy_embedder):
    found = Assigner(*known).assign(toy_embedder.encode(["who won the football match"]))
    assert found.labels.tolist() == [-1]
    assert found.strength.tolist() == [0]


def test_where_most_neighbours_belong_nowhere_so_does_the_new_text(known, toy_embedder):
    vectors, _ = known
    nowhere = np.full(12, -1, dtype=np.int32)
    assert Assigner(vectors, nowhere).assign(toy_embedder.encode(["refund money"])).labels.tolist() == [-1]


def test_nothing_new_and_nothing_known_are_no_trouble(known):
    vectors, labels = known
    assert len(Assigner(vectors, labels).assign(vectors[:0]).labels) == 0
    assert Assigner(vectors[:0], labels[:0]).assign(vectors[:2]).labels.tolist() == [-1, -1]
