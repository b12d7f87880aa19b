"""Corrections: what people said about the stage of feedback. They outrank what we conclude, for ever."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

CorrectionKind = Literal["feedback", "theme", "mixed", "undo"]


@dataclass(frozen=True, kw_only=True)
class Correction:
    """One thing that a person said about stages; corrections are only ever added, and taken back by another ("undo").

    "feedback": the pieces at `rows` are of `stage`. "theme": so are these pieces of `theme`, and what joins it later.
    "mixed": `theme` is of several stages, ask about its pieces one by one. `hoped` is the stage that the question
    looked for, if any. `undoes` is the number that an undo takes back; `undone` is worked out, not stored.
    """

    number: int
    kind: CorrectionKind
    at: datetime
    actor: str
    stage: str | None = None
    theme: str | None = None
    rows: tuple[int, ...] = ()
    hoped: str | None = None
    undoes: int | None = None
    undone: bool = False


def settled(corrections: Iterable[Correction]) -> list[Correction]:
    """Return the corrections in order, each with `undone` worked out: an undo counts unless it was itself undone."""
    in_order = sorted(corrections, key=lambda one: one.number)
    undone: set[int] = set()
    for one in reversed(in_order):
        if one.kind == "undo" and one.number not in undone and one.undoes is not None:
            undone.add(one.undoes)
    return [replace(one, undone=one.number in undone) for one in in_order]


def in_force(corrections: Iterable[Correction]) -> list[Correction]:
    """Return those that say something and have not been taken back, in order."""
    return [one for one in settled(corrections) if not one.undone and one.kind != "undo"]
