"""Intervals and tests of rates: against published values, and by their promises."""

import math
import random

import pytest
import scipy.stats  # noqa: F401  loaded here, so that no property pays for the import
from hypothesis import given
from hypothesis import strategies as st

from knowledge.analysis.rates import (
    adjust,
    compare_rates,
    compare_shares,
    direction,
    monotone_trend,
    rate_ratio,
    trend_p,
    trend_z,
    wilson,
)

counts = st.integers(0, 200)
exposures = st.integers(1, 5000)


def test_wilson_matches_newcombes_table():
    """Newcombe (1998), table I, method 3: 81/263, 15/148, 0/20 and 1/29."""
    for hits, n, low, high in [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ]:
        assert wilson(hits, n) == pytest.approx((low, high), abs=5e-5)


def test_wilson_without_data_says_anything_is_possible():
    assert wilson(0, 0) == (0.0, 1.0)


def test_wilson_refuses_impossible_counts():
    with pytest.raises(ValueError, match="between 0 and n"):
        wilson(3, 2)


@given(counts, counts)
def test_wilson_holds_the_share(hits, misses):
    n = hits + misses
    low, high = wilson(hits, n)
    assert 0 <= low <= (hits / n if n else 0) <= high <= 1


def test_wilson_covers_the_truth_about_as_often_as_stated():
    rng = random.Random(1)
    covered = 0
    for _ in range(2000):
        hits = sum(rng.random() < 0.15 for _ in range(40))
        low, high = wilson(hits, 40)
        covered += low <= 0.15 <= high
    assert 0.93 <= covered / 2000 <= 0.975


@given(counts, exposures, counts, exposures)
def test_rates_compare_the_same_in_either_order(count, exposure, before, exposure_before):
    one = compare_rates(count, exposure, before, exposure_before)
    other = compare_rates(before, exposure_before, count, exposure)
    assert one is not None
    assert one == pytest.approx(other, rel=1e-6)
    assert 0 <= one <= 1


def test_rates_by_hand():
    """Five to none at equal exposure: 2 · 0.5⁵."""
    assert compare_rates(5, 100, 0, 100) == pytest.approx(0.0625)
    assert compare_rates(0, 100, 0, 100) == 1.0
    assert compare_rates(3, 0, 1, 10) is None


def test_rates_keep_the_false_alarm_level():
    """Simulated quiet pairs of quarters at small counts: false calls at or under the level."""
    rng = random.Random(2)
    alarms = 0
    for _ in range(600):
        now, then = (sum(rng.random() < 0.02 for _ in range(400)) for _ in range(2))
        p = compare_rates(now, 400, then, 400)
        alarms += p is not None and p < 0.05
    assert alarms / 600 <= 0.05


@given(counts, exposures, counts, exposures)
def test_ratio_interval_agrees_with_the_ratio(count, exposure, before, exposure_before):
    interval = rate_ratio(count, exposure, before, exposure_before)
    if count + before == 0:
        assert interval is None
        return
    low, high = interval
    ratio = (count / exposure) / (before / exposure_before) if before else math.inf
    assert low <= ratio * (1 + 1e-9)
    assert ratio <= high * (1 + 1e-9)


def test_shares_by_hand():
    """Fisher's tea: 3 of 4 against 1 of 4, two-sided p = 34/70."""
    assert compare_shares(3, 4, 1, 4) == pytest.approx(34 / 70)
    assert compare_shares(1, 1, 0, 0) is None


def test_trend_finds_a_rise_and_its_sign():
    assert trend_p([5, 10, 15, 20], [100] * 4) < 0.01
    assert trend_z([5, 10, 15, 20], [100] * 4) > 0
    assert trend_z([20, 15, 10, 5], [100] * 4) < 0


def test_trend_that_only_follows_the_exposure_is_none():
    assert trend_p([5, 10, 15, 20], [50, 100, 150, 200]) == pytest.approx(1.0)


def test_trend_refuses_too_little():
    assert trend_p([1, 2, 3], [10, 10, 10]) is None
    assert trend_p([50, 60], [100, 100]) is None
    assert trend_p([50, 60, 70], [100, 0, 100]) is None


def test_monotone_trend_needs_six_values_and_some_movement():
    assert monotone_trend([1, 2, 3]) is None
    assert monotone_trend([2.0] * 9) is None
    tau, p = monotone_trend([9, 8, 7, 6, 5, 4, 3])
    assert tau == -1
    assert p < 0.01


def test_adjusted_p_values_match_the_definition():
    assert adjust([]) == []
    assert adjust([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.04, 0.04])


@given(counts, exposures, counts, exposures)
def test_a_change_is_named_only_when_the_test_says_so(count, exposure, before, exposure_before):
    p = compare_rates(count, exposure, before, exposure_before)
    named = direction(count, exposure, before, exposure_before, p_value=p, earlier=before)
    assert (named == "steady") == (p >= 0.01)


def test_names_of_changes():
    assert direction(30, 100, 0, 100, p_value=1e-9, earlier=0) == "new"
    assert direction(30, 100, 0, 100, p_value=1e-9, earlier=4) == "rising"
    assert direction(0, 100, 30, 100, p_value=1e-9) == "gone"
    assert direction(3, 100, 30, 100, p_value=1e-9) == "falling"
    assert direction(3, 100, 0, 0, p_value=None) == "unknown"
