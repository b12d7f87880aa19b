"""Drift as arithmetic: what counts as a mention, when silence says something, what the map should know."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.analysis.drift import (
    SIMILAR,
    Course,
    contradicts,
    excess,
    nearest_pain,
    off_the_map,
    possible,
    verdict,
    word_shares,
)

QUIET = Course(recent=0, exposure=100, months=(), exposures=())


def labels(similarity, shares, *, lent=False, strange=False, praise=False):
    similarity, shares = np.array(similarity, dtype=float), np.array(shares, dtype=float)
    n = similarity.shape[1]
    return nearest_pain(
        similarity, shares, lent=np.full(similarity.shape, lent), strange=np.full(n, strange), praise=np.full(n, praise)
    ).tolist()


def test_a_point_counts_for_the_nearest_pain_only():
    assert labels([[0.55, 0.7, 0.3], [0.6, 0.1, 0.2]], [[0, 0, 0], [0, 0, 0]]) == [1, 0, -1]


def test_words_and_themes_make_up_for_some_distance_and_not_for_more():
    assert labels([[0.45, 0.45, 0.3]], [[0.6, 0.2, 1.0]]) == [0, -1, -1]
    assert labels([[0.45, 0.3]], [[0, 0]], lent=True) == [0, -1]


def test_praise_mentions_no_pain_and_a_theme_off_the_map_only_for_sure():
    assert labels([[0.9]], [[1.0]], praise=True) == [-1]
    assert labels([[0.6, 0.7]], [[1.0, 0]], strange=True) == [-1, 0]


def test_without_pains_nothing_is_mentioned():
    assert labels(np.zeros((0, 2)), np.zeros((0, 2))) == [-1, -1]


def test_rare_words_weigh_more():
    texts = [frozenset({"page"}), frozenset({"page", "accent"}), frozenset({"page"}), frozenset({"other"})]
    (shares,) = word_shares([frozenset({"page", "accent"})], texts)
    assert shares[1] == pytest.approx(1.0)
    assert 0 < shares[0] < 0.5
    assert shares[3] == 0


def test_silence_is_called_so_only_after_many_complaints_and_without_a_possible_mention():
    assert verdict(QUIET, mentions=0, possible_mentions=0, complaints=60) == "silent"
    assert verdict(QUIET, mentions=0, possible_mentions=0, complaints=59) == "open"
    assert verdict(QUIET, mentions=0, possible_mentions=1, complaints=500) == "open"
    assert verdict(QUIET, mentions=1, possible_mentions=0, complaints=500) == "heard"
    assert possible(np.array([[0.2]]), np.array([[0.3]]), praise=np.array([False])).tolist() == [[True]]


def test_a_pain_that_was_usual_and_stopped_is_gone():
    stopped = Course(recent=1, exposure=300, months=(8, 7, 9, 6, 8, 7, 0, 1), exposures=(80,) * 8)
    assert verdict(stopped, mentions=47, possible_mentions=5, complaints=60) == "gone"


def test_the_end_of_one_bad_month_is_not_the_end_of_a_pain():
    spike = Course(recent=0, exposure=300, months=(1, 0, 1, 0, 1, 1, 0, 38), exposures=(80,) * 8)
    assert not spike.gone
    assert verdict(spike, mentions=42, possible_mentions=0, complaints=60) == "heard"


def test_a_short_or_thin_history_proves_nothing():
    assert not Course(recent=0, exposure=300, months=(9, 9), exposures=(80, 80)).gone
    assert not Course(recent=0, exposure=20, months=(1, 1, 1), exposures=(80,) * 3).gone


@given(st.lists(st.integers(0, 20), min_size=3, max_size=13), st.integers(0, 30), st.integers(1, 500))
def test_a_pain_that_keeps_its_usual_rate_is_never_gone(months, extra, exposure):
    usual = int(np.ceil(np.median(months)))
    assert not Course(recent=usual + extra, exposure=80, months=tuple(months), exposures=(80,) * len(months)).gone


def test_a_theme_is_missed_when_it_is_large_mostly_complaints_and_near_no_pain():
    missed = {"complaints": 20, "praise": 3, "all_complaints": 400, "similarity": 0.4}
    assert off_the_map(**missed)
    assert not off_the_map(**missed | {"similarity": 0.5})
    assert not off_the_map(**missed | {"praise": 15})
    assert not off_the_map(**missed | {"complaints": 9, "praise": 0})
    assert not off_the_map(**missed | {"all_complaints": 2000})


def test_a_feeling_is_contradicted_only_beyond_chance():
    assert contradicts(positive=True, complaints=30, praise=5)
    assert not contradicts(positive=True, complaints=12, praise=9)
    assert not contradicts(positive=True, complaints=15, praise=0)
    assert contradicts(positive=False, complaints=2, praise=30)


def test_where_everything_is_about_the_cell_a_match_must_stand_out_from_the_crowd():
    crowd = np.array([[0.35, 0.45, 0.55, 0.65, 0.95]])
    raised = crowd - excess(crowd)[:, None]
    assert (raised >= SIMILAR).tolist() == [[False, False, False, False, True]]
    usual = np.array([[0.05, 0.1, 0.15, 0.2, 0.55]])
    assert excess(usual).tolist() == [0.0]
    assert excess(np.zeros((2, 0))).tolist() == [0.0, 0.0]
