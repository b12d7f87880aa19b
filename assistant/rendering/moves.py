"""What a correction of a stage moves, in a sentence or two; the same in a terminal and in Slack."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # what a help text imports loads nothing heavy
    from knowledge.layers.stage_edits import Moves

SHOWN = 4
"""So many ways are told one by one; the others are counted together."""


def moves_told(moves: "Moves", named: Callable[[str], str] = str, *, done: bool = False) -> str:
    """Say what would move (or, `done`, what moved); `named` gives a stage's name by its id, or "unsure"."""
    text = _ways(moves, named, done=done)
    if moves.similar:
        are, whom = "are" if moves.similar > 1 else "is", "to it" if moves.asked == 1 else "to what was asked about"
        text += f" {moves.similar:,} of these {are} similar {whom}."
    if moves.kept_out:
        text += f" {moves.kept_out:,} of the question speak for another stage and stay out."
    return text


def _ways(moves: "Moves", named: Callable[[str], str], *, done: bool) -> str:
    if not moves.moved:
        return "Nothing moved to another stage." if done else "Nothing would move to another stage."
    parts = [f"{count:,} from {named(a)} to {named(b)}" for a, b, count in moves.moves[:SHOWN]]
    more = sum(count for *_, count in moves.moves[SHOWN:])
    verb = "Moved" if done else "This would move"
    return f"{verb} {', '.join(parts)}{f' and {more:,} others' if more else ''}."
