"""`/journey settings …`: one's own role and what the channel gets; for administrators roles, privacy and the audit."""

from collections.abc import Callable, Mapping
from datetime import datetime

from assistant import governing
from assistant.digests import subscribing
from assistant.listeners.commands.typed import Typed
from assistant.listeners.people import sender_of
from assistant.policy import Action
from assistant.rendering.slack import SlackMessage, notice
from assistant.rendering.slack_digest import render_list
from knowledge.errors import InputError

USAGE = (
    "Administrators: /journey settings role @ann editor · role @ann revoke · roles · audit · "
    "private SOURCE (keep a source to this channel) · open SOURCE"
)
AUDIT_LINES = 20


def handle_settings(typed: Typed) -> None:
    """Show how things stand, or do what an administrator asks for."""
    first = typed.rest.split(" ")[0].lower()
    act, action = _ACTS.get(first, (_show, "help"))
    if first and first not in _ACTS:
        act, action = _usage, "help"
    typed.run(lambda at: typed.place.post(act(typed, at)), action=action, only_asker=True)


def _usage(typed: Typed, at: datetime) -> SlackMessage:
    return notice(USAGE)


def _show(typed: Typed, at: datetime) -> SlackMessage:
    people = typed.desk.people
    role = people.actor(sender_of(typed.body), typed.client).role if people else "not checked"
    with typed.clerk.open() as store:
        held = [subscribing.told(sub, at) for sub in store.subscriptions.all(typed.channel)]
    lines = [f"Your role: {role}.", *(f"This channel gets {line}" for line in held)]
    return render_list(lines, "Settings", USAGE)


def _role(typed: Typed, at: datetime) -> SlackMessage:
    words = typed.raw.split()[3:]
    if len(words) != 2:
        raise InputError("Name a person or a group, and a role: /journey settings role @ann editor")
    whom, role = words
    with typed.clerk.open() as store:
        if role.lower() == "revoke":
            governing.revoke(store, whom, by=typed.user, at=at)
            return notice("Done: no role of their own any more.")
        given = governing.grant(store, whom, role, by=typed.user, at=at, team=typed.team)
    return notice(f"Done: {given} from now on.")


def _roles(typed: Typed, at: datetime) -> SlackMessage:
    with typed.clerk.open() as store:
        lines = [f"{held.subject}: {held.role}, given by {held.by}" for held in store.roles.all()]
    return render_list(lines, "Roles that were given" if lines else "No roles were given so far.", USAGE)


def _audit(typed: Typed, at: datetime) -> SlackMessage:
    with typed.clerk.open() as store:
        found = governing.changes(store, limit=AUDIT_LINES)
    lines = [f"{c.at:%Y-%m-%d %H:%M} {c.who or '(unattended)'}: {c.kind}: {c.what}" for c in found]
    return render_list(
        lines, f"The latest {AUDIT_LINES} changes" if lines else "Nothing was changed.", "All: journey audit"
    )


def _private(typed: Typed, at: datetime) -> SlackMessage:
    source = " ".join(typed.rest.split()[1:])
    with typed.clerk.open() as store:
        if not source:
            lines = [f"{name} is private to {home}" for name, home in store.private_sources.all().items()]
            return render_list(lines, "Private sources" if lines else "No source is private.", USAGE)
        pieces = governing.make_private(store, source, typed.channel, by=typed.user, at=at)
    return notice(f"Done: {source} ({pieces:,} pieces of feedback) is answered from in this channel only.")


def _open(typed: Typed, at: datetime) -> SlackMessage:
    source = " ".join(typed.rest.split()[1:])
    with typed.clerk.open() as store:
        governing.open_up(store, source, by=typed.user, at=at)
    return notice(f"Done: {source} is answered from everywhere.")


_ACTS: Mapping[str, tuple[Callable[[Typed, datetime], SlackMessage], Action]] = {
    "": (_show, "help"),
    "role": (_role, "manage_roles"),
    "roles": (_roles, "manage_roles"),
    "audit": (_audit, "read_audit"),
    "private": (_private, "settings"),
    "open": (_open, "settings"),
}
"""What can be asked for, and what it takes to be allowed to."""
