"""Names: how stages, metrics, channels and segment values may be written, and the look-up of them in a text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from assistant.questions.words import WELL_SPELT
from knowledge.journey import Stage
from knowledge.metrics import Metric

Kind = Literal["stage", "alias", "touchpoint", "saying", "metric", "value", "segment", "theme"]

# What people call the default stages. Only for a map that has a stage of this id; a map's own aliases come first.
_ALSO_CALLED = {
    "awareness": ("discovery",),
    "consideration": ("evaluation",),
    "purchase": ("checkout", "buying", "purchasing"),
    "onboarding": ("on boarding", "sign up", "signup", "setup", "set up", "getting started", "activation"),
    "use": ("usage", "everyday use", "daily use", "regular use"),
    "retention": ("renewal", "renewals", "churn", "cancellation"),
    "advocacy": ("referral", "referrals"),
}

# What customers do in a default stage: these need "while", "when", "during" … before them.
_DOING = {
    "awareness": ("discovering us", "finding us", "hearing about us", "first hear of us", "they discover us"),
    "consideration": ("comparing", "evaluating", "considering", "deciding", "choosing", "they compare", "researching"),
    "purchase": ("buying", "paying", "ordering", "checking out", "purchasing", "they buy", "they pay", "they order"),
    "onboarding": ("signing up", "setting up", "getting started", "registering", "they sign up", "they get started",
                   "starting out", "they start", "onboarding", "they join", "joining"),
    "use": ("using it", "using the product", "using the app", "using the service", "they use it", "using our product"),
    "retention": ("renewing", "cancelling", "canceling", "leaving us", "they renew", "they cancel", "they leave"),
    "advocacy": ("recommending us", "referring friends", "they recommend us", "recommending"),
}  # fmt: skip


# What people call well-known metrics; a metric's own aliases come first.
_METRIC_CALLED = {
    "csat": (
        "satisfaction",
        "customer satisfaction",
        "satisfaction score",
        "average rating",
        "mean rating",
        "average star rating",
        "average score",
        "mean score",
    ),
    "nps": ("net promoter score", "promoter score"),
    "ces": ("customer effort", "effort score", "customer effort score"),
    "churn": ("churn rate", "churned", "attrition", "attrition rate"),
    "conversion": ("conversion rate",),
    "on-time delivery": ("arrived on time", "delivered on time", "deliveries on time", "punctuality"),
    "first response time": (
        "time to first response",
        "time to respond",
        "first reply time",
        "response time",
        "first reply",
        "first response",
        "first answer",
        "reply time",
    ),
    "activation": ("activation rate", "activated"),
    "engagement": ("engagement rate",),
    "retention rate": ("retained",),
}


@dataclass(frozen=True, kw_only=True)
class Name:
    """One way to write one thing: `words` are the stems to look for; `field` is the filter that a value belongs to.

    A `short` name is one telling word of several: it needs its place in the sentence, see `places.py`. So does a
    `family`: one word that several values of the field have ("leisure"), which means all of them. `otherwise` is the
    value that is meant where a column of yes and no is denied: "no timely response".
    """

    kind: Kind
    target: str
    words: tuple[str, ...]
    field: str = ""
    short: bool = False
    family: bool = False
    otherwise: str | None = None


def stem(word: str) -> str:
    """Return a word without its plural or genitive ending: enough to link names, not meant for language."""
    word = word.removesuffix("'s").removesuffix("'")
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "ches", "shes", "xes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def words_of(text: str) -> tuple[str, ...]:
    """Return the stems of a name, punctuation gone."""
    clean = "".join(c if c.isalnum() or c == "'" else " " for c in text.lower())
    return tuple(stem(word.strip("'")) for word in clean.split() if word.strip("'"))


def stage_names(stage: Stage) -> list[Name]:
    """Return the ways to write a stage: name and id, aliases, touchpoints, and what customers do in it."""
    found = [
        Name(kind="stage", target=stage.id, words=words_of(name)) for name in dict.fromkeys((stage.name, stage.id))
    ]
    aliases = (*stage.aliases, *_ALSO_CALLED.get(stage.id, ()))
    found += [Name(kind="alias", target=stage.id, words=words_of(name)) for name in aliases]
    found += [Name(kind="touchpoint", target=stage.id, words=words_of(name)) for name in stage.touchpoints]
    sayings = (*_DOING.get(stage.id, ()), *stage.words)
    found += [Name(kind="saying", target=stage.id, words=words_of(name)) for name in sayings]
    return [name for name in found if name.words]


def metric_names(metric: Metric) -> list[Name]:
    """Return the ways to write a metric: its id, name and aliases, and what such a metric is called anyway."""
    called = [name for key in (metric.id, metric.name.lower()) for name in _METRIC_CALLED.get(key, ())]
    written = dict.fromkeys((metric.id, metric.name, *metric.aliases, *called))
    return [Name(kind="metric", target=metric.id, words=words) for name in written if (words := words_of(name))]


def segment_names(segment: str) -> list[Name]:
    """Return the ways to write a segment's own name: "plan"; "airline name" and "airline" for "airline_name"."""
    words = words_of(segment)
    short = words[:-1] if words[-1:] in (("name",), ("id",), ("code",)) else ()
    return [Name(kind="segment", target=segment, words=written) for written in (words, short) if written]


