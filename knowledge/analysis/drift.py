"""Drift: where a journey map and the voice of customers part. Similarities and counts in, verdicts out.

A complaint is taken for a mention of a pain of the map when its point is SIMILAR to it, or NEAR with at least HALF of
what the pain's words tell (their weights being their rarity) in the text. Each point counts for one pain, the nearest.
Themes help: where the complaints of a theme as a whole are SIMILAR to a pain, that pain covers the theme, and it is
enough for its points to be NEAR. A theme that is mostly complaints, beyond chance, and that no pain covers is not on
the map; its points are mentions of none, unless SURE.

Silence is only called so where it says something. After n complaints in a stage without a mention, the share of a pain
is below 3/n with 95% confidence (the rule of three); that must be below RARE, and no complaint may even be POSSIBLE.
A pain that was heard is gone when its rate of the last RECENT_WEEKS is at most GONE of its usual rate before, and the
exact test of two Poisson counts says that this is no chance. The usual rate is the median over months, so that the end
of one bad month is not taken for the end of a pain. Everything else that is quiet is left open.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from knowledge.analysis.rates import ALPHA, compare_rates, wilson

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]
Heard = Literal["heard", "gone", "silent", "open"]

SIMILAR = 0.5
"""A cosine from which on two texts are about the same thing; the same as in search."""
NEAR, HALF = 0.4, 0.5
SURE = 0.65
POSSIBLE = 0.3
"""A share of a pain's words in a complaint of its stage that leaves open whether it was meant."""
POSSIBLY_SIMILAR = 0.45
RARE = 0.05
RECENT_WEEKS = 13
GONE = 0.1
SPREADS = 1.5
LEAST_MONTHS = 3
LEAST, LEAST_SHARE = 10, 0.02
"""Complaints that a theme needs before a map should know it, and their share of all complaints."""
LEAST_TO_FEEL = 20
"""Pieces of feedback that complain or praise before they can contradict a feeling."""


@dataclass(frozen=True, kw_only=True)
class Course:
    """How a pain was heard: mentions and all feedback, of late and by months (of four weeks) before that."""

    recent: int
    exposure: int
    months: tuple[int, ...]
    exposures: tuple[int, ...]

    @property
    def usual(self) -> int:
        """Mentions of all the months before, had each been as the middle one."""
        return round(float(np.median(self.months)) * len(self.months)) if len(self.months) >= LEAST_MONTHS else 0

    @property
    def p_value(self) -> float | None:
        """The probability of a recent rate so different from the usual one by chance; None without feedback."""
        return compare_rates(self.recent, self.exposure, self.usual, sum(self.exposures))

    @property
    def gone(self) -> bool:
        """Whether the pain was heard and is no more."""
        if not self.usual or not self.exposure:
            return False
        fallen = self.recent / self.exposure <= GONE * self.usual / sum(self.exposures)
        return fallen and (self.p_value or 0.0) < ALPHA


def word_shares(cells: Sequence[frozenset[str]], texts: Sequence[frozenset[str]]) -> Floats:
    """Return how much of each cell's words each text holds, shape (cells, texts), 0..1.

    Words weigh by their rarity, log((n + 1) / (1 + number of texts that hold it)): one that no text holds weighs most.
    """
    n = len(texts)
    wanted = sorted(set().union(*cells)) if cells else []
    holders = {word: [i for i, text in enumerate(texts) if word in text] for word in wanted}
    weight = {word: float(np.log((n + 1) / (1 + len(holders[word])))) for word in wanted}
    shares = np.zeros((len(cells), n))
    for row, cell in enumerate(cells):
        total = sum(weight[word] for word in cell)
        for word in cell if total > 0 else ():
            shares[row, holders[word]] += weight[word] / total
    return shares


def excess(similarity: Floats) -> Floats:
    """Return by how much SIMILAR is too low for each cell, shape (cells,); 0 where it is high enough.

    Where all feedback is about one thing, such as lounges, everything is near to a cell that names it. So a match must
    stand out from the crowd as well: by SPREADS robust standard deviations (from the median absolute deviation) over
    the median point.
    """
    if not similarity.size:
        return np.zeros(len(similarity))
    middle = np.median(similarity, axis=1)
    spread = 1.4826 * np.median(np.abs(similarity - middle[:, None]), axis=1)
    needed: Floats = np.maximum(middle + SPREADS * spread - SIMILAR, 0.0)
    return needed


def nearest_pain(
    similarity: Floats,
    shares: Floats,
    *,
    lent: NDArray[np.bool_],
    strange: NDArray[np.bool_],
    praise: NDArray[np.bool_],
) -> Labels:
    """Return the pain that each point mentions, -1 for none.

    `similarity`, `shares` and `lent` (whether the point's theme is covered by the pain) have shape (pains, points);
    `strange` (whether its theme is not on the map) and `praise` have shape (points,).
    """
    if not len(similarity):
        return np.full(similarity.shape[1], -1, dtype=np.int64)
    meant = (similarity >= SIMILAR) | ((similarity >= NEAR) & (shares >= HALF)) | (lent & (similarity >= NEAR))
    meant &= ~praise & (~strange | (similarity >= SURE))
    score = np.where(meant, similarity + shares / 10, -1.0)
    return np.where(score.max(axis=0) > 0, score.argmax(axis=0), -1).astype(np.int64)


def possible(similarity: Floats, shares: Floats, *, praise: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which points may mean each pain, too loosely to be counted; shape (pains, points)."""
    loosely: NDArray[np.bool_] = ((similarity >= POSSIBLY_SIMILAR) | (shares >= POSSIBLE)) & ~praise
    return loosely


def verdict(course: Course, *, mentions: int, possible_mentions: int, complaints: int) -> Heard:
    """Say whether a pain is heard; `complaints` counts those of its stage, `possible_mentions` the loose matches."""
    if course.gone:
        return "gone"
    if mentions:
        return "heard"
    telling = complaints > 0 and 3 / complaints <= RARE
    return "silent" if telling and not possible_mentions else "open"


def off_the_map(*, complaints: int, praise: int, all_complaints: int, similarity: float) -> bool:
    """Say whether a theme is a problem that the map does not know; `similarity` is that of the nearest pain."""
    large = complaints >= max(LEAST, LEAST_SHARE * all_complaints)
    return large and similarity < SIMILAR and wilson(complaints, complaints + praise)[0] > 0.5


def contradicts(*, positive: bool, complaints: int, praise: int) -> bool:
    """Say whether feedback contradicts a feeling: most of it, at a level of 99%, says the opposite."""
    n = complaints + praise
    if n < LEAST_TO_FEEL:
        return False
    low, high = wilson(complaints, n, level=0.99)
    return low > 0.5 if positive else high < 0.5
