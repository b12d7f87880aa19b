"""Staging: which stage of the journey a piece of feedback is about, how sure that is, and who said so.

What is given decides. Else three kinds of evidence from the map are added up as log odds: how near the text is to
the nearest of a stage's own descriptions (each word, touchpoint and cell is a vector of its own), what a linear
head says that was trained on these same descriptions, and which of the map's words occur in the text. Then texts
that say nearly the same lend each other their evidence. No label is needed, and none is used.

The constants below were chosen on the sample company, whose texts have a known stage, with three different maps.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.embedding import Embedder, Vectors
from knowledge.journey import JourneyMap, Stage, stage_id

Floats = NDArray[np.float64]

SURE = 0.5
"""Below this confidence a stage is not asserted (`staged_by` is "unsure"); in a map of two stages, below 0.625."""

_SIMILARITY, _HEAD, _WORDS = 16.0, 0.4, 0.8
"""What a unit of cosine, of the head's log probability and of a word of the map are worth, in log odds."""

_TEAM_LANES = ("action", "thought", "feeling", "opportunity")
_TEAM_WEIGHT = 0.5
"""What the team wrote for itself resembles customers' words less than the words and pains do."""
_TEAM_DISCOUNT = 0.9

_MOST_WORDS = 2.5
_NEIGHBOURS, _ROUNDS, _OWN, _NEAR = 15, 3, 2.0, 0.5
"""Evidence is shared with up to 15 neighbours above cosine 0.5; a text's own evidence counts as two neighbours."""
_SPEAKERS = 4096
_CHUNK = 16_384


@dataclass(frozen=True, kw_only=True)
class Staged:
    """The stage of one text.

    `staged_by` is "given" (the source named it), "map" (the map's words and cells decided) or "unsure" (then
    `stage_id` is None); `confidence` is the probability of the best stage in each case.
    """

    stage_id: str | None
    confidence: float
    staged_by: Literal["given", "map", "unsure"]


