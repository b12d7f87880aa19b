"""Verification: whether a file is whole, and whether all that was derived follows from what was imported.

What depends on a row alone (points, vectors, sentiment, given stages) must come out equal when it is made again. What
depends on the company that a row had when it came (stages from the map, near-duplicates) is made again from the whole
file: after one import it is equal; after many, the share that would differ is told, and no fault.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from knowledge.clustering.edits import apply_edits
from knowledge.clustering.identity import theme_number
from knowledge.clustering.points import split_points
from knowledge.embedding import Embedder
from knowledge.errors import ModelError
from knowledge.feedback import Feedback, text_hash
from knowledge.journey import JourneyMap
from knowledge.layers.exchange import refuse_exchanged
from knowledge.layers.stage_board import read_board
from knowledge.layers.stages import decide
from knowledge.layers.theme_view import named_feedback, read_ground
from knowledge.layers.themes import last_model
from knowledge.pipeline import concluded
from knowledge.privacy import mask
from knowledge.store import Store

SAMPLE = 200
"""Texts that are encoded again to compare their vectors."""
CLOSE = 0.999
"""Cosine of a vector and the same text's vector made again; they are kept in half precision."""
_CHANGEABLE = 0.01


@dataclass(frozen=True, kw_only=True)
class Check:
    """One question put to the file. "wrong" must not be; "note" is worth knowing and explained in `found`."""

    name: str
    status: Literal["ok", "note", "wrong"]
    found: tuple[str, ...] = ()


def verify(store: Store, embedder: Embedder, journey: JourneyMap, *, unmasked: Collection[str] = ()) -> list[Check]:
    """Put every question to the file; where the file itself is damaged, the rest is not asked."""
    structure = [
        _check("integrity", store.checks.integrity),
        _check("foreign keys", store.checks.foreign_keys),
        _check("orphans", store.checks.orphans),
        _check("word index", store.checks.word_index),
        _check("ledger", store.checks.ledger),
        _check("forgotten customers", store.checks.forgotten),
    ]
    if structure[0].status == "wrong":
        return structure
    model = _check("model", lambda: _exchanged(store, embedder))
    rows = store.feedback.facts().row.tolist()
    items = store.feedback.by_row(rows)
    texts = [
        _check("masking", lambda: _unmasked(list(items.values()), unmasked), status="note"),
        _check("points", lambda: _points(store, items)),
        model,
    ]
    if model.status == "wrong":
        return [*structure, *texts]  # what follows compares vectors
    return [
        *structure,
        *texts,
        _check("vectors", lambda: _vectors(store, embedder, items)),
        *_conclusions(store, embedder, journey),
        _check("main themes", store.checks.main_themes),
        _check("themes", lambda: _themes(store)),
    ]


def _check(name: str, ask: Callable[[], Sequence[str]], status: Literal["note", "wrong"] = "wrong") -> Check:
    found = tuple(ask())
    return Check(name=name, status=status if found else "ok", found=found)


def _unmasked(items: Sequence[Feedback], without: Collection[str]) -> list[str]:
    count = sum(mask(item.text, without=without) != item.text for item in items)
    return [f"{count} texts hold what this version would mask: import their files again"] if count else []


def _points(store: Store, items: dict[int, Feedback]) -> list[str]:
    kept = store.checks.spans()
    differ = [
        row
        for row, item in items.items()
        if row in kept and kept[row] != [(p.start, p.end, text_hash(p.text)) for p in split_points(item.text)]
    ]
    missing = len(items.keys() - kept.keys())
    return [
        *([f"{len(differ)} texts would be split otherwise"] if differ else []),
        *([f"{missing} texts have not been split: run journey import again"] if missing else []),
    ]


def _exchanged(store: Store, embedder: Embedder) -> list[str]:
    try:
        refuse_exchanged(store, embedder.model_id)
    except ModelError as error:
        return [str(error)]
    return []


def _vectors(store: Store, embedder: Embedder, items: dict[int, Feedback]) -> list[str]:
    missing = len(store.vectors.missing(embedder.model_id))
    found = [f"{missing} points have no vector of {embedder.model_id}: run journey import again"] if missing else []
    _, _, vectors = store.vectors.of_points(embedder.model_id)
    if not np.isfinite(vectors).all():
        return [*found, "some vectors hold what is no number"]
    texts = sorted({p.text for item in items.values() for p in split_points(item.text)}, key=text_hash)[:SAMPLE]
    known = [text for text in texts if text_hash(text) not in set(store.vectors.missing(embedder.model_id))]
    if known:
        kept = store.vectors.get([text_hash(text) for text in known], embedder.model_id)
        apart = int(((kept * embedder.encode(known)).sum(axis=1) < CLOSE).sum())
        found += [f"{apart} of {len(known)} vectors are not those of their texts"] if apart else []
    return found


def _conclusions(store: Store, embedder: Embedder, journey: JourneyMap) -> list[Check]:
    if missing := len(store.feedback.without_derived()):
        found = (f"about {missing} pieces of feedback nothing has been concluded: run journey import again",)
        return [Check(name="conclusions", status="wrong", found=found)]
    try:
        again = {row.row: row for row in concluded(store, embedder, journey, store.feedback.facts().row.tolist())}
    except (KeyError, ModelError) as error:
        return [Check(name="conclusions", status="wrong", found=(f"they cannot be drawn again ({error})",))]
    kept = {row.row: row for row in store.feedback.conclusions()}
    sentiment = sum(abs((kept[row].sentiment or 0) - (new.sentiment or 0)) > _CHANGEABLE for row, new in again.items())
    given = sum(kept[row].staged_by == "given" and kept[row].stage != new.stage for row, new in again.items())
    board = read_board(store, journey, embedder.model_id)
    staged = int((decide(board).stage != board.now.stage).sum())
    copies = sum(kept[row].duplicate_of != new.duplicate_of for row, new in again.items())
    return [
        _check("sentiment", lambda: _told(sentiment, "would be scored otherwise as ratings teach today"), "note"),
        _check("given stages", lambda: _told(given, "are not in the stage that their source names")),
        _check("stages", lambda: _told(staged, "would be staged otherwise with today's themes"), "note"),
        _check("near-duplicates", lambda: _told(copies, "would be matched otherwise in today's company"), "note"),
    ]


def _told(count: int, what: str) -> list[str]:
    return [f"{count} pieces of feedback {what}"] if count else []


def _themes(store: Store) -> list[str]:
    """Lay the edits over what the last run found, and compare with what people see."""
    model = last_model(store)
    if not model:
        return []
    ground = read_ground(store, model)
    edits = store.ledger.edits()
    edited = apply_edits(
        ground.found, edits, feedback=ground.row, rows=named_feedback(store, edits), vectors=ground.vectors
    )
    seen = {(p.row, p.n): theme_number(p.theme) if p.theme else -1 for p in store.points.all()}
    shown = np.array([seen[key] for key in zip(ground.row.tolist(), ground.n.tolist(), strict=True)], dtype=np.int64)
    differ = int((shown != edited.labels).sum())
    themes = store.themes.all()
    ids = {key for theme in themes for key in theme.quotes}
    lost = len(ids) - len(store.feedback.rows(ids))
    empty = [theme.id for theme in themes if not theme.size]
    return [
        *([f"{differ} points are not where the last run and people's edits put them"] if differ else []),
        *([f"{lost} quotes of themes are of feedback that is not there"] if lost else []),
        *([f"themes without feedback that are not retired: {', '.join(empty)}"] if empty else []),
    ]
