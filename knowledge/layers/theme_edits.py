"""What people can do to themes. Each act is checked, kept in the ledger with its author and date, and seen at once.

Ids of themes may be given in either case. A theme that was merged goes by the one that it went into.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np

from knowledge.clustering.edits import apply_edits, in_force
from knowledge.clustering.identity import theme_id, theme_number
from knowledge.errors import InputError, NotFound
from knowledge.layers.theme_view import lay, lay_names, read_ground
from knowledge.layers.themes import last_model
from knowledge.store import Store
from knowledge.themes import Theme, ThemeEdit, ThemeEvent

MOVES_NOTHING = frozenset({"rename", "pin"})


def find_theme(store: Store, key: str) -> Theme:
    """Return the theme with this id; raises NotFound, with where it went if it is no more."""
    try:
        number = theme_number(key.strip())
    except ValueError:
        raise NotFound(f"{key!r} is not the id of a theme; ids look like T12. See: journey themes") from None
    theme = store.themes.get(theme_id(number))
    if theme and not theme.retired:
        return theme
    into = _merged(store).get(number)
    if into is not None and (heir := store.themes.get(theme_id(into))) and not heir.retired:
        return heir
    if theme and theme.name:
        raise NotFound(f"{theme.id} ({theme.name}) is no more. See: journey theme show {theme.id} --history")
    raise NotFound(f"There is no theme {theme_id(number)}. See: journey themes")


def rename(store: Store, theme: str, name: str, *, actor: str, at: datetime) -> ThemeEdit:
    """Give a theme a name that no run will change."""
    its = find_theme(store, theme)
    text = " ".join(name.split())
    if not text:
        raise InputError(f"The new name of {its.id} is empty.")
    edit = _edit("rename", at, actor, themes=(its.id,), text=text)
    return _do(store, edit, {its.id: {"from": its.name, "to": text}})


def merge(store: Store, gone: str, into: str, *, actor: str, at: datetime) -> ThemeEdit:
    """Make two themes one, under the id and name of the second."""
    one, other = find_theme(store, gone), find_theme(store, into)
    if one.id == other.id:
        raise InputError(f"{gone} and {into} are the same theme: {one.id}.")
    edit = _edit("merge", at, actor, themes=(one.id, other.id))
    return _do(store, edit, {one.id: {"into": other.id}, other.id: {"from": one.id, "size": one.size}})


def split(
    store: Store, theme: str, feedback: Sequence[str], *, actor: str, at: datetime, name: str | None = None
) -> ThemeEdit:
    """Take these pieces of feedback out of a theme, into a new one; its id is the second of the edit's `themes`."""
    its = find_theme(store, theme)
    ids = _known(store, feedback)
    inside = [key for key in ids if its.id in _themes_of(store, [key])]
    if outside := [key for key in ids if key not in inside]:
        raise InputError(f"Not in {its.id} ({its.name}): {', '.join(outside)}. Name only feedback of that theme.")
    if len(inside) >= its.size:
        raise InputError(f"That is all of {its.id}. To change its name: journey theme rename {its.id} NAME")
    made = theme_id(store.themes.highest_number() + 1)
    edit = _edit("split", at, actor, themes=(its.id, made), feedback=ids, text=" ".join((name or "").split()) or None)
    told: dict[str, object] = {"pieces": len(ids)}
    return _do(store, edit, {its.id: {"to": made, **told}, made: {"from": its.id, **told}})


def move(store: Store, feedback: Sequence[str], theme: str, *, actor: str, at: datetime) -> ThemeEdit:
    """Put pieces of feedback into a theme, where they stay."""
    its, ids = find_theme(store, theme), _known(store, feedback)
    before = _themes_of(store, ids) - {its.id}
    edit = _edit("move", at, actor, themes=(its.id,), feedback=ids)
    told: dict[str, dict[str, object]] = {key: {"feedback": list(ids), "to": its.id} for key in sorted(before)}
    told[its.id] = {"feedback": list(ids), "from": sorted(before)}
    return _do(store, edit, told)