class Stager:
    """A journey map made ready for staging: its descriptions as vectors, a linear head, and its words."""

    def __init__(self, journey: JourneyMap, embedder: Embedder) -> None:
        self.stages = tuple(stage.id for stage in journey.stages)
        self._names = names_of(journey)
        described = [(i, text, team) for i, stage in enumerate(journey.stages) for text, team in descriptions(stage)]
        self._of = np.array([i for i, _, _ in described], dtype=np.int64)
        weights = np.array([_TEAM_WEIGHT if team else 1.0 for _, _, team in described])
        prototypes = embedder.encode([text for _, text, _ in described])
        self._prototypes = prototypes * np.where(weights < 1, _TEAM_DISCOUNT, 1.0)[:, None].astype(np.float32)
        self._head = _fit_head(prototypes, self._of, weights) if len(self.stages) > 1 else None
        self._terms = _terms(journey)
        self.sure = sure_from(len(self.stages))

    def link(self, given: str | None) -> str | None:
        """Return the stage that a value of the source names, by id, name or alias; None if the map has none such."""
        return link(self._names, given)

    def unknown(self, given: Sequence[str | None]) -> dict[str, int]:
        """Count the values that name no stage of the map, most frequent first: a reader of the import should know."""
        missing = Counter(value.strip() for value in given if value and value.strip() and not self.link(value))
        return dict(missing.most_common())

    def stage(self, vectors: Vectors, texts: Sequence[str], given: Sequence[str | None]) -> list[Staged]:
        """Return the stage of each text.

        `vectors` has shape (n, d), in the order of `texts` and of `given` (what the source says, or None; a value
        that the map does not know is passed over, see `unknown`).
        """
        linked = [self.link(value) for value in given]
        if not len(texts) or not self.stages:
            return [_unsure(0.0) for _ in texts]
        return self.decide(self.probabilities(vectors, texts, linked), linked)

    def decide(self, probability: Floats, linked: Sequence[str | None]) -> list[Staged]:
        """Return the stage of each row of `probability` (n, stages); `linked` are the stages that the source gave."""
        if not len(probability) or not self.stages:
            return [_unsure(0.0) for _ in probability]
        best, confidence = probability.argmax(axis=1), probability.max(axis=1)
        return [
            Staged(stage_id=known, confidence=1.0, staged_by="given")
            if known
            else Staged(stage_id=self.stages[b], confidence=float(c), staged_by="map")
            if c >= self.sure
            else _unsure(float(c))
            for known, b, c in zip(linked, best, confidence, strict=True)
        ]

    def probabilities(self, vectors: Vectors, texts: Sequence[str], given: Sequence[str | None] = ()) -> Floats:
        """Return the probability of each stage for each text, shape (n, stages), in the map's order.

        Where `given` names a stage, that stage has probability 1 and the neighbours feel it.
        """
        own = self.evidence(vectors, texts)
        fixed = np.zeros(len(texts), dtype=bool)
        for row, known in enumerate(given):
            if known:
                own[row] = [float(stage == known) for stage in self.stages]
                fixed[row] = True
        return _share(own, vectors, fixed)

    def evidence(self, vectors: Vectors, texts: Sequence[str]) -> Floats:
        """Return what the map alone says of each text, neighbours aside: probabilities, shape (n, stages)."""
        odds = _WORDS * self._hits(texts)
        for start in range(0, len(vectors), _CHUNK):
            part = slice(start, start + _CHUNK)
            odds[part] += _SIMILARITY * self._nearness(vectors[part])
            if self._head is not None:
                odds[part] += _HEAD * self._head.predict_log_proba(vectors[part])
        odds = np.exp(odds - odds.max(axis=1, keepdims=True))
        return np.asarray(odds / odds.sum(axis=1, keepdims=True))

    def _nearness(self, vectors: Vectors) -> Floats:
        """Return cosines to each stage, shape (n, stages): the nearest description and the three nearest, averaged."""
        similarity = vectors @ self._prototypes.T
        out = np.empty((len(vectors), len(self.stages)))
        for i in range(len(self.stages)):
            ours = similarity[:, self._of == i]
            few = min(3, ours.shape[1])
            top = np.partition(ours, ours.shape[1] - few, axis=1)[:, -few:]
            out[:, i] = (top.max(axis=1) + top.mean(axis=1)) / 2
        return out

    def _hits(self, texts: Sequence[str]) -> Floats:
        """Count the map's words in each text, a word of several parts for one and a half, at most `_MOST_WORDS`."""
        out = np.zeros((len(texts), len(self.stages)))
        for row, text in enumerate(texts):
            words = _stems(text)
            found = {
                (term, stage)
                for at, word in enumerate(words)
                for term, stage in self._terms.get(word, ())
                if words[at : at + len(term)] == term
            }
            for term, stage in found:
                out[row, stage] += 1.0 if len(term) == 1 else 1.5
        return np.minimum(out, _MOST_WORDS)


def descriptions(stage: Stage) -> Iterator[tuple[str, bool]]:
    """Yield everything that the map says of a stage, each once, and whether it is in the team's words only."""
    own = [stage.name, *stage.aliases, stage.description, *stage.words, *stage.touchpoints]
    own += [cell.step for cell in stage.cells if cell.step]
    own += [cell.text for cell in stage.cells if cell.lane == "pain"]
    team = [cell.text for cell in stage.cells if cell.lane in _TEAM_LANES]
    for text, is_team in {**dict.fromkeys(team, True), **dict.fromkeys(own, False)}.items():
        if text.strip():
            yield text, is_team


def sure_from(stages: int) -> float:
    """Return the confidence from which on a stage is asserted, in a map of so many stages."""
    # between two stages, even odds are 0.5: what counts as sure lies at least a quarter above a blind guess
    return max(SURE, 1.25 / stages) if stages > 1 else 0.0


def names_of(journey: JourneyMap) -> dict[str, str]:
    """Return the stage that each id, name and alias of the map means, by its normal form (see `link`)."""
    return {key: stage.id for stage in reversed(journey.stages) for key in _names(stage)}


def link(names: Mapping[str, str], value: str | None) -> str | None:
    """Return the stage that a value names; of one with parts ("usage/support"), where those that are known agree."""
    if not value:
        return None
    if known := names.get(stage_id(value)):
        return known
    parts = {found for part in value.split("/") if (found := names.get(stage_id(part)))} if "/" in value else set()
    return parts.pop() if len(parts) == 1 else None


