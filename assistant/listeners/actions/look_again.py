"""“More quotes” and “Compare with last period”: the same question, looked at in another way."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from slack_sdk import WebClient

from assistant.answers.ticket import View, unpack
from assistant.clerk import Clerk
from assistant.clerk.again import answer_again, title
from assistant.listeners.clicks import click_of
from assistant.listeners.errands import Errand, Errands
from assistant.rendering.slack import render


def looking(view: View) -> Callable[..., None]:
    """Return the handler of the button that shows an answer in that view."""

    def handle_look_again(
        body: dict[str, Any], action: dict[str, Any], client: WebClient, clerk: Clerk, errands: Errands
    ) -> None:
        """Answer again, in the thread of the answer or, where that was private, privately."""
        click = click_of(body, action)
        place = click.place(client)

        def look(_at: object) -> None:
            ticket = replace(unpack(click.value), view=view)
            answer = answer_again(clerk, ticket)
            message = render(answer, asked=title(ticket), private=click.private, ticket=ticket)
            errands.post(click.key, place, message, client)

        errands.run(Errand(keys=(click.key,), to=place, body=body, client=client, action="ask"), look)

    return handle_look_again
