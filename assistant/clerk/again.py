"""An answer again, or looked at in another way: more of its quotes, its last period beside the one before."""

from dataclasses import replace
from datetime import date

from assistant.answers.answer import Answer
from assistant.answers.scopes import before
from assistant.answers.ticket import Ticket
from assistant.clerk import Clerk
from assistant.questions.question import Question
from knowledge.errors import NotFound
from knowledge.periods import Period, describe, shift_months

QUOTES = 10
"""How many quotes a click on "more" brings."""

TITLES = {"answer": "", "quotes": " (more quotes)", "compare": " (compared with the period before)"}


def title(ticket: Ticket) -> str:
    """Return what stands above the answer: what was asked, and how it is looked at."""
    return (ticket.text or "help") + TITLES[ticket.view]


def answer_again(clerk: Clerk, ticket: Ticket) -> Answer:
    """Return the answer of a ticket; the same as before where the file has not grown.

    Raises NotFound where there is nothing more to show.
    """
    question = ticket.question
    if ticket.view == "quotes":
        return _more_quotes(clerk, question, ticket.day)
    asked = _compared(question, ticket.day) if ticket.view == "compare" else question
    return clerk.analyst.answer_question(asked, as_of=ticket.day)


def _more_quotes(clerk: Clerk, question: Question, day: date) -> Answer:
    """Answer with quotes of what the answer was about, without those that it showed."""
    shown = clerk.analyst.answer_question(question, as_of=day)
    rows = {quote.row for quote in shown.evidence}
    themes = tuple(dict.fromkeys(f.theme_id for f in shown.claims if f.theme_id and f.kind == "theme"))
    wanted = replace(
        question,
        intent="quotes",
        themes=question.themes or (() if question.topic else themes),
        polarity=question.polarity or ("complaint" if question.intent in ("pain_points", "recurring") else None),
        limit=QUOTES + len(rows),
    )
    answer = clerk.analyst.answer_question(wanted, as_of=day)
    more = tuple(quote for quote in answer.evidence if quote.row not in rows)[:QUOTES]
    if not more:
        raise NotFound("There are no more quotes of this: the answer shows them all.")
    return replace(answer, question=replace(wanted, limit=QUOTES, themes=question.themes), evidence=more)


def _compared(question: Question, day: date) -> Question:
    """Return the question about its period and the one before; without a period, about the last full month."""
    period = question.period
    if period is None or period.start is None:
        end = day.replace(day=1)
        period = Period(start=shift_months(end, -1), end=end, label=describe(shift_months(end, -1), end))
    return replace(question, intent="compare", period=period, baseline=before(period, day), polarity=None)
