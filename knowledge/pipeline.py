"""The steps of ingestion in order, nothing else: read, mask, name, keep; then split, embed, stage, group.

Each step does what is missing and commits as it goes, in an order that the data fix. So the process may be killed
at any moment: the same command, run again, ends in the same state as if nothing had happened.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.clustering.duplicates import repeats_among
from knowledge.clustering.points import split_points
from knowledge.embedding import Embedder, Vectors
from knowledge.erasure import keep_out
from knowledge.facts import Facts
from knowledge.feedback import Feedback
from knowledge.journey import JourneyMap
from knowledge.layers.stages import stage_notes, update_stages
from knowledge.layers.themes import ThemesRun, last_model, update_themes
from knowledge.privacy import mask, protect
from knowledge.progress import Progress, silent
from knowledge.readers.feedback import FeedbackFile, Rejected, write_rejected
from knowledge.search import build_index
from knowledge.sentiment import SentimentModel, from_rating
from knowledge.staging.stager import Stager
from knowledge.store import DerivedRow, Store

READ_BATCH = 1000
EMBED_CHUNK = 1024
RATED = 5000
"""At most so many rated rows teach sentiment."""


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What became of a file's rows; `rejected_file` is where the rejected ones went.

    `kept_out` are those of customers who asked to be forgotten, `unchanged` those that were there already, word for
    word. A row of a survey can be several pieces of feedback: `read` counts rows, and so does `rejected`.
    """

    name: str
    read: int
    added: int
    changed: int
    unchanged: int = 0
    kept_out: int = 0
    rejected: tuple[Rejected, ...] = ()
    rejected_file: Path | None = None


@dataclass(frozen=True, kw_only=True)
class DerivedReport:
    """What the derived steps did."""

    points: int
    embedded: int
    concluded: int
    themes: ThemesRun | None = None
    notes: tuple[str, ...] = field(default_factory=tuple)


def import_feedback(
    store: Store, file: FeedbackFile, key: bytes, *, unmasked: Collection[str] = (), progress: Progress = silent
) -> Imported:
    """Read a file into the store, masked but for the kinds `unmasked`; bad rows go to `FILE.rejected.csv` beside it."""
    seen: Counter[str] = Counter()
    rejected: list[Rejected] = []
    read = added = changed = unchanged = kept = 0
    for batch in file.batches(READ_BATCH):
        items = [stable(protect(item, key, without=unmasked), seen, dated=not file.exported) for item in batch.feedback]
        wanted = keep_out(store, items)
        outcome = store.feedback.upsert(wanted)
        kept += len(items) - len(wanted)
        unchanged += len(wanted) - outcome.added - outcome.changed
        read, added, changed = read + batch.read, added + outcome.added, changed + outcome.changed
        rejected += batch.rejected
        progress("Reading", read, file.total)
    return Imported(
        name=file.name,
        read=read,
        added=added,
        changed=changed,
        unchanged=unchanged,
        kept_out=kept,
        rejected=tuple(rejected),
        rejected_file=write_rejected(file.path, rejected, file.plan.header, mask=mask),
    )


