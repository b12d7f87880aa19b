"""`journey chart …`: what an answer says, as a picture, or as a small chart in the terminal."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.cli.common import analyst_of, as_of_option, pass_settings
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.answers.analyst import Analyst
    from assistant.answers.answer import Answer
    from assistant.answers.context import Knowledge
    from assistant.questions.question import Question
    from knowledge.periods import Period


@click.group()
def chart() -> None:
    """Draw a chart: as a PNG with -o FILE, else in the terminal.

    \b
    journey chart trend --metric csat --stage onboarding -o csat.png
    journey chart themes --stage use
    """


def _options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add what all charts take."""
    file = click.Path(dir_okay=False, path_type=Path)
    function = click.option("-o", "--output", type=file, metavar="FILE", help="Write a PNG picture.")(function)
    function = click.option("--dark", is_flag=True, help="For a dark background.")(function)
    return as_of_option(function)


def _period_option(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--period", metavar="WORDS", help='Only this time, as in "Q3 2026" or "last month".')(function)


@chart.command()
@click.option("--metric", metavar="NAME", help="The course of a metric.")
@click.option("--theme", metavar="ID", help="The course of a theme, as a share of all feedback.")
@click.option("--stage", metavar="STAGE", help="Only in this stage.")
@_period_option
@_options
@pass_settings
def trend(settings: Settings, metric: str | None, theme: str | None, stage: str | None, period: str | None,
          as_of: date, output: Path | None, dark: bool) -> None:  # fmt: skip
    """Draw the course of a metric, a theme or all feedback over time, with interval and target.

    \b
    journey chart trend --metric csat --stage onboarding -o csat.png
    journey chart trend --theme T2
    """
    from assistant.questions.question import Question

    def asked(analyst: "Analyst", known: "Knowledge") -> "Question":
        return Question(
            text="chart trend", intent="metric" if metric else "trend", stages=stages_named(known, stage),
            metrics=(metric_named(known, metric),) if metric else (), period=period_of(analyst, period, as_of),
            themes=(theme_named(known, theme),) if theme else (),
        )  # fmt: skip

    _show(settings, asked, as_of, output, dark=dark)


@chart.command()
@click.option("--stage", metavar="STAGE", help="Only in this stage.")
@click.option("--limit", default=8, show_default=True, help="How many themes.")
@_period_option
@_options
@pass_settings
def themes(settings: Settings, stage: str | None, limit: int, period: str | None, as_of: date, output: Path | None,
           dark: bool) -> None:  # fmt: skip
    """Draw the themes that hurt most, with complaints, mentions and change.

    \b
    journey chart themes --stage use --period "Q3 2026" -o pains.png --dark
    """
    from assistant.questions.question import Question

    def asked(analyst: "Analyst", known: "Knowledge") -> "Question":
        return Question(text="chart themes", intent="pain_points", stages=stages_named(known, stage), limit=limit,
                        period=period_of(analyst, period, as_of))  # fmt: skip

    _show(settings, asked, as_of, output, dark=dark)


@chart.command()
@_period_option
@_options
@pass_settings
def journey(settings: Settings, period: str | None, as_of: date, output: Path | None, dark: bool) -> None:
    """Draw the whole journey: the emotion curve, complaints, volume and targets, stage by stage.

    \b
    journey chart journey -o journey.png
    """
    from assistant.questions.question import Question

    def asked(analyst: "Analyst", known: "Knowledge") -> "Question":
        return Question(text="chart journey", intent="stage_performance", period=period_of(analyst, period, as_of))

    _show(settings, asked, as_of, output, dark=dark)


@chart.command()
@_period_option
@_options
@pass_settings
def funnel(settings: Settings, period: str | None, as_of: date, output: Path | None, dark: bool) -> None:
    """Draw how the cases of an event log get from stage to stage.

    \b
    journey chart funnel --period "Q3 2026" -o funnel.png
    """
    from assistant.questions.question import Question

    def asked(analyst: "Analyst", known: "Knowledge") -> "Question":
        return Question(text="chart funnel", intent="funnel", period=period_of(analyst, period, as_of))

    _show(settings, asked, as_of, output, dark=dark)


@chart.command()
@click.argument("question", nargs=-1, required=True)
@_options
@pass_settings
def answer(settings: Settings, question: tuple[str, ...], as_of: date, output: Path | None, dark: bool) -> None:
    """Draw the answer to a question in words.

    \b
    journey chart answer "how has delivery changed over time?" -o delivery.png
    """
    _show(settings, lambda analyst, _: analyst.understand(" ".join(question), as_of=as_of), as_of, output, dark=dark)


def _show(settings: Settings, asked: "Callable[[Analyst, Knowledge], Question]", as_of: date, output: Path | None, *,
          dark: bool) -> None:  # fmt: skip
    """Answer the question, and draw what was found: a file, or text; where there is nothing to draw, say the answer."""
    from assistant.answers.context import read_knowledge
    from knowledge.store import open_store

    analyst = analyst_of(settings)
    with open_store(settings.db_path) as store:
        question = asked(analyst, read_knowledge(store))
    show_answer(settings, analyst.answer_question(question, as_of=as_of), output, dark=dark)


def show_answer(settings: Settings, answer: "Answer", output: Path | None, *, dark: bool) -> None:
    """Draw an answer. Raises NotFound where it holds nothing that a chart would show."""
    from assistant.rendering.charts_from import chart_of
    from assistant.rendering.text_chart import plain
    from knowledge.errors import NotFound
    from knowledge.store import open_store

    with open_store(settings.db_path) as store:
        drawn = chart_of(answer, store)
    if drawn is None:
        raise NotFound(f"There is too little to draw. {answer.headline}")
    if output is None:
        click.echo(plain(drawn))
        return
    from assistant.rendering.charts_png import draw

    write_file(output, draw(drawn, dark=dark))
    click.echo(f"{output}: {drawn.title}")


def write_file(path: Path, content: bytes) -> None:
    """Write a file. Raises InputError where that cannot be done."""
    from knowledge.errors import InputError

    try:
        path.write_bytes(content)
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror or error}. Name another file with -o.") from error


