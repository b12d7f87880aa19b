"""Forget, anonymise, retain: what a person may ask of us, and what time asks.

Each act is one transaction over every table, then the file is written anew and its bytes are searched for what was
removed. The receipt says what went, from where, and what the search found. Nothing of it names the person.
"""

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import chain

from knowledge.errors import InputError, NotFound
from knowledge.feedback import Feedback
from knowledge.layers.theme_view import lay, read_ground
from knowledge.layers.themes import last_model
from knowledge.store import Store
from knowledge.store.audit import mark
from knowledge.store.erasure import Gone, clean, words_of
from knowledge.store.feedback import digest
from knowledge.store.traces import Search, files_of, search, unexplained, windows

_LONG_WORD = 8


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What an erasure did.

    `pieces` of feedback were concerned, `rows` are the rows that each table lost or had rewritten. `search` is what
    the search of the file's bytes found afterwards (None on a dry run); `log_emptied` is False where another process
    was reading the file. `backups` are files made by us that may still hold what was removed.
    """

    kind: str
    pieces: int
    rows: dict[str, int] = field(default_factory=dict)
    search: Search | None = None
    log_emptied: bool = True
    backups: tuple[str, ...] = ()

    @property
    def clean(self) -> bool:
        """Whether nothing is left, and nobody keeps the log from being emptied."""
        return self.search is not None and not self.search.found and self.log_emptied


def forget(
    store: Store,
    customer: str,
    *,
    at: datetime,
    dry_run: bool = False,
    keep_out: bool = True,
    actor: str | None = None,
    typed: str = "",
) -> Receipt:
    """Remove all that a customer (pseudonym) said, all that rested on it, and their cases in event logs.

    `typed` is the id as the source writes it, where it is known: questions that named the customer so go, too.

    With `keep_out`, a mark that tells nobody who it was keeps later imports from bringing it back. Raises NotFound
    where nothing is from that customer, unless an erasure before could not clean the file: then that is done. `actor`
    is who asked for it.
    """
    known = store.erasure.rows_of(customer) or store.events.count_of(customer)
    if not known and store.erasure.unclean and not dry_run:
        return _receipt(store, "forget", 0, {}, texts=(), strings=[customer])
    rows = _rows_of(store, customer)
    marks = [customer] if keep_out else []
    return _erase(
        store, rows, "forget", at=at, dry_run=dry_run, keep_out=marks, names=[customer], actor=actor, typed=typed
    )


def retain(store: Store, older_than: timedelta, *, today: date, at: datetime, dry_run: bool = False) -> Receipt:
    """Remove what was said more than `older_than` before today; what has no date stays.

    Raises InputError where that would be everything although there is dated feedback: then a clock is wrong.
    """
    if older_than < timedelta(days=1):
        raise InputError("Retention is counted in whole days, at least one.")
    limit = today - older_than
    rows = store.erasure.rows_before(limit.toordinal())
    if rows and len(rows) + store.erasure.undated() == store.feedback.count():
        raise InputError(
            f"All dated feedback is older than {older_than.days} days on {today}, so nothing was removed: is the clock "
            "right? If it is, name the limit and the day with: journey retention --older-than … --as-of …  --all"
        )
    return _erase(store, rows, "retention", at=at, dry_run=dry_run, ended_before=_moment(limit))


def retain_all(store: Store, older_than: timedelta, *, today: date, at: datetime, dry_run: bool = False) -> Receipt:
    """Do as `retain` does, even where it removes everything that is dated."""
    limit = today - older_than
    rows = store.erasure.rows_before(limit.toordinal())
    return _erase(store, rows, "retention", at=at, dry_run=dry_run, ended_before=_moment(limit))


def _moment(day: date) -> int:
    """Return the beginning of a day in UTC, in ms since 1970: the unit of event logs."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)


def anonymise(
    store: Store,
    customer: str,
    *,
    at: datetime,
    dry_run: bool = False,
    token: Callable[[], str] = lambda: secrets.token_hex(8),
    actor: str | None = None,
) -> Receipt:
    """Cut the link between a customer (pseudonym) and what they said; texts, dates and counts stay.

    Their pieces get one new customer in common, drawn at random: so counts of customers stay right, and neither the
    key nor the source's ids lead back. Links and the source's own ids go. Importing the file again does not restore
    the link: the customer is kept out.
    """
    rows = _rows_of(store, customer)
    if dry_run:
        return Receipt(kind="anonymise", pieces=len(rows))
    items = store.feedback.by_row(rows)
    nobody = f"a_{token()}{token()}"[:26]
    changed = {
        row: (item, replace(item, id=f"anon:{token()}", customer=nobody, url=None)) for row, item in items.items()
    }
    ids = {before.id: after.id for before, after in changed.values()}
    with store.atomic():
        store.erasure.touch()
        counts = {"feedback": store.erasure.rename(changed), "event_cases": store.events.rename(customer, nobody)}
        rewritten, _ = store.erasure.rewrite(Gone(ids=frozenset(), renamed=ids))
        counts |= rewritten | store.erasure.sweep([*ids, customer], ids | {customer: nobody})
        store.audit.keep_out([customer], at=at)
        store.audit.record("anonymise", {"pieces": len(rows)}, at=at, actor=actor)
    strings = [
        customer,
        *ids,
        *map(digest, (item for item, _ in changed.values())),
        *(item.url for item, _ in changed.values() if item.url),
    ]
    return _receipt(store, "anonymise", len(rows), counts, texts=(), strings=strings)


