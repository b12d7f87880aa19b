"""Places: whether a name may stand for a stage, a metric or a value where its words were found.

A word that is also plain English ("use", "other"), that names the subject rather than the source ("about chat"), or
that is only a part of a subject ("billing errors") is no name there.
"""

import re

from assistant.questions.names import Index, Name, stem, words_of
from assistant.questions.reading import Reading, Span, overlaps
from assistant.questions.whereabouts import is_place
from assistant.questions.words import FOLLOWS, FUNCTION, PEOPLE, PLACE, PLAIN, SAID, STAGE_LEAD, STOP

_STAGE_NOUN = ("stage", "phase", "step", "part", "journey")
_ANSWERS = ("yes", "no", "none", "true", "false", "other", "unknown")
"""Values that say something only beside their segment's name ("timely response no")."""
_ABOUT = ("about", "regarding", "concerning", "mention", "mentions", "mentioning", "mentioned", "with", "like")


def stands(reading: Reading, name: Name, at: int, size: int, taken: list[Span], index: Index) -> bool:
    """Return whether a name may stand at this place."""
    before, after = word_at(reading, at - 1), stem(word_at(reading, at + size))
    first = reading.tokens[at]
    if name.kind == "theme":
        return _theme_stands(reading, at, size, before, after)
    if name.kind == "saying":
        return _before_doing(reading, at) and (size > 1 or first.word.endswith("ing"))
    if name.kind == "touchpoint":
        return _before_place(reading, at) or after in _STAGE_NOUN
    if name.kind in ("stage", "alias"):
        return _stage_stands(reading, name, at, size, taken, index)
    if name.kind == "value":
        return _value_stands(reading, name, at, size)
    return bool(first.word)


NARROW = ("alias", "touchpoint")
_AFTER_METRIC = frozenset(
    ["rate", "rates", "score", "scores", "value", "level", "miss", "misses", "missed", "meet", "meets", "met", "hit",
     "hits", "beat", "beats", "tank", "tanked",
     "target", "targets", "goal", "goals", "figure", "figures", "jump", "jumped", "spike", "spiked", "follow",
     "followed"]
)  # fmt: skip
"""What follows a metric without making it a part of a subject."""
_MARKERS = frozenset(_ABOUT) | {"around", "with"}


def part_of_topic(reading: Reading, name: Name, at: int, size: int, index: Index, taken: list[Span]) -> bool:
    """Whether a name is only a part of a subject: "billing errors", "about late delivery", "activation code"."""
    if name.kind not in ("alias", "touchpoint", "stage", "metric") or (
        name.kind == "metric" and (size > 1 or len(name.words[0]) < 5)
    ):
        return False
    led = led_by_about(reading, at)
    if name.kind == "metric" and word_at(reading, at + size) in _AFTER_METRIC:
        return False
    timing = word_at(reading, at + size) in ("time", "times", "speed")
    joined_right = timing or has_content(reading, at + size, at + size - 1, index, taken)
    if name.kind == "stage":
        return joined_right and led is not None
    return joined_right


def led_by_about(reading: Reading, at: int) -> int | None:
    """Return where "about" or its like stands, up to four words before in the same clause; else None."""
    for i in range(at - 1, max(-1, at - 5), -1):
        if set(reading.low[reading.tokens[i].end : reading.tokens[i + 1].start]) & set(",.;:!?"):
            return None
        if reading.tokens[i].word in _MARKERS:
            return i
        if reading.tokens[i].word in PLACE:
            return None
    return None


_FIRM_KINDS = ("stage", "metric", "value", "segment")


def has_content(reading: Reading, at: int, beside: int, index: Index, taken: list[Span]) -> bool:
    """Whether a word of its own meaning stands at `at`, in one phrase with the word at `beside`."""
    word = word_at(reading, at)
    if not word.isalpha() or len(word) < 3 or word in STOP or stem(word) in STOP or stem(word) in _STAGE_NOUN:
        return False
    if overlaps((reading.tokens[at].start, reading.tokens[at].end), taken):
        return False
    first, second = reading.tokens[min(at, beside)], reading.tokens[max(at, beside)]
    return reading.low[first.end : second.start] in (" ", "-") and not any(
        name.kind in _FIRM_KINDS for name in index.exact([word])
    )


