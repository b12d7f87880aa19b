"""The tables that the file began with: feedback, what is derived from it, maps and metrics. Released, so never edited.

What changed since stands in `migrations`, step by step.
"""

from sqlite_utils import Database


def m001_create_tables(db: Database) -> None:
    """Feedback and what is derived from it; maps; metrics."""
    for statement in _M001:
        db.execute(statement)


_M001 = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    # Narrow, so that counting scans few pages; the words of customers stand apart in `texts`.
    """CREATE TABLE feedback (
        row INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        source TEXT NOT NULL,
        digest TEXT NOT NULL,
        at TEXT,
        day INTEGER NOT NULL DEFAULT 0,
        channel TEXT,
        customer TEXT,
        rating REAL,
        rating_low REAL,
        rating_high REAL,
        language TEXT,
        stage TEXT,
        url TEXT
    )""",
    "CREATE INDEX feedback_day ON feedback (day)",
    "CREATE INDEX feedback_customer ON feedback (customer) WHERE customer IS NOT NULL",
    "CREATE TABLE texts (feedback INTEGER PRIMARY KEY REFERENCES feedback ON DELETE CASCADE, text TEXT NOT NULL)",
    """CREATE TABLE segments (
        feedback INTEGER NOT NULL REFERENCES feedback ON DELETE CASCADE,
        name TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (feedback, name)
    ) WITHOUT ROWID""",
    "CREATE INDEX segments_value ON segments (name, value)",
    """CREATE TABLE points (
        feedback INTEGER NOT NULL REFERENCES feedback ON DELETE CASCADE,
        n INTEGER NOT NULL,
        start INTEGER NOT NULL,
        stop INTEGER NOT NULL,
        text_hash TEXT NOT NULL,
        theme TEXT,
        strength REAL,
        PRIMARY KEY (feedback, n)
    ) WITHOUT ROWID""",
    "CREATE INDEX points_theme ON points (theme) WHERE theme IS NOT NULL",
    "CREATE INDEX points_hash ON points (text_hash)",
    # An ordinary table: SQLite keeps WITHOUT ROWID rows in one B-tree, which blobs of this size would bloat.
    "CREATE TABLE vectors (text_hash TEXT NOT NULL, model TEXT NOT NULL, vector BLOB NOT NULL)",
    "CREATE UNIQUE INDEX vectors_key ON vectors (model, text_hash)",
    """CREATE TABLE derived (
        feedback INTEGER PRIMARY KEY REFERENCES feedback ON DELETE CASCADE,
        stage TEXT,
        stage_confidence REAL,
        staged_by TEXT,
        sentiment REAL,
        theme TEXT,
        duplicate_of INTEGER REFERENCES feedback ON DELETE SET NULL,
        counted INTEGER NOT NULL DEFAULT 1
    )""",
    "CREATE INDEX derived_duplicate ON derived (duplicate_of) WHERE duplicate_of IS NOT NULL",
    """CREATE TABLE themes (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        named_by TEXT,
        terms TEXT NOT NULL DEFAULT '[]',
        parent TEXT,
        quotes TEXT NOT NULL DEFAULT '[]',
        pinned INTEGER NOT NULL DEFAULT 0,
        retired INTEGER NOT NULL DEFAULT 0,
        centroid BLOB,
        model TEXT
    ) WITHOUT ROWID""",
    """CREATE TABLE maps (
        number INTEGER PRIMARY KEY, id TEXT NOT NULL, imported_at TEXT NOT NULL, document TEXT NOT NULL
    )""",
    """CREATE TABLE metrics (
        id TEXT PRIMARY KEY, name TEXT NOT NULL, unit TEXT NOT NULL, better TEXT NOT NULL,
        low REAL, high REAL, aliases TEXT NOT NULL DEFAULT '[]'
    ) WITHOUT ROWID""",
    """CREATE TABLE metric_points (
        metric TEXT NOT NULL REFERENCES metrics ON DELETE CASCADE,
        stage TEXT NOT NULL DEFAULT '',
        start INTEGER NOT NULL,
        stop INTEGER NOT NULL,
        segments TEXT NOT NULL DEFAULT '{}',
        label TEXT NOT NULL,
        value REAL NOT NULL,
        n INTEGER,
        target REAL,
        source TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (metric, stage, start, stop, segments, source)
    ) WITHOUT ROWID""",
    """CREATE VIRTUAL TABLE texts_fts USING fts5 (
        text, content='texts', content_rowid='feedback', tokenize='porter unicode61 remove_diacritics 2'
    )""",
    """CREATE TRIGGER texts_added AFTER INSERT ON texts BEGIN
        INSERT INTO texts_fts (rowid, text) VALUES (new.feedback, new.text);
    END""",
    """CREATE TRIGGER texts_removed AFTER DELETE ON texts BEGIN
        INSERT INTO texts_fts (texts_fts, rowid, text) VALUES ('delete', old.feedback, old.text);
    END""",
    """CREATE TRIGGER texts_changed AFTER UPDATE ON texts BEGIN
        INSERT INTO texts_fts (texts_fts, rowid, text) VALUES ('delete', old.feedback, old.text);
        INSERT INTO texts_fts (rowid, text) VALUES (new.feedback, new.text);
    END""",
)
