"""Numbers of a fix: made from counts of the theme and of its stage, whichever way these were read."""

import math
from collections.abc import Callable, Mapping

from assistant.answers.answer import Finding
from knowledge.analysis.fixes import Judged, Stretch, judge
from knowledge.scope import Scope
from knowledge.tally import Tallies

Value = float | int | str | None


def around(scope: Scope) -> Scope:
    """Return the whole of which the complaints about a theme are a part: its stage, whatever was said."""
    return scope.on(themes=(), polarity=None)


def judged(finding: Finding, tallies: Tallies) -> Judged | None:
    """Return the verdict on the fix that a finding is about: `before` until it, `scope` since, `recent` of late."""
    if finding.scope is None or finding.before is None:
        return None
    late = _stretch(finding.recent, tallies) if finding.recent else None
    return judge(_stretch(finding.before, tallies), _stretch(finding.scope, tallies), late)


def _stretch(scope: Scope, tallies: Tallies) -> Stretch:
    days = scope.period.days if scope.period else None
    return Stretch(hits=tallies.count(scope), of=tallies.count(around(scope)), days=days or 0)


def _of(name: str) -> Callable[[Finding, Tallies], Value]:
    def rule(finding: Finding, tallies: Tallies) -> Value:
        found = judged(finding, tallies)
        value = getattr(found, name) if found else None
        # JSON knows no infinity: an open end is an end that is not stated.
        return None if isinstance(value, float) and math.isinf(value) else value

    return rule


RULES: Mapping[str, Callable[[Finding, Tallies], Value]] = {
    "worked": _of("worked"),
    "ratio": _of("ratio"),
    "ratio_low": _of("low"),
    "ratio_high": _of("high"),
    "fix_p_value": _of("p_value"),
    "expected": _of("expected"),
    "late_p_value": _of("late_p"),
    "whole_before": lambda f, t: t.count(around(f.before)) if f.before else None,
    "whole_recent": lambda f, t: t.count(around(f.recent)) if f.recent else None,
}