def _stage_stands(reading: Reading, name: Name, at: int, size: int, taken: list[Span], index: Index) -> bool:
    before, after = word_at(reading, at - 1), stem(word_at(reading, at + size))
    if size > 1 or reading.tokens[at].word not in PLAIN:
        return True
    if any(each.kind == "metric" for each in index.exact([after])):
        return True  # "is use csat going down?"
    if after in _STAGE_NOUN or len(reading.tokens) == 1 or _apart(reading, at, size):
        return True
    if at and after in ("and", "or") and "," in reading.low[reading.tokens[at - 1].end : reading.tokens[at].start]:
        return True  # "onboarding, use and retention"
    following = reading.tokens[at + size] if at + size < len(reading.tokens) else None
    timed = following is not None and overlaps((following.start, following.end), taken)
    if before in ("in", "during", "at", "of", "for", "within") and after not in ("to", "of"):
        return True
    if before == "from" and after in ("to", "into", "until"):
        return True  # "the conversion from purchase to onboarding"
    if at == 0 and reading.tokens[at].word in ("compare", "comparing", "use", "try", "order"):
        return not after  # else it is what we are told to do
    follows = timed or not after.isalpha() or (after in STOP and after not in _OBJECTS)
    return (before in STAGE_LEAD or at == 0) and follows


def _apart(reading: Reading, at: int, size: int) -> bool:
    """Whether a name stands between marks: "families, october, use: how did it go?"."""
    before = reading.low[reading.tokens[at - 1].end : reading.tokens[at].start] if at else ","
    following = at + size
    after = reading.low[reading.tokens[following - 1].end :]
    if following < len(reading.tokens):
        after = after[: reading.tokens[following].start - reading.tokens[following - 1].end]
    ends = following == len(reading.tokens) or bool(set(after) & set(",;:+/&|?.!)"))
    return ends and bool(set(before) & set(",;:+/&|("))


_OBJECTS = ("of", "to", "the", "a", "an", "it", "this", "that", "our", "your", "my", "these", "those")


def _value_stands(reading: Reading, name: Name, at: int, size: int) -> bool:
    before, after = word_at(reading, at - 1), stem(word_at(reading, at + size))
    token = reading.tokens[at]
    labelled = stem(before) in _field_words(name) or after in _field_words(name)
    if labelled or (name.field == "language" and before in ("in", "the")):
        return True
    if name.field == "channel":
        return _channel_stands(reading, at, size, before, after)
    said = reading.text[token.at : token.until]
    if name.otherwise:
        return _answered(reading, at, size, before, after)
    if name.family:
        joined = before in ("with", "and", "to", "or", "from") and bool(_COMPARING.search(reading.low))
        return after in PEOPLE or before in _COMPARED or joined
    if name.target.lower() in _ANSWERS:
        return False
    if size == 1 and (token.word in FUNCTION or token.word.isdecimal()):
        written = said == name.target and said.isupper() and said.isalpha() and not reading.shouted and len(said) > 1
        return written or _in_us(reading, at)
    if name.short:
        first = words_of(name.target)[:1] == name.words
        return _short_stands(reading, at, before, after, first=first)
    if size == 1 and token.word in PLAIN:
        beside = PLACE | {"the", "our", "compare", "than", "between"}
        return before in beside or after in PEOPLE or after in ("and", "or", "vs", "versus", "")
    return True


def _in_us(reading: Reading, at: int) -> bool:
    """Whether "us" is the country where it has no capitals: "in us", "uk vs us", "what do us customers say"."""
    if reading.tokens[at].word != "us":
        return False
    before, after = word_at(reading, at - 1), word_at(reading, at + 1)
    beside = [word_at(reading, at - 2)] * (before in _JOINED) + [word_at(reading, at + 2)] * (after in _JOINED)
    if at == 0 and reading.low[2:3] in (":", ","):
        return True
    return before == "in" or (stem(after) in PEOPLE and before not in _GIVING) or any(map(is_place, beside))


_JOINED = ("and", "or", "vs", "versus", "than", "with", "to")
_GIVING = frozenset(("give", "show", "tell", "get", "let", "send", "gave", "told", "lets", "like", "left", "leave"))


