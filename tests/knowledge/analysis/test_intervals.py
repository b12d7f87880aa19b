"""Intervals of means, NPS, differences of shares, odds and lifts: against known values and by simulation."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.analysis.intervals import (
    compare_means,
    lift,
    mean_interval,
    moments,
    odds_p,
    odds_ratio,
    share_difference,
)

STARS = (1, 2, 3, 4, 5)


def test_a_difference_of_shares_is_newcombes():
    """His own example, 56 of 70 against 48 of 80 (Newcombe 1998, table II, method 10)."""
    assert share_difference(56, 70, 48, 80) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert share_difference(9, 10, 3, 10) == pytest.approx((0.1705, 0.8090), abs=5e-5)
    assert share_difference(0, 0, 3, 10) is None


def test_the_odds_ratio_lies_within_scipys_exact_interval_and_near_it():
    from scipy.stats.contingency import odds_ratio as exact

    for table in ((3, 50, 40, 60), (12, 30, 9, 44), (1, 9, 11, 3)):
        a, b, c, d = table
        low, high = odds_ratio(*table)
        wide = exact([[a, b], [c, d]]).confidence_interval(0.95)
        assert wide.low <= low < high <= wide.high
        assert math.log(high / low) > 0.8 * math.log(wide.high / wide.low)


def test_odds_without_events_end_at_zero_or_never():
    assert odds_ratio(0, 50, 40, 60)[0] == 0
    assert odds_ratio(40, 60, 0, 50)[1] == math.inf
    assert odds_ratio(0, 10, 0, 10) is None
    assert odds_p(0, 0, 3, 4) is None


def test_odds_turn_round_with_the_sides():
    low, high = odds_ratio(3, 50, 40, 60)
    other = odds_ratio(40, 60, 3, 50)
    assert (1 / other[1], 1 / other[0]) == pytest.approx((low, high), rel=1e-6)


def test_a_mean_of_equal_answers_is_not_taken_for_certain():
    low, high = mean_interval(moments([(5, 12)]), STARS)
    assert low < 4.9
    assert high == 5


@given(st.lists(st.integers(1, 5), min_size=2, max_size=60))
def test_an_interval_holds_its_mean_and_stays_on_the_scale(answers):
    found = moments([(v, answers.count(v)) for v in set(answers)])
    low, high = mean_interval(found, STARS)
    assert 1 <= low <= found.mean + 1e-9
    assert found.mean - 1e-9 <= high <= 5


@pytest.mark.parametrize("shares", [(0.05, 0.05, 0.1, 0.2, 0.6), (0.35, 0.1, 0.05, 0.1, 0.4)])
def test_means_of_ratings_are_covered_about_as_often_as_said(shares):
    rng, truth, hits = np.random.default_rng(3), float(np.dot(STARS, shares)), 0
    for counts in rng.multinomial(25, shares, size=600):
        low, high = mean_interval(moments(list(zip(STARS, counts.tolist(), strict=True))), STARS)
        hits += low <= truth <= high
    assert 0.93 <= hits / 600 <= 0.98


def test_means_are_compared_as_welch_does():
    one, other = moments([(5, 40), (4, 10), (1, 5)]), moments([(5, 15), (3, 20), (1, 20)])
    assert compare_means(one, other) < 0.001
    assert compare_means(one, one) == pytest.approx(1)
    assert compare_means(one, moments([(5, 1)])) is None
    assert compare_means(moments([(5, 9)]), moments([(4, 9)])) is None


def test_a_lift_is_a_ratio_of_shares_with_its_interval():
    ratio, low, high = lift(10, 40, 30, 400)
    assert ratio == pytest.approx((10 / 40) / (30 / 400))
    assert low < ratio < high
    assert lift(0, 40, 30, 400) is None
