"""Intents: which kind of answer a question asks for.

Rules look at a canonical text, in which what was linked is a word in capitals (STAGE, PERIOD, BASELINE, METRIC, VALUE,
CHANNEL, SEGMENT, THEME, LIMIT, RATING). Every rule that fits casts its weight; the heaviest wins and its lead over the
next intent is the confidence. Only where the lead is thin, or no rule fits, an embedding classifier over
exemplars (`exemplars.py`) decides.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import cast

from assistant.questions.question import Intent

_EACH = r"(?:the |our |most |many |some |all |those |these |different |new )*(?:(?:VALUE|CHANNEL|STAGE|RATING) )*"
_NOUNS = (
    r"customers?|clients?|users?|people|folks|members?|subscribers?|consumers?|guests?|passengers?|travell?ers?|buyers?"
    r"|shoppers?|reviewers?|respondents?|accounts?|companies|teams?"
)
_ADJECTIVE = (
    r"(?:(?!(?:do|does|did|are|were|is|was|have|has|had|makes?|made|can|could|should|would|will|drives?)\b)[a-z-]+ )?"
)
_CUSTOMERS = rf"{_EACH}{_ADJECTIVE}(?:{_NOUNS})"
_WHO = rf"{_EACH}(?:{_ADJECTIVE}(?:{_NOUNS})|they|everyone|everybody|anyone|VALUE|CHANNEL)"
_BAD = (
    r"(?:pain ?points?|pains?|complaints?|issues?|problems?|frustrations?|troubles?|concerns?|gripes?|annoyances?"
    r"|difficult(?:y|ies)|grievances?|headaches?|blockers?|obstacles?|hurdles|friction(?: points?)?|bottlenecks?"
    r"|pet peeves?|irritations?|flaws?|weaknesses|weak spots?|show-?stoppers?|deal-?breakers?|hassles?"
    r"|nuisances?|hiccups?|struggles|sore points?)"
)
_TOP = (
    r"(?:top|biggest|main|major|most (?:\w+ )?|largest|worst|key|common|commonest|greatest|serious|severe|critical"
    r"|pressing|urgent|typical|primary|leading|number one|LIMIT)"
)
_MOVE = (
    r"(?:rising|increas\w+|grow(?:ing|n|s)?|grew|getting|got(?:ten)?|become|becoming|improv\w+|declin\w+|fall(?:ing|en|s)?"
    r"|fell|drop(?:ping|ped|s)?|going (?:up|down)|gone (?:up|down)|go(?:es)? (?:up|down)|went (?:up|down)"
    r"|tank(?:s|ed|ing)?|plummet\w*|plung\w+|nosediv\w+|slump\w*|soar\w*|dip(?:s|ped|ping)?"
    r"|worsen\w*|better|worse|stable|steady|chang(?:ed|ing)|rise[sn]?|rose|trending|picking up|slowing|shrink\w+)"
)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A pattern over the canonical text, the intent that it speaks for, and how firmly (0..1)."""

    intent: Intent
    weight: float
    pattern: re.Pattern[str]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The intent, how sure (0..1), and whether the rules alone would do (`firm`)."""

    intent: Intent
    confidence: float
    firm: bool


_LISTS = {"NOUNS": _NOUNS, "WHO": _WHO, "CUSTOMERS": _CUSTOMERS, "BAD": _BAD, "TOP": _TOP, "MOVE": _MOVE}


@cache
def rules() -> tuple[Rule, ...]:
    """Return the rules of rules.tsv, one per intent and weight, their patterns joined."""
    said: dict[tuple[str, float], list[str]] = {}
    for line in files("assistant.questions").joinpath("rules.tsv").read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        intent, weight, pattern = line.split("\t")
        for name, words in _LISTS.items():
            pattern = pattern.replace("{" + name + "}", words)
        said.setdefault((intent, float(weight)), []).append(pattern)
    return tuple(
        Rule(intent=cast("Intent", intent), weight=weight, pattern=re.compile("|".join(patterns)))
        for (intent, weight), patterns in said.items()
    )


_FIRM = 0.9
_LEAD = 0.01


Votes = Mapping[Intent, float]
"""The heaviest rule for each intent for which one fits."""


def votes(canonical: str) -> Votes:
    """Return the votes of the rules over a canonical text."""
    cast_: dict[Intent, float] = {}
    for rule in rules():
        if rule.weight > cast_.get(rule.intent, 0.0) and rule.pattern.search(canonical):
            cast_[rule.intent] = rule.weight
    return cast_


def by_rules(votes: Votes) -> Verdict | None:
    """Return the verdict of the votes; None where there are none."""
    if not votes:
        return None
    ranked = sorted(votes.items(), key=lambda vote: -vote[1])
    (best, weight), rival = ranked[0], ranked[1][1] if len(ranked) > 1 else 0.0
    confidence = weight if weight - rival >= _LEAD else weight - 0.1
    return Verdict(intent=best, confidence=round(confidence, 3), firm=weight >= _FIRM and weight - rival >= _LEAD)
