"""Governing: roles given and taken, sources made private, and the record of who changed what."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from knowledge.errors import InputError, NotFound
from knowledge.roles import ROLES, Role
from knowledge.store import Store

_SUBJECT = re.compile(r"[UWS][A-Z0-9]{2,20}")
_CHANNEL = re.compile(r"[CGD][A-Z0-9]{2,20}")


@dataclass(frozen=True, kw_only=True)
class Change:
    """One line of the record: what somebody did, when. `who` is None for a run of ours, or where nobody noted it."""

    at: datetime
    who: str | None
    kind: str
    what: str


def grant(store: Store, subject: str, role: str, *, by: str, at: datetime, team: str = "") -> Role:
    """Give a role to a user (`U…`) or a user group (`S…`); raises InputError where either is not one."""
    whom, known = _subject(subject), _role(role)
    with store.atomic():
        store.roles.grant(whom, known, by=by, at=at, team=team)
        store.audit.record("role", {"subject": whom, "role": known}, at=at, actor=by)
    return known


def revoke(store: Store, subject: str, *, by: str, at: datetime) -> None:
    """Take back what was granted; raises NotFound where nothing was."""
    whom = _subject(subject)
    with store.atomic():
        if not store.roles.revoke(whom):
            raise NotFound(f"{whom} was given no role, so there is none to take back. See: journey roles list")
        store.audit.record("role", {"subject": whom, "role": None}, at=at, actor=by)


def first_admin(store: Store, user: str, *, at: datetime, team: str = "") -> bool:
    """Make whoever installed the app its administrator, where there is none yet; say whether that was done."""
    if any(held.role == "admin" for held in store.roles.all()):
        return False
    grant(store, user, "admin", by="installation", at=at, team=team)
    return True


def make_private(store: Store, source: str, channel: str, *, by: str, at: datetime) -> int:
    """Let a source of feedback be answered from in one channel only; return how many pieces it holds now."""
    if not _CHANNEL.fullmatch(channel):
        raise InputError(f"{channel!r} is not a channel's id, such as C0123456789. Slack shows it in its details.")
    with store.atomic():
        store.private_sources.mark(source, channel, by=by, at=at)
        store.audit.record("private", {"source": source, "channel": channel}, at=at, actor=by)
    return store.private_sources.known().get(source, 0)


def open_up(store: Store, source: str, *, by: str, at: datetime) -> None:
    """Let a source be answered from everywhere again; raises NotFound where it was not private."""
    with store.atomic():
        if not store.private_sources.open_up(source):
            raise NotFound(f"{source} is private to no channel. See: journey private list")
        store.audit.record("private", {"source": source, "channel": None}, at=at, actor=by)


def changes(store: Store, *, limit: int | None = None) -> list[Change]:
    """Return who changed what, latest first: roles, privacy, erasure, subscriptions, themes and stages."""
    # What people decided about themes and stages is kept in ledgers of its own, which tell it in full.
    entries = [entry for entry in store.audit.all() if not {"edit", "correction"} & set(entry.detail)]
    found = [
        *(Change(at=e.at, who=e.actor, kind=e.kind, what=_told(e.kind, e.detail)) for e in entries),
        *(_of_theme(store)),
        *(_of_stages(store)),
    ]
    # Old entries may lack a time zone; they were written in universal time.
    in_order = sorted(found, key=lambda c: c.at if c.at.tzinfo else c.at.replace(tzinfo=UTC), reverse=True)
    return in_order[:limit]


def _of_theme(store: Store) -> list[Change]:
    found = []
    for edit in store.ledger.edits():
        what = f"edit {edit.number}: {edit.kind.replace('_', ' ')}"
        about = [*edit.themes, f"“{edit.text}”" if edit.text else "", *edit.feedback[:3]]
        undone = f" took back edit {edit.undoes}" if edit.undoes else ""
        found.append(
            Change(at=edit.at, who=edit.actor, kind="theme", what=" ".join([what, *filter(None, about)]) + undone)
        )
    return found


def _of_stages(store: Store) -> list[Change]:
    found = []
    for one in store.corrections.all():
        about = f"{one.theme} " if one.theme else f"{len(one.rows)} piece{'s' if len(one.rows) != 1 else ''} "
        what = {"undo": f"took back correction {one.undoes}", "mixed": f"{about}is of several stages"}
        said = what.get(one.kind, f"{about}to {one.stage}")
        found.append(Change(at=one.at, who=one.actor, kind="stage", what=f"correction {one.number}: {said}"))
    return found


def _told(kind: str, detail: Mapping[str, object]) -> str:
    """Say an entry of the audit in words; one of a kind that has none, by its details."""
    if kind == "role":
        return f"{detail['subject']} is now {detail['role']}" if detail.get("role") else f"{detail['subject']}: no role"
    if kind == "private":
        where = f"private to {detail['channel']}" if detail.get("channel") else "open to all channels"
        return f"{detail['source']} is {where}"
    return ", ".join(f"{name}: {value}" for name, value in detail.items())


def _subject(text: str) -> str:
    whom = text.strip().strip("<>@!").partition("|")[0].removeprefix("subteam^")
    if not _SUBJECT.fullmatch(whom):
        raise InputError(f"{text!r} is neither a Slack user's id (U…) nor a user group's (S…).")
    return whom


def _role(text: str) -> Role:
    for role in ROLES:
        if role == text.strip().lower():
            return role
    raise InputError(f"There is no role {text!r}. The roles are: {', '.join(ROLES)}.")
