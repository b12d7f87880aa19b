"""The stage step: what the map, the themes and people say together, and only what changed is written.

It runs after the themes. The stage of a row is a function of what the file holds (the map's evidence, the source's own
stage and touchpoint, the themes, the corrections in force), not of the order in which it came: so an undo restores, and
a new run keeps what people said. Who decided stands in `staged_by`, in this order: "person:NAME" (about this piece),
"given" (the source named the stage), "theme" (a person, about the theme), "touchpoint" (a touchpoint or page of the row
that the map knows), else "learned" or "map", or "unsure" with no stage.
"""

from collections import Counter
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from knowledge.feedback import Feedback
from knowledge.journey import JourneyMap
from knowledge.layers.stage_board import LEARNED, MAP, THEME, TOUCHPOINT, UNSURE, Board, Decided, read_board
from knowledge.staging.learning import Learned, learn, pooled, probabilities
from knowledge.staging.stager import link, names_of, sure_from
from knowledge.store import Store

_AT_TOUCHPOINT = 0.9
_SEEN = "stages.revision"
"""The revision of the file at which its stages were last up to date."""
_STEP = 0.05
"""Confidence is kept in such steps: one answer moves that of many rows by less, and these are not written anew."""


def update_stages(store: Store, journey: JourneyMap, model_id: str) -> int:
    """Bring the stages of all rows up to date; return how many were rewritten; none are read if none changed."""
    if store.read_meta(_SEEN) == str(store.revision):
        return 0
    with store.atomic():
        board = read_board(store, journey, model_id)
        count = write(store, board, decide(board))
        store.write_meta(_SEEN, str(store.revision))
    return count


def stage_notes(items: Iterable[Feedback], journey: JourneyMap) -> tuple[str, ...]:
    """Return a note for each stage that the source names and the map does not know, most frequent first, at most five.

    Such rows are staged by their text.
    """
    names = names_of(journey)
    counts = Counter(item.stage.strip() for item in items if item.stage and not link(names, item.stage))
    notes = [
        f"{count:,} pieces of feedback come with the stage {value!r}, which the map does not know; their text decides. "
        f"To link it, add it to a stage's aliases."
        for value, count in counts.most_common(5)
        if value
    ]
    more = len(counts) - len(notes)
    return (*notes, f"So do {more} more stages.") if more > 0 and notes else tuple(notes)


def decide(board: Board, learned: Learned | None = None) -> Decided:
    """Return what follows for every row."""
    ground, count = board.ground, len(board.stages)
    if not count or not len(ground):
        empty = np.full(len(ground), -1, dtype=np.int64)
        nobody = np.full(len(ground), UNSURE, dtype=object)
        nothing = np.zeros((len(ground), count), dtype=np.float32)
        return Decided(stage=empty, confidence=np.zeros(len(ground)), by=nobody, probability=nothing)
    learned = learned or learn(ground, board.lessons)
    probability = probabilities(ground, learned)
    best = probability.argmax(axis=1).astype(np.int64)
    exact = probability.max(axis=1).astype(np.float64)
    sure, confidence = exact >= sure_from(count), np.round(exact / _STEP) * _STEP
    by = np.where(best == pooled(ground).argmax(axis=1), MAP, LEARNED).astype(object)
    for lesson in learned.lessons:
        if lesson.theme is not None and lesson.theme >= 0:
            by[(ground.theme == lesson.theme) & (best == lesson.stage)] = THEME
    by[~sure] = UNSURE
    settled = board.by != ""
    by[settled] = board.by[settled]
    confidence[board.by == TOUCHPOINT] = _AT_TOUCHPOINT
    return Decided(stage=np.where(sure | settled, best, -1), confidence=confidence, by=by, probability=probability)


def changed(board: Board, decided: Decided) -> NDArray[np.bool_]:
    """Return which rows stand otherwise in the file."""
    now = board.now
    moved = (now.stage != decided.stage) | (now.by != decided.by)
    same = np.abs(now.confidence - decided.confidence) < 1e-9  # what was never known differs, too
    return np.asarray(moved | ~same)


def write(store: Store, board: Board, decided: Decided) -> int:
    """Write the rows that changed; return how many."""
    at = np.flatnonzero(changed(board, decided))
    names: list[str | None] = [*board.stages, None]
    store.corrections.write(
        [
            (row, names[stage], sure, by)
            for row, stage, sure, by in zip(
                board.row[at].tolist(),
                decided.stage[at].tolist(),
                decided.confidence[at].tolist(),
                decided.by[at].tolist(),
                strict=True,
            )
        ]
    )
    return len(at)
