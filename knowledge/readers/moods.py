"""Feelings and the scores 1..5 of Mermaid's journey diagrams: a score becomes a feeling in words, and back."""

import re

LABELS = {1: "very unhappy", 2: "unhappy", 3: "neutral", 4: "happy", 5: "very happy"}

_WORDS = {
    1: "angry furious desperate betrayed outraged horrified devastated awful terrible hopeless trapped exasperated",
    2: "annoyed frustrated anxious worried confused unsure doubtful nervous tense impatient uncertain overwhelmed "
    "wary disappointed sad stressed lost skeptical sceptical uneasy irritated insecure bored suspicious afraid tired "
    "helpless ignored reluctant hesitant pressed upset",
    4: "pleased satisfied happy hopeful relieved interested confident amused relaxed curious generous charmed calm "
    "comfortable glad attached grateful trusting motivated reassured secure welcome content encouraged optimistic "
    "safe valued hungry",
    5: "delighted excited proud thrilled loved enthusiastic joyful amazed ecstatic fulfilled inspired overjoyed",
}
_SCORE_OF = {word: score for score, words in _WORDS.items() for word in words.split()}
_STATED = re.compile(r"\((-?[\d.]+(?:e[+-]?\d+)?) of 5\)\s*$")
_TURNS = re.compile(r"\b(?:then|finally|but)\b", re.IGNORECASE)


def feeling_of(score: float) -> str:
    """Return a score in words, with its number: `unhappy (2 of 5)`."""
    nearest = min(5, max(1, round(score)))
    return f"{LABELS[nearest]} ({score:.15g} of 5)"


def stated_score(feeling: str) -> float | None:
    """Return the score that a feeling states as `feeling_of` writes it; None where it states none."""
    stated = _STATED.search(feeling)
    try:
        return float(stated[1]) if stated else None
    except ValueError:
        return None


def score_of(feeling: str) -> float | None:
    """Return the score of a feeling: the one stated, else that of its words; None where no word tells.

    Words that disagree are averaged; what comes after "then" or "but" counts alone, for it is how the step ends.
    """
    stated = stated_score(feeling)
    if stated is not None:
        return stated
    for part in reversed(_TURNS.split(feeling)):
        found = [_SCORE_OF[word] for word in re.findall(r"[a-z]+", part.lower()) if word in _SCORE_OF]
        if found:
            return float(round(sum(found) / len(found)))
    return None


def polarity_of(feeling: str) -> bool | None:
    """Say whether a feeling is a good one (True) or a bad one (False); None where it is neither, mixed or unknown."""
    stated = stated_score(feeling)
    if stated is not None:
        return None if 2 < stated < 4 else stated >= 4
    scores = {_SCORE_OF[word] for word in re.findall(r"[a-z]+", _TURNS.split(feeling)[-1].lower()) if word in _SCORE_OF}
    if not scores or (min(scores) < 3 < max(scores)):
        return None
    return min(scores) > 3
