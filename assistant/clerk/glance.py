"""A glance: all of the journey on one page, from answers that were checked like any other."""

from datetime import date

from assistant.clerk import Clerk, map_in_force
from assistant.clerk.reviewing import open_questions
from assistant.questions.question import Question
from assistant.rendering.charts import Strip
from assistant.rendering.charts_from import chart_of
from assistant.rendering.glance import Glance
from knowledge.store import Store

QUESTIONS = 3


def glance(clerk: Clerk, *, day: date, review: bool) -> Glance:
    """Return the page as of a day; with questions of the review where the reader may answer them."""
    with clerk.look() as store:
        empty = _empty(store)
        if not empty.feedback:
            return empty
        standing = clerk.analyst.answer_question(_question("How is each stage doing?", "stage_performance"), as_of=day)
        strip = chart_of(standing, store)
    new = clerk.analyst.answer_question(_question("What is new?", "emerging"), as_of=day)
    questions = tuple(open_questions(clerk, QUESTIONS)) if review else ()
    return Glance(
        journey=empty.journey,
        names=empty.names,
        feedback=empty.feedback,
        first=empty.first,
        last=empty.last,
        themes=empty.themes,
        metrics=empty.metrics,
        stages=strip.stages if isinstance(strip, Strip) else (),
        new=new,
        questions=questions,
        hints=empty.hints,
    )


def _question(text: str, intent: str) -> Question:
    return Question(text=text, intent=intent)  # type: ignore[arg-type]


def _empty(store: Store) -> Glance:
    """Return what can be said without asking a question."""
    journey, own = map_in_force(store), store.maps.current()
    facts = store.feedback.facts()
    span = facts.span()
    metrics = len(store.metrics.all())
    hints = []
    if not len(facts):
        hints.append("There is no feedback yet. Drop a file with feedback (CSV, Excel, JSON) into our conversation.")
    if own is None:
        hints.append("No journey map has been imported; a general one is in use. journey import map FILE")
    if not metrics:
        hints.append(
            "No metrics have been imported, so stages are judged by feedback alone. journey import metrics FILE"
        )
    return Glance(
        journey=journey.name,
        names=tuple(stage.name for stage in journey.stages),
        feedback=store.feedback.count(),
        first=date.fromordinal(span[0]) if span else None,
        last=date.fromordinal(span[1]) if span else None,
        themes=len(store.themes.all()),
        metrics=metrics,
        hints=tuple(hints),
    )
