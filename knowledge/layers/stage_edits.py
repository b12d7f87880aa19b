"""What people say about stages: looked at before it moves anything, kept with author and date, taken back at will."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from knowledge.corrections import Correction, CorrectionKind, in_force
from knowledge.errors import InputError, NotFound
from knowledge.journey import JourneyMap
from knowledge.layers.stage_board import UNSURE, Board, Decided, read_board, settle, with_vectors
from knowledge.layers.stages import changed, decide, write
from knowledge.staging.learning import Ints, agreed_of
from knowledge.staging.questions import covered
from knowledge.store import Store


@dataclass(frozen=True, kw_only=True)
class Moves:
    """What a correction moves: how many rows from which stage to which ("unsure" is one), most first.

    `asked` counts the rows that the answer itself is about, `kept_out` those of the question that speak too clearly for
    another stage, `similar` the other rows that move with them, `rewritten` all rows of the file that change, be it
    only in how sure we are.
    """

    moves: tuple[tuple[str, str, int], ...]
    asked: int
    similar: int
    rewritten: int
    kept_out: int = 0

    @property
    def moved(self) -> int:
        """How many rows change their stage."""
        return sum(count for _, _, count in self.moves)


class StageDesk:
    """All rows in memory, so that one answer after the other is quick. It belongs to one store and one map."""

    def __init__(self, store: Store, journey: JourneyMap, model_id: str) -> None:
        self.store, self.journey = store, journey
        self.board: Board = with_vectors(store, read_board(store, journey, model_id), model_id)
        self.decided: Decided = decide(self.board)
        self._looked: tuple[Correction, Board, Decided] | None = None

    def stage_of(self, word: str) -> str:
        """Return the id of the stage that a word means; raises NotFound with the stages that there are."""
        code = self.board.code(word)
        if code < 0:
            raise NotFound(f"The map has no stage {word!r}. Its stages are: {', '.join(self.board.stages)}.")
        return self.board.stages[code]

    def correction(
        self,
        stage: str | None,
        positions: Ints,
        *,
        actor: str,
        at: datetime,
        theme: str | None = None,
        sure: float = 1.0,
        hoped: str | None = None,
    ) -> Correction:
        """Return what is to be kept of an answer: for a theme, without the rows that speak for another stage."""
        kind: CorrectionKind = "feedback" if theme is None else "theme" if stage else "mixed"
        if theme is not None and stage:
            positions = covered(self.decided.probability, positions, self.board.code(stage), sure)
        rows = tuple(self.board.row[positions].tolist()) if stage else ()
        return Correction(
            number=0, kind=kind, at=at, actor=named(actor), stage=stage, theme=theme, rows=rows, hoped=hoped
        )

    def preview(self, correction: Correction, asked: int | None = None) -> Moves:
        """Say what would move, and move nothing; `asked` is how many rows the question was about."""
        board, decided = self._with(correction)
        return moves(self.board, self.decided, board, decided, correction, asked)

    def apply(self, correction: Correction, asked: int | None = None) -> tuple[Correction, Moves]:
        """Keep the correction and write what changes, in one transaction; exactly what `preview` says."""
        board, decided = self._with(correction)
        found = moves(self.board, self.decided, board, decided, correction, asked)
        with self.store.atomic():
            kept = self.store.corrections.add(correction)
            self._write(replace(board, corrections=(*self.board.corrections, kept)), decided)
        return kept, found

    def undo(self, number: int | None = None, *, actor: str, at: datetime) -> tuple[Correction, Moves]:
        """Take a correction back, the latest one in force unless a number is named; all is as if it had not been."""
        everything = self.store.corrections.all()
        number = number or max((one.number for one in in_force(everything)), default=None)
        its = next((one for one in everything if one.number == number), None)
        if its is None:
            raise NotFound("There is no correction of a stage to take back." if number is None else
                           f"There is no correction {number}.")  # fmt: skip
        if its.undone or its.kind == "undo":
            raise InputError(f"Correction {number} has been taken back already, or is itself an undo.")
        board = settle(self.board, [one for one in self.board.corrections if one.number != number])
        decided = decide(board)
        found = moves(self.board, self.decided, board, decided, its, None)
        with self.store.atomic():
            undo = Correction(number=0, kind="undo", at=at, actor=named(actor), undoes=number)
            kept = self.store.corrections.add(undo)
            self._write(board, decided)
        return kept, found

    def open_rows(self, theme: str | None, feedback: str | None = None) -> tuple[Ints, float]:
        """Return where the open rows of a theme, or a piece of feedback, stand, and how far they are of one stage."""
        ground, themes = self.board.ground, self.board.themes
        if theme is None:
            rows = self.positions(list(self.store.feedback.rows([feedback or ""]).values()))
            return rows[ground.fixed[rows] < 0], 1.0
        if theme not in themes:
            return np.zeros(0, dtype=np.int64), 1.0
        code = themes.index(theme)
        return np.flatnonzero((ground.theme == code) & (ground.fixed < 0)), float(agreed_of(ground)[code])

    def positions(self, rows: Sequence[int]) -> Ints:
        """Return where these rows stand on the board."""
        return np.flatnonzero(np.isin(self.board.row, np.array(rows, dtype=np.int64)))

    def _with(self, correction: Correction) -> tuple[Board, Decided]:
        if self._looked and replace(self._looked[0], at=correction.at) == correction:
            return self._looked[1], self._looked[2]
        next_number = max((one.number for one in self.board.corrections), default=0) + 1
        board = settle(self.board, [*self.board.corrections, replace(correction, number=next_number)])
        decided = decide(board)
        self._looked = (correction, board, decided)
        return board, decided

    def _write(self, board: Board, decided: Decided) -> None:
        write(self.store, board, decided)
        self.board, self.decided, self._looked = replace(board, now=decided), decided, None


def correct(
    store: Store, journey: JourneyMap, model_id: str, feedback: str, stage: str, *, actor: str, at: datetime
) -> tuple[StageDesk, Correction]:
    """Return a desk and the correction of one piece of feedback, ready to be previewed or applied."""
    rows = store.feedback.rows([feedback.strip()])
    if not rows:
        raise NotFound(f"There is no feedback with the id {feedback}. See: journey export feedback")
    desk = StageDesk(store, journey, model_id)
    place = desk.positions(list(rows.values()))
    if not len(place):
        raise NotFound(f"Nothing has been concluded about {feedback} yet. Run the import again first.")
    return desk, desk.correction(desk.stage_of(stage), place, actor=actor, at=at)


def moves(
    board: Board, before: Decided, after_board: Board, after: Decided, correction: Correction, asked: int | None
) -> Moves:
    """Compare two decisions."""
    names = [*board.stages, UNSURE]
    place = np.flatnonzero(before.stage != after.stage)
    pairs = Counter(zip(before.stage[place].tolist(), after.stage[place].tolist(), strict=True))
    own = np.isin(board.row, np.array(correction.rows, dtype=np.int64))
    return Moves(
        moves=tuple(
            (names[a], names[b], count) for (a, b), count in sorted(pairs.items(), key=lambda p: (-p[1], p[0]))
        ),
        asked=len(correction.rows),
        similar=int((~own[place]).sum()),
        rewritten=int(changed(replace(after_board, now=before), after).sum()),
        kept_out=max(0, asked - len(correction.rows)) if asked is not None else 0,
    )


def named(actor: str) -> str:
    """Return the name of a person as it is kept; raises InputError for an empty one."""
    name = " ".join(actor.split())
    if not name:
        raise InputError("Say who decides this: --by NAME.")
    return name
