"""Words of customers: on a topic by search, else the central and recent ones; how many there are in all."""

from assistant.answers import evidence, praise
from assistant.answers.answer import Answer, Finding
from assistant.answers.context import Context
from assistant.answers.draft import Draft, sure
from assistant.answers.limits import add_limits, no_more, nothing
from assistant.answers.subject import pieces
from assistant.answers.wording import Names, capital, count, figure, number, sentence, voices, where, whole
from assistant.questions.question import Question

KEYS = ("topic", "count", "customers", "complaints", "praise", "sentiment")


def answer(question: Question, context: Context) -> Answer:
    """Answer "show me what customers say about delivery"."""
    frame = context.frame(question)
    scope = frame.scope.on(polarity=question.polarity)
    if not context.tallies.count(scope):
        return _none(question, context)
    broad = question.polarity == "praise" and not (question.topic or question.themes or question.skip)
    if broad and (told := praise.answer(question, context, frame)):
        return told
    draft = Draft(question, context)
    theme = question.themes[0] if len(question.themes) == 1 else None
    finding = Finding(kind="quotes", numbers={"topic": question.topic}, scope=scope, theme_id=theme)
    index = draft.add(finding, *KEYS)
    shown = question.skip + question.limit  # the same choice as before, from where it stopped
    if question.topic:
        rows = context.search(question.topic, scope, 4 * shown)
        chosen = evidence.in_order(context, rows, shown, finding=index, query=question.topic)
        draft.limit(by_search, index)
    else:
        chosen = evidence.choose(context, scope, shown, finding=index, theme=theme)
    if question.skip and len(chosen) <= question.skip:
        return no_more(question, context)
    draft.quote(chosen[question.skip :])
    draft.head(headline, index)
    draft.say(mood, index)
    add_limits(draft, frame)
    _next(draft, question)
    return draft.answer(sure(context.tallies.count(scope)))


def _none(question: Question, context: Context) -> Answer:
    """Refuse; where only the mood is missing, say so."""
    frame = context.frame(question)
    if not context.tallies.count(frame.scope):
        return nothing(question, context, frame)
    draft = Draft(question, context)
    scope = frame.scope.on(polarity=question.polarity)
    index = draft.add(Finding(kind="coverage", numbers={}, scope=scope, base=frame.scope), "count", "whole")
    draft.head(no_such_mood, index)
    draft.ask("What do customers praise?" if question.polarity == "complaint" else "What hurts customers?")
    return draft.abstain("no_match")


def _next(draft: Draft, question: Question) -> None:
    place = f" in {draft.context.names.stage(question.stages[0])}" if question.stages else ""
    if question.topic:
        draft.ask(f"How many pieces of feedback are about {question.topic}?",
                  f"How has {question.topic} changed over time?")  # fmt: skip
    draft.ask(f"What hurts customers{place}?")


@sentence
def headline(names: Names, found: Finding) -> str:
    """Say how much there is, of which the quotes are a few."""
    about = "About " if found.numbers.get("topic") else ""
    held = f"{about}{pieces(found, names)}"
    return f"{capital(held)}{voices(found, ', from ')}."


@sentence
def mood(_: Names, found: Finding) -> str:
    """Say how many complain and how many are positive in tone, where both occur."""
    bad, good, n = whole(found, "complaints"), whole(found, "praise"), whole(found, "count")
    if (found.scope and found.scope.polarity) or not (bad and good) or figure(found, "count") < 2:
        return ""
    complain, are = ("complains" if bad == 1 else "complain"), ("is" if good == 1 else "are")
    return f"{number(bad)} of {number(n)} {complain}, {number(good)} {are} positive in tone."


@sentence
def by_search(_: Names, found: Finding) -> str:
    """Say what "on" means."""
    topic = found.numbers.get("topic")
    return f"“On {topic}” means found by a search for words and meaning: the number is an estimate." if topic else ""


@sentence
def no_such_mood(names: Names, found: Finding) -> str:
    """Say that nobody complains, or that nobody praises."""
    mood_ = "a complaint" if found.scope and found.scope.polarity == "complaint" else "praise"
    return f"None of the {count(whole(found, 'whole'), 'piece')} of feedback{where(found.scope, names)} is {mood_}."
