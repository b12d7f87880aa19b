"""What customers praise: themes by praise, each with its size, change, what speaks against it, and their words."""

from assistant.answers import evidence
from assistant.answers.answer import Answer, Finding
from assistant.answers.context import Context
from assistant.answers.draft import Draft, sure
from assistant.answers.limits import add_limits
from assistant.answers.scopes import Frame
from assistant.answers.themes_in import add_theme, praised
from assistant.answers.wording import Names, count, course, figure, number, percent, sentence, where, whole
from assistant.questions.question import Question


def answer(question: Question, context: Context, frame: Frame) -> Answer | None:
    """Answer "what do customers love about onboarding?"; None where no theme is mostly praise."""
    themes = praised(context, frame)[: question.limit]
    if not themes:
        return None
    draft = Draft(question, context)
    all_of_it = Finding(kind="quotes", numbers={}, scope=frame.scope.on(polarity="praise"), base=frame.scope)
    whole_ = draft.add(all_of_it, "count", "customers", "whole", "share")
    found = [add_theme(draft, frame, theme.id) for theme in themes]
    draft.head(headline, found[0])
    for theme, index in zip(themes, found, strict=True):
        draft.say(liked, index)
        scope = frame.scope.on(themes=(theme.id,), polarity="praise")
        k = max(1, question.limit // len(themes))
        draft.quote(evidence.choose(context, scope, k, finding=index, theme=theme.id, avoid=draft.quoted))
    draft.say(in_all, whole_)
    add_limits(draft, frame, themes=True)
    place = f" in {context.names.stage(question.stages[0])}" if question.stages else ""
    draft.ask(f"Show me quotes about {draft.findings[found[0]].name}", f"What hurts customers{place}?")
    return draft.answer(sure(themes[0].praise))


@sentence
def headline(names: Names, top: Finding) -> str:
    """Name what is praised most."""
    return f"Praised most{where(top.scope, names)}: {top.name}, in {_of(top)}."


@sentence
def liked(_: Names, theme: Finding) -> str:
    """Describe a theme that is praised: size, change, counter-evidence."""
    against = whole(theme, "complaints")
    change = f"; {course(theme)}" if course(theme) else ""
    complain = f" {number(against)} {'complains' if against == 1 else 'complain'}." if against else ""
    return f"{theme.name}: praised in {_of(theme)}{change}.{complain}"


@sentence
def in_all(names: Names, praise: Finding) -> str:
    """Say how much praise there is in all, in themes or not."""
    n, of = number(whole(praise, "count")), count(whole(praise, "whole"), "piece")
    share = percent(figure(praise, "share"))
    return f"In all{where(praise.base, names)}: {n} of {of} of feedback, {share}."


def _of(theme: Finding) -> str:
    return f"{number(whole(theme, 'praise'))} of {count(whole(theme, 'count'), 'mention')}"
