"""Openings: what the words of half a sentence say about the question before: replace, add, leave out, go on, pick.

The patterns stand in openings.tsv.
"""

import re
from functools import cache
from importlib.resources import files
from typing import Literal, cast

from assistant.questions.question import Intent

Opening = Literal["about", "and", "also", "only", "except", "no", ""]

_LISTS = {
    "{LEAD}": r"^(?:(?:and|but|ok(?:ay)?|so|then|now|well|hm+|please|great|thanks|thank you|thx|cheers"
    r"|nice|perfect|sorry|cool)[, .!]+)*",
    "{COUNTED}": r"(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|a few|some|any|LIMIT)",
    "{THINGS}": r"(?:ones?|quotes?|examples?|themes?|issues?|problems?|complaints?|reviews?|comments?|verbatims?"
    r"|pain points?|pains?|results?|customers?|of (?:them|those|these|that))",
    "{ITEM}": r"(?:one|theme|issue|problem|pain point|pain|point|item|topic|complaint|option|choice|stage|question"
    r"|entry|result)",
}
_NOT_THIS = re.compile(r"^not (?:[^,]{1,60}?)(?:,? but|, rather|,) (?:rather )?(?=\w)")
"""Ends before what is meant: "not Q3 but "."""
_NTH = {
    "first": 1, "former": 1, "top": 1, "one": 1, "second": 2, "two": 2, "third": 3, "three": 3, "fourth": 4, "four": 4,
    "fifth": 5, "five": 5, "last": 0, "latter": 0, "bottom": 0,
}  # fmt: skip


@cache
def _table(name: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    lines = files("assistant.questions").joinpath("openings.tsv").read_text("utf-8").splitlines()
    found = []
    for line in lines:
        if not line or line.startswith("#"):
            continue
        table, key, pattern = line.split("\t")
        for word, listed in _LISTS.items():
            pattern = pattern.replace(word, listed)
        if table == name:
            found.append((key, re.compile(pattern)))
    return tuple(found)


def opening_of(low: str) -> tuple[Opening, int, int]:
    """Return how half a sentence begins (or ends) and where the rest stands, as `[start, end)` of `low`."""
    for kind, pattern in _table("opening"):
        match = pattern.match(low)
        if not match or not re.search(r"\w", low[match.end() :]):
            continue
        start = match.end()
        if kind in ("no", "except", "and") and (contrast := _NOT_THIS.match(low[start:])):
            return "no", start + contrast.end(), len(low)
        if kind in ("and", "about") and (ending := _ending(low, start)):
            return ending[0], start, ending[1]
        return cast("Opening", kind), start, len(low)
    ending = _ending(low, 0)
    return (ending[0], 0, ending[1]) if ending else ("", 0, len(low))


def _ending(low: str, start: int) -> tuple[Opening, int] | None:
    for kind, pattern in _table("ending"):
        if (found := pattern.search(low, start)) and found.start() > start:
            return cast("Opening", kind), found.start()
    return None


def item_of(low: str) -> tuple[int, tuple[int, int]] | None:
    """Return which item of a list is meant (1 for the first, 0 for the last) and where that is said; else None."""
    for _, pattern in _table("item"):
        if match := pattern.search(low):
            said = match[1]
            return (_NTH[said] if said in _NTH else int(re.sub(r"\D", "", said))), match.span()
    return None


def kind_of(low: str) -> Intent | None:
    """Return the kind of answer that half a sentence asks for; None where it does not say."""
    return next((cast("Intent", kind) for kind, pattern in _table("kind") if pattern.search(low)), None)


def dropped(canonical: str) -> set[str]:
    """Return which conditions are taken back: "filters" (all of them), "segments", "channel", "stages", "period"."""
    return {name for name, pattern in _table("dropped") if pattern.search(canonical)}


def asks_for_more(low: str) -> bool:
    """Return whether the same list is asked for, from where it stopped."""
    return any(pattern.match(low) for _, pattern in _table("more"))


def agrees(low: str) -> bool:
    """Return whether somebody says yes to what was offered."""
    return any(pattern.match(low) for _, pattern in _table("yes"))


def points_back(canonical: str) -> bool:
    """Return whether a word points back at what was said before: "it", "that", "those"."""
    return any(pattern.search(canonical) for _, pattern in _table("back"))
