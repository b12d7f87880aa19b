"""Opinions about answers, and which channels and reactions bring in feedback."""

from dataclasses import astuple, dataclass, fields
from datetime import date, datetime

from sqlite_utils import Database

from knowledge.opinions import Opinion

_COLUMNS = "team, channel, message, actor, at, verdict, question, day, reason, note"


class OpinionRows:
    """Keeps what people think of answers: one opinion a person and answer."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def save(self, opinion: Opinion) -> None:
        """Keep an opinion, in place of an earlier one of the same person about the same answer.

        The same verdict again, without reason or note, changes nothing: somebody clicked twice, or the click was
        worked off after the modal that it had opened.
        """
        values = [v.isoformat() if isinstance(v, date) else v for v in astuple(opinion)]
        marks = ", ".join("?" for _ in fields(Opinion))
        sql = f"""INSERT INTO opinions ({_COLUMNS}) VALUES ({marks})
            ON CONFLICT DO UPDATE SET at = excluded.at, verdict = excluded.verdict,
                question = excluded.question, day = excluded.day, reason = excluded.reason, note = excluded.note
            WHERE excluded.verdict != verdict OR excluded.reason IS NOT NULL OR excluded.note IS NOT NULL"""
        with self._db.atomic():
            self._db.execute(sql, values)

    def all(self) -> list[Opinion]:
        """Return all opinions, oldest first."""
        found = self._db.execute(f"SELECT {_COLUMNS} FROM opinions ORDER BY at, team, channel, message, actor")
        names = _COLUMNS.split(", ")
        rows = [dict(zip(names, row, strict=True)) for row in found]
        return [
            Opinion(**row | {"at": datetime.fromisoformat(row["at"]), "day": date.fromisoformat(row["day"])})
            for row in rows
        ]


@dataclass(frozen=True, kw_only=True)
class Capture:
    """A wish: take messages in `channel` for feedback; all of them, or those that get this reaction."""

    team: str
    channel: str
    by: str
    at: datetime
    reaction: str = ""


class CaptureRows:
    """Keeps from where feedback is captured."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def all(self, team: str, channel: str) -> list[Capture]:
        """Return what is captured in a channel."""
        sql = "SELECT reaction, by, at FROM captures WHERE team = ? AND channel = ? ORDER BY reaction"
        return [
            Capture(team=team, channel=channel, reaction=reaction, by=by, at=datetime.fromisoformat(at))
            for reaction, by, at in self._db.execute(sql, [team, channel])
        ]

    def save(self, wish: Capture) -> None:
        """Capture from now on; who wished it first stays named."""
        sql = "INSERT OR IGNORE INTO captures (team, channel, reaction, by, at) VALUES (?, ?, ?, ?, ?)"
        with self._db.atomic():
            self._db.execute(sql, [wish.team, wish.channel, wish.reaction, wish.by, wish.at.isoformat()])

    def stop(self, team: str, channel: str) -> int:
        """Capture nothing there any more; return how many wishes that ends."""
        with self._db.atomic():
            cursor = self._db.execute("DELETE FROM captures WHERE team = ? AND channel = ?", [team, channel])
            return int(cursor.rowcount)
