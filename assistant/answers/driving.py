"""What goes with the score: themes by what they cost, other things being equal; ranked only where that can be told."""

import re

from assistant.answers import evidence
from assistant.answers.answer import Answer, Finding
from assistant.answers.context import Context
from assistant.answers.draft import Draft, sure
from assistant.answers.driver_values import drivers_of
from assistant.answers.limits import add_limits
from assistant.answers.wording import (
    Names,
    capital,
    count,
    figure,
    has,
    listing,
    number,
    percent,
    sentence,
    where,
    whole,
)
from assistant.questions.question import Question
from knowledge.analysis.drivers import LEAST_MENTIONS, LEAST_RATED, Driver, Drivers
from knowledge.scope import Scope

KEYS = (
    "count", "rated", "effect", "effect_low", "effect_high", "score_without", "gain", "gain_low", "gain_high", "clear",
    "apart",
)  # fmt: skip
WHOLE = ("rated_all", "score", "scale_low", "scale_high", "explained", "looked", "scales")

_LIFTING = 3
_SCORES = frozenset({"csat", "nps", "ces", "rating"})
_ASKED = re.compile(r"\b(?:rat(?:e|ed|ing|ings)|scores?|stars?|satisf\w+|recommend\w*|happy|happiness)\b")
_DRIVE = re.compile(r"\b(?:driv\w+|drove|matters?|influenc\w+|affect\w+|depend\w*|costs?|go(?:es)? with|factors?)\b")


def asked(question: Question) -> bool:
    """Return whether the question is what goes with the score, rather than why something changed."""
    low = question.text.lower()
    of_score = bool(set(question.metrics) & _SCORES) if question.metrics else bool(_ASKED.search(low))
    return of_score and bool(_DRIVE.search(low)) and question.topic is None


def answer(question: Question, context: Context) -> Answer | None:
    """Answer "what drives satisfaction in use?" from rated feedback; None where nobody rated anything."""
    frame = context.frame(question)
    scope = frame.scope.on(polarity=None)
    if not len(context.tallies.records(scope)):
        return None
    draft = Draft(question, context)
    stage = question.stages[0] if len(question.stages) == 1 else None
    rated = draft.add(Finding(kind="count", numbers={}, stage=stage, scope=scope), "count", *WHOLE)
    known = drivers_of(scope, context.tallies)
    if known is None:
        draft.head(too_few, rated)
    else:
        _ranked(draft, known, scope, stage, rated)
        draft.limit(association, rated)
    add_limits(draft, frame)
    draft.ask("What hurts customers?", "How are the stages doing?", "What is new?")
    return draft.answer(0.8 * sure(len(draft.findings[rated].rows)))


def _ranked(draft: Draft, known: Drivers, scope: Scope, stage: str | None, rated: int) -> None:
    """Say which themes go with a lower score, those that cost most first, then which go with a higher one."""
    clear = [d for d in known.drivers if d.clear and d.theme in draft.context.knowledge.themes]
    costly = [d for d in clear if d.effect < 0][: draft.question.limit]
    lifted = sorted((d for d in clear if d.effect > 0), key=lambda d: -d.effect)[:_LIFTING]
    low = [_add(draft, driver, scope, stage) for driver in costly]
    draft.head(ranking, *low) if low else draft.head(nothing_clear, rated)
    draft.say(over, rated)
    for index in low:
        found = draft.findings[index]
        draft.say(cost, index, rated)
        narrow = (found.scope or scope).on(polarity="complaint")
        quotes = evidence.choose(draft.context, narrow, 1, finding=index, theme=found.theme_id, avoid=draft.quoted)
        draft.quote(quotes)
    if lifted:
        draft.say(lifting, *(_add(draft, driver, scope, stage) for driver in lifted))


