"""Identity: which theme of yesterday a cluster of today is, and what happened to the others.

Themes are numbers here (12 is "T12"), items are positions of arrays. A re-clustering gives every item a cluster;
`match` pairs clusters with the themes that the same items had, one to one, so that as many items as possible keep
their theme. A pair that shares too little is no inheritance: the old theme retires, the cluster is born under a
number never used before.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from knowledge.embedding import Vectors

Labels = NDArray[np.int64]
"""Shape (n,): a theme's number or a cluster's code per item; -1 is unassigned."""

NONE = -1
INHERITS = 0.2
"""A cluster is the old theme only if they share this much of their union (Jaccard)."""
MOST = 0.5
"""More than this share of a theme's items in one place: the theme went there."""
NEARER = 0.05
"""An item changes between two themes that both go on only if it is nearer to the new one by more than this (cosine)."""
OUTER = 0.1
"""An item stays in its theme rather than go nowhere if this share of the theme's items is farther from its middle."""
GREW = 1.5
"""A theme grew (or shrank) if its size changed by this factor or more."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a run did to one theme; `detail` holds counts and the numbers of the other themes involved."""

    theme: int
    kind: str
    detail: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, eq=False)
class Matching:
    """A re-clustering under permanent numbers: `labels` per item, the `theme` of each cluster, and what happened."""

    labels: Labels
    theme: dict[int, int]
    born: tuple[int, ...]
    retired: tuple[int, ...]
    changes: tuple[Change, ...]
    next_number: int


def theme_id(number: int) -> str:
    """Return the public id of a theme's number: 12 is "T12"."""
    return f"T{number}"


def theme_number(theme: str) -> int:
    """Return the number of a theme's public id, in either case; ValueError if it is not one."""
    if theme[:1] in "Tt" and theme[1:].isdecimal():
        return int(theme[1:])
    raise ValueError(f"{theme!r} is not the id of a theme; ids look like T12")


def match_labels(old: Labels, new: Labels) -> dict[int, int]:
    """Map each cluster of `new` that continues one of `old` to it: maximum overlap, one to one, above the floor.

    Both arrays label the same n items; -1 is unassigned. Clusters that continue nothing are absent.
    """
    overlap = _Overlap.of(old, new)
    return {int(overlap.new[j]): int(overlap.old[i]) for i, j in overlap.pairs()}


def match(
    old: Labels, new: Labels, *, next_number: int, held: Collection[int] = (), pinned: Collection[int] = ()
) -> Matching:
    """Put a new partition of n items under the numbers of the old one.

    `old` is -1 for items that were unassigned or not there yet; they neither help nor hinder an inheritance.
    Themes in `held` (a person has named or otherwise touched them) are never retired: one that no cluster
    continues keeps the items that it had. Themes in `pinned` moreover never lose an item. `next_number` is the
    first number that was never used.
    """
    codes = _keep_pinned(old, new, pinned)
    codes = _keep_held(old, codes, {*held, *pinned})
    inherited = match_labels(old, codes)
    theme = inherited | _number_born(codes, inherited, next_number)
    labels = relabel(codes, theme)
    born = tuple(sorted(set(theme.values()) - set(inherited.values())))
    retired = tuple(int(t) for t in np.setdiff1d(old[old >= 0], list(theme.values())))
    return Matching(
        labels=labels,
        theme=theme,
        born=born,
        retired=retired,
        changes=changes_between(old, labels),
        next_number=next_number + len(born),
    )


