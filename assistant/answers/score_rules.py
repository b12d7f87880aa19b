"""Numbers of CSAT and NPS that the ratings of feedback make, whichever way these were read."""

from collections.abc import Callable, Mapping

from assistant.answers.answer import Finding
from knowledge.analysis.intervals import Moments, compare_means, moments
from knowledge.analysis.scores import Score, answers_of, score_of
from knowledge.scope import Scope
from knowledge.tally import Tallies

Value = float | int | str | None
Rule = Callable[[Finding, Tallies], Value]


def _scale(scope: Scope, tallies: Tallies) -> str | None:
    """Return the one scale of a scope's ratings; None where they have several, or none is known."""
    scales = tallies.records(scope).scale.values
    return scales[0] if len(scales) == 1 else None


def score_in(scope: Scope | None, tallies: Tallies) -> Score | None:
    """Return the score of what is rated in scope; None where nothing is, or on several scales."""
    scale = _scale(scope, tallies) if scope else None
    return score_of(tallies.records(scope).score, scale) if scope and scale else None


def _moments(scope: Scope | None, tallies: Tallies) -> Moments | None:
    scale = _scale(scope, tallies) if scope else None
    return moments(answers_of(tallies.records(scope).score, scale)) if scope and scale else None


def _of(name: str) -> Rule:
    def rule(finding: Finding, tallies: Tallies) -> Value:
        found = score_in(finding.scope, tallies)
        return getattr(found, name) if found else None

    return rule


def _p_value(finding: Finding, tallies: Tallies) -> Value:
    now, before = _moments(finding.recent or finding.scope, tallies), _moments(finding.before, tallies)
    return compare_means(now, before) if now and before else None


RULES: Mapping[str, Rule] = {
    "score_kind": _of("kind"),
    "score_scale": lambda f, t: _scale(f.scope or Scope(), t),
    "score_value": _of("value"),
    "score_n": _of("n"),
    "score_low": _of("low"),
    "score_high": _of("high"),
    "score_previous": lambda f, t: found.value if (found := score_in(f.before, t)) else None,
    "score_recent": lambda f, t: found.value if f.recent and (found := score_in(f.recent, t)) else None,
    "score_p_value": _p_value,
}
