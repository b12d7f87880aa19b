"""What keeps coming back: themes with complaints that return after quiet, or that persist month after month."""

from dataclasses import replace
from datetime import date, timedelta

from assistant.answers import evidence, time_asked, trend
from assistant.answers.answer import Answer, Finding
from assistant.answers.context import Context
from assistant.answers.draft import Draft, sure
from assistant.answers.limits import add_limits, no_more, nothing
from assistant.answers.measures import exposure_scope
from assistant.answers.outlook import Outlook, history, outlooks
from assistant.answers.quotes import by_search
from assistant.answers.scopes import Frame
from assistant.answers.themes_in import MIN_MENTIONS
from assistant.answers.wording import Names, capital, count, figure, number, p, sentence, voices, where, whole, words
from assistant.questions.question import Question
from knowledge.periods import Period
from knowledge.scope import Scope

KEYS = (
    "count", "customers", "share", "previous", "recent", "exposure", "exposure_before", "p_value", "q_value",
    "sentiment", "months", "months_all",
)  # fmt: skip

PERSISTS = 0.5
"""Share of the months with complaints from which on a theme is said to persist."""
RARELY = 0.2
"""Share of the months below which a topic comes up rarely."""


def answer(question: Question, context: Context) -> Answer:
    """Answer "what keeps coming back in support?"."""
    frame = context.frame(question)
    base = looked_at(question, context, frame)
    if base is None or not context.tallies.count(base.on(polarity=None)):
        return nothing(question, context, within(frame, base))
    draft = Draft(question, context)
    looked = draft.add(Finding(kind="coverage", numbers={}, scope=base), "count", "themes")
    known = outlooks(base, context.tallies)
    listed = _order(context, base, known)[question.skip :][: question.limit]
    if time_asked.went_away(question.text) and not question.topic:
        from assistant.answers import gone  # which stands on this module

        return gone.answer(question, context, frame, base)
    if question.topic and not question.skip:
        return _of_topic(question, context, within(frame, base))
    kept = [add_outlook(draft, base, theme, known[theme]) for theme in listed]
    if not kept and question.skip:
        return no_more(question, context)
    if not kept:
        draft.head(none_recurs, looked)
    else:
        draft.head(headline, kept[0])
        for index in kept:
            draft.say(line, index)
            quote(draft, index)
    add_limits(draft, frame, themes=True)
    draft.ask("What is new?", "What hurts customers?")
    return draft.answer(sure(context.tallies.count(base)))


def _of_topic(question: Question, context: Context, frame: Frame) -> Answer:
    """Answer "is overcrowding a recurring issue?": in how many months it was complained about."""
    scope = frame.scope.on(polarity=question.polarity or "complaint")
    if not context.tallies.count(scope):
        return nothing(question, context, frame)
    draft = Draft(question, context)
    finding = Finding(kind="count", numbers={"topic": question.topic}, test="trend", scope=scope)
    index = draft.add(finding, "topic", "count", "customers", "months", "months_all", "p_value")
    draft.head(topic_recurs, index)
    draft.say(trend.months, index)
    draft.quote(evidence.choose(context, scope, 2, finding=index, query=question.topic, avoid=draft.quoted))
    draft.limit(by_search, index)
    add_limits(draft, frame)
    draft.ask(f"How has {question.topic} changed over time?", "What keeps coming back?")
    return draft.answer(sure(context.tallies.count(scope)))


def within(frame: Frame, base: Scope | None) -> Frame:
    """Return the frame of what was looked at: feedback from before that is no lack of feedback."""
    return replace(frame, scope=frame.scope.on(period=base.period)) if base else frame


def looked_at(question: Question, context: Context, frame: Frame) -> Scope | None:
    """Return the complaints (or praise, if asked for) in whole weeks of history; None without a whole week."""
    period = history(context.facts, context.as_of, question.period)
    return frame.scope.on(period=period, polarity=question.polarity or "complaint") if period else None


def add_outlook(draft: Draft, base: Scope, theme: str, outlook: Outlook) -> int:
    """Add the finding of a theme with what the test of recurrence says of it."""
    return draft.add(outlook_finding(base, theme, outlook), *KEYS)


def outlook_finding(base: Scope, theme: str, outlook: Outlook) -> Finding:
    """Return the finding of a theme among the feedback of `base`, with the two stretches that were compared."""
    scope = base.on(themes=(theme,))
    return Finding(
        kind="theme", numbers={}, stage=base.stages[0] if len(base.stages) == 1 else None, theme_id=theme,
        test="recurrence", scope=scope, base=base, recent=scope.on(period=outlook.recent),
        before=scope.on(period=outlook.before) if outlook.before else None,
    )  # fmt: skip


