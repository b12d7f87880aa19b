"""How stages perform: the metrics of each with target and course, and the mood of its feedback beside them."""

import re

from assistant.answers import signs, stage_summary
from assistant.answers.answer import Answer, Finding
from assistant.answers.context import Context
from assistant.answers.draft import Draft, sure
from assistant.answers.limits import FEW, PIECES, add_limits, nothing
from assistant.answers.metric_lines import add_metric, good, metric_line, metrics_of
from assistant.answers.scopes import Frame
from assistant.answers.stage_summary import add_stage, mood, stages_of
from assistant.answers.wording import Names, count, listing, number, sentence, where, whole
from assistant.questions.question import Question

_METRICS = 3


def answer(question: Question, context: Context) -> Answer:
    """Answer "how are the stages performing?"; of one stage, its summary with the metrics first."""
    if len(question.stages) == 1:
        return stage_summary.answer(question, context)
    frame = context.frame(question)
    stages = question.stages or stages_of(context)
    if not context.tallies.count(frame.scope) and not any(context.knowledge.points.values()):
        return nothing(question, context, frame)
    draft = Draft(question, context)
    if _SILENT.search(question.text.lower()):
        return _silence(draft, frame, stages)
    moods, metrics = [], []
    for stage in stages:
        if context.tallies.count(frame.scope.on(stages=(stage,))):
            moods.append(add_stage(draft, frame, stage, stages=(stage,)))
            draft.say(stage_line, moods[-1])
        for metric in question.metrics or metrics_of(context, stage)[:_METRICS]:
            index = add_metric(draft, metric, stage, frame.scope, frame.before)
            if index is not None:
                metrics.append(index)
                draft.say(metric_line, index)
    if not moods and not metrics:
        return nothing(question, context, frame)
    _head(draft, frame, moods, metrics)
    _apart(draft, moods, metrics)
    signs.add_silence(draft, frame, stages)
    add_limits(draft, frame)
    if moods:
        worst = max(moods, key=lambda i: float(draft.findings[i].numbers.get("complaint_share") or 0))
        name = context.names.stage(draft.findings[worst].stage or "")
        draft.ask(f"What hurts customers in {name}?", f"How is {name} doing?")
    return draft.answer(sure(context.tallies.count(frame.scope)))


_SILENT = re.compile(
    r"\b(?:silent|silence|quiet|says? (?:nothing|little)|hear (?:little|nothing|least)|little feedback)\b"
)


def _silence(draft: Draft, frame: Frame, stages: tuple[str, ...]) -> Answer:
    """Answer "which stages are silent?"."""
    found = signs.add_silence(draft, frame, stages)
    draft.head(some_silent) if found else draft.head(signs.none_silent)
    draft.ask("How are the stages doing?", "What hurts customers?")
    return draft.answer(0.8)


def _apart(draft: Draft, moods: list[int], metrics: list[int]) -> None:
    """Say where measures and words of a stage part ways."""
    by_stage = {draft.findings[index].stage: index for index in moods}
    for metric in metrics:
        stage = by_stage.get(draft.findings[metric].stage)
        if stage is not None:
            draft.say(signs.mismatch, metric, stage)


def _head(draft: Draft, frame: Frame, moods: list[int], metrics: list[int]) -> None:
    short = [index for index in metrics if good(draft.findings[index]) is False]
    judged = [index for index in metrics if good(draft.findings[index]) is not None]
    if judged:
        draft.head(targets, *judged)
    elif spoken := [index for index in moods if whole(draft.findings[index], "count") >= FEW]:
        worst = max(spoken, key=lambda i: float(draft.findings[i].numbers.get("complaint_share") or 0))
        draft.head(sorest, worst)
    elif moods:
        draft.head(unheard, draft.add(Finding(kind="coverage", numbers={}, scope=frame.scope), "unstaged", "count"))
    else:
        draft.head(metric_line, (short or metrics)[0])


@sentence
def stage_line(_: Names, stage: Finding) -> str:
    """State the volume and mood of a stage."""
    return f"{stage.name}: {count(whole(stage, 'count'), *PIECES)}{mood(stage)}."


@sentence
def targets(names: Names, *metrics: Finding) -> str:
    """Say how many metrics meet their target, and which do not."""
    short = [f"{m.name} in {names.stage(m.stage)}" if m.stage else str(m.name) for m in metrics if not good(m)]
    met = len(metrics) - len(short)
    total = count(len(metrics), "metric meets its target", "metrics meet their targets")
    missed = f"; short of it: {listing(short)}" if short else ""
    return f"{number(met)} of {total}{missed}."


@sentence
def sorest(names: Names, stage: Finding) -> str:
    """Name the stage with the largest share of complaints."""
    return f"Complaints weigh most in {stage.name}{where(stage.scope.on(stages=()), names) if stage.scope else ''}."


@sentence
def unheard(names: Names, here: Finding) -> str:
    """Say that no stage has enough feedback to be told apart from others."""
    n, of = whole(here, "unstaged"), whole(here, "count")
    unsure = f": {number(n)} of {count(of, *PIECES)} {'has' if n == 1 else 'have'} no sure stage" if n else ""
    return f"The stages can't be compared{where(here.scope, names)}: none has {FEW} pieces of feedback{unsure}."


@sentence
def some_silent(_: Names) -> str:
    """Say that some stages are silent."""
    return "Some stages have much less feedback than their traffic would lead one to expect:"
