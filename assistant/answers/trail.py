"""What comes before customers leave, or before they complain in a stage: themes of earlier complaints, by customer."""

import re

from assistant.answers import evidence
from assistant.answers.answer import Answer, Finding
from assistant.answers.context import Context
from assistant.answers.draft import Draft, sure
from assistant.answers.trail_values import trail_of
from assistant.answers.wording import (
    Names,
    capital,
    count,
    figure,
    has,
    listing,
    number,
    p,
    percent,
    sentence,
    where,
    whole,
    words,
)
from assistant.questions.question import Question
from knowledge.analysis.trail import LEAST_CUSTOMERS, LEAST_HITS, Step
from knowledge.scope import Scope

WHOLE = ("outcome", "customers_back", "returns", "outcomes", "themes_looked", "themes_few")
KEYS = (
    "outcome", "count", "earlier_customers", "earlier_returns", "earlier_hits", "other_returns", "other_hits", "lift",
    "lift_low", "lift_high", "trail_p", "trail_q",
)  # fmt: skip

_LEAVE = r"(?:churn\w*|cancel\w*|leav(?:e|es|ing)|left|quit\w*|unsubscri\w*|go(?:es|ing)? away|defect\w*|attrition)"
_LEAVING = re.compile(rf"\b{_LEAVE}\b")
_TRAIL = re.compile(
    r"\b(?:before|ahead of|prior to|preced\w+|lead(?:s|ing)? (?:up )?to|led (?:up )?to|foreshadow\w*)\b"
    rf"[^.?!]{{0,40}}(?:\b{_LEAVE}|\bcomplain\w*)"
)
_ENDS = re.compile(r"\b(?:churn\w*|cancel\w*|leav\w+|off-?boarding|exit\w*|attrition|retention|retain\w*|renew\w*)\b")
"""What stages, and else themes, are called in which customers leave or are kept from it."""


def asked(question: Question) -> bool:
    """Return whether the question is what comes before customers leave, or before their complaints in a stage."""
    low = question.text.lower()
    return bool(_TRAIL.search(low)) and (bool(_LEAVING.search(low)) or len(question.stages) > 0)


def answer(question: Question, context: Context) -> Answer | None:
    """Answer "what do customers complain about before they cancel?".

    None where nothing can be told from feedback but a metric was asked about, which has an answer of its own.
    """
    outcome = _outcome(question, context)
    if outcome is None:
        return None if question.metrics else _no_outcome(question, context)
    scope = Scope(period=question.period, filters=question.filters, without=question.without)
    draft = Draft(question, context)
    whole_ = draft.add(Finding(kind="count", numbers={"outcome": outcome}, test="trail", scope=scope), *WHOLE)
    found = trail_of(scope, outcome, context.tallies)
    steps = [step for step in found.steps if step.theme in context.knowledge.themes]
    if not steps:
        if question.metrics:
            return None
        draft.head(too_few, whole_)
        draft.ask("What hurts customers?", "Who complains most?")
        return draft.abstain("too_few_to_compare")
    _told(draft, steps, scope, outcome, whole_)
    draft.limit(association)
    if _LEAVING.search(question.text.lower()):
        draft.limit(stands_for, whole_)
    draft.limit(few_themes, whole_)
    draft.ask(*(f"Show me quotes about {context.knowledge.themes[step.theme].name}" for step in steps[:1]))
    draft.ask("What hurts customers?", "What keeps coming back?")
    return draft.answer(0.8 * sure(found.hits))


def _told(draft: Draft, steps: list[Step], scope: Scope, outcome: str, whole_: int) -> None:
    """Say which themes come before the outcome beyond chance, strongest first; without any, what came nearest."""
    clear = sorted((s for s in steps if s.precedes), key=lambda s: (-(s.low or 0.0), s.theme))[: draft.question.limit]
    if clear:
        indexes = [_add(draft, step, scope, outcome) for step in clear]
        draft.head(before, *indexes)
        draft.say(over, whole_)
        for index in indexes:
            draft.say(step_line, index)
            found = draft.findings[index]
            quotes = evidence.choose(
                draft.context, found.scope or scope, 1, finding=index, theme=found.theme_id, avoid=draft.quoted
            )
            draft.quote(quotes)
        return
    draft.head(no_trail, whole_)
    draft.say(over, whole_)
    if more := [s for s in steps if s.hits > s.expected]:
        draft.say(nearest, _add(draft, more[0], scope, outcome))


def _add(draft: Draft, step: Step, scope: Scope, outcome: str) -> int:
    finding = Finding(
        kind="theme", numbers={"outcome": outcome}, theme_id=step.theme, test="trail",
        scope=scope.on(themes=(step.theme,), polarity="complaint"), base=scope,
    )  # fmt: skip
    return draft.add(finding, *KEYS)


def _outcome(question: Question, context: Context) -> str | None:
    """Return what is looked for after complaints: the stage that was named, else a stage or theme of leaving."""
    if question.stages:
        return f"stage:{question.stages[-1]}"
    journey = context.knowledge.journey
    named = {s.id: " ".join((s.id, s.name, *s.aliases)) for s in journey.stages} if journey else {}
    held = {key: named.get(key, key) for key in context.facts.stage.values}
    if stages := [key for key, name in held.items() if _ENDS.search(name.lower().replace("-", " "))]:
        return f"stage:{stages[-1]}"
    themes = [t for t in context.knowledge.themes.values() if _LEAVING.search(t.name.lower())]
    return f"theme:{max(themes, key=lambda t: (t.size, t.id)).id}" if themes else None


