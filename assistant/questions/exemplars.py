"""A classifier over exemplars: which intent's example questions lie nearest. The tie-break of the intent rules."""

from functools import cache
from importlib.resources import files
from typing import cast

import numpy as np

from assistant.questions.intents import Verdict
from assistant.questions.question import Intent
from knowledge.embedding import Embedder, Vectors

_SPOKEN = {
    "STAGE": "onboarding", "PERIOD": "last quarter", "BASELINE": "compared with the quarter before",
    "METRIC": "satisfaction score", "VALUE": "enterprise", "CHANNEL": "email", "SEGMENT": "plan",
    "THEME": "theme T12", "LIMIT": "three", "RATING": "one star", "UNKNOWN": "something",
}  # fmt: skip
_NEAREST = 3
_SHARPNESS = 18.0
_UNSURE = 0.34
_RULE_BONUS = 0.12


@cache
def exemplars() -> tuple[tuple[Intent, str], ...]:
    """Return the exemplars of exemplars.tsv: intent and canonical text."""
    lines = files("assistant.questions").joinpath("exemplars.tsv").read_text("utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return tuple((cast("Intent", intent), text) for intent, text in pairs)


def by_example(canonical: str, embedder: Embedder, rules: Verdict | None) -> Verdict | None:
    """Return the intent whose exemplars lie nearest to a canonical text; what the rules say weighs in.

    The score of an intent is the mean cosine of its three nearest exemplars. Where even the nearest is far, the
    verdict is "unknown", unless rules spoke.
    """
    scores = _scores(canonical, embedder)
    if not scores:
        return rules
    if max(scores.values()) < _UNSURE and not rules:
        return Verdict(intent="unknown", confidence=0.7, firm=False)
    if rules:
        scores[rules.intent] = scores.get(rules.intent, 0.0) + _RULE_BONUS * rules.confidence
    intents = list(scores)
    values = np.array([scores[intent] for intent in intents])
    odds = np.exp(_SHARPNESS * (values - values.max()))
    best = int(values.argmax())
    return Verdict(intent=intents[best], confidence=round(float(odds[best] / odds.sum()), 3), firm=False)


def _scores(canonical: str, embedder: Embedder) -> dict[Intent, float]:
    vector = embedder.encode([spoken(canonical)])[0]
    cosines = _vectors(embedder) @ vector
    by_intent: dict[Intent, list[float]] = {}
    for (intent, _), cosine in zip(exemplars(), cosines, strict=True):
        by_intent.setdefault(intent, []).append(float(cosine))
    return {intent: float(np.mean(sorted(found)[-_NEAREST:])) for intent, found in by_intent.items()}


def spoken(canonical: str) -> str:
    """Return a canonical text as somebody would say it, so that a model meets words that it knows."""
    for mark, words in _SPOKEN.items():
        canonical = canonical.replace(mark, words)
    return canonical


_ENCODED: dict[str, Vectors] = {}


def _vectors(embedder: Embedder) -> Vectors:
    """Return the exemplars' vectors, encoded once per model and process."""
    if embedder.model_id not in _ENCODED:
        _ENCODED[embedder.model_id] = embedder.encode([spoken(text) for _, text in exemplars()])
    return _ENCODED[embedder.model_id]