def pin(store: Store, theme: str, *, actor: str, at: datetime) -> ThemeEdit:
    """Keep a theme as it is: no run merges or retires it, or takes a piece out of it; new pieces may join."""
    its = find_theme(store, theme)
    if its.pinned:
        raise InputError(f"{its.id} ({its.name}) is pinned already.")
    return _do(store, _edit("pin", at, actor, themes=(its.id,)), {its.id: {}})


def never_together(store: Store, one: str, other: str, *, actor: str, at: datetime) -> ThemeEdit:
    """Keep two pieces of feedback in different themes, or two themes from being merged by a run."""
    if set(store.feedback.rows([one, other])) == {one, other} and one != other:
        edit = _edit("never_together", at, actor, feedback=(one, other))
        apart: dict[str, object] = {"feedback": [one, other]}
        return _do(store, edit, dict.fromkeys(sorted(_themes_of(store, [one, other])), apart))
    a, b = find_theme(store, one), find_theme(store, other)
    if a.id == b.id:
        raise InputError(f"{one} and {other} are the same theme: {a.id}. To part it: journey theme split {a.id} …")
    edit = _edit("never_together", at, actor, themes=(a.id, b.id))
    return _do(store, edit, {a.id: {"other": b.id}, b.id: {"other": a.id}})


def undo(store: Store, number: int | None = None, *, actor: str, at: datetime) -> ThemeEdit:
    """Take an edit back, the latest one that counts if none is named; an undo can itself be taken back."""
    edits = {edit.number: edit for edit in store.ledger.edits()}
    if number is None:
        number = max((edit.number for edit in in_force(edits.values())), default=None)
    if number is None:
        raise NotFound("There is no edit of a theme to take back.")
    if number not in edits:
        raise NotFound(f"There is no edit {number}. See: journey theme show THEME --history")
    if edits[number].undone:
        raise InputError(f"Edit {number} has been taken back already.")
    undone = edits[number]
    edit = _edit("undo", at, actor, undoes=number)
    return _do(store, edit, {key: {"undoes": number, "kind": undone.kind} for key in _spoken_of(edits, undone)}, undone)


def _spoken_of(edits: dict[int, ThemeEdit], edit: ThemeEdit) -> tuple[str, ...]:
    """Return the themes of an edit; for an undo, those of what it took back."""
    while edit.kind == "undo" and edit.undoes is not None:
        edit = edits[edit.undoes]
    return edit.themes


def _edit(kind: str, at: datetime, actor: str, **fields: object) -> ThemeEdit:
    return ThemeEdit(number=0, kind=kind, at=at, actor=actor, **fields)  # type: ignore[arg-type]


def _do(
    store: Store, edit: ThemeEdit, told: dict[str, dict[str, object]], undone: ThemeEdit | None = None
) -> ThemeEdit:
    """Keep the edit, tell each theme's history of it, and lay all edits anew: all of it, or nothing."""
    with store.atomic():
        kept = store.ledger.add_edit(replace(edit, upto=store.ledger.highest_row()))
        events = [
            ThemeEvent(
                number=0,
                theme_id=key,
                kind=edit.kind,
                at=edit.at,
                actor=edit.actor,
                detail={**detail, "edit": kept.number},
            )
            for key, detail in told.items()
        ]
        store.ledger.record(events, edit=kept.number)
        if (undone or edit).kind in MOVES_NOTHING:
            lay_names(store)
        elif model := last_model(store):
            lay(store, read_ground(store, model), at=edit.at)
    return kept


def _merged(store: Store) -> dict[int, int]:
    nobody = np.zeros(0, dtype=np.int64)
    return dict(apply_edits(nobody, store.ledger.edits(), feedback=nobody, rows={}).merged)


def _known(store: Store, feedback: Sequence[str]) -> tuple[str, ...]:
    ids = tuple(dict.fromkeys(key.strip() for key in feedback))
    if not ids:
        raise InputError("Name at least one piece of feedback by its id.")
    found = store.feedback.rows(ids)
    if missing := [key for key in ids if key not in found]:
        raise NotFound(f"There is no feedback with the id {', '.join(missing)}. See: journey export feedback")
    return ids


def _themes_of(store: Store, ids: Sequence[str]) -> set[str]:
    """Return the themes that the points of these pieces of feedback are in now."""
    return store.points.themes_of(list(store.feedback.rows(ids).values()))
