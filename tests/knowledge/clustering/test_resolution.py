"""How far two groupings agree beyond chance: the measure by which the resolution is chosen."""

import numpy as np
import pytest

from knowledge.clustering.resolution import shared_beyond_chance


def groupings(n, k, noise):
    rng = np.random.default_rng(n + k)
    one = rng.integers(0, k, n).astype(np.int32)
    return one, np.where(rng.random(n) < noise, rng.integers(0, k, n), one).astype(np.int32)


@pytest.mark.parametrize("noise", [0.0, 0.2, 0.6, 1.0])
@pytest.mark.parametrize(("n", "k", "near"), [(200, 5, 0.02), (800, 40, 0.01), (3000, 80, 0.005)])
def test_the_measure_is_that_of_scikit_learn_but_for_how_chance_is_estimated(n, k, near, noise):
    from sklearn.metrics import adjusted_mutual_info_score

    one, other = groupings(n, k, noise)
    assert shared_beyond_chance(one, other) == pytest.approx(adjusted_mutual_info_score(one, other), abs=near)


def test_names_of_groups_do_not_count_and_one_single_group_agrees_with_itself():
    one, _ = groupings(300, 6, 0.0)
    assert shared_beyond_chance(one, (5 - one).astype(np.int32)) == pytest.approx(1.0)
    everything = np.zeros(20, dtype=np.int32)
    assert shared_beyond_chance(everything, everything) == 1.0
