"""Trail: which complaints come before an outcome, customer by customer.

A customer's days of feedback are visits; each visit after the first is a return. A return counts as exposed to a theme
where the customer had complained about it on an earlier day, and as a hit where it brings the outcome. A customer is
followed until the first hit, and not at all where the first visit is one. Counting returns rather than customers is
what keeps the comparison fair: who comes often both meets more themes and has more chances of an outcome, so shares
of customers rise together without any trail. It is the life-table view of a risk (Cutler & Ederer 1958) with a
time-dependent group: at each return, those who complained before stand against those who had not. They are compared
month by month (Mantel & Haenszel 1959): else a theme that is heard in spring precedes whatever rises in summer.

It is association. Whoever complains of much may complain of this too.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from knowledge.analysis.rates import adjust
from knowledge.facts import Voices

LEAST_CUSTOMERS = 10
"""A theme is looked at where this many customers complained about it and came back; fewer carry no share."""
LEAST_HITS = 10
"""Without this many returns with the outcome nothing is said."""
FALSE_SHARE = 0.05
"""Share of false calls among the themes that are said to come before the outcome (Benjamini & Hochberg)."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One theme before the outcome: returns and hits of those who had complained about it, and of the others.

    `lift` is the ratio of the two shares within months, None where a side has no hit; `expected` is how many hits the
    others' shares would give. `q` is the exact `p` adjusted for the number of themes looked at, and so is the interval
    from `low` to `high`: of those that are shown because they stand out, 95% hold the truth.
    """

    theme: str
    customers: int
    returns: int
    hits: int
    other_returns: int
    other_hits: int
    expected: float
    lift: float | None
    low: float | None
    high: float | None
    p: float
    q: float

    @property
    def precedes(self) -> bool:
        """Whether the outcome is more frequent after complaints about the theme, beyond chance."""
        return self.q < FALSE_SHARE and self.hits > self.expected


@dataclass(frozen=True, kw_only=True)
class Trail:
    """Customers who came back, their returns, how many of these brought the outcome, and the themes looked at.

    `steps` are ordered by p-value; `few` counts the themes that too few of these customers had complained about.
    """

    customers: int
    returns: int
    hits: int
    few: int
    steps: tuple[Step, ...]


def trail(voices: Voices, outcome: Sequence[int], complaints: Mapping[str, Sequence[int]]) -> Trail:
    """Return what comes before an outcome: `outcome` and `complaints` (by theme) are row keys among the voices."""
    customer, day, hit = _returns(voices, outcome)
    found: list[Step] = []
    tables: dict[str, NDArray[np.int64]] = {}
    few = 0
    enough = int(hit.sum()) >= LEAST_HITS
    for theme, rows in sorted(complaints.items()):
        exposed = _first_days(voices, rows)[customer] < day if len(customer) else np.zeros(0, dtype=bool)
        who = len(np.unique(customer[exposed]))
        if enough and who >= LEAST_CUSTOMERS and not exposed.all():
            tables[theme] = _tables(day, exposed, hit)
            found.append(_step(theme, who, tables[theme]))
        elif who:
            few += 1
    adjusted = [replace(step, q=q) for step, q in zip(found, adjust([step.p for step in found]), strict=True)]
    level = shown_level(sum(step.precedes for step in adjusted), len(adjusted))
    adjusted = [_widened(step, tables[step.theme], level) for step in adjusted]
    return Trail(
        customers=len(np.unique(customer)),
        returns=len(customer),
        hits=int(hit.sum()),
        few=few,
        steps=tuple(sorted(adjusted, key=lambda step: (step.p, step.theme))),
    )


def _returns(voices: Voices, outcome: Sequence[int]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Return (customer, day, whether it brings the outcome) of every return up to the customer's first hit."""
    if not len(voices):
        none = np.zeros(0, dtype=np.int64)
        return none, none, np.zeros(0, dtype=bool)
    visits, at = np.unique(np.stack([voices.customer, voices.day], axis=1), axis=0, return_inverse=True)
    hit = np.zeros(len(visits), dtype=bool)
    hit[at.reshape(-1)[np.isin(voices.row, np.asarray(outcome, dtype=np.int64))]] = True
    customer, day = visits[:, 0], visits[:, 1]
    last = np.full(int(customer.max()) + 1, np.iinfo(np.int64).max)
    np.minimum.at(last, customer[hit], day[hit])
    first = np.r_[True, customer[1:] != customer[:-1]]
    followed = ~first & (day <= last[customer])
    return customer[followed], day[followed], hit[followed]


