"""A follow-up button asks its question in the conversation in which it stands."""

from typing import Any

from slack_sdk import WebClient

from assistant.listeners.clicks import click_of
from assistant.listeners.desk import Ask, Desk
from assistant.rendering.slack_text import clean


def handle_ask_follow_up(body: dict[str, Any], action: dict[str, Any], client: WebClient, desk: Desk) -> None:
    """Take on the button's question; the answer repeats it, for nobody has typed it."""
    click = click_of(body, action)
    text = clean(click.value)
    desk.take(
        Ask(
            keys=(click.key,),
            text=text,
            asked=text,
            asker=click.user,
            thread=click.thread,
            to=click.place(client),
            team=click.team,
            asker_team=click.user_team,
        )
    )
