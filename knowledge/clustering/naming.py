"""Naming: a short phrase for each theme, taken from its own texts, with terms and representative quotes.

A name is judged as a query: the texts that hold all its words should be the texts of the theme. Few outside
(precision) makes it distinctive, many inside (recall) makes it cover the theme; their weighted harmonic mean
(F-beta, van Rijsbergen 1979) with beta below 1 puts distinctive first.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.clustering.phrases import (
    NEGATIONS,
    PARTICLES,
    WEAK_WORDS,
    Words,
    candidates,
    is_content,
    read_words,
    stem,
    usual_casing,
    written,
)
from knowledge.embedding import Vectors

READ_PER_THEME = 300
"""Texts of a theme that are read for its name: the most central ones say what the rest say."""

READ_WORDS = 120
TERMS = 8
QUOTES = 3

_BETA = 0.6
_FULLER = 0.6
_PAIR = 0.8
_CLEAR, _CLEAR_WORD = 0.2, 0.35  # a phrase, or a word, that scores so much names a theme by itself
_SAYS_MORE, _COVERS = 1.25, 0.05
_TRIED_BESIDE = 12
_TRIED = 80
_LOOSE_ENDS = WEAK_WORDS | PARTICLES
_WHOLE = 0.6  # "top" is cut short where so large a share of it goes on with "up"


@dataclass(frozen=True, kw_only=True)
class ThemeName:
    """What a theme is called: `terms` most telling first, `central` the rows of representative texts."""

    label: int
    name: str
    terms: tuple[str, ...]
    central: tuple[int, ...]


def name_themes(
    texts: Sequence[str],
    labels: NDArray[np.int32],
    vectors: Vectors,
    *,
    keep: Mapping[int, str] | None = None,
) -> list[ThemeName]:
    """Name the themes 0..max(labels) of `texts`; `vectors` (n, d) are unit length, label -1 is no theme.

    `keep` holds names that are not ours to change; no other theme gets one of them.
    """
    groups = _groups(labels)
    central = {label: _by_centrality(rows, vectors) for label, rows in groups.items()}
    read = {
        label: [read_words(texts[row], most=READ_WORDS) for row in rows[:READ_PER_THEME]]
        for label, rows in central.items()
    }
    corpus = _Corpus(read)
    names = _choose(corpus, dict(keep or {}))
    return [
        ThemeName(
            label=label,
            name=names[label],
            terms=corpus.terms(label),
            central=tuple(int(row) for row in representative(rows, vectors, texts)),
        )
        for label, rows in central.items()
    ]


def _groups(labels: NDArray[np.int32]) -> dict[int, NDArray[np.int64]]:
    if not len(labels):
        return {}
    order = np.argsort(labels, kind="stable")
    values, starts = np.unique(labels[order], return_index=True)
    parts = np.split(order, starts[1:])
    return {int(value): part for value, part in zip(values, parts, strict=True) if value >= 0}


def _by_centrality(rows: NDArray[np.int64], vectors: Vectors) -> NDArray[np.int64]:
    """Return `rows` with the texts closest to the middle of the theme first."""
    own = vectors[rows]
    closeness = own @ own.mean(axis=0)
    return rows[np.argsort(-closeness, kind="stable")]


def representative(rows: NDArray[np.int64], vectors: Vectors, texts: Sequence[str], *, most: int = QUOTES) -> list[int]:
    """Return up to `most` of `rows` (most central first) that are central and unlike each other.

    Maximal marginal relevance (Carbonell & Goldstein 1998) with 0.7 on centrality.
    """
    seen: set[str] = set()
    pool: list[int] = []
    for row in rows[:100]:
        key = " ".join(texts[row].lower().split())
        if key not in seen:
            seen.add(key)
            pool.append(int(row))
    own = vectors[pool]
    relevance = own @ own.mean(axis=0)
    chosen = [0]
    while len(chosen) < min(most, len(pool)):
        nearness = (own @ own[chosen].T).max(axis=1)
        score = 0.7 * relevance - 0.3 * nearness
        score[chosen] = -np.inf
        chosen.append(int(np.argmax(score)))
    return [pool[i] for i in chosen]


Phrase = tuple[str, ...]


def _usual_forms(counts: Counter[Phrase]) -> Counter[Phrase]:
    """Count "missing ingredients", "missing ingredient" and "ingredients missing" as one, under its usual form."""
    forms: dict[frozenset[str], list[Phrase]] = defaultdict(list)
    for phrase in counts:
        forms[_key(phrase)].append(phrase)
    usual: Counter[Phrase] = Counter()
    for same in forms.values():
        if len(same) == 1:
            usual[same[0]] = counts[same[0]]
            continue
        shortest = min(len(phrase) for phrase in same)
        form = min((p for p in same if len(p) == shortest), key=lambda phrase: (-counts[phrase], phrase))
        verbs = [phrase for phrase in same if phrase[-1] in PARTICLES and phrase[: len(form)] == form]
        whole = next((phrase for phrase in verbs if counts[phrase] >= _WHOLE * counts[form]), form)
        usual[whole] = sum(counts[phrase] for phrase in same)
    return usual


class _Corpus:
    """The words of all themes, counted: which texts hold which stems, which phrases each theme has."""

    def __init__(self, read: Mapping[int, Sequence[Words]]) -> None:
        self.sizes = {label: len(words) for label, words in read.items()}
        self.total = sum(self.sizes.values())
        self.read = read
        self.casing = usual_casing([words for theme in read.values() for words in theme])
        self.holders: dict[str, set[int]] = defaultdict(set)
        self.spans: dict[int, range] = {}
        self.members: dict[int, frozenset[int]] = {}
        self.phrases: dict[int, Counter[Phrase]] = {}
        self.shown: dict[str, Counter[str]] = defaultdict(Counter)
        number = 0
        for label, theme in read.items():
            first = number
            counts: Counter[Phrase] = Counter()
            for words in theme:
                for word in {word for run in words.runs for word in run}:
                    self.holders[word.root].add(number)
                    self.shown[word.root][word.low] += 1
                counts.update(candidates(words))
                number += 1
            self.spans[label] = range(first, number)
            self.members[label] = frozenset(self.spans[label])
            self.phrases[label] = _usual_forms(counts)
        self.by_theme = {root: self._per_theme(held) for root, held in self.holders.items()}

    def _per_theme(self, held: Iterable[int]) -> dict[int, int]:
        starts = [span.start for span in self.spans.values()]
        labels = list(self.spans)
        counts = Counter(np.searchsorted(starts, list(held), side="right").tolist())
        return {labels[place - 1]: count for place, count in counts.items()}

    def terms(self, label: int) -> tuple[str, ...]:
        """Return the words that tell this theme from the others, by class-based tf-idf (Grootendorst 2022)."""
        scores = {root: self.weight(root, label) for root, themes in self.by_theme.items() if label in themes}
        ranked = sorted(scores, key=lambda root: (-scores[root], root))
        words = [self.shown[root].most_common(1)[0][0] for root in ranked[: TERMS * 4]]
        telling = [word for word in words if is_content(word) and word not in WEAK_WORDS]
        return tuple(self.cased(word) for word in telling[:TERMS])

    def weight(self, root: str, label: int) -> float:
        """Share of the theme's texts that hold `root`, times how rare it is over all themes."""
        inside = self.by_theme[root].get(label, 0)
        share = inside / self.sizes[label]
        return share * math.log1p(self.total / (len(self.holders[root]) + 1.0))

    def cased(self, word: str) -> str:
        """Return a lower-case word as it is mostly written inside sentences."""
        return self.casing.get(word, word)

    def shown_as(self, phrase: Phrase, label: int) -> str:
        """Return a phrase as the theme's texts mostly write it: "Air New Zealand", though "new" is mostly small."""
        forms: Counter[Phrase] = Counter()
        for words in self.read[label]:
            forms.update(written(words, phrase))
        usual = max(forms, key=lambda form: (forms[form], form), default=None)
        return " ".join(usual or (self.cased(word) for word in phrase))

    def score(self, phrase: Phrase, label: int) -> float:
        """How well the texts that hold all content words of `phrase` are those of theme `label`, in 0..1."""
        held = self.holding(phrase)
        inside = self._inside(held, label)
        literal = min(1.0, self.phrases[label][phrase] / inside) if inside else 0.0
        return self._fit(held, label) * _readability(phrase) * (0.6 + 0.4 * literal)

    def pair_score(self, one: Phrase, other: Phrase, label: int) -> float:
        """How well the texts that hold one of two phrases are those of theme `label`, in 0..1."""
        return self._fit(self.holding(one) | self.holding(other), label) * _PAIR

    def holding(self, phrase: Phrase) -> set[int]:
        """Return the texts that hold all content words of `phrase`."""
        roots = {stem(word) for word in phrase if is_content(word) or word in NEGATIONS}
        return set.intersection(*(self.holders[root] for root in roots)) if roots else set()

    def covers(self, phrase: Phrase, label: int) -> float:
        """Return the share of a theme's texts that hold all content words of `phrase`."""
        return self._inside(self.holding(phrase), label) / len(self.spans[label])

    def _inside(self, held: set[int], label: int) -> int:
        return len(held & self.members[label])

    def _fit(self, held: set[int], label: int) -> float:
        inside = self._inside(held, label)
        if not inside:
            return 0.0
        precision, recall = inside / (len(held) + 1.0), inside / len(self.spans[label])
        return (1 + _BETA**2) * precision * recall / (_BETA**2 * precision + recall)


