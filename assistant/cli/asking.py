"""`journey ask` and `journey chat`: the same path as a question in Slack."""

from datetime import date
from typing import TYPE_CHECKING

import click

from assistant.cli.common import analyst_of, as_of_option, echo_json, json_option, now, pass_settings
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.answers.analyst import Analyst
    from assistant.replies import Replies

thread_option = click.option("--thread", metavar="NAME", help="Go on from the last question of this thread.")


@click.command()
@click.argument("question", nargs=-1, required=True)
@thread_option
@as_of_option
@json_option
@pass_settings
def ask(settings: Settings, question: tuple[str, ...], thread: str | None, as_of: date, as_json: bool) -> None:
    """Ask one question and get one answer.

    \b
    journey ask "what hurts customers in onboarding?"
    journey ask "how did retention do in Q3?" --as-of 2026-11-01 --json
    journey ask "and in Q2?" --thread monday
    """
    from assistant.rendering.contract import contract
    from assistant.rendering.text import render
    from assistant.replies import CANNOT_ANSWER, INTERNAL_ERROR

    analyst = analyst_of(settings)
    answer = _replies(settings, analyst).reply(
        " ".join(question), asker="the terminal", thread=_key(thread), today=as_of
    )
    if as_json:
        echo_json(contract(answer, analyst.ids(answer)))
    else:
        click.echo(render(answer))
    if answer.reason in (INTERNAL_ERROR, CANNOT_ANSWER):
        raise click.exceptions.Exit(1)


@click.command()
@thread_option
@as_of_option
@pass_settings
def chat(settings: Settings, thread: str | None, as_of: date) -> None:
    """Ask one question after another; half a sentence goes on from the one before. An empty line or Ctrl-D ends it.

    \b
    journey chat
    journey chat --thread monday      goes on where that thread stopped
    """
    converse(settings, analyst_of(settings), as_of, thread=thread)


def converse(settings: Settings, analyst: "Analyst", as_of: date, *, thread: str | None = None) -> None:
    """Read questions from the terminal until there are no more, and print the answer to each."""
    from assistant.rendering.text import render

    replies = _replies(settings, analyst)
    key = _key(thread) or f"chat:{now().isoformat()}"
    click.echo("Ask about your customers, for example: what are the biggest pain points? (an empty line ends it)\n")
    while True:
        try:
            text = input("> ").strip()
        except (EOFError, KeyboardInterrupt):
            text = ""
        if not text:
            click.echo()
            return
        answer = replies.reply(text, asker="the terminal", thread=key, today=as_of)
        click.echo(f"\n{render(answer)}\n")


def _replies(settings: Settings, analyst: "Analyst") -> "Replies":
    from assistant.memory import Memory
    from assistant.replies import Replies

    return Replies(analyst, Memory(settings.db_path))


def _key(thread: str | None) -> str | None:
    """Return the name of a thread of the terminal, apart from those of Slack."""
    return f"terminal:{thread}" if thread else None
