"""Views, files, history and the agent pane: the Web API methods behind Slack's surfaces, and what they keep."""

import itertools
import threading
from collections.abc import Callable
from typing import Any

from . import block_kit

Json = dict[str, Any]
STATUSES = frozenset({"processing", "active", "suspended", "closed"})


class Surfaces:
    """What stands on each surface: Home per person, modals by id, files, prompts and the status of sessions.

    `check` refuses a payload, `post` posts a message, `refuse` raises Slack's error; the methods bring all three.
    """

    def __init__(
        self,
        *,
        url: Callable[[], str],
        check: Callable[[list[str], str], None],
        post: Callable[[Json], Json],
        refuse: Callable[[str], Exception],
    ) -> None:
        self._url, self._check, self._post, self._refuse = url, check, post, refuse
        self._count = itertools.count(1)
        self._lock = threading.Lock()
        self.homes: dict[str, Json] = {}
        self.modals: dict[str, Json] = {}
        self.files: dict[str, Json] = {}
        self.contents: dict[str, bytes] = {}
        self.prompts: list[Json] = []
        self.sessions: list[Json] = []
        self.history: list[Json] = []

    def methods(self) -> dict[str, Callable[[Json], Json]]:
        """Return the methods by name."""
        return {
            "views.open": self._open,
            "views.push": self._open,
            "views.update": self._update,
            "views.publish": self._publish,
            "files.getUploadURLExternal": self._upload_url,
            "files.completeUploadExternal": self._complete,
            "files.info": lambda args: {"file": self._file(str(args.get("file")))},
            "assistant.threads.setSuggestedPrompts": self._prompts,
            "agents.sessions.setStatus": self._session,
        }

    def drop_file(self, name: str, content: bytes, *, user: str, size: int | None = None) -> Json:
        """Let somebody upload a file; return it as events carry it."""
        key = f"F{next(self._count)}"
        self.contents[key] = content
        address = f"{self._url()}/files-pri/{key}"
        self.files[key] = {
            "id": key, "name": name, "title": name, "mimetype": "text/csv", "filetype": "csv", "user": user,
            "size": len(content) if size is None else size, "mode": "hosted", "is_external": False,
            "url_private": address, "url_private_download": address,
        }  # fmt: skip
        return self.files[key]

    def _view(self, args: Json, kind: str) -> Json:
        view = args.get("view") or {}
        self._check(block_kit.check_view(view), f"views ({view.get('type')})")
        if view.get("type") != kind:
            raise self._refuse("invalid_arguments")
        return dict(view)

    def _open(self, args: Json) -> Json:
        if not args.get("trigger_id"):
            raise self._refuse("invalid_trigger_id")
        view = self._view(args, "modal") | {"id": f"V{next(self._count)}", "hash": "1", "state": {"values": {}}}
        self.modals[view["id"]] = view
        return {"view": view}

    def _update(self, args: Json) -> Json:
        key = args.get("view_id")
        if key not in self.modals:
            raise self._refuse("not_found")
        self.modals[key].update(self._view(args, "modal") | {"hash": str(next(self._count))})
        return {"view": self.modals[key]}

    def _publish(self, args: Json) -> Json:
        if not args.get("user_id"):
            raise self._refuse("invalid_arguments")
        view = self._view(args, "home") | {"id": f"V{next(self._count)}"}
        self.homes[args["user_id"]] = view
        return {"view": view}

    def _upload_url(self, args: Json) -> Json:
        if not args.get("filename") or not int(args.get("length") or 0):
            raise self._refuse("invalid_arguments")
        key = f"F{next(self._count)}"
        self.files[key] = {"id": key, "name": args["filename"], "length": int(args["length"]),
                           "alt_txt": args.get("alt_txt")}  # fmt: skip
        return {"upload_url": f"{self._url()}/upload/{key}", "file_id": key}

    def _complete(self, args: Json) -> Json:
        files = [self._file(one["id"]) for one in args.get("files") or []]
        for one in files:
            if len(self.contents.get(one["id"], b"")) != one["length"]:
                raise self._refuse("file_update_failed")
        if args.get("channel_id"):
            message = {"channel": args["channel_id"], "text": args.get("initial_comment") or "", "files": files}
            self._post(message | ({"thread_ts": args["thread_ts"]} if args.get("thread_ts") else {}))
        return {"files": files}

    def _file(self, key: str) -> Json:
        if key not in self.files:
            raise self._refuse("file_not_found")
        return self.files[key]

    def _prompts(self, args: Json) -> Json:
        prompts = args.get("prompts") or []
        if not args.get("channel_id") or not 1 <= len(prompts) <= 4:
            raise self._refuse("invalid_arguments")
        if any(set(prompt) != {"title", "message"} for prompt in prompts):
            raise self._refuse("invalid_arguments")
        self.prompts.append(args)
        return {}

    def _session(self, args: Json) -> Json:
        if not args.get("channel_id") or args.get("status") not in STATUSES:
            raise self._refuse("invalid_arguments")
        self.sessions.append(args)
        return {}
