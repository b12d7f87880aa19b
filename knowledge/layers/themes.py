"""The theme step: new points into the themes that exist, and a full re-clustering only when enough has changed.

New points are compared with a bounded number of examples of the themes, so that their cost does not grow with what is
already there; points that fit no theme wait, unassigned. A full run is due at first, after a change of model, when
the points that came since the last one are REGROUP_NEW of what it saw, or when REGROUP_HELD of it wait. It starts
from the themes of the run before, and its clusters are matched to them, so that ids survive.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from knowledge.clustering.assignment import Assigner
from knowledge.clustering.communities import Partition, find_themes
from knowledge.clustering.edits import apply_edits, in_force, named_rows, touched
from knowledge.clustering.identity import NONE, Labels, match, sizes, stay, theme_id, theme_number
from knowledge.layers.theme_view import Ground, lay, named_feedback, read_ground
from knowledge.progress import Progress, silent
from knowledge.store import PointRow, Store

REGROUP_NEW = 0.2
"""A full run is due when the points since the last one are this share of what it saw ..."""
REGROUP_HELD = 0.05
"""... or when those of them that fit no theme are this share of it,"""
REGROUP_HELD_LEAST = 25
"""and at least so many."""
FEWEST_PIECES = 3
"""A theme that fewer pieces of feedback speak of is no theme."""
EXAMPLES = 20_000
"""Points that stand for the themes when new ones are assigned."""
ASSIGN_BATCH = 10_000

_META = "themes.run"


@dataclass(frozen=True, kw_only=True)
class ThemesRun:
    """What the theme step did: `looked` at so many points, of which `assigned` are in a theme now.

    After a full run ("regrouped") these are all points. `note` says why there are no themes, where there are none.
    """

    kind: Literal["nothing", "assigned", "regrouped"]
    looked: int = 0
    assigned: int = 0
    themes: int = 0
    born: int = 0
    retired: int = 0
    stability: float | None = None
    note: str | None = None

    @property
    def unassigned(self) -> int:
        """Points that were looked at and fit no theme."""
        return self.looked - self.assigned


@dataclass(frozen=True, kw_only=True)
class _LastRun:
    """What the last full run saw, kept in the file."""

    model: str
    points: int
    unassigned: int
    since: int
    sizes: dict[int, int]
    resolution: float | None = None

    @classmethod
    def read(cls, store: Store) -> "_LastRun | None":
        text = store.read_meta(_META)
        if not text:
            return None
        kept = json.loads(text)
        return cls(**{**kept, "sizes": {int(key): size for key, size in kept["sizes"].items()}})

    def write(self, store: Store) -> None:
        store.write_meta(_META, json.dumps(vars(self)))


def update_themes(
    store: Store,
    model_id: str,
    *,
    at: datetime,
    seed: int = 0,
    force: bool = False,
    progress: Progress = silent,
) -> ThemesRun:
    """Bring the themes up to date with the points of the store, all of which have a vector of `model_id`.

    Running it again with nothing new changes nothing; `force` re-clusters all the same. `at` dates the ledger's lines.
    """
    waiting = store.found.waiting()
    last = _LastRun.read(store)
    if last is None or force or last.model != model_id:
        return _regroup(store, model_id, last, at=at, seed=seed, progress=progress) if waiting or last else _NOTHING
    if not waiting:
        return _NOTHING
    if len(waiting) + last.since >= REGROUP_NEW * last.points:
        return _regroup(store, model_id, last, at=at, seed=seed, progress=progress)
    run = _assign(store, model_id, last, waiting, at=at, progress=progress)
    held = store.found.unassigned() - last.unassigned
    if held >= max(REGROUP_HELD_LEAST, REGROUP_HELD * last.points):
        return _regroup(store, model_id, last, at=at, seed=seed, progress=progress)
    return run


def last_model(store: Store) -> str | None:
    """Return the model in whose space the themes were found; None where there has been no run."""
    last = _LastRun.read(store)
    return last.model if last else None


_NOTHING = ThemesRun(kind="nothing")


def _regroup(
    store: Store, model_id: str, last: _LastRun | None, *, at: datetime, seed: int, progress: Progress
) -> ThemesRun:
    """Cluster everything anew, warm from the themes there are, and put it under their numbers."""
    ground = read_ground(store, model_id)
    progress("Grouping", 0, len(ground.row))
    before = last.resolution if last and last.model == model_id else None
    start = _compact(ground.found) if last else None
    partition = find_themes(ground.vectors, seed=seed, start=start, before=before)
    partition = replace(partition, labels=said_by_several(partition.labels, ground.row))
    ground = _under_known_numbers(store, ground, partition)
    known = last.sizes if last else {}
    now = _keep(store, ground, model_id, partition.resolution, at=at, since=known)
    progress("Grouping", len(ground.row), len(ground.row))
    return ThemesRun(
        kind="regrouped",
        looked=len(ground.row),
        assigned=sum(now.values()),
        themes=len(now),
        born=len(now.keys() - known.keys()),
        retired=len(known.keys() - now.keys()),
        stability=partition.stability if partition.count else None,
        note=partition.note,
    )


def _under_known_numbers(store: Store, ground: Ground, partition: Partition) -> Ground:
    """Return the ground with what the run found, under the numbers of the themes and parents that go on."""
    edits = store.ledger.edits()
    matching = match(
        ground.found,
        partition.labels.astype(np.int64),
        next_number=store.themes.highest_number() + 1,
        held=touched(edits),
        pinned={theme_number(edit.themes[0]) for edit in in_force(edits) if edit.kind == "pin"},
    )
    found = stay(ground.found, matching.labels, ground.vectors)
    return replace(ground, found=found, parent=_match_parents(store, ground, partition), strength=partition.strength)


def _keep(
    store: Store, ground: Ground, model_id: str, resolution: float, *, at: datetime, since: dict[int, int]
) -> dict[int, int]:
    """Write down what a full run found, in one transaction; return the size of each theme after the edits."""
    points = list(zip(ground.row.tolist(), ground.n.tolist(), strict=True))
    with store.atomic():
        store.found.set(points, ground.found.tolist())
        store.found.set_examples([points[i] for i in _examples(ground.found)])
        now = sizes(lay(store, ground, at=at, since=since).labels)
        _LastRun(
            model=model_id,
            points=len(points),
            unassigned=int((ground.found < 0).sum()),
            since=0,
            sizes=now,
            resolution=resolution or None,
        ).write(store)
    return now


def said_by_several(labels: NDArray[np.int32], row: NDArray[np.int64]) -> NDArray[np.int32]:
    """Return `labels` (m,) of points without the themes of fewer than FEWEST_PIECES pieces of feedback, by their `row`.

    The sentences of one long complaint are alike, and many; still they are one customer's story.
    """
    said = np.unique(np.column_stack([labels, row])[labels >= 0], axis=0)[:, 0]
    pieces = np.bincount(said, minlength=int(labels.max(initial=-1)) + 2)
    return np.where((labels >= 0) & (pieces[labels] >= FEWEST_PIECES), labels, NONE).astype(np.int32)


def _compact(labels: Labels) -> NDArray[np.int32]:
    """Return theme numbers as codes 0..k-1; -1 stays."""
    values = np.unique(labels[labels >= 0])
    return np.where(labels >= 0, np.searchsorted(values, labels), NONE).astype(np.int32)


def _match_parents(store: Store, ground: Ground, partition: Partition) -> Labels:
    """Return the parent theme's number of each point: parents keep theirs as themes do."""
    if not partition.count:
        return np.full(len(ground.row), NONE, dtype=np.int64)
    codes = np.where(partition.labels >= 0, partition.parents[partition.labels], NONE).astype(np.int64)
    highest = max((int(theme.id[1:]) for theme in store.themes.parents()), default=0)
    return match(ground.parent, codes, next_number=highest + 1).labels


