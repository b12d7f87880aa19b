"""Learning stages from people: what a few answers say about all other feedback.

Each row starts from the map's evidence (log odds per stage). Rows of one theme share theirs, as far as the theme is of
one mind. On top stands a linear head on the vectors, fitted to what people confirmed with the map's evidence as its
offset and a ridge that pulls it to nothing: without answers the map decides, and the more there are the more they
count. An answer about a theme moves the theme's mean to the stage that was named, and leaves each member's distance
from that mean; so members that are clearly about something else stay out of it. A correction of one row also
reaches its nearest rows. A temperature is fitted on answers that the head has not seen.

The constants were set on the sample company with four maps, and looked at on a set of questions to a bank.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NOWHERE = -1

_LEAST = 1e-3
"""Probabilities of the map are taken to be at least this, so that no single word is beyond correction."""
_MIXED = 0.65
_POOL_MOST = 4.0
_RIDGE = 1.0
_PER_ANSWER = 40
_THEME_WEIGHT = 3.0
"""A theme's answer teaches with up to 40 of its rows, which together weigh as much as three single rows."""
_NEAR, _NEAR_ODDS = 0.6, 4.0
"""From this cosine on a corrected row speaks for its neighbours, at cosine 1 with these log odds."""
_SPEAKERS = 300
_CHUNK = 50_000
_FOLDS = 5
_SHARPEST = 0.0
_PRIOR_ANSWERS = 8.0
"""The temperature is pulled to 1 as by so many answers."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Ground:
    """All rows, in a fixed order: what is known of each before anybody was asked.

    `evidence` (n, stages) holds the map's probabilities, `vectors` (n, d) are unit or zero, `theme` (n,) is a code
    0..k-1 or -1, `fixed` (n,) is the stage that is settled by the source or a person, or -1.
    """

    evidence: NDArray[np.floating]
    vectors: NDArray[np.floating]
    theme: Ints
    fixed: Ints
    known: dict[str, Floats] = field(default_factory=dict, repr=False)
    """What was worked out from evidence and themes; copies that differ only in what is fixed share it."""

    def __len__(self) -> int:
        return len(self.theme)


@dataclass(frozen=True, kw_only=True, eq=False)
class Lesson:
    """What was said: these `rows` (positions) are of `stage`; of `theme`, whatever else joins it is so, too.

    Without a theme (None) each row also speaks to those near it; -1 is a theme that is no more. `sure` is the share of
    the rows that may be taken to be of the stage.
    """

    rows: Ints
    stage: int
    theme: int | None = None
    sure: float = 1.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Learned:
    """What was learned: the head `weights` (d, stages), without a bias, which few answers would bend; temperature."""

    weights: Floats | None = None
    temperature: float = 1.0
    lessons: tuple[Lesson, ...] = field(default_factory=tuple)


def agreement(evidence: NDArray[np.floating], theme: Ints) -> Floats:
    """Return for each theme how far its members are of one stage, 0..1, shape (k,).

    It falls with the mutual information between a member and its stage, exp(-(I / 0.65)²): members that are each
    sure of another stage speak against the theme, members that are all unsure in the same way do not.
    """
    count = int(theme.max(initial=-1)) + 1
    member = theme >= 0
    size = np.maximum(np.bincount(theme[member], minlength=count), 1)
    p = np.maximum(evidence[member].astype(np.float64), 1e-9)
    mean = sums(p, theme[member], count) / size[:, None]
    within = np.bincount(theme[member], weights=-(p * np.log(p)).sum(axis=1), minlength=count) / size
    between = -(mean * np.log(np.maximum(mean, 1e-9))).sum(axis=1)
    return np.asarray(np.exp(-((np.maximum(between - within, 0) / _MIXED) ** 2)))


def sums(values: Floats, theme: Ints, count: int) -> Floats:
    """Return the sum of `values` (n, s) over the rows of each theme, shape (count, s); -1 is no theme."""
    member = theme >= 0
    return np.stack(
        [np.bincount(theme[member], weights=values[member, s], minlength=count) for s in range(values.shape[1])], axis=1
    )


def agreed_of(ground: Ground) -> Floats:
    """Return `agreement` of the ground's themes, worked out once."""
    if "agreement" not in ground.known:
        ground.known["agreement"] = agreement(ground.evidence, ground.theme)
    return ground.known["agreement"]


