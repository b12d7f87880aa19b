"""NPS and CSAT from ratings, by hand."""

import numpy as np
import pytest

from knowledge.analysis.scores import NPS_SCALE, answers_of, score_of


def test_nps_is_promoters_minus_detractors():
    found = score_of(np.array([10, 9, 9, 8, 7, 6, 0, 3, 10, 9], dtype=float), NPS_SCALE)
    assert (found.kind, found.n) == ("nps", 10)
    assert found.value == pytest.approx(100 * (5 - 3) / 10)
    assert -100 <= found.low < found.value < found.high <= 100
    assert dict(answers_of(np.array([10.0, 6.0, 7.0]), NPS_SCALE)) == {-100.0: 1, 0.0: 1, 100.0: 1}


def test_any_other_scale_gives_the_mean():
    found = score_of(np.array([5.0, 4.0, 3.0, 1.0]), "1.0 5.0")
    assert (found.kind, found.value, found.n) == ("csat", 3.25, 4)
    assert 1 <= found.low < 3.25 < found.high <= 5


def test_one_answer_has_no_interval_and_none_no_score():
    assert score_of(np.array([4.0]), "1.0 5.0").low is None
    assert score_of(np.array([]), "1.0 5.0") is None
    assert score_of(np.array([40.0, 90.0, 75.0]), "0.0 100.0").low >= 0
