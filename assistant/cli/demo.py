"""`journey demo`: the sample company, five questions answered, and a chat for whoever is at the terminal."""

import sys
from datetime import date

import click

from assistant.cli.asking import converse
from assistant.cli.common import (
    analyst_of,
    embedder_of,
    now,
    pass_settings,
    prepared_store,
    progress_bars,
    record_import,
)
from assistant.cli.theme import by_option
from assistant.settings import Settings

QUESTIONS = (
    "what hurts customers in onboarding?",
    "how did retention do in Q3 2026?",
    "what is new in October 2026?",
    "how many customers complained about being charged twice?",
    "what do customers love?",
)
AS_OF = date(2026, 11, 1)


@click.command()
@click.option("--chat/--no-chat", default=None, help="Open a chat afterwards [default: if a person is there].")
@by_option
@click.pass_context
@pass_settings
def demo(settings: Settings, context: click.Context, chat: bool | None, actor: str) -> None:
    """Load a sample company, ask five questions, then chat.

    It is kept in journey-demo.db unless --db names another file.

    \b
    journey demo
    """
    named = context.parent.params.get("db") if context.parent else None
    settings = settings.with_db(named or "journey-demo.db")
    load_sample(settings, actor=actor)
    from assistant.memory import Memory
    from assistant.rendering.text import render
    from assistant.replies import Replies

    analyst = analyst_of(settings)
    replies = Replies(analyst, Memory(settings.db_path))
    for question in QUESTIONS:
        answer = replies.reply(question, asker="the terminal", thread=None, today=AS_OF)
        click.echo(f"\n> {question}\n\n{render(answer)}")
    click.echo(f"\nAsk more: journey --db {settings.db_path} chat --as-of {AS_OF}\n")
    if sys.stdin.isatty() if chat is None else chat:
        converse(settings, analyst, AS_OF)


def load_sample(settings: Settings, *, quiet: bool = False, actor: str = "someone") -> None:
    """Import the sample company's map, metrics and feedback; what is there already is left alone.

    What was new stands in the audit, as any import does.
    """
    from knowledge.pipeline import derive, import_feedback
    from knowledge.privacy import load_or_create_key
    from knowledge.readers.feedback import open_feedback
    from knowledge.readers.maps import read_map
    from knowledge.readers.metrics import read_metrics
    from knowledge.sample import feedback_path, map_path, metrics_path

    with prepared_store(settings) as store, progress_bars(quiet=quiet) as progress:
        journey = read_map(map_path())
        if store.maps.save(journey, at=now()):
            store.feedback.forget_derived()
            record_import(store, "import map", map_path().name, {"in force": journey.id}, actor=actor)
        metrics = read_metrics(metrics_path())
        store.metrics.save(metrics.metrics, metrics.points)
        key = load_or_create_key(settings.key_path)
        done = import_feedback(store, open_feedback(feedback_path()), key, progress=progress)
        if done.added or done.changed:
            counts = {"read": done.read, "added": done.added, "rejected": len(done.rejected)}
            record_import(store, "import", done.name, counts, actor=actor)
        derive(store, embedder_of(settings), journey, at=now(), progress=progress)
