"""Lexicon: words of feeling counted in a text, with what turns, strengthens or weakens them."""

import math
import re
from functools import cache, lru_cache
from importlib.resources import files

_TOKEN = re.compile(r"[^\W_]+(?:'[a-z]+)?|[.!?;,\n]")
_STOPS = frozenset(".!?;,\n")
_TURNING = frozenset(
    ("not", "no", "never", "none", "nobody", "nothing", "neither", "nor", "without", "hardly", "barely", "cannot",
     "lack", "lacks", "lacked", "rarely", "seldom")
)  # fmt: skip
_STRONG = frozenset(
    ("very", "extremely", "really", "so", "absolutely", "totally", "completely", "incredibly", "highly", "truly", "too",
     "utterly", "particularly")
)  # fmt: skip
_FAINT = frozenset(["bit", "little", "somewhat", "slightly", "fairly", "quite", "rather", "mildly"])
_TURNED, _STRONGER, _FAINTER = -0.6, 1.4, 0.6
"""A turned word weighs less than its opposite: "not good" is milder than "bad"."""
_REACH = 3
_DAMPING = 8.0

_ENDINGS = (("ies", "y"), ("s", ""), ("es", ""), ("ed", ""), ("d", ""), ("ing", ""), ("ing", "e"), ("ly", ""))
Term = tuple[str, ...]


def tone(text: str) -> float:
    """Return the balance of a text's words of feeling: 0 without any, ±0.7 for one strong word.

    It grows with the words that agree, slowly: the sum of weights is divided by the root of 8 plus the sum of their
    squares, so that a long text that is of two minds stays near 0.
    """
    weights = _weights(_TOKEN.findall(text.lower().replace("’", "'").replace(" n't", "n't")))
    return sum(weights) / math.sqrt(_DAMPING + sum(w * w for w in weights)) if weights else 0.0


def _weights(tokens: list[str]) -> list[float]:
    """Return the weight of each word or phrase of feeling, in order, the longest reading first."""
    phrases, found = _lexicon()[1], []
    at = 0
    while at < len(tokens):
        weight, length = 0.0, 1
        for phrase, worth in phrases.get(tokens[at], ()):
            if tuple(tokens[at : at + len(phrase)]) == phrase:
                weight, length = worth, len(phrase)
                break
        weight = weight or _word(tokens[at])
        if weight:
            found.append(weight * _bent(tokens, at))
        at += length
    return found


def _bent(tokens: list[str], at: int) -> float:
    """Return the factor by which the words just before bend a word: a negation in reach, an intensifier next to it."""
    factor = 1.0
    for distance, token in enumerate(reversed(tokens[max(0, at - _REACH) : at]), start=1):
        if token in _STOPS:
            break
        if factor > 0 and (token in _TURNING or token.endswith("n't")):
            factor *= _TURNED
        elif distance == 1 and token in _STRONG:
            factor *= _STRONGER
        elif distance <= 2 and token in _FAINT:
            factor *= _FAINTER
    return factor


@lru_cache(maxsize=100_000)
def _word(token: str) -> float:
    """Return the weight of a single word, looked for as it stands and then without a common ending."""
    words = _lexicon()[0]
    if token in words:
        return words[token]
    for ending, instead in _ENDINGS:
        stem = token[: -len(ending)] + instead
        if token.endswith(ending) and len(token) - len(ending) >= 3 and stem in words:
            return words[stem]
    return 0.0


@cache
def _lexicon() -> tuple[dict[str, float], dict[str, list[tuple[Term, float]]]]:
    """Return the weights of single words, and the phrases by their first word, longest first."""
    words: dict[str, float] = {}
    phrases: dict[str, list[tuple[Term, float]]] = {}
    for term, weight in entries():
        if len(term) == 1:
            words[term[0]] = weight
        else:
            phrases.setdefault(term[0], []).append((term, weight))
    for options in phrases.values():
        options.sort(key=lambda option: -len(option[0]))
    return words, phrases


def entries() -> list[tuple[Term, float]]:
    """Return every line of the lexicon as terms with their weights, in the order of the file."""
    found = []
    for line in (files("knowledge.sentiment") / "words.txt").read_text(encoding="utf-8").splitlines():
        weight, _, terms = line.partition(":")
        if terms and not line.startswith("#"):
            found += [(tuple(_TOKEN.findall(term.strip().lower())), float(weight)) for term in terms.split(",")]
    return found