def _examples(labels: Labels) -> NDArray[np.int64]:
    """Choose the positions that stand for the themes: evenly over the order of import, in proportion to size."""
    step = max(1, -(-len(labels) // EXAMPLES))
    by_theme = np.argsort(labels, kind="stable")
    return np.sort(by_theme[::step])


def _assign(
    store: Store,
    model_id: str,
    last: _LastRun,
    waiting: Sequence[tuple[int, int, str]],
    *,
    at: datetime,
    progress: Progress,
) -> ThemesRun:
    """Put the points that wait into the themes that exist, or hold them as unassigned."""
    hashes, themes = store.found.examples()
    known = store.vectors.get(hashes, model_id)
    assigner, numbers = Assigner(known, _compact(themes)), np.unique(themes[themes >= 0])
    assigned = 0
    for start in range(0, len(waiting), ASSIGN_BATCH):
        batch = waiting[start : start + ASSIGN_BATCH]
        vectors = store.vectors.get([key for _, _, key in batch], model_id)
        result = assigner.assign(vectors)
        found = np.where(result.labels >= 0, numbers[result.labels], NONE) if len(numbers) else result.labels
        with store.atomic():
            store.found.set([(row, n) for row, n, _ in batch], found.tolist())
            seen = _lay_new(store, model_id, batch, found.astype(np.int64), (hashes, themes))
            last = replace(last, since=last.since + len(batch))
            last.write(store)
            _write_new(store, batch, seen, result.strength, at=at)
        assigned += int((seen >= 0).sum())
        progress("Grouping", start + len(batch), len(waiting))
    return ThemesRun(kind="assigned", looked=len(waiting), assigned=assigned, themes=len(last.sizes))


def _lay_new(
    store: Store,
    model_id: str,
    batch: Sequence[tuple[int, int, str]],
    found: Labels,
    examples: tuple[list[str], Labels],
) -> Labels:
    """Lay the edits over new points only, with the examples and the pieces that edits name for company."""
    edits = in_force(store.ledger.edits())
    if not edits:
        return found
    ids = named_feedback(store, edits)
    own = {row for row, _, _ in batch}
    named = [point for point in store.found.of_rows(sorted(named_rows(edits, ids))) if point[0] not in own]
    hashes, themes = examples
    keys = [*(key for _, _, key in batch), *(key for _, _, key, _ in named), *hashes]
    rows = [*(row for row, _, _ in batch), *(row for row, *_ in named), *([0] * len(hashes))]
    labels = np.concatenate([found, np.array([theme for *_, theme in named], dtype=np.int64), themes])
    vectors = store.vectors.get(keys, model_id)
    laid = apply_edits(labels, edits, feedback=np.array(rows, dtype=np.int64), rows=ids, vectors=vectors)
    return laid.labels[: len(batch)]


def _write_new(
    store: Store,
    batch: Sequence[tuple[int, int, str]],
    seen: Labels,
    strength: NDArray[np.float32],
    *,
    at: datetime,
) -> None:
    store.points.assign(
        [
            PointRow(row=row, n=n, theme=theme_id(int(theme)) if theme >= 0 else None, strength=round(float(value), 4))
            for (row, n, _), theme, value in zip(batch, seen, strength, strict=True)
        ]
    )
    themes = [theme_id(number) for number in np.unique(seen[seen >= 0]).tolist()]
    if store.themes.retired_among(themes) and (model := last_model(store)):
        lay(store, read_ground(store, model), at=at)  # people had emptied one; now it has something again
