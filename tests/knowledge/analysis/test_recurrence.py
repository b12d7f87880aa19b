"""A theme is called changed only when a test says so, and quiet themes are left in peace as often as stated."""

import importlib.util
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.analysis.overdispersion import noise, split_tails
from knowledge.analysis.recurrence import ALARM_RATE, statuses
from knowledge.analysis.weekly import weekly
from knowledge.facts import Column, Facts

WEEKS = 65


def bench():
    path = Path(__file__).parents[3] / "scripts" / "benchmarks" / "alarms.py"
    spec = importlib.util.spec_from_file_location("alarms", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def among_quiet(*series: list[int], others: int = 20, seed: int = 0) -> list:
    """Return the trends of `series` among quiet themes of about three mentions a week."""
    rng = np.random.default_rng(seed)
    weeks = len(series[0])
    counts = np.vstack([np.array(series), rng.poisson(3, (others, weeks))])
    return statuses(counts, np.full(weeks, 200.0))[: len(series)]


def steady(per_week: int, weeks: int) -> list[int]:
    return [per_week] * weeks


def test_a_theme_first_heard_of_lately_is_new():
    (trend,) = among_quiet([0] * 60 + [2, 3, 4, 3, 4])
    assert trend.status == "new"
    assert (trend.since, trend.count, trend.count_before) == (60, 16, 0)
    assert trend.ratio is None


def test_a_tripled_theme_is_rising_since_the_week_in_which_it_rose():
    (trend,) = among_quiet(steady(3, 61) + steady(9, 4))
    assert trend.status == "rising"
    assert trend.since == 61
    assert trend.ratio == pytest.approx(3.0)
    assert trend.rate == pytest.approx(9 / 200)
    assert trend.p_value < 0.001


def test_a_theme_that_fell_but_is_still_heard_is_falling():
    (trend,) = among_quiet(steady(9, 57) + steady(1, 8))
    assert trend.status == "falling"
    assert trend.since == 57


def test_a_theme_gone_silent_is_resolved():
    (trend,) = among_quiet(steady(4, 57) + steady(0, 8))
    assert (trend.status, trend.since, trend.count) == ("resolved", 57, 0)


def test_a_theme_back_after_quiet_is_recurring_and_compared_with_the_quiet():
    (trend,) = among_quiet(steady(3, 30) + steady(0, 31) + steady(3, 4))
    assert trend.status == "recurring"
    assert (trend.count_before, trend.since) == (0, 61)


def test_a_rare_theme_does_not_recur_merely_because_it_is_rare():
    rare = [1 if week % 11 == 0 else 0 for week in range(WEEKS)]
    (trend,) = among_quiet(rare)
    assert trend.status == "steady"


def test_a_rise_of_half_a_year_ago_is_no_news():
    (trend,) = among_quiet(steady(3, 39) + steady(9, 26))
    assert trend.status == "steady"


def test_a_rise_that_is_over_is_no_rise():
    (trend,) = among_quiet(steady(2, 53) + steady(20, 4) + steady(2, 8))
    assert trend.status == "steady"


def test_a_creeping_rise_is_found_though_no_month_stands_out():
    creeping = [1 + week // 9 for week in range(WEEKS)]
    (trend,) = among_quiet(creeping)
    assert trend.status == "rising"
    assert trend.since < 52


def test_a_busy_season_is_no_rise_when_exposure_rises_with_it():
    rng = np.random.default_rng(3)
    exposure = np.r_[np.full(57, 200.0), np.full(8, 600.0)]
    counts = rng.poisson(exposure * 0.015, (30, WEEKS))
    assert not any(trend.flagged for trend in statuses(counts, exposure))


def test_the_same_rise_counts_less_where_counts_vary_more():
    rng = np.random.default_rng(1)
    rise = np.array(steady(5, 61) + steady(10, 4))
    calm = rng.poisson(5, (20, WEEKS))
    wild = rng.poisson(5 * rng.gamma(1.0, 1.0, (20, WEEKS)))
    exposure = np.full(WEEKS, 200.0)
    p_calm, p_wild = (statuses(np.vstack([rise, others]), exposure)[0].p_value for others in (calm, wild))
    assert p_calm < p_wild


def test_too_little_history_is_never_a_change():
    assert [t.status for t in statuses(np.array([[0, 0, 9, 30]]), [50.0] * 4)] == ["steady"]
    assert statuses(np.zeros((0, 10), dtype=int), [1.0] * 10) == []
    assert statuses(np.zeros((2, 0), dtype=int), [])[0].status == "steady"


def test_shapes_that_differ_are_refused():
    with pytest.raises(ValueError, match="themes, weeks"):
        statuses(np.zeros((2, 3), dtype=int), [1.0, 2.0])


@settings(max_examples=100)
@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40), st.floats(0.1, 1e5), st.floats(0.1, 1e5)), min_size=1)
)
def test_tails_agree_with_the_beta_binomial(cases):
    from scipy.stats import betabinom

    k = np.array([case[0] for case in cases])
    total = k + np.array([case[1] for case in cases])
    a, b = (np.array([case[i] for case in cases]) for i in (2, 3))
    at_least, at_most = split_tails(k, total, a, b)
    assert at_most == pytest.approx(betabinom.cdf(k, total, a, b), abs=1e-6)
    assert at_least == pytest.approx(betabinom.sf(k - 1, total, a, b), abs=1e-6)