def stay(old: Labels, new: Labels, vectors: Vectors) -> Labels:
    """Let items keep their theme where a run took them out of it for no clear reason.

    `old` and `new` (n,) are under permanent numbers, unit `vectors` have shape (n, d). An item that a run moved from
    one theme that goes on to another that was there before moves only if the middle of the new one is nearer to it
    by more than NEARER; one that it moved to nowhere goes only if nine in ten of its theme's items are nearer to the
    middle. On such borders a run decides by chance, and people see ids that jump.
    """
    labels = new.copy()
    goes_on = (old >= 0) & (old != new) & np.isin(old, new)
    moved, left = np.flatnonzero(goes_on & (new >= 0) & np.isin(new, old)), np.flatnonzero(goes_on & (new < 0))
    themes = np.unique([*old[moved].tolist(), *new[moved].tolist(), *old[left].tolist()]).tolist()
    middle = {theme: _middle(vectors[new == theme]) for theme in themes}
    if len(moved):
        towards = np.array([middle[t] for t in new[moved].tolist()])
        towards -= np.array([middle[t] for t in old[moved].tolist()])
        back = moved[(vectors[moved] * towards).sum(axis=1) <= NEARER]
        labels[back] = old[back]
    for theme in np.unique(old[left]).tolist():
        own = left[old[left] == theme]
        border = np.quantile(vectors[new == theme] @ middle[theme], OUTER)
        labels[own[vectors[own] @ middle[theme] >= border]] = theme
    return labels


def _middle(vectors: Vectors) -> Vectors:
    total = vectors.sum(axis=0)
    return np.asarray(total / max(float(np.linalg.norm(total)), 1e-12))


def relabel(labels: Labels, names: dict[int, int]) -> Labels:
    """Return `labels` with every code replaced by `names[code]`; -1 stays."""
    values, inverse = np.unique(labels, return_inverse=True)
    mapped = np.array([names.get(int(v), NONE) if v >= 0 else NONE for v in values], dtype=np.int64)
    return mapped[inverse] if len(values) else labels.astype(np.int64)


def changes_between(old: Labels, new: Labels) -> tuple[Change, ...]:
    """Tell what happened to each theme between two labellings of the same items under permanent numbers.

    Kinds: born (with `split_from` if most of its known items come from one theme that goes on), retired, merged
    (most of the items of a theme that ended are in one other: an event for both), split, grew, shrank. By theme.
    """
    overlap = _Overlap.of(old, new)
    was, now = sizes(old), sizes(new)
    told = [*_endings(overlap, was, now), *_births(overlap, was, now), *size_changes(was, now)]
    return tuple(sorted(told, key=lambda change: (change.theme, _ORDER.index(change.kind))))


_ORDER = ("born", "split", "merged", "grew", "shrank", "retired")


def sizes(labels: Labels) -> dict[int, int]:
    """Count the items of each theme, unassigned ones left out."""
    values, counts = np.unique(labels[labels >= 0], return_counts=True)
    return dict(zip(values.tolist(), counts.tolist(), strict=True))


def size_changes(was: dict[int, int], now: dict[int, int]) -> Iterable[Change]:
    """Tell which themes grew or shrank by the factor GREW or more, given their sizes then and now."""
    for theme in was.keys() & now.keys():
        detail: dict[str, object] = {"from": was[theme], "to": now[theme]}
        if now[theme] >= GREW * was[theme]:
            yield Change(theme=theme, kind="grew", detail=detail)
        elif was[theme] >= GREW * now[theme]:
            yield Change(theme=theme, kind="shrank", detail=detail)


@dataclass(frozen=True, eq=False)
class _Overlap:
    """How many items each old theme (row) shares with each new one (column), over items that both label."""

    old: Labels
    new: Labels
    table: NDArray[np.int64]
    left: NDArray[np.int64]

    @classmethod
    def of(cls, old: Labels, new: Labels) -> "_Overlap":
        if old.shape != new.shape:
            raise ValueError(f"both labellings must cover the same items: {len(old)} and {len(new)}")
        rows, i = np.unique(old[old >= 0], return_inverse=True)
        columns = np.unique(new[new >= 0])
        left = np.bincount(i, minlength=len(rows))
        both = (old >= 0) & (new >= 0)
        table = np.zeros((len(rows), len(columns)), dtype=np.int64)
        np.add.at(table, (np.searchsorted(rows, old[both]), np.searchsorted(columns, new[both])), 1)
        return cls(rows, columns, table, left)

    def pairs(self) -> Iterable[tuple[int, int]]:
        """Yield (row, column) of the assignment that keeps most items, without pairs under the floor."""
        from scipy.optimize import linear_sum_assignment

        union = self.left[:, None] + self.table.sum(axis=0)[None, :] - self.table
        worth = np.where(self.table >= INHERITS * union, self.table, 0)
        rows, columns = linear_sum_assignment(worth, maximize=True)
        return [(int(i), int(j)) for i, j in zip(rows, columns, strict=True) if worth[i, j] > 0]

    def goes_to(self, row: int) -> dict[str, int]:
        """Count where the items of an old theme are now, largest first."""
        places = [(int(self.table[row, j]), int(self.new[j])) for j in np.flatnonzero(self.table[row])]
        return {theme_id(j): n for n, j in sorted(places, key=lambda place: (-place[0], place[1]))}


