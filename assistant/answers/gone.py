"""Which problems have gone away: themes with complaints that fell silent, newest first, and those that became rarer."""

from datetime import date

from assistant.answers import recurring
from assistant.answers.answer import Answer, Finding
from assistant.answers.context import Context
from assistant.answers.draft import Draft, sure
from assistant.answers.limits import add_limits, no_more
from assistant.answers.outlook import outlooks
from assistant.answers.scopes import Frame
from assistant.answers.themes_in import MIN_MENTIONS
from assistant.answers.wording import Names, count, day_of, sentence, voices, where, whole, words
from assistant.questions.question import Question
from knowledge.scope import Scope

_GONE = ("resolved", "falling")


def answer(question: Question, context: Context, frame: Frame, base: Scope) -> Answer:
    """Answer "which problems have gone away?" over whole weeks of complaints, `base`.

    Gone is what the test of recurrence finds silent; what it finds falling is rarer, and told after it.
    """
    draft = Draft(question, context)
    looked = draft.add(Finding(kind="coverage", numbers={}, scope=base), "count", "themes")
    themes = _gone(context, base)[question.skip :][: question.limit]
    if not themes and question.skip:
        return no_more(question, context)
    if not themes:
        draft.head(none_gone, looked)
    known = outlooks(base, context.tallies)
    for place, theme in enumerate(themes):
        index = draft.add(_finding(draft, base, theme), *recurring.KEYS, "last")
        if not place:
            draft.head(silent if known[theme].status == "resolved" else rarer, index)
        draft.say(line, index)
        recurring.quote(draft, index)
    add_limits(draft, frame, themes=True)
    draft.ask("What keeps coming back?", "What is new?")
    return draft.answer(sure(context.tallies.count(base)))


def _gone(context: Context, base: Scope) -> list[str]:
    """Return the themes that fell silent, those heard last first, then those that became rarer in the same order."""
    known = outlooks(base, context.tallies)
    tallies = {
        theme: context.tallies.tally(base.on(themes=(theme,)))
        for theme in known
        if known[theme].status in _GONE and theme in context.knowledge.themes
    }
    named = [theme for theme, tally in tallies.items() if tally.count >= MIN_MENTIONS]
    last = {theme: (tallies[theme].last or date.min).toordinal() for theme in named}
    return sorted(named, key=lambda t: (_GONE.index(known[t].status), -last[t], len(t), t))


def _finding(draft: Draft, base: Scope, theme: str) -> Finding:
    return recurring.outlook_finding(base, theme, outlooks(base, draft.context.tallies)[theme])


@sentence
def silent(names: Names, top: Finding) -> str:
    """Name the problem that fell silent last."""
    how = "All but gone" if whole(top, "recent") else "Gone quiet"
    return f"{how}{where(top.scope, names, period=False)}: {top.name}, last heard on {day_of(words(top, 'last'))}."


@sentence
def rarer(names: Names, top: Finding) -> str:
    """Say that nothing fell silent, and what became rarer."""
    place = where(top.scope, names, period=False)
    return f"No problem has gone quiet{place} by the test; rarer than before: {top.name}."


@sentence
def line(_: Names, theme: Finding) -> str:
    """Describe a problem that is gone or rarer: how large it was, when it was last heard, and the test."""
    said = f"{count(whole(theme, 'count'), 'complaint')} in all{voices(theme)}"
    how = "rarer" if theme.change == "falling" else "all but gone" if whole(theme, "recent") else "gone quiet"
    told = f" ({recurring.stretches(theme)})" if theme.before else ""
    return f"{theme.name}: {said}, last heard on {day_of(words(theme, 'last'))}; {how}{told}."


@sentence
def none_gone(names: Names, looked: Finding) -> str:
    """Say that nothing went away."""
    themes = count(whole(looked, "themes"), "theme")
    return f"No problem has gone away{where(looked.scope, names, period=False)} by the test: {themes} looked at."
