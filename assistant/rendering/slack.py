"""Answer -> Slack message: what was understood, the headline, ranked findings with quotes, caveats, what to ask next.

Two readings of one answer: `blocks` for the eye, and `text`, complete, for screen readers and notifications. Every
word that comes from data is inert in both (see slack_text).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.answers.answer import Answer, Finding, Quote
from assistant.answers.ticket import Ticket
from assistant.questions.understood import summary_line
from assistant.rendering import slack_limits as limits
from assistant.rendering.slack_blocks import (
    Block,
    Element,
    actions,
    button,
    context,
    fits,
    glue,
    quotation,
    rich_text,
    section,
    words,
)
from assistant.rendering.slack_text import clip, fallback
from assistant.rendering.slack_tools import answer_tools

FOLLOW_UP = "ask_follow_up"
BAR_CELLS = 10


@dataclass(frozen=True, kw_only=True)
class SlackMessage:
    """A message to post: `text` for screen readers and notifications, `blocks` for the eye. Both say the same."""

    text: str
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Row:
    """One ranked line: its sentence, the finding that it rests on where it is one, and that finding's quotes."""

    sentence: str
    finding: Finding | None
    quotes: tuple[Quote, ...]


def render(
    answer: Answer,
    *,
    asked: str | None = None,
    day: date | None = None,
    private: bool = False,
    ticket: Ticket | None = None,
) -> SlackMessage:
    """Return the answer as a message; `asked` is the question where the reader did not just type it.

    Where `day` is given, the "today" of the answer, buttons follow that can ask for it again; `private` says that only
    the asker sees it, and may share it; `ticket` is what the buttons carry where it is another question's answer.
    """
    ticket = ticket or (Ticket(question=answer.question, day=day) if day else None)
    tools = answer_tools(answer, ticket, private=private) if ticket else []
    return SlackMessage(text=_text(answer, asked), blocks=(*_blocks(answer, asked), *tools))


def notice(sentence: str) -> SlackMessage:
    """Return a single sentence of ours as a message."""
    line = words(sentence, limits.PLAIN_TEXT)
    text = fallback(sentence, limits.PLAIN_TEXT) or "…"  # Slack takes no message whose text shows nothing
    return SlackMessage(text=text, blocks=(rich_text([section(line)]),))


def signed(message: SlackMessage, by: str) -> SlackMessage:
    """Return the message with a line above it that says whose it is."""
    text = f"{fallback(by, limits.PLAIN_TEXT)}\n{message.text}"
    return SlackMessage(text=text, blocks=(context(by), *message.blocks))


def bar(count: float, largest: float) -> str:
    """Draw `count` to the scale of `largest` in BAR_CELLS cells; anything above zero shows."""
    filled = round(BAR_CELLS * count / largest) if largest > 0 else 0
    filled = min(BAR_CELLS, max(filled, 1 if count > 0 else 0))
    return "█" * filled + "░" * (BAR_CELLS - filled)


def _rows(answer: Answer) -> list[_Row]:
    """Return the answer's lines with what they rest on; each quote goes with the first line of its finding."""
    taken: set[int] = set()
    rows = []
    for line in answer.lines:
        indexes = [n for n in getattr(line, "findings", ()) if n < len(answer.findings)]
        quotes = [n for n, quote in enumerate(answer.evidence) if quote.finding in indexes and n not in taken]
        taken.update(quotes)
        finding = answer.findings[indexes[0]] if len(indexes) == 1 else None
        rows.append(_Row(sentence=line, finding=finding, quotes=tuple(answer.evidence[n] for n in quotes)))
    loose = tuple(quote for n, quote in enumerate(answer.evidence) if n not in taken)
    return [*rows, _Row(sentence="", finding=None, quotes=loose)] if loose else rows


# Blocks


def _blocks(answer: Answer, asked: str | None) -> Iterator[Block]:
    if asked:
        yield context(f"Question: {asked}")
    understood = summary_line(answer.question, named=answer.named)
    if understood:
        yield context(understood)
    yield rich_text([section(words(answer.headline, limits.HEADLINE, bold=True))])
    rows = _rows(answer)
    if rows:
        yield rich_text(list(_row_parts(rows)))
    for caveat in _caveats(answer, len(rows)):
        yield context(caveat)
    buttons = _buttons(answer.follow_ups)
    if buttons:
        yield actions(buttons)


def _row_parts(rows: Sequence[_Row]) -> Iterator[Element]:
    largest = _scale(rows)
    quotes_left = limits.QUOTES
    for row in rows[: limits.ROWS]:
        if row.sentence:
            yield section(*_sentence(row, largest))
        for quote in row.quotes[:quotes_left]:
            yield quotation(*_quote(quote))
        quotes_left -= min(quotes_left, len(row.quotes))


