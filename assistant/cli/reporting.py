"""`journey report`: what a manager forwards, as one file."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli.charting import period_of, stages_named, write_file
from assistant.cli.common import analyst_of, as_of_option, pass_settings
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.answers.analyst import Analyst
    from assistant.answers.answer import Answer
    from assistant.answers.context import Knowledge
    from assistant.answers.wording import Names
    from assistant.questions.question import Intent
    from assistant.rendering.charts import Chart
    from assistant.rendering.report import Report, Section
    from knowledge.periods import Period
    from knowledge.store import Store

_METRICS = 4
_ENDINGS = {"html": ".html", "md": ".md", "pdf": ".pdf"}


@click.command()
@click.argument("stage")
@click.option("--period", metavar="WORDS", help='Only this time, as in "Q3 2026" or "last month".')
@click.option("--format", "form", type=click.Choice(["html", "md", "pdf"]), default="html", show_default=True,
              help="A pdf is printed by a Chromium, Chrome or Edge of this machine.")  # fmt: skip
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Where to [default: report-STAGE.html in the current folder].")  # fmt: skip
@as_of_option
@pass_settings
def report(settings: Settings, stage: str, period: str | None, form: str, output: Path | None, as_of: date) -> None:
    """Write a report on a STAGE, or on "all": numbers, charts, pains, quotes, and what each of them rests on.

    One file that needs nothing else and loads nothing, to be forwarded as it is.

    \b
    journey report onboarding --period "Q3 2026" -o onboarding.html
    journey report all --format md
    """
    made = build(settings, stage, period, as_of)
    target = output or Path(f"report-{stage.lower().replace(' ', '-')}{_ENDINGS[form]}")
    write_file(target, written(made, form))
    click.echo(f"{target}: {made.title}. {made.sections[0].answer.headline}")


def written(made: "Report", form: str) -> bytes:
    """Return the report in a format."""
    from assistant.rendering.report_html import html
    from assistant.rendering.report_md import markdown
    from assistant.rendering.report_pdf import pdf

    if form == "md":
        return markdown(made).encode()
    return pdf(html(made)) if form == "pdf" else html(made).encode()


def build(settings: Settings, stage: str, period: str | None, as_of: date) -> "Report":
    """Ask all that the report tells, and collect what it rests on."""
    from assistant.answers.context import read_knowledge
    from assistant.rendering.report import Report
    from knowledge.store import open_store

    analyst = analyst_of(settings)
    with open_store(settings.db_path) as store:
        known = read_knowledge(store)
        stages = () if stage.lower() == "all" else stages_named(known, stage)
        span = period_of(analyst, period, as_of)
        sections = _sections(analyst, known, store, stages, span, as_of)
        rows = {row for section in sections for finding in section.answer.claims for row in finding.rows}
        name = known.names.stage(stages[0]) if stages else (known.journey.name if known.journey else "The journey")
        return Report(
            title=f"{name[:1].upper()}{name[1:]}: how it is doing", subtitle=_subtitle(span, as_of),
            sections=tuple(sections), names=known.names, rows=store.feedback.by_row(sorted(rows)),
            points=known.points, shown=settings.customer_floor <= 1,
        )  # fmt: skip


def _subtitle(period: "Period | None", as_of: date) -> str:
    from assistant.answers.wording import day, span

    time = span(period) if period else "all that is known"
    return (
        f"{time[:1].upper()}{time[1:]}, as of {day(as_of)}. Every number was computed from the rows and metrics at the "
        "end, then a second time by other code; where a change is named, a test at 1% found it."
    )


def _sections(
    analyst: "Analyst",
    known: "Knowledge",
    store: "Store",
    stages: tuple[str, ...],
    period: "Period | None",
    as_of: date,
) -> "list[Section]":
    """Return the sections that have something to say; of one stage, or of the whole journey."""
    from assistant.questions.question import Question

    made: list[Section] = []

    def ask(title: str, intent: "Intent", *, on: tuple[str, ...] = stages, always: bool = False) -> None:
        question = Question(text=f"report: {title}", intent=intent, stages=on, period=period, limit=6)
        answer = analyst.answer_question(question, as_of=as_of)
        if always or not answer.abstained:
            made.append(_section(title, answer, store, known.names))

    if stages:
        ask("In short", "stage_summary", always=True)
        ask("What hurts most", "pain_points")
        ask("Over time", "trend")
        if any(log.place(stages[0]) is not None for log in known.logs):
            ask("Time in this stage", "funnel")
        return made
    ask("Stage by stage", "stage_performance", on=(), always=True)
    ask("What hurts most", "pain_points")
    ask("What is new", "emerging")
    ask("What keeps coming back", "recurring")
    if known.logs:
        ask("From stage to stage", "funnel")
    for held in known.journey.stages if known.journey else ():
        ask(held.name, "stage_summary", on=(held.id,))
    return made


def _section(title: str, answer: "Answer", store: "Store", names: "Names") -> "Section":
    from assistant.rendering.charts_from import chart_of
    from assistant.rendering.report import Section

    if answer.question.intent == "stage_summary":
        charts = _metric_charts(answer, store, names)
    else:
        charts = [_entitled(chart, answer)] if (chart := chart_of(answer, store)) else []
    # What to ask next leads nowhere in a file.
    return Section(title=title, answer=replace(answer, follow_ups=()), charts=tuple(charts))


def _entitled(chart: "Chart", answer: "Answer") -> "Chart":
    """Return the chart under a name of its own where its title stands above it already, as the section's first line."""
    from assistant.rendering.charts import Bars, Funnel, Strip

    names = {
        Bars: "Complaints and mentions, by theme",
        Strip: "The journey, stage by stage",
        Funnel: "From stage to stage",
    }
    return replace(chart, title=names.get(type(chart), chart.title)) if chart.title == answer.headline else chart


def _metric_charts(answer: "Answer", store: "Store", names: "Names") -> "list[Chart]":
    """Return the course of each metric of a summary."""
    from assistant.answers.metric_lines import headline
    from assistant.rendering.charts_from import metric_trend, metrics_of

    drawn = [metric_trend(found, store, title=headline(names, found)) for found in metrics_of(answer)[:_METRICS]]
    return [chart for chart in drawn if chart]
