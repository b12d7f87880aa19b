"""Search: words (BM25) and meaning (vectors), fused; the scope narrows the rows before anything is ranked.

Scores are combined convexly, each scaled to 0..1 over the rows in scope, as S. Bruch, S. Gai and A. Ingber found
to beat reciprocal rank fusion ("An Analysis of Fusion Functions for Hybrid Retrieval", ACM TOIS 2023). It did so
here as well: the ranks of vectors say too little about how much nearer one text is than the next.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.embedding import Embedder, Vectors
from knowledge.facts import Facts
from knowledge.scope import Scope
from knowledge.store import Store

WORDS_WEIGHT = 0.7
SIMILAR = 0.5
"""A cosine from which on two texts are taken to be about the same thing, where their words do not say so."""
NEARLY = 0.45
"""The same where one word of a topic is there, and no row has them all."""
KINDRED = 0.3
"""The same for a text of the theme that the matter at hand is mostly about."""

STANDS_OUT, ABOVE_USUAL = 3.0, 1.5
"""How many robust standard deviations above the median of all feedback a cosine must lie as well, to be SIMILAR (or
NEARLY), and to be KINDRED: where everybody speaks of lounges, a lounge makes no text nearer to a question than others.
On 26 topics of bank complaints and lounge reviews, with what holds the topic's words or its synonyms taken as right,
precision rose from 0.68 to 0.82, while recall fell from 0.70 to 0.67; on the sample company nothing changed."""

FEWEST = 200
"""Texts by which what is usual is not known yet; one matter may be half of them."""

LARGE_PART, COVERED, LEAST = 0.3, 0.2, 3
"""What share of the finds a theme must hold, and what share of the theme they must be, to be about the same matter;
and how many at the least. Chosen on the sample company, where 0.25 and 0.15 bring in other matters."""

_FILTER_IN_SQL = 20_000


@dataclass(frozen=True, kw_only=True, eq=False)
class SearchIndex:
    """The vectors of one revision: a point a row of `vectors`, `owner` its position in the facts.

    `centre` holds a unit vector per position, shape (n, d): the mean of its points (zero where there is none).
    """

    facts: Facts
    vectors: Vectors
    owner: NDArray[np.int64]
    centre: Vectors


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A piece of feedback that was found: its row, position in the facts, fused score 0..1, and cosine."""

    row: int
    position: int
    score: float
    similarity: float


def build_index(store: Store, facts: Facts, model_id: str) -> SearchIndex:
    """Load the vectors of all points; takes a second per 100,000 of them."""
    rows, _, vectors = store.vectors.of_points(model_id)
    owner = np.searchsorted(facts.row, rows)
    centre = np.zeros((len(facts), vectors.shape[1]), dtype=np.float32)
    np.add.at(centre, owner, vectors)
    norms = np.linalg.norm(centre, axis=1, keepdims=True)
    np.divide(centre, norms, out=centre, where=norms > 0)
    return SearchIndex(facts=facts, vectors=vectors, owner=owner, centre=centre)


def search(
    store: Store, index: SearchIndex, embedder: Embedder, query: str, scope: Scope, limit: int = 10
) -> list[Hit]:
    """Return the best matches of `query` among the rows in `scope`, best first."""
    positions = index.facts.select(scope)
    if not len(positions) or not query.strip():
        return []
    words = _by_words(store, index.facts, query, positions)
    cosine = similarity(index, embedder, query)[positions]
    fused = WORDS_WEIGHT * _unit(words[positions], low=0.0) + (1 - WORDS_WEIGHT) * _unit(cosine, low=cosine.min())
    best = np.lexsort((positions, -fused))[:limit]
    return [
        Hit(
            row=int(index.facts.row[positions[i]]),
            position=int(positions[i]),
            score=float(fused[i]),
            similarity=float(cosine[i]),
        )
        for i in best
    ]


def relevant(store: Store, index: SearchIndex, embedder: Embedder, query: str, scope: Scope) -> NDArray[np.int64]:
    """Return the positions in `scope` that are about `query`.

    These are the ones that hold all its words or have a point SIMILAR to it that STANDS_OUT among all feedback; where
    there are none, but each of its words occurs somewhere, those that hold the rarest of them and are at least KINDRED,
    or any and are NEARLY, if they are LEAST or more: the rarest word tells what is meant ("late" is said of much,
    "deliveries" of little). Of every theme that they show to be about the same matter (see `_same_matter`), the other
    members that are at least KINDRED come along: people say the same in other words. "Massage or spa" is about either.
    """
    facts = index.facts
    positions = facts.select(scope)
    about = np.zeros(len(facts), dtype=bool)
    if len(positions):
        for part in filter(str.strip, _EITHER.split(query)):
            about |= _about(store, index, embedder, part)
    return positions[about[positions]]


