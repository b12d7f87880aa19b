"""Scores from ratings: NPS from answers of 0 to 10, CSAT as the mean of any other scale; each with its interval.

NPS is the share of 9 and 10 minus that of 0 to 6 (Reichheld 2003), from -100 to 100. CSAT is the mean rating.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.analysis.intervals import mean_interval, moments

_NPS_VALUES = (-100.0, 0.0, 100.0)
_PROMOTER, _DETRACTOR = 9.0, 6.0
NPS_SCALE = "0.0 10.0"


@dataclass(frozen=True, kw_only=True)
class Score:
    """A score over `n` answers with its 95% interval (None with a single answer); `kind` says which it is."""

    kind: str
    value: float
    n: int
    low: float | None
    high: float | None


def answers_of(ratings: NDArray[np.float64], scale: str) -> list[tuple[float, int]]:
    """Return (value, how often) of answers as the score counts them: -100, 0 and 100 for NPS, else ratings."""
    values = ratings
    if scale == NPS_SCALE:
        values = np.where(ratings >= _PROMOTER, 100.0, np.where(ratings <= _DETRACTOR, -100.0, 0.0))
    distinct, counts = np.unique(values, return_counts=True)
    return list(zip(distinct.tolist(), counts.tolist(), strict=True))


def score_of(ratings: NDArray[np.float64], scale: str) -> Score | None:
    """Return NPS for answers on 0 to 10, else the mean rating; `scale` is "low high". None without answers."""
    if not len(ratings):
        return None
    found = moments(answers_of(ratings, scale))
    ends = mean_interval(found, _NPS_VALUES if scale == NPS_SCALE else _steps(scale))
    low, high = ends if ends else (None, None)
    kind = "nps" if scale == NPS_SCALE else "csat"
    return Score(kind=kind, value=found.mean, n=found.n, low=low, high=high)


def _steps(scale: str) -> Sequence[float]:
    """Return the answers that a scale has: whole steps, or for a long one its ends and its middle."""
    low, high = (float(end) for end in scale.split())
    return [low + i for i in range(int(high - low) + 1)] if high - low <= 20 else [low, (low + high) / 2, high]
