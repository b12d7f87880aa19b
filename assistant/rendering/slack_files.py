"""A dropped file, as messages: what was recognised, how far the import is, what became of it."""

import json
from collections.abc import Iterator, Sequence

from assistant.rendering import slack_limits as limits
from assistant.rendering.slack import FOLLOW_UP, SlackMessage
from assistant.rendering.slack_blocks import Block, actions, button, context, glue, rich_text, section, words
from assistant.rendering.slack_text import clean, fallback
from assistant.rendering.uploads import Brought, Recognised

IMPORT, LEAVE = "import_file", "leave_file"
COLUMNS, EXAMPLE, NAME = 20, 80, 150
NEXT = ("What hurts customers?", "What is new?", "How is each stage doing?")


def recognised(found: Recognised, file_id: str) -> SlackMessage:
    """Return what a file seems to hold, with buttons to import it or leave it."""
    head = f"{_named(found.name)}: {found.rows:,} row{'' if found.rows == 1 else 's'}. This is what I recognise:"
    lines = [_column(column) for column in found.columns[:COLUMNS]]
    more = len(found.columns) - COLUMNS
    notes = [*found.notes, *([f"{more} more columns are not shown."] if more > 0 else [])]
    ask = "Shall I import it? Names, addresses and the like are masked, and nothing is imported twice."
    blocks: list[Block] = [rich_text([section(words(head, limits.HEADLINE, bold=True))])]
    if lines:
        rows = [section(words(c, bold=True), glue(" → "), words(b), glue(e)) for c, b, e in _shown(found)]
        blocks.append(rich_text(rows))
    blocks += [context(note) for note in notes[:5]]
    blocks.append(rich_text([section(words(ask))]))
    value = json.dumps({"f": file_id})
    blocks.append(
        actions(
            [
                button("Import", action_id=IMPORT, value=value) | {"style": "primary"},
                button("Leave it", action_id=LEAVE, value=value),
            ]
        )
    )
    return SlackMessage(text=_text([head, *lines, *notes, ask]), blocks=tuple(blocks))


def progress(name: str, step: str, done: int, total: int) -> SlackMessage:
    """Return how far an import is."""
    share = f"{done:,} of {total:,}" if total else f"{done:,}"
    return _said([f"Importing {_named(name)} … {step}: {share}"])


def brought(report: Brought) -> SlackMessage:
    """Return what became of a file, with what can be asked now."""
    counts = f"{report.added:,} new, {report.changed:,} changed, {report.unchanged:,} known already"
    sentences = [
        f"{_named(report.name)}: {report.read:,} rows read: {counts}, {report.rejected_rows:,} rejected.",
        *([f"{report.kept_out:,} rows left out: their customers asked to be forgotten."] if report.kept_out else []),
        *(f"Line {line}: {why}" for line, why in report.rejected),
        *(["The rejected rows, each with its reason, are in the file below."] if report.rejects else []),
        *report.notes,
        f"I hold {report.total:,} pieces of feedback in {report.themes:,} themes now.",
    ]
    message = _said(sentences)
    asked = [button(q, action_id=f"{FOLLOW_UP}:{n}", value=q) for n, q in enumerate(NEXT)]
    return SlackMessage(text=message.text, blocks=(*message.blocks, actions(asked)))


def left(name: str) -> SlackMessage:
    """Return that a file was not imported."""
    return _said([f"{_named(name)} was not imported; I have kept nothing of it."])


def _column(column: tuple[str, str, str]) -> str:
    name, becomes, example = column
    shown = f" (such as “{clean(example)[:EXAMPLE]}”)" if example.strip() else ""
    return f"{name} → {becomes}{shown}"


def _shown(found: Recognised) -> Iterator[tuple[str, str, str]]:
    for name, becomes, example in found.columns[:COLUMNS]:
        plain = words(f"such as “{clean(example)[:EXAMPLE]}”", 2 * EXAMPLE)["text"] if example.strip() else ""
        yield name, becomes, f"  {plain}\n" if plain else "\n"


def _named(name: str) -> str:
    cleaned = clean(name) or "the file"
    return cleaned if len(cleaned) <= NAME else cleaned[: NAME - 1] + "…"


def _said(sentences: Sequence[str]) -> SlackMessage:
    lines = [section(words(sentence, limits.HEADLINE), glue("\n")) for sentence in sentences if sentence]
    return SlackMessage(text=_text(sentences), blocks=(rich_text(lines),))


def _text(sentences: Sequence[str]) -> str:
    return "\n".join(fallback(sentence, limits.HEADLINE) for sentence in sentences if sentence)
