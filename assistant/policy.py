"""Policy: who may do what, and where. One pure function, asked by every handler that changes or reveals something.

    verdict = may(actor, "correct_stage", place)
    if not verdict.allowed:
        return verdict.text          # a sentence for the asker: why not, and what to do

Who somebody is and where they are is found out elsewhere (`listeners/people.py` for Slack); nothing here asks anybody.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from knowledge.roles import ROLES, Grant, Role, at_least

Standing = Literal["member", "guest", "stranger", "unknown"]
"""A member of the workspace; a guest in it; somebody of another company (Slack Connect); not to be found out."""

PlaceKind = Literal["public", "private", "dm", "shared"]
"""A channel's kind. `private` takes in group conversations; `shared` is any channel that another company is in."""

Action = Literal[
    "help", "ask", "share", "rate", "preview_digest", "subscribe", "capture", "import", "correct_stage", "edit_theme",
    "handle_alert", "settings", "manage_roles", "read_audit", "forget",
]  # fmt: skip
ACTIONS: tuple[Action, ...] = get_args(Action)

LEAST: dict[Action, Role] = {
    "help": "none",
    "ask": "viewer", "share": "viewer", "rate": "viewer", "preview_digest": "viewer",
    "subscribe": "editor", "capture": "editor", "import": "editor", "correct_stage": "editor", "edit_theme": "editor",
    "handle_alert": "editor",
    "settings": "admin", "manage_roles": "admin", "read_audit": "admin", "forget": "admin",
}  # fmt: skip
"""The role that each action takes at least."""

FOR_ASKER_ONLY: frozenset[Action] = frozenset(("import", "settings", "manage_roles", "read_audit", "forget"))
"""What names customers, rows or people: only where nobody but the asker reads the reply."""

NOT_BEFORE_STRANGERS: frozenset[Action] = frozenset(
    ("ask", "rate", "preview_digest", "handle_alert", "correct_stage", "edit_theme")
)
"""What shows answers: not where another company reads along, unless only the asker sees it."""

NEVER_BEFORE_STRANGERS: frozenset[Action] = frozenset(("share", "subscribe"))
"""What puts answers into the channel itself, now or later."""

Reason = Literal["unknown_person", "stranger", "guest", "role", "overheard", "shared_channel"]

WORDS: dict[Action, str] = {
    "help": "see what can be asked", "ask": "ask", "share": "share an answer with a channel", "rate": "rate an answer",
    "preview_digest": "preview a digest", "subscribe": "subscribe a channel", "capture": "save feedback",
    "import": "import files", "correct_stage": "correct a stage", "edit_theme": "change a theme",
    "handle_alert": "take on or silence an alert", "settings": "change settings", "manage_roles": "give roles",
    "read_audit": "read the audit", "forget": "have a customer forgotten",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who wants something: a Slack user id (or the name of whoever sits at the machine), their role and standing."""

    user: str
    role: Role = "none"
    standing: Standing = "member"


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where it would happen. `only_asker`: nobody else in the channel sees the reply (ephemeral, modal, Home)."""

    channel: str | None = None
    kind: PlaceKind = "public"
    only_asker: bool = False

    @property
    def overheard(self) -> bool:
        """Whether others than the asker read the reply."""
        return self.kind != "dm" and not self.only_asker


@dataclass(frozen=True, kw_only=True)
class Allowed:
    """It may be done."""

    @property
    def allowed(self) -> Literal[True]:
        """True."""
        return True


@dataclass(frozen=True, kw_only=True)
class Refused:
    """It may not be done: why as a slug, and as a sentence for the asker, with what they can do about it."""

    reason: Reason
    text: str

    @property
    def allowed(self) -> Literal[False]:
        """False."""
        return False


OPERATOR = Actor(user="operator", role="admin")
"""Whoever sits at the machine that holds the file: nothing can be kept from them."""


def may(actor: Actor, action: Action, place: Place) -> Allowed | Refused:
    """Decide whether somebody may do something somewhere; the first reason against it is the one that is told."""
    if action == "help":
        return Allowed()
    return _person(actor) or _role(actor, action) or _place(action, place) or Allowed()


def effective(role: Role, standing: Standing) -> Role:
    """Return what a role is worth: guests stay viewers whatever they were given, strangers get nothing."""
    if standing in ("stranger", "unknown"):
        return "none"
    return "viewer" if standing == "guest" and at_least(role, "viewer") else role


def role_of(
    user: str, standing: Standing, grants: Iterable[Grant], in_group: Callable[[str], bool], *, default: Role = "viewer"
) -> Role:
    """Return the role that counts for a user: their own grant, else the highest of their groups', else the default.

    A grant to the person outranks those to groups, so that one member of a group can be given less. `in_group` tells
    whether the user belongs to a group's id. The default is for members: a guest needs a grant.
    """
    given = list(grants)
    own = [grant.role for grant in given if grant.subject == user]
    found = own or [grant.role for grant in given if grant.is_group and in_group(grant.subject)]
    role = max(found, key=ROLES.index) if found else default if standing == "member" else "none"
    return effective(role, standing)


def _person(actor: Actor) -> Refused | None:
    if actor.standing == "unknown":
        return Refused(
            reason="unknown_person",
            text="I could not find out from Slack who you are, so I keep this to myself. Please try again in a minute.",
        )
    if actor.standing == "stranger":
        return Refused(reason="stranger", text="I answer only people of the company that installed me.")
    return None


def _role(actor: Actor, action: Action) -> Refused | None:
    least = LEAST[action]
    if at_least(effective(actor.role, actor.standing), least):
        return None
    if actor.standing == "guest":
        if least == "viewer":
            text = "Guests get answers only after an administrator has made them viewers: journey roles grant."
        else:
            text = f"Guests cannot {WORDS[action]}. Ask a member of this workspace to do it."
        return Refused(reason="guest", text=text)
    article = "a" if least == "viewer" else "an"
    return Refused(
        reason="role",
        text=f"To {WORDS[action]} you need to be {article} {least} here. An administrator can make you one: "
        f"/journey settings role <@you> {least}, or journey roles grant.",
    )


def _place(action: Action, place: Place) -> Refused | None:
    if place.kind == "shared" and action in NEVER_BEFORE_STRANGERS:
        return Refused(
            reason="shared_channel",
            text="People of another company read this channel, so I post no answers here. Use a channel of your own.",
        )
    if place.kind == "shared" and place.overheard and action in NOT_BEFORE_STRANGERS:
        return Refused(
            reason="shared_channel",
            text="People of another company read this channel, so I keep answers out of it. Ask me in a direct "
            "message, or with /journey ask, which only you can see.",
        )
    if action in FOR_ASKER_ONLY and place.overheard:
        return Refused(
            reason="overheard", text="Others would read this here. Write to me directly, or use the /journey command."
        )
    return None
