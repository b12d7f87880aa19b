"""An exam of questions: its nouns, how a file of it is read, and how an answer is marked.

tests/exam/README.md describes the format. An answer is the dict of `journey ask --json`; nothing here knows how it
came about.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from knowledge.errors import InputError

Contract = Mapping[str, Any]
"""An answer as `journey ask --json` prints it."""

SLOTS = (
    "intent", "stages", "metrics", "topic", "period", "baseline", "filters", "without", "polarity", "rating", "limit",
)  # fmt: skip
MIXED = "several-points"
"""The topic of feedback that is about several things: no finding is held against it."""

FINDING_KEYS = ("kind", "stage", "metric", "status", "theme_id", "change", "about", "rank", "months", "text")
"""What a finding can be asked for by; any other key names a number."""


@dataclass(frozen=True, kw_only=True)
class Item:
    """One question of the exam: what was asked before it, and what a fair reader expects."""

    id: str
    area: str
    group: str
    difficulty: str
    as_of: date
    question: str
    thread: tuple[str, ...] = ()
    understood: Contract
    abstained: bool | None
    says: tuple[Any, ...] = ()
    findings: tuple[Contract, ...] = ()


@dataclass(frozen=True, kw_only=True)
class World:
    """What marking needs to know of the company: theme names by id, and the true topic of each piece of feedback."""

    themes: Mapping[str, str]
    topics: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Mark:
    """How one answer did: by slot, in its findings, and in whether it should have been given at all."""

    item: Item
    got: Contract
    slots: Mapping[str, bool]
    findings: tuple[bool, ...]
    says: bool

    @property
    def abstained(self) -> bool:
        """Whether the answer was refused or clarified."""
        return bool(self.got["abstained"])

    @property
    def understood(self) -> bool:
        """Whether every slot that the question determines is right."""
        return all(self.slots.values())

    @property
    def choice(self) -> bool:
        """Whether it was right to answer, or to refuse."""
        return self.item.abstained is None or self.item.abstained == self.abstained

    @property
    def right(self) -> bool:
        """Whether nothing at all is wrong."""
        return self.understood and self.choice and all(self.findings) and self.says


def read_exam(paths: Sequence[Path]) -> list[Item]:
    """Read JSON Lines files; raises InputError naming file and line of what cannot be used."""
    items: dict[str, Item] = {}
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if not line.strip():
                continue
            try:
                item = _item(json.loads(line), path.stem)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise InputError(f"{path}, line {number}: {error}. See tests/exam/README.md.") from error
            if item.id in items:
                raise InputError(f"{path}, line {number}: the id {item.id} is used twice. Give it another one.")
            items[item.id] = item
    return list(items.values())


def _item(raw: dict[str, Any], area: str) -> Item:
    strange = set(raw["understood"]) - set(SLOTS)
    if strange:
        raise ValueError(f"no such slot: {', '.join(sorted(strange))}")
    return Item(
        id=raw["id"],
        area=area,
        group=raw["group"],
        difficulty=raw["difficulty"],
        as_of=date.fromisoformat(raw["as_of"]),
        question=raw["question"],
        thread=tuple(raw.get("thread", ())),
        understood=raw["understood"],
        abstained=raw["abstained"],
        says=tuple(raw.get("says", ())),
        findings=tuple(raw.get("findings", ())),
    )


def mark(item: Item, got: Contract, world: World) -> Mark:
    """Hold an answer against what was expected.

    An answer that was rightly refused has no findings to be marked, nor one that should have been refused.
    """
    answered = item.abstained is not True and not (item.abstained is None and got["abstained"])
    told = str(got["text"]).casefold()
    return Mark(
        item=item,
        got=got,
        slots={name: slot_is_right(name, want, got["understood"], world) for name, want in item.understood.items()},
        findings=tuple(finding_is_there(want, got, world) for want in item.findings) if answered else (),
        says=not got["abstained"] or all(any(_is_in(o, told) for o in _options(words)) for words in item.says),
    )


# --- slots -----------------------------------------------------------------------------------------------------------


def slot_is_right(name: str, want: Any, understood: Contract, world: World) -> bool:  # noqa: ANN401 - JSON
    """Tell whether a slot holds what was expected; `{"any": [...]}` lists several values that are fair."""
    if isinstance(want, dict) and set(want) == {"any"}:
        return any(slot_is_right(name, option, understood, world) for option in want["any"])
    if name == "topic":
        names = [world.themes.get(theme, theme) for theme in understood.get("themes") or ()]
        return _topic(want, understood.get("topic"), names)
    return _COMPARE.get(name, _equal)(want, understood.get(name))


def _equal(want: Any, got: Any) -> bool:  # noqa: ANN401
    return bool(want == got)


def _intent(want: Any, got: Any) -> bool:  # noqa: ANN401
    return got in _options(want)


def _names(want: Any, got: Any) -> bool:  # noqa: ANN401
    return {_plain(name) for name in want or ()} == {_plain(name) for name in got or ()}


def _topic(want: Any, topic: str | None, themes: Sequence[str]) -> bool:  # noqa: ANN401
    if want is None:
        return not topic and not themes
    if want is True:
        return bool(topic or themes)
    told = " ".join([topic or "", *themes]).casefold()
    return any(str(word).casefold() in told for word in want)


def _period(want: Any, got: Any) -> bool:  # noqa: ANN401
    if want is None or got is None:
        return want is None and got is None
    return all(_one_of(want[side], got.get(side)) for side in ("start", "end"))


def _one_of(want: Any, got: Any) -> bool:  # noqa: ANN401
    return got in want["any"] if isinstance(want, dict) else bool(want == got)


def _values(want: Any, got: Any) -> bool:  # noqa: ANN401
    want, got = want or {}, {name: values for name, values in (got or {}).items() if values}
    if set(want) != set(got):
        return False
    return all(_words(want[name], got[name]) if name == "topic" else _names(want[name], got[name]) for name in want)


def _words(want: Sequence[str], got: Sequence[str]) -> bool:
    return all(any(word.casefold() in told.casefold() for told in got) for word in want)


def _rating(want: Any, got: Any) -> bool:  # noqa: ANN401
    if not want or not got:
        return not want and not got
    low, high = want
    return (got[0] in (None, 0, 1) if low is None else got[0] == low) and (
        got[1] is None or got[1] >= 5 if high is None else got[1] == high
    )


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "intent": _intent,
    "stages": _names,
    "metrics": _names,
    "period": _period,
    "baseline": _period,
    "filters": _values,
    "without": _values,
    "rating": _rating,
}


# --- findings --------------------------------------------------------------------------------------------------------


def finding_is_there(want: Contract, got: Contract, world: World) -> bool:
    """Tell whether an answer holds a finding: one that fits in every key asked for, or the text that was asked for."""
    text = str(got["text"]).casefold()
    if not all(_is_in(part, text) for part in want.get("text", ())):
        return False
    asked = {name: value for name, value in want.items() if name != "text"}
    if not asked:
        return True
    ranked = [found for found in got["findings"] if found.get("evidence")] if "about" in want else got["findings"]
    first = ranked[: int(want.get("rank", len(ranked)))]
    return any(_fits(asked, found, world) for found in first)


def _fits(want: Contract, found: Contract, world: World) -> bool:
    return all(_key_fits(name, value, found, world) for name, value in want.items() if name != "rank")


def _key_fits(name: str, value: Any, found: Contract, world: World) -> bool:  # noqa: ANN401
    if name == "about":
        return about(found.get("evidence") or (), world) in _options(value)
    if name == "months":
        months = {point["month"]: point["count"] for point in found.get("months") or ()}
        return all(_number(wanted, months.get(month)) for month, wanted in value.items())
    if name == "change":
        return found.get("change") in _options(value) or found.get("trend") in _options(value)
    if name in FINDING_KEYS:
        return _plain(found.get(name)) in [_plain(option) for option in _options(value)]
    return _number(value, found.get(name))


def about(evidence: Sequence[str], world: World) -> str | None:
    """Return the true topic of more than half of the pieces of feedback that have one topic, or None."""
    topics = [topic for row in evidence if (topic := world.topics.get(row.rsplit(":", 1)[-1], "")) != MIXED]
    most = max(set(topics), key=topics.count, default=None)
    return most if most and 2 * topics.count(most) > len(topics) else None


def _number(want: Any, got: Any) -> bool:  # noqa: ANN401
    if not isinstance(got, int | float):
        return False
    if isinstance(want, dict):
        return bool(want["from"] <= got <= want["to"])
    return abs(got - float(want)) <= 0.005 * abs(float(want))


# --- words -----------------------------------------------------------------------------------------------------------


def _options(value: Any) -> Sequence[Any]:  # noqa: ANN401
    return value if isinstance(value, list | tuple) else (value,)


def _is_in(part: str, text: str) -> bool:
    return part.casefold() in text


def _plain(value: object) -> str:
    """Write a name without case, blanks and marks, so that "on-time delivery" and "on_time_delivery" are one."""
    return "".join(letter for letter in str(value).casefold() if letter.isalnum())
