"""Evidence: which words of customers to show. Central to the claim, recent, different, whole sentences, unedited."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.answers.answer import Quote
from assistant.answers.context import Context
from knowledge.clustering.phrases import is_content, read_words
from knowledge.facts import Facts
from knowledge.feedback import Feedback
from knowledge.scope import Polarity, Scope
from knowledge.sentiment import tone
from knowledge.store.tallies import Span, SqlTallies

CANDIDATES = 160
LONGEST = 280
"""Characters of a quote, unless its first sentence is longer."""

_REPEATS = 0.9
_READ = 60
_RECENCY, _SAMENESS, _FORM, _TONE, _NAMED = 0.15, 0.55, 0.25, 0.5, 0.3
_SENTENCE_END = re.compile(r"[.!?…。！？]+[\"'”’)\]]*(?=\s|$)|\n+|$")


@dataclass(frozen=True, kw_only=True)
class _Pool:
    """Points to choose from, one per row: where it stands, how good it is alone, and its vector (zeros: none)."""

    spans: Sequence[Span]
    worth: NDArray[np.float64]
    vectors: NDArray[np.float32]


def choose(
    context: Context,
    scope: Scope,
    k: int,
    *,
    finding: int | None = None,
    theme: str | None = None,
    query: str | None = None,
    avoid: Collection[int] = (),
) -> list[Quote]:
    """Return up to k quotes from the rows in scope; deterministic.

    With a `theme`, the point of each row that belongs to it is quoted, rather one that holds words of its name; with
    a `query`, the points nearest to it are central. Where complaints are asked for, a point that praises comes last,
    however low its customer rated the whole; and the other way round. `avoid` are rows that are quoted already.
    """
    rows = candidates(context.facts, context.tallies.positions(scope), avoid)
    if not rows or k <= 0:
        return []
    pool = _pool(context, rows, theme, query)
    texts = context.store.feedback.by_row([span.row for span in pool.spans])
    worth = pool.worth - _TONE * _contrary(pool.spans, texts, scope.polarity)
    worth += _NAMED * _named(pool.spans, texts, _name_of(context, theme))
    picked = [pool.spans[i] for i in diverse(worth, pool.vectors, k, _customers(context.facts, pool.spans))]
    return [quote_of(span, texts[span.row], theme=theme, finding=finding) for span in picked if span.row in texts]


def in_order(context: Context, rows: Sequence[int], k: int, *, query: str, finding: int | None = None) -> list[Quote]:
    """Return up to k quotes of these rows, in this order, leaving out what nearly repeats one before.

    Of a long text the point nearest to the query is quoted.
    """
    if not rows:
        return []
    pool = _pool(context, rows, None, query)
    place = {span.row: i for i, span in enumerate(pool.spans)}
    order = [place[row] for row in rows if row in place]
    picked: list[int] = []
    repeats: list[int] = []
    for i in order:
        near = pool.vectors[picked] @ pool.vectors[i] if picked else np.zeros(1)
        (repeats if near.max() >= _REPEATS else picked).append(i)
    chosen = [pool.spans[i] for i in (*picked, *repeats)[:k]]
    texts = context.store.feedback.by_row([span.row for span in chosen])
    return [quote_of(span, texts[span.row], theme=None, finding=finding) for span in chosen if span.row in texts]


def candidates(facts: Facts, positions: NDArray[np.int64], avoid: Collection[int] = ()) -> list[int]:
    """Return at most CANDIDATES row keys: half the most recent, half spread evenly over the rest."""
    if avoid:
        positions = positions[~np.isin(facts.row[positions], np.fromiter(avoid, dtype=np.int64))]
    if len(positions) > CANDIDATES:
        newest_first = positions[np.argsort(-facts.day[positions], kind="stable")]
        half = CANDIDATES // 2
        rest = newest_first[half:]
        spread = rest[np.linspace(0, len(rest) - 1, half).astype(np.int64)]
        positions = np.concatenate([newest_first[:half], spread])
    rows: list[int] = facts.row[np.sort(positions)].tolist()
    return rows


def diverse(
    worth: NDArray[np.float64], vectors: NDArray[np.float32], k: int, groups: Sequence[object] | None = None
) -> list[int]:
    """Return up to k indexes by maximal marginal relevance (Carbonell & Goldstein 1998), best first.

    `vectors`, shape (n, d), are of unit length or zero. Of each group (a customer) at most one is taken, as long as
    others are left.
    """
    taken: list[int] = []
    nearest = np.zeros(len(worth))
    seen: set[object] = set()
    while len(taken) < min(k, len(worth)):
        value = worth - _SAMENESS * np.maximum(nearest, 0)
        repeated = [i for i in range(len(worth)) if groups and groups[i] is not None and groups[i] in seen]
        value[repeated] -= 10.0
        value[taken] = -np.inf
        best = int(np.argmax(value))
        taken.append(best)
        nearest = np.maximum(nearest, vectors @ vectors[best])
        if groups:
            seen.add(groups[best])
    return taken


def cut(text: str, start: int, end: int, longest: int = LONGEST) -> tuple[int, int]:
    """Return the stretch of `text` to quote for the point `[start, end)`: whole sentences, at most `longest`.

    A short text is quoted whole. A single sentence longer than that is cut at the end of a word.
    """
    whole = _trim(text, 0, len(text))
    if whole[1] - whole[0] <= longest:
        return whole
    start, end = _trim(text, start, end)
    if end - start <= longest:
        return start, end
    ends = [m.start() + len(m.group().rstrip("\n")) for m in _SENTENCE_END.finditer(text, start, end)]
    fitting = [stop for stop in ends if start < stop <= start + longest]
    if fitting:
        return _trim(text, start, max(fitting))
    space = text.rfind(" ", start + 1, start + longest)
    return _trim(text, start, space if space > start else start + longest)


def quote_of(span: Span, item: Feedback, *, theme: str | None, finding: int | None) -> Quote:
    """Return the quote of a point; the characters are those of the stored text."""
    start, end = cut(item.text, span.start, min(span.end, len(item.text)))
    return Quote(
        row=span.row, feedback_id=item.id, quote=item.text[start:end], start=start, end=end, at=item.day,
        channel=item.channel, theme_id=theme or span.theme, finding=finding,
    )  # fmt: skip


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _pool(context: Context, rows: Sequence[int], theme: str | None, query: str | None) -> _Pool:
    """Return the best point of each row, with its worth: central, recent, and of a readable length."""
    spans = [s for s in SqlTallies(context.store.db).spans(rows) if theme is None or s.theme == theme]
    have = {span.row for span in spans}
    # A row whose text has not been split yet is one point from its first to its last character.
    spans += [Span(row=row, n=0, start=0, end=10**9, theme=None, text_hash="") for row in rows if row not in have]
    vectors = _vectors(context, spans)
    centre = context.embedder.encode([query])[0] if query else vectors.mean(axis=0)
    length = float(np.linalg.norm(centre))
    central = (vectors @ (centre / length)).astype(np.float64) if length else np.zeros(len(spans))
    worth = central + _RECENCY * _recency(context.facts, spans) - _FORM * _awkward(spans)
    best: dict[int, int] = {}
    for i, span in enumerate(spans):
        if span.row not in best or worth[i] > worth[best[span.row]]:
            best[span.row] = i
    keep = sorted(best.values())
    return _Pool(spans=[spans[i] for i in keep], worth=worth[keep], vectors=vectors[keep])


def _contrary(spans: Sequence[Span], texts: Mapping[int, Feedback], polarity: Polarity | None) -> NDArray[np.float64]:
    """Return per point, in 0..1, how far its own words say the opposite of what is asked for."""
    if polarity is None:
        return np.zeros(len(spans))
    sign = 1.0 if polarity == "complaint" else -1.0
    said = [texts[span.row].text[span.start : span.end] if span.row in texts else "" for span in spans]
    return np.clip([sign * tone(text) for text in said], 0.0, 1.0)


def _named(spans: Sequence[Span], texts: Mapping[int, Feedback], name: str) -> NDArray[np.float64]:
    """Return per point the share of the name's content words that it holds: a claim is best shown by its own words."""
    roots = _roots(name)
    if not roots:
        return np.zeros(len(spans))
    said = [texts[span.row].text[span.start : span.end] if span.row in texts else "" for span in spans]
    return np.array([len(roots & _roots(text)) / len(roots) for text in said])


