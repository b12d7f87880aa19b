"""The review: the most useful question to a person next, what an answer would move, and the answer.

Plain data, so that a terminal and Slack can ask the same questions. A review ends: every answer settles rows for good,
and what is skipped does not come again in the same review.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from itertools import islice

import numpy as np

from knowledge.corrections import Correction, in_force
from knowledge.errors import NotFound
from knowledge.journey import JourneyMap
from knowledge.layers.stage_board import UNSURE, Board, Decided, is_settled, read_sample
from knowledge.layers.stage_edits import Moves, StageDesk
from knowledge.layers.stages import decide
from knowledge.staging.questions import Asked, Candidate, candidates
from knowledge.store import Store

QUOTES = 3
SAMPLE = 40_000
"""From at least so many pieces of feedback the questions are chosen; of less than twice as many all are looked at."""
_NONE = np.zeros(0, dtype=np.int64)


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


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How many answers were given, and how many of all `count` pieces of feedback are settled, or still unsure."""

    answers: int
    settled: int
    unsure: int
    count: int


@dataclass(frozen=True, kw_only=True, eq=False)
class _View:
    """What questions are chosen from: one row in `every`; `open_in` counts what is open of each theme in all."""

    board: Board
    decided: Decided
    every: int = 1
    open_in: Mapping[str, int] = field(default_factory=dict)


