"""`journey review` and `journey stage`: people say what stage feedback is about, and see what that moves first."""

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from assistant.cli.common import echo_json, embedder_of, json_option, map_in_force, now, pass_settings, prepared_store
from assistant.cli.theme import by_option
from assistant.rendering.moves import moves_told
from assistant.settings import Settings
from knowledge.errors import InputError, JourneyError

if TYPE_CHECKING:
    from knowledge.layers.review import Review, StageQuestion

_KEYS = "s skip · m several stages · u undo · ? why · q quit"


@click.command()
@by_option
@click.option(
    "--limit", type=click.IntRange(1), default=10, show_default=True, help="How many questions --json prints."
)
@json_option
@pass_settings
def review(settings: Settings, actor: str, limit: int, as_json: bool) -> None:
    """Say what stage feedback is about, the most useful question first; ten minutes teach thousands of rows.

    Each question is mostly about a whole theme. Before anything moves, you see what would move. Answers hold for ever
    and can be taken back with u.

    \b
    journey review --by "Ann Example"
    """
    from knowledge.layers.review import Review

    with prepared_store(settings) as store:
        its = Review(store, map_in_force(store), embedder_of(settings).model_id, actor=actor)
        if as_json:
            echo_json([asdict(question) for question in its.queue(limit)])
            return
        _talk(its)


@click.command()
@click.argument("feedback", metavar="FEEDBACK_ID", required=False)
@click.argument("stage_name", metavar="STAGE", required=False)
@by_option
@click.option("--dry-run", is_flag=True, help="Only say what would move.")
@click.option("--undo", type=int, metavar="NUMBER", help="Take back the correction or answer with this number.")
@pass_settings
def stage(
    settings: Settings, feedback: str | None, stage_name: str | None, actor: str, dry_run: bool, undo: int | None
) -> None:
    """Correct the stage of one piece of feedback, for ever; what is like it moves along.

    \b
    journey stage mails:81 onboarding --by Ann --dry-run
    journey stage --undo 3
    """
    from knowledge.layers.stage_edits import StageDesk, correct

    with prepared_store(settings) as store:
        journey, model_id = map_in_force(store), embedder_of(settings).model_id
        if undo is not None:
            kept, moves = StageDesk(store, journey, model_id).undo(undo, actor=actor, at=now())
            click.echo(f"Took back correction {kept.undoes}. {moves_told(moves, done=True)}")
            return
        if not feedback or not stage_name:
            raise InputError("Name a piece of feedback and its stage: journey stage FEEDBACK_ID STAGE")
        desk, correction = correct(store, journey, model_id, feedback, stage_name, actor=actor, at=now())
        if dry_run:
            click.echo(moves_told(desk.preview(correction)))
            return
        kept, moves = desk.apply(correction)
    click.echo(moves_told(moves, done=True))
    click.echo(f"This is correction {kept.number}; to take it back: journey stage --undo {kept.number}")


def _talk(review: "Review") -> None:
    """Ask until there is nothing left to ask, or the person has had enough."""
    asked = 0
    while question := review.next():
        asked += 1
        _show(asked, question, review.stages)
        while not (outcome := _one(review, question)):
            pass
        if outcome == "quit":
            click.echo(f"\n{_progress(review)}")
            return
    click.echo(f"Nothing is left that is worth asking. {_progress(review)}")


def _one(review: "Review", question: "StageQuestion") -> str | None:
    """Take one reply; return "next" or "quit", or None where the question still stands."""
    try:
        reply = click.prompt("Stage", prompt_suffix=" > ", default="", show_default=False).strip().lower()
    except click.Abort:
        return "quit"
    if reply in ("q", "quit"):
        return "quit"
    if reply in ("s", "skip"):
        review.skip(question)
        return "next"
    try:
        return _act(review, question, reply)
    except JourneyError as error:
        click.echo(f"  {error}")
        return None


def _act(review: "Review", question: "StageQuestion", reply: str) -> str | None:
    if reply in ("?", ""):
        guesses = " · ".join(f"{stage} {share:.0%}" for stage, share in question.guesses[:3])
        click.echo(f"  {question.why}\n  {guesses}" if reply else f"  A number, the name of a stage, or: {_KEYS}")
        return None
    if reply in ("u", "undo"):
        kept, moves = review.undo(at=now())
        click.echo(f"  Took back answer {kept.undoes}. {moves_told(moves, done=True)}")
        return "next"
    if reply in ("m", "mixed"):
        if not question.theme_id:
            raise InputError("A single piece goes into one stage: the one that it is mostly about. Or skip it with s.")
        review.mixed(question, at=now())
        click.echo("  Noted: its pieces will be asked about one by one.")
        return "next"
    return _answer(review, question, reply)


def _answer(review: "Review", question: "StageQuestion", reply: str) -> str | None:
    stages = review.stages
    if reply.isdigit():
        if not 1 <= int(reply) <= len(stages):
            raise InputError(f"There are {len(stages)} stages.")
        reply = stages[int(reply) - 1]
    at = now()
    click.echo(f"  {moves_told(review.preview(question, reply, at=at))}")
    try:
        if not click.confirm("  Keep this answer?", default=True):
            return None
    except click.Abort:
        return "quit"
    kept, _ = review.answer(question, reply, at=at)
    click.echo(f"  Kept as answer {kept.number}.")
    return "next"


def _show(number: int, question: "StageQuestion", stages: tuple[str, ...]) -> None:
    click.echo(f"\n{number}. {question.text}")
    for quote in question.quotes:
        text = " ".join(quote.text.split())
        source = " · ".join(filter(None, [quote.day.isoformat() if quote.day else None, quote.channel, quote.id]))
        click.echo(f"\n   “{text[:277] + '…' if len(text) > 280 else text}”\n     {source}")
    numbered = "   ".join(f"{i} {stage}" for i, stage in enumerate(stages, 1))
    click.echo(f"\n   {numbered}\n   {_KEYS}")


def _progress(review: "Review") -> str:
    its = review.progress()
    so_far = f"{its.answers:,} answer{'s' if its.answers != 1 else ''} so far"
    return f"{so_far}; {its.settled:,} of {its.count:,} pieces of feedback are settled, {its.unsure:,} are unsure."
