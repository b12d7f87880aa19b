"""“Wrong stage?”: a modal to correct the stage of a piece that the answer quotes; what else moves is shown first."""

from datetime import datetime
from typing import Any

from slack_sdk import WebClient

from assistant.answers.ticket import unpack
from assistant.clerk import Clerk, stages
from assistant.listeners.clicks import click_of
from assistant.listeners.errands import Errand, Errands
from assistant.listeners.modals import open_modal, this_modal, view_key
from assistant.rendering.moves import moves_told
from assistant.rendering.slack_correction import CALLBACK, PIECE, STAGE, TITLE, carried, correction_form
from assistant.rendering.slack_forms import told, values


def handle_wrong_stage(
    body: dict[str, Any], action: dict[str, Any], client: WebClient, clerk: Clerk, errands: Errands
) -> None:
    """Open the modal, and fill it with the pieces that the answer quotes."""
    click = click_of(body, action)
    place = open_modal(client, body, CALLBACK, TITLE)

    def fill(_at: datetime) -> None:
        known = stages.stages(clerk)
        pieces = [(one.id, one.quote, known.name(one.stage)) for one in stages.quoted(clerk, unpack(click.value))]
        place.show(correction_form(pieces, known.names))

    errands.run(
        Errand(keys=(click.key,), to=place, body=body, client=client, action="correct_stage", only_asker=True), fill
    )


def handle_correction_choice(body: dict[str, Any], client: WebClient, clerk: Clerk, errands: Errands) -> None:
    """Show what else would move with what is chosen now."""
    view = body["view"]
    place, given, pieces = this_modal(client, view), values(view), carried(view)
    chosen, stage = given.get(PIECE) or "0", given.get(STAGE) or None

    def show(at: datetime) -> None:
        known = stages.stages(clerk)
        if stage:
            moves = stages.preview(clerk, pieces[int(chosen)][0], stage, actor=body["user"]["id"], at=at)
            said = moves_told(moves, known.name)
            place.show(correction_form(pieces, known.names, chosen=chosen, stage=stage, preview=said))
        else:
            place.show(correction_form(pieces, known.names, chosen=chosen))

    errands.run(
        Errand(keys=(view_key(body),), to=place, body=body, client=client, action="correct_stage", only_asker=True),
        show,
    )


def handle_undo_stage(
    body: dict[str, Any], action: dict[str, Any], client: WebClient, clerk: Clerk, errands: Errands
) -> None:
    """Take a correction back."""
    place = this_modal(client, body["view"])

    def take_back(at: datetime) -> None:
        moves = stages.undo(clerk, int(action["value"]), actor=body["user"]["id"], at=at)
        place.show(told(CALLBACK, TITLE, ["Taken back.", moves_told(moves, stages.stages(clerk).name, done=True)]))

    errands.run(
        Errand(keys=(view_key(body),), to=place, body=body, client=client, action="correct_stage", only_asker=True),
        take_back,
    )
