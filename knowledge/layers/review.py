"""The review: the most useful question to a person next, what an answer would move, and the answer.

Plain data, so that a terminal and Slack can ask the same questions. A review ends: every answer settles rows for good,
and what is skipped does not come again in the same review.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np

from knowledge.corrections import Correction
from knowledge.journey import JourneyMap
from knowledge.layers.stage_edits import Moves, StageDesk
from knowledge.staging.questions import Asked, Candidate, candidates
from knowledge.store import Store

QUOTES = 3


@dataclass(frozen=True, kw_only=True)
class Quote:
    """A piece of feedback as it is shown: its id and text, when and where it was said."""

    id: str
    text: str
    day: date | None = None
    channel: str | None = None


@dataclass(frozen=True, kw_only=True)
class StageQuestion:
    """One question: which stage `count` pieces of feedback are about.

    `theme_id` and `theme` are None where it is about a single piece, `feedback_id`. `guesses` are stages with their
    probability, best first; `looks_for` is a stage that nobody has confirmed yet. `key` names the question; `why` says
    why it is asked.
    """

    key: str
    text: str
    count: int
    quotes: tuple[Quote, ...]
    guesses: tuple[tuple[str, float], ...]
    why: str
    theme_id: str | None = None
    theme: str | None = None
    feedback_id: str | None = None
    looks_for: str | None = None


class Review:
    """A dialogue with one person. Questions that were skipped are remembered here, everything else in the store."""

    def __init__(self, store: Store, journey: JourneyMap, model_id: str, *, actor: str) -> None:
        self.store, self.journey, self.actor = store, journey, actor
        self.desk = StageDesk(store, journey, model_id)
        self._skipped: set[str] = set()
        self._found: list[tuple[StageQuestion, Candidate]] = []

    def next(self) -> StageQuestion | None:
        """Return the most useful question; None when nothing is worth asking."""
        return next(iter(self.queue(1)), None)

    def queue(self, limit: int) -> list[StageQuestion]:
        """Return the next questions, if none of them were answered before the others."""
        self._found = []
        for one in self._candidates():
            if len(self._found) >= limit:
                break
            if self._key(one) not in self._skipped:
                self._found.append((self._question(one), one))
        return [question for question, _ in self._found]

    def preview(self, question: StageQuestion, stage: str, *, at: datetime) -> Moves:
        """Say what an answer would move."""
        return self.desk.preview(self._correction(question, stage, at=at), question.count)

    def answer(self, question: StageQuestion, stage: str, *, at: datetime) -> tuple[Correction, Moves]:
        """Keep an answer and move what it moves."""
        return self.desk.apply(self._correction(question, stage, at=at), question.count)

    def mixed(self, question: StageQuestion, *, at: datetime) -> Correction:
        """Keep that a theme is of several stages: its pieces are asked about one by one from now on."""
        its = self._candidate(question)
        correction = self.desk.correction(None, its.rows, actor=self.actor, at=at, theme=question.theme_id)
        return self.desk.apply(correction)[0]

    def skip(self, question: StageQuestion) -> None:
        """Leave a question for another time."""
        self._skipped.add(question.key)

    def undo(self, *, at: datetime, number: int | None = None) -> tuple[Correction, Moves]:
        """Take an answer back, the latest one unless a number is named."""
        return self.desk.undo(number, actor=self.actor, at=at)

    def _correction(self, question: StageQuestion, stage: str, *, at: datetime) -> Correction:
        its = self._candidate(question)
        return self.desk.correction(
            self.desk.stage_of(stage), its.rows, actor=self.actor, at=at, theme=question.theme_id, sure=its.sure,
            hoped=question.looks_for,
        )  # fmt: skip

    def _candidate(self, question: StageQuestion) -> Candidate:
        return next(one for asked, one in self._found if asked.key == question.key)

    def _candidates(self) -> Iterator[Candidate]:
        board, decided = self.desk.board, self.desk.decided
        theme = {name: code for code, name in enumerate(board.themes)}
        skipped = self.store.feedback.rows([key for key in self._skipped if key not in theme])
        asked = Asked(
            themes=frozenset(theme[c.theme] for c in board.corrections if c.kind == "theme" and c.theme in theme),
            mixed=frozenset(theme[c.theme] for c in board.corrections if c.kind == "mixed" and c.theme in theme),
            rows=frozenset(self.desk.positions(list(skipped.values())).tolist()),
            confirmed=frozenset(board.code(c.stage) for c in board.corrections if c.stage) - {-1},
            vain=tuple(board.code(c.hoped) for c in board.corrections if c.hoped and c.hoped != c.stage),
            answers=sum(c.kind != "mixed" for c in board.corrections),
        )
        yield from candidates(board.ground, decided.probability, asked)

    def _key(self, one: Candidate) -> str:
        if one.theme is not None:
            return self.desk.board.themes[one.theme]
        row = int(self.desk.board.row[one.rows[0]])
        return self.store.feedback.ids([row])[row]

    def _question(self, one: Candidate) -> StageQuestion:
        board, probability = self.desk.board, self.desk.decided.probability
        mean = probability[one.rows].astype(np.float64).mean(axis=0)
        order = np.argsort(-mean, kind="stable")
        key = self._key(one)
        theme = self.store.themes.get(key) if one.theme is not None else None
        hoped = board.stages[one.hoped] if one.hoped is not None else None
        count = len(one.rows)
        question = StageQuestion(
            key=key,
            text="Which stage is this piece of feedback about?",
            count=count,
            quotes=self._quotes(one),
            guesses=tuple((board.stages[i], round(float(mean[i]), 3)) for i in order.tolist()),
            why=_why(board.stages[int(order[0])], float(mean[order[0]]), hoped, count),
            looks_for=hoped,
            feedback_id=None if theme else key,
        )
        if not theme:
            return question
        which = "this piece of feedback is" if count == 1 else f"these {count:,} pieces of feedback are"
        text = f"{which[0].upper()}{which[1:]} about “{theme.name}”. Which stage?"
        return replace(question, text=text, theme_id=theme.id, theme=theme.name)

    def _quotes(self, one: Candidate) -> tuple[Quote, ...]:
        """Return the most typical pieces first: nearest to the mean, of different words."""
        board = self.desk.board
        vectors = board.ground.vectors[one.rows[:2000]].astype(np.float32)
        order = one.rows[:2000][np.argsort(-(vectors @ vectors.mean(axis=0)), kind="stable")]
        rows = board.row[order[: 4 * QUOTES]].tolist()
        items = self.store.feedback.by_row(rows)
        distinct = {" ".join(items[row].text.lower().split()): items[row] for row in reversed(rows)}
        chosen = [items[row] for row in rows if distinct[" ".join(items[row].text.lower().split())] is items[row]]
        return tuple(Quote(id=i.id, text=i.text, day=i.day, channel=i.channel) for i in chosen[:QUOTES])


def _why(best: str, sure: float, hoped: str | None, count: int) -> str:
    if hoped:
        return f"Nobody has confirmed the stage {hoped} yet, and of all that is open this is likeliest to be it."
    size = "this single piece" if count == 1 else f"all {count:,} of them"
    return f"The best guess is {best} ({sure:.0%}); one answer settles {size} and teaches what is like it."
