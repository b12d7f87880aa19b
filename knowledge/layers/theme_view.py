"""What people see of the themes: a run's findings under the edits in force, with names, terms, quotes and parents.

The findings are kept as they are; this layer is worked out anew from them after each full run and each edit, so that an
edit that is taken back leaves no trace but its lines in the ledger.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from knowledge.clustering.edits import Edited, apply_edits, in_force
from knowledge.clustering.identity import NONE, Labels, changes_between, size_changes, sizes, theme_id, theme_number
from knowledge.clustering.naming import ThemeName, name_themes
from knowledge.embedding import Vectors
from knowledge.store import PointRow, Store
from knowledge.themes import Theme, ThemeEdit, ThemeEvent

NAME_HOLDS = 0.25
"""A name of ours goes when fewer than this share of the terms that it was given for are still the theme's."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Ground:
    """Every point that has a vector, in the order of the store: what a run found of it, before the edits.

    Arrays have length m; `found` are theme numbers (-1: none), `parent` numbers of parent themes, `vectors` (m, d)
    are unit.
    """

    row: NDArray[np.int64]
    n: NDArray[np.int64]
    found: Labels
    parent: Labels
    strength: NDArray[np.float32]
    vectors: Vectors
    texts: Sequence[str]
    model_id: str


def read_ground(store: Store, model_id: str) -> Ground:
    """Read what the last run found."""
    row, n, vectors = store.vectors.of_points(model_id)
    all_rows, all_n, found = store.found.all()
    here = np.isin(_key(all_rows, all_n), _key(row, n.astype(np.int64)))
    texts = store.points.every_text()
    points = store.points.all()
    parents = {theme.id: theme.parent_id for theme in store.themes.all(retired=True)}
    parent_of = {theme_number(key): int(parent[1:]) for key, parent in parents.items() if parent}
    return Ground(
        row=row,
        n=n.astype(np.int64),
        found=found[here],
        parent=np.array([parent_of.get(number, NONE) for number in found[here].tolist()], dtype=np.int64),
        strength=np.array([point.strength or 0.0 for point in points], dtype=np.float32)[here],
        vectors=vectors,
        texts=[texts[i] for i in np.flatnonzero(here)],
        model_id=model_id,
    )


def lay(
    store: Store,
    ground: Ground,
    *,
    at: datetime,
    since: Mapping[int, int] | None = None,
    unnamed: Collection[str] = (),
) -> Edited:
    """Lay the edits over what was found and write what people see, in one transaction.

    After a full run, `since` are the sizes of the themes after the run before it: then the changes are the run's, and
    go into the ledger. Themes and parents in `unnamed` get another name, theirs may not stay.
    """
    with store.atomic():
        edits = store.ledger.edits()
        edited = apply_edits(
            ground.found, edits, feedback=ground.row, rows=named_feedback(store, edits), vectors=ground.vectors
        )
        before = _write_points(store, ground, edited.labels)
        _write_themes(store, ground, edited, before, at=at, since=since, unnamed=unnamed)
    return edited


def lay_names(store: Store) -> None:
    """Write names and pins only: enough after an edit that moves no point."""
    with store.atomic():
        nobody = np.zeros(0, dtype=np.int64)
        edited = apply_edits(nobody, store.ledger.edits(), feedback=nobody, rows={})
        given = _given(store)
        themes = store.themes.all(retired=True)
        changed = [(theme, _with_name(theme, edited, given)) for theme in themes]
        _save(store, [after for before, after in changed if after != before])


def named_feedback(store: Store, edits: Iterable[ThemeEdit]) -> dict[str, int]:
    """Return the row of each piece of feedback that an edit in force names."""
    return store.feedback.rows({key for edit in in_force(edits) for key in edit.feedback})


def _key(row: NDArray[np.int64], n: NDArray[np.int64]) -> NDArray[np.int64]:
    return row * 4096 + n


def _write_points(store: Store, ground: Ground, labels: Labels) -> Labels:
    """Write the points whose theme or strength changed; return the themes that all had before."""
    known = {(point.row, point.n): point for point in store.points.all()}
    before = np.full(len(labels), NONE, dtype=np.int64)
    changed = []
    for i, (row, n) in enumerate(zip(ground.row.tolist(), ground.n.tolist(), strict=True)):
        old = known[row, n]
        before[i] = theme_number(old.theme) if old.theme else NONE
        theme = theme_id(int(labels[i])) if labels[i] >= 0 else None
        new = PointRow(row=row, n=n, theme=theme, strength=round(float(ground.strength[i]), 4))
        if new != old:
            changed.append(new)
    if changed:
        store.points.assign(changed)
    return before


