"""Answer -> plain text: for the terminal, for the JSON contract's "text", and as the fallback of richer forms.

First what was understood, then the answer, then the evidence, then what limits it, then what to ask next.
"""

import unicodedata
from collections.abc import Iterator

from assistant.answers.answer import Answer, Quote
from assistant.questions.understood import summary_line

INDENT = "   "


def render(answer: Answer) -> str:
    """Return the whole answer as text; nothing in it can steer a terminal."""
    return "\n".join(_parts(answer))


def inert(text: str) -> str:
    """Return text without control and direction characters, on one line: words of a stranger, made safe to print."""
    return " ".join("".join(" " if _unsafe(c) else c for c in text).split())


def quoted(quote: Quote) -> str:
    """Return a quote with its origin: `“It took a week.” (3 August 2026, email)`."""
    origin = ", ".join(part for part in (_day(quote), inert(quote.channel or "")) if part)
    return f"“{inert(quote.quote)}”{f' ({origin})' if origin else ''}"


def _parts(answer: Answer) -> Iterator[str]:
    understood = inert(summary_line(answer.question, named=answer.named))
    if understood:
        yield f"[{understood}]"
    yield inert(answer.headline)
    if answer.lines:
        yield ""
        yield from _lines(answer)
    loose = [quote for quote in answer.evidence if quote.finding is None or quote.finding not in _told(answer)]
    if loose:
        yield ""
        yield from (f"{INDENT}{quoted(quote)}" for quote in loose)
    if answer.caveats:
        yield ""
        yield from (f"Note: {inert(caveat)}" for caveat in answer.caveats)
    if answer.follow_ups:
        yield ""
        yield "Ask next:"
        yield from (f"  {inert(question)}" for question in answer.follow_ups)


def _lines(answer: Answer) -> Iterator[str]:
    """Yield each sentence with the quotes of its finding below; quotes follow the first sentence of their finding."""
    shown: set[int] = set()
    for line in answer.lines:
        yield f"- {inert(line)}"
        for index in getattr(line, "findings", ()):
            if index not in shown:
                shown.add(index)
                yield from (f"{INDENT}{quoted(quote)}" for quote in answer.evidence if quote.finding == index)


def _told(answer: Answer) -> set[int]:
    """Return the findings that have a sentence below the headline."""
    return {index for line in answer.lines for index in getattr(line, "findings", ())}


def _day(quote: Quote) -> str:
    return f"{quote.at.day} {quote.at:%B %Y}" if quote.at else ""


def _unsafe(character: str) -> bool:
    """Control, format (direction marks, zero widths other than joiners) and unpaired surrogates."""
    return unicodedata.category(character) in ("Cc", "Cf", "Cs") and character not in "‌‍"
