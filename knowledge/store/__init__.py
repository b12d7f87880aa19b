"""The store: one SQLite file behind methods that take and return nouns. Every line of SQL stands in this package."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from knowledge.store import meta
from knowledge.store.alerts import AlertRows
from knowledge.store.audit import AuditRows
from knowledge.store.checks import CheckRows
from knowledge.store.connection import opened, prepare
from knowledge.store.corrections import CorrectionRows
from knowledge.store.erasure import ErasureRows
from knowledge.store.events import EventRows
from knowledge.store.feedback import DerivedRow, FeedbackRows, Upserted
from knowledge.store.fingerprint import fingerprint
from knowledge.store.fixes import FixRows
from knowledge.store.journey import MapRows
from knowledge.store.ledger import FoundRows, LedgerRows
from knowledge.store.metrics import MetricRows
from knowledge.store.points import PointRow, PointRows
from knowledge.store.roles import PrivateSourceRows, RoleRows
from knowledge.store.search import SearchRows
from knowledge.store.subscriptions import SubscriptionRows
from knowledge.store.themes import ThemeRows
from knowledge.store.vectors import VectorRows
from knowledge.store.visibility import hide

__all__ = ["DerivedRow", "PointRow", "Store", "Upserted", "open_store", "prepare"]


class Store:
    """What the file holds, grouped by noun. It belongs to the thread that opened it."""

    def __init__(self, db: Database, path: Path, *, hiding: bool = False) -> None:
        self.path = path
        self.db = db
        self.feedback = FeedbackRows(db)
        self.points = PointRows(db)
        self.vectors = VectorRows(db)
        self.themes = ThemeRows(db)
        self.ledger = LedgerRows(db)
        self.found = FoundRows(db)
        self.maps = MapRows(db)
        self.corrections = CorrectionRows(db)
        self.metrics = MetricRows(db)
        self.fixes = FixRows(db)
        self.events = EventRows(db)
        self.search = SearchRows(db, hiding=hiding)
        self.erasure = ErasureRows(db)
        self.audit = AuditRows(db)
        self.checks = CheckRows(db)
        self.roles = RoleRows(db)
        self.private_sources = PrivateSourceRows(db)
        self.subscriptions = SubscriptionRows(db)
        self.alerts = AlertRows(db)

    @property
    def revision(self) -> int:
        """A number that grows with each change of content: caches are keyed by it."""
        return meta.revision(self.db)

    def fingerprint(self) -> dict[str, str]:
        """Return a hash per table: two files with equal ones hold the same."""
        return fingerprint(self.db)

    def read_meta(self, key: str) -> str | None:
        """Return a small value kept about the file, or None."""
        return meta.read(self.db, key)

    def write_meta(self, key: str, value: str) -> None:
        """Keep a small value about the file."""
        meta.write(self.db, key, value)

    @contextmanager
    def atomic(self) -> Iterator[None]:
        """Do all of what follows, or nothing."""
        with self.db.atomic():
            yield


@contextmanager
def open_store(path: Path | str, *, hiding: Collection[str] = ()) -> Iterator[Store]:
    """Open a prepared file for this thread and close it afterwards; opening costs a fraction of a millisecond.

    Where sources of feedback are named by `hiding`, it can only be read, and nothing of theirs is there.
    """
    location = Path(path)
    with opened(location) as db:
        if hiding:
            hide(db, hiding)
        yield Store(db, location, hiding=bool(hiding))
