"""Numbers of drivers: made from the rated rows of a scope, whichever way these were read."""

from collections.abc import Callable, Mapping

from assistant.answers.answer import Finding
from knowledge.analysis.drivers import Driver, Drivers, drivers
from knowledge.scope import Scope
from knowledge.tally import Tallies, scope_key

Value = float | int | str | None


def drivers_of(scope: Scope, tallies: Tallies) -> Drivers | None:
    """Return what goes with the score in scope; computed once for all findings that rest on it."""
    return tallies.kept.get(("drivers", scope_key(scope)), lambda: (drivers(tallies.records(scope)),))[0]


def _one(finding: Finding, tallies: Tallies) -> Driver | None:
    known = drivers_of(finding.base, tallies) if finding.base else None
    return next((d for d in known.drivers if d.theme == finding.theme_id), None) if known else None


def _all(finding: Finding, tallies: Tallies) -> Drivers | None:
    return drivers_of(finding.scope, tallies) if finding.scope else None


def _of(name: str) -> Callable[[Finding, Tallies], Value]:
    """Return the rule of a number of one driver; None where the theme was not looked at."""

    def rule(finding: Finding, tallies: Tallies) -> Value:
        found = _one(finding, tallies)
        value = getattr(found, name) if found else None
        return ("yes" if value else "no") if isinstance(value, bool) else value

    return rule


def _whole(name: str) -> Callable[[Finding, Tallies], Value]:
    def rule(finding: Finding, tallies: Tallies) -> Value:
        found = _all(finding, tallies)
        return getattr(found, name) if found else None

    return rule


def _scale(end: int) -> Callable[[Finding, Tallies], Value]:
    def rule(finding: Finding, tallies: Tallies) -> Value:
        scales = tallies.records(finding.scope or Scope()).scale.values
        return float(scales[0].split()[end]) if len(scales) == 1 else None

    return rule


RULES: Mapping[str, Callable[[Finding, Tallies], Value]] = {
    **{key: _of(key) for key in ("effect", "effect_low", "effect_high", "gain", "gain_low", "gain_high")},
    "rated": _of("rated"),
    "score_without": _of("without"),
    "clear": _of("clear"),
    "apart": _of("apart"),
    "rated_all": lambda f, t: len(t.records(f.scope or Scope())),
    "scales": lambda f, t: len(t.records(f.scope or Scope()).scale.values),
    "score": _whole("score"),
    "explained": _whole("explained"),
    "looked": lambda f, t: len(found.drivers) if (found := _all(f, t)) else 0,
    "scale_low": _scale(0),
    "scale_high": _scale(1),
}
