"""`journey ask` and `journey chat`: the same path as a question in Slack."""

from datetime import date
from typing import TYPE_CHECKING

import click

from assistant.cli.common import analyst_of, as_of_option, echo_json, json_option, pass_settings
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.answers.analyst import Analyst


@click.command()
@click.argument("question", nargs=-1, required=True)
@as_of_option
@json_option
@pass_settings
def ask(settings: Settings, question: tuple[str, ...], as_of: date, as_json: bool) -> None:
    """Ask one question and get one answer.

    \b
    journey ask "what hurts customers in onboarding?"
    journey ask "how did retention do in Q3?" --as-of 2026-11-01 --json
    """
    from assistant.rendering.contract import contract
    from assistant.rendering.text import render
    from assistant.replies import INTERNAL_ERROR, Replies

    analyst = analyst_of(settings)
    answer = Replies(analyst).reply(" ".join(question), asker="the terminal", thread=None, today=as_of)
    if as_json:
        echo_json(contract(answer, analyst.ids(answer)))
    else:
        click.echo(render(answer))
    if answer.reason == INTERNAL_ERROR:
        raise click.exceptions.Exit(1)


@click.command()
@as_of_option
@pass_settings
def chat(settings: Settings, as_of: date) -> None:
    """Ask one question after another; an empty line or Ctrl-D ends it.

    \b
    journey chat
    """
    converse(analyst_of(settings), as_of)


def converse(analyst: "Analyst", as_of: date) -> None:
    """Read questions from the terminal until there are no more, and print the answer to each."""
    from assistant.rendering.text import render
    from assistant.replies import Replies

    replies = Replies(analyst)
    click.echo("Ask about your customers, for example: what are the biggest pain points? (an empty line ends it)\n")
    while True:
        try:
            text = input("> ").strip()
        except (EOFError, KeyboardInterrupt):
            text = ""
        if not text:
            click.echo()
            return
        answer = replies.reply(text, asker="the terminal", thread="chat", today=as_of)
        click.echo(f"\n{render(answer)}\n")
