"""Phrases: the word groups of texts, in a form that can be counted and still be shown."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

_TOKEN = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*|[^\w\s'’\-]|_+|\n")
_MASK = re.compile(r"^(?:x{2,}|\d.*|_+|[^\w]+)$", re.IGNORECASE)


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


FUNCTION_WORDS = _words(
    """
    a an the this that these those my your his her its our their mine i me you he him she it we us they them who
    whom whose which what when where why how there here of to in on at by for from with without into onto out off
    over under up down about as than then and or but nor so if because while until although though since after
    before during between through within against is am are was were be been being do does did doing done have has
    had having will would shall should can could may might must not no don't doesn't didn't isn't aren't wasn't
    weren't won't can't cannot couldn't wouldn't shouldn't hasn't haven't hadn't ain't dont didnt doesnt cant wont
    isnt wasnt hasnt havent i'm i've i'd i'll it's that's there's what's you're we're they're he's she's let's
    he'd she'd we'd you'd they'd it'd who'd i'd im
    ive id ill s t m re ve ll d all any both each few more most other some such only own same too very just also
    even ever never always still yet now again once please thanks thank hi hello hey dear sir madam ok okay yes
    like well really quite much many lot lots around upon per via toward towards across along
    """
)
"""Words that tie others together: a phrase neither starts nor ends with one, save a negation at its start."""

WEAK_WORDS = _words(
    """
    want wanted need needed know tell told said say says saying get gets got getting go goes going went come came
    make makes made making take takes took taken see seen saw look looking think thought feel felt find found try
    tried trying use used using work works give gave given put let help ask asked asking able thing things
    something anything nothing everything someone anyone way ways time times day days today yesterday week weeks
    month months year years people person one two three first second last next new old good bad great nice best
    better able sure right long little bit big small possible wondering wonder happen happened happening
    understand keep keeps show shows showing seem seems explain reason issue issues problem problems question
    questions mean means believe start started called contacted spoke talked stated emailed wrote received itself back
    another figure figured monday tuesday wednesday thursday friday saturday sunday january february march april june
    july august september october november december morning evening night tomorrow tonight
    """
)
"""Words that say little on their own: a phrase of these alone is no name."""

NEGATIONS = _words(
    """
    not no never without cannot can't don't doesn't didn't won't isn't wasn't hasn't haven't couldn't wouldn't
    aren't
    """
)


LINKS = _words("of for to in on at by from with without into off out up down")
"""With negations the only words that may tie a phrase together: "box has ingredients" is a sentence, not a name."""

PARTICLES = frozenset({"up", "off", "out", "down"})
"""Words that end a verb's or a noun's phrase: "top up", "log out"."""


class Word(NamedTuple):
    """A word as its text shows it, in lower case with a straight apostrophe, and its stem."""

    shown: str
    low: str
    root: str


Run = tuple[Word, ...]


@dataclass(frozen=True, kw_only=True)
class Words:
    """A text as runs of words: a mark of punctuation, a number or a mask ends a run."""

    runs: tuple[Run, ...]


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Return `word` without its English inflection, so that "cards", "card's" and "card" are one."""
    word = word.lower().replace("’", "'").removesuffix("'s")
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    for ending in ("ing", "ed", "es", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith(("ss", "us", "is")):
            word = word[: -len(ending)]
            break
    if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "lsz":
        word = word[:-1]
    return word.removesuffix("e") if len(word) > 4 else word


def read_words(text: str, *, most: int) -> Words:
    """Split `text` into runs of words, the first `most` words of it."""
    runs: list[Run] = []
    run: list[Word] = []
    count = 0
    for token in _TOKEN.findall(text):
        word = _word(token)
        if word is None:
            if run:
                runs.append(tuple(run))
            run = []
            continue
        run.append(word)
        count += 1
        if count >= most:
            break
    if run:
        runs.append(tuple(run))
    return Words(runs=tuple(runs))


@lru_cache(maxsize=100_000)
def _word(token: str) -> Word | None:
    """Return the word that `token` is, None for what ends a run."""
    return None if _MASK.match(token) else Word(token, token.lower().replace("’", "'"), stem(token))


@lru_cache(maxsize=100_000)
def is_content(word: str) -> bool:
    """Whether `word` can carry a name: no tie word, no bare letter."""
    return len(word) > 1 and word.lower().replace("’", "'") not in FUNCTION_WORDS


def candidates(words: Words, *, longest: int = 5) -> set[tuple[str, ...]]:
    """Return the phrases of 1 to `longest` words, lower case, that start, go on and end well."""
    found: set[tuple[str, ...]] = set()
    for run in words.runs:
        lower = [word.low for word in run]
        good = [is_content(word) for word in lower]
        for start, word in enumerate(lower):
            if not (good[start] or word in NEGATIONS):
                continue
            for end in range(start + 1, min(start + longest, len(lower)) + 1):
                last = lower[end - 1]
                if good[end - 1] or (end - start > 1 and last in PARTICLES and good[end - 2]):
                    found.add(tuple(lower[start:end]))
                elif end - start > 1 and last not in LINKS and last not in NEGATIONS:
                    break
    return found


def written(words: Words, phrase: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the ways in which a text writes `phrase` (lower case), where the capitals are not only a beginning's."""
    for run in words.runs:
        for start in range(len(run) - len(phrase) + 1):
            if run[start].low != phrase[0] or tuple(word.low for word in run[start : start + len(phrase)]) != phrase:
                continue
            form = tuple(word.shown for word in run[start : start + len(phrase)])
            if start or form[0].islower() or (len(form) > 1 and form[1][0].isupper()):
                yield form


def usual_casing(words: Sequence[Words]) -> dict[str, str]:
    """Return, per lower-case word that is mostly written otherwise inside sentences, its usual form ("ATM")."""
    counts = Counter(
        (word.low, word.shown)
        for text in words
        for number, run in enumerate(text.runs)
        for place, word in enumerate(run)
        if place or (number and not word.shown[0].isupper())
    )
    total: Counter[str] = Counter()
    for (low, _), count in counts.items():
        total[low] += count
    return {low: form for (low, form), count in counts.items() if form != low and count * 2 > total[low]}