def quote(draft: Draft, index: int, k: int = 1) -> None:
    """Add quotes of a theme's finding."""
    found = draft.findings[index]
    scope = found.recent if found.recent and found.rows_recent and found.change != "resolved" else found.scope
    if scope:
        quotes = evidence.choose(draft.context, scope, k, finding=index, theme=found.theme_id, avoid=draft.quoted)
        draft.quote(quotes)


def _order(context: Context, base: Scope, known: dict[str, Outlook]) -> list[str]:
    """Return the themes that recur: those that returned first, then those that persist, by complaints."""
    counts: dict[str, int] = {}
    months: dict[str, set[str]] = {}
    for (theme, week), n in context.tallies.theme_weeks(base).items():
        counts[theme] = counts.get(theme, 0) + n
        # The month of a week is that of its Monday: near enough to choose; what is said is counted by day.
        months.setdefault(theme, set()).add(f"{date.fromordinal(week * 7 + 1):%Y-%m}")
    heard = len(context.tallies.months(exposure_scope(base)))

    def recurs(theme: str) -> bool:
        persists = heard >= 3 and len(months[theme]) >= PERSISTS * heard
        return known[theme].status == "recurring" or (persists and known[theme].status not in ("resolved", "new"))

    named = [t for t in known if counts[t] >= MIN_MENTIONS and t in context.knowledge.themes]
    return sorted(filter(recurs, named), key=lambda t: (known[t].status != "recurring", -counts[t], len(t), t))


@sentence
def headline(names: Names, top: Finding) -> str:
    """Name what keeps coming back most."""
    how = "came back after a quiet time" if top.change == "recurring" else "never really goes away"
    return f"What keeps coming back{where(top.scope, names, period=False)}: {top.name}, which {how}{_months(top)}."


@sentence
def line(_: Names, theme: Finding) -> str:
    """Describe a theme that recurs: complaints, months, course."""
    said = count(whole(theme, "count"), "complaint" if _bad(theme) else "mention")
    return f"{theme.name}: {said}{voices(theme)}{_months(theme)}; {status(theme)}."


@sentence
def topic_recurs(names: Names, found: Finding) -> str:
    """Say in how many months a topic was complained about, and whether that is most of them."""
    share = whole(found, "months") / max(1, whole(found, "months_all"))
    how = (
        "keeps coming back" if share >= PERSISTS else "comes up now and then" if share >= RARELY else "comes up rarely"
    )
    verdict = f"{capital(words(found, 'topic'))} {how}{where(found.scope, names)}"
    said = count(whole(found, "count"), "complaint" if _bad(found) else "mention")
    return f"{verdict}: about {said}{voices(found)}{_months(found)}."


@sentence
def none_recurs(names: Names, base: Finding) -> str:
    """Say that nothing recurs."""
    themes = count(whole(base, "themes"), "theme")
    return f"Nothing keeps coming back{where(base.scope, names)}: of {themes}, none returned or persisted."


def status(theme: Finding) -> str:
    """Say what the test of recurrence found, with both stretches."""
    labels = {"recurring": "back after quiet", "resolved": "silent of late", "new": "new", "rising": "rising",
              "falling": "falling"}  # fmt: skip
    if theme.before is None or theme.recent is None or theme.change not in labels:
        return "no clear change of late"
    return f"{labels[theme.change]} ({stretches(theme)})"


def stretches(theme: Finding) -> str:
    """Write both stretches in weeks: `11 in the 4 weeks to 25 October 2026, none in the 46 weeks before, p = 0.002`."""
    recent, before = (scope.period if scope else None for scope in (theme.recent, theme.before))
    if not (recent and recent.end and before):
        return ""
    last = recent.end - timedelta(days=1)
    now = f"{number(whole(theme, 'recent'))} in the {_weeks(recent)} to {last.day} {last:%B %Y}"
    then = f"{number(n) if (n := whole(theme, 'previous')) else 'none'} in the {_weeks(before)} before"
    return f"{now}, {then}, {p(figure(theme, 'p_value'))}"


def _weeks(period: Period) -> str:
    weeks = (period.days or 0) // 7
    return "week" if weeks == 1 else f"{number(weeks)} weeks"


def _months(theme: Finding) -> str:
    return f", in {number(whole(theme, 'months'))} of {count(whole(theme, 'months_all'), 'month')}"


def _bad(theme: Finding) -> bool:
    return bool(theme.scope and theme.scope.polarity == "complaint")
