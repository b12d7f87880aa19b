"""The review in a modal: opened, skipped, "several stages", and what the chosen stage would move."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from slack_sdk import WebClient

from assistant.clerk import Clerk, reviewing, stages
from assistant.listeners.errands import Errand, Errands
from assistant.listeners.modals import InModal, open_modal, this_modal, view_key
from assistant.rendering.moves import moves_told
from assistant.rendering.slack_forms import values
from assistant.rendering.slack_review import CALLBACK, STAGE, TITLE, carried, finished, question_form


def handle_open_review(body: dict[str, Any], client: WebClient, clerk: Clerk, errands: Errands) -> None:
    """Open the modal with the most useful question."""
    place = open_modal(client, body, CALLBACK, TITLE)
    errands.run(
        Errand(
            keys=(f"open:{place.view_id}",), to=place, body=body, client=client, action="correct_stage", only_asker=True
        ),
        lambda _at: show_next(place, clerk, ()),
    )


def handle_review_skip(body: dict[str, Any], client: WebClient, clerk: Clerk, errands: Errands) -> None:
    """Ask the next question instead."""
    place, (key, skipped) = this_modal(client, body["view"]), carried(body["view"])

    def skip(_at: datetime) -> None:
        show_next(place, clerk, [*skipped, key], said="Skipped.")

    errands.run(
        Errand(keys=(view_key(body),), to=place, body=body, client=client, action="correct_stage", only_asker=True),
        skip,
    )


def handle_review_several(body: dict[str, Any], client: WebClient, clerk: Clerk, errands: Errands) -> None:
    """Keep that a theme is of several stages, and ask the next question."""
    place, (key, skipped) = this_modal(client, body["view"]), carried(body["view"])

    def keep(at: datetime) -> None:
        reviewing.mixed(clerk, key, skipped, actor=body["user"]["id"], at=at)
        show_next(place, clerk, skipped, said="Noted: its pieces will be asked about one by one.")

    errands.run(
        Errand(keys=(view_key(body),), to=place, body=body, client=client, action="correct_stage", only_asker=True),
        keep,
    )


def handle_review_stage(body: dict[str, Any], client: WebClient, clerk: Clerk, errands: Errands) -> None:
    """Say what the chosen stage would move."""
    place, (key, skipped) = this_modal(client, body["view"]), carried(body["view"])
    chosen = values(body["view"]).get(STAGE) or ""

    def show(at: datetime) -> None:
        question = reviewing.next_question(clerk, skipped)
        if question is None or question.key != key or not chosen:
            show_next(place, clerk, skipped, said=reviewing.GONE)
            return
        moves = reviewing.preview(clerk, key, chosen, skipped, actor=body["user"]["id"], at=at)
        known = stages.stages(clerk)
        preview = moves_told(moves, known.name)
        place.show(question_form(question, known.names, skipped, chosen=chosen, preview=preview))

    errands.run(
        Errand(keys=(view_key(body),), to=place, body=body, client=client, action="correct_stage", only_asker=True),
        show,
    )


def show_next(place: InModal, clerk: Clerk, skipped: Sequence[str], *, said: str = "") -> None:
    """Show the next question in the modal, or that there is none."""
    question = reviewing.next_question(clerk, skipped)
    known = stages.stages(clerk)
    place.show(question_form(question, known.names, skipped, said=said) if question else finished(said))
