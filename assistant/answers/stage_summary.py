"""How a stage is doing: a brief that a manager can forward."""

from datetime import date, timedelta

from assistant.answers import evidence, scores, signs
from assistant.answers.answer import Answer, Finding
from assistant.answers.context import Context
from assistant.answers.draft import Draft, sure
from assistant.answers.limits import PIECES, add_limits, nothing
from assistant.answers.metric_lines import add_metric, good, metric_line, metrics_of, value
from assistant.answers.pain_points import pain
from assistant.answers.scopes import Frame
from assistant.answers.score_rules import score_in
from assistant.answers.themes_in import Ranked, add_theme, changed, mended, praised, still_hurting
from assistant.answers.wording import (
    Names,
    Template,
    capital,
    count,
    course,
    day_of,
    during,
    figure,
    has,
    listing,
    number,
    p,
    percent,
    sentence,
    voices,
    where,
    whole,
    words,
)
from assistant.questions.question import Question

KEYS = (
    "count", "customers", "complaints", "praise", "scored", "complaint_share", "low", "high", "previous",
    "previous_complaint_share", "recent_complaint_share", "p_value", "sentiment",
)  # fmt: skip

_LATE = timedelta(days=92)
"""A brief whose last feedback is older says so."""
_PAINS, _PRAISED, _CHANGED, _METRICS, _OF_A_STAGE = 3, 2, 2, 6, 3


def answer(question: Question, context: Context) -> Answer:
    """Answer "how is onboarding doing?" with a brief for a manager; without a stage, for the whole journey.

    In order: volume and mood; what speaks for the stage and against it; metrics; pains; what is new or growing, what
    got better, what is praised; where measures and words part ways; what to look at next; what the data lacks.
    """
    frame = context.frame(question)
    if not context.tallies.count(frame.scope):
        return nothing(question, context, frame)
    draft = Draft(question, context)
    stage = add_stage(draft, frame, question.stages[0] if len(question.stages) == 1 else None)
    draft.head(headline, stage)
    metrics = _measured(draft, question, frame)
    staged = _staged(draft, question, frame)
    over = mended(context, frame)
    worst = [theme.id for theme in still_hurting(context, frame) if theme.id not in over][:_PAINS]
    pains = [add_theme(draft, frame, theme) for theme in worst]
    moved = _moved(draft, frame, worst)
    liked_ = [add_theme(draft, frame, t.id) for t in praised(context, frame) if t.id not in worst][:_PRAISED]
    draft.say(signs.health, stage, *metrics)
    for index in metrics:
        draft.say(metric_line, index)
    if not metrics and not staged:
        _rated(draft, frame)
    if staged:
        draft.say(by_stage, *staged)
    for index in pains:
        _told(draft, frame, index, pain, quotes=1)
    for index in moved:
        rose = draft.findings[index].change in ("rising", "new")
        _told(draft, frame, index, worse if rose else better, quotes=1 if rose else 0)
    for index in liked_:
        draft.say(liked, index)
    _apart(draft, stage, metrics, liked_)
    if ahead := _ahead(draft, [*metrics, *staged], [*pains, *moved]):
        draft.say(signs.look_next, *ahead)
    add_limits(draft, frame, themes=True)
    _dated(draft, frame)
    _next(draft, question, worst)
    return draft.answer(sure(context.tallies.count(frame.scope)))


def _rated(draft: Draft, frame: Frame) -> None:
    """Say, where nobody imported a metric, what the ratings of the feedback come to, and lately against before."""
    if score_in(frame.scope, draft.context.tallies) is not None:
        stage = frame.scope.stages[0] if len(frame.scope.stages) == 1 else None
        finding = frame.narrowed(Finding(kind="count", numbers={}, stage=stage))
        draft.say(scores.from_feedback, draft.add(finding, *scores.KEYS))


