"""The schema, as named migrations in order, the first of them in `first_tables`. Append; never edit a released one.

What was imported stands in `feedback`, `texts`, `segments`, `maps`, `metrics` and `metric_points`; all other tables
are derived and can be rebuilt from these, except for what people decided about themes and stages.
"""

from sqlite_utils import Database, Migrations

from knowledge.store.first_tables import m001_create_tables

migrations = Migrations("journey")


def m002_slack_events(db: Database) -> None:
    """Slack's deliveries that have been taken on, and when they were dealt with; times in Unix seconds."""
    db.execute("CREATE TABLE slack_events (key TEXT PRIMARY KEY, claimed_at REAL NOT NULL, done_at REAL) WITHOUT ROWID")
    db.execute("CREATE INDEX slack_events_done ON slack_events (done_at) WHERE done_at IS NOT NULL")


def m003_theme_ledger(db: Database) -> None:
    """Make room for the ledger: events of themes, decisions of people, and what the runs found before these."""
    for statement in _M003:
        db.execute(statement)


_M003 = (
    # What people decided can't be rebuilt from anything else.
    """CREATE TABLE theme_edits (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        at TEXT NOT NULL,
        actor TEXT NOT NULL,
        themes TEXT NOT NULL DEFAULT '[]',
        feedback TEXT NOT NULL DEFAULT '[]',
        text TEXT,
        upto INTEGER NOT NULL DEFAULT 0,
        undoes INTEGER REFERENCES theme_edits
    )""",
    """CREATE TABLE theme_events (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        theme TEXT NOT NULL,
        kind TEXT NOT NULL,
        at TEXT NOT NULL,
        actor TEXT,
        detail TEXT NOT NULL DEFAULT '{}',
        edit INTEGER REFERENCES theme_edits
    )""",
    "CREATE INDEX theme_events_theme ON theme_events (theme, number)",
    # The number of a theme, as a run found it; NULL: no run has looked at the point, -1: it fits no theme.
    "ALTER TABLE points ADD COLUMN found INTEGER",
    "CREATE INDEX points_found ON points (found)",
    "CREATE TABLE theme_examples (number INTEGER PRIMARY KEY, text_hash TEXT NOT NULL, theme INTEGER NOT NULL)",
)


def m004_audit(db: Database) -> None:
    """Keep who was asked to be forgotten, as marks that tell nobody who it was, and what erasure and upkeep did."""
    db.execute("CREATE TABLE kept_out (mark TEXT PRIMARY KEY, at TEXT NOT NULL) WITHOUT ROWID")
    db.execute(
        """CREATE TABLE audit (
            number INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, kind TEXT NOT NULL, detail TEXT NOT NULL
        )"""
    )


def m005_corrections(db: Database) -> None:
    """Make room for what people say about stages, and for the map's evidence that they are learned on."""
    db.execute(
        """CREATE TABLE corrections (
            number INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, at TEXT NOT NULL, actor TEXT NOT NULL,
            stage TEXT, theme TEXT, hoped TEXT, undoes INTEGER REFERENCES corrections
        )"""
    )
    # By row, not by id: what a person said goes with the feedback that it was said about.
    db.execute(
        """CREATE TABLE correction_rows (
            correction INTEGER NOT NULL REFERENCES corrections, feedback INTEGER NOT NULL REFERENCES feedback
            ON DELETE CASCADE, PRIMARY KEY (correction, feedback)
        ) WITHOUT ROWID"""
    )
    db.execute("CREATE INDEX correction_rows_feedback ON correction_rows (feedback)")
    # Probabilities of the map's stages, float16 in the map's order.
    db.execute("ALTER TABLE derived ADD COLUMN evidence BLOB")


def m006_slack_inbox(db: Database) -> None:
    """Keep what Slack delivered until it is dealt with, and what was sent to Slack; times in Unix seconds."""
    for statement in _M006:
        db.execute(statement)


