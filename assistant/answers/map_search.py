"""Search over the cells of the journey map: what it says about a topic, by words and by meaning."""

import re
from dataclasses import dataclass
from functools import lru_cache

from knowledge.embedding import Embedder, Vectors
from knowledge.journey import JourneyMap, stage_id
from knowledge.layers.map_voice import stems
from knowledge.search import SIMILAR

MOST = 12

_ABOUT = re.compile(
    r"\b(?:about|regarding|concerning|mentions?|says? (?:on|of)|notes? on)\s+(?:the |our |a |an )?(.+?)\s*[?.!]*$",
    re.IGNORECASE,
)
_ON_IT = re.compile(
    r"^(?:is|are|do we have|does|have we(?: got)?)\s+(?:the |our |a |an )?(.+?)\s+(?:on|in|part of) (?:the|our) "
    r"(?:journey )?map\s*\??$",
    re.IGNORECASE,
)
_TAIL = re.compile(r"\s+(?:in|on|at|during|according to)\s+(?:the|our)\s+(?:journey )?map$", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Found:
    """A part of the map that fits a topic: a cell (`lane`, perhaps `step`), a touchpoint, or a description."""

    stage: str
    what: str
    text: str
    lane: str | None = None
    step: str | None = None
    score: float = 0.0


def topic_of(text: str, journey: JourneyMap) -> str | None:
    """Return what a question asks the map about; None where it names no topic, or a stage by its own name."""
    found = _ABOUT.search(text.strip()) or _ON_IT.search(text.strip())
    topic = _TAIL.sub("", found[1]).strip() if found else ""
    if not topic or stage_id(topic) in {key for stage in journey.stages for key in (stage.id, stage_id(stage.name))}:
        return None
    return topic


def search_map(journey: JourneyMap, topic: str, embedder: Embedder, *, limit: int = MOST) -> list[Found]:
    """Return the parts of the map that are about a topic, best first: its words occur in them, or they are SIMILAR."""
    parts = _parts(journey)
    wanted = stems(topic)
    if not parts or not wanted:
        return []
    # an embedder is one object for the life of a process
    near = _vectors(embedder, tuple(map(_context, parts))) @ embedder.encode([topic])[0]  # type: ignore[arg-type]
    scored = []
    for part, similarity in zip(parts, near.tolist(), strict=True):
        held = len(wanted & stems(_context(part))) / len(wanted)
        if held == 1 or similarity >= SIMILAR:
            scored.append((held + similarity, part))
    scored.sort(key=lambda pair: -pair[0])
    return [
        Found(stage=p.stage, what=p.what, text=p.text, lane=p.lane, step=p.step, score=score)
        for score, p in scored[:limit]
    ]


@lru_cache(maxsize=4)
def _vectors(embedder: Embedder, texts: tuple[str, ...]) -> Vectors:
    """Encode the parts of a map once, however often it is searched."""
    return embedder.encode(texts)


def _parts(journey: JourneyMap) -> list[Found]:
    found = []
    for stage in journey.stages:
        if stage.description:
            found.append(Found(stage=stage.id, what="description", text=stage.description))
        found += [Found(stage=stage.id, what="touchpoint", text=touchpoint) for touchpoint in stage.touchpoints]
        found += [Found(stage=stage.id, what="cell", text=c.text, lane=c.lane, step=c.step) for c in stage.cells]
    return found


def _context(part: Found) -> str:
    return f"{part.step}: {part.text}" if part.step else part.text
