"""Analyst: words in, a verified answer out. One per process, used by many threads at once."""

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from threading import Lock

import numpy as np

from assistant.answers import (
    compare,
    count,
    drivers,
    emerging,
    funnel,
    metric,
    pain_points,
    people,
    quotes,
    recurring,
    stage_performance,
    stage_summary,
    theme,
    trend,
    unknown,
)
from assistant.answers import help as help_
from assistant.answers import map as map_
from assistant.answers.answer import Answer
from assistant.answers.context import Context, Knowledge, read_knowledge, store_source
from assistant.answers.event_names import with_log_segments, with_log_stages
from assistant.answers.floor import lay_floor
from assistant.answers.limits import nothing
from assistant.answers.mentioned import by_theme, named_subject
from assistant.answers.metric_values import with_metric_segments
from assistant.answers.redirects import redirected
from assistant.answers.scores import metrics_in
from assistant.answers.slips import mended
from assistant.answers.verify import verify
from assistant.questions.followups import Before, follow
from assistant.questions.question import Intent, Question
from assistant.questions.understanding import understand
from assistant.questions.vocabulary import Vocabulary
from knowledge.analysis.rates import compare_rates
from knowledge.embedding import Embedder, Vectors
from knowledge.facts import Column
from knowledge.journey import Stage
from knowledge.layers.exchange import refuse_exchanged
from knowledge.scope import Scope
from knowledge.search import SearchIndex, build_index, relevant, search
from knowledge.store import Store, open_store
from knowledge.store.tallies import reading
from knowledge.tally import FactTallies, Kept
from knowledge.templates import template

Handler = Callable[[Question, Context], Answer]
Opener = Callable[[], AbstractContextManager[Store]]

HANDLERS: Mapping[Intent, Handler] = {
    "pain_points": pain_points.answer,
    "stage_summary": stage_summary.answer,
    "stage_performance": stage_performance.answer,
    "compare": compare.answer,
    "trend": trend.answer,
    "recurring": recurring.answer,
    "emerging": emerging.answer,
    "quotes": quotes.answer,
    "count": count.answer,
    "metric": metric.answer,
    "drivers": drivers.answer,
    "map": map_.answer,
    "theme": theme.answer,
    "people": people.answer,
    "funnel": funnel.answer,
    "help": help_.answer,
    "unknown": unknown.answer,
}

_WITHOUT_FEEDBACK: frozenset[Intent] = frozenset(("help", "map", "metric", "unknown", "stage_performance", "funnel"))
"""Kinds of question that an answer can be given to before any feedback has been imported."""