def _first_days(voices: Voices, rows: Sequence[int]) -> NDArray[np.int64]:
    """Return, by customer code, the first day of one of these rows; the largest integer where there is none."""
    days = np.full(int(voices.customer.max()) + 1, np.iinfo(np.int64).max)
    among = np.isin(voices.row, np.asarray(rows, dtype=np.int64))
    np.minimum.at(days, voices.customer[among], voices.day[among])
    return days


def _tables(day: NDArray[np.int64], exposed: NDArray[np.bool_], hit: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return, for each month, (hits, returns) of the exposed and of the others: shape (months, 4)."""
    months, place = np.unique(_months(day), return_inverse=True)
    columns = [exposed & hit, exposed, ~exposed & hit, ~exposed]
    return np.stack([np.bincount(place[column], minlength=len(months)) for column in columns], axis=1)


def _step(theme: str, customers: int, tables: NDArray[np.int64]) -> Step:
    hits, returns, other_hits, other_returns = tables.sum(axis=0).tolist()
    both = tables[:, 1] + tables[:, 3]
    expected = float((tables[:, 1] * (tables[:, 0] + tables[:, 2]) / both).sum())
    return Step(
        theme=theme, customers=customers, returns=returns, hits=hits, other_returns=other_returns,
        other_hits=other_hits, expected=expected, lift=None, low=None, high=None, p=stratified_p(tables), q=1.0,
    )  # fmt: skip


def _widened(step: Step, tables: NDArray[np.int64], level: float) -> Step:
    ratio = stratified_lift(tables, level) or (None, None, None)
    return replace(step, lift=ratio[0], low=ratio[1], high=ratio[2])


def shown_level(chosen: int, looked: int) -> float:
    """Return the level that intervals need for 95% of the chosen ones to hold the truth, of so many looked at.

    1 - 0.05 x chosen / looked, which keeps the false coverage rate where those are chosen that stand out by the
    procedure of Benjamini & Hochberg (Benjamini & Yekutieli 2005). Without one that stands out, it is that of the
    single one that comes nearest to it.
    """
    return 1 - FALSE_SHARE * max(chosen, 1) / max(looked, 1)


def stratified_lift(tables: NDArray[np.int64], level: float = 0.95) -> tuple[float, float, float] | None:
    """Return (ratio of shares, low, high), pooled over strata; None where no stratum with both has a hit each way.

    `tables`, shape (strata, 4), holds (hits, n, other hits, other n). Mantel-Haenszel's ratio with the variance of
    Greenland & Robins (1985), which holds for many small strata as well as for few large ones.
    """
    a, n, c, m = tables.astype(np.float64).T
    whole = n + m
    ours, theirs = float((a * m / whole).sum()), float((c * n / whole).sum())
    if not (ours and theirs):
        return None
    spread = float(((n * m * (a + c) - a * c * whole) / whole**2).sum())
    half = NormalDist().inv_cdf(0.5 + level / 2) * math.sqrt(spread / (ours * theirs))
    ratio = ours / theirs
    return ratio, ratio * math.exp(-half), ratio * math.exp(half)


def stratified_p(tables: NDArray[np.int64]) -> float:
    """Return the exact p-value of "in no stratum do the shares differ"; 1 where nothing can be compared.

    Given the margins of each stratum, the hits of the group are a sum of hypergeometric counts; its law is their
    convolution, and all sums at most as likely as the one seen count against it: Fisher's test, over strata.
    """
    from scipy.stats import hypergeom

    law, seen, lowest = np.ones(1), 0, 0
    for a, n, c, m in tables.tolist():
        least, most = max(0, a + c - m), min(n, a + c)
        law = np.convolve(law, hypergeom.pmf(np.arange(least, most + 1), n + m, a + c, n))
        seen, lowest = seen + a, lowest + least
    # Sums that are as likely but for rounding count as such.
    return float(min(1.0, law[law <= law[seen - lowest] * (1 + 1e-7)].sum()))


def _months(day: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the number of the month of each day, given as a proleptic Gregorian ordinal."""
    return ((day - _EPOCH).astype("datetime64[D]").astype("datetime64[M]")).astype(np.int64)


_EPOCH = date(1970, 1, 1).toordinal()
