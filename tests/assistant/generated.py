"""Questions made from templates by a seed: threads of one to four lines, in many wordings, some with slips.

Nothing here knows how questions are understood; what comes out may be clear, odd or unanswerable.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.questions.vocabulary import Vocabulary


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What questions may name: words for each field of a template, those that the file holds and some that it lacks."""

    words: Mapping[str, Sequence[str]]


PERIODS = (
    "last month",
    "last quarter",
    "this year",
    "in Q3 2026",
    "in Q2",
    "since July",
    "in August 2026",
    "in the past six weeks",
    "between May and August 2026",
    "on 3 August 2026",
    "in 2026",
    "before March 2026",
    "in the last 90 days",
    "last week",
    "yesterday",
    "in 2019",
    "since the 5th of May",
    "from 1/5/2026 to 30/6/2026",
    "H1 2026",
    "in the first half of 2026",
    "over the last year",
    "year to date",
    "",
    "",
    "",
    "",
)
BASELINES = (
    "compared with Q2",
    "vs the month before",
    "vs the same month last year",
    "compared with the previous quarter",
    "against 2025",
    "compared to June",
)
TEMPLATES: Mapping[str, Sequence[str]] = {
    "pain_points": (
        "what hurts customers in {stage} {period}?",
        "top {n} pain points {period}",
        "biggest problems in {stage} for {value}",
        "what do {value} customers complain about {period}",
        "main frustrations around {topic}?",
        "what is going wrong in {stage} {period} {baseline}",
        "worst issues, not about {topic}",
        "what annoys people by {channel} {period}",
        "what bothers customers except {value}?",
    ),
    "stage": (
        "how is {stage} doing?",
        "how did {stage} do {period}?",
        "summary of {stage} {period} for {value}",
        "{stage} {period} {baseline}",
        "how are the stages performing {period}?",
        "which stage is worst {period}?",
        "how is our journey doing?",
        "give me an overview of {stage}",
    ),
    "compare": (
        "compare {stage} and {stage} {period}",
        "{value} vs {value} in {stage}",
        "compare {channel} with {channel} {period}",
        "how does {stage} differ between {value} and {value}?",
        "compare {stage} {period} {baseline}",
        "compare {metric} of {value} and {value}",
        "compare {theme} and {theme}",
    ),
    "trend": (
        "how has {topic} changed over time?",
        "is {topic} getting worse {period}?",
        "trend of complaints in {stage}",
        "how has {metric} developed in {stage}?",
        "has {theme} changed {period}",
        "are complaints rising for {value}?",
    ),
    "recurring": (
        "what keeps coming back in {stage}?",
        "recurring issues {period}",
        "what returns again and again for {value}",
    ),
    "emerging": ("what is new {period}?", "any new issues in {stage}?", "what is emerging for {value} {period}"),
    "quotes": (
        "show me quotes about {topic}",
        "what do customers say about {topic} {period}?",
        "{n} quotes from {value} in {stage}",
        "what did people praise in {stage}?",
        "examples of complaints by {channel} {period}",
        "1-star reviews about {topic}",
    ),
    "count": (
        "how many complaints about {topic} {period}?",
        "how many {value} customers wrote by {channel} {period}",
        "how many mentions of {theme}",
        "count of praise in {stage} {period}",
        "how much feedback from {value} except {value}?",
        "number of customers who mention {topic}",
        "what share of {stage} feedback is complaints {period}?",
    ),
    "metric": (
        "what is {metric} in {stage} {period}?",
        "{metric} {period}",
        "what was {metric} {period} {baseline}",
        "did {stage} meet its {metric} target {period}?",
        "{metric} of {value} in {stage}",
    ),
    "drivers": (
        "why is {metric} falling in {stage}?",
        "why did {metric} drop {period}?",
        "what drives the rating {period}?",
        "what drives {metric} in {stage}",
        "what leads to {theme}?",
        "what comes before complaints in {stage}?",
    ),
    "map": (
        "what does the map say about {stage}?",
        "who owns {stage}?",
        "what are the touchpoints of {stage}",
        "what does our map miss?",
        "what should {stage} improve according to the map",
    ),
    "theme": ("tell me about {theme}", "what is {theme}?", "when did {theme} start {period}?"),
    "people": (
        "who complains most about {topic}?",
        "who said {theme} {period}",
        "who are the loudest customers in {stage}?",
    ),
    "rest": (
        "help",
        "what is the weather like?",
        "will {metric} rise next year?",
        "{topic}",
        "{stage}",
        "{value}",
        "{period}",
        "how does {theme} affect revenue?",
        "fix {topic} for me",
        "what do {stranger} customers say about {topic}?",
        "feedback by {stranger} {period}",
        "performance?",
        "did the fix of {theme} work?",
    ),
}
FOLLOW_UPS = (
    "and in {stage}?",
    "why?",
    "only {value}",
    "show me more",
    "who said that?",
    "chart it",
    "what about {period}",
    "no, Q2",
    "the second one",
    "the first",
    "and {metric}?",
    "how many?",
    "except {value}",
    "not about {topic}",
    "by {channel}",
    "what about {topic}?",
    "is it getting worse?",
    "all customers",
    "only complaints",
    "since July",
    "quotes please",
    "{n} more",
    "compared with the month before?",
    "tell me about {theme}",
    "all time",
    "thanks!",
    "how is {stage} doing?",
    "by plan?",
    "what should we do?",
)
_STRANGERS = ("enterprise", "platinum", "fax", "Ontario", "students")
_TOPICS = (
    "late delivery",
    "the app",
    "missing ingredients",
    "refunds",
    "price",
    "packaging",
    "activation code",
    "recipes",
    "support",
    "wifi",
    "staff",
    "food",
    "interest",
    "phone calls",
    "the moon landing",
    "delivery slots",
    "cancelling",
)