class Analyst:
    """Answers questions from one file. `store` is its path, or a function that opens it for the calling thread."""

    def __init__(
        self,
        store: Path | str | Opener,
        embedder: Embedder,
        *,
        fiscal_start: int = 1,
        floor: int = 1,
        pseudonym: Callable[[str], str] | None = None,
    ) -> None:
        self._open: Opener = store if callable(store) else lambda: open_store(store)
        self._embedder = Remembering(embedder)
        self._fiscal_start = fiscal_start
        self._floor = floor
        self._pseudonym = pseudonym
        self._lock = Lock()
        self._snapshot: Snapshot | None = None

    @property
    def embedder(self) -> Embedder:
        """The embedder that questions are encoded with."""
        return self._embedder

    def understand(self, text: str, *, as_of: date, before: Before | None = None) -> Question:
        """Return what a text asks, linked to what the file holds now; `before` is the thread's last question."""
        with self._open() as store:
            return self._understood(text, self._current(store), as_of, before)

    def answer(self, text: str, *, as_of: date, before: Before | None = None) -> Answer:
        """Answer a question in words; relative periods count from `as_of`.

        Half a sentence is understood by the thread's last question, `before`.
        """
        return self._timed(lambda snapshot: self._understood(text, snapshot, as_of, before), as_of)

    def answer_question(self, question: Question, *, as_of: date) -> Answer:
        """Answer a question that is understood already, as a follow-up in a thread is."""
        return self._timed(lambda _: question, as_of)

    def ids(self, answer: Answer) -> dict[int, str]:
        """Return the public id of every row that a finding of the answer rests on."""
        rows = {row for finding in answer.claims for row in finding.rows}
        with self._open() as store:
            return store.feedback.ids(sorted(rows))

    def warm_up(self) -> None:
        """Read everything now, so that the first question does not wait for it."""
        with self._open() as store:
            snapshot = self._current(store)
            snapshot.index(store, self._embedder.model_id)
            store_source(store, snapshot.checked).tallies.months(Scope())
        self.understand("what hurts customers?", as_of=date.min)  # teaches the intents from their exemplars
        compare_rates(1, 1, 1, 1)  # loads scipy

    def _timed(self, ask: Callable[["Snapshot"], Question], as_of: date) -> Answer:
        started = time.perf_counter()
        # One state of the file from the first look to the last check, whoever writes meanwhile.
        with self._open() as store, reading(store.db):
            snapshot = self._current(store)
            answer = reply(ask(snapshot), self._view(snapshot, store, as_of))
            checked = verify(answer, store, snapshot.checked)
        checked = lay_floor(checked, snapshot.knowledge.facts, self._floor)
        return replace(checked, elapsed_ms=round(1000 * (time.perf_counter() - started), 1))

    def _understood(self, text: str, snapshot: "Snapshot", as_of: date, before: Before | None = None) -> Question:
        if before and (
            followed := follow(
                text, before, snapshot.vocabulary, as_of=as_of, embedder=self._embedder, fiscal_start=self._fiscal_start
            )
        ):
            return followed
        return understand(
            text, snapshot.vocabulary, as_of=as_of, embedder=self._embedder, fiscal_start=self._fiscal_start
        )

    def _current(self, store: Store) -> "Snapshot":
        """Return what is kept of the store's present revision, reading it anew where it has grown."""
        revision = store.revision
        with self._lock:
            if self._snapshot is None or self._snapshot.revision != revision:
                refuse_exchanged(store, self._embedder.model_id)
                self._snapshot = Snapshot(knowledge=read_knowledge(store), revision=revision, pseudonym=self._pseudonym)
            return self._snapshot

    def context(self, store: Store, *, as_of: date) -> Context:
        """Return what the author of an answer may look at, over a store that the caller holds open."""
        return self._view(self._current(store), store, as_of)

    def _view(self, snapshot: "Snapshot", store: Store, as_of: date) -> Context:
        facts, embedder = snapshot.knowledge.facts, self._embedder

        def about(topic: str, scope: Scope) -> tuple[int, ...]:
            found = relevant(store, snapshot.index(store, embedder.model_id), embedder, topic, scope)
            return tuple(facts.row[np.sort(found)].tolist())

        def best(topic: str, scope: Scope, limit: int) -> tuple[int, ...]:
            hits = search(store, snapshot.index(store, embedder.model_id), embedder, topic, scope, limit)
            return tuple(hit.row for hit in hits)

        return Context(
            knowledge=snapshot.knowledge, store=store, embedder=embedder, relevant=about, search=best, as_of=as_of,
            tallies=FactTallies(facts, snapshot.counted),
        )  # fmt: skip


def reply(question: Question, context: Context) -> Answer:
    """Return the answer to a question, not verified yet: refuse what cannot be answered, else ask its kind's file."""
    question = redirected(named_subject(mended(funnel.without_its_measure(question), context), context), context)
    if question.missing:
        return unknown.clarify(question, context)
    if question.unknown and question.intent != "help":
        return unknown.unknown_value(question, context)
    if not len(context.facts) and question.intent not in _WITHOUT_FEEDBACK and not _measured(question, context):
        return nothing(question, context, context.frame(question))
    answer = HANDLERS[question.intent](by_theme(question, context), context)
    return replace(answer, question=question)


