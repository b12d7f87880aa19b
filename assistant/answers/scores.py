"""CSAT and NPS from the ratings of feedback, kept apart from metrics of the same name that were imported."""

import re

from assistant.answers.answer import Finding
from assistant.answers.context import Context
from assistant.answers.draft import Draft
from assistant.answers.score_rules import score_in
from assistant.answers.wording import Names, during, figure, has, number, p, sentence, where, whole, words
from knowledge.analysis.rates import ALPHA
from knowledge.analysis.scores import NPS_SCALE
from knowledge.metrics import Metric
from knowledge.readers.known_metrics import KNOWN
from knowledge.scope import Scope

KEYS = (
    "score_kind", "score_scale", "score_value", "score_n", "score_low", "score_high", "score_previous", "score_recent",
    "score_p_value",
)  # fmt: skip

RATING = re.compile(r"\b(?:ratings?|stars?)\b", re.IGNORECASE)
"""Whoever says "rating" means what customers gave with their feedback, whatever else was measured."""


def metrics_in(scales: tuple[str, ...]) -> tuple[Metric, ...]:
    """Return the metrics that ratings on these scales make."""
    kinds = {"nps" if scale == NPS_SCALE else "csat" for scale in scales}
    return tuple(KNOWN[kind] for kind in sorted(kinds))


def add_score(draft: Draft, context: Context) -> int | None:
    """Add the score that the ratings of what was asked about make; None where it is not the metric asked for."""
    frame = context.frame(draft.question)
    before = frame.scope.on(period=frame.before) if frame.scope.period and frame.before else None
    stage = draft.question.stages[0] if len(draft.question.stages) == 1 else None
    found = score_in(frame.scope, context.tallies)
    if found is None or found.kind not in draft.question.metrics:
        return None
    return draft.add(Finding(kind="count", numbers={}, stage=stage, scope=frame.scope, before=before), *KEYS)


def add_score_of(draft: Draft, scope: Scope) -> int | None:
    """Add the score that the ratings in a scope make; None where there are none."""
    if score_in(scope, draft.context.tallies) is None:
        return None
    stage = scope.stages[0] if len(scope.stages) == 1 else None
    return draft.add(Finding(kind="count", numbers={}, stage=stage, scope=scope), *KEYS)


@sentence
def from_feedback(names: Names, found: Finding) -> str:
    """State a score that was computed from ratings, and say so."""
    nps = words(found, "score_kind") == "nps"
    low, high = words(found, "score_scale").split()
    what = "NPS" if nps else f"Mean rating on {number(float(low))} to {number(float(high))}"
    ends = (
        f", 95% interval {_two(found, 'score_low')} to {_two(found, 'score_high')}" if has(found, "score_low") else ""
    )
    size = f"(n = {number(whole(found, 'score_n'))}{ends})"
    told = f"{what} from feedback{where(found.scope, names)}: {_two(found, 'score_value')} {size}"
    return f"{told}{_before(found)}. Computed from ratings in the feedback, apart from what was imported."


def _before(found: Finding) -> str:
    """Write the score before, and where all time is told of, the one lately; empty without a stretch before."""
    if not has(found, "score_previous") or found.before is None:
        return ""
    was = f"{_two(found, 'score_previous')} {during(found.before.period)}"
    told = f"; {was}"
    if found.recent and has(found, "score_recent"):
        told = f"; {_two(found, 'score_recent')} {during(found.recent.period)} after {was}"
    if not has(found, "score_p_value"):
        return told
    verdict = "a change" if figure(found, "score_p_value") < ALPHA else "no clear change"
    return f"{told}, {verdict} ({p(figure(found, 'score_p_value'))})"


def _two(found: Finding, key: str) -> str:
    return number(round(figure(found, key), 2))