def theme_names(themes: Iterable[tuple[str, str]]) -> list[Name]:
    """Return the names of themes, for "the late delivery theme"."""
    return [Name(kind="theme", target=theme, words=words) for theme, name in themes if (words := words_of(name))]


class Index:
    """Names by their words: exact look-up, near look-up for slips of the keyboard, nearest for suggestions."""

    def __init__(self, names: Sequence[Name]) -> None:
        self._by_words: dict[tuple[str, ...], list[Name]] = {}
        self._near: dict[tuple[str, int], list[str]] = {}
        self._joined: dict[str, list[Name]] = {}
        for name in names:
            known = self._by_words.setdefault(name.words, [])
            if name not in known:
                known.append(name)
        for words, found in self._by_words.items():
            joined = " ".join(words)
            self._joined.setdefault("".join(words), []).extend(found)
            if any(len(joined) >= (7 if name.short else 5) and name.kind not in ("theme", "saying") for name in found):
                self._near.setdefault((joined[0], len(words)), []).append(joined)
        self.longest = min(max((len(words) for words in self._by_words), default=0), 8)
        self.words = frozenset(word for words in self._by_words for word in words)

    def exact(self, words: Sequence[str]) -> list[Name]:
        """Return the names written exactly so, or so when joined ("on boarding"), plural and case aside."""
        stems = tuple(stem(word) for word in words)
        return self._by_words.get(stems) or (self._joined.get("".join(stems), []) if len(stems) == 2 else [])

    def near(self, words: Sequence[str]) -> list[Name]:
        """Return the names one slip away (two from nine letters on), the first letter being right; else none."""
        joined = " ".join(stem(word) for word in words)
        if len(joined) < 5 or not joined.replace(" ", "").isalpha():
            return []
        slips = 2 if len(joined) >= 9 else 1
        candidates = self._near.get((joined[0], len(words)), [])
        for name, _, _ in process.extract(joined, candidates, scorer=OSA.distance, score_cutoff=slips, limit=5):
            known = tuple(str(name).split(" "))
            if all(self._alike(one, other) for one, other in zip(joined.split(" "), known, strict=True)):
                return self._by_words[known]
        return []

    def _alike(self, one: str, other: str) -> bool:
        """Whether a word is another with at most one slip in five letters.

        What is a word of its own is no slip ("credit" for "Credito"), nor is a word that only goes on or stops short.
        """
        if one == other:
            return True
        if one in self.words or one in WELL_SPELT or one.startswith(other) or other.startswith(one):
            return False
        return OSA.distance(one, other) * 5 <= max(len(one), len(other))


_FEW = 20


def nearest(asked: str, known: Iterable[str], limit: int = 3) -> tuple[str, ...]:
    """Return up to `limit` of `known`, most alike first.

    Where nothing is alike, the first of them as they come, if they are few: of many, three at random help nobody.
    """
    listed = list(dict.fromkeys(known))
    scored = process.extract(asked.lower(), listed, scorer=_likeness, processor=str.lower, limit=limit)
    alike = [str(name) for name, score, _ in scored if score >= 55]
    return tuple(alike) or (tuple(listed[:limit]) if len(listed) <= _FEW else ())


def _likeness(one: str, other: str, **_: object) -> float:
    """Return 0 to 100: the share of letters that agree in order; a part of a name counts from five letters on."""
    within = fuzz.partial_ratio(one, other) if min(len(one), len(other)) >= 5 else 0.0
    return max(fuzz.ratio(one, other), within if within >= 90 else 0.0)