def _measured(question: Question, context: Context) -> bool:
    """Return whether a question is about metrics that have values, which need no feedback."""
    about = question.intent in ("compare", "trend", "drivers")
    return about and any(context.knowledge.points.get(metric) for metric in question.metrics)


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """What is kept in memory of one revision. The search index is built by the first question that needs it.

    `counted` keeps counts over arrays, `checked` counts by SQL; the two never meet.
    """

    knowledge: Knowledge
    revision: int
    pseudonym: Callable[[str], str] | None = None
    counted: Kept = field(default_factory=Kept)
    checked: Kept = field(default_factory=Kept)
    _indexes: dict[str, SearchIndex] = field(default_factory=dict)
    _lock: AbstractContextManager[bool] = field(default_factory=Lock)

    def index(self, store: Store, model_id: str) -> SearchIndex:
        """Return the search index, built once; a second thread waits for the first."""
        with self._lock:
            if model_id not in self._indexes:
                self._indexes[model_id] = build_index(store, self.knowledge.facts, model_id)
            return self._indexes[model_id]

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The names that a question may use."""
        return vocabulary_of(self.knowledge, self.pseudonym)


def vocabulary_of(knowledge: Knowledge, pseudonym: Callable[[str], str] | None = None) -> Vocabulary:
    """Return the names that questions may use; without a map, the stages of the general one or of the feedback itself.

    `pseudonym` hashes a customer's id as the import did; without it nobody can be asked about by id.
    """
    facts, journey, span = knowledge.facts, knowledge.journey, knowledge.facts.span()
    segments = {name: column.values for name, column in facts.segments.items()}
    return Vocabulary(
        stages=with_log_stages(journey.stages if journey else _without_map(facts.stage.values), knowledge.logs),
        channels=facts.channel.values,
        segments=with_metric_segments(with_log_segments(segments, knowledge.logs), knowledge.points),
        largest={name: _largest(column) for name, column in facts.segments.items()},
        languages=facts.language.values,
        metrics=tuple(({m.id: m for m in metrics_in(facts.scale.values)} | dict(knowledge.metrics)).values()),
        themes=tuple((theme.id, theme.name) for theme in knowledge.themes.values()),
        customer=_finder(facts.customer.values, pseudonym) if pseudonym else None,
        first_day=date.fromordinal(span[0]) if span else None,
        last_day=date.fromordinal(span[1]) if span else None,
    )


def _without_map(occurring: Sequence[str]) -> tuple[Stage, ...]:
    """Return the stages that occur, or all of the general map where it was this that decided: the empty ones, too."""
    general = [stage.id for stage in template("default").stages]
    return tuple(
        Stage(id=key, name=key.replace("-", " ")) for key in (general if set(occurring) <= set(general) else occurring)
    )


def _largest(column: Column, most: int = 12) -> tuple[str, ...]:
    """Return the values that most pieces of feedback have, most first."""
    counts = np.bincount(column.codes[column.codes >= 0], minlength=len(column.values))
    return tuple(column.values[i] for i in np.lexsort((np.arange(len(counts)), -counts))[:most])


def _finder(known: Sequence[str], pseudonym: Callable[[str], str]) -> Callable[[str], str | None]:
    """Return a way to find a customer's pseudonym by the source's id, or by the beginning that answers show."""
    held = frozenset(known)

    def find(asked: str) -> str | None:
        for written in dict.fromkeys((asked, asked.upper(), asked.lower())):
            if (hashed := pseudonym(written)) in held:
                return hashed
        begun = [value for value in known if value.startswith(asked.lower())] if len(asked) >= 8 else []
        return begun[0] if len(begun) == 1 else None

    return find


class Remembering:
    """An embedder that remembers the last short texts: a topic is searched, ranked and quoted by one encoding."""

    def __init__(self, embedder: Embedder, size: int = 256) -> None:
        self._embedder = embedder
        self._size = size
        self._lock = Lock()
        self._known: OrderedDict[str, Vectors] = OrderedDict()

    @property
    def model_id(self) -> str:
        """Name and fingerprint of the model."""
        return self._embedder.model_id

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._embedder.dimension

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector per text; only a single text is remembered."""
        if len(texts) != 1:
            return self._embedder.encode(texts)
        with self._lock:
            if texts[0] in self._known:
                self._known.move_to_end(texts[0])
                return self._known[texts[0]]
        vector = self._embedder.encode(texts)
        with self._lock:
            self._known[texts[0]] = vector
            while len(self._known) > self._size:
                self._known.popitem(last=False)
        return vector