def _write_themes(
    store: Store,
    ground: Ground,
    edited: Edited,
    before: Labels,
    *,
    at: datetime,
    since: Mapping[int, int] | None,
    unnamed: Collection[str],
) -> None:
    labels = edited.labels
    known = {theme.id: theme for theme in store.themes.all(retired=True)}
    given = _given(store)
    named_still = known.keys() - set(unnamed)
    kept = {
        number: _with_name(known[theme_id(number)], edited, given).name if theme_id(number) in named_still else ""
        for number in sizes(labels)
    } | {number: name for number, (name, _) in edited.names.items() if (labels == number).any()}
    named, renamed = _named(ground, labels, kept, edited, given if since is not None else {})
    renamed |= {theme_number(key): named[theme_number(key)] for key in unnamed if _is_named(key, named)}
    parents = _parents(store, ground, labels, unnamed)
    seen = {number: _seen(store, ground, name, edited, parents[number]) for number, name in named.items()}
    hidden = set(np.unique(ground.found[ground.found >= 0]).tolist()) - set(named)
    gone = {theme_number(key): replace(theme, retired=True) for key, theme in known.items()} | {
        number: Theme(id=theme_id(number), name="", retired=True) for number in hidden if theme_id(number) not in known
    }
    final = {theme.id: theme for theme in (gone | seen).values()}
    _save(store, [theme for key, theme in final.items() if _stored(theme) != _stored(known.get(key))])
    _write_centres(store, ground, labels)
    fresh = {number for number in named if not kept.get(number)} - renamed.keys()
    store.ledger.record(_events(before, labels, since, at, {n: seen[n] for n in fresh}, renamed, known))


def _named(
    ground: Ground, labels: Labels, kept: Mapping[int, str], edited: Edited, given: Mapping[int, "_Given"]
) -> tuple[dict[int, ThemeName], dict[int, ThemeName]]:
    """Name the themes; return all of them, and those whose name of ours no longer told what they are about."""
    numbers = sorted(kept)
    codes = np.searchsorted(numbers, labels).astype(np.int32)
    codes = np.where(labels >= 0, codes, NONE).astype(np.int32)
    keep = {code: kept[number] for code, number in enumerate(numbers) if kept[number]}

    def name() -> dict[int, ThemeName]:
        return {numbers[found.label]: found for found in name_themes(ground.texts, codes, ground.vectors, keep=keep)}

    named = name()
    worn = [n for n, found in named.items() if n in given and n not in edited.names and _worn(given[n], found)]
    if not worn:
        return named, {}
    for number in worn:
        keep.pop(numbers.index(number), None)
    named = name()
    return named, {number: named[number] for number in worn if named[number].name != given[number].name}


@dataclass(frozen=True, kw_only=True)
class _Given:
    """The last name that we gave a theme, and the terms that it was given for."""

    name: str
    terms: tuple[str, ...]


def _given(store: Store) -> dict[int, _Given]:
    """Return the last name of ours for each theme, from the ledger."""
    found = {}
    for event in store.ledger.events(["born", "renamed"]):
        name, terms = event.detail.get("name"), event.detail.get("terms")
        if event.actor is None and isinstance(name, str) and isinstance(terms, list):
            found[theme_number(event.theme_id)] = _Given(name=name, terms=tuple(map(str, terms)))
    return found


def _worn(given: _Given, found: ThemeName) -> bool:
    still = len(set(given.terms) & set(found.terms))
    return bool(given.terms) and still < NAME_HOLDS * len(given.terms)


def _with_name(theme: Theme, edited: Edited, given: Mapping[int, _Given]) -> Theme:
    """Return a theme under the name that people chose, else the one that we gave; and with its pin."""
    number = theme_number(theme.id)
    chosen = edited.names.get(number)
    ours = given[number].name if number in given else ("" if theme.named_by else theme.name)
    name, by = chosen if chosen else (ours, None)
    return replace(theme, name=name, named_by=by, pinned=number in edited.pinned)


def _seen(store: Store, ground: Ground, named: ThemeName, edited: Edited, parent: str | None) -> Theme:
    rows = list(dict.fromkeys(int(ground.row[i]) for i in named.central))
    ids = store.feedback.ids(rows)
    number = int(edited.labels[named.central[0]])
    return Theme(
        id=theme_id(number),
        name=named.name,
        terms=named.terms,
        parent_id=parent,
        quotes=tuple(ids[row] for row in rows),
        named_by=edited.names[number][1] if number in edited.names else None,
        pinned=number in edited.pinned,
    )


