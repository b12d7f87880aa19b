"""Themes: feedback about the same thing, under an id that is never used again for another."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

EditKind = Literal["rename", "merge", "split", "move", "pin", "never_together", "undo"]


@dataclass(frozen=True, kw_only=True)
class Theme:
    """Feedback about the same thing.

    `id` ("T12", of a parent theme "P3") is permanent. `named_by` is None while the name is ours, else the person who
    chose it.
    `quotes` are feedback ids of representative pieces, most central first. `size` counts pieces of feedback.
    """

    id: str
    name: str
    terms: tuple[str, ...] = ()
    parent_id: str | None = None
    size: int = 0
    quotes: tuple[str, ...] = ()
    named_by: str | None = None
    pinned: bool = False
    retired: bool = False


@dataclass(frozen=True, kw_only=True)
class ThemeEvent:
    """One line of the ledger: what happened to a theme, when, and who did it (None: a run of ours)."""

    number: int
    theme_id: str
    kind: str
    at: datetime
    actor: str | None = None
    detail: dict[str, object] = field(default_factory=dict)
    undone: bool = False


@dataclass(frozen=True, kw_only=True)
class ThemeEdit:
    """What a person decided about themes; edits are only ever added, and taken back by another one ("undo").

    `themes` are ids: rename and pin (that one), merge (it, into this one), split (it, the one made), move (where to),
    never_together (both, or none where `feedback` names two pieces). `feedback` are ids of feedback, `text` is a
    name. `upto` is the highest row of feedback that existed then: a split tells new rows by it. `undoes` is the number
    of the edit that an undo takes back; `undone` is worked out, not stored.
    """

    number: int
    kind: EditKind
    at: datetime
    actor: str
    themes: tuple[str, ...] = ()
    feedback: tuple[str, ...] = ()
    text: str | None = None
    upto: int = 0
    undoes: int | None = None
    undone: bool = False


def settled(edits: Iterable[ThemeEdit]) -> list[ThemeEdit]:
    """Return the edits in order, each with `undone` worked out: an undo counts unless it was itself undone."""
    in_order = sorted(edits, key=lambda edit: edit.number)
    undone: set[int] = set()
    for edit in reversed(in_order):
        if edit.kind == "undo" and edit.number not in undone and edit.undoes is not None:
            undone.add(edit.undoes)
    return [replace(edit, undone=edit.number in undone) for edit in in_order]
