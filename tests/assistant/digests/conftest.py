"""A channel's clockwork over a file of its own: answers by rote, and a post box that keeps what was delivered."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from assistant.answers.answer import Answer, Finding, Line
from assistant.digests.tick import AlertParcel, DigestParcel, Scheduler
from knowledge.periods import Period
from knowledge.scope import Scope
from knowledge.store import open_store, prepare
from knowledge.subscriptions import Subscription

START = datetime(2026, 10, 1, 6, tzinfo=UTC)


@dataclass
class Rote:
    """Answers every question with a sentence; the themes that `firing` names for a day are flagged on it."""

    firing: Callable[[date], list[tuple[str, date]]] = lambda day: []
    asked: list = field(default_factory=list)

    def answer_question(self, question, *, as_of):
        self.asked.append((question.intent, question.stages, as_of))
        found, lines = [], []
        if question.intent == "emerging":
            for theme, onset in self.firing(as_of):
                recent = Period(start=onset, end=onset + timedelta(days=7), label="a week")
                found.append(Finding(kind="theme", numbers={}, theme_id=theme, name=f"name of {theme}",
                                     change="rising", recent=Scope(period=recent)))  # fmt: skip
                lines.append(Line(f"{theme} is rising.", template="x", findings=(len(found) - 1,)))
        return Answer(question=question, headline=f"About {question.intent}.", lines=tuple(lines),
                      findings=tuple(found))  # fmt: skip


@dataclass
class Box:
    """Takes parcels as an outbox does: what comes twice under one key is kept once. `broken` makes it fail."""

    parcels: dict = field(default_factory=dict)
    tries: list = field(default_factory=list)
    broken: bool = False

    def __call__(self, parcel) -> None:
        self.tries.append(parcel.key)
        if self.broken:
            raise ConnectionError("cut")
        self.parcels.setdefault(parcel.key, parcel)

    @property
    def digests(self):
        return [p for p in self.parcels.values() if isinstance(p, DigestParcel)]

    @property
    def alerts(self):
        return [p for p in self.parcels.values() if isinstance(p, AlertParcel)]


@dataclass
class Clockwork:
    """A file, answers, and a post box; `scheduler()` is a process anew."""

    db: Path
    rote: Rote = field(default_factory=Rote)
    box: Box = field(default_factory=Box)

    def scheduler(self) -> Scheduler:
        return Scheduler(open=lambda: open_store(self.db), answers=lambda channel: self.rote, deliver=self.box)

    def subscribe(self, **changes) -> Subscription:
        values = {"kind": "digest", "channel": "C1", "zone": "Europe/Vienna", "by": "U1", "at": START,
                  "weekday": 0, "minute": 9 * 60, "since": START} | changes  # fmt: skip
        with open_store(self.db) as store:
            return store.subscriptions.add(Subscription(**values))

    def alerts_for(self, per_day: int = 2, **changes) -> Subscription:
        return self.subscribe(kind="alerts", weekday=None, minute=None, per_day=per_day, **changes)


@pytest.fixture
def clockwork(tmp_path):
    prepare(tmp_path / "a.db")
    return Clockwork(db=tmp_path / "a.db")
