"""What the journey map says: stages, touchpoints, owners, and what its cells note per lane."""

import re
from dataclasses import replace

from assistant.answers import map_drift
from assistant.answers.answer import Answer, Finding
from assistant.answers.context import Context
from assistant.answers.draft import Draft
from assistant.answers.map_search import Found, search_map, topic_of
from assistant.answers.wording import Names, capital, listing, sentence, words
from assistant.questions.question import Question
from knowledge.journey import ACTOR, LANES, Stage

_MOST = 40
_OWNERS = 2
"""Stages whose owners are named where a topic was asked about."""

_ASKED = {
    "touchpoint": ("touchpoint", "step", "channel"),
    "owner": (
        "owner",
        "owns",
        "responsible",
        "accountable",
        "in charge",
        "who runs",
        "which team",
        "what team",
        "who do i",
        "who do we",
        "who should",
        "who can i",
        "who can we",
    ),
    "pain": ("pain", "problem", "hurt"),
    "feeling": ("feel", "emotion", "mood"),
    "thought": ("think", "thought"),
    "action": ("action", "do customers do", "activities"),
    "opportunity": ("opportunit", "idea", "improve"),
    "actor": ("takes part", "involved", "actor"),
}


def answer(question: Question, context: Context) -> Answer:
    """Answer "which touchpoints are there in consideration?"."""
    journey = context.knowledge.journey
    draft = Draft(question, context)
    if journey is None:
        draft.head(no_map)
        draft.ask("What hurts customers?")
        return draft.abstain("no_map")
    if compared := map_drift.asks_for_drift(question.text):
        return map_drift.answer(question, context, journey, compared)
    topic = topic_of(question.text, journey)
    hits = search_map(journey, topic, context.embedder) if topic else []
    if hits and asked_for(question.text) == ["owner"]:
        near = list(dict.fromkeys(hit.stage for hit in hits))[:_OWNERS]
        question = replace(question, stages=question.stages or tuple(near))
    elif hits:
        return _about(draft, hits)
    stages = [stage for stage in journey.stages if not question.stages or stage.id in question.stages]
    if topic and not names_a_part(question.text):
        return _nothing_noted(question, context, stages)
    return _of_stages(draft, question, stages)


def _of_stages(draft: Draft, question: Question, stages: list[Stage]) -> Answer:
    """Answer what the map notes for these stages: the parts that were asked for, stage by stage."""
    wanted = asked_for(question.text)
    if _STAGES.search(question.text) and not question.stages and not names_a_part(question.text):
        outline = [finding for stage in stages for finding in _outlined(stage)]
    else:
        outline = [finding for stage in stages for finding in _findings(stage, wanted)][:_MOST]
    found = [draft.add(finding) for finding in outline]
    if not found:
        return _nothing_noted(question, draft.context, stages)
    groups = [
        here
        for stage in stages
        for what in wanted
        if (here := [i for i in found if draft.findings[i].stage == stage.id and _is(draft.findings[i], what)])
    ]
    draft.head(noted, *groups[0])
    for group in groups[1:]:
        draft.say(noted, *group)
    draft.limit(belief)
    name = stages[0].name
    draft.ask(f"What hurts customers in {name}?", f"How is {name} doing?")
    return draft.answer(1.0)


_WHO = re.compile(r"^\W*(?:(?:so|and|ok|hey|hi) )*(?:who|whom|which team|what team)\b")
_STAGES = re.compile(r"\b(?:stages|phases)\b", re.IGNORECASE)


def _outlined(stage: Stage) -> list[Finding]:
    """Return one finding that stands for a stage in the list of all: what it is, else a touchpoint, else its owner."""
    return next(
        (found[:1] for what in ("description", "touchpoint", "owner") if (found := _findings(stage, [what]))), []
    )