_M006 = (
    """CREATE TABLE slack_inbox (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        team TEXT NOT NULL DEFAULT '',
        lane TEXT,
        payload TEXT NOT NULL,
        received_at REAL NOT NULL,
        due_at REAL NOT NULL,
        owner TEXT,
        leased_until REAL,
        failures INTEGER NOT NULL DEFAULT 0,
        crashes INTEGER NOT NULL DEFAULT 0,
        done_at REAL,
        outcome TEXT
    )""",
    "CREATE INDEX slack_inbox_open ON slack_inbox (number) WHERE done_at IS NULL",
    "CREATE INDEX slack_inbox_done ON slack_inbox (done_at) WHERE done_at IS NOT NULL",
    """CREATE TABLE slack_inbox_keys (
        key TEXT PRIMARY KEY, job INTEGER NOT NULL REFERENCES slack_inbox ON DELETE CASCADE
    ) WITHOUT ROWID""",
    "CREATE INDEX slack_inbox_keys_job ON slack_inbox_keys (job)",
    """CREATE TABLE slack_outbox (
        key TEXT PRIMARY KEY,
        method TEXT NOT NULL,
        team TEXT NOT NULL DEFAULT '',
        owner TEXT,
        begun_at REAL NOT NULL,
        leased_until REAL,
        sent_at REAL,
        channel TEXT,
        ts TEXT
    ) WITHOUT ROWID""",
    "CREATE TABLE slack_pace (lane TEXT PRIMARY KEY, next_at REAL NOT NULL) WITHOUT ROWID",
)


def m007_roles_and_subscriptions(db: Database) -> None:
    """Make room for roles, for what is private to a channel, for digests and alerts; let the audit name who did it."""
    for statement in _M007:
        db.execute(statement)


_M007 = (
    "ALTER TABLE audit ADD COLUMN actor TEXT",
    """CREATE TABLE roles (
        subject TEXT PRIMARY KEY, role TEXT NOT NULL, by TEXT NOT NULL, at TEXT NOT NULL, team TEXT NOT NULL DEFAULT ''
    ) WITHOUT ROWID""",
    """CREATE TABLE private_sources (
        source TEXT PRIMARY KEY, channel TEXT NOT NULL, by TEXT NOT NULL, at TEXT NOT NULL
    ) WITHOUT ROWID""",
    # `since`: only what is due after it counts; NULL: not live yet. `ended`: when it was taken back.
    """CREATE TABLE subscriptions (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        team TEXT NOT NULL DEFAULT '',
        channel TEXT NOT NULL,
        stages TEXT NOT NULL DEFAULT '[]',
        weekday INTEGER,
        minute INTEGER,
        zone TEXT NOT NULL,
        per_day INTEGER,
        by TEXT NOT NULL,
        at TEXT NOT NULL,
        since TEXT,
        ended TEXT
    )""",
    # A day (local, as it stands in the calendar) is dealt with once, whatever happens to clocks and zones after.
    """CREATE TABLE digest_runs (
        subscription INTEGER NOT NULL REFERENCES subscriptions,
        day TEXT NOT NULL,
        due TEXT NOT NULL,
        state TEXT NOT NULL,
        claimed TEXT NOT NULL,
        tries INTEGER NOT NULL DEFAULT 1,
        sent TEXT,
        PRIMARY KEY (subscription, day)
    ) WITHOUT ROWID""",
    """CREATE TABLE alerts (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        subscription INTEGER NOT NULL REFERENCES subscriptions,
        team TEXT NOT NULL DEFAULT '',
        channel TEXT NOT NULL,
        theme TEXT NOT NULL,
        status TEXT NOT NULL,
        onset TEXT NOT NULL,
        raised TEXT NOT NULL,
        day TEXT NOT NULL,
        seen TEXT NOT NULL,
        state TEXT NOT NULL,
        owner TEXT,
        handled_by TEXT,
        handled_at TEXT,
        snoozed_until TEXT
    )""",
    "CREATE INDEX alerts_theme ON alerts (channel, theme, number)",
    # What took a place in a channel's budget of a day: the alert itself, or a reminder that was asked for.
    """CREATE TABLE alert_posts (
        alert INTEGER NOT NULL REFERENCES alerts, n INTEGER NOT NULL, channel TEXT NOT NULL, day TEXT NOT NULL,
        PRIMARY KEY (alert, n)
    ) WITHOUT ROWID""",
    "CREATE INDEX alert_posts_day ON alert_posts (channel, day)",
)


