"""The board: all feedback as staging sees it, or a sample of it, as arrays.

What is read is what a stage follows from: the map's evidence, the themes, the source's own stage and touchpoint, the
vectors, and what people said. `settle` lays corrections on a board; `knowledge.layers.stages` decides on it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from knowledge.corrections import Correction, in_force
from knowledge.journey import JourneyMap, stage_id, steps_of
from knowledge.layers.exchange import refuse_exchanged
from knowledge.staging.learning import Ground, Ints, Lesson, agreed_of
from knowledge.staging.stager import link, names_of
from knowledge.store import Store
from knowledge.store.corrections import StageColumns

MAP, LEARNED, UNSURE, GIVEN, THEME, TOUCHPOINT = "map", "learned", "unsure", "given", "theme", "touchpoint"
PERSON = "person:"

_PLACES = ("touchpoint", "page", "screen", "step", "stage")
"""A segment with one of these words in its name tells where on the journey a row was said."""
_GIVEN_PER_STAGE, _GIVEN_LESSON = 200, 40
_CHUNK = 50_000


@dataclass(frozen=True, kw_only=True, eq=False)
class Board:
    """All rows as staging sees them; `stages` are ids in the map's order, `themes` the ids behind the codes.

    `fixed` of the ground are the stages that are settled, `by` says by whom ("" where nobody did), `lessons` are what
    is learned from: all three follow from `given` and `at_touchpoint` (n,), codes or -1, and from the `corrections` in
    force. `now` is what stands in the file. `names` are the words that mean a stage.
    """

    row: Ints
    ground: Ground
    stages: tuple[str, ...]
    themes: tuple[str, ...]
    by: NDArray[np.object_]
    lessons: tuple[Lesson, ...]
    now: "Decided"
    given: Ints
    at_touchpoint: Ints
    names: Mapping[str, str]
    corrections: tuple[Correction, ...] = ()

    def code(self, stage: str | None) -> int:
        """Return the code of the stage that a word means; -1 if the map has none such."""
        found = link(self.names, stage)
        return self.stages.index(found) if found else -1


@dataclass(frozen=True, kw_only=True, eq=False)
class Decided:
    """A stage per row: `stage` (n,) codes (-1: unsure), `confidence` (n,), `by` (n,) who; `probability` (n, stages)."""

    stage: Ints
    confidence: NDArray[np.float64]
    by: NDArray[np.object_]
    probability: NDArray[np.float32]


def read_board(store: Store, journey: JourneyMap, model_id: str) -> Board:
    """Read everything that staging needs; vectors are left out where there is nobody to learn from."""
    board = _read(store, journey, store.corrections.columns(), in_force(store.corrections.all()))
    return with_vectors(store, board, model_id) if board.lessons else board


def read_sample(store: Store, journey: JourneyMap, model_id: str, *, every: int) -> Board:
    """Read a board of about one piece of feedback in `every`, always the same ones, and all that people corrected."""
    said = in_force(store.corrections.all())
    corrected = [row for one in said if one.kind == "feedback" for row in one.rows]
    board = _read(store, journey, store.corrections.columns(every=every, also=corrected), said)
    return with_vectors(store, board, model_id, sampled=True)


def _read(store: Store, journey: JourneyMap, columns: StageColumns, said: Sequence[Correction]) -> Board:
    stages, names = tuple(stage.id for stage in journey.stages), names_of(journey)
    themes, codes = _codes(columns.theme)
    linked = {value: link(names, value) for value in set(columns.given) if value}
    code = {stage: i for i, stage in enumerate(stages)}
    board = Board(
        row=columns.row,
        ground=Ground(
            evidence=_evidence(columns, stages),
            vectors=np.zeros((len(columns.row), 0), dtype=np.float16),
            theme=codes,
            fixed=np.full(len(columns.row), -1, dtype=np.int64),
        ),
        stages=stages,
        themes=themes,
        by=np.full(len(columns.row), "", dtype=object),
        lessons=(),
        now=_now(columns, stages),
        given=np.array([code.get(linked.get(value or "") or "", -1) for value in columns.given], dtype=np.int64),
        at_touchpoint=_touchpoints(store, columns.row, journey),
        names=names,
    )
    return settle(board, said)


def with_vectors(store: Store, board: Board, model_id: str, *, sampled: bool = False) -> Board:
    """Return the board with the vectors read: 16 bits a number, 0.8 GB for a million rows of 384.

    A row's vector is the mean of its points', of unit length. A board that is `sampled` reads its own rows only.
    """
    if board.ground.vectors.shape[1]:
        return board
    refuse_exchanged(store, model_id)
    owner, number = store.vectors.numbers(model_id, board.row.tolist() if sampled else None)
    at, known = _places(board.row, owner)
    at, number = at[known], number[known]
    vectors: NDArray[np.float16] | None = None
    for numbers, part in store.vectors.each(number):
        if vectors is None:
            vectors = np.zeros((len(board.row), part.shape[1]), dtype=np.float16)
        its = np.flatnonzero((number >= numbers[0]) & (number <= numbers[-1]))
        column, there = _places(numbers, number[its])
        _add(vectors, at[its[there]], column[there], part)
    if vectors is None:
        vectors = np.zeros((len(board.row), 1), dtype=np.float16)
    for start in range(0, len(vectors), _CHUNK):
        wide = vectors[start : start + _CHUNK].astype(np.float32)
        norm = np.linalg.norm(wide, axis=1, keepdims=True)
        vectors[start : start + _CHUNK] = np.divide(wide, norm, out=wide, where=norm > 0)
    return replace(board, ground=replace(board.ground, vectors=vectors))


def _add(vectors: NDArray[np.float16], at: Ints, column: Ints, part: NDArray[np.float16]) -> None:
    """Add to each row `at` the vector of `part` that its `column` names; what many rows say is read once."""
    from scipy.sparse import csr_array

    order, wide = np.argsort(at, kind="stable"), part.astype(np.float32)
    for start in range(0, len(order), _CHUNK):
        its = order[start : start + _CHUNK]
        rows, place = np.unique(at[its], return_inverse=True)
        shape = (len(rows), len(wide))
        vectors[rows] += csr_array((np.ones(len(its), dtype=np.float32), (place, column[its])), shape=shape) @ wide


def settle(board: Board, corrections: Sequence[Correction]) -> Board:
    """Return the board under these corrections and no others: what is fixed, by whom, and what is to be learned."""
    said = [(one, board.code(one.stage), _positions(board.row, one.rows)) for one in corrections]
    fixed, by = board.at_touchpoint.copy(), np.full(len(board.row), "", dtype=object)
    by[fixed >= 0] = TOUCHPOINT
    for one, stage, rows in said:
        if one.kind == "theme" and stage >= 0:
            fixed[rows], by[rows] = stage, THEME
    fixed[board.given >= 0], by[board.given >= 0] = board.given[board.given >= 0], GIVEN
    for one, stage, rows in said:
        if one.kind == "feedback" and stage >= 0:
            fixed[rows], by[rows] = stage, PERSON + one.actor
    ground = replace(board.ground, fixed=fixed)
    lessons = (*_given_lessons(board.given, len(board.stages)), *_lessons(board, ground, said))
    return replace(board, ground=ground, by=by, lessons=lessons, corrections=tuple(corrections))


def _lessons(board: Board, ground: Ground, said: Sequence[tuple[Correction, int, Ints]]) -> Iterator[Lesson]:
    """Yield what each correction teaches, without the rows about which somebody said otherwise later."""
    about = {theme: i for i, theme in enumerate(board.themes)}
    last = {one.theme: one.number for one, _, _ in said if one.kind == "theme"}
    agreed = agreed_of(ground) if last else np.ones(0)
    for one, stage, rows in said:
        if one.kind == "mixed" or stage < 0:
            continue
        kept = rows[ground.fixed[rows] == stage]
        if one.kind == "feedback":
            yield Lesson(rows=kept, stage=stage)
            continue
        theme = about.get(one.theme or "", -1) if last[one.theme] == one.number else -1
        yield Lesson(rows=kept, stage=stage, theme=theme, sure=min(float(agreed[theme]), 0.99) if theme >= 0 else 1.0)


def _touchpoints(store: Store, row: Ints, journey: JourneyMap) -> Ints:
    """Return the stage of each row whose touchpoint or page the map knows in one stage only; else -1."""
    owners: dict[str, set[int]] = {}
    for i, stage in enumerate(journey.stages):
        for step in (*steps_of(stage), stage.name, *stage.aliases):
            owners.setdefault(stage_id(step), set()).add(i)
    out = np.full(len(row), -1, dtype=np.int64)
    for name in store.feedback.segment_names():
        if not any(word in name.lower() for word in _PLACES):
            continue
        for value in store.corrections.segment_values(name):
            found = owners.get(stage_id(value), set())
            if len(found) == 1:
                out[_positions(row, store.corrections.rows_with(name, value))] = next(iter(found))
    return out


def _given_lessons(given: Ints, stages: int) -> list[Lesson]:
    """Return what the source's own stages teach: up to 200 rows a stage, evenly over the order of import."""
    lessons = []
    for stage in range(stages):
        rows = np.flatnonzero(given == stage)
        few = rows[np.unique(np.linspace(0, len(rows) - 1, min(len(rows), _GIVEN_PER_STAGE)).astype(np.int64))]
        lessons += [
            Lesson(rows=few[at : at + _GIVEN_LESSON], stage=stage, theme=-1) for at in range(0, len(few), _GIVEN_LESSON)
        ]
    return lessons if (given < 0).any() else []


