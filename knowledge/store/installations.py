"""Installations: the workspaces that installed the app, each under its id, with what only the app's key opens."""

from datetime import datetime

from sqlite_utils import Database


class InstallationRows:
    """Keeps what belongs to a workspace, sealed, and the one-time words of installations under way."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def save(self, workspace: str, sealed: bytes, *, at: datetime) -> None:
        """Keep what belongs to a workspace, in the place of what was kept before."""
        with self._db.atomic():
            self._db.execute(
                """INSERT INTO slack_installations (workspace, sealed, at) VALUES (?, ?, ?)
                ON CONFLICT (workspace) DO UPDATE SET sealed = excluded.sealed, at = excluded.at""",
                [workspace, sealed, at.timestamp()],
            )

    def find(self, workspace: str) -> bytes | None:
        """Return what was kept for a workspace; None where the app isn't installed there."""
        row = self._db.execute("SELECT sealed FROM slack_installations WHERE workspace = ?", [workspace]).fetchone()
        return bytes(row[0]) if row else None

    def all(self) -> list[str]:
        """Return the workspaces, oldest first."""
        return [str(key) for (key,) in self._db.execute("SELECT workspace FROM slack_installations ORDER BY at")]

    def remove(self, workspace: str) -> None:
        """Delete what was kept for a workspace."""
        with self._db.atomic():
            self._db.execute("DELETE FROM slack_installations WHERE workspace = ?", [workspace])

    def issue(self, state: str, *, until: datetime, at: datetime) -> None:
        """Keep a word that is good once, until then; drop those whose time is over."""
        with self._db.atomic():
            self._db.execute("DELETE FROM slack_states WHERE until < ?", [at.timestamp()])
            self._db.execute("INSERT INTO slack_states (state, until) VALUES (?, ?)", [state, until.timestamp()])

    def consume(self, state: str, *, at: datetime) -> bool:
        """Use up a word; False where it isn't known, has been used, or is too old."""
        with self._db.atomic():
            cursor = self._db.execute(
                "DELETE FROM slack_states WHERE state = ? AND until >= ?", [state, at.timestamp()]
            )
            return bool(cursor.rowcount)


def remove_workspace(db: Database, workspace: str) -> dict[str, int]:
    """Delete all that a workspace left in any table with a column `team`; return the rows of each that lost some.

    Feedback, maps and metrics belong to the company and stay.
    """
    lost = {}
    with db.atomic():
        # What hangs on a subscription or an alert goes with it, below; until then the references may dangle.
        db.execute("PRAGMA defer_foreign_keys = ON")
        db.execute("DELETE FROM slack_pace WHERE lane LIKE ? || ':%'", [workspace])
        for table in db.table_names():
            if "team" in {column.name for column in db[table].columns}:
                count = db.execute(f'DELETE FROM "{table}" WHERE team = ?', [workspace]).rowcount
                if count:
                    lost[table] = int(count)
        db.execute("DELETE FROM digest_runs WHERE subscription NOT IN (SELECT number FROM subscriptions)")
        db.execute("DELETE FROM alert_posts WHERE alert NOT IN (SELECT number FROM alerts)")
    return lost
