"""Several workspaces: each one's token, sealed in the file, and what happens when one leaves.

Tokens are encrypted with Fernet (AES-128-CBC with HMAC-SHA-256) by a key that lies in a file of its own, so that the
database or a backup alone gives no token away.
"""

import base64
import hashlib
import json
import logging
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltError
from slack_sdk import WebClient
from slack_sdk.oauth import InstallationStore, OAuthStateStore
from slack_sdk.oauth.installation_store import Bot, Installation

from assistant.governing import first_admin
from knowledge.errors import SettingsError
from knowledge.privacy import load_or_create_key
from knowledge.store import Store
from knowledge.store.installations import InstallationRows, remove_workspace

log = logging.getLogger(__name__)

OpenStore = Callable[[], AbstractContextManager[Store]]

STATE_LIFE = timedelta(minutes=10)
"""So long somebody may take over Slack's page of consent."""


class Seal:
    """Encrypts and decrypts, by the key in a file that is made where there is none."""

    def __init__(self, key_file: Path) -> None:
        from cryptography.fernet import Fernet

        self._key_file = key_file
        self._fernet = Fernet(base64.urlsafe_b64encode(load_or_create_key(key_file)))

    def close(self, what: dict[str, Any]) -> bytes:
        """Return it encrypted."""
        return self._fernet.encrypt(json.dumps(what).encode())

    def open(self, sealed: bytes) -> dict[str, Any]:
        """Return what was sealed; raises SettingsError where it was by another key."""
        from cryptography.fernet import InvalidToken

        try:
            found: dict[str, Any] = json.loads(self._fernet.decrypt(sealed))
        except InvalidToken as error:
            raise SettingsError(
                f"The tokens in the database were sealed with another key than {self._key_file}. Restore that file; "
                "without it, each workspace has to install the app again."
            ) from error
        return found


class Installations(InstallationStore):  # type: ignore[misc]
    """The workspaces that installed the app, one bot token each; user tokens are not asked for and not kept.

    All are answered from the same feedback, and whoever finds the page to install it at can go through it. So only
    those in `allowed` may (None: any), and one that is taken off it is not known any more.
    """

    def __init__(
        self,
        *,
        open_store: OpenStore,
        seal: Seal,
        now: Callable[[], datetime],
        allowed: frozenset[str] | None = None,
    ) -> None:
        self._open, self._seal, self._now, self._allowed = open_store, seal, now, allowed

    @property
    def logger(self) -> logging.Logger:
        """The log of installations; tokens never stand in it."""
        return log

    def save(self, installation: Installation) -> None:
        """Keep a workspace's token, in the place of an earlier one; who installs it first becomes administrator.

        Raises BoltError, and keeps nothing, for a workspace that may not.
        """
        kept = {
            "bot_token": installation.bot_token,
            "bot_id": installation.bot_id,
            "bot_user_id": installation.bot_user_id,
            "team_id": installation.team_id,
            "enterprise_id": installation.enterprise_id,
            "bot_scopes": list(installation.bot_scopes or []),
        }
        workspace = installation.team_id or installation.enterprise_id
        if not self._may(str(workspace)):
            log.warning("refused to be installed in workspace %r: JOURNEY_WORKSPACES does not name it", workspace)
            raise BoltError("This workspace may not install the app. Whoever runs it can name it in its settings.")
        with self._open() as store:
            InstallationRows(store.db).save(workspace, self._seal.close(kept), at=self._now())
            if installation.user_id:
                first_admin(store, installation.user_id, at=self._now(), team=str(workspace))
        log.warning("installed in workspace %s", workspace)

    def save_bot(self, bot: Bot) -> None:
        """Keep nothing: `save` has kept the bot."""

    def _may(self, workspace: str) -> bool:
        return self._allowed is None or workspace in self._allowed

    def known(self, workspace: str) -> bool:
        """Tell whether the app is installed in a workspace, and may be."""
        if not self._may(workspace):
            return False
        with self._open() as store:
            return InstallationRows(store.db).find(workspace) is not None

    def find(self, workspace: str) -> dict[str, Any] | None:
        """Return what is kept for a workspace; None where the app isn't installed there, or may not be."""
        if not self._may(workspace):
            return None
        with self._open() as store:
            sealed = InstallationRows(store.db).find(workspace)
        return self._seal.open(sealed) if sealed else None

    def authorize(self, enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        """Return on whose behalf a request is handled; None for a workspace that has not installed the app."""
        kept = self.find(team_id or "") or self.find(enterprise_id or "")
        if kept is None:
            return None
        return AuthorizeResult(
            enterprise_id=kept["enterprise_id"],
            team_id=kept["team_id"],
            bot_token=kept["bot_token"],
            bot_id=kept["bot_id"],
            bot_user_id=kept["bot_user_id"],
            bot_scopes=kept["bot_scopes"],
        )

    def remove(self, workspace: str) -> None:
        """Delete a workspace's token and all that it left."""
        with self._open() as store:
            lost = remove_workspace(store.db, workspace)
            InstallationRows(store.db).remove(workspace)
        log.warning("workspace %s has left: token deleted, and %d rows", workspace, sum(lost.values()))


class States(OAuthStateStore):  # type: ignore[misc]
    """Words that tie Slack's reply to the browser that asked; each is good once, for ten minutes, and kept hashed."""

    def __init__(self, *, open_store: OpenStore, now: Callable[[], datetime]) -> None:
        self._open, self._now = open_store, now

    @property
    def logger(self) -> logging.Logger:
        """The log of installations."""
        return log

    def issue(self, *args: object, **more: object) -> str:
        """Return a new word."""
        state = secrets.token_urlsafe(32)
        with self._open() as store:
            InstallationRows(store.db).issue(_hash(state), until=self._now() + STATE_LIFE, at=self._now())
        return state

    def consume(self, state: str) -> bool:
        """Use up a word; False where it is none of ours, or not any more."""
        with self._open() as store:
            return InstallationRows(store.db).consume(_hash(state or ""), at=self._now())


def clients_of(installations: Installations, like: WebClient) -> Callable[[str], WebClient | None]:
    """Return how to get a workspace's client: with its token, and otherwise like the one given."""

    def client(team: str) -> WebClient | None:
        kept = installations.find(team)
        if kept is None:
            return None
        return WebClient(
            token=kept["bot_token"],
            base_url=like.base_url,
            timeout=like.timeout,
            ssl=like.ssl,
            proxy=like.proxy,
            team_id=kept["team_id"],
            retry_handlers=list(like.retry_handlers),
        )

    return client


def _hash(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()
