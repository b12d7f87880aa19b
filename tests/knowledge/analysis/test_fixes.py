"""Fixes: yes, no, back again, unclear or too early; and how seldom yes is said where nothing was mended."""

import numpy as np
import pytest

from knowledge.analysis.fixes import Stretch, judge


def stretch(hits, of, days=91):
    return Stretch(hits=hits, of=of, days=days)


@pytest.mark.parametrize(
    ("before", "after", "worked"),
    [
        (stretch(30, 60), stretch(1, 50), "yes"),
        (stretch(30, 60), stretch(26, 50), "no"),
        (stretch(30, 60), stretch(16, 50), "unclear"),
        (stretch(30, 60), stretch(0, 6), "too early"),
        (stretch(30, 60), stretch(0, 50, days=7), "too early"),
        (stretch(3, 60), stretch(0, 50), "too few"),
        (stretch(0, 0), stretch(0, 0), "too few"),
    ],
)
def test_the_verdict_follows_from_counts_and_time(before, after, worked):
    assert judge(before, after).worked == worked


def test_what_came_back_is_told_from_what_stayed_away():
    before, after = stretch(30, 60), stretch(15, 200, days=270)
    assert judge(before, after, stretch(15, 40, days=56)).worked == "back"
    assert judge(before, stretch(4, 200, days=270), stretch(1, 40, days=56)).worked == "yes"
    assert judge(before, stretch(4, 200, days=270), stretch(0, 40, days=56)).late_p is None


def test_a_whole_stage_that_goes_quiet_is_no_fix():
    """Complaints fall from 200 to 50, but so does everything else in the stage."""
    assert judge(stretch(200, 400), stretch(50, 100)).worked == "no"


def test_the_ratio_lies_in_its_interval_and_an_open_end_is_infinite():
    found = judge(stretch(30, 60), stretch(10, 50))
    assert found.low < found.ratio < found.high
    assert found.expected == pytest.approx(25)
    assert judge(stretch(10, 10), stretch(3, 10)).high < 1


def test_where_nothing_was_mended_yes_is_said_at_most_once_in_a_hundred():
    rng = np.random.default_rng(11)
    said = 0
    for _ in range(1000):
        before, after = rng.binomial(80, 0.3), rng.binomial(60, 0.3)
        said += judge(stretch(int(before), 80), stretch(int(after), 60)).worked == "yes"
    assert said <= 15
