"""What customers said, point by point, made ready to be held against a journey map."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from knowledge.analysis.drift import RECENT_WEEKS
from knowledge.embedding import Vectors
from knowledge.facts import Facts
from knowledge.feedback import NEGATIVE, POSITIVE
from knowledge.layers.exchange import refuse_exchanged
from knowledge.store import Store

QUOTES = 2
WEEKS = 78

Mask = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Said:
    """Words of a customer: the point that made the match."""

    feedback_id: str
    text: str
    day: date | None


@dataclass(frozen=True, kw_only=True, eq=False)
class Voice:
    """What customers said before a day: a point a row. `at` are positions in the facts."""

    facts: Facts
    vectors: Vectors
    at: Ints
    texts: list[str]
    theme: NDArray[np.object_]
    as_of: date

    @cached_property
    def sentiment(self) -> NDArray[np.float64]:
        """The sentiment of the feedback that each point is part of."""
        return self.facts.sentiment[self.at]

    @property
    def complaint(self) -> Mask:
        """Which points stand in complaints."""
        return self.sentiment <= NEGATIVE

    @property
    def praise(self) -> Mask:
        """Which points stand in praise."""
        return self.sentiment >= POSITIVE

    @cached_property
    def everyone(self) -> Ints:
        """The positions of all feedback, each once."""
        return np.unique(self.at)

    @cached_property
    def words(self) -> list[frozenset[str]]:
        """The telling words of each point."""
        return [stems(text) for text in self.texts]

    def in_stage(self, stage: str) -> Mask:
        """Return which points stand in feedback on a stage."""
        return self.facts.stage.among([stage])[self.at]

    def recent(self, positions: Ints) -> Ints:
        """Return those of these positions that are from the recent weeks."""
        start = self.as_of - timedelta(weeks=RECENT_WEEKS)
        return positions[self.facts.day[positions] >= start.toordinal()]

    def months(self, positions: Ints) -> list[int]:
        """Count by stretches of four weeks within the year before the recent weeks, oldest first."""
        weeks = self.weekly(positions)[: WEEKS - RECENT_WEEKS]
        return [int(count) for count in weeks[len(weeks) % 4 :].reshape(-1, 4).sum(axis=1)[-13:]]

    def weekly(self, positions: Ints) -> Ints:
        """Count by week, the last ending the day before `as_of`."""
        day = self.facts.day[positions].astype(np.int64)
        week = WEEKS - 1 - (self.as_of.toordinal() - 1 - day[day > 0]) // 7
        return np.bincount(week[week >= 0], minlength=WEEKS)[:WEEKS].astype(np.int64)


def read_voice(store: Store, model_id: str, as_of: date) -> Voice:
    """Read all points of feedback that counts and was given before `as_of`, or at no known time."""
    facts = store.feedback.facts()
    refuse_exchanged(store, model_id)
    rows, n, vectors = store.vectors.of_points(model_id)
    themes = {(point.row, point.n): point.theme for point in store.points.all()}
    spans = store.points.spans()
    texts = dict(zip([(row, number) for row, number, *_ in spans], store.points.every_text(), strict=True))
    keys = list(zip(rows.tolist(), n.tolist(), strict=True))
    at = np.searchsorted(facts.row, rows)
    keep = facts.counted[at] & (facts.day[at] < as_of.toordinal())
    kept = [key for key, use in zip(keys, keep.tolist(), strict=True) if use]
    return Voice(
        facts=facts,
        vectors=vectors[keep],
        at=at[keep].astype(np.int64),
        texts=[texts[key] for key in kept],
        theme=np.array([themes.get(key) or "" for key in kept], dtype=object),
        as_of=as_of,
    )


def quotes_of(voice: Voice, store: Store, score: NDArray[np.floating]) -> tuple[Said, ...]:
    """Return the points with the highest score, one for each customer's words."""
    chosen: dict[int, int] = {}
    seen: set[str] = set()
    for i in np.argsort(-score, kind="stable").tolist():
        if not np.isfinite(score[i]) or len(chosen) == QUOTES:
            break
        if int(voice.at[i]) not in chosen and voice.texts[i].lower() not in seen:
            chosen[int(voice.at[i])] = i
            seen.add(voice.texts[i].lower())
    ids = store.feedback.ids([int(voice.facts.row[position]) for position in chosen])
    return tuple(_said(voice, ids, position, i) for position, i in chosen.items())


def _said(voice: Voice, ids: dict[int, str], position: int, i: int) -> Said:
    day = int(voice.facts.day[position])
    return Said(
        feedback_id=ids[int(voice.facts.row[position])],
        text=voice.texts[i],
        day=date.fromordinal(day) if day else None,
    )


def naming(words: Sequence[frozenset[str]], step: str) -> Mask:
    """Return which texts name a step: all of its words occur."""
    wanted = stems(step)
    return np.array([bool(wanted) and wanted <= each for each in words], dtype=bool)


_WORD = re.compile(r"[^\W_]+")
_COMMON_WORDS = (
    "a about after all an and any are as at be been before but by can do does for from get gets got had has have he "
    "her his i if in into is it its me more most much my no nor not of off on one or our out she so than that the "
    "their them they this to too up us very was we were what when which who will with without you your"
)
_COMMON = frozenset(_COMMON_WORDS.split())


def stems(text: str) -> frozenset[str]:
    """Return the telling words of a text, without their endings."""
    return frozenset(_stem(word) for word in _words(text))


def _words(text: str) -> Iterator[str]:
    return (word for word in _WORD.findall(text.lower()) if word not in _COMMON)


@lru_cache(maxsize=100_000)
def _stem(word: str) -> str:
    if word.endswith("ies") and len(word) > 5:
        return word[:-3] + "y"
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
