"""Metrics now, before and a year before: what is a change, what is the season, what is neither."""

from datetime import date

import pytest

from assistant.answers.answer import Finding
from assistant.answers.metric_values import numbers
from knowledge.metrics import Metric, MetricPoint
from knowledge.periods import Period, shift_months
from knowledge.scope import Scope

CSAT = Metric(id="csat", name="CSAT", unit="of 5", low=1, high=5)
SHARE = Metric(id="conversion", name="Conversion", unit="%")
WOBBLE = [0.05, -0.06, 0.02, -0.03, 0.06, -0.04, 0.01, -0.05, 0.04, -0.02, 0.03, -0.01]


def points(values, n=None, metric="csat", first=date(2025, 1, 1)):
    out = []
    for i, value in enumerate(values):
        start, end = shift_months(first, i), shift_months(first, i + 1)
        out.append(MetricPoint(metric=metric, stage="use", period=Period(start=start, end=end, label=""), value=value,
                               n=n))  # fmt: skip
    return out


def month(i, first=date(2025, 1, 1)):
    return Period(start=shift_months(first, i), end=shift_months(first, i + 1), label="m")


def told(metric, values, at, n=None):
    now, before = (Scope(period=month(i), stages=("use",)) for i in (at, at - 1))
    finding = Finding(kind="metric", numbers={}, metric=metric.id, stage="use", scope=now, before=before)
    return numbers(metric, points(values, n, metric.id), finding)


def test_a_mean_without_spread_gets_its_interval_from_the_noise_of_the_series():
    found, change = told(CSAT, [4.2 + w for w in WOBBLE], 11)
    assert found["interval"] == "noise"
    assert found["low"] < found["value"] < found["high"]
    assert change == "steady"


def test_a_drop_beyond_the_noise_is_called_falling():
    found, change = told(CSAT, [*(4.2 + w for w in WOBBLE), 3.4], 12)
    assert change == "falling"
    assert found["p_value"] < 0.01
    assert found["change_high"] < 0


def test_without_enough_history_no_change_is_called():
    found, change = told(CSAT, [4.2, 3.1], 1)
    assert (found["p_value"], found["low"], change) == (None, None, "unknown")


def test_the_step_of_every_year_is_the_season_and_no_change():
    year = [62, 62, 62, 62, 62, 62, 62, 62, 62, 62, 62, 54]
    found, change = told(SHARE, year + year, 23, n=3000)
    assert found["p_value"] < 0.01
    assert (found["season"], change) == ("same", "steady")
    assert found["last_year"] == 54


def test_a_step_much_larger_than_a_year_before_is_a_change_all_the_same():
    year = [62, 62, 62, 62, 62, 62, 62, 62, 62, 62, 62, 58]
    found, change = told(SHARE, [*year, *year[:11], 44], 23, n=3000)
    assert (found["season"], change) == (None, "falling")


def test_a_season_of_means_is_seen_too():
    year = [4.2 + w for w in WOBBLE[:11]] + [3.2]
    found, change = told(CSAT, year + year, 23)
    assert found["season"] == "same" or found["p_value"] >= 0.01
    assert change != "falling"


def test_a_new_level_and_an_odd_month_are_dated():
    low = [4.4 + w for w in WOBBLE[:6]] + [3.9 + w for w in WOBBLE[6:]]
    found, _ = told(CSAT, low, 11)
    assert found["shift_on"] == "2025-07-01"
    assert found["shift_before"] == pytest.approx(4.4, abs=0.05)
    spike = [4.2 + w for w in WOBBLE]
    spike[5] = 3.0
    found, _ = told(CSAT, spike, 11)
    assert (found["odd_on"], found["odd_value"]) == ("2025-06-01", 3.0)


def test_segments_are_compared_with_the_same_segment_a_year_before():
    values = points([40 + i for i in range(13)], 500, "conversion")
    other = [MetricPoint(metric=p.metric, stage=p.stage, period=p.period, value=90, n=500, segments={"plan": "pro"})
             for p in values]  # fmt: skip
    scope = Scope(period=month(12), stages=("use",), filters={"plan": ("pro",)})
    finding = Finding(kind="metric", numbers={}, metric="conversion", stage="use", scope=scope)
    assert numbers(SHARE, [*values, *other], finding)[0]["last_year"] == 90


def test_a_known_metric_says_how_it_is_computed_and_every_known_one_does(ask):
    from knowledge.readers.known_metrics import FORMULAS, KNOWN

    assert FORMULAS.keys() == KNOWN.keys()
    answer = ask("what is CSAT in onboarding?")
    assert FORMULAS["csat"] in answer.caveats
    assert not answer.dropped
