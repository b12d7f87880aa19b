"""People: who asks and where they are, found out from what Slack sends and says, and held against the policy.

    verdict = people.decide("correct_stage", body, client, only_asker=True)
    if not verdict.allowed:
        to.post(notice(verdict.text))

It asks Slack, so it is called on a worker, after the acknowledgement. What Slack said is believed for some minutes.
Where Slack cannot be asked just now, the last word holds; without one, nobody is trusted. Where the app lacks the scope
to ask, what came with the request has to do: then guests cannot be told from members, and the log says so.
"""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from assistant.policy import Action, Actor, Allowed, Place, PlaceKind, Refused, Standing, effective, may, role_of
from knowledge.roles import Role
from knowledge.store import open_store

log = logging.getLogger(__name__)

BELIEVED_S = 300.0
"""Seconds for which we believe what Slack said of a person, a channel or a group."""

NEVER_TOLD = frozenset({"missing_scope", "unknown_method", "not_allowed_token_type", "no_permission"})
_NOT_OURS = frozenset({"user_not_found", "user_not_visible", "users_not_found"})

Body = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Sender:
    """What a payload itself says about who sent it and from where."""

    user: str
    team: str | None = None
    channel: str | None = None
    channel_type: str | None = None
    shared: bool = False
    ephemeral: bool = False


def sender_of(body: Body) -> Sender:
    """Read an event, a command, a click or a submitted view; raises KeyError where no person stands in it."""
    event = body.get("event") or {}
    container = body.get("container") or {}
    user = body.get("user") or {}
    channel = event.get("channel") or body.get("channel_id") or container.get("channel_id") or _id(body.get("channel"))
    if isinstance(user, str):
        user = {"id": user}
    return Sender(
        user=event.get("user") or body.get("user_id") or user["id"],
        team=event.get("user_team") or event.get("team") or user.get("team_id") or body.get("team_id"),
        channel=_id(channel),
        channel_type=event.get("channel_type") or {"directmessage": "im"}.get(str(body.get("channel_name"))),
        shared=bool(body.get("is_ext_shared_channel")),
        ephemeral=bool(container.get("is_ephemeral")) or "command" in body,
    )


def channel_of(body: Body) -> str | None:
    """Return the channel that a payload came from; None for Home, modals, and what no person sent."""
    try:
        return sender_of(body).channel
    except KeyError:
        return None


@dataclass(frozen=True, kw_only=True)
class _Reply:
    """What Slack said at a moment of our clock: a reply, or the word by which it refused."""

    at: float
    said: Mapping[str, Any] = field(default_factory=dict)
    refusal: str = ""


