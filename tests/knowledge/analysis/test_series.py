"""Series: their noise, steps, shifts and odd values, and how seldom these are seen where there are none."""

import numpy as np
import pytest

from knowledge.analysis.series import LEAST, noise, noise_interval, odd, shift, step_p

QUIET = [4.2, 4.3, 4.1, 4.25, 4.15, 4.3, 4.2, 4.1, 4.25, 4.2, 4.3, 4.15]


def draws(n, times, seed=7):
    return np.random.default_rng(seed).normal(size=(times, n))


def test_too_few_values_have_no_noise_no_shift_and_nothing_odd():
    few = QUIET[: LEAST - 1]
    assert (noise(few), shift(few), odd(few)) == (None, None, None)
    assert (noise([3.0] * 12), shift([3.0] * 12), odd([3.0] * 12)) == (None, None, None)


def test_noise_is_that_of_the_values_and_a_slow_trend_adds_nothing_to_it():
    long = draws(400, 1)[0]
    assert noise(long).sd == pytest.approx(1, abs=0.1)
    assert noise(long + 0.02 * np.arange(400)).sd == pytest.approx(noise(long).sd, rel=0.02)


def test_a_change_of_level_and_an_odd_value_do_not_make_a_series_noisy():
    moved = [*QUIET[:6], *(value - 1 for value in QUIET[6:])]
    spiked = [*QUIET[:5], 2.0, *QUIET[6:]]
    for values in (moved, spiked):
        assert noise(values).sd < 1.5 * noise(QUIET).sd


def test_a_level_that_changes_is_found_where_it_changes():
    found = shift([*QUIET[:7], *(value - 0.6 for value in QUIET[7:])])
    assert found.at == 7
    assert found.before - found.after == pytest.approx(0.6, abs=0.1)
    assert found.p_value < 0.01


def test_a_steady_slope_is_no_change_of_level():
    assert shift([10 + 0.5 * i for i in range(14)]) is None


def test_one_value_off_the_course_is_odd_and_named_with_what_was_expected():
    found = odd([*QUIET[:8], 3.0, *QUIET[9:]])
    assert found.at == 8
    assert found.expected == pytest.approx(4.2, abs=0.1)


def test_what_only_wobbles_is_called_a_shift_or_odd_at_most_once_in_a_hundred():
    series = draws(12, 400)
    # 4 in 400 are stated; 10 would be seen less than once in a hundred such tests.
    assert sum(shift(row, seed=i) is not None for i, row in enumerate(series)) <= 9
    assert sum(odd(row) is not None for row in series) <= 9


def hanging_together(times, n=36, echo=0.4):
    fresh = draws(n + 20, times, seed=11)
    for t in range(1, n + 20):
        fresh[:, t] = echo * fresh[:, t - 1] + np.sqrt(1 - echo**2) * fresh[:, t]
    return fresh[:, 20:]


def test_values_that_take_after_the_last_are_seldom_called_a_shift():
    """Shuffled as if each stood alone, some twelve in a hundred were; with a true step of three, nearly all still are.

    Five in a hundred are stated; 19 of 200 would be seen less than once in a hundred such tests.
    """
    series = hanging_together(200)
    assert sum(shift(row) is not None for row in series) <= 18
    moved = series[:40] + 3 * (np.arange(36) >= 20)
    assert sum(shift(row) is not None for row in moved) >= 30


def test_a_step_of_what_only_wobbles_is_called_one_at_most_once_in_a_hundred():
    series = draws(12, 1000)
    assert sum(step_p(row[-1] - row[-2], 1, 1, noise(row)) < 0.01 for row in series) <= 15


def test_a_step_far_beyond_the_noise_is_one():
    falls = [*QUIET, 2.5]
    assert step_p(2.5 - 4.15, 1, 1, noise(falls)) < 0.01


def test_intervals_of_a_level_hold_the_truth_about_as_often_as_they_say():
    held = [low <= 0 <= high for row in draws(12, 1000) for low, high in [noise_interval(row[-1], 1, noise(row))]]
    assert 0.93 <= np.mean(held) <= 0.975


def test_the_mean_of_more_values_has_a_narrower_interval():
    found = noise(QUIET)
    one, three = (noise_interval(4.2, k, found) for k in (1, 3))
    assert three[1] - three[0] < one[1] - one[0]


def test_the_same_series_gives_the_same_numbers():
    values = [*QUIET[:6], *(value - 1 for value in QUIET[6:])]
    assert shift(values) == shift(values)


def test_what_rounding_does_is_no_news():
    """A series at one value but for the last digit: the next digit may be anything, so nothing is odd and no step."""
    still = [4.2] * 14
    for at in (0, 6, 13):
        nearly = [*still[:at], 4.3, *still[at + 1 :]]
        assert odd(nearly) is None
        assert step_p(0.1, 1, 1, noise(nearly)) > 0.01


@pytest.mark.parametrize("sd", [0.02, 0.05, 0.2])
def test_rounded_series_that_only_wobble_hold_nothing_odd_more_often_than_stated(sd):
    series = np.round(4.2 + sd * draws(12, 400), 1)
    assert sum(odd(row) is not None for row in series) <= 9
    steps = [step_p(row[-1] - row[-2], 1, 1, found) for row in series if (found := noise(row))]
    assert sum(p < 0.01 for p in steps) <= 9


def test_rounding_to_a_digit_far_below_the_noise_changes_nothing():
    fine = draws(30, 1)[0]
    assert noise(np.round(fine, 4)).sd == pytest.approx(noise(fine).sd, rel=1e-3)
