"""Themes that people know are cut or given up only for a clear reason."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from knowledge.clustering.membership import cohesive, origin_share, rejoined

PAIRS = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)]
CUT = np.array([0, 0, 0, 1, 1, 1], dtype=np.int32)


def chain(border: float) -> tuple[csr_matrix, np.ndarray]:
    """Six texts in a row; `border` is the share of the runs that hold the third and the fourth together."""
    graph, share = np.zeros((6, 6)), np.zeros((6, 6))
    for one, other in PAIRS:
        graph[one, other] = graph[other, one] = 1.0
        share[one, other] = share[other, one] = border if (one, other) == (2, 3) else 1.0
    sparse = csr_matrix(graph)
    ends = np.repeat(np.arange(6), np.diff(sparse.indptr))
    return sparse, share[ends, sparse.indices].astype(np.float32)


@pytest.mark.parametrize(("border", "themes"), [(0.9, 1), (0.6, 1), (0.4, 2), (0.0, 2)])
def test_a_known_theme_is_cut_only_where_more_runs_than_not_see_the_border(border, themes):
    known = np.full(6, 4, dtype=np.int32)
    assert len(set(rejoined(*chain(border), CUT, known).tolist())) == themes


@pytest.mark.parametrize("known", [[4, 4, 4, 5, 5, 5], [4, 4, 4, -1, -1, -1], [-1] * 6])
def test_what_was_never_one_theme_is_not_made_one(known):
    found = rejoined(*chain(0.9), CUT, np.array(known, dtype=np.int32))
    assert len(set(found.tolist())) == 2


def test_the_origin_of_a_theme_is_where_most_of_its_texts_come_from():
    labels = np.array([0, 0, 0, 0, 1, 1, -1], dtype=np.int32)
    start = np.array([7, 7, 2, -1, -1, -1, 3], dtype=np.int32)
    origin, share = origin_share(labels, start)
    assert origin[0] == 7
    assert share.tolist() == [0.5, 0.0]


def test_a_known_theme_needs_a_little_less_cohesion_to_go_on():
    random = np.random.default_rng(0)
    loose = random.standard_normal((60, 128)) + 0.26 * random.standard_normal(128)
    rest = random.standard_normal((400, 128))
    vectors = np.concatenate([loose, rest]).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    labels = np.repeat([0, -1], [60, 400]).astype(np.int32)
    assert not cohesive(vectors, labels)[0]
    assert cohesive(vectors, labels, start=labels)[0]
    assert not cohesive(vectors, np.where(labels < 0, 0, -1).astype(np.int32), start=labels)[0]
