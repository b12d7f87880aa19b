"""One theme: its size, mood, course over the months, where in the journey, since when, its terms and its words."""

from assistant.answers import evidence
from assistant.answers.answer import Answer, Finding
from assistant.answers.context import Context
from assistant.answers.draft import Draft, sure
from assistant.answers.limits import add_limits, nothing
from assistant.answers.quotes import by_search
from assistant.answers.scopes import Frame
from assistant.answers.themes_in import KEYS, add_theme, ranked
from assistant.answers.trend import months
from assistant.answers.wording import (
    Names,
    count,
    course,
    day_of,
    figure,
    has,
    number,
    percent,
    sentence,
    voices,
    where,
    whole,
    words,
)
from assistant.questions.question import DEFAULT_LIMIT, Question
from knowledge.tally import theme_counts

_STAGES = 3
_LISTED = 10


def answer(question: Question, context: Context) -> Answer:
    """Answer "tell me about T12" or "what is the theme about refunds?"."""
    frame = context.frame(question)
    if not context.tallies.count(frame.scope):
        return nothing(question, context, frame)
    if not question.themes and not question.topic:
        return _all(question, context, frame)
    theme = question.themes[0] if question.themes else _nearest(question, context)
    if theme is None or theme not in context.knowledge.themes:
        return _no_theme(question, context)
    draft = Draft(question, context)
    about = frame.scope.on(rows=None, themes=())
    narrowed = frame.narrowed(
        Finding(kind="theme", numbers={}, theme_id=theme, test="rate" if frame.before else None, base=about),
        themes=(theme,), rows=None,
    )  # fmt: skip
    index = draft.add(narrowed, *KEYS, "first", "last", "terms")
    draft.head(headline, index)
    draft.say(mood, index)
    places = [
        draft.add(Finding(kind="count", numbers={}, stage=stage, scope=about.on(themes=(theme,), stages=(stage,)),
                          base=about.on(themes=(theme,))), "count", "share", "whole")
        for stage in _stages(context, draft.findings[index])
    ]  # fmt: skip
    if places:
        draft.say(heard_in, *places)
    course_ = Finding(kind="theme", numbers={}, theme_id=theme, test="trend", scope=about.on(themes=(theme,)))
    draft.say(months, draft.add(course_, "count", "p_value"))
    draft.say(terms, index)
    draft.quote(evidence.choose(context, about.on(themes=(theme,)), min(question.limit, 3), finding=index, theme=theme))
    if question.topic and not question.themes:
        searched = Finding(kind="coverage", numbers={"topic": question.topic}, scope=about)
        draft.limit(by_search, draft.add(searched, "topic"))
    add_limits(draft, frame)
    name = context.knowledge.themes[theme].name
    draft.ask(f"How has {name} changed over time?", f"Who talks most about {name}?", "What hurts customers?")
    return draft.answer(sure(len(draft.findings[index].rows)))


def _all(question: Question, context: Context, frame: Frame) -> Answer:
    """List the themes of what was asked about, largest first."""
    most = max(question.limit, _LISTED) if question.limit == DEFAULT_LIMIT else question.limit
    every = ranked(context, frame, lambda t: True, lambda t: (t.mentions,))
    shown = every[question.skip :][:most]
    if not shown:
        return _no_theme(question, context)
    draft = Draft(question, context)
    whole_ = draft.add(Finding(kind="count", numbers={}, scope=frame.scope), "count")
    found = [add_theme(draft, frame, theme.id, "count", "customers", "complaints", "praise") for theme in shown]
    draft.head(listing_head, whole_, *found)
    for index in found:
        draft.say(entry, index)
    add_limits(draft, frame, themes=True)
    draft.ask(f"Tell me about {draft.findings[found[0]].name}", "What is new?", "What keeps coming back?")
    return draft.answer(1.0)


def _nearest(question: Question, context: Context) -> str | None:
    """Return the theme that most of what fits the topic belongs to."""
    positions = context.tallies.positions(context.frame(question).scope)
    counted = theme_counts(context.facts, positions) if question.topic else {}
    best = sorted(counted, key=lambda theme: (-counted[theme][0], len(theme), theme))
    return best[0] if best else None


def _stages(context: Context, found: Finding) -> list[str]:
    """Return the stages in which the theme is heard most, if it is heard in more than one."""
    if found.scope is None or found.scope.stages:
        return []
    stage = context.facts.stage
    codes = stage.codes[context.tallies.positions(found.scope)]
    counts = {stage.values[code]: int((codes == code).sum()) for code in set(codes[codes >= 0].tolist())}
    return sorted(counts, key=lambda key: (-counts[key], key))[:_STAGES]


def _no_theme(question: Question, context: Context) -> Answer:
    draft = Draft(question, context)
    draft.head(unknown_theme)
    largest = sorted(context.knowledge.themes.values(), key=lambda t: (-t.size, len(t.id), t.id))[:3]
    draft.ask(*(f"Tell me about {theme.name}" for theme in largest), "What hurts customers?")
    return draft.abstain("no_such_theme")


@sentence
def listing_head(names: Names, everything: Finding, *themes: Finding) -> str:
    """Say how many themes follow, of which feedback."""
    held = count(whole(everything, "count"), "piece")
    return f"The {count(len(themes), 'largest theme')} in {held} of feedback{where(everything.scope, names)}:"


@sentence
def entry(_: Names, theme: Finding) -> str:
    """Name one theme with its size and mood."""
    bad, good = whole(theme, "complaints"), whole(theme, "praise")
    mentions = f"{count(whole(theme, 'count'), 'mention')}{voices(theme)}"
    return f"{theme.name} ({theme.theme_id}): {mentions}; {number(bad)} complain, {number(good)} positive in tone."


@sentence
def headline(names: Names, theme: Finding) -> str:
    """State the size of the theme."""
    said = f"{count(whole(theme, 'count'), 'mention')}{voices(theme)}"
    there = " there" if where(theme.scope, names) else ""
    share = f", {percent(figure(theme, 'share'))} of all feedback{there}" if has(theme, "share") else ""
    return f"{theme.name} ({theme.theme_id}){where(theme.scope, names)}: {said}{share}."


@sentence
def mood(_: Names, theme: Finding) -> str:
    """State its mood, its course and since when it is heard."""
    bad, good = whole(theme, "complaints"), whole(theme, "praise")
    told = f"{count(bad, 'complaint')}, {number(good) if good else 'none'} positive in tone"
    since = f"; first heard {day_of(words(theme, 'first'))}" if has(theme, "first") else ""
    change = f"; {course(theme)}" if course(theme) else ""
    return f"{told[:1].upper()}{told[1:]}{since}{change}."


@sentence
def heard_in(names: Names, *places: Finding) -> str:
    """State how much of the theme is heard in which stage."""
    parts = [
        f"{names.stage(place.stage or '')} {number(whole(place, 'count'))} ({percent(figure(place, 'share'))})"
        for place in places
    ]
    return f"Of {number(whole(places[0], 'whole'))}, by stage: {', '.join(parts)}."


@sentence
def terms(_: Names, theme: Finding) -> str:
    """Name the theme's words."""
    return f"Typical words: {words(theme, 'terms')}." if has(theme, "terms") and words(theme, "terms") else ""


@sentence
def unknown_theme(_: Names) -> str:
    """Say that there is no such theme."""
    return "I know no theme of that name or id."