def _dated(draft: Draft, frame: Frame) -> None:
    """Say that the feedback ended long ago, where no period was asked about: readers take a brief to be of today."""
    if frame.scope.period is None:
        here = draft.add(Finding(kind="coverage", numbers={}, scope=frame.scope), "last")
        last = draft.findings[here].numbers.get("last")
        if isinstance(last, str) and draft.context.as_of - date.fromisoformat(last) > _LATE:
            draft.limit(stale, here)


def add_stage(draft: Draft, frame: Frame, stage: str | None, **conditions: object) -> int:
    """Add the finding of a stage (None: all that is in scope): volume, mood, and whether the mood changed."""
    finding = Finding(kind="stage", numbers={}, stage=stage, test="shares" if frame.before else None)
    return draft.add(frame.narrowed(finding, **conditions), *KEYS)


def _measured(draft: Draft, question: Question, frame: Frame) -> list[int]:
    """Add the metrics of the stage, those asked for or all."""
    found = [
        add_metric(draft, metric, stage, frame.scope, frame.before)
        for stage in question.stages or (None,)
        for metric in (question.metrics or metrics_of(draft.context, stage))[:_METRICS]
    ]
    return [index for index in found if index is not None]


def _staged(draft: Draft, question: Question, frame: Frame) -> list[int]:
    """Add, for the whole journey, the metrics of its stages that can be judged: by a target, or by a change."""
    if question.stages or question.filters or question.topic or question.themes:
        return []
    found = []
    for stage in stages_of(draft.context):
        for metric in (question.metrics or metrics_of(draft.context, stage))[:_OF_A_STAGE]:
            index = add_metric(draft, metric, stage, frame.scope, frame.before)
            if index is not None:
                found.append(index)
    return found


def stages_of(context: Context) -> tuple[str, ...]:
    """Return the stages of the map in order; without a map, those that occur."""
    journey = context.knowledge.journey
    return tuple(stage.id for stage in journey.stages) if journey else context.facts.stage.values


def _told(draft: Draft, frame: Frame, index: int, template: Template, quotes: int = 0) -> None:
    draft.say(template, index)
    theme = draft.findings[index].theme_id
    if quotes and theme:
        scope = frame.scope.on(themes=(theme,), polarity="complaint")
        draft.quote(evidence.choose(draft.context, scope, quotes, finding=index, theme=theme, avoid=draft.quoted))


def _moved(draft: Draft, frame: Frame, shown: list[str]) -> list[int]:
    """Add what is new or got worse beyond the top pains, then what got better."""
    moved = [(theme, way) for theme, way in changed(draft.context, frame, _sore) if theme not in shown]
    up = [theme for theme, way in moved if way in ("rising", "new")][:_CHANGED]
    down = [theme for theme, way in moved if way in ("falling", "gone")][:_CHANGED]
    return [add_theme(draft, frame, theme) for theme in (*up, *down)]


def _apart(draft: Draft, stage: int, metrics: list[int], liked_: list[int]) -> None:
    """Say where measures and words part ways, in one sentence a metric."""
    for metric in metrics:
        growing = [index for index in liked_ if draft.findings[index].change in ("rising", "new")]
        if growing and signs.worse(draft.findings[metric]):
            draft.say(signs.praised_while_falling, metric, growing[0])
        else:
            draft.say(signs.mismatch, metric, stage)


def _ahead(draft: Draft, metrics: list[int], themes: list[int]) -> list[int]:
    """Choose what to look at next: metrics that miss their target or get worse, what grows, else the first pain."""
    found = draft.findings
    short = [i for i in metrics if good(found[i]) is False or signs.worse(found[i])]
    short.sort(key=lambda i: (not signs.worse(found[i]), good(found[i]) is not False))
    growing = [i for i in themes if found[i].change in ("rising", "new")]
    hurting = [i for i in themes if found[i].change not in ("falling", "gone")]
    return [*short[:2], *(growing or hurting)[:2]]


def _sore(theme: Ranked) -> bool:
    return theme.complaints > theme.praise