def learn(ground: Ground, lessons: Sequence[Lesson]) -> Learned:
    """Fit the head and the temperature to what people said; the same lessons give the same to the last bit."""
    told = [lesson for lesson in lessons if len(lesson.rows)]
    if not told or ground.evidence.shape[1] < 2:
        return Learned(lessons=tuple(told))
    base = pooled(ground)
    sample = [_sampled(lesson) for lesson in told]
    weights = _fit(ground, base, told, sample)
    return Learned(weights=weights, temperature=_temperature(ground, base, told, sample), lessons=tuple(told))


def probabilities(ground: Ground, learned: Learned) -> NDArray[np.float32]:
    """Return the probability of each stage for each row, shape (n, stages); what is fixed has 1."""
    odds = pooled(ground).copy()
    speakers = [lesson for lesson in learned.lessons if lesson.theme is None][-_SPEAKERS:]
    for part in _chunks(len(ground)):
        vectors = ground.vectors[part].astype(np.float32)
        if learned.weights is not None:
            odds[part] += vectors @ learned.weights.astype(np.float32)
        _let_speak(odds[part], vectors, ground, speakers)
    _answer_themes(odds, ground, learned.lessons)
    odds /= learned.temperature
    out = softmax(_doubt_rare(odds, [lesson.stage for lesson in learned.lessons]))
    settled = np.flatnonzero(ground.fixed >= 0)
    out[settled] = 0.0
    out[settled, ground.fixed[settled]] = 1.0
    return out


def pooled(ground: Ground) -> Floats:
    """Return log odds of the map (n, stages), a theme's members drawn to their mean; not to be altered."""
    if "pooled" not in ground.known:
        ground.known["pooled"] = _pooled(ground)
    return ground.known["pooled"]


def _pooled(ground: Ground) -> Floats:
    odds = np.log(np.maximum(ground.evidence.astype(np.float64), _LEAST))
    odds -= odds.mean(axis=1, keepdims=True)
    count = int(ground.theme.max(initial=-1)) + 1
    if not count:
        return np.asarray(odds)
    agreed = agreed_of(ground)
    pull = np.minimum(agreed**2 / np.maximum(1 - agreed, 1e-9), _POOL_MOST)
    size = np.maximum(np.bincount(ground.theme[ground.theme >= 0], minlength=count), 1)
    mean = sums(odds, ground.theme, count) / size[:, None]
    member = np.flatnonzero(ground.theme >= 0)
    codes = ground.theme[member]
    odds[member] = (odds[member] + pull[codes, None] * mean[codes]) / (1 + pull[codes, None])
    return odds


_RARE, _LEAST_SHARE = 0.02, 0.001


def _doubt_rare(odds: Floats, confirmed: Sequence[int]) -> Floats:
    """Lower the odds of stages that nobody confirmed and to which less than one row in fifty seems to belong.

    By the logarithm of their share over that fiftieth: what little seems to be theirs is rather a mistake.
    """
    if not len(odds):
        return odds
    share = np.maximum(softmax(odds).mean(axis=0), _LEAST_SHARE).astype(np.float64)
    share[list(confirmed)] = 1.0
    return np.asarray(odds + np.minimum(np.log(share / _RARE), 0.0))


def softmax(odds: Floats) -> NDArray[np.float32]:
    """Return probabilities from log odds, by row."""
    out = np.exp(odds - odds.max(axis=1, keepdims=True))
    return np.asarray(out / out.sum(axis=1, keepdims=True), dtype=np.float32)


def _answer_themes(odds: Floats, ground: Ground, lessons: Sequence[Lesson]) -> None:
    """Move the mean of each answered theme to its answer, as surely as its members agree."""
    answered = {lesson.theme: lesson.stage for lesson in lessons if lesson.theme is not None and lesson.theme >= 0}
    if not answered:
        return
    agreed = agreed_of(ground)
    order = np.argsort(ground.theme, kind="stable")
    starts = np.searchsorted(ground.theme[order], np.arange(len(agreed) + 1))
    stages = odds.shape[1]
    for theme, stage in answered.items():
        if theme >= len(agreed):
            continue
        rows = order[starts[theme] : starts[theme + 1]]
        sure = float(np.clip(agreed[theme], 1 / stages, 0.99))
        odds[rows] -= odds[rows].mean(axis=0)
        odds[rows, stage] += np.log(sure / (1 - sure) * (stages - 1))


