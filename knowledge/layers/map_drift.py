"""The journey map held against the voice of customers: which pains live, what it lacks, which feelings are wrong."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from knowledge.analysis import drift
from knowledge.analysis.drift import Course, Heard
from knowledge.analysis.recurrence import Status, statuses
from knowledge.embedding import Embedder, Vectors
from knowledge.facts import Facts
from knowledge.journey import Cell, JourneyMap, Stage, grouped
from knowledge.layers.map_voice import Ints, Mask, Said, Voice, naming, quotes_of, read_voice, stems
from knowledge.readers.moods import polarity_of
from knowledge.store import Store
from knowledge.themes import Theme


@dataclass(frozen=True, kw_only=True)
class CellVoice:
    """A pain or an opportunity of the map, and who speaks of it.

    `rows` are the pieces of feedback, `recent` those of the last 13 weeks; `way` is the status of recurrence.
    """

    stage: str
    cell: Cell
    heard: Heard
    rows: tuple[int, ...] = ()
    customers: int = 0
    recent: int = 0
    p_value: float | None = None
    way: Status = "steady"
    last: date | None = None
    complaints: int = 0
    quotes: tuple[Said, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ThemeVoice:
    """A theme of complaints that no pain of the map covers; `nearest` is the pain that comes nearest, if any."""

    theme: Theme
    stage: str | None
    rows: tuple[int, ...]
    customers: int
    recent: int
    way: Status
    nearest: str | None
    similarity: float
    quotes: tuple[Said, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FeelingVoice:
    """A feeling of the map that the feedback of the last 13 weeks contradicts."""

    stage: str
    cell: Cell
    complaints: int
    praise: int
    quotes: tuple[Said, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Drift:
    """Where map and feedback part, as of a day. `pains` and `opportunities` hold every cell of these lanes."""

    journey: JourneyMap
    as_of: date
    feedback: int
    pains: tuple[CellVoice, ...]
    unmapped: tuple[ThemeVoice, ...]
    feelings: tuple[FeelingVoice, ...]
    opportunities: tuple[CellVoice, ...]

    @property
    def silent(self) -> tuple[CellVoice, ...]:
        """The pains that nobody mentions, or nobody any more."""
        return tuple(pain for pain in self.pains if pain.heard in ("silent", "gone"))


def map_drift(store: Store, journey: JourneyMap, embedder: Embedder, *, as_of: date) -> Drift:
    """Hold a map against all feedback given before `as_of`; what has no date counts too, but not as recent."""
    voice = read_voice(store, embedder.model_id, as_of)
    pains = [(stage, cell) for stage in journey.stages for cell in stage.cells if cell.lane == "pain"]
    vectors = embedder.encode([cell.text for _, cell in pains]) if pains else voice.vectors[:0]
    problems = _problems(voice, store.themes.all(), vectors)
    strange = _off_the_map(voice, problems)
    return Drift(
        journey=journey,
        as_of=as_of,
        feedback=len(voice.everyone),
        pains=_pains(voice, store, pains, vectors, problems, strange),
        unmapped=_unmapped(voice, store, pains, strange),
        feelings=_feelings(voice, store, journey),
        opportunities=_opportunities(voice, store, journey, embedder),
    )


def edited(found: Drift) -> JourneyMap:
    """Return the map with what it lacks as pains, in the stage where it is said most, and without its dead ones."""
    dead = {(pain.stage, pain.cell) for pain in found.silent}
    new: dict[str, list[Cell]] = {}
    for theme in found.unmapped:
        new.setdefault(theme.stage or found.journey.stages[-1].id, []).append(Cell(lane="pain", text=pain_text(theme)))
    stages = (
        replace(
            stage,
            cells=grouped([cell for cell in stage.cells if (stage.id, cell) not in dead] + new.get(stage.id, [])),
        )
        for stage in found.journey.stages
    )
    return replace(found.journey, stages=tuple(stages))


def pain_text(theme: ThemeVoice) -> str:
    """Return a theme as a pain for the map: its name, and the words that tell what it is about."""
    name = theme.theme.name
    more = [term for term in theme.theme.terms if term.lower() not in name.lower()][:3]
    return f"{name[:1].upper()}{name[1:]}" + (f" ({', '.join(more)})" if more else "")


@dataclass(frozen=True, kw_only=True, eq=False)
class _Problem:
    """A theme's complaints: their points, their rows, and the pain that comes nearest to all of them (-1: none)."""

    theme: Theme
    points: Mask
    rows: Ints
    praise: int
    centre: NDArray[np.float32]
    nearest: int
    similarity: float