def _name_of(context: Context, theme: str | None) -> str:
    known = context.knowledge.themes.get(theme) if theme else None
    return known.name if known else ""


def _roots(text: str) -> frozenset[str]:
    words = (word for run in read_words(text, most=_READ).runs for word in run)
    return frozenset(word.root for word in words if is_content(word.low))


def _vectors(context: Context, spans: Sequence[Span]) -> NDArray[np.float32]:
    """Return a vector per point; zeros where none is kept for this model."""
    hashes = [span.text_hash for span in spans]
    try:
        return context.store.vectors.get(hashes, context.embedder.model_id).reshape(len(spans), -1)
    except KeyError:
        return np.zeros((len(spans), context.embedder.dimension), dtype=np.float32)


def _recency(facts: Facts, spans: Sequence[Span]) -> NDArray[np.float64]:
    """Return 0 (oldest or undated) to 1 (newest) by day among these points."""
    days = facts.day[np.searchsorted(facts.row, [span.row for span in spans])].astype(np.float64)
    dated = days[days > 0]
    if not len(dated) or dated.max() == dated.min():
        return np.zeros(len(spans))
    newness: NDArray[np.float64] = np.clip((days - dated.min()) / (dated.max() - dated.min()), 0, 1)
    return newness


def _awkward(spans: Iterable[Span]) -> NDArray[np.float64]:
    """Return 1 for points too short to say much or too long to read, else 0."""
    return np.array([float(not 25 <= span.end - span.start <= LONGEST) for span in spans])


def _customers(facts: Facts, spans: Sequence[Span]) -> list[object]:
    codes = facts.customer.codes[np.searchsorted(facts.row, [span.row for span in spans])].tolist()
    return [code if code >= 0 else None for code in codes]
