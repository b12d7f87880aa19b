r"""Give every hand-written text a day, a customer, a channel and a plan, and write `feedback.csv` and `truth.csv`.

Run `python -m knowledge.sample.build` after a change of `texts/` or `stories.yaml`; a test fails while it is forgotten.

A text file holds topics; a topic is a header line and one text per line:

    # topic | stage | story                 as often per month as stories.yaml says
    # topic | stage | 1,2,1,1,...           twelve weights, November to October; without them every month alike
    -e[family,us,2026-07] I was charged twice...

A line starts with the sentiment (- 0 +), the channel (e-mail, chat, app review, survey, phone note) and, in brackets,
what the text itself fixes: plan, region, month or day, `r4` for a rating, `@stage` where it differs from the topic's. A
line that starts with `=` is the line above once more, sent by the same customer within two days. `\n` is a line break.
Currencies and dialect fix the region, words like "my kids" the plan. All chance is drawn from the text itself, so that
a new text moves as few others as possible.
"""

import csv
import random
import re
from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from knowledge.sample import MONTHS, Story, stories

FOLDER = Path(__file__).parent
SEED = "larkspoon-1"
CHANNELS = {"e": "email", "c": "chat", "r": "app review", "s": "survey", "p": "phone note"}
SENTIMENTS = {"-": -1, "0": 0, "+": 1}
PLANS = ("solo", "couple", "family")
REGIONS = ("uk", "ireland", "us")
REGION_NAMES = {"uk": "UK", "ireland": "Ireland", "us": "US"}
REGION_WORDS = {
    "us": r"\$|\b(?:y'all|cilantro|ground beef|coworkers|drive-through|Labor Day)\b",
    "ireland": r"€|\b(?:Irish|Ireland|Cork|Dublin)\b",
    "uk": r"£|\b(?:pounds?|mum|council|half past|twenty past|postcode|fortnight|half term|granny?|bank holiday|queue"
    r"|neighbours?|favourites?|colours?|colleague|flatmate|tram|village|surgery|rang|porter|carer)\b",
}
PLAN_WORDS = {
    "family": r"kids?|children|family of|my (?:sons?|daughter|twins|toddler)|our (?:son|daughter|twins)",
    "solo": r"i live alone|person alone|living alone|widower|for one person|since h(?:is wife|er husband) died",
    "couple": r"my (?:wife|husband|partner|boyfriend|girlfriend)",
}
CUSTOMERS = 520
LINE = re.compile(r"(?P<mark>[-0+=])(?P<channel>[ecrsp])(?:\[(?P<options>[^\]]*)\])? (?P<text>.+)")
FIELDS = ("id", "date", "channel", "customer", "plan", "region", "rating", "stage", "text")
TRUTH_FIELDS = ("id", "stage", "topic", "story", "sentiment", "duplicate_of")


@dataclass(frozen=True, kw_only=True)
class Topic:
    """Texts about one thing; `weights` has a number per month, exact counts where it is a story's."""

    id: str
    stage: str
    weights: tuple[int, ...]
    exact: bool


@dataclass(frozen=True, kw_only=True)
class Line:
    """One hand-written text with what it fixes; `again` is a near-duplicate that the same customer sent."""

    topic: Topic
    text: str
    sentiment: int
    channel: str
    stage: str
    plan: str | None = None
    region: str | None = None
    month: str | None = None
    day: int | None = None
    rating: int | None = None
    again: "Line | None" = field(default=None, compare=False)


@dataclass(frozen=True, kw_only=True)
class Row:
    """A line with all that was given to it."""

    line: Line
    at: datetime
    customer: str
    plan: str
    region: str
    first: "Row | None" = None


def main() -> None:
    """Write both files anew beside this module."""
    feedback, truth = tables()
    _write(FOLDER / "feedback.csv", FIELDS, feedback)
    _write(FOLDER / "truth.csv", TRUTH_FIELDS, truth)


