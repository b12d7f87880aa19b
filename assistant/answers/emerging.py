"""What is new or rising: themes that the test of recurrence flags, corrected for the number of themes looked at."""

from assistant.answers.answer import Answer, Finding
from assistant.answers.context import Context
from assistant.answers.draft import Draft, sure
from assistant.answers.limits import add_limits, no_more, nothing
from assistant.answers.outlook import outlooks
from assistant.answers.recurring import add_outlook, looked_at, quote, status, stretches, within
from assistant.answers.subject import noun
from assistant.answers.wording import Names, capital, count, sentence, span, voices, where, whole
from assistant.questions.question import Question

_FLAGGED = ("new", "recurring", "rising")


def answer(question: Question, context: Context) -> Answer:
    """Answer "what is new in onboarding?"."""
    frame = context.frame(question)
    base = looked_at(question, context, frame)
    if base is None or not context.tallies.count(base.on(polarity=None)):
        return nothing(question, context, within(frame, base))
    draft = Draft(question, context)
    looked = draft.add(Finding(kind="coverage", numbers={}, scope=base), "count", "themes")
    known = outlooks(base, context.tallies)
    flagged = [t for t in known if known[t].status in _FLAGGED and t in context.knowledge.themes]
    flagged.sort(key=lambda t: (_FLAGGED.index(known[t].status), known[t].p_value, len(t), t))
    found = [add_outlook(draft, base, theme, known[theme]) for theme in flagged[question.skip :][: question.limit]]
    if not found and question.skip:
        return no_more(question, context)
    if not found:
        draft.head(nothing_new, looked)
    else:
        draft.head(headline, found[0])
        for index in found:
            draft.say(line, index)
            quote(draft, index)
    draft.limit(tested, looked)
    add_limits(draft, frame, themes=True)
    draft.ask("What keeps coming back?", "What hurts customers?")
    return draft.answer(sure(context.tallies.count(base)))


@sentence
def headline(names: Names, top: Finding) -> str:
    """Name what is newest."""
    label = {"new": "New", "recurring": "Back", "rising": "Rising"}.get(top.change or "", "Rising")
    return f"{label}{where(top.scope, names, period=False)}: {top.name} ({stretches(top)})."


@sentence
def line(_: Names, theme: Finding) -> str:
    """Describe a theme that is new or rising."""
    held = count(whole(theme, "count"), *noun(theme))
    return f"{theme.name}: {held} in all{voices(theme)}; {status(theme)}."


@sentence
def nothing_new(names: Names, looked: Finding) -> str:
    """Say that nothing is new or rising by the test."""
    themes = count(whole(looked, "themes"), "theme")
    place = where(looked.scope, names, period=False)
    return f"Nothing is new or rising{place} by the test: {themes} looked at, no change beyond chance."


@sentence
def tested(_: Names, looked: Finding) -> str:
    """Say what was looked at."""
    period = looked.scope.period if looked.scope else None
    themes = count(whole(looked, "themes"), "theme")
    return f"{capital(themes)} compared, week by week, {span(period)}; corrected for their number." if period else ""