def _short_stands(reading: Reading, at: int, before: str, after: str, *, first: bool) -> bool:
    """Whether one word of a longer name stands as a name: with a capital, or in a value's place on its own.

    In the place of a topic ("about autopay") only the `first` word of a name does: "AC AutoPay LLC" is not meant.
    """
    token = reading.tokens[at]
    if at > 0 and not reading.shouted and reading.text[token.at].isupper():
        return True
    if before in _ABOUT and not first:
        return False
    led = at == 0 or before in PLACE | set(_ABOUT) | _LEADING
    return led and (not after.isalpha() or after in STOP or after in PEOPLE or after in SAID or after in PLACE)


_COMPARED = frozenset(("compare", "comparing", "between", "than", "vs", "versus", "against"))

_COMPARING = re.compile(r"\b(?:compar|differ|between|versus\b|vs\b)")


def _answered(reading: Reading, at: int, size: int, before: str, after: str) -> bool:
    """Whether the name of a column of yes and no says yes: not where one asks by it, nor where it is a topic."""
    if before in ("by", "per", "across", "each", "which", "what", "every") or after in ("yes", "no", "true", "false"):
        return False
    if size > 1:
        return True
    been = before in ("is", "are", "was", "were", "be", "been", "being", "get", "got", "not") or before.endswith("n't")
    ends = not after.isalpha() or after in STOP or after in PLACE
    return (been and ends) or (after in PEOPLE | SAID and led_by_about(reading, at) is None)


_LEADING = frozenset(
    (
        "the",
        "our",
        "compare",
        "than",
        "between",
        "is",
        "are",
        "was",
        "were",
        "been",
        "does",
        "do",
        "at",
        "against",
        "hurts",
    )
)


def _channel_stands(reading: Reading, at: int, size: int, before: str, after: str) -> bool:
    """Tell a channel from a topic: after "about" it is one, unless what was said there follows ("email complaints")."""
    if size > 1 and word_at(reading, at - 1) not in _ABOUT:
        return True
    if at + size < len(reading.tokens):
        end, start = reading.tokens[at + size - 1].end, reading.tokens[at + size].start
        after = "" if set(reading.low[end:start]) & set(",;/") else after  # "email, chat and review": a list
    lead = [word_at(reading, i) for i in range(max(0, at - 3), at)]
    if after in SAID or after in PEOPLE:
        return True
    skipped = [word for word in lead if word not in ("the", "our", "a", "an", "your", "my")]
    compared = skipped and skipped[-1] == "with" and re.search(r"\b(?:compar|differ)", reading.low)
    if compared:
        return True
    return not (skipped and skipped[-1] in _ABOUT) and not (after and after.isalpha() and after not in STOP and
                                                            before not in PLACE and after not in FOLLOWS)  # fmt: skip


def _field_words(name: Name) -> set[str]:
    return {stem(word) for word in re.findall(r"[^\W_]+", name.field.lower())}


def _theme_stands(reading: Reading, at: int, size: int, before: str, after: str) -> bool:
    low = reading.low
    start, end = reading.tokens[at].start, reading.tokens[at + size - 1].end
    quoted = low[start - 1 : start] in "\"'" and low[end : end + 1] in "\"'" and start > 0 and end < len(low)
    return quoted or after == "theme" or "theme" in (before, word_at(reading, at - 2))


def _before_doing(reading: Reading, at: int) -> bool:
    """Whether "while", "when they are" or the like stands before."""
    doing = {"while", "when", "during", "after", "before", "whilst", "at", "in"}
    between = {"they", "customers", "people", "the", "users", "are", "were", "is", "someone", "you", "we"}
    for i in range(at - 1, max(-1, at - 4), -1):
        if word_at(reading, i) in doing:
            return True
        if word_at(reading, i) not in between:
            return False
    return False


def _before_place(reading: Reading, at: int) -> bool:
    """Whether "in the" or the like stands before; "feedback on" makes a subject instead."""
    place = {"in", "during", "at", "on", "while", "when", "within", "for"}
    lead = at - 2 if word_at(reading, at - 1) in ("the", "our") else at - 1
    return word_at(reading, lead) in place and not (
        word_at(reading, lead) == "on" and stem(word_at(reading, lead - 1)) in SAID
    )


def word_at(reading: Reading, at: int) -> str:
    """Return the word at a position of a reading; empty beyond its ends."""
    return reading.tokens[at].word if 0 <= at < len(reading.tokens) else ""