def _no_outcome(question: Question, context: Context) -> Answer:
    draft = Draft(question, context)
    draft.head(no_outcome)
    names = [context.names.stage(stage) for stage in context.facts.stage.values[:2]]
    draft.ask(*(f"What comes before complaints in {name}?" for name in names), "What hurts customers?")
    return draft.abstain("no_outcome")


def _brought(finding: Finding, names: Names) -> str:
    """Name the outcome: `a complaint in Retention`, `word of T7`."""
    sort, _, key = words(finding, "outcome").partition(":")
    return f"a complaint in {names.stage(key)}" if sort == "stage" else f"mention of theme {key}"


def _shares(theme: Finding, brought: str = "") -> str:
    """Write `9 of 62 (15%), against 17 of 369 (5%) of the others'`, with what they brought after the first share."""
    returns, hits = whole(theme, "earlier_returns"), whole(theme, "earlier_hits")
    others, other_hits = whole(theme, "other_returns"), whole(theme, "other_hits")
    said = f"{number(hits)} of {number(returns)} ({percent(hits / returns)}){brought}"
    return f"{said}, against {number(other_hits)} of {number(others)} ({percent(other_hits / others)}) of the others'"


def _tested(theme: Finding) -> str:
    return f"{p(figure(theme, 'trail_p'))}; adjusted for the number of themes, {p(figure(theme, 'trail_q'))}"


def _lift(theme: Finding) -> str:
    """Write ` 3.2 times as often (95% interval 1.5 to 6.8)`; empty where a side has none."""
    if not has(theme, "lift", "lift_low", "lift_high"):
        return ""
    times, low, high = (number(round(figure(theme, key), 1)) for key in ("lift", "lift_low", "lift_high"))
    return f", within the same months {times} times as often (95% interval {low} to {high})"


@sentence
def before(names: Names, *themes: Finding) -> str:
    """Name the themes that come before the outcome."""
    told = listing([str(theme.name) for theme in themes])
    return f"Before {_brought(themes[0], names)}{where(themes[0].base, names)}, customers complained about: {told}."


@sentence
def no_trail(names: Names, found: Finding) -> str:
    """Say that nothing comes before the outcome beyond chance."""
    looked = count(whole(found, "themes_looked"), "theme")
    place = where(found.scope, names)
    return f"No trail beyond chance{place}: of {looked}, none comes before {_brought(found, names)} more than others."


@sentence
def over(names: Names, found: Finding) -> str:
    """State what was followed."""
    who = count(whole(found, "customers_back"), "customer")
    returns, hits = count(whole(found, "returns"), "return"), whole(found, "outcomes")
    looked = whole(found, "themes_looked")
    wider = f" Intervals are widened for the {number(looked)} themes looked at." if looked > 1 else ""
    return (
        f"Followed: {who} with feedback on two days or more, over {returns} up to the first that brought "
        f"{_brought(found, names)}; {number(hits)} did.{wider}"
    )


@sentence
def step_line(names: Names, theme: Finding) -> str:
    """State how often the outcome follows a theme, against the others."""
    who = count(whole(theme, "earlier_customers"), "customer")
    shares = _shares(theme, f" brought {_brought(theme, names)}")
    return (
        f"{theme.name}: of the returns of {who} who had complained about it, {shares}{_lift(theme)}; {_tested(theme)}."
    )


@sentence
def nearest(_: Names, theme: Finding) -> str:
    """State what came nearest to a trail, as what it is: within chance."""
    return f"Nearest to one, but within chance: {theme.name}, {_shares(theme)} returns{_lift(theme)}; {_tested(theme)}."


@sentence
def association(_: Names) -> str:
    """Say that this is association, and whom it leaves out."""
    return "What comes first is not thereby the cause; customers who are unknown or were heard once are left out."


@sentence
def stands_for(names: Names, found: Finding) -> str:
    """Say what stands for leaving: feedback does not tell who left."""
    return f"Feedback does not tell who left: {_brought(found, names)} is what was looked for."


@sentence
def few_themes(_: Names, found: Finding) -> str:
    """Say how many themes were too rare to look at."""
    n = whole(found, "themes_few")
    verb = "was" if n == 1 else "were"
    if not n:
        return ""
    return f"{capital(count(n, 'theme'))} {verb} not looked at: fewer than {LEAST_CUSTOMERS} such customers came back."


@sentence
def too_few(names: Names, found: Finding) -> str:
    """Say why nothing can be told."""
    who, hits = count(whole(found, "customers_back"), "customer"), whole(found, "outcomes")
    return (
        f"A trail can't be told{where(found.scope, names)}: {who} came back, {number(hits)} of them with "
        f"{_brought(found, names)}. It takes {LEAST_HITS} of these, and {LEAST_CUSTOMERS} customers for a theme."
    )


@sentence
def no_outcome(_: Names) -> str:
    """Say that nothing stands for leaving."""
    return "No stage and no theme is about leaving, so I can't tell what comes before it. Name a stage, perhaps."