class People:
    """Who may do what, asked by listeners. Safe to use from many threads.

    `admins` are administrators whatever was granted, so that nobody locks themselves out. `default` is what members of
    the workspace are without a grant.
    """

    def __init__(
        self,
        *,
        db: Path,
        admins: frozenset[str] = frozenset(),
        default: Role = "viewer",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._db = db
        self._admins = admins
        self._default: Role = default
        self._clock = clock
        self._lock = Lock()
        self._told: dict[tuple[str, str, str], _Reply] = {}
        self._warned: set[str] = set()

    def decide(
        self, action: Action, body: Body, client: WebClient, *, only_asker: bool = False, channel: str | None = None
    ) -> Allowed | Refused:
        """Decide whether whoever sent this may do it; `channel` where it concerns another one than it came from."""
        sender = sender_of(body)
        return may(
            self.actor(sender, client), action, self.place(sender, client, only_asker=only_asker, channel=channel)
        )

    def actor(self, sender: Sender, client: WebClient) -> Actor:
        """Return who somebody is: standing by Slack's word, role by what was granted."""
        standing = self._standing(sender, client)
        if sender.user in self._admins:
            return Actor(user=sender.user, role=effective("admin", standing), standing=standing)
        with open_store(self._db) as store:
            grants = store.roles.all()

        def in_group(group: str) -> bool:
            return sender.user in self._group(group, client)

        role = role_of(sender.user, standing, grants, in_group, default=self._default)
        return Actor(user=sender.user, role=role, standing=standing)

    def place(
        self, sender: Sender, client: WebClient, *, only_asker: bool = False, channel: str | None = None
    ) -> Place:
        """Return where somebody is; without a channel (Home, a modal) only they see the reply."""
        where = channel or sender.channel
        if where is None:
            return Place(kind="dm", only_asker=True)
        here = where == sender.channel
        kind: PlaceKind = "shared" if here and sender.shared else self._kind(where, sender if here else None, client)
        return Place(channel=where, kind=kind, only_asker=only_asker or (here and sender.ephemeral))

    def channels_of(self, user: str, client: WebClient) -> Mapping[str, str]:
        """Return the channels that somebody is in, by id, with their names; none where Slack doesn't tell."""
        kinds = "public_channel,private_channel"

        def ask() -> SlackResponse:
            return client.users_conversations(user=user, types=kinds, exclude_archived=True, limit=999)

        found = self._ask("list of channels", user, client, ask).said.get("channels") or ()
        return {str(one["id"]): str(one.get("name") or one["id"]) for one in found}

    def _standing(self, sender: Sender, client: WebClient) -> Standing:
        home = self._ask("home", "", client, lambda: client.auth_test()).said.get("team_id")
        found = self._ask("user", sender.user, client, lambda: client.users_info(user=sender.user))
        if found.refusal in _NOT_OURS:
            return "stranger"
        if found.refusal in NEVER_TOLD and home:
            return "stranger" if sender.team and sender.team != home else "member"
        if found.refusal or not home:
            return "unknown"
        return standing_of(found.said.get("user") or {}, home)

    def _kind(self, channel: str, sender: Sender | None, client: WebClient) -> PlaceKind:
        if channel.startswith("D") or (sender and sender.channel_type == "im"):
            return "dm"
        found = self._ask("channel", channel, client, lambda: client.conversations_info(channel=channel))
        if not found.refusal:
            return kind_of(found.said.get("channel") or {})
        # A channel that we are never told of is taken for one of ours that is closed; one that Slack does not tell of
        # just now, for one where others read along.
        return "private" if found.refusal in NEVER_TOLD | {"channel_not_found"} else "shared"

    def _group(self, group: str, client: WebClient) -> frozenset[str]:
        found = self._ask("group", group, client, lambda: client.usergroups_users_list(usergroup=group))
        return frozenset(found.said.get("users") or ())

    def _ask(self, what: str, key: str, client: WebClient, ask: Callable[[], SlackResponse]) -> _Reply:
        """Return what Slack says, or the word by which it refuses; the last word where it cannot be asked now."""
        place = (client.token or "", what, key)
        with self._lock:
            known = self._told.get(place)
        if known and self._clock() - known.at < BELIEVED_S:
            return known
        try:
            found = _Reply(at=self._clock(), said=dict(ask().data))
        except SlackApiError as error:
            found = _Reply(at=self._clock(), refusal=str(error.response.get("error")))
            self._warn(what, found.refusal)
            if found.refusal not in NEVER_TOLD | _NOT_OURS:
                return known or found
        except Exception:
            log.exception("Slack could not be asked about a %s", what)
            return known or _Reply(at=self._clock(), refusal="out_of_reach")
        with self._lock:
            self._told[place] = found
        return found

    def _warn(self, what: str, refusal: str) -> None:
        if refusal in NEVER_TOLD and what not in self._warned:
            self._warned.add(what)
            log.warning("Slack does not tell us of a %s (%s): reinstall the app by journey manifest", what, refusal)


def standing_of(user: Mapping[str, Any], home_team: str | None) -> Standing:
    """Read Slack's `user`: whether it is of this workspace (or its organisation), and a full member."""
    if user.get("is_stranger") or user.get("deleted") or user.get("is_bot"):
        return "stranger"
    teams = {user.get("team_id"), *((user.get("enterprise_user") or {}).get("teams") or ())}
    if home_team and user.get("team_id") and home_team not in teams:
        return "stranger"
    return "guest" if user.get("is_restricted") or user.get("is_ultra_restricted") else "member"


def kind_of(channel: Mapping[str, Any]) -> PlaceKind:
    """Read Slack's `channel`; one that is about to be shared with another company counts as shared."""
    if channel.get("is_im"):
        return "dm"
    if channel.get("is_ext_shared") or channel.get("is_pending_ext_shared"):
        return "shared"
    return "private" if channel.get("is_private") or channel.get("is_mpim") or channel.get("is_group") else "public"


def _id(thing: Body | str | None) -> str | None:
    return thing.get("id") if isinstance(thing, Mapping) else thing
