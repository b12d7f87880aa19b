"""Viewpoints: from where something is asked decides what there is to see.

What was captured in a private channel, or marked as private to one, is answered from in that channel only, whoever
asks and whatever their role. The answer and its verification read through the same view, in which it is not there.
"""

from collections import OrderedDict
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from threading import Lock

from assistant.answers.analyst import Analyst
from knowledge.store import Store, open_store

Opener = Callable[[], AbstractContextManager[Store]]
MOST = 4
"""Viewpoints kept in memory beside the one that sees all."""


def hidden_from(store: Store, channel: str | None) -> frozenset[str]:
    """Return the sources that are private to another channel than this one (None: to any)."""
    return frozenset(source for source, home in store.private_sources.all().items() if home != channel)


class Viewpoints:
    """Keeps an analyst per what may be seen. `whole` sees everything; `make` builds one over another opener."""

    def __init__(self, db: Path, whole: Analyst, make: Callable[[Opener], Analyst]) -> None:
        self._db = db
        self._whole = whole
        self._make = make
        self._lock = Lock()
        self._kept: OrderedDict[frozenset[str], Analyst] = OrderedDict()

    def at(self, channel: str | None) -> Analyst:
        """Return who answers in a channel (None: where no channel is known, such as Home)."""
        with open_store(self._db) as store:
            hidden = hidden_from(store, channel)
        if not hidden:
            return self._whole
        with self._lock:
            if hidden not in self._kept:
                self._kept[hidden] = self._make(lambda: open_store(self._db, hiding=hidden))
            self._kept.move_to_end(hidden)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
            return self._kept[hidden]

    def open(self, channel: str | None) -> AbstractContextManager[Store]:
        """Open the file as it is seen from a channel; only to be read where something is hidden from it."""
        with open_store(self._db) as store:
            hidden = hidden_from(store, channel)
        return open_store(self._db, hiding=hidden)
