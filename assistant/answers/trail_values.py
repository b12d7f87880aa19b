"""Numbers of trails: made from who said what when, whichever way that was read."""

from collections.abc import Callable, Mapping

from assistant.answers.answer import Finding
from knowledge.analysis.trail import Step, Trail, trail
from knowledge.scope import Scope
from knowledge.tally import Tallies, scope_key

Value = float | int | str | None


def trail_of(scope: Scope, outcome: str, tallies: Tallies) -> Trail:
    """Return what comes before an outcome in scope; computed once for all findings that rest on it.

    An outcome is "stage:ID", a complaint in that stage, or "theme:ID", any mention of that theme.
    """
    key = ("trail", scope_key(scope), outcome)
    return tallies.kept.get(key, lambda: (_trail(scope, outcome, tallies),))[0]


def _trail(scope: Scope, outcome: str, tallies: Tallies) -> Trail:
    sort, _, key = outcome.partition(":")
    wanted = scope.on(stages=(key,), polarity="complaint") if sort == "stage" else scope.on(themes=(key,))
    themes = sorted({theme for theme, _ in tallies.theme_weeks(scope)})
    said = {theme: tallies.rows(scope.on(themes=(theme,), polarity="complaint")) for theme in themes}
    return trail(tallies.voices(scope), tallies.rows(wanted), said)


def _outcome(finding: Finding, _: Tallies) -> Value:
    """Return the outcome that the finding's other numbers are counted for; raises ValueError where there is none."""
    outcome = finding.numbers.get("outcome")
    if not isinstance(outcome, str) or outcome.partition(":")[0] not in ("stage", "theme"):
        raise ValueError("a trail needs an outcome: stage:ID or theme:ID")
    return outcome


def _whole(name: str) -> Callable[[Finding, Tallies], Value]:
    """Return the rule of a number of the whole trail."""

    def rule(finding: Finding, tallies: Tallies) -> Value:
        found = trail_of(finding.scope or Scope(), str(_outcome(finding, tallies)), tallies)
        value = getattr(found, name)
        return len(value) if isinstance(value, tuple) else value

    return rule


def _of(name: str) -> Callable[[Finding, Tallies], Value]:
    """Return the rule of a number of one theme; None where it was not looked at."""

    def rule(finding: Finding, tallies: Tallies) -> Value:
        found = trail_of(finding.base or Scope(), str(_outcome(finding, tallies)), tallies)
        step: Step | None = next((s for s in found.steps if s.theme == finding.theme_id), None)
        return getattr(step, name) if step else None

    return rule


RULES: Mapping[str, Callable[[Finding, Tallies], Value]] = {
    "outcome": _outcome,
    "customers_back": _whole("customers"),
    "returns": _whole("returns"),
    "outcomes": _whole("hits"),
    "themes_looked": _whole("steps"),
    "themes_few": _whole("few"),
    "earlier_customers": _of("customers"),
    "earlier_returns": _of("returns"),
    "earlier_hits": _of("hits"),
    "other_returns": _of("other_returns"),
    "other_hits": _of("other_hits"),
    "lift": _of("lift"),
    "lift_low": _of("low"),
    "lift_high": _of("high"),
    "trail_p": _of("p"),
    "trail_q": _of("q"),
}
