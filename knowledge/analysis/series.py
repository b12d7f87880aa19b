"""Series of one value per period: noise, steps, shifts of level and odd values, each at a stated false-alarm rate.

A metric mostly comes without the spread of its answers, so the series itself must tell how much it wobbles: from the
differences of neighbouring values, which a slow trend hardly touches (von Neumann et al. 1941). What a test here
calls a change is one at most once in a hundred series that only wobble; `scripts/bench intervals` counts it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LEAST = 8
"""Values that a series needs before its noise is spoken of."""
_STEPS = LEAST - 3
"""Steps that an estimate of the noise needs."""
ALPHA = 0.01
_SHUFFLES = 1999
_MOST_ECHO = 0.8
"""Beyond this a short series can't be told from a walk."""
_SIDE = 3
"""Values that a level must hold on each side of a shift."""


@dataclass(frozen=True, kw_only=True)
class Noise:
    """The standard deviation of one value around its course, and the degrees of freedom of that estimate."""

    sd: float
    df: float


def noise(values: Sequence[float], *, latest: int = 0) -> Noise | None:
    """Estimate the noise from successive differences; None for fewer than LEAST values, or without any noise.

    The steps to the last `latest` values are left out, where enough others remain: held against a noise that it makes
    itself, a large step looks smaller than it is.

    With m differences the mean square is worth 2m² / (3m - 1) degrees of freedom (von Neumann et al. 1941). A value
    that is odd beyond chance, and the one step to a new level, are news and not noise, so they are left out. What
    rounding may hide is added.
    """
    if len(values) < LEAST:
        return None
    series, strange = np.asarray(values, dtype=np.float64), odd(values)
    kept = np.delete(series, strange.at) if strange else series
    level = shift(kept.tolist())
    counted = np.ones(len(kept) - 1, dtype=bool)
    if level:
        counted[level.at - 1] = False
    past = counted.copy()
    past[len(series) - latest - 1 :] = False
    steps = np.diff(kept)[past if past.sum() >= _STEPS else counted]
    m = len(steps)
    seen = float(np.mean(steps**2)) / 2
    return Noise(sd=math.sqrt(seen + _rounding(series)), df=2 * m * m / (3 * m - 1)) if seen > 0 else None


def _rounding(series: Floats) -> float:
    """Return the variance that rounding may hide: that of an even spread over the smallest step between two values.

    A CSAT of 4.2 eleven times and 4.3 once shows nearly no noise, and yet 4.3 may be next to 4.2: without this, four
    in ten such series had something odd in them. Where values lie close to each other it comes to nothing.
    """
    steps = np.diff(np.unique(np.round(series, 9)))
    return float(steps.min()) ** 2 / 12 if len(steps) else 0.0


def noise_interval(value: float, k: int, found: Noise, level: float = 0.95) -> tuple[float, float]:
    """Return the interval of the true level behind the mean of `k` values of a series."""
    from scipy.stats import t

    half = float(t.ppf(0.5 + level / 2, found.df)) * found.sd / math.sqrt(k)
    return value - half, value + half


def step_p(difference: float, k: int, k_before: int, found: Noise) -> float:
    """Return the p-value of "no step" between the means of `k` and `k_before` values of a series."""
    return contrast_p(difference, 1 / k + 1 / k_before, found)


def contrast_p(difference: float, weight: float, found: Noise) -> float:
    """Return the p-value of a contrast of values; `weight` is the sum of its squared coefficients."""
    from scipy.stats import t

    return float(2 * t.sf(abs(difference) / (found.sd * math.sqrt(weight)), found.df))


@dataclass(frozen=True, kw_only=True)
class Shift:
    """A change of level: the index of the first value on the new level, both means, and the p-value."""

    at: int
    before: float
    after: float
    p_value: float


