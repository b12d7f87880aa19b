"""A question of the review is answered: kept with who and when; the next question follows in the same modal."""

from datetime import datetime
from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient

from assistant.clerk import Clerk, reviewing, stages
from assistant.listeners.actions.review import show_next
from assistant.listeners.errands import Errand, Errands
from assistant.listeners.modals import this_modal, view_key
from assistant.rendering.moves import moves_told
from assistant.rendering.slack_forms import values, waiting
from assistant.rendering.slack_review import CALLBACK, STAGE, TITLE, carried
from knowledge.errors import NotFound


def handle_answer_review(
    ack: Ack, body: dict[str, Any], view: dict[str, Any], client: WebClient, clerk: Clerk, errands: Errands
) -> None:
    """Keep the answer, say what it moved, and ask the next question."""
    chosen = values(view).get(STAGE)
    if not chosen:
        ack(response_action="errors", errors={STAGE: "Choose a stage, or skip."})
        return
    ack(response_action="update", view=waiting(CALLBACK, TITLE))
    place, (key, skipped) = this_modal(client, view), carried(view)

    def keep(at: datetime) -> None:
        try:
            moves = reviewing.answer(clerk, key, chosen, skipped, actor=body["user"]["id"], at=at)
        except NotFound:
            said = reviewing.GONE
        else:
            said = moves_told(moves, stages.stages(clerk).name, done=True)
        show_next(place, clerk, skipped, said=said)

    errands.run(
        Errand(keys=(view_key(body),), to=place, body=body, client=client, action="correct_stage", only_asker=True),
        keep,
    )