def _next(draft: Draft, question: Question, worst: list[str]) -> None:
    place = f" in {draft.context.names.stage(question.stages[0])}" if question.stages else ""
    if worst:
        name = draft.context.knowledge.themes[worst[0]].name
        draft.ask(f"Show me quotes about {name}", f"How has {name} changed over time?")
    draft.ask(f"What is new{place}?", f"What do customers praise{place}?")


@sentence
def headline(names: Names, stage: Finding) -> str:
    """State volume and mood."""
    place = where(stage.scope, names).strip() or "over all feedback"
    place = f"feedback {place}" if place.startswith("(") else place
    pieces = f"{count(whole(stage, 'count'), *PIECES)}{voices(stage, ' from ')}"
    return f"{capital(place)}: {pieces}{mood(stage)}."


@sentence
def stale(_: Names, here: Finding) -> str:
    """Say when the last feedback was."""
    return f"The last of this feedback is of {day_of(words(here, 'last'))}: of what came after, nothing is known."


def mood(stage: Finding) -> str:
    """Write the share of complaints with its interval and what the test says of its change."""
    if not has(stage, "complaint_share"):
        return ""
    share = f"{percent(figure(stage, 'complaint_share'))} complaints"
    interval = f"95% interval {percent(figure(stage, 'low'))} to {percent(figure(stage, 'high'))}"
    return f", {share} ({interval}){_change(stage)}"


def _change(stage: Finding) -> str:
    if not has(stage, "previous_complaint_share", "recent_complaint_share") or stage.before is None:
        return ""
    was = f"{percent(figure(stage, 'previous_complaint_share'))} {during(stage.before.period)}"
    now = percent(figure(stage, "recent_complaint_share"))
    now = f": {now} {during(stage.recent.period)} after {was}" if stage.recent else f", after {was}"
    tested = f" ({p(figure(stage, 'p_value'))})" if has(stage, "p_value") else ""
    verdict = {"rising": "more than before", "falling": "fewer than before"}.get(stage.change or "", "no clear change")
    return f"; {verdict}{now}{tested}"


@sentence
def by_stage(names: Names, *metrics: Finding) -> str:
    """Say shortly, for all stages, how many metrics meet their target, which do not, and which get worse besides."""

    def called(metric: Finding) -> str:
        return f"{metric.name}{f' in {names.stage(metric.stage)}' if metric.stage else ''}"

    judged = [metric for metric in metrics if good(metric) is not None]
    short = [
        f"{called(m)} ({value(m, 'value')}, target {value(m, 'target')}{', getting worse' if signs.worse(m) else ''})"
        for m in judged
        if good(m) is False
    ]
    sliding = [called(m) for m in metrics if signs.worse(m) and good(m) is not False]
    met = f"{number(len(judged) - len(short))} of {count(len(judged), 'metric')} at target" if judged else ""
    parts = [
        met,
        f"short of it: {listing(short)}" if short else "",
        f"got worse: {listing(sliding)}" if sliding else "",
    ]
    told = "; ".join(part for part in parts if part)
    nothing_told = f"{count(len(metrics), 'metric')}, none with a target or a change"
    return f"Stages by their metrics: {told or nothing_told}."


@sentence
def worse(_: Names, theme: Finding) -> str:
    """Name a theme that is new or has become more frequent."""
    label = "New" if theme.change == "new" else "Growing"
    return f"{label}: {theme.name}, {count(whole(theme, 'count'), 'mention')}; {course(theme)}."


@sentence
def better(_: Names, theme: Finding) -> str:
    """Name a theme that has become rarer."""
    return f"Better: {theme.name}, {count(whole(theme, 'count'), 'mention')}; {course(theme)}."


@sentence
def liked(_: Names, theme: Finding) -> str:
    """Name a theme that is praised."""
    praise, mentions = whole(theme, "praise"), whole(theme, "count")
    against = whole(theme, "complaints")
    but = f"; {count(against, 'complaint')}" if against else ""
    return f"Praised: {theme.name}, in {number(praise)} of {count(mentions, 'mention')}{but}."
