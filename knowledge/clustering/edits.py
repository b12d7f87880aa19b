"""People's edits of themes, laid over what a run found: they hold through every later run, until they are undone.

A run's labels are never altered; the edits in force are applied to them anew each time, in the order in which they
were made, so that a later edit wins over an earlier one and taking one back restores what would be without it.

rename, pin      the name, and the pin, of a theme; the latest rename counts
merge B, A       whatever a run calls B is A
split A, C       the pieces named stay in C, whatever a run does with them; pieces that came later and that a run
                 puts beside them are C's if they are nearer to its middle than to that of the theme beside them; a
                 theme that a later run finds and that holds most of them is C
move             the piece stays in that theme (with it, if that is merged later)
never together   of two pieces in one theme the one that nobody placed, else the one farther from the middle, goes to
                 the next theme that fits, or to none; two themes are never merged by a run (see `touched`)
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from knowledge.clustering.identity import MOST, NONE, Labels, theme_number
from knowledge.embedding import Vectors
from knowledge.themes import ThemeEdit, settled

Mask = NDArray[np.bool_]

FITS = 10
"""A piece fits a theme if it is at least as close to its middle as this percentile of the theme's own pieces."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Edited:
    """What is left after the edits: `labels` per item, `names` and who chose them, pins, and what was merged into what.

    `placed` marks items that a person put where they are.
    """

    labels: Labels
    placed: Mask
    names: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    pinned: frozenset[int] = frozenset()
    merged: Mapping[int, int] = field(default_factory=dict)


def in_force(edits: Iterable[ThemeEdit]) -> list[ThemeEdit]:
    """Return the edits that count, in order, without the undos."""
    return [edit for edit in settled(edits) if not edit.undone and edit.kind != "undo"]


def touched(edits: Iterable[ThemeEdit]) -> frozenset[int]:
    """Return the themes that an edit in force speaks of: no run may retire them."""
    return frozenset(theme_number(theme) for edit in in_force(edits) for theme in edit.themes)


def named_rows(edits: Iterable[ThemeEdit], rows: Mapping[str, int]) -> frozenset[int]:
    """Return the rows of feedback that an edit in force speaks of."""
    return frozenset(rows[key] for edit in in_force(edits) for key in edit.feedback if key in rows)


def apply_edits(
    labels: Labels,
    edits: Sequence[ThemeEdit],
    *,
    feedback: NDArray[np.int64],
    rows: Mapping[str, int],
    vectors: Vectors | None = None,
) -> Edited:
    """Lay the edits over a run's `labels` (n,): theme numbers, -1 for none.

    `feedback` (n,) is the row of feedback of each item, and `rows` the row of each id that the edits name. Without
    unit `vectors` (n, d), no later piece follows a split, and what must not be together is left unassigned.
    """
    draft = _Draft(labels.astype(np.int64), feedback, rows, vectors)
    pairs = []
    for edit in in_force(edits):
        if edit.kind == "never_together":
            pairs.append(edit)
        else:
            _APPLY[edit.kind](draft, edit)
    for edit in pairs:
        _keep_apart(draft, edit, pairs)
    return Edited(
        labels=draft.labels,
        placed=draft.placed_by >= 0,
        names=draft.names,
        pinned=frozenset(draft.pinned),
        merged={theme: draft.now(theme) for theme in draft.merged},
    )


class _Draft:
    """The state between two edits."""

    def __init__(
        self, labels: Labels, feedback: NDArray[np.int64], rows: Mapping[str, int], vectors: Vectors | None
    ) -> None:
        self.labels = labels.copy()
        self.feedback = feedback
        self.rows = rows
        self.vectors = vectors
        self.placed_by = np.full(len(labels), NONE, dtype=np.int64)
        self.names: dict[int, tuple[str, str]] = {}
        self.pinned: set[int] = set()
        self.merged: dict[int, int] = {}

    def now(self, theme: int) -> int:
        """Return what a theme is called after the merges so far."""
        while theme in self.merged:
            theme = self.merged[theme]
        return theme

    def items(self, feedback: Sequence[str]) -> Mask:
        """Return which items belong to these pieces of feedback; ids that are not there any more are passed over."""
        wanted = [self.rows[key] for key in feedback if key in self.rows]
        return np.isin(self.feedback, wanted)

    def place(self, items: Mask, theme: int, number: int) -> None:
        self.labels[items] = theme
        self.placed_by[items] = number

    @property
    def directions(self) -> Vectors:
        if self.vectors is None:
            raise ValueError("this needs the vectors of the items")
        return self.vectors

    def middle(self, items: Mask) -> Vectors:
        """Return the mean direction of some items, shape (d,)."""
        total = self.directions[items].sum(axis=0)
        return np.asarray(total / max(float(np.linalg.norm(total)), 1e-12))