def period_of(analyst: "Analyst", words: str | None, as_of: date) -> "Period | None":
    """Return the period that these words name. Raises InputError where they name none."""
    from knowledge.errors import InputError

    if words is None:
        return None
    period = analyst.understand(words, as_of=as_of).period or analyst.understand(f"in {words}", as_of=as_of).period
    if period is None:
        raise InputError(f'{words!r} names no period. Write it as in "Q3 2026", "October" or "last month".')
    return period


def stages_named(known: "Knowledge", stage: str | None) -> tuple[str, ...]:
    """Return the stage that a name, an id or an alias means, as a tuple of one; none for None. Raises NotFound."""
    from knowledge.errors import NotFound
    from knowledge.journey import stage_id
    from knowledge.templates import template

    if stage is None:
        return ()
    stages = (known.journey or template("default")).stages
    ids = {stage_id(name): held.id for held in stages for name in (*held.aliases, held.name, held.id)}
    ids |= {held: held for held in known.facts.stage.values}
    if stage_id(stage) not in ids:
        raise NotFound(f"There is no stage {stage!r}. There are: {', '.join(sorted(set(ids.values())))}.")
    return (ids[stage_id(stage)],)


def metric_named(known: "Knowledge", metric: str) -> str:
    """Return the id of the metric that a name, an id or an alias means. Raises NotFound."""
    from knowledge.errors import NotFound

    ids = {name.casefold(): m.id for m in known.metrics.values() for name in (*m.aliases, m.name, m.id)}
    if metric.casefold() not in ids:
        held = ", ".join(sorted(known.metrics)) or "none yet; journey import metrics FILE brings some"
        raise NotFound(f"There is no metric {metric!r}. There are: {held}.")
    return ids[metric.casefold()]


def theme_named(known: "Knowledge", theme: str) -> str:
    """Return the id of the theme that an id or a name means. Raises NotFound."""
    from knowledge.errors import NotFound

    ids = {name.casefold(): t.id for t in known.themes.values() for name in (t.name, t.id)}
    if theme.casefold() not in ids:
        raise NotFound(f"There is no theme {theme!r}. journey themes lists them.")
    return ids[theme.casefold()]
