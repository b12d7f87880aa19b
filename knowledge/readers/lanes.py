"""What people call the parts of a journey map: the labels of lanes, stages and owners, and the texts of a cell."""

import re
from collections.abc import Iterator, Mapping

from knowledge.journey import ACTOR

STAGE = "stage"
STEP = "step"
PARTS: Mapping[str, str] = {
    "action": "actions; user actions; customer actions; activities; customer activities; doing; do; does; behaviour; "
    "behavior; behaviours; tasks; user tasks; what customers do; what they do; journey steps; actions taken",
    "thought": "thoughts; thinking; think; thinks; mindset; questions; key questions; customer thoughts; "
    "user thoughts; what customers think; what they think; expectations; thoughts and questions",
    "feeling": "feelings; feel; feels; emotion; emotions; mood; moods; emotional state; emotional journey; experience; "
    "customer experience; user experience; customer feelings; user emotions; customer emotions; sentiment; "
    "what customers feel; what they feel; emotional response; satisfaction",
    "pain": "pains; pain point; pain points; painpoints; frustrations; frustration; problems; problem; issues; "
    "challenges; barriers; friction; frictions; friction points; obstacles; customer pain points; complaints",
    "opportunity": "opportunities; ideas; idea; improvements; improvement; solutions; recommendations; "
    "how might we; improvement opportunities; opportunities for improvement",
    "touchpoint": "touchpoints; touch point; touch points; channel; channels; interactions; interaction; "
    "customer touchpoints; channels and touchpoints; touchpoints and channels",
    "owner": "owners; team; teams; responsible; responsibility; teams involved; department; departments; "
    "primary owner; internal owner; internal ownership; ownership; accountable",
    "description": "descriptions; goal; goals; customer goal; customer goals; user goal; user goals; summary; "
    "objective; objectives; needs; customer needs; user needs; about; definition",
    "words": "keywords; customer words; typical words; phrases; typical phrases",
    "aliases": "alias; also known as; other names; synonyms",
    ACTOR: "actors; who; persona; personas; people; roles; role; who is involved",
    STAGE: "stages; phase; phases; journey stage; journey stages; journey phase; stage name; phase name; section",
    STEP: "steps; step name; moment; moments; event; task name",
}
CUSTOMER_LANES = ("action", "thought", "feeling", "pain", "opportunity", "touchpoint")
"""A table without any of these is about something else."""

_PART_OF = {label: part for part, labels in PARTS.items() for label in (part, *labels.split("; "))}
_NUMBERED = re.compile(
    r"^(?:(?:stage|phase|step)\s*\d+\s*[:.)–—-]*\s*|\d+(?:\.\d+)+\.?\s+|\d+\s*[.):]\s+)(?=\S)", re.IGNORECASE
)
_BREAK = re.compile(r"<br\s*/?>|\n|\s*[•·▪◦]\s*|;\s+", re.IGNORECASE)
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_EMPHASIS = re.compile(r"(\*\*|__|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)|`)")
_PLACEHOLDER = re.compile(r"\[[^\[\]]*\]|\{\{?[^{}]*\}?\}|<[^<>]*>|(?:n/?a|tbd|todo|-+|–|—|\.{3}|…)", re.IGNORECASE)


def part_of(label: str) -> str | None:
    """Return which part of a map a label names: a lane, "touchpoint", "owner", "stage" ...; None for others."""
    words = " ".join("".join(c if c.isalnum() else " " for c in _camel(plain(label)).lower()).split())
    return _PART_OF.get(words)


def plain(text: str) -> str:
    """Return the text without Markdown's emphasis and the targets of its links."""
    return " ".join(_EMPHASIS.sub("", _LINK.sub(r"\1", text)).split())


def stage_name(text: str) -> str:
    """Return the name of a stage without its number: `Stage 2: Purchase` and `2.1 Purchase` are `Purchase`."""
    name = plain(text)
    return _NUMBERED.sub("", name) or name


def texts_of(cell: str, part: str | None) -> Iterator[str]:
    """Yield the texts that stand in one cell; placeholders of templates (`[Action 1]`, `TBD`) are left out.

    Line breaks, bullets and semicolons divide; commas do where single names are expected (touchpoints, words ...).
    """
    for piece in _BREAK.split(cell):
        for text in _names(piece) if part in ("touchpoint", "words", "aliases", ACTOR) else [piece]:
            found = plain(text).strip(" -–—")
            if found and not _PLACEHOLDER.fullmatch(plain(text)):
                yield found


def _names(text: str) -> Iterator[str]:
    """Divide at commas that do not stand in brackets."""
    depth, start = 0, 0
    for i, c in enumerate(text):
        depth += (c in "([") - (c in ")]")
        if c == "," and depth <= 0:
            yield text[start:i]
            start = i + 1
    yield text[start:]


def _camel(text: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).replace("_", " ")
