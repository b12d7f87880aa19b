"""The review, a question at a time: what is most useful to ask, what an answer would move, the answer.

Nothing is kept between two calls but what the caller carries: the keys of the questions that were skipped.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from assistant.clerk import Clerk, map_in_force
from knowledge.errors import NotFound
from knowledge.layers.review import Review, StageQuestion
from knowledge.layers.stage_edits import Moves

KEY_MAX = 500
"""Ids of sources that are longer than this cannot be carried by a modal."""
GONE = "This question has been answered meanwhile. Here is the next one."


def open_questions(clerk: Clerk, limit: int) -> list[StageQuestion]:
    """Return the most useful questions, if none of them were answered before the others."""
    with _review(clerk, "nobody", (), looking=True) as review:
        return review.queue(limit)


def next_question(clerk: Clerk, skipped: Sequence[str]) -> StageQuestion | None:
    """Return the most useful question that was not skipped; None when nothing is worth asking."""
    with _review(clerk, "nobody", skipped, looking=True) as review:
        return next((question for question in review.questions() if len(question.key) <= KEY_MAX), None)


def preview(clerk: Clerk, key: str, stage: str, skipped: Sequence[str], *, actor: str, at: datetime) -> Moves:
    """Say what an answer would move."""
    with _review(clerk, actor, skipped) as review:
        return review.preview(_asked(review, key), stage, at=at)


def answer(clerk: Clerk, key: str, stage: str, skipped: Sequence[str], *, actor: str, at: datetime) -> Moves:
    """Keep an answer, and return what it moved; raises NotFound where somebody else was quicker."""
    with clerk.writing, _review(clerk, actor, skipped) as review:
        kept, moves = review.answer(_asked(review, key), stage, at=at)
        detail = {"correction": kept.number, "to": stage, "moved": moves.moved}
        review.store.audit.record("review", detail, at=at, actor=actor)
    return moves


def mixed(clerk: Clerk, key: str, skipped: Sequence[str], *, actor: str, at: datetime) -> None:
    """Keep that a theme is of several stages."""
    with clerk.writing, _review(clerk, actor, skipped) as review:
        kept = review.mixed(_asked(review, key), at=at)
        review.store.audit.record("review", {"correction": kept.number, "to": "several"}, at=at, actor=actor)


@contextmanager
def _review(clerk: Clerk, actor: str, skipped: Sequence[str], *, looking: bool = False) -> Iterator[Review]:
    """Open the review; where it is only looked at, without what is private to another place."""
    with clerk.look() if looking else clerk.open() as store:
        yield Review(store, map_in_force(store), clerk.embedder.model_id, actor=actor, skipped=skipped)


def _asked(review: Review, key: str) -> StageQuestion:
    found = review.find(key)
    if found is None:
        raise NotFound(GONE)
    return found
