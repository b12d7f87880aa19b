"""Which further columns hold what customers said: the title above a text, what they said next, other answers."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.readers.json_rows import SAID_LATER
from knowledge.readers.names import OURS, PRIVATE, is_headline, is_question, words_of
from knowledge.readers.profiles import MANY, Profile

BOILERPLATE = 0.2
"""Share of titles that begin or end with the same two words from which on a system wrote them ("… customer review")."""


_LABEL_WORDS = 6
"""Columns of more words than this are texts: theirs are everybody's words."""


@dataclass(frozen=True, kw_only=True)
class Texts:
    """Columns beside the text: `title` is put above it, `later` below it, `answers` are pieces of feedback themselves.

    An answer to another question of a survey is another thing said: put together with the first, it would take on
    its theme, and a complaint would stand behind praise.
    """

    title: str | None = None
    later: str | None = None
    answers: tuple[str, ...] = ()


RESTATED = 0.6
"""Share of titles' words from which on they only repeat other columns: "Aegean Business Lounge - Athens Airport"."""


def further_texts(profiles: Sequence[Profile], *, beside: Sequence[Profile]) -> Texts:
    """Choose among columns that are no field yet; `beside` are all columns but the text."""
    titles = [p.name for p in profiles if is_headline(p.name) and not _by_a_system(p) and not _restates(p, beside)]
    later = [p.name for p in profiles if p.name.endswith(SAID_LATER) and p.values]
    answers = [p.name for p in profiles if p.name not in (*titles, *later) and _is_answer(p)]
    return Texts(title=next(iter(titles), None), later=next(iter(later), None), answers=tuple(answers))


def _is_answer(p: Profile) -> bool:
    """Return whether a column holds free text, named by a question or as text, that customers wrote."""
    if not is_question(p.name) or PRIVATE.search(words_of(p.name)) or OURS.search(words_of(p.name)):
        return False
    if is_headline(p.name) or len(p.values) < 2 or p.share("text") < 0.8:
        return False
    return p.words >= 3 and 2 * p.distinct >= len(p.values)


def _by_a_system(p: Profile) -> bool:
    """Return whether titles are empty, or are made after a pattern."""
    words = [value.lower().split() for value in p.values]
    if p.share("text") < 0.5:
        return True
    if len(words) < MANY:
        return False
    ends = Counter(("end", *w[-2:]) for w in words if len(w) > 2) + Counter(
        ("start", *w[:2]) for w in words if len(w) > 2
    )
    return max(ends.values(), default=0) > BOILERPLATE * len(words)


def _restates(p: Profile, beside: Sequence[Profile]) -> bool:
    """Return whether titles say what other columns say: which product, which branch."""
    others = [other for other in beside if not is_headline(other.name) and other.words <= _LABEL_WORDS]
    known = {word for other in others for value in other.values for word in _plain(value).split()}
    said = [word for value in p.values for word in _plain(value).split()]
    return bool(said) and sum(word in known for word in said) >= RESTATED * len(said)


def titled(title: str, text: str) -> str:
    """Return a text with its title above it, unless it holds the title near its beginning, as where a system cut it.

    >>> titled("Broken", "Since the update."), titled("Since the up…", "Hi there, since the update.")
    ('Broken.\\n\\nSince the update.', 'Hi there, since the update.')
    """
    if not title or not text:
        return title or text
    if _REPLIED.match(title):
        return text  # the title is that of the message which is answered
    start = _plain(title)
    if not start or start in _plain(text[: len(title) + GREETING]):
        return text
    return f"{title}{'' if title[-1] in _ENDS else '.'}\n\n{text}"


GREETING = 80
"""Characters of a greeting that may stand before what a title repeats."""
_ENDS = ".!?…:;,"
_REPLIED = re.compile(r"^\s*(?:re|aw|sv|antw|odp|réf?)\s*:", re.I)


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", " ", re.sub(r"^(?:\s*(?:re|fwd?|aw|wg)\s*:)+", "", text.lower())).strip()