def _is_named(key: str, named: Mapping[int, ThemeName]) -> bool:
    return key.startswith("T") and theme_number(key) in named


def _parents(store: Store, ground: Ground, labels: Labels, unnamed: Collection[str]) -> dict[int, str | None]:
    """Return each theme's parent, that of most of its points; one with a single child, or with all, is none."""
    most: dict[int, int] = {}
    for number in sizes(labels):
        known = ground.parent[(labels == number) & (ground.parent >= 0)]
        if len(known):
            most[number] = int(np.bincount(known).argmax())
    children = Counter(most.values())
    shared = {number: parent for number, parent in most.items() if children[parent] > 1}
    if len(shared) == len(most) and len(set(shared.values())) == 1:
        shared = {}
    _write_parents(store, ground, labels, shared, unnamed)
    return {number: f"P{shared[number]}" if number in shared else None for number in sizes(labels)}


def _write_parents(
    store: Store, ground: Ground, labels: Labels, shared: Mapping[int, int], unnamed: Collection[str]
) -> None:
    """Name parent themes, once: their names stay, as their numbers do."""
    known = {theme.id: theme for theme in store.themes.parents()}
    numbers = sorted(set(shared.values()))
    of_item = np.array([shared.get(number, NONE) for number in labels.tolist()], dtype=np.int64)
    codes = np.where(of_item >= 0, np.searchsorted(numbers, of_item), NONE).astype(np.int32)
    named_still = known.keys() - set(unnamed)
    keep = {code: known[f"P{number}"].name for code, number in enumerate(numbers) if f"P{number}" in named_still}
    current = {}
    for named in name_themes(ground.texts, codes, ground.vectors, keep=keep) if numbers else []:
        key = f"P{numbers[named.label]}"
        current[key] = Theme(id=key, name=named.name, terms=named.terms)
    gone = {key: replace(theme, retired=True) for key, theme in known.items() if key not in current}
    _save(store, [t for key, t in (current | gone).items() if _stored(t) != _stored(known.get(key))])


def _write_centres(store: Store, ground: Ground, labels: Labels) -> None:
    centres = {}
    for number in sizes(labels):
        total = ground.vectors[labels == number].sum(axis=0)
        centres[theme_id(number)] = np.asarray(total / max(float(np.linalg.norm(total)), 1e-12), dtype=np.float32)
    store.themes.set_centroids(centres, ground.model_id)


def _events(
    before: Labels,
    labels: Labels,
    since: Mapping[int, int] | None,
    at: datetime,
    fresh: Mapping[int, Theme],
    renamed: Mapping[int, ThemeName],
    known: Mapping[str, Theme],
) -> list[ThemeEvent]:
    """Return the ledger's lines: after a run all that changed, after an edit only the themes that it brought up."""
    events = []
    run = since is not None
    changes = [c for c in changes_between(before, labels) if c.kind not in {"grew", "shrank"}] if run else []
    told = {change.theme for change in changes if change.kind == "born"}
    for change in [*changes, *(size_changes(dict(since), sizes(labels)) if since is not None else ())]:
        detail = dict(change.detail)
        if change.kind == "born" and change.theme in fresh:
            detail |= {"name": fresh[change.theme].name, "terms": list(fresh[change.theme].terms)}
        events.append(_event(change.theme, change.kind, at, detail))
    for number in sorted(fresh.keys() - told):
        theme = fresh[number]
        size = int((labels == number).sum())
        events.append(_event(number, "born", at, {"size": size, "name": theme.name, "terms": list(theme.terms)}))
    for number, found in sorted(renamed.items()):
        old = known[theme_id(number)].name
        events.append(_event(number, "renamed", at, {"from": old, "name": found.name, "terms": list(found.terms)}))
    return events


def _event(number: int, kind: str, at: datetime, detail: dict[str, object]) -> ThemeEvent:
    return ThemeEvent(number=0, theme_id=theme_id(number), kind=kind, at=at, detail=detail)


def _stored(theme: Theme | None) -> Theme | None:
    """Return what of a theme is written: its size is counted."""
    return replace(theme, size=0) if theme else None


def _save(store: Store, themes: Sequence[Theme]) -> None:
    if themes:
        store.themes.save(themes)
