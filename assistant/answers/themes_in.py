"""Themes in a scope, as findings: shared by every answer that ranks themes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.answers.answer import Finding
from assistant.answers.context import Context
from assistant.answers.draft import Draft
from assistant.answers.measures import exposure_scope
from assistant.answers.scopes import Frame
from knowledge.analysis.rates import Direction, adjust, compare_rates, direction
from knowledge.scope import Polarity
from knowledge.tally import theme_counts

MIN_MENTIONS = 3
"""With fewer mentions in scope we do not speak of a theme: one angry customer is not one."""

KEYS = (
    "count", "customers", "share", "complaints", "praise", "previous", "recent", "exposure", "exposure_before",
    "p_value", "sentiment",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """A theme with its counts in scope."""

    id: str
    mentions: int
    complaints: int
    praise: int


def ranked(
    context: Context, frame: Frame, keep: Callable[[Ranked], bool], rank: Callable[[Ranked], Sequence[float]]
) -> list[Ranked]:
    """Return the themes in scope that are worth a name and pass `keep`, highest `rank` first."""
    counted = theme_counts(context.facts, context.tallies.positions(frame.scope))
    themes = [
        Ranked(id=theme, mentions=counts[0], complaints=counts[1], praise=counts[2])
        for theme, counts in counted.items()
        if theme in context.knowledge.themes and counts[0] >= MIN_MENTIONS
    ]
    wanted = frame.scope.themes
    chosen = [theme for theme in themes if keep(theme) and (not wanted or theme.id in wanted)]
    # Ties go to the older theme: an order that does not change from run to run.
    return sorted(chosen, key=lambda theme: ([-value for value in rank(theme)], len(theme.id), theme.id))


def pains(context: Context, frame: Frame) -> list[Ranked]:
    """Return the themes that more people complain about than praise, most complaints first."""
    return ranked(
        context, frame, keep=lambda t: t.complaints > t.praise and t.complaints >= 2,
        rank=lambda t: (t.complaints, t.complaints - t.praise),
    )  # fmt: skip


def still_hurting(context: Context, frame: Frame) -> list[Ranked]:
    """Return the pains; where no period was asked about, those that have all but gone stand last.

    "What hurts customers?" asks about now: the most complained about of the year may have been mended in spring.
    """
    over = mended(context, frame)
    return sorted(pains(context, frame), key=lambda theme: theme.id in over)


def mended(context: Context, frame: Frame) -> frozenset[str]:
    """Return the themes that have all but gone of late; none where a period was asked about."""
    if frame.recent is None or frame.before is None:
        return frozenset()
    found = changed(context, frame, lambda theme: True, least=1 / 3)
    return frozenset(theme for theme, way in found if way in ("falling", "gone"))


def praised(context: Context, frame: Frame) -> list[Ranked]:
    """Return the themes that more people praise than complain about, most praise first."""
    return ranked(
        context, frame, keep=lambda t: t.praise > t.complaints and t.praise >= 2,
        rank=lambda t: (t.praise, t.praise - t.complaints),
    )  # fmt: skip


def changed(
    context: Context, frame: Frame, keep: Callable[[Ranked], bool], *, least: float = 1.0
) -> list[tuple[str, Direction]]:
    """Return the themes that pass `keep` and whose rate changed by the test, with the direction, surest first.

    With `least`, a fall counts only where the rate fell below that share of what it was.
    One pass over each stretch counts all themes at once; what is then said of a theme is measured as ever.
    """
    if frame.before is None:
        return []
    now = frame.scope.on(period=frame.recent) if frame.recent else frame.scope
    then = frame.scope.on(period=frame.before)
    here, there = (theme_counts(context.facts, context.tallies.positions(scope)) for scope in (now, then))
    exposures = [context.tallies.count(exposure_scope(scope)) for scope in (now, then)]
    ever = Frame(scope=frame.scope.on(period=None), recent=None, before=None)
    found: list[tuple[float, str, Direction]] = []
    for theme in ranked(context, ever, keep, lambda t: (t.mentions,)):
        count, before = (counted.get(theme.id, (0, 0, 0))[0] for counted in (here, there))
        p_value = compare_rates(count, exposures[0], before, exposures[1])
        # Heard outside both stretches, a rise is no news.
        older = theme.mentions - count - before
        named = direction(count, exposures[0], before, exposures[1], p_value=p_value, earlier=older)
        fell_little = named == "falling" and count / exposures[0] > least * before / exposures[1]
        if p_value is not None and named not in ("steady", "unknown") and not fell_little:
            found.append((p_value, theme.id, named))
    return [(theme, named) for _, theme, named in sorted(found)]


def moved_along(context: Context, frame: Frame, *, worse: bool) -> list[tuple[str, Polarity]]:
    """Return the themes that may stand behind a measure that got worse (or better), with what moved, surest first.

    Worse: complaints became more frequent or praise rarer, beyond chance among all themes looked at; better: the
    reverse.
    """
    if frame.before is None:
        return []
    now, then = frame.scope, frame.scope.on(period=frame.before)
    here, there = (theme_counts(context.facts, context.tallies.positions(scope)) for scope in (now, then))
    exposures = [context.tallies.count(exposure_scope(scope)) for scope in (now, then)]
    looked = [
        (theme, polarity, here.get(theme, _NOBODY)[place], there.get(theme, _NOBODY)[place])
        for theme in sorted({*here, *there})
        for polarity, place in _PLACES
        if theme in context.knowledge.themes
    ]
    p_values = [compare_rates(a, exposures[0], b, exposures[1]) for *_, a, b in looked]
    adjusted = adjust([1.0 if p_value is None else p_value for p_value in p_values])
    moved = [
        (q, theme, polarity)
        for q, (theme, polarity, a, b) in zip(adjusted, looked, strict=True)
        if q < _LOOKED_AT_MANY and max(a, b) >= MIN_MENTIONS
        and (a * exposures[1] > b * exposures[0]) == (worse == (polarity == "complaint"))
    ]  # fmt: skip
    return [(theme, polarity) for _, theme, polarity in sorted(moved)]


_PLACES: tuple[tuple[Polarity, int], ...] = (("complaint", 1), ("praise", 2))
_NOBODY = (0, 0, 0)
_LOOKED_AT_MANY = 0.05
"""Share of false calls among the themes that are named as having moved along (Benjamini & Hochberg)."""


def add_theme(draft: Draft, frame: Frame, theme_id: str, *keys: str) -> int:
    """Add the finding of one theme in this frame: its size, share, mood and change against exposure."""
    stages = frame.scope.stages
    finding = Finding(
        kind="theme",
        numbers={},
        stage=stages[0] if len(stages) == 1 else None,
        theme_id=theme_id,
        test="rate" if frame.before else None,
        base=frame.scope,
    )
    return draft.add(frame.narrowed(finding, themes=(theme_id,)), *(keys or KEYS))
