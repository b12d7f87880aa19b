"""Which question to a person teaches most: pure functions over a `Ground`, without a store.

Mostly a question is about a theme whose members are of one mind, chosen by uncertainty × √size. A theme whose members
disagree is not asked about as a whole, but piece by piece, as is what belongs to no theme. Every third question points
to a stage that nobody has confirmed yet, for rare stages stay wrong until somebody is asked about them; a stage that
was looked for in vain twice is looked for no more.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.staging.learning import Floats, Ground, Ints, agreed_of, sums

COHERENT = 0.75
"""From this agreement on, a theme is asked about as a whole."""
_SETTLED = 0.05
"""Below this entropy (nats) a single row is not worth a person's time, nor is a theme below a tenth of it."""
_POINT_EVERY, _TRIES = 3, 2
_LONGEST_ODDS = 0.99


@dataclass(frozen=True, kw_only=True, eq=False)
class Candidate:
    """A possible question: the open `rows` (positions) of `theme` (a code; None: one row), and what it is worth.

    `hoped` is the stage that nobody has confirmed and that this question looks for; `sure` is how far its rows agree.
    """

    rows: Ints
    theme: int | None
    worth: float
    sure: float = _LONGEST_ODDS
    hoped: int | None = None


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What was asked before: themes answered or mixed, rows skipped, stages looked for in vain."""

    themes: frozenset[int] = frozenset()
    mixed: frozenset[int] = frozenset()
    rows: frozenset[int] = frozenset()
    confirmed: frozenset[int] = frozenset()
    vain: tuple[int, ...] = ()
    answers: int = 0


def candidates(ground: Ground, probability: NDArray[np.floating], asked: Asked, *, every: float = 1) -> list[Candidate]:
    """Return the questions that are worth asking, the most useful first; none when all is settled.

    Where the ground is a sample, a row stands for `every` rows.
    """
    if probability.shape[1] < 2:
        return []
    open_rows = ground.fixed < 0
    agreed = agreed_of(ground)
    whole = np.array([a >= COHERENT and t not in asked.mixed for t, a in enumerate(agreed)], dtype=bool)
    in_whole = np.zeros(len(ground), dtype=bool)
    member = ground.theme >= 0
    in_whole[member] = whole[ground.theme[member]]
    found = _of_themes(ground, probability, open_rows & in_whole, agreed, asked, every)
    found += _of_rows(ground, probability, open_rows & ~in_whole, asked)
    found.sort(key=lambda one: (-one.worth, one.rows[0]))
    if asked.answers % _POINT_EVERY == _POINT_EVERY - 1 and (pointed := _pointing(found, probability, asked)):
        found = [pointed, *(one for one in found if one.rows is not pointed.rows)]
    return found


def covered(probability: NDArray[np.floating], rows: Ints, stage: int, sure: float) -> Ints:
    """Return which of `rows` an answer holds for: not for those that speak too clearly for another stage.

    The mean of their log odds is moved to the answer, as surely as they agree; their distances from it stay.
    """
    if len(rows) < 2:
        return rows
    odds = np.log(np.maximum(probability[rows].astype(np.float64), 1e-3))
    odds -= odds.mean(axis=0)
    stages = odds.shape[1]
    likely = float(np.clip(sure, 1 / stages, _LONGEST_ODDS))
    odds[:, stage] += np.log(likely / (1 - likely) * (stages - 1))
    return np.asarray(rows[odds.argmax(axis=1) == stage])


def entropy(probability: NDArray[np.floating]) -> Floats:
    """Return the entropy in nats along the last axis."""
    p = np.maximum(probability.astype(np.float64), 1e-12)
    return np.asarray(-(p * np.log(p)).sum(axis=-1))


def _of_themes(
    ground: Ground,
    probability: NDArray[np.floating],
    usable: NDArray[np.bool_],
    agreed: Floats,
    asked: Asked,
    every: float,
) -> list[Candidate]:
    theme = np.where(usable, ground.theme, -1)
    size = np.bincount(theme[theme >= 0], minlength=len(agreed))
    if not size.any():
        return []
    mean = sums(probability.astype(np.float64), theme, len(agreed)) / np.maximum(size, 1)[:, None]
    worth = entropy(mean) * np.sqrt(size * every) * agreed
    order = np.argsort(theme, kind="stable")
    starts = np.searchsorted(theme[order], np.arange(len(agreed) + 1))
    return [
        Candidate(rows=order[starts[t] : starts[t + 1]], theme=t, worth=float(worth[t]), sure=float(agreed[t]))
        for t in range(len(agreed))
        if size[t] and t not in asked.themes and entropy(mean[t]) >= _SETTLED / 10
    ]


def _of_rows(
    ground: Ground, probability: NDArray[np.floating], usable: NDArray[np.bool_], asked: Asked
) -> list[Candidate]:
    """Return for each theme that is not asked about as a whole, and for no theme, the row that is least sure."""
    rows = np.setdiff1d(np.flatnonzero(usable), np.array(sorted(asked.rows), dtype=np.int64))
    if not len(rows):
        return []
    doubt = entropy(probability[rows])
    order = np.lexsort((rows, -doubt, ground.theme[rows]))
    _, first = np.unique(ground.theme[rows][order], return_index=True)
    return [
        Candidate(rows=rows[[i]], theme=None, worth=float(doubt[i]))
        for i in order[first].tolist()
        if doubt[i] >= _SETTLED
    ]


def _pointing(found: Sequence[Candidate], probability: NDArray[np.floating], asked: Asked) -> Candidate | None:
    """Return the candidate that most likely belongs to a stage which nobody has confirmed yet."""
    stages = [s for s in range(probability.shape[1]) if s not in asked.confirmed and asked.vain.count(s) < _TRIES]
    if not stages or not found:
        return None
    likely = np.array([probability[one.rows][:, stages].mean(axis=0) for one in found])
    best, stage = np.unravel_index(int(likely.argmax()), likely.shape)
    one = found[int(best)]
    return Candidate(rows=one.rows, theme=one.theme, worth=one.worth, sure=one.sure, hoped=stages[int(stage)])