def shift(values: Sequence[float], *, seed: int = 0) -> Shift | None:
    """Return the one shift of level that the series holds; None without one, or where a slope tells it better.

    The largest two-sample t over all places is compared with those of series without a shift (a permutation test of
    the maximum, so that looking everywhere is paid for). Values that don't hang together give false alarms at ALPHA,
    whatever their distribution. Where each value takes after the one before, with a correlation of 0.4, some five in
    a hundred series of 12 to 36 values hold a shift by chance (6, 11 and 13 without what `_shuffled` allows for).
    """
    series = np.asarray(values, dtype=np.float64)
    if len(series) < LEAST or not np.ptp(series):
        return None
    own = _splits(series[None, :])[0]
    at = int(own.argmax()) + _SIDE
    one, other = series[:at], series[at:]
    rest = np.concatenate([one - one.mean(), other - other.mean()])
    largest = _splits(_shuffled(series, rest, np.random.default_rng(seed))).max(axis=1)
    p_value = float((1 + (largest >= own.max() - 1e-12).sum()) / (_SHUFFLES + 1))
    if p_value >= ALPHA or _around_line(series) <= float(rest @ rest):
        return None
    return Shift(at=at, before=float(one.mean()), after=float(other.mean()), p_value=p_value)


def _shuffled(series: Floats, rest: Floats, chance: np.random.Generator) -> Floats:
    """Return series as this one would be without a shift, shape (_SHUFFLES, n): of its values in any order.

    Where its values, less the two levels (`rest`), hang together, what is new in each is put in any order instead, and
    they are made to hang together again (an autoregression of the first order).
    """
    echo = _echo(rest)
    if not echo:
        return chance.permuted(np.tile(series, (_SHUFFLES, 1)), axis=1)
    new = np.append(rest[0] * math.sqrt(1 - echo**2), rest[1:] - echo * rest[:-1])
    made = chance.permuted(np.tile(new, (_SHUFFLES, 1)), axis=1)
    made[:, 0] /= math.sqrt(1 - echo**2)
    for t in range(1, len(rest)):
        made[:, t] += echo * made[:, t - 1]
    return made


def _echo(rest: Floats) -> float:
    """Return how much each value takes after the one before: the autocorrelation at lag 1, from 0 to _MOST_ECHO.

    Each of the two fitted means takes some (1 + 3r) / n off it (Marriott & Pope 1954), which is given back.
    """
    square = float(rest @ rest)
    if square <= 0:
        return 0.0
    found = float(rest[1:] @ rest[:-1]) / square
    return min(max(found + 2 * (1 + 3 * max(found, 0.0)) / len(rest), 0.0), _MOST_ECHO)


def _splits(table: Floats) -> Floats:
    """Return the share of the variance that each split of each row explains, shape (rows, splits)."""
    n = table.shape[1]
    centred = table - table.mean(axis=1, keepdims=True)
    first = np.arange(_SIDE, n - _SIDE + 1)
    sums = np.cumsum(centred, axis=1)[:, first - 1]
    between: Floats = sums**2 * n / (first * (n - first))
    return np.asarray(between / np.maximum((centred**2).sum(axis=1, keepdims=True), 1e-300))


def _around_line(series: Floats) -> float:
    t = np.arange(len(series)) - (len(series) - 1) / 2
    slope = float(t @ series) / float(t @ t)
    return float(((series - series.mean() - slope * t) ** 2).sum())


@dataclass(frozen=True, kw_only=True)
class Odd:
    """A value off its course: its index, what the others expect there, and the p-value for looking at all of them."""

    at: int
    expected: float
    p_value: float


def odd(values: Sequence[float]) -> Odd | None:
    """Return the value that fits the straight course of all others least; None where none is beyond chance.

    The externally studentised residual from the line, its p-value times the number of values (Bonferroni; Cook &
    Weisberg 1982): at most one false alarm in a hundred series with normal noise, rounded or not. A series that has
    wild values of its own is another matter: with tails as those of Student's t with 6 degrees of freedom eight in a
    hundred hold one that is called odd, and of shares of a few cases two.
    """
    from scipy.stats import t as student

    y = np.asarray(values, dtype=np.float64)
    n = len(y)
    if n < LEAST or not np.ptp(y):
        return None
    x = np.column_stack([np.ones(n), np.arange(n)])
    hat = np.asarray(x @ np.linalg.pinv(x))
    residual, leverage = y - hat @ y, np.diag(hat)
    rest = float(residual @ residual) - residual**2 / (1 - leverage)
    spread = np.sqrt((np.maximum(rest, 1e-300) / (n - 3) + _rounding(y)) * (1 - leverage))
    score = np.abs(residual) / spread
    at = int(score.argmax())
    p_value = min(1.0, n * float(2 * student.sf(float(score[at]), n - 3)))
    expected = float(y[at] - residual[at] / (1 - leverage[at]))
    return Odd(at=at, expected=expected, p_value=p_value) if p_value < ALPHA else None
