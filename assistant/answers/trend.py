"""How something goes over time: counts by month against all feedback, with a test for a trend."""

import re
from dataclasses import replace

from assistant.answers import busiest, evidence, fix, metric
from assistant.answers.answer import Answer, Finding
from assistant.answers.context import Context
from assistant.answers.draft import Draft, sure
from assistant.answers.limits import add_limits, nothing
from assistant.answers.measures import exposure_scope
from assistant.answers.quotes import by_search
from assistant.answers.scopes import Frame, known_by
from assistant.answers.scores import RATING, add_score_of, from_feedback
from assistant.answers.stage_summary import mood
from assistant.answers.subject import noun, pieces
from assistant.answers.themes_in import Ranked, ranked
from assistant.answers.time_asked import timed_ends_of
from assistant.answers.wording import (
    Names,
    capital,
    count,
    course,
    figure,
    has,
    listing,
    month,
    number,
    p,
    percent,
    sentence,
    where,
    whole,
)
from assistant.questions.question import Question
from knowledge.analysis.rates import ALPHA, adjust, trend_p
from knowledge.scope import Scope

_STEP = ("topic", "count", "previous", "recent", "exposure", "exposure_before", "p_value")

_MOOD = ("topic", "count", "complaint_share", "low", "high", "previous_complaint_share", "recent_complaint_share",
         "p_value")  # fmt: skip
_BETTER = re.compile(r"\b(?:better|worse|improv\w*|worsen\w*|declin\w*|deteriorat\w*)\b", re.IGNORECASE)
"""Whoever asks so means how people feel about it, beside how often they speak of it."""

_MOVERS, _LOOKED_AT = 3, 40

_SHOWN = 13
"""Months listed in a sentence; a longer course is told by its last ones."""


def answer(question: Question, context: Context) -> Answer:
    """Answer "how has delivery developed since May?"."""
    if fix.asked(question):
        return fix.answer(question, context)
    frame = context.frame(question)
    if question.metrics:
        return metric.answer(question, context)
    scope = known_by(context.as_of, frame.scope.on(polarity=question.polarity), context.facts)
    if not context.tallies.count(frame.scope):
        return nothing(question, context, frame)
    draft = Draft(question, context)
    theme = question.themes[0] if len(question.themes) == 1 else None
    finding = Finding(kind="theme" if theme else "count", numbers={"topic": question.topic}, theme_id=theme,
                      stage=question.stages[0] if len(question.stages) == 1 else None)  # fmt: skip
    over = draft.add(replace(finding, scope=scope, test="trend"), "topic", "count", "customers", "p_value")
    draft.head(headline, over)
    if frame.before and question.polarity is None and _BETTER.search(question.text):
        judged = frame.narrowed(replace(finding, test="shares"))
        draft.say(feeling, draft.add(judged, *_MOOD))
    draft.say(months, over)
    if frame.before and _narrow(question):
        step = frame.narrowed(replace(finding, test="rate"), polarity=question.polarity)
        draft.say(stretch, draft.add(step, *_STEP))
    if not question.themes and not question.topic:
        moving = _movers(draft, scope)
        if moving:
            draft.head(moves, *moving)
            draft.say(headline, over)
        elif not _narrow(question):
            draft.head(still, over)  # all feedback as a share of all feedback would tell nothing
    if ends := timed_ends_of(question.text):
        busiest.add(draft, over, ends)
    _illustrate(draft, scope, over)
    add_limits(draft, frame)
    draft.ask("What is new?", "What keeps coming back?")
    return draft.answer(sure(context.tallies.count(scope)))


def _illustrate(draft: Draft, scope: Scope, over: int) -> None:
    """Add the ratings where somebody asked how they went, words of customers, and what "on" means."""
    question, theme = draft.question, draft.findings[over].theme_id
    rated = add_score_of(draft, scope) if RATING.search(question.text) and not question.rating else None
    if rated is not None:
        draft.head(from_feedback, rated)
    quotes = evidence.choose(
        draft.context, scope, 2, finding=over, theme=theme, query=question.topic, avoid=draft.quoted
    )
    draft.quote(quotes)
    if question.topic:
        draft.limit(by_search, over)


def _movers(draft: Draft, scope: Scope) -> list[int]:
    """Say which themes rise or fall month by month; the choice is corrected for the number of themes looked at."""
    context = draft.context
    scope = scope.on(polarity=scope.polarity or "complaint")
    exposures = context.tallies.months(exposure_scope(scope))
    themes = ranked(context, Frame(scope=scope, recent=None, before=None), lambda t: t.mentions >= 10, _by_size)[
        :_LOOKED_AT
    ]
    found: list[tuple[float, str]] = []
    for theme in themes:
        counts = context.tallies.months(scope.on(themes=(theme.id,)))
        p_value = trend_p([counts.get(m, 0) for m in sorted(exposures)], [exposures[m] for m in sorted(exposures)])
        found.append((1.0 if p_value is None else p_value, theme.id))
    surest = sorted(zip(adjust([p_value for p_value, _ in found]), (theme for _, theme in found), strict=True))
    moved = [theme_id for q_value, theme_id in surest[:_MOVERS] if q_value < ALPHA]
    return [_move(draft, scope.on(themes=(theme_id,)), theme_id) for theme_id in moved]


