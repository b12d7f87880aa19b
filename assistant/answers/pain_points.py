"""What hurts customers: themes by complaints, each with its size, change, counter-evidence and words of customers."""

from collections.abc import Collection, Sequence

from assistant.answers import evidence
from assistant.answers.answer import Answer, Finding
from assistant.answers.context import Context
from assistant.answers.draft import Draft, sure
from assistant.answers.limits import PIECES, add_limits, no_more, nothing
from assistant.answers.scopes import Frame
from assistant.answers.themes_in import Ranked, add_theme, mended, still_hurting
from assistant.answers.wording import (
    Names,
    count,
    course,
    figure,
    has,
    number,
    percent,
    sentence,
    voices,
    where,
    whole,
)
from assistant.questions.question import Question

_DWARFS = 3
_SHORT, _SHARED = 20, 3
"""A file of fewer pieces is read, not summed up; fewer complaints than three are no pain that customers share."""


def answer(question: Question, context: Context) -> Answer:
    """Answer "what hurts customers in onboarding?"."""
    frame = context.frame(question)
    if not context.tallies.count(frame.scope):
        return nothing(question, context, frame)
    over = mended(context, frame)
    themes = _worst_first(still_hurting(context, frame), over)[question.skip :][: question.limit]
    if not themes and question.skip:
        return no_more(question, context)
    if not themes or (not question.skip and _say_little(themes, context)):
        return single_complaints(question, context, frame)
    draft = Draft(question, context)
    found = [add_theme(draft, frame, theme.id) for theme in themes]
    if themes[0].id in over and not question.skip:
        draft.head(was_worst, *found[: 2 if len(themes) > 1 and themes[1].id not in over else 1])
    else:
        draft.head(following if question.skip else headline, found[0])
    for place, index in enumerate(found):
        draft.say(pain, index)
        scope = frame.scope.on(themes=(themes[place].id,), polarity="complaint")
        quotes = evidence.choose(context, scope, 2 if place == 0 else 1, finding=index, theme=themes[place].id,
                                 avoid=draft.quoted)  # fmt: skip
        draft.quote(quotes)
    add_limits(draft, frame, themes=True)
    name = draft.findings[found[0]].name
    draft.ask(f"Show me quotes about {name}", f"How has {name} changed over time?", *_wider(question, context))
    return draft.answer(sure(themes[0].complaints))


def _say_little(themes: Sequence[Ranked], context: Context) -> bool:
    """Whether the complaints themselves say more than `themes` of so few: none is shared, or the file is short."""
    return len(context.facts) < _SHORT or max(theme.complaints for theme in themes) < _SHARED


def _worst_first(themes: Sequence[Ranked], over: Collection[str]) -> list[Ranked]:
    """Put what has all but gone first where the rest is little beside it: it is still what there is to tell."""
    largest = max(themes, key=lambda theme: theme.complaints, default=None)
    if largest is None or largest.id not in over or largest.complaints < _DWARFS * themes[0].complaints:
        return list(themes)
    return [largest, *(theme for theme in themes if theme is not largest)]


def single_complaints(question: Question, context: Context, frame: Frame) -> Answer:
    """List complaints one by one, where no theme gathers enough of them."""
    draft = Draft(question, context)
    scope = frame.scope.on(polarity="complaint")
    index = draft.add(Finding(kind="quotes", numbers={}, scope=scope, base=frame.scope), "count", "customers", "whole")
    if not draft.findings[index].rows:
        draft.head(no_complaints, index)
        draft.ask("What do customers praise?")
    else:
        draft.head(no_theme, index)
        draft.quote(evidence.choose(context, scope, question.limit, finding=index))
    add_limits(draft, frame, themes=bool(context.knowledge.themes))
    return draft.answer(sure(context.tallies.count(frame.scope)))


def _wider(question: Question, context: Context) -> list[str]:
    if question.stages and context.knowledge.journey:
        name = context.names.stage(question.stages[0])
        return [f"How is {name} doing?"]
    return ["What do customers praise?"]


@sentence
def headline(names: Names, top: Finding) -> str:
    """Name the worst theme."""
    complaints = count(whole(top, "complaints"), "complaint")
    return f"What hurts most{where(top.scope, names)}: {top.name}, with {complaints}{_among(top)}."


@sentence
def was_worst(names: Names, gone: Finding, now: Finding | None = None) -> str:
    """Name the theme that was worst and has all but gone, and what is left."""
    complaints = count(whole(gone, "complaints"), "complaint")
    since = "has gone quiet" if gone.change == "gone" else "has become rare"
    told = f"What hurt most{where(gone.scope, names)} {since}: {gone.name}, with {complaints}{_among(gone)}."
    left = f" Now it is {now.name}, with {count(whole(now, 'complaints'), 'complaint')}{_among(now)}." if now else ""
    return told + left


@sentence
def following(names: Names, top: Finding) -> str:
    """Name the first theme of the next ones."""
    complaints = count(whole(top, "complaints"), "complaint")
    return f"Next{where(top.scope, names)}: {top.name}, with {complaints}{_among(top)}."


@sentence
def pain(_: Names, theme: Finding) -> str:
    """Describe a theme with complaints: size, share, change, counter-evidence."""
    complaints = count(whole(theme, "complaints"), "complaint")
    share = f", {percent(figure(theme, 'share'))} of this feedback" if has(theme, "share") else ""
    change = f"; {course(theme)}" if course(theme) else ""
    praise, mentions = whole(theme, "praise"), whole(theme, "count")
    # The tone is that of the whole piece: who is content with the rest praises no missing ingredient.
    but = (
        f" {number(praise)} of {number(mentions)} {'is' if praise == 1 else 'are'} positive in tone." if praise else ""
    )
    return f"{theme.name}: {complaints}{_among(theme)}{share}{change}.{but}"


def _among(theme: Finding) -> str:
    """Return ` in 41 mentions by 37 customers`, shorter where every mention complains."""
    mentions = whole(theme, "count")
    within = "" if mentions == whole(theme, "complaints") else f" in {count(mentions, 'mention')}"
    return f"{within}{voices(theme)}"


@sentence
def no_theme(names: Names, complaints: Finding) -> str:
    """Say that complaints have no theme."""
    n, of = whole(complaints, "count"), whole(complaints, "whole")
    verb = "is" if n == 1 else "are"
    return (
        f"No theme stands out among the {count(of, *PIECES)}{where(complaints.scope, names)}; "
        f"{number(n)} of them {verb} {'a complaint' if n == 1 else 'complaints'}."
    )


@sentence
def no_complaints(names: Names, complaints: Finding) -> str:
    """Say that nobody complains."""
    held = count(whole(complaints, "whole"), *PIECES)
    return f"Nobody complains in the {held}{where(complaints.scope, names)}."
