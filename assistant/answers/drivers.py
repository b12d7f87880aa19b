"""What may be behind a change: the change itself, and the themes that changed in the same stretch. Association."""

from assistant.answers import driving, evidence, trail, why
from assistant.answers.answer import Answer, Finding
from assistant.answers.context import Context
from assistant.answers.draft import Draft, sure
from assistant.answers.limits import add_limits, nothing
from assistant.answers.metric_lines import add_metric, metric_line
from assistant.answers.scopes import Frame
from assistant.answers.stage_summary import add_stage, headline
from assistant.answers.themes_in import Ranked, add_theme, changed
from assistant.answers.wording import Names, count, course, sentence, span, whole
from assistant.questions.question import Question


def answer(question: Question, context: Context) -> Answer:
    """Answer "why did CSAT drop in onboarding in October?"."""
    if trail.asked(question) and (before := trail.answer(question, context)) is not None:
        return before
    if driving.asked(question) and (driven := driving.answer(question, context)) is not None:
        return driven
    moved_metric = why.answer(question, context) if question.metrics else None
    if moved_metric is not None:
        return moved_metric
    frame = context.frame(question)
    if not context.tallies.count(frame.scope):
        return nothing(question, context, frame)
    if frame.before is None:
        return _no_window(question, context, frame)
    draft = Draft(question, context)
    stage = add_stage(draft, frame, question.stages[0] if len(question.stages) == 1 else None)
    _measured(draft, frame, stage)
    _together(draft, frame, stage)
    draft.limit(association)
    add_limits(draft, frame, themes=True)
    draft.ask("What is new?", "What hurts customers?")
    return draft.answer(0.5 * sure(context.tallies.count(frame.scope)))


def _measured(draft: Draft, frame: Frame, stage: int) -> None:
    """Begin with the metrics that were asked about, else with how the stage was doing."""
    metrics = [
        index
        for metric in draft.question.metrics
        for place in draft.question.stages or (None,)
        if (index := add_metric(draft, metric, place, frame.scope, frame.before)) is not None
    ]
    if metrics:
        draft.head(metric_line, metrics[0])
        draft.say(headline, stage)
    else:
        draft.head(headline, stage)
    for index in metrics[1:]:
        draft.say(metric_line, index)


def _together(draft: Draft, frame: Frame, stage: int) -> None:
    """Say which themes changed in the same stretch, each with words of customers."""
    context = draft.context
    together = [theme for theme, _ in changed(context, frame, _any)][: draft.question.limit]
    for theme in together:
        index = add_theme(draft, frame, theme)
        draft.say(moved, index)
        scope = frame.scope.on(themes=(theme,), period=frame.recent or frame.scope.period)
        draft.quote(evidence.choose(context, scope, 1, finding=index, theme=theme, avoid=draft.quoted))
    if not together:
        draft.say(nothing_moved, stage)


def _any(theme: Ranked) -> bool:
    return theme.mentions > 0


def _no_window(question: Question, context: Context, frame: Frame) -> Answer:
    draft = Draft(question, context)
    index = draft.add(Finding(kind="coverage", numbers={}, scope=frame.scope), "count", "first", "last")
    draft.head(no_window, index)
    draft.ask("What hurts customers?")
    return draft.abstain("nothing_to_compare")


@sentence
def moved(_: Names, theme: Finding) -> str:
    """Name a theme that changed in the same stretch."""
    return f"In the same stretch: {theme.name}, {count(whole(theme, 'count'), 'mention')}, {course(theme)}."


@sentence
def nothing_moved(_: Names, stage: Finding) -> str:
    """Say that no theme changed."""
    before = span(stage.before.period) if stage.before and stage.before.period else "before"
    return f"No theme changed beyond chance against {before}."


@sentence
def association(_: Names) -> str:
    """Say that this is association."""
    return "What changed at the same time is listed; that it is the cause is not shown."


@sentence
def no_window(_: Names, here: Finding) -> str:
    """Say that there are not two stretches to compare."""
    pieces = count(whole(here, "count"), "piece")
    return f"The {pieces} of feedback cover too short a time to compare one stretch with another."
