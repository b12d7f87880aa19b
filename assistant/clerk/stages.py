"""Correcting the stage of a piece of feedback: which pieces an answer showed, what would move, and moving it."""

from dataclasses import dataclass
from datetime import datetime

from assistant.answers.ticket import Ticket
from assistant.clerk import Clerk, map_in_force
from assistant.clerk.again import answer_again
from knowledge.errors import NotFound
from knowledge.feedback import Derived, Feedback
from knowledge.layers.stage_edits import Moves, StageDesk, correct

ID_MAX = 500
"""Ids of sources that are longer than this cannot be carried by a modal."""


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A piece of feedback that an answer quoted: its public id, its words, and the stage that it counts for now."""

    id: str
    quote: str
    stage: str | None


@dataclass(frozen=True, kw_only=True)
class Stages:
    """The map's stages as (id, name), in order."""

    names: tuple[tuple[str, str], ...]

    def name(self, stage: str | None) -> str:
        """Return what a stage is called; without one, "unsure"."""
        return dict(self.names).get(stage or "", stage or "unsure")


def stages(clerk: Clerk) -> Stages:
    """Return the stages of the map in force."""
    with clerk.look() as store:
        return Stages(names=tuple((stage.id, stage.name) for stage in map_in_force(store).stages))


def quoted(clerk: Clerk, ticket: Ticket) -> list[Piece]:
    """Return the pieces that the answer of a ticket quotes; raises NotFound where it quotes none."""
    answer = answer_again(clerk, ticket)
    rows = {quote.row: quote for quote in answer.evidence if len(quote.feedback_id) <= ID_MAX}
    if not rows:
        raise NotFound("This answer shows no quotes any more. Ask again, then click at the new answer.")
    with clerk.look() as store:
        derived = store.feedback.derived(list(rows))
    return [
        Piece(id=quote.feedback_id, quote=quote.quote, stage=derived.get(row, Derived()).stage)
        for row, quote in rows.items()
    ]


def piece(clerk: Clerk, feedback_id: str) -> Piece:
    """Return one piece of feedback by its public id; raises NotFound where there is none."""
    with clerk.look() as store:
        row = store.feedback.rows([feedback_id]).get(feedback_id)
        if row is None:
            raise NotFound("This piece of feedback is no longer there.")
        item: Feedback = store.feedback.by_row([row])[row]
        return Piece(id=item.id, quote=item.text, stage=store.feedback.derived([row]).get(row, Derived()).stage)


def preview(clerk: Clerk, feedback_id: str, stage: str, *, actor: str, at: datetime) -> Moves:
    """Say what would move with this correction; nothing does."""
    with clerk.open() as store:
        desk, correction = correct(
            store, map_in_force(store), clerk.embedder.model_id, feedback_id, stage, actor=actor, at=at
        )
        return desk.preview(correction)


def apply(clerk: Clerk, feedback_id: str, stage: str, *, actor: str, at: datetime) -> tuple[int, Moves]:
    """Correct the stage for good; return the correction's number, by which it can be taken back, and what moved."""
    with clerk.writing, clerk.open() as store:
        desk, correction = correct(
            store, map_in_force(store), clerk.embedder.model_id, feedback_id, stage, actor=actor, at=at
        )
        kept, moves = desk.apply(correction)
        store.audit.record("stage", {"correction": kept.number, "to": stage, "moved": moves.moved}, at=at, actor=actor)
    return kept.number, moves


def undo(clerk: Clerk, number: int, *, actor: str, at: datetime) -> Moves:
    """Take a correction back."""
    with clerk.writing, clerk.open() as store:
        desk = StageDesk(store, map_in_force(store), clerk.embedder.model_id)
        _, moves = desk.undo(number, actor=actor, at=at)
        store.audit.record("stage undone", {"correction": number, "moved": moves.moved}, at=at, actor=actor)
    return moves