def _scale(rows: Sequence[_Row]) -> float:
    """Return the size that fills a bar; 0, for no bars, where fewer than two things stand beside each other."""
    sizes = {row.finding.name: size for row in rows if row.finding and (size := _size(row)) is not None}
    return max(sizes.values()) if len(sizes) > 1 else 0.0


def _sentence(row: _Row, largest: float) -> Iterator[Element]:
    """Yield bar, then the sentence with the finding's name in bold; the break parts it from the next line."""
    size = _size(row)
    if size is not None and largest > 0:
        yield glue(bar(size, largest)) | {"style": {"code": True}}
        yield glue("  ")
    before, found, after = _around_name(row)
    if before:
        yield words(before) if not found else _spaced(before)
    if found:
        yield words(found, bold=True)
    if found and after:
        yield _spaced(after)
    yield glue("\n")


def _around_name(row: _Row) -> tuple[str, str, str]:
    """Part the sentence at its finding's name, where that stands in it as a word."""
    name = re.escape(row.finding.name) if row.finding and row.finding.name else None
    place = re.search(rf"(?<!\w){name}(?!\w)", row.sentence) if name else None
    if not place:
        return row.sentence, "", ""
    return row.sentence[: place.start()], place[0], row.sentence[place.end() :]


def _spaced(text: str) -> Element:
    """Return words beside other words, with the blank that stood between them."""
    element = words(text)
    lead, trail = " " * text[:1].isspace(), " " * text[-1:].isspace()
    return element | {"text": element["text"] if not text.strip() else lead + element["text"] + trail}


def _quote(quote: Quote) -> Iterator[Element]:
    yield words(f"“{clip(quote.quote, limits.QUOTE)}”", 2 * limits.QUOTE)
    origin = _origin(quote)
    if origin:
        yield glue("\n")
        yield words(origin, italic=True)


def _buttons(follow_ups: Iterable[str]) -> list[Element]:
    """Return a button per follow-up question; one that is too long to be carried whole is left out."""
    fitting = [question for question in follow_ups if fits(question)]
    return [
        button(question, action_id=f"{FOLLOW_UP}:{n}", value=question)
        for n, question in enumerate(fitting[: limits.FOLLOW_UPS])
    ]


# Text


def _text(answer: Answer, asked: str | None) -> str:
    """Return all of the answer, one line each; with shorter quotes where it would be longer than Slack advises."""
    whole = "\n".join(_lines(answer, asked, limits.QUOTE))
    if len(whole) > limits.TEXT_ADVISED:
        whole = "\n".join(_lines(answer, asked, limits.QUOTE_SHORT))
    if len(whole) <= limits.TEXT:
        return whole
    # Cut at a line, never inside an escape.
    return whole[: whole.rfind("\n", 0, limits.TEXT - 1)] + "\n…"


def _lines(answer: Answer, asked: str | None, quote_limit: int) -> Iterator[str]:
    if asked:
        yield "Question: " + fallback(asked, limits.PLAIN_TEXT)
    understood = summary_line(answer.question, named=answer.named)
    if understood:
        yield fallback(understood, limits.PLAIN_TEXT)
    yield fallback(answer.headline, limits.HEADLINE)
    for row in _rows(answer):
        if row.sentence:
            yield "• " + fallback(row.sentence, limits.LINE)
        for quote in row.quotes:
            origin = _origin(quote)
            said = f"“{fallback(quote.quote, quote_limit)}”"
            yield f"{said} ({fallback(origin, limits.LINE)})" if origin else said
    yield from (fallback(caveat, limits.PLAIN_TEXT) for caveat in answer.caveats)
    if answer.follow_ups:
        yield "Ask next: " + " / ".join(fallback(question, limits.LINE) for question in answer.follow_ups)


# Both


def _caveats(answer: Answer, rows: int) -> Iterator[str]:
    yield from answer.caveats[: limits.CAVEATS]
    more = len(answer.caveats) - limits.CAVEATS
    if more > 0:
        yield f"{more} more remarks are in the text of this message."
    if rows > limits.ROWS:
        yield f"{rows - limits.ROWS} more lines are not drawn here. Ask for fewer, or for one stage."
    quotes = len(answer.evidence) - limits.QUOTES
    if quotes > 0:
        yield f"{quotes} more quotes are not shown here."


def _origin(quote: Quote) -> str:
    day = f"{quote.at.day} {quote.at:%B %Y}" if quote.at else None
    return ", ".join(part for part in (quote.channel, day) if part)


def _size(row: _Row) -> float | None:
    """Return how large a named thing is, as its sentence counts it: by complaints, else by mentions."""
    numbers = row.finding.numbers if row.finding and row.finding.name else {}
    complaints, count = numbers.get("complaints"), numbers.get("count")
    if isinstance(complaints, int | float) and f"{complaints:,} complaint" in row.sentence:
        return float(complaints)
    return float(count) if isinstance(count, int | float) else None
