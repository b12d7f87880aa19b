"""The modal that corrects the stage of a piece of feedback, with a preview of what else moves."""

import json
from collections.abc import Sequence

from assistant.rendering.slack_blocks import actions, button
from assistant.rendering.slack_forms import METADATA, View, choice, modal, option, options, says, told

CALLBACK, TITLE = "correct_stage", "Correct a stage"
PIECE, STAGE = "correct_stage_piece", "correct_stage_to"
UNDO = "undo_stage"
WORDS, NAME = 150, 40
"""Characters of a piece and of a stage's name that a modal carries."""
FIRST = "Choose a piece and its stage; what else would move is shown here before anything does."


def correction_form(
    pieces: Sequence[tuple[str, str, str]],
    stages: Sequence[tuple[str, str]],
    *,
    chosen: str | None = None,
    stage: str | None = None,
    preview: str = FIRST,
) -> View:
    """Return the form. `pieces` are (id, words, name of the present stage), `stages` (id, name); ids go with it.

    `chosen` is the number of a piece in the list, as text; `preview` says what would move.
    """
    kept = _carried(pieces)
    quotes = [option(f"{now}: {words}", str(n)) for n, (_, words, now) in enumerate(kept)]
    where = next((int(chosen) for one in quotes if one["value"] == chosen and chosen), 0)
    blocks = [
        choice(PIECE, "Which piece of feedback?", quotes, chosen=chosen or "0", live=True),
        says(f"“{kept[where][1]}”"),
        says(f"It counts for {kept[where][2]} now."),
        choice(STAGE, "Which stage is it about?", options(stages), chosen=stage, live=True),
        says(preview),
    ]
    return modal(CALLBACK, TITLE, blocks, submit="Correct", metadata=json.dumps(kept, ensure_ascii=False))


def carried(view: View) -> list[tuple[str, str, str]]:
    """Return the pieces that a form carries."""
    return [(str(a), str(b), str(c)) for a, b, c in json.loads(view["private_metadata"])]


def corrected(sentences: Sequence[str], number: int) -> View:
    """Return what stands after the correction `number`, with the way back."""
    view = told(CALLBACK, TITLE, sentences)
    view["blocks"].append(actions([button("Undo", action_id=UNDO, value=str(number))]))
    return view


def _carried(pieces: Sequence[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Return as many pieces, with their words cut, as a modal can carry."""
    kept: list[tuple[str, str, str]] = []
    for key, words, stage in pieces[:10]:
        more = [*kept, (key, _cut(words, WORDS), _cut(stage, NAME))]
        if len(json.dumps(more, ensure_ascii=False)) > METADATA:
            break
        kept = more
    return kept


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1] + "…"
