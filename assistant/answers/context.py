"""What the author of an answer may look at: one revision of the data, an open store, and today's date."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from assistant.answers.measures import Source
from assistant.answers.scopes import Frame, frame
from assistant.answers.wording import Names
from assistant.questions.question import Question
from knowledge.analysis.funnel import ArrayEvents
from knowledge.embedding import Embedder
from knowledge.events import EventLog
from knowledge.facts import Facts
from knowledge.journey import JourneyMap
from knowledge.metrics import Metric, MetricPoint
from knowledge.scope import Scope
from knowledge.store import Store
from knowledge.store.event_counts import SqlEvents
from knowledge.store.tallies import SqlTallies
from knowledge.tally import FactTallies, Kept, Tallies
from knowledge.themes import Theme


@dataclass(frozen=True, kw_only=True)
class Knowledge:
    """Everything small enough to keep in memory, read at one revision and shared by threads; never changed."""

    facts: Facts
    themes: Mapping[str, Theme]
    journey: JourneyMap | None
    metrics: Mapping[str, Metric]
    points: Mapping[str, tuple[MetricPoint, ...]]
    logs: tuple[EventLog, ...] = ()

    @property
    def revision(self) -> int:
        """The revision of the store at which all of this was read."""
        return self.facts.revision

    @cached_property
    def names(self) -> Names:
        """What stages are called."""
        return names_of(self.journey)


def read_knowledge(store: Store) -> Knowledge:
    """Read everything that answers need, except for the words of customers."""
    points: dict[str, list[MetricPoint]] = {}
    for point in store.metrics.points():
        points.setdefault(point.metric, []).append(point)
    return Knowledge(
        facts=store.feedback.facts(),
        themes={theme.id: theme for theme in store.themes.all()},
        journey=store.maps.current(),
        metrics={metric.id: metric for metric in store.metrics.all()},
        points={metric: tuple(values) for metric, values in points.items()},
        logs=tuple(store.events.logs()),
    )


def names_of(journey: JourneyMap | None) -> Names:
    """Return the names of a map's stages."""
    return Names(stages={stage.id: stage.name for stage in journey.stages} if journey else {})


Relevant = Callable[[str, Scope], tuple[int, ...]]
"""(topic, scope) → the rows in scope that are about the topic, ascending."""

Search = Callable[[str, Scope, int], tuple[int, ...]]
"""(topic, scope, limit) → the rows in scope that fit the topic best, best first."""


@dataclass(frozen=True, kw_only=True)
class Context:
    """One question's view: shared knowledge, this thread's store, and ways to search it."""

    knowledge: Knowledge
    store: Store
    embedder: Embedder
    relevant: Relevant
    search: Search
    as_of: date
    tallies: FactTallies
    _frames: dict[str, Frame] = field(default_factory=dict)

    @property
    def facts(self) -> Facts:
        """Feedback as columns."""
        return self.knowledge.facts

    @property
    def names(self) -> Names:
        """What stages are called."""
        return self.knowledge.names

    @cached_property
    def source(self) -> Source:
        """Where the measures of this answer are read from: memory."""
        known = self.knowledge
        return Source(
            tallies=self.tallies,
            theme=known.themes.get,
            metric=known.metrics.get,
            points=lambda key: known.points.get(key, ()),
            journey=lambda: known.journey,
            fixes=self.store.fixes.all,
            events=lambda: self.tallies.kept.get("events", lambda: ArrayEvents(self.store.events.facts())),
        )

    def frame(self, question: Question) -> Frame:
        """Return what the question is about; its topic, if any, is searched in all periods, so that they compare."""
        if question.text not in self._frames:
            rows = self._about(question)
            self._frames[question.text] = frame(question, self.facts, self.as_of, rows=rows)
        return self._frames[question.text]

    def _about(self, question: Question) -> tuple[int, ...] | None:
        if not question.topic and not question.not_about:
            return None
        anywhen = Scope(stages=question.stages, filters=question.filters, without=question.without,
                        themes=question.themes, rating=question.rating, customer=question.customer)  # fmt: skip
        rows = self.relevant(question.topic, anywhen) if question.topic else self.tallies.rows(anywhen)
        for topic in question.not_about:
            out = frozenset(self.relevant(topic, anywhen))
            rows = tuple(row for row in rows if row not in out)
        return rows


def store_source(store: Store, kept: Kept | None = None) -> Source:
    """Return where the same measures are read from when they are verified: the file, by SQL."""
    metrics: dict[str, Metric] = {}

    def metric(key: str) -> Metric | None:
        if not metrics:
            metrics.update({m.id: m for m in store.metrics.all()})
        return metrics.get(key)

    def points(key: str) -> Sequence[MetricPoint]:
        return store.metrics.points(key)

    tallies: Tallies = SqlTallies(store.db, kept)
    return Source(tallies=tallies, theme=store.themes.get, metric=metric, points=points, journey=store.maps.current,
                  events=lambda: SqlEvents(store.db, tallies.kept), fixes=store.fixes.all)  # fmt: skip
