"""Drivers: effects with intervals that hold, an order only where it can be told, and the same numbers every time."""

from dataclasses import replace

import numpy as np
import pytest

from knowledge.analysis.drivers import LEAST_RATED, controls, drivers
from knowledge.facts import Column, Records

EFFECTS = np.array([-1.2, -0.6, 0.0, 0.5])


def column(codes, values):
    return Column(codes=np.asarray(codes, dtype=np.int32), values=tuple(values))


def records(n, seed=1, effects=EFFECTS, shares=(0.12, 0.12, 0.12, 0.12), confounded=False):
    """Make ratings of 1 to 5 by customers of their own moods, in stages that differ by half a point."""
    rng = np.random.default_rng(seed)
    stage, customer = rng.integers(0, 3, n), rng.integers(0, n // 2, n)
    member = rng.random((n, len(effects))) < np.array(shares)
    if confounded:
        # The third theme, which does nothing, is only heard in the stage where ratings are low.
        member[:, 2] = (stage == 1) & (rng.random(n) < 0.5)
    mood = rng.normal(0, 0.5, n // 2)[customer]
    score = np.clip(np.round(4 - 1.0 * (stage == 1) + member @ effects + mood + rng.normal(0, 0.8, n)), 1, 5)
    zero = np.zeros(n)
    return Records(
        row=np.arange(n), day=(738_000 + rng.integers(0, 365, n)).astype(np.int32), score=score,
        scale=column(zero, ["1.0 5.0"]), stage=column(stage, "abc"), channel=column(zero, ["x"]),
        customer=column(customer, [str(i) for i in range(n // 2)]), segments={},
        themes=tuple(f"T{i + 1}" for i in range(len(effects))), member=member,
    )  # fmt: skip


def by_theme(found):
    return {driver.theme: driver for driver in found.drivers}


def test_what_costs_most_comes_first_and_what_does_nothing_is_not_clear():
    found = drivers(records(1500))
    assert [driver.theme for driver in found.drivers] == ["T1", "T2", "T3", "T4"]
    clear = {driver.theme: driver.clear for driver in found.drivers}
    assert clear == {"T1": True, "T2": True, "T3": False, "T4": True}
    assert found.drivers[0].apart


def test_an_order_that_cannot_be_told_is_not_told():
    found = by_theme(drivers(records(500, effects=np.array([-0.8, -0.8, 0.0, 0.5]))))
    assert found["T1"].clear
    assert found["T2"].clear
    assert not next(driver for driver in found.values() if driver.theme in ("T1", "T2")).apart


def test_a_theme_of_a_bad_stage_is_not_blamed_for_the_stage():
    data = records(2000, confounded=True)
    inside = by_theme(drivers(data))["T3"]
    plain = data.score[data.member[:, 2]].mean() - data.score[~data.member[:, 2]].mean()
    assert plain < -0.5
    assert inside.effect_low < 0 < inside.effect_high


def test_without_a_theme_the_mean_is_that_of_all_others():
    data = records(400)
    first = by_theme(drivers(data))["T1"]
    rest = data.score[~data.member[:, 0]].mean()
    assert first.without == pytest.approx(rest)
    assert first.gain == pytest.approx(rest - data.score.mean())
    assert first.gain_low < first.gain < first.gain_high


def test_the_same_rows_give_the_same_numbers():
    assert drivers(records(300)) == drivers(records(300))


def test_what_only_few_customers_repeat_is_not_looked_at():
    data = records(400)
    many = replace(data, customer=column(np.where(data.member[:, 0], np.arange(400) % 3, -1), "abc"))
    assert "T1" in by_theme(drivers(data))
    assert "T1" not in by_theme(drivers(many))


def test_customers_who_write_often_do_not_make_it_surer():
    data = records(300)
    twice = Records(**{
        field: np.concatenate([value, value]) if isinstance(value, np.ndarray)
        else Column(codes=np.concatenate([value.codes, value.codes]), values=value.values)
        if isinstance(value, Column) else value
        for field, value in vars(data).items()
    })  # fmt: skip
    once, again = (by_theme(drivers(each))["T1"] for each in (data, twice))
    assert again.effect_high - again.effect_low > 0.85 * (once.effect_high - once.effect_low)


def test_effects_are_covered_about_as_often_as_said():
    truth = by_theme(drivers(records(120_000, seed=99)))
    held = [
        driver.effect_low <= truth[driver.theme].effect <= driver.effect_high
        for seed in range(60)
        for driver in drivers(records(300, seed=seed)).drivers
    ]
    assert 0.90 <= np.mean(held) <= 0.985


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda r: records(LEAST_RATED - 2),
        lambda r: replace(r, score=np.full(len(r), 4.0)),
        lambda r: replace(r, member=np.zeros_like(r.member)),
        lambda r: replace(r, scale=column(np.arange(len(r)) % 2, ["0.0 10.0", "1.0 5.0"])),
    ],
    ids=["too few", "all alike", "no themes", "two scales"],
)
def test_where_nothing_can_be_told_nothing_is(spoilt):
    assert drivers(spoilt(records(300))) is None


def test_controls_are_compared_with_the_commonest_and_names_are_no_segments():
    data = records(300)
    few = replace(data, segments={"plan": column(np.arange(300) % 2, ["a", "b"])})
    many = replace(data, segments={"shop": column(np.arange(300) % 30, [str(i) for i in range(30)])})
    assert controls(few).shape[1] == controls(data).shape[1] + 1
    assert controls(many).shape[1] == controls(data).shape[1]
    assert np.abs(controls(few).mean(axis=0)).max() < 1e-12