def ground_of(known: Vocabulary) -> Ground:
    """Return the words for a company's questions; fields that it has nothing for get a word that it does not know."""
    values = [value for segment in known.segments.values() for value in segment[:8]]
    return Ground(
        words={
            "stage": [stage.name for stage in known.stages] or ["onboarding"],
            "metric": [*(metric.name for metric in known.metrics), "NPS"],
            "value": [*values, "vip"],
            "channel": [*known.channels] or ["email"],
            "theme": [*(key for key, _ in known.themes[:20]), *(name for _, name in known.themes[:40])],
            "topic": [*_TOPICS, *(name for _, name in known.themes[:20])],
            "period": PERIODS,
            "baseline": BASELINES,
            "stranger": _STRANGERS,
            "n": ("3", "5", "10", "two"),
        }
    )


def threads(ground: Ground, seed: int) -> Iterator[tuple[str, ...]]:
    """Yield threads for ever; the same seed gives the same ones. Kinds of question take turns."""
    rng = random.Random(seed)
    while True:
        for templates in TEMPLATES.values():
            lines = [rng.choice(templates)]
            lines += rng.choices(FOLLOW_UPS, k=rng.choice((0, 0, 1, 2, 3)))
            yield tuple(_spoken(_filled(line, ground, rng), rng) for line in lines)


def _filled(template: str, ground: Ground, rng: random.Random) -> str:
    """Return the template with a word in each field; a field that stands there twice gets two words."""
    for field, words in ground.words.items():
        while f"{{{field}}}" in template:
            template = template.replace(f"{{{field}}}", rng.choice(words), 1)
    return " ".join(template.split()).replace(" ?", "?")


def _spoken(text: str, rng: random.Random) -> str:
    """Return the text as somebody in a hurry types it: one in three has a slip, no capitals, or a greeting."""
    roll = rng.random()
    if roll < 0.12:
        return _slip(text, rng)
    if roll < 0.18:
        return text.lower().rstrip("?")
    if roll < 0.22:
        return text.upper()
    if roll < 0.28:
        return f"{rng.choice(('hi team,', 'Hey! quick one:', 'pls', '@bot'))} {text}"
    return text


def _slip(text: str, rng: random.Random) -> str:
    """Return the text with one letter left out, doubled, or swapped with the next one."""
    at = rng.randrange(max(1, len(text) - 1))
    ways = (
        text[:at] + text[at + 1 :],
        text[:at] + text[at : at + 1] + text[at:],
        text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :],
    )
    return rng.choice(ways)