def _let_speak(odds: Floats, vectors: NDArray[np.float32], ground: Ground, speakers: Sequence[Lesson]) -> None:
    """Add to each row what the corrected rows near it say, the nearest of each stage counting."""
    by_stage: dict[int, list[int]] = {}
    for lesson in speakers:
        by_stage.setdefault(lesson.stage, []).extend(lesson.rows[:_PER_ANSWER].tolist())
    for stage, rows in by_stage.items():
        said = ground.vectors[np.array(rows[-_SPEAKERS:])].astype(np.float32)
        nearest = (vectors @ said.T).max(axis=1)
        odds[:, stage] += _NEAR_ODDS * np.clip((nearest - _NEAR) / (1 - _NEAR), 0, 1)


def _sampled(lesson: Lesson) -> tuple[Ints, Floats]:
    few = min(len(lesson.rows), _PER_ANSWER)
    rows = lesson.rows[np.unique(np.linspace(0, len(lesson.rows) - 1, few).astype(np.int64))]
    total = min(float(len(rows)), _THEME_WEIGHT)
    return rows, np.full(len(rows), total / len(rows))


def _fit(ground: Ground, base: Floats, lessons: Sequence[Lesson], sample: Sequence[tuple[Ints, Floats]]) -> Floats:
    """Minimise weighted cross entropy of softmax(base + vectors · W) plus half the ridge times squared weights."""
    from scipy.optimize import minimize

    rows = np.concatenate([rows for rows, _ in sample])
    weight = np.concatenate([weight for _, weight in sample])
    wanted = np.concatenate(
        [np.full(len(rows), lesson.stage) for lesson, (rows, _) in zip(lessons, sample, strict=True)]
    )
    features = ground.vectors[rows].astype(np.float64)
    offset, stages = base[rows], base.shape[1]
    target = np.eye(stages)[wanted]

    def loss(flat: Floats) -> tuple[float, Floats]:
        weights = flat.reshape(-1, stages)
        odds = offset + features @ weights
        odds -= odds.max(axis=1, keepdims=True)
        logs = odds - np.log(np.exp(odds).sum(axis=1, keepdims=True))
        gradient = features.T @ (weight[:, None] * (np.exp(logs) - target)) + _RIDGE * weights
        return float(-(weight[:, None] * target * logs).sum() + _RIDGE / 2 * (flat @ flat)), gradient.ravel()

    found = minimize(loss, np.zeros(features.shape[1] * stages), jac=True, method="L-BFGS-B", options={"maxiter": 200})
    return np.asarray(found.x.reshape(-1, stages))


def _temperature(
    ground: Ground, base: Floats, lessons: Sequence[Lesson], sample: Sequence[tuple[Ints, Floats]]
) -> float:
    """Fit the temperature on answers left out of the head, fold by fold; few answers hardly move it from 1."""
    from scipy.optimize import minimize_scalar

    folds = min(_FOLDS, len(lessons))
    if folds < 2:
        return 1.0
    odds, wanted, weights, sures = [], [], [], []
    for fold in range(folds):
        rest = [i for i in range(len(lessons)) if i % folds != fold]
        head = _fit(ground, base, [lessons[i] for i in rest], [sample[i] for i in rest])
        for i in range(fold, len(lessons), folds):
            rows, _ = sample[i]
            odds.append(base[rows] + ground.vectors[rows].astype(np.float64) @ head)
            wanted.append(np.full(len(rows), lessons[i].stage))
            weights.append(np.full(len(rows), 1 / len(rows)))
            sures.append(np.full(len(rows), lessons[i].sure))
    all_odds, stage, weight = np.concatenate(odds), np.concatenate(wanted), np.concatenate(weights)
    sure = np.concatenate(sures)

    def loss(log_temperature: float) -> float:
        scaled = all_odds / np.exp(log_temperature)
        scaled -= scaled.max(axis=1, keepdims=True)
        every = scaled - np.log(np.exp(scaled).sum(axis=1, keepdims=True))
        right = every[np.arange(len(stage)), stage]
        others = (every.sum(axis=1) - right) / max(1, every.shape[1] - 1)
        return float(-(weight * (sure * right + (1 - sure) * others)).sum() + _PRIOR_ANSWERS / 2 * log_temperature**2)

    found = minimize_scalar(loss, bounds=(_SHARPEST, 1.5), method="bounded")
    return float(np.exp(found.x))


def _chunks(count: int) -> Iterator[slice]:
    for start in range(0, count, _CHUNK):
        yield slice(start, start + _CHUNK)
