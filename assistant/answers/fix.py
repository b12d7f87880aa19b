"""Did a fix work: a theme before and after the day that somebody recorded, against the rest of its stage."""

import re
from dataclasses import replace
from datetime import date, timedelta

from assistant.answers import evidence
from assistant.answers.answer import Answer, Finding
from assistant.answers.context import Context
from assistant.answers.draft import Draft, sure
from assistant.answers.fix_values import around
from assistant.answers.wording import (
    Names,
    capital,
    count,
    day_of,
    during,
    figure,
    has,
    number,
    p,
    percent,
    sentence,
    where,
    whole,
    words,
)
from assistant.questions.question import Question
from assistant.questions.words import STOP
from knowledge.analysis.fixes import LEAST_BEFORE
from knowledge.fixes import Fix
from knowledge.periods import Period, describe
from knowledge.scope import Scope

KEYS = (
    "fixed_on", "worked", "count", "whole", "previous", "whole_before", "ratio", "ratio_low", "ratio_high",
    "fix_p_value", "expected", "recent", "whole_recent", "late_p_value",
)  # fmt: skip
BEFORE = timedelta(weeks=13)
"""The time before a fix that it is judged by: long enough to count, near enough to be the same problem."""
LATE = timedelta(weeks=8)

_ASKED = re.compile(r"\b(?:fix(?:es|ed|ing)?|repair\w*|remed\w+|workaround|mend\w*|solution)\b")
_WORKED = re.compile(r"\b(?:work\w*|help\w*|effective|pa(?:y|id)\w* off|success\w*|stick|stuck|last(?:ed)?)\b")


def asked(question: Question) -> bool:
    """Return whether the question is if a fix worked."""
    low = question.text.lower()
    return bool(_ASKED.search(low) and _WORKED.search(low))


def answer(question: Question, context: Context) -> Answer:
    """Answer "did the fix for the activation code work?"."""
    if question.topic and _WORKED.fullmatch(question.topic):  # "did the fix work?" is about the fix, not about work
        question = replace(question, topic=None)
    draft = Draft(question, context)
    fix = _meant(question, context)
    if fix is None:
        return _none(draft, question)
    windows = _windows(fix, context)
    if windows is None:
        draft.head(no_time)
        return draft.abstain("nothing_to_compare")
    index = add_fix(draft, fix, *windows)
    found = draft.findings[index]
    draft.head(verdict, index)
    draft.say(rates, index)
    draft.say(of_late, index)
    if found.scope and found.rows:
        draft.quote(evidence.choose(context, found.scope, 2, finding=index, theme=found.theme_id, avoid=draft.quoted))
    draft.limit(not_the_cause, index)
    name = found.name or fix.theme
    draft.ask(f"How has {name} changed over time?", f"Show me quotes about {name}", "What is new?")
    return draft.answer(sure(int(found.numbers["previous"] or 0)))


def add_fix(draft: Draft, fix: Fix, before: Period, after: Period) -> int:
    """Add the finding of a fix: complaints about its theme since then, against the time before, in its stage."""
    context = draft.context
    ever = Scope(themes=(fix.theme,), polarity="complaint")
    stage = _stage(context, ever.on(period=before)) or _stage(context, ever)
    scope = ever.on(stages=(stage,) if stage else (), period=after)
    late = None
    if after.start and after.end and after.end - after.start >= 2 * LATE:
        late = scope.on(period=_between(after.end - LATE, after.end))
    finding = Finding(
        kind="theme", numbers={}, stage=stage, theme_id=fix.theme, test="fix", scope=scope,
        before=scope.on(period=before), recent=late, base=around(scope),
    )  # fmt: skip
    return draft.add(finding, *KEYS)


def _windows(fix: Fix, context: Context) -> tuple[Period, Period] | None:
    """Return the time before and since a fix, within the data and up to today; None where one of them is empty."""
    span = context.facts.span()
    if span is None:
        return None
    first, last = (date.fromordinal(day) for day in span)
    start, end = max(first, fix.on - BEFORE), min(last, context.as_of) + timedelta(days=1)
    return (_between(start, fix.on), _between(fix.on, end)) if start < fix.on < end else None


def _between(start: date, end: date) -> Period:
    return Period(start=start, end=end, label=describe(start, end))


def _stage(context: Context, scope: Scope) -> str | None:
    """Return the stage in which most of a scope is heard; None where no stage has most of it."""
    stage = context.facts.stage
    codes = stage.codes[context.tallies.positions(scope)]
    known = codes[codes >= 0].tolist()
    most = max(set(known), key=lambda code: (known.count(code), -code), default=None)
    return stage.values[most] if most is not None and 2 * known.count(most) > len(codes) else None