class Review:
    """A dialogue with one person. Questions that were skipped are remembered here, everything else in the store.

    Of much feedback the first questions are chosen from a sample, so that they are there at once; all of it is read
    when it is to be said what an answer moves, and from then on the questions are chosen from all.
    """

    def __init__(
        self, store: Store, journey: JourneyMap, model_id: str, *, actor: str, skipped: Iterable[str] = ()
    ) -> None:
        self.store, self.journey, self.actor = store, journey, actor
        self.stages = tuple(stage.id for stage in journey.stages)
        self._model_id, self._skipped = model_id, set(skipped)

    @cached_property
    def desk(self) -> StageDesk:
        """All feedback, read when it is needed."""
        return StageDesk(self.store, self.journey, self._model_id)

    def next(self) -> StageQuestion | None:
        """Return the most useful question; None when nothing is worth asking."""
        return next(self.questions(), None)

    def queue(self, limit: int) -> list[StageQuestion]:
        """Return the next questions, if none of them were answered before the others."""
        return list(islice(self.questions(), limit))

    def questions(self) -> Iterator[StageQuestion]:
        """Yield every question that is worth asking and was not skipped, the most useful one first."""
        view = self._view()
        for one in self._candidates(view):
            key = self._key(view, one)
            if key not in self._skipped:
                yield self._question(view, one, key)

    def find(self, key: str) -> StageQuestion | None:
        """Return the question of this key as it stands now; None when nothing of it is open any more."""
        view = self._view()
        for one in self._candidates(view):
            if self._key(view, one) == key:
                return self._question(view, one, key)
        row = self.store.feedback.rows([key]).get(key)
        place = self.desk.positions([] if row is None else [row])
        if not len(place) or self.desk.board.ground.fixed[place[0]] >= 0:
            return None
        return self._question(self._view(), Candidate(rows=place, theme=None, worth=0.0), key)

    def preview(self, question: StageQuestion, stage: str, *, at: datetime) -> Moves:
        """Say what an answer would move; raises NotFound where nothing of the question is open any more."""
        correction, asked = self._correction(question, stage, at=at)
        return self.desk.preview(correction, asked)

    def answer(self, question: StageQuestion, stage: str, *, at: datetime) -> tuple[Correction, Moves]:
        """Keep an answer and move what it moves; raises NotFound likewise."""
        correction, asked = self._correction(question, stage, at=at)
        return self.desk.apply(correction, asked)

    def mixed(self, question: StageQuestion, *, at: datetime) -> Correction:
        """Keep that a theme is of several stages: its pieces are asked about one by one from now on."""
        correction = self.desk.correction(None, _NONE, actor=self.actor, at=at, theme=question.theme_id)
        return self.desk.apply(correction)[0]

    def skip(self, question: StageQuestion) -> None:
        """Leave a question for another time."""
        self._skipped.add(question.key)

    def undo(self, *, at: datetime, number: int | None = None) -> tuple[Correction, Moves]:
        """Take an answer back, the latest one unless a number is named."""
        return self.desk.undo(number, actor=self.actor, at=at)

    def progress(self) -> Progress:
        """Return how far people have come."""
        by = Counter[str]()
        for (_, word), count in self.store.corrections.decided_by().items():
            by[word] += count
        said = in_force(self.store.corrections.all())
        return Progress(
            answers=sum(one.kind != "mixed" for one in said),
            settled=sum(count for word, count in by.items() if is_settled(word)),
            unsure=by[UNSURE],
            count=by.total(),
        )

    def _correction(self, question: StageQuestion, stage: str, *, at: datetime) -> tuple[Correction, int]:
        """Return what is to be kept of an answer, and how many rows the question is about."""
        rows, sure = self.desk.open_rows(question.theme_id, question.feedback_id)
        if not len(rows):
            raise NotFound("Nothing of this question is open any more.")
        correction = self.desk.correction(
            self.desk.stage_of(stage), rows, actor=self.actor, at=at, theme=question.theme_id, sure=sure,
            hoped=question.looks_for,
        )  # fmt: skip
        return correction, len(rows)

    def _view(self) -> _View:
        """Return what questions are chosen from: everything where it has been read or is little, else the sample."""
        if "desk" in self.__dict__ or self._sample is None:
            return _View(board=self.desk.board, decided=self.desk.decided)
        return self._sample

    @cached_property
    def _sample(self) -> _View | None:
        by = self.store.corrections.decided_by()
        every = sum(by.values()) // SAMPLE
        if every < 2:
            return None
        board = read_sample(self.store, self.journey, self._model_id, every=every)
        open_in = Counter[str]()
        for (theme, word), count in by.items():
            if theme is not None and not is_settled(word):
                open_in[theme] += count
        return _View(board=board, decided=decide(board), every=every, open_in=open_in)

    def _candidates(self, view: _View) -> list[Candidate]:
        board = view.board
        theme = {name: code for code, name in enumerate(board.themes)}
        skipped = self.store.feedback.rows([key for key in self._skipped if key not in theme])
        asked = Asked(
            themes=frozenset(theme[c.theme] for c in board.corrections if c.kind == "theme" and c.theme in theme),
            mixed=frozenset(theme[c.theme] for c in board.corrections if c.kind == "mixed" and c.theme in theme),
            rows=frozenset(np.flatnonzero(np.isin(board.row, list(skipped.values()))).tolist()),
            confirmed=frozenset(board.code(c.stage) for c in board.corrections if c.stage) - {-1},
            vain=tuple(board.code(c.hoped) for c in board.corrections if c.hoped and c.hoped != c.stage),
            answers=sum(c.kind != "mixed" for c in board.corrections),
        )
        return candidates(board.ground, view.decided.probability, asked, every=view.every)

    def _key(self, view: _View, one: Candidate) -> str:
        if one.theme is not None:
            return view.board.themes[one.theme]
        row = int(view.board.row[one.rows[0]])
        return self.store.feedback.ids([row])[row]

    def _question(self, view: _View, one: Candidate, key: str) -> StageQuestion:
        board = view.board
        mean = view.decided.probability[one.rows].astype(np.float64).mean(axis=0)
        order = np.argsort(-mean, kind="stable")
        theme = self.store.themes.get(key) if one.theme is not None else None
        hoped = board.stages[one.hoped] if one.hoped is not None else None
        count = len(one.rows) if one.theme is None else max(view.open_in.get(key, 0), len(one.rows))
        question = StageQuestion(
            key=key,
            text="Which stage is this piece of feedback about?",
            count=count,
            quotes=self._quotes(board, one),
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

    def _quotes(self, board: Board, one: Candidate) -> tuple[Quote, ...]:
        """Return the most typical pieces first: nearest to the mean, of different words."""
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