def keep_out(store: Store, items: Sequence[Feedback]) -> list[Feedback]:
    """Return the items without those of customers who are to be kept out."""
    marks = store.audit.kept_out()
    return [item for item in items if not item.customer or mark(item.customer) not in marks] if marks else list(items)


def _rows_of(store: Store, customer: str) -> list[int]:
    rows = store.erasure.rows_of(customer)
    if not rows and not store.events.count_of(customer):
        raise NotFound("Nothing in the file is from that customer. The id must be as the source writes it.")
    return rows


def _erase(
    store: Store,
    rows: Sequence[int],
    kind: str,
    *,
    at: datetime,
    dry_run: bool,
    keep_out: Sequence[str] = (),
    names: Sequence[str] = (),
    ended_before: int = 0,
    actor: str | None = None,
    typed: str = "",
) -> Receipt:
    cases = sum(map(store.events.count_of, names)) + store.events.ended_before(ended_before)
    if not (rows or cases) and store.erasure.unclean and not dry_run:
        return _receipt(store, kind, 0, {}, texts=(), strings=names)
    if dry_run or not (rows or cases):
        return Receipt(kind=kind, pieces=len(rows), search=None if dry_run else Search(strings=0, bytes=0, found=()))
    items = list(store.feedback.by_row(rows).values())
    texts, ids = [item.text for item in items], [item.id for item in items]
    with store.atomic():
        store.erasure.touch()
        hashes = store.erasure.hashes(rows)
        whose = {item.customer for item in items if item.customer}
        counts = store.erasure.remove(rows)
        counts["event_cases"] = sum(map(store.events.forget, names)) + store.events.remove_ended_before(ended_before)
        whose -= {*store.erasure.customers(), *store.events.customers()}
        gone = Gone(ids=frozenset(ids), words=_lost_words(store, texts))
        rewritten, unnamed = store.erasure.rewrite(gone)
        said = unexplained(windows(texts), _remaining(store))
        counts |= rewritten | store.erasure.sweep([*ids, *whose, *names], words=said)
        for table, count in (store.erasure.sweep_typed(typed) if typed else {}).items():
            counts[table] = counts.get(table, 0) + count
        if model := last_model(store):
            lay(store, read_ground(store, model), at=at, unnamed=unnamed)
            store.erasure.rewrite(gone)
        store.audit.keep_out(keep_out, at=at)
        store.audit.record(kind, {"pieces": len(rows)}, at=at, actor=actor)
    return _receipt(store, kind, len(rows), counts, texts=texts, strings=[*ids, *whose, *names, *hashes])


def _lost_words(store: Store, texts: Sequence[str]) -> frozenset[str]:
    """Return the words of names, terms and ledger that stood in the removed texts and that nobody else says."""
    told = {word for text in store.erasure.strings() for word in words_of(text)}
    removed = {word for text in texts for word in words_of(text)}
    return frozenset(word for word in told & removed if not store.erasure.is_said(word))


def _receipt(
    store: Store, kind: str, pieces: int, counts: dict[str, int], *, texts: Sequence[str], strings: Sequence[str]
) -> Receipt:
    emptied = clean(store.db)
    needles = windows(texts) | {text.encode("utf-8", "surrogatepass") for text in strings}
    needles |= {word.encode() for text in texts for word in words_of(text) if len(word.encode()) >= _LONG_WORD}
    found = search(
        files_of(store.path), unexplained(needles, chain(_remaining(store), store.erasure.settings_of_people()))
    )
    backups = tuple(str(entry.detail["file"]) for entry in store.audit.all("backup"))
    return Receipt(kind=kind, pieces=pieces, rows=counts, search=found, log_emptied=emptied, backups=backups)


def _remaining(store: Store) -> Iterator[str]:
    """Yield what the file says of its own right, but for swept tables: other texts, ids, names, maps, metrics."""
    for batch in store.feedback.each():
        for item, _ in batch:
            yield from (item.text, item.text.lower(), item.id, item.source, item.customer or "", item.url or "")
            yield from item.segments.values()
    yield from store.erasure.kept_words()
    yield from store.erasure.kept_hashes()
