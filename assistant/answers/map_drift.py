"""The journey map against the voice of customers: what it misses, and which of its pains nobody mentions (any more)."""

import re
from datetime import date, timedelta
from weakref import WeakKeyDictionary

from assistant.answers import evidence
from assistant.answers.answer import Answer, Finding
from assistant.answers.context import Context
from assistant.answers.draft import Draft, sure
from assistant.answers.wording import Names, count, day_of, has, listing, number, sentence, where, whole, words
from assistant.questions.question import Question
from knowledge.analysis.drift import RECENT_WEEKS
from knowledge.facts import Facts
from knowledge.journey import JourneyMap
from knowledge.layers.map_drift import CellVoice, Drift, FeelingVoice, ThemeVoice, map_drift
from knowledge.periods import Period, describe
from knowledge.scope import Scope

_MISSED = re.compile(
    r"\b(?:miss(?:es|ing|ed)?|lacks?|lacking|gaps?|(?:not|n't|isn't|aren't) (?:\w+ )?(?:on|in|know)|unmapped|"
    r"knows? nothing|forg[eo]t\w*|blind spots?|overlook\w*|add to)\b",
    re.IGNORECASE,
)
_DEAD = re.compile(
    r"\b(?:dead|silent|obsolete|outdated|out of date|stale|no longer|nobody|no one|no-one|anymore|any more|still|"
    r"alive|unheard|never mention\w*|solved)\b",
    re.IGNORECASE,
)
_BOTH = re.compile(
    r"\b(?:match\w*|agree\w*|drift\w*|contradict\w*|differ\w*|up to date|up-to-date|wrong|accurate|"
    r"against (?:the )?(?:feedback|voice|customers?)|compared? (?:to|with))\b",
    re.IGNORECASE,
)


def asks_for_drift(text: str) -> frozenset[str]:
    """Return which parts of the comparison a question is about: "missed", "dead", "feelings"; none where it is none."""
    if _MISSED.search(text):
        return frozenset({"missed"})
    if _DEAD.search(text):
        return frozenset({"dead"})
    if _BOTH.search(text):
        feelings = re.search(r"\bfeel|emotion|mood", text, re.IGNORECASE)
        return frozenset({"feelings"}) if feelings else frozenset({"missed", "dead", "feelings"})
    return frozenset()


def answer(question: Question, context: Context, journey: JourneyMap, wanted: frozenset[str]) -> Answer:
    """Answer "what does our map miss?" and "which pains in the map are dead?"."""
    found = _compared(context, journey)
    here = question.stages
    draft = Draft(question, context)
    groups = {
        "missed": [_missed(draft, t) for t in found.unmapped if not here or t.stage in here],
        "dead": [_dead(draft, p) for p in found.silent if not here or p.stage in here],
        "feelings": [_felt(draft, f) for f in found.feelings if not here or f.stage in here],
    }
    looked = draft.add(Finding(kind="coverage", numbers={}, scope=Scope(stages=here)), "count")
    shown = [key for key in ("missed", "dead", "feelings") if key in wanted]
    first = next((key for key in shown if groups[key]), None)
    if first is None:
        draft.head(_NOTHING[shown[0]], looked)
    else:
        draft.head(_HEADS[first], *(indexes[0] for indexes in groups[first]))
    for key in shown:
        if key != first and groups[key]:
            draft.say(_HEADS[key], *(indexes[0] for indexes in groups[key]))
        for indexes in groups[key]:
            draft.say(_LINES[key], *indexes)
            _quote(draft, context, indexes)
    draft.limit(measured, looked)
    if "dead" not in shown:
        draft.ask("Which pains on our map does nobody mention any more?")
    if "missed" not in shown:
        draft.ask("What does our map miss?")
    draft.ask("What hurts customers?")
    return draft.answer(sure(found.feedback))


_KEPT: "WeakKeyDictionary[Facts, dict[date, Drift]]" = WeakKeyDictionary()
"""What was compared at a revision: the map is encoded and matched once, however often it is asked about."""


def _compared(context: Context, journey: JourneyMap) -> Drift:
    kept = _KEPT.setdefault(context.facts, {})
    if context.as_of not in kept:
        kept[context.as_of] = map_drift(context.store, journey, context.embedder, as_of=context.as_of)
    return kept[context.as_of]


def _lately(scope: Scope, context: Context) -> Scope:
    start = context.as_of - timedelta(weeks=RECENT_WEEKS)
    return scope.on(period=Period(start=start, end=context.as_of, label=describe(start, context.as_of)))


def _missed(draft: Draft, theme: ThemeVoice) -> list[int]:
    scope = Scope(themes=(theme.theme.id,), polarity="complaint", rows=theme.rows)
    found = Finding(
        kind="theme", numbers={}, theme_id=theme.theme.id, scope=scope, recent=_lately(scope, draft.context)
    )
    return [draft.add(found, "count", "customers", "recent", "sentiment", "last")]


