"""Word lists of the question rules, read from words.tsv."""

from importlib.resources import files


def _read() -> dict[str, frozenset[str]]:
    lists: dict[str, set[str]] = {}
    for line in files("assistant.questions").joinpath("words.tsv").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            name, words = line.split("\t")
            lists.setdefault(name, set()).update(words.split())
    return {name: frozenset(words) for name, words in lists.items()}


_LISTS = _read()
FUNCTION = _LISTS["function"]
"""Words that carry no topic anywhere."""
STOP = FUNCTION | _LISTS["asking"]
"""Words that carry no topic where no marker ("about") introduces them."""
SOFT = FUNCTION | _LISTS["soft"]
"""Words that are cut from the edges of a topic that a marker introduces."""
KEYWORDS = _LISTS["keywords"]
WELL_SPELT = KEYWORDS | STOP | _LISTS["times"]
PLAIN = _LISTS["plain"]
PLACE = _LISTS["place"]
STAGE_LEAD = PLACE | _LISTS["stage_lead"]
PEOPLE = _LISTS["people"]
SAID = _LISTS["said"]
FOLLOWS = _LISTS["follows"]
CHANNELS = _LISTS["channels"]
SITES = _LISTS["sites"]
GROUPS = _LISTS["groups"]
ATTRIBUTES = _LISTS["attributes"]
"""What people are: a column may hold it; where none does, it is no subject either."""
METRICS = _LISTS["metrics"]
ADJECTIVES = STOP | _LISTS["adjectives"]
AFTER_NAME = STOP | _LISTS["after_name"]
LEGAL = _LISTS["legal"]
DESCRIBING = _LISTS["describing"]
TRADE = _LISTS["trade"]
"""Words of a trade in companies' names, which people leave out: "Qantas Airways"."""
SHORTHAND = dict(pair.split("=") for pair in _LISTS["shorthand"])
"""What people type for a word of our lists, and that word."""
LISTED = frozenset(word for words in _LISTS.values() for word in words)
"""Every word of every list."""
