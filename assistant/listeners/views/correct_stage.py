"""The stage of a piece of feedback is corrected: kept with who and when, and told with the way back."""

from datetime import datetime
from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient

from assistant.clerk import Clerk, stages
from assistant.listeners.errands import Errand, Errands
from assistant.listeners.modals import this_modal, view_key
from assistant.rendering.moves import moves_told
from assistant.rendering.slack_correction import CALLBACK, PIECE, STAGE, TITLE, carried, corrected
from assistant.rendering.slack_forms import values, waiting


def handle_correct_stage(
    ack: Ack, body: dict[str, Any], view: dict[str, Any], client: WebClient, clerk: Clerk, errands: Errands
) -> None:
    """Correct the stage, and say what moved."""
    given = values(view)
    if not given.get(STAGE):
        ack(response_action="errors", errors={STAGE: "Choose a stage."})
        return
    ack(response_action="update", view=waiting(CALLBACK, TITLE))
    place, feedback = this_modal(client, view), carried(view)[int(given.get(PIECE) or 0)][0]

    def correct(at: datetime) -> None:
        number, moves = stages.apply(clerk, feedback, given[STAGE], actor=body["user"]["id"], at=at)
        known = stages.stages(clerk)
        done = f"It counts for {known.name(given[STAGE])} now, for good. This is correction {number}."
        place.show(corrected([done, moves_told(moves, known.name, done=True)], number))

    errands.run(
        Errand(keys=(view_key(body),), to=place, body=body, client=client, action="correct_stage", only_asker=True),
        correct,
    )