def _meant(question: Question, context: Context) -> Fix | None:
    """Return the fix that a question means: of its theme, else the one whose theme's words it names, else the only."""
    fixes = [fix for fix in context.store.fixes.all() if fix.theme in context.knowledge.themes]
    for fix in fixes:
        if fix.theme in question.themes:
            return fix
    asked_words = set(re.findall(r"[^\W_]+", question.text.lower()))

    def named(fix: Fix) -> float:
        its = context.knowledge.themes[fix.theme]
        name = [word for word in re.findall(r"[^\W_]+", its.name.lower()) if word not in STOP]
        return sum(word in asked_words for word in name) / max(len(name), 1)

    best = max(fixes, key=named, default=None)
    if best is not None and named(best) > 0.5:
        return best
    return best if len(fixes) == 1 and not (question.topic or question.themes) else None


def _none(draft: Draft, question: Question) -> Answer:
    draft.head(no_fix)
    themes = [draft.context.knowledge.themes[key].name for key in question.themes if key in
              draft.context.knowledge.themes]  # fmt: skip
    recorded = [fix.theme for fix in draft.context.store.fixes.all() if fix.theme in draft.context.knowledge.themes]
    draft.ask(*(f"Did the fix for {draft.context.knowledge.themes[key].name} work?" for key in recorded[:2]))
    draft.ask(*(f"How has {name} changed over time?" for name in themes), "What is new?")
    return draft.abstain("no_fix")


@sentence
def verdict(names: Names, fix: Finding) -> str:
    """Say whether it worked, with the ratio and its interval."""
    since = f"since {day_of(words(fix, 'fixed_on'))}"
    place = where(fix.scope, names, period=False)
    worked = words(fix, "worked")
    if worked == "too few":
        heard = count(whole(fix, "previous"), "complaint")
        return f"It can't be told: there were {heard} about {fix.name}{place} before, and {LEAST_BEFORE} are needed."
    if worked == "too early":
        about = number(round(figure(fix, "expected"), 1))
        return (
            f"Too early to tell: {_now(fix)} about {fix.name}{place} {since}, where {about} would have been expected "
            f"without the fix{_interval(fix)}."
        )
    if worked == "unclear":
        return f"Not clear: {fix.name} may have become rarer{place} {since}, or may not{_interval(fix)}."
    if worked == "back":
        return f"It worked at first, but {fix.name} came back{place}: {_late(fix)}."
    if worked == "no":
        return f"No: {fix.name} is no rarer{place} {since}{_interval(fix)}."
    return f"Yes: {fix.name} has become rarer{place} {since}{_interval(fix)}."


def _now(fix: Finding) -> str:
    return count(whole(fix, "count"), "complaint")


def _interval(fix: Finding) -> str:
    """Write ` (0.1 times as likely, 95% interval 0.05 to 0.3, p under 0.001)`."""
    if not has(fix, "ratio", "fix_p_value"):
        return ""
    low = _times(figure(fix, "ratio_low")) if has(fix, "ratio_low") else "0"
    high = _times(figure(fix, "ratio_high")) if has(fix, "ratio_high") else "no upper end"
    tested = p(figure(fix, "fix_p_value"))
    return f" ({_times(figure(fix, 'ratio'))} times the odds of before, 95% interval {low} to {high}, {tested})"


def _times(value: float) -> str:
    return "under 0.01" if 0 < value < 0.005 else number(round(value, 2))


def _late(fix: Finding) -> str:
    period = during(fix.recent.period) if fix.recent else ""
    pieces = f"{number(whole(fix, 'recent'))} of {number(whole(fix, 'whole_recent'))} pieces"
    return f"{pieces} {period} ({p(figure(fix, 'late_p_value'))})"


@sentence
def rates(names: Names, fix: Finding) -> str:
    """State the counts among the feedback of the stage, before and since."""
    place = names.stage(fix.stage) if fix.stage else "all feedback"
    parts = [
        (f"{number(whole(fix, hits))} of {number(whole(fix, of))} pieces", whole(fix, hits), whole(fix, of), scope)
        for hits, of, scope in (("previous", "whole_before", fix.before), ("count", "whole", fix.scope))
    ]
    told = [
        f"{pieces}{f' ({percent(k / n)})' if n else ''} {during(scope.period) if scope else ''}".strip()
        for pieces, k, n, scope in parts
    ]
    return f"Complaints about {fix.name} among what was said in {place}: {told[0]}; {told[1]}."


@sentence
def of_late(_: Names, fix: Finding) -> str:
    """Say how it stands of late, where that was not the answer."""
    if words(fix, "worked") == "back" or not fix.recent or not has(fix, "whole_recent"):
        return ""
    of = whole(fix, "whole_recent")
    return f"Of late: {number(whole(fix, 'recent'))} of {number(of)} pieces {during(fix.recent.period)}." if of else ""


@sentence
def not_the_cause(_: Names, fix: Finding) -> str:
    """Say what the comparison can't rule out."""
    return capital("what else happened at the same time is not ruled out; what changed for the whole stage is.")


@sentence
def no_fix(_: Names) -> str:
    """Say that no such fix was recorded, and how to record one."""
    return "No fix is recorded for that. Record one: journey fix add THEME --on DATE"


@sentence
def no_time(_: Names) -> str:
    """Say that there is no feedback on one side of the fix."""
    return "There is no feedback from before that fix, or none since, so nothing to compare."