def _names(stage: Stage) -> list[str]:
    return [stage.id, *(stage_id(name) for name in (stage.name, *stage.aliases))]


def _unsure(confidence: float) -> Staged:
    return Staged(stage_id=None, confidence=confidence, staged_by="unsure")


class _Head(Protocol):
    """What is used of a classifier of scikit-learn."""

    def predict_log_proba(self, vectors: Vectors) -> Floats:
        """Return log probabilities, shape (n, stages)."""


def _fit_head(prototypes: Vectors, of: NDArray[np.int64], weights: Floats) -> _Head:
    """Train a logistic regression on the descriptions themselves, as if customers had said them."""
    from sklearn.linear_model import LogisticRegression

    head: _Head = LogisticRegression(C=10.0, max_iter=2000).fit(prototypes, of, sample_weight=weights)
    return head


def _share(own: Floats, vectors: Vectors, fixed: NDArray[np.bool_]) -> Floats:
    """Let near texts share their evidence: a few rounds of label propagation (Zhou et al. 2004) with own weight.

    A neighbour weighs nothing at cosine `_NEAR` and 1 at cosine 1, so that a text without near neighbours keeps
    its own evidence. Among many texts, evenly spaced ones settle first and then speak to all others: time grows
    with the number of texts, not with its square.
    """
    from knowledge.clustering.graph import nearest

    if len(own) < 2:
        return own
    spaced = np.unique(np.linspace(0, len(own) - 1, min(len(own), _SPEAKERS)).astype(np.int64))
    speakers, said = vectors[spaced], own[spaced]
    around = _weighted(nearest(speakers, min(_NEIGHBOURS, len(spaced) - 1)))
    shared = said
    for _ in range(_ROUNDS):
        shared = np.where(fixed[spaced, None], said, _mixed(said, shared, around))
    if len(spaced) < len(own):
        around = _weighted(nearest(speakers, _NEIGHBOURS, queries=vectors))
        shared = np.where(fixed[:, None], own, _mixed(own, shared, around))
    return shared


def _weighted(neighbours: tuple[NDArray[np.int32], NDArray[np.float32]]) -> tuple[NDArray[np.int32], Floats]:
    rows, similarity = neighbours
    return rows, np.clip((similarity - _NEAR) / (1 - _NEAR), 0, None).astype(np.float64) * (rows >= 0)


def _mixed(own: Floats, others: Floats, around: tuple[NDArray[np.int32], Floats]) -> Floats:
    """Return own evidence and that of the neighbours, averaged by weight, shape (n, stages)."""
    rows, weight = around
    total = _OWN * own
    for k in range(rows.shape[1]):
        total = total + weight[:, k, None] * others[rows[:, k]]
    return np.asarray(total / (_OWN + weight.sum(axis=1))[:, None])


_Terms = dict[str, list[tuple[tuple[str, ...], int]]]
_WORD = re.compile(r"[^\W_]+")
_LONGEST_TERM = 4


def _terms(journey: JourneyMap) -> _Terms:
    """Return the words and touchpoints that belong to one stage alone, by their first word."""
    owners: dict[tuple[str, ...], set[int]] = defaultdict(set)
    for i, stage in enumerate(journey.stages):
        for text in (*stage.aliases, *stage.words, *stage.touchpoints):
            term = _stems(text)
            if 1 <= len(term) <= _LONGEST_TERM:
                owners[term].add(i)
    out: _Terms = defaultdict(list)
    for term, stages in owners.items():
        if len(stages) == 1:
            out[term[0]].append((term, next(iter(stages))))
    return dict(out)


def _stems(text: str) -> tuple[str, ...]:
    return tuple(map(_stem, _WORD.findall(text.lower())))


@lru_cache(maxsize=100_000)
def _stem(word: str) -> str:
    """Cut the common English endings, so that "deliveries" meets "delivery"; other languages lose little by it."""
    if word.endswith("ies") and len(word) > 5:
        return word[:-3] + "y"
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word
