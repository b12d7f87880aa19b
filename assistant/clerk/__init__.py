"""The clerk: looks things up in the file, and changes them, on behalf of a person at a front end.

Each module is a kind of errand: verbs that take the clerk, return nouns, and know nothing of Slack. Whoever asks
is named by an id; every change keeps it, with the moment.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from knowledge.journey import JourneyMap
from knowledge.store import Store, open_store

if TYPE_CHECKING:
    from assistant.answers.analyst import Analyst
    from assistant.viewpoints import Viewpoints
    from knowledge.embedding import Embedder


@dataclass(frozen=True, kw_only=True)
class Clerk:
    """Knows the file, the key of customer ids, who answers questions, and what may be shown.

    `unmasked` are kinds of personal data that are not masked; nothing is shown of fewer than `floor` customers.
    `viewpoints` know what may be seen in which channel. `channel` is the one that this clerk looks from, `placed` says
    that it looks from one, or from none in particular, such as Home; else it sees all. `writing` is held while
    something long is written, so that two imports wait for each other.
    """

    db: Path
    key: Path
    analyst: "Analyst"
    unmasked: frozenset[str] = frozenset()
    floor: int = 1
    viewpoints: "Viewpoints | None" = None
    channel: str | None = None
    placed: bool = False
    writing: Lock = field(default_factory=Lock, compare=False, repr=False)

    @property
    def embedder(self) -> "Embedder":
        """The embedder that the analyst uses: one model in memory serves both."""
        return self.analyst.embedder

    @contextmanager
    def open(self) -> Iterator[Store]:
        """Open the file for the calling thread."""
        with open_store(self.db) as store:
            yield store

    @contextmanager
    def look(self) -> Iterator[Store]:
        """Open the file for reading what may be seen where this clerk stands."""
        if not self.placed or self.viewpoints is None:
            with open_store(self.db) as store:
                yield store
            return
        with self.viewpoints.open(self.channel) as store:
            yield store

    def seen_from(self, channel: str | None) -> "Clerk":
        """Return the clerk that answers from what may be seen in a channel (None: in none, such as Home)."""
        if self.viewpoints is None:
            return self
        return replace(self, analyst=self.viewpoints.at(channel), channel=channel, placed=True)


def map_in_force(store: Store) -> JourneyMap:
    """Return the map that was imported last, else the general one that we bring."""
    from knowledge.templates import template

    return store.maps.current() or template("default")