def tables() -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Return the rows of `feedback.csv` and of `truth.csv`, oldest first."""
    told = {story.id: story for story in stories()}
    lines = [line for path in sorted((FOLDER / "texts").glob("*.txt")) for line in _read(path, told)]
    rows = sorted(_rows(lines, told), key=lambda row: (row.at, row.line.text))
    ids = {id(row): f"F-{number:04}" for number, row in enumerate(rows, start=1)}
    feedback = [_feedback(ids[id(row)], row) for row in rows]
    return feedback, [_truth(ids[id(row)], row, ids[id(row.first)] if row.first else "") for row in rows]


def _read(path: Path, told: dict[str, Story]) -> list[Line]:
    topic: Topic | None = None
    lines: list[Line] = []
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if raw.startswith("# "):
            topic = _topic(raw[2:], told)
        elif raw.strip():
            match = LINE.fullmatch(raw)
            if not match or not topic:
                raise ValueError(f"{path.name}, line {number}: not a topic, nor a marked text: {raw[:60]}")
            _add(lines, match, topic)
    return lines


def _topic(header: str, told: dict[str, Story]) -> Topic:
    name, stage, *rest = [part.strip() for part in header.split("|")]
    exact = rest == ["story"]
    if exact:
        return Topic(id=name, stage=stage, weights=told[name].monthly, exact=True)
    weights = tuple(int(n) for n in rest[0].split(",")) if rest else (1,) * len(MONTHS)
    return Topic(id=name, stage=stage, weights=weights, exact=False)


def _add(lines: list[Line], match: re.Match[str], topic: Topic) -> None:
    text = match["text"].replace("\\n", "\n")
    line = Line(
        topic=topic,
        text=text,
        sentiment=SENTIMENTS.get(match["mark"], 0),
        channel=CHANNELS[match["channel"]],
        stage=topic.stage,
        plan=next((plan for plan, words in PLAN_WORDS.items() if re.search(rf"\b(?:{words})\b", text, re.I)), None),
        region=next((region for region, words in REGION_WORDS.items() if re.search(words, text)), None),
    )
    for option in (match["options"] or "").split(","):
        line = _with_option(line, option.strip())
    if match["mark"] == "=":
        before = lines.pop()
        line = replace(before, again=replace(line, sentiment=before.sentiment, stage=before.stage))
    lines.append(line)


def _with_option(line: Line, option: str) -> Line:
    if option in PLANS:
        return replace(line, plan=option)
    if option in REGIONS:
        return replace(line, region=option)
    if option in MONTHS:
        return replace(line, month=option)
    if option[:7] in MONTHS:
        return replace(line, month=option[:7], day=int(option[8:]))
    if option.startswith("@"):
        return replace(line, stage=option[1:])
    if re.fullmatch(r"r[1-5]", option):
        return replace(line, rating=int(option[1]))
    if option:
        raise ValueError(f"not an option: {option!r}, at {line.text[:60]!r}")
    return line


def _chance(*key: str) -> random.Random:
    return random.Random("|".join((SEED, *key)))  # noqa: S311  (a sample, not a secret)


def _rows(lines: Sequence[Line], told: dict[str, Story]) -> Iterable[Row]:
    used: Counter[str] = Counter()
    speakers: set[tuple[str, str]] = set()
    for topic in dict.fromkeys(line.topic for line in lines):
        for line, month in _months([line for line in lines if line.topic == topic]):
            at = _moment(line, month, told.get(topic.id))
            customer, plan, region = _customer(line, used, speakers)
            row = Row(line=line, at=at, customer=customer, plan=plan, region=region)
            yield row
            if line.again:
                later = at + timedelta(hours=2 + 40 * _chance("again", line.text).random())
                end = datetime(at.year, at.month, monthrange(at.year, at.month)[1], 21, 40)
                yield replace(row, line=line.again, at=min(later, end).replace(second=0, microsecond=0), first=row)


def _months(lines: Sequence[Line]) -> list[tuple[Line, str]]:
    """Give every line of a topic its month: the fixed ones first, the rest to fill what the weights ask for."""
    wanted = Counter(dict(zip(MONTHS, _counts(lines), strict=True)))
    fixed = [(line, line.month) for line in lines if line.month]
    wanted.subtract(month for _, month in fixed)
    if fewer := {month: -n for month, n in wanted.items() if n < 0 and lines[0].topic.exact}:
        raise ValueError(f"{lines[0].topic.id}: more texts are fixed to a month than it may have: {fewer}")
    free = sorted((line for line in lines if not line.month), key=lambda line: _chance("order", line.text).random())
    slots = [month for month in MONTHS for _ in range(max(0, wanted[month]))]
    slots.sort(key=lambda month: _chance("slot", lines[0].topic.id, month).random())
    return fixed + list(zip(free, slots[: len(free)], strict=True))


def _counts(lines: Sequence[Line]) -> list[int]:
    """Texts per month: as the story says, or in proportion to the weights, by largest remainder."""
    topic = lines[0].topic
    if topic.exact:
        if sum(topic.weights) != len(lines):
            raise ValueError(f"{topic.id}: stories.yaml wants {sum(topic.weights)} texts, there are {len(lines)}")
        return list(topic.weights)
    shares = [len(lines) * weight / sum(topic.weights) for weight in topic.weights]
    order = sorted(
        range(len(shares)), key=lambda i: (int(shares[i]) - shares[i], _chance("tie", topic.id, MONTHS[i]).random())
    )
    extra = set(order[: len(lines) - sum(int(share) for share in shares)])
    return [int(share) + (i in extra) for i, share in enumerate(shares)]


def _moment(line: Line, month: str, story: Story | None) -> datetime:
    chance = _chance("moment", line.text)
    year, number = int(month[:4]), int(month[5:])
    spans = {name: (first, last) for name, first, last in (story.days if story else ())}
    first, last = spans.get(month, (1, monthrange(year, number)[1]))
    day = line.day or first + int(chance.random() * (last - first + 1))
    # People write in the evening and at noon more than at four in the morning.
    hour = 7 + int(7 * chance.random() + 7 * chance.random())
    return datetime(year, number, day, hour, int(60 * chance.random()))


def _customer(line: Line, used: Counter[str], speakers: set[tuple[str, str]]) -> tuple[str, str, str]:
    """Choose who says it: one who fits, has not said it yet, and has not said much (a few people say more)."""
    chance = _chance("customer", line.text)
    while True:
        # The square makes some customers speak often and most once or twice, as they do.
        number = int(CUSTOMERS * chance.random() ** 1.35)
        name = f"c-{1001 + number}"
        plan, region = _home(name)
        fits = line.plan in (None, plan) and line.region in (None, region)
        if fits and (line.topic.id, name) not in speakers and used[name] < 7:
            used[name] += 1
            speakers.add((line.topic.id, name))
            return name, plan, region


def _home(customer: str) -> tuple[str, str]:
    chance = _chance("home", customer)
    plan = PLANS[0 if (draw := chance.random()) < 0.28 else 1 if draw < 0.64 else 2]
    return plan, REGIONS[0 if (draw := chance.random()) < 0.55 else 1 if draw < 0.73 else 2]


def _feedback(number: str, row: Row) -> dict[str, str]:
    line = row.line
    chance = _chance("column", line.text)
    prospect = line.stage in ("awareness", "consideration") and chance.random() < 0.4
    nameless = line.channel == "app review" and chance.random() < 0.5
    # Most survey tools know which stage they ask about, some contact forms ask for it; nobody tells an app store.
    known = {"survey": 0.8, "email": 0.25, "chat": 0.2, "phone note": 0.3, "app review": 0.0}[line.channel]
    return {
        "id": number,
        "date": f"{row.at:%Y-%m-%d %H:%M}",
        "channel": line.channel,
        "customer": "" if nameless else row.customer,
        "plan": "" if prospect else row.plan,
        "region": REGION_NAMES[row.region],
        "rating": _rating(line, chance.random()),
        "stage": line.stage.capitalize() if chance.random() < known else "",
        "text": line.text,
    }


def _rating(line: Line, draw: float) -> str:
    if line.channel not in ("app review", "survey"):
        return ""
    if line.rating:
        return str(line.rating)
    low, high = {-1: (1, 2), 0: (3, 3), 1: (5, 4)}[line.sentiment]
    return str(low if draw < 0.55 else high)


def _truth(number: str, row: Row, first: str) -> dict[str, str]:
    topic = row.line.topic
    return {
        "id": number,
        "stage": row.line.stage,
        "topic": topic.id,
        "story": topic.id if topic.exact else "",
        "sentiment": str(row.line.sentiment),
        "duplicate_of": first,
    }


def _write(path: Path, fields: Sequence[str], rows: Iterable[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fields, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