def _readability(phrase: tuple[str, ...]) -> float:
    """Between 0 and 1: two to four words, starting and ending with words that say something."""
    content = [word for word in phrase if is_content(word)]
    telling = [word for word in content if word not in WEAK_WORDS]
    if not telling:
        return 0.05
    length = {1: 0.45, 2: 1.0, 3: 1.0, 4: 0.9}.get(len(phrase), 0.75)
    ends = (0.75 if phrase[0] in WEAK_WORDS or phrase[0] in NEGATIONS else 1.0) * (
        0.85 if phrase[-1] in WEAK_WORDS else 1.0
    )
    loose = 1.0 - 0.1 * sum(1 for word in phrase[1:-1] if not is_content(word) and word not in NEGATIONS)
    return length * ends * max(loose, 0.5)


def _choose(corpus: _Corpus, keep: dict[int, str]) -> dict[int, str]:
    """Give each theme its best name that no other theme has, large themes first."""
    names = dict(keep)
    taken = {_key(name.split()) for name in keep.values()}
    for label in sorted(corpus.sizes, key=lambda each: (-corpus.sizes[each], each)):
        if label in names:
            continue
        ranked = [phrase for phrase in _ranked(corpus, label) if _key(phrase) not in taken]
        parts = _parts(corpus, label, ranked)
        if len(parts) > 1 and _key(word for part in parts for word in part) in taken:
            parts = parts[:1]
        shown = " and ".join(corpus.shown_as(part, label) for part in parts) or _fallback(corpus, label, taken)
        names[label] = shown
        taken.add(_key(shown.lower().split()))
    return names