def m008_threads_and_gaps(db: Database) -> None:
    """Make room for what threads remember, and for questions that could not be answered; days are ordinals."""
    db.execute(
        """CREATE TABLE threads (
            thread TEXT NOT NULL, number INTEGER NOT NULL, day INTEGER NOT NULL, question TEXT NOT NULL,
            items TEXT NOT NULL DEFAULT '[]', shown TEXT NOT NULL DEFAULT '[]', PRIMARY KEY (thread, number)
        )"""
    )
    db.execute(
        """CREATE TABLE gaps (
            number INTEGER PRIMARY KEY AUTOINCREMENT, day INTEGER NOT NULL, asked TEXT NOT NULL, reason TEXT NOT NULL
        )"""
    )


def m011_opinions_and_captures(db: Database) -> None:
    """Make room for what people think of answers, and for which channels and reactions bring in feedback."""
    for statement in _M011:
        db.execute(statement)


_M011 = (
    """CREATE TABLE opinions (
        team TEXT NOT NULL, channel TEXT NOT NULL, message TEXT NOT NULL, actor TEXT NOT NULL, at TEXT NOT NULL,
        verdict TEXT NOT NULL, reason TEXT, note TEXT, question TEXT NOT NULL, day TEXT NOT NULL,
        PRIMARY KEY (team, channel, message, actor)
    ) WITHOUT ROWID""",
    # An empty reaction: every message of a person in that channel.
    """CREATE TABLE captures (
        team TEXT NOT NULL, channel TEXT NOT NULL, reaction TEXT NOT NULL DEFAULT '', by TEXT NOT NULL,
        at TEXT NOT NULL, PRIMARY KEY (team, channel, reaction)
    ) WITHOUT ROWID""",
)


def m009_events(db: Database) -> None:
    """Make room for event logs: cases, and their visits of stages; times in ms since 1970, days as ordinals."""
    for statement in _M009:
        db.execute(statement)


_M009 = (
    """CREATE TABLE event_logs (
        id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, imported_at TEXT NOT NULL, stages TEXT NOT NULL,
        events INTEGER NOT NULL, other INTEGER NOT NULL
    )""",
    """CREATE TABLE event_cases (
        row INTEGER PRIMARY KEY, log INTEGER NOT NULL REFERENCES event_logs ON DELETE CASCADE, customer TEXT NOT NULL,
        day INTEGER NOT NULL, until INTEGER NOT NULL, segments TEXT NOT NULL DEFAULT '{}'
    )""",
    "CREATE INDEX event_cases_log ON event_cases (log, day)",
    "CREATE INDEX event_cases_customer ON event_cases (customer)",
    """CREATE TABLE event_visits (
        event_case INTEGER NOT NULL REFERENCES event_cases ON DELETE CASCADE, n INTEGER NOT NULL,
        stage INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (event_case, n)
    ) WITHOUT ROWID""",
)


def m012_slack_installations(db: Database) -> None:
    """Keep tokens of workspaces, sealed, and one-time words of installations under way, hashed."""
    db.execute(
        """CREATE TABLE slack_installations (
            workspace TEXT PRIMARY KEY, sealed BLOB NOT NULL, at REAL NOT NULL
        ) WITHOUT ROWID"""
    )
    db.execute("CREATE TABLE slack_states (state TEXT PRIMARY KEY, until REAL NOT NULL) WITHOUT ROWID")


def m010_fixes(db: Database) -> None:
    """Keep what people mended, and since when; `day` is an ordinal."""
    db.execute(
        """CREATE TABLE fixes (
            number INTEGER PRIMARY KEY AUTOINCREMENT, theme TEXT NOT NULL, day INTEGER NOT NULL, at TEXT NOT NULL,
            actor TEXT NOT NULL, note TEXT NOT NULL DEFAULT ''
        )"""
    )


_IN_ORDER = (
    m001_create_tables,
    m002_slack_events,
    m003_theme_ledger,
    m004_audit,
    m005_corrections,
    m006_slack_inbox,
    m007_roles_and_subscriptions,
    m008_threads_and_gaps,
    m011_opinions_and_captures,
    m009_events,
    m012_slack_installations,
    m010_fixes,
)
for _migration in _IN_ORDER:
    migrations()(_migration)
