"""The modal of the review: one question with typical quotes, a menu of stages, and what the answer would move."""

import json
from collections.abc import Mapping, Sequence

from assistant.rendering import slack_limits as limits
from assistant.rendering.slack_blocks import Element, actions, button, context, quotation, rich_text, words
from assistant.rendering.slack_forms import View, choice, modal, options, says, told
from assistant.rendering.slack_text import clip
from knowledge.layers.review import StageQuestion

CALLBACK, TITLE = "answer_review", "Review"
STAGE, OPEN, SKIP, SEVERAL = "review_stage", "open_review", "review_skip", "review_several"
NOTHING = "Nothing is left that is worth asking. Thank you."
SKIPPED_MAX = 60


def question_form(
    question: StageQuestion,
    stages: Sequence[tuple[str, str]],
    skipped: Sequence[str],
    *,
    chosen: str | None = None,
    preview: str = "",
    said: str = "",
) -> View:
    """Return the question; `said` is what the answer before it did, `skipped` goes with it."""
    names: Mapping[str, str] = dict(stages)
    best = chosen or (question.guesses[0][0] if question.guesses else None)
    guesses = " · ".join(f"{names.get(stage, stage)} {share:.0%}" for stage, share in question.guesses[:3])
    tools: list[Element] = [button("Skip", action_id=SKIP, value="skip")]
    if question.theme_id:
        tools.append(button("Several stages", action_id=SEVERAL, value="several"))
    blocks = [
        *([context(said)] if said else []),
        says(question.text, bold=True),
        rich_text([quotation(words(f"“{clip(q.text, limits.QUOTE)}”", 2 * limits.QUOTE)) for q in question.quotes]),
        choice(STAGE, "Stage", options(stages), chosen=best, live=True),
        says(preview or f"My guess: {guesses}."),
        context(question.why),
        actions(tools),
    ]
    return modal(CALLBACK, TITLE, blocks, submit="Answer", metadata=pack(question.key, skipped))


def pack(key: str, skipped: Sequence[str]) -> str:
    """Return what the modal carries: the question's key, and the keys of those that were skipped, latest last."""
    kept = list(skipped)[-SKIPPED_MAX:]
    while kept and len(json.dumps([key, kept])) > 2_900:
        kept.pop(0)
    return json.dumps([key, kept])


def carried(view: View) -> tuple[str, list[str]]:
    """Return the question's key, and those of the skipped ones."""
    key, skipped = json.loads(view.get("private_metadata") or '["", []]')
    return str(key), [str(one) for one in skipped]


def finished(said: str = "") -> View:
    """Return what stands when nothing is left to ask."""
    return told(CALLBACK, TITLE, [said, NOTHING])