def test_noise_is_estimated_whatever_the_level_does_meanwhile():
    rng = np.random.default_rng(5)
    level = np.where(np.arange(200) < 100, 10, 40)
    counts = rng.poisson(level * rng.gamma(1 / 0.2, 0.2, (50, 200)))
    assert np.median(noise(counts, np.full(200, 500.0))) == pytest.approx(0.2, abs=0.05)
    # Taken from their mean, these have a squared coefficient of variation of 0.36.
    assert np.median(noise(rng.poisson(np.tile(level, (50, 1))), np.full(200, 500.0))) < 0.06


@settings(max_examples=50)
@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.integers(0, 70))
def test_any_series_has_a_status_and_probabilities(seed, themes, weeks):
    rng = np.random.default_rng(seed)
    counts = rng.poisson(rng.gamma(0.5, 4, (themes, weeks)))
    for trend in statuses(counts, rng.integers(0, 50, weeks).astype(float)):
        assert 0 <= trend.p_value <= 1
        assert 0 <= trend.q_value <= 1
        assert 0 <= trend.since <= weeks


def test_quiet_themes_are_flagged_no_more_often_than_stated():
    module = bench()
    for scenario in module.SCENARIOS[:2]:
        ever, _ = module.false_alarms(12, 30, scenario, seed=11)
        assert ever <= ALARM_RATE


def test_a_tripled_theme_is_found_within_weeks():
    weeks = bench().weeks_to_detection(6, 30, 3.0, 3.0, seed=2)
    assert all(week is not None for week in weeks)
    assert np.median(weeks) <= 5


def facts(days: list[date | None], themes: list[list[str]]) -> Facts:
    n = len(days)
    names = tuple(sorted({name for of_row in themes for name in of_row}))
    pairs = [(i, names.index(name)) for i, of_row in enumerate(themes) for name in of_row]
    nothing = Column(codes=np.full(n, -1, dtype=np.int32), values=())
    return Facts(
        revision=1, row=np.arange(n, dtype=np.int64), day=np.array([d.toordinal() if d else 0 for d in days], np.int32),
        stage=nothing, channel=nothing, language=nothing, customer=nothing,
        sentiment=np.full(n, np.nan, np.float32), rating=np.full(n, np.nan, np.float32), counted=np.ones(n, bool),
        theme=Column(codes=np.array([code for _, code in pairs], np.int32), values=names),
        theme_position=np.array([i for i, _ in pairs], np.int64),
    )  # fmt: skip


def test_weeks_are_whole_start_on_monday_and_end_before_the_day_asked():
    monday = date(2026, 3, 2)
    said = [monday - timedelta(days=3), monday, monday + timedelta(days=6), monday + timedelta(days=7), None]
    said += [monday + timedelta(days=14)]
    table = facts(said, [["T1"], ["T1"], ["T2", "T1"], [], ["T1"], ["T2"]])
    found = weekly(table, np.arange(len(said)), as_of=monday + timedelta(days=16))
    assert found.mondays == (monday, monday + timedelta(days=7))
    assert found.themes == ("T1", "T2")
    assert found.counts.tolist() == [[2, 0], [1, 0]]
    assert found.exposure.tolist() == [2, 1]


def test_nothing_dated_gives_no_weeks():
    found = weekly(facts([None], [["T1"]]), np.array([0]), as_of=date(2026, 3, 2))
    assert (found.themes, found.mondays, found.counts.shape) == ((), (), (0, 0))