def _dead(draft: Draft, pain: CellVoice) -> list[int]:
    """Add the pain as the map has it, its mentions, and the complaints of its stage."""
    cell = Finding(kind="map", stage=pain.stage, numbers={
        "what": "cell", "text": pain.cell.text, "lane": pain.cell.lane, "step": pain.cell.step})  # fmt: skip
    scope = Scope(rows=pain.rows)
    mentions = Finding(kind="count", numbers={}, scope=scope, recent=_lately(scope, draft.context))
    complaints = Scope(stages=(pain.stage,), polarity="complaint")
    stage = Finding(kind="stage", stage=pain.stage, numbers={}, scope=complaints)
    return [
        draft.add(cell),
        draft.add(mentions, "count", "customers", "recent", "last"),
        draft.add(stage, "count"),
    ]


def _felt(draft: Draft, felt: FeelingVoice) -> list[int]:
    """Add the feeling as the map has it, and the feedback of its stage in the recent weeks."""
    cell = Finding(kind="map", stage=felt.stage, numbers={
        "what": "cell", "text": felt.cell.text, "lane": felt.cell.lane, "step": felt.cell.step})  # fmt: skip
    scopes = [Scope(stages=(felt.stage,), polarity=polarity) for polarity in ("complaint", "praise")]
    said = [
        Finding(kind="stage", stage=felt.stage, numbers={}, scope=scope, recent=_lately(scope, draft.context))
        for scope in scopes
    ]
    return [draft.add(cell), *(draft.add(each, "recent") for each in said)]


def _quote(draft: Draft, context: Context, indexes: list[int]) -> None:
    for index in indexes:
        found = draft.findings[index]
        if found.kind in ("theme", "count") and found.scope and found.rows:
            scope = found.recent if found.recent and found.rows_recent else found.scope
            draft.quote(evidence.choose(context, scope, 1, finding=index, theme=found.theme_id, avoid=draft.quoted))


@sentence
def missed_head(_: Names, *themes: Finding) -> str:
    """Name the problems that the map does not know."""
    named = listing([f"“{theme.name}”" for theme in themes])
    return f"The map does not know {count(len(themes), 'problem')} that customers speak of: {named}."


@sentence
def missed_line(_: Names, theme: Finding) -> str:
    """Say how much a problem weighs that the map does not know."""
    said = f"{count(whole(theme, 'count'), 'complaint')} by {count(whole(theme, 'customers'), 'customer')}"
    return f"{theme.name}: {said}, {number(whole(theme, 'recent'))} of them in the last 13 weeks; no pain covers it."


@sentence
def dead_head(_: Names, *cells: Finding) -> str:
    """Name the pains that are not heard."""
    named = listing([f"“{words(cell, 'text')}” ({cell.name})" for cell in cells])
    return f"{capital_count(len(cells))} on the map that customers do not speak of (any more): {named}."


@sentence
def dead_line(_: Names, cell: Finding, mentions: Finding, complaints: Finding) -> str:
    """Say how silent a pain of the map is."""
    if not whole(mentions, "count"):
        among = f"among {count(whole(complaints, 'count'), 'complaint')} in {cell.name}"
        return f"“{words(cell, 'text')}”: nobody mentions it, {among}."
    last = f"; the last on {day_of(words(mentions, 'last'))}" if has(mentions, "last") else ""
    recent = number(whole(mentions, "recent")) if whole(mentions, "recent") else "none"
    total = count(whole(mentions, "count"), "mention")
    return f"“{words(cell, 'text')}”: {total} in all, {recent} in the last 13 weeks{last}."


@sentence
def felt_head(_: Names, *cells: Finding) -> str:
    """Name the feelings that the feedback contradicts."""
    named = listing([f"“{words(cell, 'text')}” ({cell.name})" for cell in cells])
    return f"The feedback contradicts {count(len(cells), 'feeling')} on the map: {named}."


@sentence
def felt_line(_: Names, cell: Finding, complaints: Finding, praise: Finding) -> str:
    """Say what the feedback holds against a feeling."""
    said = f"{count(whole(complaints, 'recent'), 'complaint')} and {number(whole(praise, 'recent'))} with praise"
    return f"“{words(cell, 'text')}”, yet {said} in {cell.name} in the last 13 weeks."


@sentence
def nothing_missed(names: Names, looked: Finding) -> str:
    """Say that the map knows every problem."""
    return f"The map knows every larger problem that customers speak of{_of(names, looked)}."


@sentence
def nothing_dead(names: Names, looked: Finding) -> str:
    """Say that no pain is silent for sure."""
    return f"No pain on the map is silent beyond doubt{_of(names, looked)}."


@sentence
def nothing_felt(names: Names, looked: Finding) -> str:
    """Say that the feelings hold."""
    return f"The feedback contradicts no feeling on the map{_of(names, looked)}."


@sentence
def measured(_: Names, looked: Finding) -> str:
    """Say how map and feedback were compared."""
    return (
        f"The map was held against {count(whole(looked, 'count'), 'piece')} of feedback by meaning and words; journey "
        "drift shows every pain with its mentions, and the map as it would be."
    )


def capital_count(pains: int) -> str:
    """Begin a sentence with a number of pains."""
    return "One pain is" if pains == 1 else f"{number(pains)} pains are"


def _of(names: Names, looked: Finding) -> str:
    return where(looked.scope, names)


_HEADS = {"missed": missed_head, "dead": dead_head, "feelings": felt_head}
_LINES = {"missed": missed_line, "dead": dead_line, "feelings": felt_line}
_NOTHING = {"missed": nothing_missed, "dead": nothing_dead, "feelings": nothing_felt}
