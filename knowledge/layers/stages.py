"""The stage step: what the map, the themes and people say together, and only what changed is written.

It runs after the themes. The stage of a row is a function of what the file holds (the map's evidence, the source's own
stage and touchpoint, the themes, the corrections in force), not of the order in which it came: so an undo restores, and
a new run keeps what people said. Who decided stands in `staged_by`, in this order: "person:NAME" (about this piece),
"given" (the source named the stage), "theme" (a person, about the theme), "touchpoint" (a touchpoint or page of the row
that the map knows), else "learned" or "map", or "unsure" with no stage.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from knowledge.corrections import Correction, in_force
from knowledge.feedback import Feedback
from knowledge.journey import JourneyMap, stage_id, steps_of
from knowledge.staging.learning import Ground, Ints, Learned, Lesson, agreed_of, learn, pooled, probabilities
from knowledge.staging.stager import link, names_of, sure_from
from knowledge.store import Store
from knowledge.store.corrections import StageColumns

MAP, LEARNED, UNSURE, GIVEN, THEME, TOUCHPOINT = "map", "learned", "unsure", "given", "theme", "touchpoint"
PERSON = "person:"

_PLACES = ("touchpoint", "page", "screen", "step", "stage")
"""A segment with one of these words in its name tells where on the journey a row was said."""
_GIVEN_PER_STAGE, _GIVEN_LESSON = 200, 40
_AT_TOUCHPOINT = 0.9
_SEEN = "stages.revision"
"""The revision of the file at which its stages were last up to date."""
_STEP = 0.05
"""Confidence is kept in such steps: one answer moves that of many rows by less, and these are not written anew."""


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


def read_board(store: Store, journey: JourneyMap, model_id: str) -> Board:
    """Read everything that staging needs; vectors are left out where there is nobody to learn from."""
    columns = store.corrections.columns()
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
    board = settle(board, in_force(store.corrections.all()))
    return with_vectors(store, board, model_id) if board.lessons else board


def with_vectors(store: Store, board: Board, model_id: str) -> Board:
    """Return the board with the vectors read: 16 bits a number, 0.8 GB for a million rows of 384."""
    if board.ground.vectors.shape[1]:
        return board
    vectors: NDArray[np.float16] | None = None
    for rows, part in store.corrections.centres(model_id):
        if vectors is None:
            vectors = np.zeros((len(board.row), part.shape[1]), dtype=np.float16)
        at = np.searchsorted(board.row, rows)
        known = (at < len(board.row)) & (board.row[np.minimum(at, len(board.row) - 1)] == rows)
        _add(vectors, at[known], part[known])
    if vectors is None:
        vectors = np.zeros((len(board.row), 1), dtype=np.float16)
    for start in range(0, len(vectors), 50_000):
        wide = vectors[start : start + 50_000].astype(np.float32)
        norm = np.linalg.norm(wide, axis=1, keepdims=True)
        vectors[start : start + 50_000] = np.divide(wide, norm, out=wide, where=norm > 0)
    return replace(board, ground=replace(board.ground, vectors=vectors))


def _add(vectors: NDArray[np.float16], at: Ints, part: NDArray[np.float16]) -> None:
    """Add each point's vector to its row's; most rows have one point only."""
    first = np.r_[True, at[1:] != at[:-1]] if len(at) else np.zeros(0, dtype=bool)
    vectors[at[first]] += part[first]
    np.add.at(vectors, at[~first], part[~first])


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


def _touchpoints(store: Store, row: Ints, journey: JourneyMap) -> Ints:
    """Return the stage of each row whose touchpoint or page the map knows in one stage only; else -1."""
    owners: dict[str, set[int]] = {}
    for i, stage in enumerate(journey.stages):
        for step in (*steps_of(stage), stage.name, *stage.aliases):
            owners.setdefault(stage_id(step), set()).add(i)
    out = np.full(len(row), -1, dtype=np.int64)
    for name, value in store.corrections.segment_values():
        found = owners.get(stage_id(value), set())
        if len(found) == 1 and any(word in name.lower() for word in _PLACES):
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
    wanted = np.array(rows, dtype=np.int64)
    at = np.searchsorted(known, wanted)
    there = (at < len(known)) & (known[np.minimum(at, max(len(known) - 1, 0))] == wanted) if len(known) else at < 0
    return at[there]


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
