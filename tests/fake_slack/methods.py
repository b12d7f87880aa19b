"""Slack's Web API methods, as far as the bot may use them: arguments in, reply out."""

import base64
import itertools
import threading
import time
from collections.abc import Callable
from typing import Any

from . import block_kit
from .surfaces import Surfaces

Json = dict[str, Any]
BOT_TOKEN, APP_TOKEN = "xoxb-fake", "xapp-fake"
CLIENT = "Basic " + base64.b64encode(b"client-id:client-secret").decode()
TEAM, BOT_USER, BOT_ID, APP = "T0FAKE", "U0BOT", "B0BOT", "A0FAKE"


class Refused(Exception):
    """Slack would answer `{"ok": false, "error": ...}`."""

    def __init__(self, error: str, messages: list[str] | None = None) -> None:
        super().__init__(error)
        self.messages = messages or []


class Methods:
    """The methods by name. `url` is where Socket Mode is to be found; `problems` are the payloads that were refused."""

    def __init__(self, socket_url: Callable[[], str]) -> None:
        self._socket_url = socket_url
        self._count = itertools.count(1)
        self._lock = threading.Lock()
        self.teams: dict[str, str] = {BOT_TOKEN: TEAM}
        self.messages: list[Json] = []
        self.closed: set[str] = set()
        """Channels that the bot has not been invited to."""
        self.memberships: dict[str, list[str]] = {}
        """Channels that people are in, where it is not the team's alone."""
        self.problems: list[str] = []
        self._by_name: dict[str, Callable[[Json], Json]] = {
            "auth.test": self._auth_test,
            "apps.connections.open": lambda args: {"url": self._socket_url()},
            "chat.postMessage": lambda args: self._post(args, ephemeral=False),
            "chat.postEphemeral": lambda args: self._post(args, ephemeral=True),
            "chat.update": self._update,
            "conversations.info": self._conversation,
            "users.info": self._user,
            "users.conversations": self._conversations_of,
            "reactions.add": lambda args: _need(args, "channel", "timestamp", "name"),
            "assistant.threads.setStatus": lambda args: _need(args, "channel_id", "thread_ts", "status"),
        }
        self.surfaces = Surfaces(
            url=lambda: "http" + self._socket_url().removeprefix("ws").partition("/link")[0],
            check=self.check,
            post=lambda message: self._post(message | {"text": message["text"] or "a file"}, ephemeral=False),
            refuse=Refused,
        )
        self._by_name |= self.surfaces.methods()
        self._by_name |= {
            "chat.delete": self._delete,
            "conversations.history": lambda args: self._history(args, thread=False),
            "conversations.replies": lambda args: self._history(args, thread=True),
            "reactions.remove": lambda args: _need(args, "channel", "timestamp", "name"),
        }

    def call(self, name: str, args: Json, token: str | None) -> Json:
        """Return Slack's reply to a call."""
        if name == "oauth.v2.access":  # the one method that nobody needs a token for
            return self._install(args, token)
        method = self._by_name.get(name)
        if method is None:
            return {"ok": False, "error": "unknown_method", "req_method": name}
        try:
            if name == "auth.test" and token in self.teams:
                return {"ok": True} | self._auth_test(args) | {"team_id": self.teams[token]}
            self._authorise(name, token)
            # The SDK adds the workspace to every call; it says where, not what.
            return {"ok": True} | method({key: value for key, value in args.items() if key != "team_id"})
        except Refused as refused:
            return {"ok": False, "error": str(refused), "response_metadata": {"messages": refused.messages}}

    def next_ts(self) -> str:
        """Return a timestamp that no other message has; it grows."""
        with self._lock:
            return f"{int(time.time())}.{next(self._count):06d}"

    def check(self, problems: list[str], where: str) -> None:
        """Refuse a payload with Slack's error, and remember why."""
        if problems:
            self.problems += [f"{where}: {problem}" for problem in problems]
            raise Refused("invalid_blocks", problems)

    def _authorise(self, name: str, token: str | None) -> None:
        if not token:
            raise Refused("not_authed")
        if token not in ([APP_TOKEN] if name == "apps.connections.open" else self.teams):
            raise Refused("invalid_auth")

    def _install(self, args: Json, credentials: str | None) -> Json:
        """Let a workspace, which the code names, install the app."""
        if not str(args.get("code", "")).startswith("code-") or credentials != CLIENT:
            return {"ok": False, "error": "invalid_code"}
        team = str(args["code"]).removeprefix("code-")
        token = f"xoxb-{team.lower()}-{next(self._count)}"
        self.teams[token] = team
        return {"ok": True, "access_token": token, "token_type": "bot", "scope": "chat:write", "bot_user_id": BOT_USER,
                "app_id": APP, "team": {"id": team, "name": team}, "enterprise": None,
                "is_enterprise_install": False, "authed_user": {"id": "U0ADMIN"}}  # fmt: skip

    def _auth_test(self, args: Json) -> Json:
        return {"url": "https://fake.slack.com/", "team": "Fake", "team_id": TEAM, "user": "journey",
                "user_id": BOT_USER, "bot_id": BOT_ID, "app_id": APP, "is_enterprise_install": False}  # fmt: skip

    def _post(self, args: Json, *, ephemeral: bool) -> Json:
        if not args.get("channel"):
            raise Refused("channel_not_found")
        if args["channel"] in self.closed:
            raise Refused("not_in_channel")
        if ephemeral and not args.get("user"):
            raise Refused("user_not_found")
        self.check(block_kit.check_message(args), "chat.postEphemeral" if ephemeral else "chat.postMessage")
        if not args.get("text") and not args.get("blocks"):
            raise Refused("no_text")
        ts = self.next_ts()
        self.messages.append(args | {"ts": ts, "ephemeral": ephemeral})
        return {"channel": args["channel"], "ts": ts, "message_ts": ts, "message": self._as_message(args, ts)}

    def _update(self, args: Json) -> Json:
        self.check(block_kit.check_message(args), "chat.update")
        for message in self.messages:
            if message["ts"] == args.get("ts") and message["channel"] == args.get("channel"):
                message.update(args)
                return {"channel": args["channel"], "ts": args["ts"], "message": self._as_message(args, args["ts"])}
        raise Refused("message_not_found")

    def _delete(self, args: Json) -> Json:
        for message in list(self.messages):
            if message["ts"] == args.get("ts") and message["channel"] == args.get("channel"):
                self.messages.remove(message)
                return {"channel": args["channel"], "ts": args["ts"]}
        raise Refused("message_not_found")

    def _history(self, args: Json, *, thread: bool) -> Json:
        """Return what stands in a conversation, newest first, or in one of its threads, oldest first."""
        _need(args, "channel", *(["ts"] if thread else []))
        ours = [self._as_message(one, one["ts"]) | {"channel": one["channel"]} for one in list(self.messages)]
        found = [one for one in (*self.surfaces.history, *ours) if one["channel"] == args["channel"]]
        if thread:
            found = [one for one in found if args["ts"] in (one["ts"], one.get("thread_ts"))]
        else:
            found = [one for one in found if not one.get("thread_ts") or one["thread_ts"] == one["ts"]]
        oldest, latest = float(args.get("oldest") or 0), float(args.get("latest") or "inf")
        found = [one for one in found if oldest <= float(one["ts"]) <= latest]
        if str(args.get("include_all_metadata", "")).lower() not in ("1", "true"):
            found = [{key: value for key, value in one.items() if key != "metadata"} for one in found]
        found.sort(key=lambda one: float(one["ts"]), reverse=not thread)
        return {"messages": found[: int(args.get("limit") or 100)], "has_more": False}

    def _as_message(self, args: Json, ts: str) -> Json:
        kept = {key: args[key] for key in ("text", "blocks", "thread_ts", "metadata") if args.get(key) is not None}
        return kept | {"type": "message", "user": BOT_USER, "bot_id": BOT_ID, "team": TEAM, "ts": ts}

    def _conversation(self, args: Json) -> Json:
        _need(args, "channel")
        name = args["channel"]
        return {"channel": {"id": name, "name": name.lower(), "is_im": name.startswith("D"), "is_private": False,
                            "is_ext_shared": False, "is_member": True}}  # fmt: skip

    def _conversations_of(self, args: Json) -> Json:
        _need(args, "user")
        theirs = self.memberships.get(args["user"], ["C0TEAM"])
        return {"channels": [self._conversation({"channel": name})["channel"] for name in theirs]}

    def _user(self, args: Json) -> Json:
        _need(args, "user")
        return {"user": {"id": args["user"], "team_id": TEAM, "name": args["user"].lower(), "is_bot": False,
                         "is_restricted": False, "tz": "Europe/Vienna", "profile": {}}}  # fmt: skip


def _need(args: Json, *names: str) -> Json:
    missing = [name for name in names if not args.get(name)]
    if missing:
        raise Refused("invalid_arguments", [f"missing required field: {name}" for name in missing])
    return {}