_EITHER = re.compile(r"\s+or\s+|\s*/\s*", re.IGNORECASE)


def _about(store: Store, index: SearchIndex, embedder: Embedder, query: str) -> NDArray[np.bool_]:
    """Return of each position whether it is about one matter."""
    facts = index.facts
    about = _holding(facts, store.search.with_all_words(query))
    near = best_point(index, embedder, query)
    similar, nearly = (max(least, _above(near, STANDS_OUT)) for least in (SIMILAR, NEARLY))
    kindred = max(KINDRED, _above(near, ABOVE_USUAL))
    about |= near >= similar
    if not about.any() and not store.search.missing(query):
        words = _by_words(store, facts, query, np.arange(len(facts)))
        about = _holding(facts, store.search.rarest(query)) & (near >= kindred)
        about |= (words > 0) & (near >= nearly)
        about &= about.sum() >= LEAST  # one or two that share a word are mentions in passing
    if about.sum() == 1 and store.search.missing(query):
        return np.zeros(len(facts), dtype=bool)  # one that is near what nobody has a word for is near by chance
    for members in _same_matter(facts, about):
        about[members[near[members] >= kindred]] = True
    return about


def _above(near: NDArray[np.float32], deviations: float) -> float:
    """Return the cosine so many standard deviations above the median, by the median absolute deviation.

    What is usual is not known of FEWEST texts or fewer: then no cosine is below it.
    """
    if len(near) <= FEWEST:
        return -1.0
    middle = float(np.median(near))
    return middle + deviations * 1.4826 * float(np.median(np.abs(near - middle)))


def _holding(facts: Facts, rows: Sequence[int]) -> NDArray[np.bool_]:
    held = np.zeros(len(facts), dtype=bool)
    held[np.searchsorted(facts.row, np.array(rows, dtype=np.int64))] = True
    return held


def _same_matter(facts: Facts, about: NDArray[np.bool_]) -> list[NDArray[np.int64]]:
    """Return the members of each theme that what was found lies in: half of it, or a good part of both.

    The second holds where one matter was cut into several themes ("missing from the box", "ingredient missing"): at
    least LARGE_PART of what was found, and of the theme COVERED.
    """
    found, themes = int(about.sum()), []
    for code in np.unique(facts.theme.codes[about[facts.theme_position]]):
        belongs = np.zeros(len(about), dtype=bool)
        belongs[facts.theme_position[facts.theme.codes == code]] = True
        members = np.flatnonzero(belongs)
        held = int(about[members].sum())
        part_of_both = held >= LEAST and held >= LARGE_PART * found and held >= COVERED * len(members)
        if (held * 2 >= found and held > 1) or part_of_both:  # a single one drags no theme along
            themes.append(members)
    return themes


def similarity(index: SearchIndex, embedder: Embedder, query: str) -> NDArray[np.float32]:
    """Return how near each position is to `query`: the mean of the cosines of its whole and of its best point."""
    if not len(index.vectors):
        return np.zeros(len(index.facts), dtype=np.float32)
    vector = embedder.encode([query])[0]
    both: NDArray[np.float32] = (index.centre @ vector + _best(index, vector)) / 2
    return both


def best_point(index: SearchIndex, embedder: Embedder, query: str) -> NDArray[np.float32]:
    """Return the cosine between `query` and the nearest point of each position."""
    if not len(index.vectors):
        return np.zeros(len(index.facts), dtype=np.float32)
    return _best(index, embedder.encode([query])[0])


def _best(index: SearchIndex, vector: NDArray[np.float32]) -> NDArray[np.float32]:
    best = np.full(len(index.facts), -1.0, dtype=np.float32)
    # `owner` ascends, so a segmented maximum does; it is ten times faster than maximum.at.
    starts = np.flatnonzero(np.r_[True, index.owner[1:] != index.owner[:-1]])
    best[index.owner[starts]] = np.maximum.reduceat(index.vectors @ vector, starts)
    return best


def _by_words(store: Store, facts: Facts, query: str, positions: NDArray[np.int64]) -> NDArray[np.float64]:
    narrow = len(positions) <= _FILTER_IN_SQL and len(positions) < len(facts)
    rows = facts.row[positions].tolist() if narrow else None
    scores = np.zeros(len(facts))
    found = store.search.bm25(query, len(facts), rows)
    if found:
        table = np.array(found, dtype=np.float64)  # row keys are far below 2^53, so that a float holds them
        scores[np.searchsorted(facts.row, table[:, 0].astype(np.int64))] = table[:, 1]
    return scores


def _unit(values: NDArray[np.floating], low: float) -> NDArray[np.float64]:
    spread = float(values.max()) - low
    if spread <= 0:
        return np.zeros(len(values))
    return np.asarray((values - low) / spread, dtype=np.float64)