def _keep_pinned(old: Labels, new: Labels, pinned: Collection[int]) -> Labels:
    """Give each pinned theme its old items back: in the cluster that continues it, else in one of its own."""
    codes = new.astype(np.int64)
    heirs = {theme: code for code, theme in match_labels(old, new).items()} if pinned else {}
    for theme in sorted(pinned):
        mine = old == theme
        if mine.any():
            codes[mine] = heirs.get(theme, codes.max(initial=NONE) + 1)
    return codes


def _keep_held(old: Labels, codes: Labels, held: Collection[int]) -> Labels:
    """Give each held theme that no cluster continues a cluster of its own with the items that it had."""
    waiting = {theme for theme in held if (old == theme).any()}
    while waiting:
        lost = sorted(waiting - set(match_labels(old, codes).values()))
        if not lost:
            break
        codes = codes.copy()
        for theme in lost:
            codes[old == theme] = codes.max(initial=NONE) + 1
        waiting -= set(lost)
    return codes


def _number_born(codes: Labels, inherited: dict[int, int], next_number: int) -> dict[int, int]:
    """Give numbers to the clusters that continue nothing: largest first, ties by their first item."""
    values, first, counts = np.unique(codes, return_index=True, return_counts=True)
    born = [
        (-int(n), int(at), int(code))
        for code, at, n in zip(values, first, counts, strict=True)
        if code >= 0 and int(code) not in inherited
    ]
    return {code: next_number + i for i, (_, _, code) in enumerate(sorted(born))}


def _endings(overlap: _Overlap, was: dict[int, int], now: dict[int, int]) -> Iterable[Change]:
    """Tell of every theme that is no more whether it went into another or dissolved."""
    for row, theme in enumerate(overlap.old.tolist()):
        if theme in now:
            continue
        places = overlap.goes_to(row)
        into, moved = next(iter(places.items()), ("", 0))
        heir = theme_number(into) if into else NONE
        if moved > MOST * was[theme] and heir in was:
            yield Change(theme=theme, kind="merged", detail={"into": into, "items": moved, "of": was[theme]})
            yield Change(theme=heir, kind="merged", detail={"from": theme_id(theme), "items": moved, "of": was[theme]})
        else:
            yield Change(theme=theme, kind="retired", detail={"of": was[theme], "went_to": places})


def _births(overlap: _Overlap, was: dict[int, int], now: dict[int, int]) -> Iterable[Change]:
    """Tell of every new theme, and of the theme that it was split from where there is one."""
    for column, theme in enumerate(overlap.new.tolist()):
        if theme in was:
            continue
        known = overlap.table[:, column]
        source = int(known.argmax()) if len(known) else NONE
        parent = int(overlap.old[source]) if len(known) else NONE
        detail: dict[str, object] = {"size": now[theme]}
        if len(known) and known[source] > MOST * now[theme] and parent in now:
            detail["split_from"] = theme_id(parent)
            items = int(known[source])
            yield Change(theme=parent, kind="split", detail={"to": theme_id(theme), "items": items, "of": was[parent]})
        yield Change(theme=theme, kind="born", detail=detail)
