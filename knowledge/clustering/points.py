"""Points: a long text cut at sentence ends into the things that it says, each with its place in the text."""

import re
from collections.abc import Iterator

from knowledge.feedback import Point

LONG = 60
"""A text of more words than this is cut; a shorter one is one point."""

READ_WORDS = 150
"""What stands beyond so many words is one last point: most models read no further, and who complains says why first."""

FEWEST_WORDS = 8
MOST_POINTS = 12

_ABBREVIATIONS = frozenset(
    word
    for line in (
        "mr mrs ms dr prof sr jr st ave rd no nos vs etc eg ie e.g i.e a.m p.m am pm u.s u.k",
        "inc ltd llc co corp dept est approx acct tel ext",
        "jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur fri sat sun",
    )
    for word in line.split()
)
_WORD = re.compile(r"\S+")
_BREAK = re.compile(
    r"(?P<stop>[.!?…。！？]+[\"'”’)\]]*)(?=\s|$)"  # a stop, with what closes behind it
    r"|(?P<wide>[。！？])"  # scripts that put no space between sentences
    r"|(?P<blank>\n[ \t\r]*\n)"  # an empty line
    r"|(?P<bullet>\n)(?=[ \t]*(?:[-*•·–]|\(?\d{1,2}[.)])[ \t])"  # a new line that starts an item of a list
    r"|(?P<line>\n)(?=[ \t]*[A-Z0-9\"“])"  # a new line that starts like a sentence
)
_CLAUSE = re.compile(r"(?:and|but|because|so|then|also|however|when|which)", re.IGNORECASE)


def split_points(text: str, *, long: int = LONG, most: int = MOST_POINTS) -> list[Point]:
    """Return the points of `text`, in order: one if it has at most `long` words, else up to `most`.

    Points do not overlap and together cover everything but white space; `text[p.start:p.end] == p.text`.
    Neighbouring short sentences share a point, a passage without sentence ends is cut at clauses.
    """
    words = [(m.start(), m.end()) for m in _WORD.finditer(text)]
    if not words:
        return []
    if len(words) <= long:
        return [_point(text, words[0][0], words[-1][1])]
    sentences = [piece for sentence in _sentences(text, words) for piece in _clauses(text, sentence, long)]
    fewest = max(FEWEST_WORDS, -(-min(len(words), READ_WORDS) // (most - 1)))
    return [_point(text, group[0][0], group[-1][1]) for group in _tail_joined(_gather(sentences, fewest))]


Span = tuple[int, int]


def _point(text: str, start: int, end: int) -> Point:
    return Point(start=start, end=end, text=text[start:end])


def _sentences(text: str, words: list[Span]) -> Iterator[list[Span]]:
    """Yield the words of each sentence; a cut never falls inside a word."""
    cuts = iter([*_sentence_ends(text), len(text)])
    cut = next(cuts)
    sentence: list[Span] = []
    for start, end in words:
        while start >= cut and cut < len(text):
            if sentence:
                yield sentence
                sentence = []
            cut = next(cuts)
        sentence.append((start, end))
    if sentence:
        yield sentence


def _sentence_ends(text: str) -> Iterator[int]:
    """Yield the offsets behind which a new sentence starts."""
    for match in _BREAK.finditer(text):
        if match["stop"] is None or _ends_sentence(text, match.start(), match.end(), match["stop"]):
            yield match.end()


def _ends_sentence(text: str, start: int, end: int, stop: str) -> bool:
    """Tell a full stop from the dot of an abbreviation, an initial or a trailing-off "..."."""
    following = text[end : end + 40].lstrip()[:1]
    if stop.startswith((".", "…")) and (len(stop) > 1 or stop == "…") and set(stop) <= set(".…"):
        return not following.islower()
    if not stop.startswith(".") or stop != ".":
        return True
    before = text[max(0, start - 20) : start].split()
    word = before[-1].lower().lstrip("(\"'“") if before else ""
    initial = len(word) == 1 and word.isalpha() and word != "i"
    return not (initial or word in _ABBREVIATIONS or (word.isdigit() and len(word) < 3 and len(before) == 1))


def _clauses(text: str, sentence: list[Span], long: int) -> Iterator[list[Span]]:
    """Cut a sentence of more than `long` words at a clause near the middle, again until all pieces are short."""
    if len(sentence) <= long:
        yield sentence
        return
    pieces = -(-len(sentence) // long)
    size = len(sentence) / pieces
    start = 0
    for number in range(1, pieces):
        wanted = round(number * size)
        near = range(max(start + 1, wanted - 8), min(len(sentence) - 1, wanted + 8))
        cut = min(near, key=lambda i: (not _clause_starts(text, sentence, i), abs(i - wanted)), default=wanted)
        yield sentence[start:cut]
        start = cut
    yield sentence[start:]


def _clause_starts(text: str, sentence: list[Span], index: int) -> bool:
    before, word = text[slice(*sentence[index - 1])], text[slice(*sentence[index])]
    return before[-1] in ",;:" or bool(_CLAUSE.fullmatch(word))


def _tail_joined(groups: list[list[Span]]) -> list[list[Span]]:
    """Make one group of all that begins beyond READ_WORDS."""
    kept: list[list[Span]] = []
    read = 0
    for group in groups:
        if read > READ_WORDS:
            kept[-1].extend(group)
        else:
            kept.append(group)
        read += len(group)
    return kept


def _gather(sentences: list[list[Span]], fewest: int) -> list[list[Span]]:
    """Join neighbours until each group has `fewest` words; a short rest joins the group before it."""
    groups: list[list[Span]] = []
    for sentence in sentences:
        if groups and len(groups[-1]) < fewest:
            groups[-1].extend(sentence)
        else:
            groups.append(list(sentence))
    if len(groups) > 1 and len(groups[-1]) < fewest:
        rest = groups.pop()
        groups[-1].extend(rest)
    return groups