def _positions(known: Ints, rows: Sequence[int]) -> Ints:
    at, there = _places(known, np.array(rows, dtype=np.int64))
    return at[there]


def is_settled(by: str) -> bool:
    """Tell whether what stands in `staged_by` is a decision of a person or of the source."""
    return by in (GIVEN, THEME, TOUCHPOINT) or by.startswith(PERSON)


def _places(known: Ints, wanted: Ints) -> tuple[Ints, NDArray[np.bool_]]:
    """Return where each of `wanted` would stand among the ascending `known`, and whether it does."""
    at = np.searchsorted(known, wanted)
    if not len(known):
        return at, np.zeros(len(wanted), dtype=bool)
    return at, known[np.minimum(at, len(known) - 1)] == wanted


def _codes(values: Sequence[str | None]) -> tuple[tuple[str, ...], Ints]:
    names = sorted({value for value in values if value}, key=lambda name: (len(name), name))
    code = {name: i for i, name in enumerate(names)}
    return tuple(names), np.array([code.get(value or "", -1) for value in values], dtype=np.int64)


def _evidence(columns: StageColumns, stages: Sequence[str]) -> NDArray[np.float32]:
    """Return the map's probabilities; where none were kept, what stands in the file speaks for itself."""
    count = max(len(stages), 1)
    code = {stage: i for i, stage in enumerate(stages)}
    flat = b"\0" * (2 * count)
    whole = [blob if blob is not None and len(blob) == 2 * count else flat for blob in columns.evidence]
    out = np.frombuffer(b"".join(whole), dtype=np.float16).reshape(len(whole), count).astype(np.float32)
    for i in np.flatnonzero(~out.any(axis=1)).tolist():
        sure, stage = columns.confidence[i] or 0.0, code.get(columns.stage[i] or "", -1)
        out[i] = (1 - sure) / max(count - 1, 1) if stage >= 0 else 1 / count
        if stage >= 0:
            out[i, stage] = sure
    return out


def _now(columns: StageColumns, stages: Sequence[str]) -> Decided:
    code = {stage: i for i, stage in enumerate(stages)}
    return Decided(
        # a stage that today's map does not have differs from all that can be decided
        stage=np.array([-1 if s is None else code.get(s, -2) for s in columns.stage], dtype=np.int64),
        confidence=np.array([np.nan if c is None else c for c in columns.confidence], dtype=np.float64),
        by=np.array([word or "" for word in columns.by], dtype=object),
        probability=np.zeros((len(columns.row), 0), dtype=np.float32),
    )