def _move(draft: Draft, scope: Scope, theme: str) -> int:
    stage = scope.stages[0] if len(scope.stages) == 1 else None
    moving = Finding(kind="theme", numbers={}, theme_id=theme, test="trend", scope=scope, stage=stage)
    index = draft.add(moving, "count", "customers", "p_value")
    draft.say(mover, index)
    draft.quote(evidence.choose(draft.context, scope, 1, finding=index, theme=theme, avoid=draft.quoted))
    return index


def _by_size(theme: Ranked) -> tuple[int]:
    return (theme.mentions,)


def _narrow(question: Question) -> bool:
    """Return whether less than everything is counted, so that its rate among everything means something."""
    return bool(question.themes or question.topic or question.polarity or question.stages)


@sentence
def headline(names: Names, found: Finding) -> str:
    """Name the course by its test."""
    held = capital(f"{'about ' if found.numbers.get('topic') else ''}{pieces(found, names)}")
    tested = f" ({p(figure(found, 'p_value'))})" if has(found, "p_value") else ""
    if heard := _last_heard(found):
        return f"{held}: last heard in {month(heard)}, none since."
    verdict = {
        "rising": f"rising as a share of all feedback{tested}",
        "falling": f"falling as a share of all feedback{tested}",
        "steady": f"no trend beyond chance as a share of all feedback{tested}",
    }.get(found.change or "", "too little for a trend")
    if found.numbers.get("topic") and found.change == "steady":
        verdict += ", as far as a search for words and meaning finds it"
    return f"{held}: {verdict}."


def _last_heard(found: Finding) -> str:
    """Return the last month with any, as "2026-05", where nothing came in all the months that would be listed."""
    heard = [label for label, n, _ in found.series if n]
    silent = len(found.series) > _SHOWN and not any(n for _, n, _ in found.series[-_SHOWN:])
    return heard[-1] if heard and silent else ""


@sentence
def feeling(_: Names, judged: Finding) -> str:
    """Say what share of it is complaint, and how that changed."""
    told = mood(judged).removeprefix(", ")
    return f"Of this, {told}." if told else ""


@sentence
def months(_: Names, found: Finding) -> str:
    """List the months with counts, and the share of all feedback at both ends."""
    until = _last_heard(found)
    shown = tuple(point for point in found.series if not until or point[0] <= until)[-_SHOWN:]
    if len(shown) < 2:
        return ""
    listed = ", ".join(f"{month(label)[:3]} {number(n)}" for label, n, _ in shown)
    ends = [(month(label), n / of) for label, n, of in (shown[0], shown[-1]) if of]
    shares = ""
    if len(ends) == 2 and any(n != of for _, n, of in shown):
        shares = f"; {percent(ends[0][1])} of all feedback in {ends[0][0]}, {percent(ends[1][1])} in {ends[1][0]}"
    return f"By month from {month(shown[0][0])}: {listed}{shares}."


@sentence
def moves(names: Names, *themes: Finding) -> str:
    """Name the themes that rise and those that fall."""
    ways = [(way, [str(t.name) for t in themes if t.change == way]) for way in ("rising", "falling")]
    told = [f"{way}: {listing(named)}" for way, named in ways if named]
    return f"On the move{where(themes[0].scope, names)}, as a share of all feedback, {'; '.join(told)}."


@sentence
def still(names: Names, over: Finding) -> str:
    """Say that no theme moves."""
    held = count(whole(over, "count"), *noun(over))
    return f"No theme{where(over.scope, names)} rises or falls beyond chance, month by month ({held})."


@sentence
def mover(_: Names, theme: Finding) -> str:
    """Name a theme that rises or falls month by month."""
    label = {"rising": "Rising", "falling": "Falling"}.get(theme.change or "", "Steady")
    listed = ", ".join(f"{month(when)[:3]} {number(n)}" for when, n, _ in theme.series[-_SHOWN:])
    held = count(whole(theme, "count"), *noun(theme))
    return f"{label}: {theme.name}, {held} ({p(figure(theme, 'p_value'))}); by month {listed}."


@sentence
def stretch(_: Names, found: Finding) -> str:
    """Compare the last stretch with the one before."""
    return f"{capital(course(found))}." if course(found) else ""
