"""intervals: on simulated data with known truth, how often 95% intervals cover it, and how often alarms are false.

Each data set draws its own truth (shares from 3% to 97%, sizes from 10 to 500, series of 8 to 36 values …), so that no
lucky setting decides. Coverage should lie between 93% and 97%; alarms at or under what is stated.
"""

import argparse
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from assistant.answers.metric_sides import Level, Sides
from knowledge.analysis.drivers import drivers
from knowledge.analysis.fixes import Stretch, judge
from knowledge.analysis.intervals import lift, mean_interval, moments, odds_ratio, share_difference
from knowledge.analysis.rates import ALPHA, compare_rates, compare_shares, monotone_trend, rate_ratio, wilson
from knowledge.analysis.series import noise, noise_interval, odd, shift, step_p
from knowledge.analysis.trail import Trail, trail
from knowledge.events import spread
from knowledge.facts import Column, Records, Voices
from scripts.benchmarks._common import print_table

Draw = np.random.Generator
_STARS = (1.0, 2.0, 3.0, 4.0, 5.0)
_NPS = (-100.0, 0.0, 100.0)
_CHEAP = 10
"""Series that are drawn for each data set where that costs next to nothing, so that chance has less of a share."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--sets", type=int, default=1000, help="data sets for each kind [1000]")
    parser.add_argument("--seed", type=int, default=0)


def run(args: argparse.Namespace) -> dict[str, object]:
    """Count coverage and false alarms of each kind."""
    covered = [_counted(name, kind, args) for name, kind in COVERAGE.items()]
    print_table(("95% interval of", "covered", "of"), covered)
    print()
    alarms = [_more(*_counted(name, kind, args), stated) for name, (kind, stated) in ALARMS.items()]
    print_table(("false alarms of", "seen", "of", "stated", "p of so many"), alarms)
    return {
        "coverage": [dict(zip(("kind", "covered", "of"), row, strict=True)) for row in covered],
        "alarms": [dict(zip(("kind", "seen", "of", "stated", "p"), row, strict=True)) for row in alarms],
    }


def _counted(name: str, kind: Callable[[Draw], list[bool]], args: argparse.Namespace) -> tuple[str, float, int]:
    rng = np.random.default_rng(args.seed)
    held = [hit for _ in range(args.sets) for hit in kind(rng)]
    return name, float(np.mean(held)), len(held)


def _more(name: str, seen: float, of: int, stated: float) -> tuple[str, float, int, float, float]:
    """Add the probability of so many alarms or more at the stated rate: chance has its share in a count, too."""
    from scipy.stats import binomtest

    return name, seen, of, stated, float(binomtest(round(seen * of), of, stated, alternative="greater").pvalue)


def _inside(ends: tuple[float, float] | None, truth: float) -> list[bool]:
    return [] if ends is None else [bool(ends[0] <= truth <= ends[1])]


def _size(rng: Draw, low: int = 10, high: int = 500) -> int:
    return int(np.exp(rng.uniform(np.log(low), np.log(high))))


def _share(rng: Draw) -> list[bool]:
    n, p = _size(rng), float(rng.uniform(0.03, 0.97))
    return _inside(wilson(int(rng.binomial(n, p)), n), p)


def _difference(rng: Draw) -> list[bool]:
    (n, m), (p, q) = (_size(rng), _size(rng)), rng.uniform(0.03, 0.97, 2)
    return _inside(share_difference(int(rng.binomial(n, p)), n, int(rng.binomial(m, q)), m), p - q)


def _odds(rng: Draw) -> list[bool]:
    (n, m), (p, q) = (_size(rng, 20), _size(rng, 20)), rng.uniform(0.1, 0.9, 2)
    a, c = int(rng.binomial(n, p)), int(rng.binomial(m, q))
    return _inside(odds_ratio(a, n - a, c, m - c), p / (1 - p) / (q / (1 - q)))


def _ratio(rng: Draw) -> list[bool]:
    rates, exposures = rng.uniform(0.05, 1, 2), (_size(rng, 30), _size(rng, 30))
    counts = [int(rng.poisson(r * e)) for r, e in zip(rates, exposures, strict=True)]
    return _inside(rate_ratio(counts[0], exposures[0], counts[1], exposures[1]), float(rates[0] / rates[1]))


def _lift(rng: Draw) -> list[bool]:
    (n, m), (p, q) = (_size(rng, 20), _size(rng, 50, 2000)), rng.uniform(0.1, 0.6, 2)
    found = lift(int(rng.binomial(n, p)), n, int(rng.binomial(m, q)), m)
    return _inside(found[1:] if found else None, p / q)


def _trail_of(rng: Draw, ratio: float, share: float, themes: str = "ABCDE") -> Trail:
    """Draw customers who come back over a year in which the outcome rises; after complaints about A it is `ratio` x.

    Each has a theme or none, and comes as often as they like: who talks much must not make a trail.
    """
    customer, day, rows, about = [], [], [], {theme: [] for theme in themes}
    for who in range(_size(rng, 150, 600)):
        visits = np.unique(738_000 + rng.integers(0, 365, int(rng.integers(2, 9))))
        since = False
        for at in visits.tolist():
            chance = share * (0.5 + (at - 738_000) / 365) * (ratio if since else 1.0)
            if rng.random() < chance:
                rows.append(len(day))
            for theme in about:
                if rng.random() < 0.15:
                    about[theme].append(len(day))
                    since = since or theme == "A"
            customer.append(who)
            day.append(at)
    held = Voices(row=np.arange(len(day)), customer=np.array(customer), day=np.array(day))
    return trail(held, rows, about)


def _trail(rng: Draw) -> list[bool]:
    """Tell whether the interval of the one theme looked at holds the truth."""
    ratio = float(rng.uniform(0.5, 3))
    return _lifts(_trail_of(rng, ratio, float(rng.uniform(0.05, 0.2)), "A"), ratio)


def _missed_trail(rng: Draw) -> list[bool]:
    """Tell whether the interval of a theme that is shown because it stands out among five misses the truth."""
    ratio = float(rng.uniform(1, 4))
    found = _trail_of(rng, ratio, float(rng.uniform(0.05, 0.2)))
    shown = replace(found, steps=tuple(step for step in found.steps if step.precedes))
    return [not held for held in _lifts(shown, ratio)]


def _lifts(found: Trail, ratio: float) -> list[bool]:
    ends = [(step.low, step.high) for step in found.steps if step.theme == "A"]
    return [hit for low, high in ends if low is not None and high is not None for hit in _inside((low, high), ratio)]


def _false_trail(rng: Draw) -> list[bool]:
    """Tell, of data in which nothing leads to the outcome, whether any theme is said to."""
    found = _trail_of(rng, 1.0, float(rng.uniform(0.05, 0.2)))
    return [any(step.precedes for step in found.steps)] if found.steps else []


def _mean_of(scale: tuple[float, ...]) -> Callable[[Draw], list[bool]]:
    def kind(rng: Draw) -> list[bool]:
        n, shares = _size(rng, 20, 300), rng.dirichlet(np.full(len(scale), 0.8))
        counts = rng.multinomial(n, shares).tolist()
        return _inside(mean_interval(moments(list(zip(scale, counts, strict=True))), scale), float(shares @ scale))

    return kind


def _wobble(rng: Draw) -> NDArray[np.float64]:
    """Draw a series that only wobbles, of normal noise or of that of small shares."""
    n = int(rng.integers(8, 37))
    if rng.random() < 0.5:
        return rng.normal(0, 1, n)
    return rng.binomial(120, 0.4, n) / 120 - 0.4


def _rounded(rng: Draw) -> NDArray[np.float64]:
    """Draw a series that only wobbles, by one to a hundred steps of its last digit."""
    steps = float(np.exp(rng.uniform(0, np.log(100))))
    return np.asarray(np.round(rng.normal(0, steps, int(rng.integers(8, 37)))))


def _any_series(rng: Draw) -> NDArray[np.float64]:
    return _rounded(rng) if rng.random() < 1 / 3 else _wobble(rng)


def _level(rng: Draw) -> list[bool]:
    series = _wobble(rng)
    found = noise(series.tolist(), latest=1)
    return _inside(noise_interval(float(series[-1]), 1, found), 0.0) if found else []


def _level_rounded(rng: Draw) -> list[bool]:
    series = _rounded(rng)
    found = noise(series.tolist(), latest=1)
    return _inside(noise_interval(float(series[-1]), 1, found), 0.0) if found else []


def _metric_change(rng: Draw) -> list[bool]:
    series = _wobble(rng)
    now, before = (Level(value=float(value), n=None, k=1) for value in series[[-1, -2]])
    sides = Sides(
        share=None, noise=noise(series.tolist(), latest=1), now=now, before=before, year=None, before_year=None
    )
    low, high = sides.difference()
    return [] if low is None or high is None else _inside((low, high), 0.0)


def _median(rng: Draw) -> list[bool]:
    """Draw durations as those of cases are: many short ones, few very long ones."""
    found = spread(np.sort(rng.lognormal(0, rng.uniform(0.3, 2), _size(rng))).tolist())
    return _inside((found.low, found.high), 1e-3) if found else []  # ms in, seconds out


def _level_on_slope(rng: Draw) -> list[bool]:
    series = rng.normal(0, 1, int(rng.integers(8, 37)))
    slope = rng.uniform(-0.25, 0.25) * np.arange(len(series))
    found = noise((series + slope).tolist(), latest=1)
    return _inside(noise_interval(float(series[-1] + slope[-1]), 1, found), float(slope[-1])) if found else []


def _records(rng: Draw, n: int, effects: NDArray[np.float64]) -> Records:
    """Draw ratings of customers with moods of their own, in three stages that differ."""

    def col(codes: NDArray[np.int64], values: tuple[str, ...]) -> Column:
        return Column(codes=codes.astype(np.int32), values=values)

    stage, customer, zero = rng.integers(0, 3, n), rng.integers(0, n // 2, n), np.zeros(n, dtype=np.int64)
    member = rng.random((n, len(effects))) < np.linspace(0.08, 0.25, len(effects))
    mood = rng.normal(0, 0.5, n // 2)[customer]
    score = np.clip(np.round(4 - 0.6 * (stage == 1) + member @ effects + mood + rng.normal(0, 0.9, n)), 1, 5)
    return Records(
        row=np.arange(n), day=(738_000 + rng.integers(0, 365, n)).astype(np.int32), score=score,
        scale=col(zero, ("1.0 5.0",)), stage=col(stage, ("a", "b", "c")), channel=col(zero, ("x",)),
        customer=col(customer, tuple(map(str, range(n // 2)))), segments={},
        themes=tuple(f"T{i}" for i in range(len(effects))), member=member,
    )  # fmt: skip


_EFFECTS = np.array([-1.0, -0.5, 0.0, 0.0, 0.4])
_TRUTH: dict[str, tuple[float, float]] = {}


def _truth() -> dict[str, tuple[float, float]]:
    """Return what the regression finds in a very large sample: ratings are rounded and cut, so no formula has it."""
    if not _TRUTH:
        found = drivers(_records(np.random.default_rng(99), 300_000, _EFFECTS))
        _TRUTH.update({d.theme: (d.effect, d.gain) for d in found.drivers} if found else {})
    return _TRUTH


def _drivers(place: int) -> Callable[[Draw], list[bool]]:
    def kind(rng: Draw) -> list[bool]:
        found = drivers(_records(rng, _size(rng, 150, 800), _EFFECTS), seed=int(rng.integers(1 << 30)))
        ends = [(d.theme, (d.effect_low, d.effect_high) if place == 0 else (d.gain_low, d.gain_high))
                for d in (found.drivers if found else ())]  # fmt: skip
        return [hit for theme, end in ends for hit in _inside(end, _truth()[theme][place])]

    return kind


def _false_driver(rng: Draw) -> list[bool]:
    """Tell, of data in which no theme matters, whether any is said to."""
    found = drivers(_records(rng, _size(rng, 150, 800), np.zeros(5)), seed=int(rng.integers(1 << 30)))
    return [any(d.clear for d in found.drivers)] if found else []


def _same_shares(rng: Draw) -> list[bool]:
    n, m, p = _size(rng), _size(rng), rng.uniform(0.03, 0.97)
    p_value = compare_shares(int(rng.binomial(n, p)), n, int(rng.binomial(m, p)), m)
    return [p_value is not None and p_value < ALPHA]


def _same_rates(rng: Draw) -> list[bool]:
    rate, exposures = rng.uniform(0.02, 0.3), (_size(rng, 30), _size(rng, 30))
    counts = [int(rng.poisson(rate * e)) for e in exposures]
    p_value = compare_rates(counts[0], exposures[0], counts[1], exposures[1])
    return [p_value is not None and p_value < ALPHA]


def _step(rng: Draw) -> list[bool]:
    series = _any_series(rng)
    found = noise(series.tolist(), latest=1)
    return [step_p(float(series[-1] - series[-2]), 1, 1, found) < ALPHA] if found else []


def _trend(rng: Draw) -> list[bool]:
    found = monotone_trend(_any_series(rng)[-12:].tolist())
    return [found is not None and found[1] < ALPHA]


def _nothing_mended(rng: Draw) -> list[bool]:
    n, m, p = _size(rng, 40), _size(rng, 40), rng.uniform(0.1, 0.6)
    before = Stretch(hits=int(rng.binomial(n, p)), of=n, days=91)
    return [judge(before, Stretch(hits=int(rng.binomial(m, p)), of=m, days=60)).worked == "yes"]


COVERAGE: dict[str, Callable[[Draw], list[bool]]] = {
    "a share (Wilson)": _share,
    "a difference of shares (Newcombe)": _difference,
    "a metric's level, by its noise": _level,
    "the same, on a slope": _level_on_slope,
    "the same, of rounded values": _level_rounded,
    "a metric's change, by its noise": _metric_change,
    "a median time (order statistics)": _median,
    "a mean rating": _mean_of(_STARS),
    "an NPS": _mean_of(_NPS),
    "a fix: ratio of odds (mid-p)": _odds,
    "a ratio of rates (exact)": _ratio,
    "a lift (Katz)": _lift,
    "a trail's lift (Mantel-Haenszel)": _trail,
    "a driver's effect (bootstrap)": _drivers(0),
    "the mean without a theme (bootstrap)": _drivers(1),
}
ALARMS: dict[str, tuple[Callable[[Draw], list[bool]], float]] = {
    "a change of a share": (_same_shares, ALPHA),
    "a change of a theme's rate": (_same_rates, ALPHA),
    "a step of a metric": (_step, ALPHA),
    "a trend over the year": (_trend, ALPHA),
    "a new level": (lambda rng: [shift(_any_series(rng).tolist()) is not None], ALPHA),
    "an odd value": (lambda rng: [odd(_any_series(rng).tolist()) is not None for _ in range(_CHEAP)], ALPHA),
    "a fix that worked": (_nothing_mended, ALPHA),
    "any driver at all": (_false_driver, 0.05),
    "any trail at all": (_false_trail, 0.05),
    "the interval of a trail shown": (_missed_trail, 0.05),
}
