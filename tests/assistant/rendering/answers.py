"""Answers to draw: one of each kind, made by hand."""

from datetime import date

from assistant.answers.answer import Answer, Finding, Line, Quote
from assistant.questions.question import Question
from knowledge.periods import Period

Q3 = Period(start=date(2026, 7, 1), end=date(2026, 10, 1), label="Q3 2026")
HOSTILE = "<!channel> see <https://evil|bank.com> *bold* _it_ `code` :tada: @here <@U1> & mail me@evil.com"


def theme(number: int, name: str, count: int, previous: int, change: str = "rising") -> Finding:
    return Finding(
        kind="theme",
        numbers={"count": count, "customers": count - 2, "share": count / 200, "previous": previous},
        stage="onboarding",
        theme_id=f"T{number}",
        name=name,
        change=change,
    )


def said(text: str, finding: int | None = 0, *, at: date | None = date(2026, 8, 3)) -> Quote:
    return Quote(row=1, feedback_id="f1", quote=text, start=0, end=len(text), at=at, channel="email", finding=finding)


def line(finding: Finding, n: int) -> Line:
    numbers = finding.numbers
    words = (
        f"{finding.name}: {numbers['count']} pieces of feedback from {numbers['customers']} customers, "
        f"{finding.change} ({numbers['previous']} before)"
    )
    return Line(words, template="theme", findings=(n,))


def pain_points(
    text: str = "what hurts customers in onboarding?", quote: str = "Waited two weeks for the card."
) -> Answer:
    themes = (
        theme(12, "Card not delivered on time", 41, 22),
        theme(7, "Cannot verify identity", 18, 19, "steady"),
        theme(3, "Confusing first invoice", 4, 9, "falling"),
    )
    return Answer(
        question=Question(text=text, intent="pain_points", stages=("onboarding",), period=Q3),
        headline=Line("Card not delivered on time hurts most in onboarding.", template="headline", findings=(0,)),
        lines=tuple(line(one, n) for n, one in enumerate(themes)),
        findings=themes,
        evidence=(said(quote), said("The photo check failed five times.", 1, at=None)),
        caveats=("4 pieces of feedback are few: read the last line with care.",),
        follow_ups=("Show quotes about card not delivered on time", "How did onboarding do in Q3 2026?"),
    )


def hostile(text: str = HOSTILE) -> Answer:
    """Every word of this answer is the enemy's: names, quotes, caveats, follow-ups, channel."""
    finding = theme(1, text, 3, 1)
    quote = Quote(
        row=1, feedback_id="f1", quote=text, start=0, end=len(text), at=date(2026, 8, 3), channel=text, finding=0
    )
    return Answer(
        question=Question(text=text, intent="quotes", topic=text),
        headline=Line(f"{text} hurts most", template="headline", findings=(0,)),
        lines=(line(finding, 0), text),
        findings=(finding,),
        evidence=(quote, said(text, None)),
        caveats=(text,),
        follow_ups=(text,),
    )


def abstained() -> Answer:
    return Answer(
        question=Question(text="what about checkout in 1999?", intent="pain_points"),
        headline="There is no feedback from 1999. The earliest is from January 2026.",
        abstained=True,
        reason="no_feedback_in_period",
        follow_ups=("What hurt customers in January 2026?",),
    )


def large() -> Answer:
    """More of everything than fits a message."""
    themes = tuple(theme(n, f"Theme number {n} with quite a long name of its own", 60 - n, n) for n in range(60))
    return Answer(
        question=Question(text="everything", intent="pain_points", limit=60),
        headline="Much. " * 300,
        lines=tuple(line(one, n) for n, one in enumerate(themes)),
        findings=themes,
        evidence=tuple(said("So long a complaint. " * 100, n) for n in range(60)),
        caveats=tuple(f"Remark {n}." for n in range(20)),
        follow_ups=tuple(f"What about theme {n}? " * (200 if n == 1 else 1) for n in range(12)),
    )