def _problems(voice: Voice, themes: Sequence[Theme], vectors: Vectors) -> list[_Problem]:
    complaint, praise = voice.complaint, voice.praise
    excess = drift.excess((vectors @ voice.vectors.T).astype(np.float64)) if len(voice.at) else np.zeros(len(vectors))
    found = []
    for theme in themes:
        own = voice.theme == theme.id
        points = own & complaint
        if not points.any():
            continue
        centre = voice.vectors[points].sum(axis=0)
        centre = centre / max(float(np.linalg.norm(centre)), 1e-12)
        near = vectors @ centre - excess
        best = int(near.argmax()) if len(near) else -1
        found.append(
            _Problem(
                theme=theme,
                points=points,
                rows=np.unique(voice.at[points]),
                praise=len(np.unique(voice.at[own & praise])),
                centre=centre,
                nearest=best,
                similarity=float(near[best]) if best >= 0 else 0.0,
            )
        )
    return found


def _off_the_map(voice: Voice, problems: Sequence[_Problem]) -> list[_Problem]:
    everything = len(np.unique(voice.at[voice.complaint]))
    return [
        each
        for each in problems
        if drift.off_the_map(
            complaints=len(each.rows), praise=each.praise, all_complaints=everything, similarity=each.similarity
        )
    ]


def _unmapped(
    voice: Voice, store: Store, pains: Sequence[tuple[Stage, Cell]], strange: Sequence[_Problem]
) -> tuple[ThemeVoice, ...]:
    """Return the themes that a map should know and does not; one that is not heard of late is left out."""
    living = [each for each in strange if len(voice.recent(each.rows))]
    voices = (
        ThemeVoice(
            theme=each.theme,
            stage=_main_stage(voice.facts, each.rows),
            rows=tuple(voice.facts.row[each.rows].tolist()),
            customers=voice.facts.customers(each.rows),
            recent=len(voice.recent(each.rows)),
            way=way,
            nearest=pains[each.nearest][1].text if each.nearest >= 0 else None,
            similarity=round(each.similarity, 2),
            quotes=quotes_of(voice, store, np.where(each.points, voice.vectors @ each.centre, -np.inf)),
        )
        for each, way in zip(living, _ways(voice, [each.rows for each in living]), strict=True)
    )
    return tuple(sorted(voices, key=lambda each: (-len(each.rows), each.theme.id)))


def _pains(
    voice: Voice,
    store: Store,
    pains: Sequence[tuple[Stage, Cell]],
    vectors: Vectors,
    problems: Sequence[_Problem],
    strange: Sequence[_Problem],
) -> tuple[CellVoice, ...]:
    similarity, shares = _matches(voice, [cell for _, cell in pains], vectors)
    praise = voice.praise
    lent = np.zeros(similarity.shape, dtype=bool)
    for each in problems:
        if each.similarity >= drift.SIMILAR:
            lent[each.nearest] |= each.points
    unknown = np.isin(voice.theme.astype(str), [each.theme.id for each in strange])
    label = drift.nearest_pain(similarity, shares, lent=lent, strange=unknown, praise=praise)
    loose = drift.possible(similarity, shares, praise=praise)
    rows = [np.unique(voice.at[label == i]) for i in range(len(pains))]
    found = []
    for i, ((stage, cell), way) in enumerate(zip(pains, _ways(voice, rows), strict=True)):
        here = voice.in_stage(stage.id)
        complaints = len(np.unique(voice.at[here & voice.complaint]))
        course = _course(voice, rows[i])
        heard = drift.verdict(
            course, mentions=len(rows[i]), possible_mentions=int((loose[i] & here).sum()), complaints=complaints
        )
        score = np.where(label == i, similarity[i], -np.inf)
        told = _cell_voice(voice, store, stage, cell, rows[i], way, score)
        found.append(replace(told, heard=heard, p_value=course.p_value, complaints=complaints))
    return tuple(found)


