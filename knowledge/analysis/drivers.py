"""Drivers: which themes go with a lower score, other things being equal. Association, and nothing more.

A ridge regression of the score on theme membership, with the stage, channel, segments and quarter as controls. Its
intervals come from a bootstrap by customer that reweighs each customer's share in the estimate (a score bootstrap,
Kline & Santos 2012), with residuals made as large as they would be for a customer who was left out: whoever writes
ten reviews is one witness. Everything is seeded, so that the same rows give the same numbers.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.analysis.rates import adjust
from knowledge.facts import Column, Records

Floats = NDArray[np.float64]

LEAST_RATED = 60
"""Rated pieces of feedback that a regression needs."""
LEAST_MENTIONS = 10
"""Customers who rated and mentioned a theme; a bootstrap by customer says nothing about what two or three repeat."""
MOST_THEMES = 40
RIDGE = 1.0
"""Each theme is drawn towards no effect as by one piece of feedback that says so."""
DRAWS = 999
FALSE_CALLS = 0.05
"""Share of false calls among the themes that are said to go with the score (Benjamini & Hochberg)."""


@dataclass(frozen=True, kw_only=True)
class Driver:
    """What goes with a theme. `effect` is the difference that it makes to the score, other things being equal.

    `without` is the mean score of everything that does not mention it, and `gain` that minus the mean of all. Lows and
    highs are ends of 95% intervals. `clear` says whether the effect is beyond chance among all themes looked at,
    `apart` whether the gain is larger than that of the next clear theme below it, beyond chance.
    """

    theme: str
    rated: int
    effect: float
    effect_low: float
    effect_high: float
    without: float
    gain: float
    gain_low: float
    gain_high: float
    p_value: float
    clear: bool
    apart: bool


@dataclass(frozen=True, kw_only=True)
class Drivers:
    """The score over `n` rated pieces, the part of its variance that the model explains, and the drivers.

    Drivers stand in the order of their gains: what costs most comes first.
    """

    n: int
    score: float
    explained: float
    drivers: tuple[Driver, ...]


def drivers(records: Records, *, seed: int = 0) -> Drivers | None:
    """Return what goes with the score of these records; None where they are few, alike, or on several scales."""
    customer, score = _clusters(records.customer), records.score
    voices = np.array([len(np.unique(customer[column])) for column in records.member.T], dtype=np.int64)
    chosen = np.flatnonzero(voices >= LEAST_MENTIONS)
    chosen = chosen[np.argsort(-voices[chosen], kind="stable")][:MOST_THEMES]
    if len(records) < LEAST_RATED or not len(chosen) or not np.ptp(score) or len(records.scale.values) > 1:
        return None
    member = records.member[:, chosen].astype(np.float64)
    design = np.column_stack([np.ones(len(score)), member, controls(records)])
    fit = _fitted(design, score, customer, seed=seed)
    effects, draws = fit.coefficients[1 : 1 + len(chosen)], fit.draws[:, 1 : 1 + len(chosen)]
    gains, gain_draws, without = _removal(member, score, fit)
    p_values = [_p_value(*each) for each in zip(effects, draws.T, voices[chosen].tolist(), strict=True)]
    q_values = adjust(p_values)
    order = sorted(range(len(chosen)), key=lambda j: (-gains[j], records.themes[chosen[j]]))
    found = []
    for place, j in enumerate(order):
        below = next((other for other in order[place + 1 :] if q_values[other] < FALSE_CALLS), None)
        found.append(
            Driver(
                theme=records.themes[chosen[j]],
                rated=int(member[:, j].sum()),
                effect=float(effects[j]),
                effect_low=_low(draws[:, j]),
                effect_high=_high(draws[:, j]),
                without=float(without[j]),
                gain=float(gains[j]),
                gain_low=_low(gain_draws[:, j]),
                gain_high=_high(gain_draws[:, j]),
                p_value=p_values[j],
                clear=q_values[j] < FALSE_CALLS,
                apart=below is None or _low(gain_draws[:, j] - gain_draws[:, below]) > 0,
            )
        )
    return Drivers(n=len(score), score=float(score.mean()), explained=fit.explained, drivers=tuple(found))


def controls(records: Records, least: int = 5, most: int = 12) -> Floats:
    """Return one column per value of stage, channel, segments and quarter, centred; shape (n, c).

    Of each the commonest value is what the others are compared with; values with fewer than `least` rows are left to
    it, and a segment of more than `most` values is no segment but a name.
    """
    quarter = (records.day // 91).astype(np.int64)
    columns = [records.stage, records.channel, *(c for c in records.segments.values() if len(c.values) <= most)]
    made = [_dummies(column.codes.astype(np.int64), least) for column in columns]
    made.append(_dummies(quarter, least))
    table = np.concatenate(made, axis=1)
    return np.asarray(table - table.mean(axis=0)) if table.shape[1] else table


def _dummies(codes: NDArray[np.int64], least: int) -> Floats:
    values, counts = np.unique(codes, return_counts=True)
    commonest = values[counts.argmax()]
    kept = [value for value, count in zip(values, counts, strict=True) if count >= least and value != commonest]
    return np.column_stack([codes == value for value in kept]).astype(np.float64) if kept else np.zeros((len(codes), 0))


@dataclass(frozen=True, kw_only=True)
class _Fit:
    coefficients: Floats
    draws: Floats
    explained: float
    weights: Floats
    cluster: NDArray[np.int64]


def _fitted(design: Floats, score: Floats, cluster: NDArray[np.int64], *, seed: int) -> _Fit:
    """Fit by ridge (all columns but the first); draws have shape (DRAWS, columns), weights (DRAWS, clusters)."""
    penalty = np.full(design.shape[1], RIDGE)
    penalty[0] = 0.0
    inverse = np.linalg.pinv(design.T @ design + np.diag(penalty))
    coefficients = inverse @ (design.T @ score)
    fitted = design @ coefficients
    leverage = np.einsum("ij,jk,ik->i", design, inverse, design)
    residual = (score - fitted) / np.maximum(1 - leverage, 0.1)
    k = int(cluster.max()) + 1
    scores = np.zeros((k, design.shape[1]))
    np.add.at(scores, cluster, design * residual[:, None])
    weights = np.random.default_rng(seed).choice(np.array([-1.0, 1.0]), size=(DRAWS, k))
    explained = 1 - float(((score - fitted) ** 2).sum() / ((score - score.mean()) ** 2).sum())
    draws = coefficients + weights @ scores @ inverse.T
    return _Fit(coefficients=coefficients, draws=draws, explained=explained, weights=weights, cluster=cluster)


def _removal(member: Floats, score: Floats, fit: _Fit) -> tuple[Floats, Floats, Floats]:
    """Return (gains, their draws, the mean without each theme): what the mean would be without a theme's feedback."""
    n, outside = len(score), 1 - member
    sizes = np.maximum(outside.sum(axis=0), 1.0)
    without = outside.T @ score / sizes
    gains = without - score.mean()
    influence = outside * (score[:, None] - without) / sizes - (score - score.mean())[:, None] / n
    # As large as for a piece that was left out of the smaller of the two groups that a gain compares.
    influence *= np.sqrt(member.sum(axis=0) / np.maximum(member.sum(axis=0) - 1, 1.0))
    shares = np.zeros((int(fit.cluster.max()) + 1, member.shape[1]))
    np.add.at(shares, fit.cluster, influence)
    return gains, gains + fit.weights @ shares, without


def _clusters(customer: Column) -> NDArray[np.int64]:
    """Return a number per customer; a piece without a customer is one of its own."""
    codes = customer.codes.astype(np.int64)
    unknown = np.flatnonzero(codes < 0)
    codes[unknown] = len(customer.values) + np.arange(len(unknown))
    return np.asarray(np.unique(codes, return_inverse=True)[1], dtype=np.int64)


def _spread(estimate: float, draws: Floats) -> float:
    return float(np.sqrt(np.mean((draws - estimate) ** 2)))


def _low(draws: Floats) -> float:
    return float(np.quantile(draws, 0.025))


def _high(draws: Floats) -> float:
    return float(np.quantile(draws, 0.975))


def _p_value(estimate: float, draws: Floats, voices: int) -> float:
    """Return the p-value of "no effect": Student's t with the degrees of freedom of those who mention the theme."""
    from scipy.stats import t

    spread = _spread(estimate, draws)
    return float(2 * t.sf(abs(estimate) / spread, max(voices - 1, 1))) if spread else 1.0