def stable(item: Feedback, seen: Counter[str], *, dated: bool = True) -> Feedback:
    """Return the item under an id that is the same at every import.

    It is the source and the source's own id; else a hash of channel, customer, time and text, with a count where
    the same occurs again in one file (`seen`), because two customers who say the same are two. The time stays out
    where it is not `dated`: what was "a week ago" is "a month ago" in the next export.
    """
    if item.id:
        return replace(item, id=f"{item.source}:{item.id}")
    at = item.at.isoformat() if item.at and dated else ""
    parts = "\x1f".join([item.channel or "", item.customer or "", at, item.text])
    fingerprint = hashlib.blake2b(parts.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    seen[fingerprint] += 1
    return replace(item, id=f"{fingerprint}.{seen[fingerprint]}" if seen[fingerprint] > 1 else fingerprint)


def derive(
    store: Store,
    embedder: Embedder,
    journey: JourneyMap,
    *,
    at: datetime,
    seed: int = 0,
    regroup: bool = False,
    progress: Progress = silent,
) -> DerivedReport:
    """Draw the conclusions that are missing: points, vectors, stages, sentiment, duplicates, themes."""
    before = last_model(store)
    points = split(store, progress=progress)
    embedded = embed(store, embedder, progress=progress)
    concluded, notes = conclude(store, embedder, journey, progress=progress)
    themes = update_themes(store, embedder.model_id, at=at, seed=seed, force=regroup, progress=progress)
    update_stages(store, journey, embedder.model_id)
    if before not in (None, embedder.model_id):
        notes = (*notes, f"all texts were encoded and grouped anew, by {embedder.model_id}; before, it was {before}")
    return DerivedReport(points=points, embedded=embedded, concluded=concluded, themes=themes, notes=notes)


def split(store: Store, *, progress: Progress = silent) -> int:
    """Split the texts that have not been split yet; return how many points they make."""
    rows = store.points.rows_without()
    made = 0
    for start in range(0, len(rows), READ_BATCH):
        items = store.feedback.by_row(rows[start : start + READ_BATCH])
        points = [(row, split_points(item.text)) for row, item in items.items()]
        store.points.add(points)
        made += sum(len(its) for _, its in points)
        progress("Splitting", start + len(items), len(rows))
    return made


def embed(store: Store, embedder: Embedder, *, progress: Progress = silent) -> int:
    """Encode the texts that have no vector of this model yet, each once; return how many.

    Chunks are cut from the order of import. A run that was killed goes on at the border of a chunk, so that
    every text meets the same neighbours in its batch and gets the same vector to the last bit.
    """
    missing = store.vectors.missing(embedder.model_id)
    for start in range(0, len(missing), EMBED_CHUNK):
        hashes = missing[start : start + EMBED_CHUNK]
        texts = store.points.texts(hashes)
        store.vectors.put(hashes, embedder.encode([texts[key] for key in hashes]), embedder.model_id)
        progress("Embedding", start + len(hashes), len(missing))
    return len(missing)


def conclude(
    store: Store, embedder: Embedder, journey: JourneyMap, *, progress: Progress = silent
) -> tuple[int, tuple[str, ...]]:
    """Give stage, sentiment and duplicates to the feedback that has none yet, in one transaction."""
    rows = store.feedback.without_derived()
    if not rows:
        return 0, ()
    progress("Staging", 0, len(rows))
    store.feedback.set_derived(concluded(store, embedder, journey, rows))
    progress("Staging", len(rows), len(rows))
    return len(rows), stage_notes(store.feedback.by_row(rows).values(), journey)


def concluded(store: Store, embedder: Embedder, journey: JourneyMap, rows: Sequence[int]) -> list[DerivedRow]:
    """Return what follows about these rows (ascending) from their texts and the company they are in; write nothing."""
    facts = store.feedback.facts()
    centre = build_index(store, facts, embedder.model_id).centre
    by_row = store.feedback.by_row(rows)
    items = [by_row[row] for row in rows]
    fresh = np.searchsorted(facts.row, rows)
    texts = [item.text for item in items]
    stager = Stager(journey, embedder)
    given = [stager.link(item.stage) for item in items]
    evidence = stager.probabilities(centre[fresh], texts, given)
    staged = stager.decide(evidence, given)
    sentiments = _sentiments(embedder, items, centre[fresh], _teachers(store, facts, centre))
    out = []
    for row, stage, sentiment, told, original in zip(
        rows, staged, sentiments, evidence, _originals(store, facts, centre, fresh), strict=True
    ):
        out.append(
            DerivedRow(
                row=row,
                stage=stage.stage_id,
                stage_confidence=round(stage.confidence, 4),
                staged_by=stage.staged_by,
                sentiment=round(float(sentiment), 4),
                duplicate_of=int(facts.row[original]) if original >= 0 else None,
                counted=not (original >= 0 and facts.same_customer(int(np.searchsorted(facts.row, row)), original)),
                evidence=told.astype(np.float16).tobytes(),
            )
        )
    return out


def _originals(store: Store, facts: Facts, centre: Vectors, fresh: NDArray[np.int64]) -> list[int]:
    """Return for each fresh position the position of the earlier feedback that it repeats, or -1."""
    known = np.full(len(facts), -1, dtype=np.int64)
    repeats = store.feedback.repeats()
    if repeats:
        later, earlier = np.array(repeats, dtype=np.int64).T
        known[np.searchsorted(facts.row, later)] = np.searchsorted(facts.row, earlier)
    known[fresh] = -1

    def texts_of(positions: Iterable[int]) -> dict[int, str]:
        place = {int(facts.row[i]): i for i in positions}
        return {place[row]: item.text for row, item in store.feedback.by_row(place).items()}

    return [int(original) for original in repeats_among(centre, texts_of, fresh, known)]


def _sentiments(
    embedder: Embedder, items: Sequence[Feedback], vectors: Vectors, teachers: tuple[Vectors, list[str], list[float]]
) -> list[float]:
    """Take the rating, where there is one: it is what the customer said; else the text decides, as ratings teach."""
    model = SentimentModel.fit_default(embedder).learn(*teachers)
    from_text = model.score(vectors, [item.text for item in items])
    return [
        from_rating(item.rating, item.rating_scale) if item.rating is not None and item.rating_scale else float(text)
        for item, text in zip(items, from_text, strict=True)
    ]


def _teachers(store: Store, facts: Facts, centre: Vectors) -> tuple[Vectors, list[str], list[float]]:
    """Return vectors, texts and ratings (-1 to 1) of the rated rows: all, or RATED of them evenly over the import."""
    rated = np.flatnonzero(~np.isnan(facts.rating))
    rated = rated[np.unique(np.linspace(0, len(rated) - 1, min(len(rated), RATED)).astype(int))]
    by_row = store.feedback.by_row(facts.row[rated].tolist())
    known = [(i, by_row[row]) for i, row in zip(rated.tolist(), facts.row[rated].tolist(), strict=True)]
    scaled = [(i, item, item.rating, item.rating_scale) for i, item in known]
    usable = [(i, item.text, from_rating(r, scale)) for i, item, r, scale in scaled if r is not None and scale]
    return centre[[i for i, _, _ in usable]], [text for _, text, _ in usable], [rating for _, _, rating in usable]