def _course(voice: Voice, rows: Ints) -> Course:
    mentions, exposures = voice.months(rows), voice.months(voice.everyone)
    first = next((i for i, n in enumerate(exposures) if n), len(exposures))
    return Course(
        recent=len(voice.recent(rows)),
        exposure=len(voice.recent(voice.everyone)),
        months=tuple(mentions[first:]),
        exposures=tuple(exposures[first:]),
    )


def _opportunities(voice: Voice, store: Store, journey: JourneyMap, embedder: Embedder) -> tuple[CellVoice, ...]:
    """Return who asks for what the map notes as an opportunity; not hearing it says nothing against it."""
    noted = [(stage, cell) for stage in journey.stages for cell in stage.cells if cell.lane == "opportunity"]
    if not noted:
        return ()
    similarity, shares = _matches(voice, [cell for _, cell in noted], embedder.encode([c.text for _, c in noted]))
    nothing = np.zeros(len(voice.at), dtype=bool)
    lent = np.zeros(similarity.shape, dtype=bool)
    label = drift.nearest_pain(similarity, shares, lent=lent, strange=nothing, praise=nothing)
    rows = [np.unique(voice.at[label == i]) for i in range(len(noted))]
    return tuple(
        _cell_voice(voice, store, stage, cell, rows[i], way, np.where(label == i, similarity[i], -np.inf))
        for i, ((stage, cell), way) in enumerate(zip(noted, _ways(voice, rows), strict=True))
    )


def _cell_voice(
    voice: Voice, store: Store, stage: Stage, cell: Cell, rows: Ints, way: Status, score: NDArray[np.float64]
) -> CellVoice:
    last = int(voice.facts.day[rows].max()) if len(rows) else 0
    return CellVoice(
        stage=stage.id,
        cell=cell,
        heard="heard" if len(rows) else "open",
        rows=tuple(voice.facts.row[rows].tolist()),
        customers=voice.facts.customers(rows),
        recent=len(voice.recent(rows)),
        way=way,
        last=date.fromordinal(last) if last else None,
        quotes=quotes_of(voice, store, score),
    )


def _feelings(voice: Voice, store: Store, journey: JourneyMap) -> tuple[FeelingVoice, ...]:
    now = np.isin(voice.at, voice.recent(voice.everyone))
    found = []
    for stage in journey.stages:
        here = now & voice.in_stage(stage.id)
        for cell in stage.cells:
            positive = polarity_of(cell.text) if cell.lane == "feeling" else None
            if positive is None:
                continue
            about = here & naming(voice.words, cell.step) if cell.step else here
            bad = np.unique(voice.at[about & voice.complaint])
            good = np.unique(voice.at[about & voice.praise])
            if drift.contradicts(positive=positive, complaints=len(bad), praise=len(good)):
                sign = -1 if positive else 1
                score = np.where(about, sign * voice.sentiment, -np.inf)
                found.append(
                    FeelingVoice(
                        stage=stage.id,
                        cell=cell,
                        complaints=len(bad),
                        praise=len(good),
                        quotes=quotes_of(voice, store, score),
                    )
                )
    return tuple(found)


def _matches(voice: Voice, cells: Sequence[Cell], vectors: Vectors) -> tuple[drift.Floats, drift.Floats]:
    similarity = (vectors @ voice.vectors.T).astype(np.float64) if len(voice.at) else np.zeros((len(cells), 0))
    similarity -= drift.excess(similarity)[:, None]
    return similarity, drift.word_shares([stems(cell.text) for cell in cells], voice.words)


def _ways(voice: Voice, groups: Sequence[Ints]) -> list[Status]:
    """Say of each group of feedback which way it goes, by the test of recurrence."""
    if not groups:
        return []
    counts = np.array([voice.weekly(group) for group in groups])
    return [trend.status for trend in statuses(counts, voice.weekly(voice.everyone).astype(np.float64))]


def _main_stage(facts: Facts, positions: Ints) -> str | None:
    codes = facts.stage.codes[positions]
    codes = codes[codes >= 0]
    return facts.stage.values[int(np.bincount(codes).argmax())] if len(codes) else None