def _about(draft: Draft, hits: list[Found]) -> Answer:
    """Answer what the map says about a topic: the cells that fit it, stage by stage, the best stage first."""
    found = [
        draft.add(Finding(kind="map", stage=hit.stage, numbers={
            "what": hit.what, "text": hit.text, "lane": hit.lane, "step": hit.step}))
        for hit in hits
    ]  # fmt: skip
    keys = list(dict.fromkeys((draft.findings[i].stage, _kind(draft.findings[i])) for i in found))
    groups = [[i for i in found if (draft.findings[i].stage, _kind(draft.findings[i])) == key] for key in keys]
    draft.head(noted, *groups[0])
    for group in groups[1:]:
        draft.say(noted, *group)
    draft.limit(belief)
    draft.ask("What does our map miss?", "What hurts customers?")
    return draft.answer(1.0)


def _kind(found: Finding) -> object:
    return found.numbers["lane"] or found.numbers["what"]


def names_a_part(text: str) -> bool:
    """Say whether a question names a lane or another part of the map."""
    return any(cue in text.lower() for cues in _ASKED.values() for cue in cues)


def asked_for(text: str) -> list[str]:
    """Return which parts of the map a question names; without any, the description, touchpoints and owner."""
    lowered = text.lower()
    named = [what for what, cues in _ASKED.items() if any(cue in lowered for cue in cues)]
    if "owner" in named and _WHO.search(lowered):
        return ["owner"]  # "who do I talk to about billing problems?" asks for a team, not for pains
    return named or ["description", "touchpoint", "owner"]


def _findings(stage: Stage, wanted: list[str]) -> list[Finding]:
    found: list[Finding] = []
    for what in wanted:
        if what in (*LANES, ACTOR):
            found += [_finding(stage, "cell", c.text, lane=c.lane, step=c.step) for c in stage.cells if c.lane == what]
        elif what == "touchpoint":
            found += [_finding(stage, what, touchpoint) for touchpoint in stage.touchpoints]
        elif what == "owner" and stage.owner:
            found.append(_finding(stage, what, stage.owner))
        elif what == "description" and stage.description:
            found.append(_finding(stage, what, stage.description))
    return found


def _finding(stage: Stage, what: str, text: str, *, lane: str | None = None, step: str | None = None) -> Finding:
    return Finding(kind="map", stage=stage.id, numbers={"what": what, "text": text, "lane": lane, "step": step})


def _is(found: Finding, what: str) -> bool:
    return what in (found.numbers["what"], found.numbers["lane"])


def _nothing_noted(question: Question, context: Context, stages: list[Stage]) -> Answer:
    draft = Draft(question, context)
    draft.head(nothing_noted)
    draft.ask(*(f"Which touchpoints are there in {stage.name}?" for stage in stages[:1] if stage.touchpoints))
    draft.ask("What hurts customers?")
    return draft.abstain("not_in_map")


_LABELS = {
    "touchpoint": "touchpoints", "owner": "owner", "description": "what it is", "pain": "pains noted",
    "feeling": "feelings noted", "thought": "thoughts noted", "action": "actions noted",
    "opportunity": "opportunities noted", "actor": "who takes part",
}  # fmt: skip


@sentence
def noted(_: Names, *found: Finding) -> str:
    """List what the map says of one stage and one lane."""
    label = _LABELS[words(found[0], "lane") or words(found[0], "what")]
    texts = [f"{words(f, 'text')} ({words(f, 'step')})" if words(f, "step") else words(f, "text") for f in found]
    return f"{capital(found[0].name or '')}, {label}: {listing(texts).rstrip('.')}."


@sentence
def belief(_: Names) -> str:
    """Say that a map is what the team believes."""
    return "This is what the journey map says: the team's belief, not what customers said."


@sentence
def no_map(_: Names) -> str:
    """Say that there is no map."""
    return "No journey map has been imported. Import one: journey import map FILE"


@sentence
def nothing_noted(_: Names) -> str:
    """Say that the map is silent."""
    return "The journey map has nothing on that."
