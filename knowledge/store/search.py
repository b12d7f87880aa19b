"""Full text search by SQLite's FTS5: Okapi BM25 over stemmed words."""

import json
import re
from collections.abc import Sequence

from sqlite_utils import Database


class SearchRows:
    """Finds feedback by its words. `hiding`: among what the connection may see (see `visibility`)."""

    def __init__(self, db: Database, *, hiding: bool = False) -> None:
        self._db = db
        # An index cannot be put behind a view, so what is hidden is left out here.
        self._seen = " AND +rowid NOT IN (SELECT row FROM hidden_rows)" if hiding else ""

    def bm25(self, words: str, limit: int, rows: Sequence[int] | None = None) -> list[tuple[int, float]]:
        """Return (row, score) of the best matches of any of the words, best first; of `rows` only, where given."""
        query = match_any(words)
        if not query:
            return []
        # The plus keeps SQLite from looking every row up in the index by itself, which takes seconds for thousands.
        among = " AND +rowid IN (SELECT value FROM json_each(?))" if rows is not None else ""
        chosen_by = f"texts_fts MATCH ?{among}{self._seen}"
        sql = f"SELECT rowid, -rank FROM texts_fts WHERE {chosen_by} ORDER BY rank, rowid LIMIT ?"
        chosen = [json.dumps([int(row) for row in rows])] if rows is not None else []
        return list(self._db.execute(sql, [query, *chosen, limit]))

    def with_all_words(self, words: str) -> list[int]:
        """Return the rows that hold every word that is not a stop word, whatever its ending; ascending."""
        query = " AND ".join(_terms(words))
        sql = f"SELECT rowid FROM texts_fts WHERE texts_fts MATCH ?{self._seen} ORDER BY rowid"
        return [row for (row,) in self._db.execute(sql, [query])] if query else []

    def rarest(self, words: str) -> list[int]:
        """Return the rows that hold that word, stop words aside, which the fewest hold; none where one is nowhere."""
        return min((self.with_all_words(term) for term in _terms(words)), key=len, default=[])

    def missing(self, words: str) -> list[str]:
        """Return those of the words, stop words aside, that no row holds, whatever their ending."""
        sql = f"SELECT 1 FROM texts_fts WHERE texts_fts MATCH ?{self._seen} LIMIT 1"
        return [term.strip('"') for term in _terms(words) if not list(self._db.execute(sql, [term]))]


def match_any(words: str) -> str:
    """Return an FTS5 query for any of the words."""
    return " OR ".join(_terms(words))


def _terms(words: str) -> list[str]:
    # Quoted, so that nothing in a question is an operator.
    found = re.findall(r"\w+", words.lower())
    return [f'"{word}"' for word in dict.fromkeys(found) if word not in _STOP]


_STOP = frozenset(
    re.findall(
        r"\w+",
        """a about am an and are as at be been being but by can could do does did for from had has have how i
        if in into is it its me my no not of on or our so than that the their them then there these
        they this those to too us was we were what when where which while who why will with would
        you your""",
    )
)
