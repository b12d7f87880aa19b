"""`journey gaps`: what people wanted to know and could not be told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import click

from assistant.cli.common import echo_json, echo_table, json_option, pass_settings, prepared_store
from assistant.settings import Settings
from knowledge.threads import Gap

REASONS = {
    "not_understood": "not understood",
    "unknown_segment": "a segment that the file does not hold",
    "unknown_place": "a place that the file does not hold",
    "unknown_channel": "a channel that the file does not hold",
    "unknown_stage": "a stage that the map does not have",
    "unknown_metric": "a metric that was never imported",
    "unknown_theme": "a theme that there is not",
    "unknown_period": "a time without dates",
    "unknown_customer": "a customer who is not in the file",
    "no_such_metric": "a metric without values",
    "no_such_theme": "a theme that there is not",
    "no_feedback": "no feedback imported yet",
    "no_feedback_in_period": "no feedback in that period",
    "no_feedback_in_stage": "no feedback in that stage",
    "no_feedback_with_filters": "no feedback with these filters",
    "no_feedback_on_topic": "nothing on that topic",
    "ambiguous": "open to several readings",
}


@dataclass(frozen=True, kw_only=True)
class Group:
    """Gaps of one reason whose questions have the same words: how often, when, and the latest wording."""

    reason: str
    asked: str
    count: int
    first: date
    last: date


@click.command()
@json_option
@pass_settings
def gaps(settings: Settings, as_json: bool) -> None:
    """List questions that could not be answered, most frequent first, with the reason; personal data is masked.

    They tell which data to import, which segment or alias is missing. They are kept for half a year.

    \b
    journey gaps
    journey gaps --json
    """
    from knowledge.store.threads import GapRows

    with prepared_store(settings) as store:
        found = grouped(GapRows(store.db).all())
    if as_json:
        echo_json([{**vars(group), "why": why(group.reason)} for group in found])
    elif not found:
        click.echo("Every question has been answered so far.")
    else:
        rows = [(g.count, g.last.isoformat(), why(g.reason), printable(g.asked)) for g in found]
        echo_table(("times", "last", "what was missing", "question"), rows)


def grouped(found: Iterable[Gap]) -> list[Group]:
    """Group gaps by reason and words, whatever their order, case and marks; most frequent first, then latest."""
    groups: dict[tuple[str, tuple[str, ...]], list[Gap]] = {}
    for gap in found:
        groups.setdefault((gap.reason, _words(gap.asked)), []).append(gap)
    listed = [
        Group(
            reason=reason,
            asked=those[-1].asked,
            count=len(those),
            first=min(gap.day for gap in those),
            last=max(gap.day for gap in those),
        )
        for (reason, _), those in groups.items()
    ]
    return sorted(listed, key=lambda group: (-group.count, -group.last.toordinal(), group.asked))


def why(reason: str) -> str:
    """Return a reason in words."""
    return REASONS.get(reason, reason.replace("_", " "))


def printable(text: str) -> str:
    """Return what somebody typed, safe to print."""
    from assistant.rendering.text import inert

    return inert(text)


def _words(text: str) -> tuple[str, ...]:
    from assistant.questions.names import words_of
    from assistant.questions.words import FUNCTION

    words = set(words_of(text))
    return tuple(sorted(words - FUNCTION or words))
