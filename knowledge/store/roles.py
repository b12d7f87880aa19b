"""Roles that were granted, and which sources of feedback are private to a channel."""

from datetime import datetime

from sqlite_utils import Database

from knowledge.errors import InputError
from knowledge.roles import ROLES, Grant, Role


class RoleRows:
    """Grants and takes back roles; every change goes into the audit with who made it."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def all(self) -> list[Grant]:
        """Return every grant, by subject."""
        sql = "SELECT subject, role, by, at FROM roles ORDER BY subject"
        return [
            Grant(subject=subject, role=_role(role), by=by, at=datetime.fromisoformat(at))
            for subject, role, by, at in self._db.execute(sql)
        ]

    def grant(self, subject: str, role: Role, *, by: str, at: datetime, team: str = "") -> None:
        """Give a role to a user or a user group; one that they had is replaced."""
        sql = """INSERT INTO roles (subject, role, by, at, team) VALUES (?, ?, ?, ?, ?) ON CONFLICT (subject)
            DO UPDATE SET role = excluded.role, by = excluded.by, at = excluded.at, team = excluded.team"""
        self._db.execute(sql, [subject, _role(role), by, at.isoformat(), team])

    def revoke(self, subject: str) -> bool:
        """Take back what was granted; False where nothing was."""
        return bool(self._db.execute("DELETE FROM roles WHERE subject = ?", [subject]).rowcount)


class PrivateSourceRows:
    """Sources of feedback that are answered from in one channel only."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def all(self) -> dict[str, str]:
        """Return the channel of each private source."""
        return dict(self._db.execute("SELECT source, channel FROM private_sources ORDER BY source").fetchall())

    def mark(self, source: str, channel: str, *, by: str, at: datetime) -> None:
        """Let a source be answered from in this channel only."""
        sql = """INSERT INTO private_sources (source, channel, by, at) VALUES (?, ?, ?, ?) ON CONFLICT (source)
            DO UPDATE SET channel = excluded.channel, by = excluded.by, at = excluded.at"""
        self._db.execute(sql, [source, channel, by, at.isoformat()])

    def open_up(self, source: str) -> bool:
        """Let a source be answered from everywhere; False where it was not private."""
        return bool(self._db.execute("DELETE FROM private_sources WHERE source = ?", [source]).rowcount)

    def known(self) -> dict[str, int]:
        """Return how many pieces of feedback each source holds."""
        sql = "SELECT source, count(*) FROM feedback GROUP BY source ORDER BY source"
        return dict(self._db.execute(sql).fetchall())


def _role(text: str) -> Role:
    for role in ROLES:
        if role == text:
            return role
    raise InputError(f"There is no role {text!r}. The roles are: {', '.join(ROLES)}.")
