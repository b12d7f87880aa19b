"""A dropped file, as messages: what was recognised, how far the import is, what became of it."""

import json
from collections.abc import Iterator, Sequence

from assistant.rendering import slack_limits as limits
from assistant.rendering.slack import FOLLOW_UP, SlackMessage
from assistant.rendering.slack_blocks import Block, actions, button, context, glue, rich_text, section, words
from assistant.rendering.slack_text import clean, fallback
from assistant.rendering.uploads import Brought, Recognised

Column = tuple[str, str, str]

IMPORT, LEAVE = "import_file", "leave_file"
COLUMNS, EXAMPLE, NAME = 20, 80, 150
UNUSED = "not used"
MEANING = {
    "text": "the customer's words",
    "text, as title": "put above the customer's words",
    "text, said later": "what the customer said later",
    "text, another answer": "another answer of the customer",
    "tells who wrote": "tells customers from agents",
    "id": "the number of the row",
    "at": "when it was said",
    "channel": "where it was said",
    "customer": "the customer (kept as a keyed hash)",
    "rating": "the rating",
    "stage": "the stage of the journey",
    "language": "the language",
    "url": "a link, kept",
}
"""What a column becomes, by the importer's word for it, as a person says it."""
STEPS = {
    "Reading": "reading the rows",
    "Splitting": "telling the points apart that each piece makes",
    "Embedding": "reading what the points mean",
    "Staging": "sorting into stages",
    "Grouping": "grouping into themes",
}
"""The importer's steps, likewise."""
WRONG = "Is a column taken for the wrong thing? Leave it, rename the column, and drop the file again."
NEXT = ("What hurts customers?", "What is new?", "How is each stage doing?")


def recognised(found: Recognised, file_id: str) -> SlackMessage:
    """Return what a file seems to hold, with buttons to import it or leave it."""
    head = f"{_named(found.name)}: {_counted(found.rows, 'row')}. This is what I recognise:"
    used = [column for column in found.columns if column[1] != UNUSED]
    lines = [_column(column) for column in used[:COLUMNS]]
    notes = [*found.notes, *_unshown(found.columns, used)]
    ask = "Shall I import it? Names, addresses and the like are masked, and nothing is imported twice."
    blocks: list[Block] = [rich_text([section(words(head, limits.HEADLINE, bold=True))])]
    if lines:
        blocks.append(
            rich_text([section(words(c, bold=True), glue(" → "), words(b), glue(e)) for c, b, e in _shown(used)])
        )
    blocks += [context(note) for note in [*notes[:5], WRONG]]
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
    return SlackMessage(text=_text([head, *lines, *notes, WRONG, ask]), blocks=tuple(blocks))


def progress(name: str, step: str, done: int, total: int) -> SlackMessage:
    """Return how far an import is."""
    share = f": {done:,} of {total:,}" if total else ""
    return _said([f"Importing {_named(name)} … {STEPS.get(step, step)}{share}"])


def brought(report: Brought) -> SlackMessage:
    """Return what became of a file, with what can be asked now."""
    counts = f"{report.added:,} new, {report.changed:,} changed, {report.unchanged:,} known already"
    sentences = [
        f"{_named(report.name)}: {_counted(report.read, 'row')} read: {counts}, {report.rejected_rows:,} rejected.",
        *(
            [f"{_counted(report.kept_out, 'row')} left out: their customers asked to be forgotten."]
            if report.kept_out
            else []
        ),
        *(f"Line {line}: {why}" for line, why in report.rejected),
        *(["The rejected rows, each with its reason, are in the file below."] if report.rejects else []),
        *report.notes,
        f"I hold {_counted(report.total, 'piece')} of feedback now, {_themes(report.themes)}.",
    ]
    message = _said(sentences)
    asked = [button(q, action_id=f"{FOLLOW_UP}:{n}", value=q) for n, q in enumerate(NEXT)]
    return SlackMessage(text=message.text, blocks=(*message.blocks, actions(asked)))


def left(name: str) -> SlackMessage:
    """Return that a file was not imported."""
    return _said([f"{_named(name)} was not imported; I have kept nothing of it."])


def _column(column: Column) -> str:
    name, becomes, example = column
    shown = f" (such as “{_example(example)}”)" if example.strip() else ""
    return f"{name} → {_meaning(becomes)}{shown}"


def _shown(columns: Sequence[Column]) -> Iterator[Column]:
    for name, becomes, example in columns[:COLUMNS]:
        plain = words(f"such as “{_example(example)}”", 2 * EXAMPLE)["text"] if example.strip() else ""
        yield name, _meaning(becomes), f"  {plain}\n" if plain else "\n"


def _unshown(columns: Sequence[Column], used: Sequence[Column]) -> Iterator[str]:
    """Say which columns are not used, and how many of those used have no line."""
    if more := len(used[COLUMNS:]):
        yield f"{_counted(more, 'more column')} {'is' if more == 1 else 'are'} used and not shown."
    names = [name for name, becomes, _ in columns if becomes == UNUSED]
    if names:
        rest = f" and {len(names) - COLUMNS:,} more" if len(names) > COLUMNS else ""
        yield f"Not used: {', '.join(names[:COLUMNS])}{rest}."


def _meaning(becomes: str) -> str:
    """Return what a column becomes in a person's words."""
    if becomes.startswith("segment "):
        return f"to ask and compare by, as “{becomes.removeprefix('segment ')}”"
    return MEANING.get(becomes, becomes)


def _example(example: str) -> str:
    shown = clean(example)
    return shown if len(shown) <= EXAMPLE else shown[: EXAMPLE - 1] + "…"


def _counted(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def _themes(count: int) -> str:
    return f"in {_counted(count, 'theme')}" if count else "too little, or too different, to form themes"


def _named(name: str) -> str:
    cleaned = clean(name) or "the file"
    return cleaned if len(cleaned) <= NAME else cleaned[: NAME - 1] + "…"


def _said(sentences: Sequence[str]) -> SlackMessage:
    lines = [section(words(sentence, limits.HEADLINE), glue("\n")) for sentence in sentences if sentence]
    return SlackMessage(text=_text(sentences), blocks=(rich_text(lines),))


def _text(sentences: Sequence[str]) -> str:
    return "\n".join(fallback(sentence, limits.HEADLINE) for sentence in sentences if sentence)