def _add(draft: Draft, driver: Driver, scope: Scope, stage: str | None) -> int:
    finding = Finding(
        kind="theme", numbers={}, stage=stage, theme_id=driver.theme, scope=scope.on(themes=(driver.theme,)), base=scope
    )
    return draft.add(finding, *KEYS)


@sentence
def ranking(names: Names, *themes: Finding) -> str:
    """Name what goes with a lower score, in order only as far as the order is beyond chance."""
    groups: list[list[str]] = [[]]
    for theme in themes:
        groups[-1].append(str(theme.name))
        if theme.numbers.get("apart") == "yes":
            groups.append([])
    told = "; then ".join(_group(group) for group in groups if group)
    return f"What goes with a lower rating{where(themes[0].base, names)}, by what it costs: {told}."


def _group(names: list[str]) -> str:
    return listing(names) if len(names) == 1 else f"{listing(names)}, whose order can't be told"


@sentence
def over(names: Names, rated: Finding) -> str:
    """State what the regression rests on."""
    mean = f"mean {number(round(figure(rated, 'score'), 2))}"
    scale = (
        f" on a scale from {number(figure(rated, 'scale_low'))} to {number(figure(rated, 'scale_high'))}"
        if has(rated, "scale_low", "scale_high")
        else ""
    )
    told = f"Over {number(whole(rated, 'rated_all'))} rated pieces{where(rated.scope, names)}: {mean}{scale}"
    looked = count(whole(rated, "looked"), "theme")
    part = percent(figure(rated, "explained"))
    return f"{told}; {looked}, stage, channel, segments and quarter together explain {part} of its differences."


@sentence
def cost(_: Names, theme: Finding, rated: Finding) -> str:
    """State the effect of a theme with its interval, and the score without its feedback."""
    effect, low, high = _rounded(theme, "effect", "effect_low", "effect_high")
    without = number(round(figure(theme, "score_without"), 2))
    ends = " to ".join(_rounded(theme, "gain_low", "gain_high"))
    mentions = count(whole(theme, "rated"), "rated mention")
    return (
        f"{theme.name}: {mentions}, {effect} points, other things being equal (95% interval {low} to {high}); without "
        f"its feedback the mean would be {without} instead of {number(round(figure(rated, 'score'), 2))} "
        f"(a difference of {ends})."
    )


def _rounded(found: Finding, *keys: str) -> list[str]:
    return [number(round(figure(found, key), 2)) for key in keys]


@sentence
def lifting(_: Names, *themes: Finding) -> str:
    """Name what goes with a higher score."""
    told = []
    for theme in themes:
        effect, low, high = _rounded(theme, "effect", "effect_low", "effect_high")
        told.append(f"{theme.name} (+{effect}, {low} to {high})")
    return f"With a higher rating go {listing(told)}."


@sentence
def nothing_clear(names: Names, rated: Finding) -> str:
    """Say that no theme goes with a lower score beyond chance."""
    looked = count(whole(rated, "looked"), "theme")
    return f"No theme goes with a lower rating{where(rated.scope, names)} beyond chance: {looked} looked at."


@sentence
def too_few(names: Names, rated: Finding) -> str:
    """Say why nothing can be told."""
    n, place = whole(rated, "rated_all"), where(rated.scope, names)
    if whole(rated, "scales") > 1:
        return f"The ratings{place} are on {number(whole(rated, 'scales'))} scales; ask about one channel or segment."
    wanted = f"{LEAST_RATED} of them, and themes with {LEAST_MENTIONS} rated mentions, are needed"
    return f"What goes with the rating{place} can't be told from {count(n, 'rated piece')} of feedback: {wanted}."


@sentence
def association(_: Names, rated: Finding) -> str:
    """Say that this is association, and whom it leaves out."""
    unrated = whole(rated, "count") - whole(rated, "rated_all")
    left = (
        f" {capital(count(unrated, 'piece'))} of feedback without a rating {'is' if unrated == 1 else 'are'} left out."
    )
    return f"What goes together is not cause and effect.{left if unrated else ''}"