def _parts(corpus: _Corpus, label: int, ranked: Sequence[Phrase]) -> list[Phrase]:
    """Return the phrase that names a theme, and perhaps one to stand beside it; none where `ranked` is empty."""
    if not ranked:
        return []
    name = ranked[0]
    more = _companion(corpus, label, name, ranked)
    if more and _bare(name) and _bare(more):
        name = _fuller(corpus, label, name, ranked)
        more = _companion(corpus, label, name, ranked)
    return [name, more] if more else [name]


def _bare(phrase: Phrase) -> bool:
    return sum(word not in NEGATIONS for word in phrase) == 1


def _fuller(corpus: _Corpus, label: int, word: Phrase, ranked: Sequence[Phrase]) -> Phrase:
    """Return a phrase around a bare word that says most of what it says: "activation code", not "code and activate"."""
    least = corpus.score(word, label) * _FULLER
    return next((p for p in ranked if len(p) <= 3 and _key(p) > _key(word) and corpus.score(p, label) >= least), word)


def _companion(corpus: _Corpus, label: int, name: Phrase, ranked: Sequence[Phrase]) -> Phrase | None:
    """Return the phrase that says clearly more beside a bare word, or beside one that covers little of its theme.

    Few themes are one thing in one wording: of "filter" and "allergy" either says half. None where none says more.
    """
    alone = corpus.score(name, label)
    if alone >= (_CLEAR if len(name) > 1 else _CLEAR_WORD):
        return None
    others = [p for p in ranked[:_TRIED_BESIDE] if len(p) <= 2 and not _key(p) & _key(name) and not {*p} & _LOOSE_ENDS]
    others = [p for p in others if corpus.covers(p, label) >= _COVERS]
    others.sort(key=lambda p: -corpus.score(p, label) * _readability(p))
    return next((p for p in others if corpus.pair_score(name, p, label) > alone * _SAYS_MORE), None)


def _key(words: Iterable[str]) -> frozenset[str]:
    return frozenset(stem(word) for word in words if is_content(word) or word in NEGATIONS)


def _ranked(corpus: _Corpus, label: int) -> list[tuple[str, ...]]:
    """Return the candidate phrases of a theme, best first."""
    counts = corpus.phrases[label]
    least = 2 if corpus.sizes[label] >= 5 else 1
    quick = {
        phrase: count * _readability(phrase) * sum(corpus.weight(stem(w), label) for w in phrase if is_content(w))
        for phrase, count in counts.items()
        if count >= least
    }
    tried = sorted(quick, key=lambda phrase: (-quick[phrase], phrase))[:_TRIED]
    scores = {phrase: corpus.score(phrase, label) for phrase in tried}
    return sorted(scores, key=lambda phrase: (-scores[phrase], phrase))


def _fallback(corpus: _Corpus, label: int, taken: set[frozenset[str]]) -> str:
    """Return a name from the terms where no phrase is free, numbered if even those are taken."""
    terms = corpus.terms(label)
    for end in range(1, len(terms) + 1):
        if _key(terms[:end]) not in taken:
            return ", ".join(terms[:end])
    return f"theme {label + 1}"
