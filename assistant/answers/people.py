"""Who says it: customers by number of pieces, under the pseudonyms that the file holds."""

import numpy as np

from assistant.answers import evidence
from assistant.answers.answer import Answer, Finding
from assistant.answers.context import Context
from assistant.answers.draft import Draft
from assistant.answers.limits import add_limits, no_more, nothing
from assistant.answers.quotes import by_search
from assistant.answers.subject import noun, pieces
from assistant.answers.wording import Names, capital, count, sentence, where, whole
from assistant.questions.question import Question
from knowledge.scope import Scope


def answer(question: Question, context: Context) -> Answer:
    """Answer "who complains most about delivery?"."""
    frame = context.frame(question)
    scope = frame.scope.on(polarity=question.polarity)
    if not context.tallies.count(scope):
        return nothing(question, context, frame)
    customers = most_heard(context, scope, question.skip + question.limit)[question.skip :]
    if question.skip and not customers:
        return no_more(question, context)
    draft = Draft(question, context)
    theme = question.themes[0] if len(question.themes) == 1 else None
    found = Finding(kind="count", numbers={"topic": question.topic}, scope=scope, theme_id=theme)
    everyone = draft.add(found, "topic", "count", "customers")
    if not customers:
        draft.head(nameless, everyone)
        draft.ask("What hurts customers?")
        return draft.abstain("no_customers")
    draft.head(headline, everyone)
    for customer in customers:
        finding = Finding(kind="count", numbers={}, scope=scope.on(customer=customer), base=scope)
        index = draft.add(finding, "count", "complaints", "praise", "share", "sentiment")
        draft.say(person, index)
        draft.quote(evidence.choose(context, scope.on(customer=customer), 1, finding=index, avoid=draft.quoted))
    draft.limit(pseudonyms)
    if question.topic:
        draft.limit(by_search, everyone)
    add_limits(draft, frame)
    draft.ask("What hurts customers?")
    return draft.answer(1.0)


def most_heard(context: Context, scope: Scope, limit: int) -> list[str]:
    """Return the customers with most pieces in scope; ties by pseudonym."""
    column = context.facts.customer
    codes = column.codes[context.tallies.positions(scope)]
    found, counts = np.unique(codes[codes >= 0], return_counts=True)
    order = np.lexsort((found, -counts))[:limit]
    return [column.values[found[i]] for i in order]


@sentence
def headline(names: Names, everyone: Finding) -> str:
    """Say how many customers there are behind how many pieces."""
    customers = whole(everyone, "customers")
    verb = "is" if customers == 1 else "are"
    told = f"{capital(count(customers, 'customer'))} {verb} behind {pieces(everyone, names)}"
    if customers == whole(everyone, "count"):
        return f"{told}." if customers == 1 else f"{told}, each with one, such as:"
    return f"{told}; those heard most:"


@sentence
def person(_: Names, one: Finding) -> str:
    """State one customer's pieces under the pseudonym."""
    held = count(whole(one, "count"), *noun(one))
    complain = ""
    if one.scope and not one.scope.polarity:
        complain = f", {count(whole(one, 'complaints'), 'complaint')} among them"
    return f"Customer {(one.scope.customer or '')[:8] if one.scope else ''}: {held}{complain}."


@sentence
def pseudonyms(_: Names) -> str:
    """Say what the ids are."""
    return "Customers appear under pseudonyms: keyed hashes of their ids, shortened here. I hold no names."


@sentence
def nameless(names: Names, everyone: Finding) -> str:
    """Say that nothing names a customer."""
    held = count(whole(everyone, "count"), *noun(everyone))
    return f"None of the {held}{where(everyone.scope, names)} names a customer."