def _rename(draft: _Draft, edit: ThemeEdit) -> None:
    if edit.text:
        draft.names[draft.now(theme_number(edit.themes[0]))] = (edit.text, edit.actor)


def _pin(draft: _Draft, edit: ThemeEdit) -> None:
    draft.pinned.add(draft.now(theme_number(edit.themes[0])))


def _merge(draft: _Draft, edit: ThemeEdit) -> None:
    gone, into = (draft.now(theme_number(theme)) for theme in edit.themes)
    if gone == into:
        return
    draft.labels[draft.labels == gone] = into
    draft.merged[gone] = into
    if gone in draft.pinned:
        draft.pinned.add(into)


def _move(draft: _Draft, edit: ThemeEdit) -> None:
    draft.place(draft.items(edit.feedback), draft.now(theme_number(edit.themes[0])), edit.number)


def _split(draft: _Draft, edit: ThemeEdit) -> None:
    made = theme_number(edit.themes[1])
    named = draft.items(edit.feedback)
    beside = draft.labels[named]
    if edit.text:
        draft.names[made] = (edit.text, edit.actor)
    draft.place(named, made, edit.number)
    free = draft.placed_by < 0
    for theme in np.unique(beside[beside >= 0]).tolist():
        there = (draft.labels == theme) & free
        if theme > made and (beside == theme).mean() > MOST:
            draft.labels[there] = made
        elif draft.vectors is not None and named.any():
            late = there & (draft.feedback > edit.upto)
            if late.any() and (there & ~late).any():
                draft.labels[_nearer(draft, late, named, there & ~late)] = made


def _nearer(draft: _Draft, items: Mask, to: Mask, than: Mask) -> Mask:
    """Return which of `items` are nearer to the middle of `to` than to that of `than`."""
    difference = draft.middle(to) - draft.middle(than)
    nearer = np.zeros(len(items), dtype=bool)
    nearer[items] = draft.directions[items] @ difference > 0
    return nearer


def _keep_apart(draft: _Draft, edit: ThemeEdit, pairs: Sequence[ThemeEdit]) -> None:
    """Part two pieces of feedback that share a theme."""
    if len(edit.feedback) != 2:
        return
    one, other = (draft.items([key]) for key in edit.feedback)
    for theme in np.intersect1d(draft.labels[one], draft.labels[other]).tolist():
        if theme == NONE:
            continue
        a, b = one & (draft.labels == theme), other & (draft.labels == theme)
        by_a, by_b = int(draft.placed_by[a].max()), int(draft.placed_by[b].max())
        if min(by_a, by_b) >= 0 and max(by_a, by_b) > edit.number:
            continue  # somebody put both there, and did so after they were to be kept apart
        leaver = (a if by_a < by_b else b) if by_a != by_b else _farther(draft, theme, a, b)
        key = edit.feedback[0] if leaver is a else edit.feedback[1]
        draft.labels[leaver] = _next_theme(draft, leaver, {theme} | _avoided(draft, key, pairs))


def _farther(draft: _Draft, theme: int, a: Mask, b: Mask) -> Mask:
    """Return that one of two sets of items which is farther from the middle of their theme; the second on a tie."""
    if draft.vectors is None:
        return b
    middle = draft.middle(draft.labels == theme)
    near_a, near_b = (float((draft.vectors[items] @ middle).max()) for items in (a, b))
    return a if near_a < near_b else b


def _avoided(draft: _Draft, key: str, pairs: Sequence[ThemeEdit]) -> set[int]:
    """Return the themes of all pieces that must not be together with this one."""
    partners = [other for pair in pairs if key in pair.feedback for other in pair.feedback if other != key]
    return set(draft.labels[draft.items(partners)].tolist())


def _next_theme(draft: _Draft, leaver: Mask, avoided: set[int]) -> int:
    """Return the nearest other theme that the items fit, or -1."""
    if draft.vectors is None:
        return NONE
    middle = draft.middle(leaver)
    themes = [theme for theme in np.unique(draft.labels).tolist() if theme >= 0 and theme not in avoided]
    centres = {theme: draft.middle(draft.labels == theme) for theme in themes}
    nearest = max(themes, key=lambda theme: (float(centres[theme] @ middle), -theme), default=NONE)
    if nearest == NONE:
        return NONE
    own = draft.directions[draft.labels == nearest] @ centres[nearest]
    return int(nearest) if float(centres[nearest] @ middle) >= np.percentile(own, FITS) else NONE


_APPLY = {"rename": _rename, "pin": _pin, "merge": _merge, "move": _move, "split": _split}
