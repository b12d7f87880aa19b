"""Settings: the only reader of the environment. Everything else takes what it needs as arguments."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.errors import SettingsError

if TYPE_CHECKING:
    from knowledge.roles import Role


def _setting(name: str, help_text: str, *, secret: bool = False, default: str | None = None) -> str | None:
    """Declare a setting: the variable that it comes from, and what `journey status` says about it."""
    metadata = {"variable": name, "help": help_text, "secret": secret}
    value: str | None = field(default=default, metadata=metadata)
    return value


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What can be set, by environment or in a `.env` file in the current folder; the environment wins."""

    db: str | None = _setting("JOURNEY_DB", "the database file", default="journey.db")
    embedder: str | None = _setting("JOURNEY_EMBEDDER", "a sentence-transformers model or a folder that holds one")
    key_file: str | None = _setting("JOURNEY_KEY_FILE", "key of customer ids; default: the database's path + .key")
    fiscal_start: str | None = _setting("JOURNEY_FISCAL_START", "first month of the fiscal year, 1 to 12", default="1")
    retention_days: str | None = _setting("JOURNEY_RETENTION_DAYS", "remove feedback older than so many days")
    unmasked: str | None = _setting(
        "JOURNEY_UNMASKED", "kinds of personal data to leave unmasked, such as name,address"
    )
    min_customers: str | None = _setting(
        "JOURNEY_MIN_CUSTOMERS", "show themes and quotes only from so many customers on", default="1"
    )
    admins: str | None = _setting("JOURNEY_ADMINS", "Slack user ids of who are administrators whatever was granted")
    default_role: str | None = _setting(
        "JOURNEY_DEFAULT_ROLE", "what members of the workspace may do without a grant", default="viewer"
    )
    slack_bot_token: str | None = _setting("SLACK_BOT_TOKEN", "the bot's token, xoxb-…", secret=True)
    slack_app_token: str | None = _setting("SLACK_APP_TOKEN", "the app's token for Socket Mode, xapp-…", secret=True)
    slack_signing_secret: str | None = _setting("SLACK_SIGNING_SECRET", "checks requests over HTTP", secret=True)
    slack_client_id: str | None = _setting("SLACK_CLIENT_ID", "for several workspaces: the app's id for OAuth")
    slack_client_secret: str | None = _setting(
        "SLACK_CLIENT_SECRET", "for several workspaces: the app's secret for OAuth", secret=True
    )
    workspaces: str | None = _setting(
        "JOURNEY_WORKSPACES", "for several workspaces: ids of those that may install the app, such as T0123,T0456"
    )
    slack_key_file: str | None = _setting(
        "JOURNEY_SLACK_KEY_FILE", "key of workspaces' tokens; default: the database's path + .slack.key"
    )
    slack_api_url: str | None = _setting(
        "SLACK_API_URL", "Slack's base URL; only for tests and stand-ins", default="https://slack.com/api/"
    )

    @property
    def db_path(self) -> Path:
        """Where the database file is."""
        return Path(self.db or "journey.db")

    @property
    def key_path(self) -> Path:
        """Where the key of customer ids is: beside the database file, never in it."""
        return Path(self.key_file) if self.key_file else self.db_path.with_name(self.db_path.name + ".key")

    @property
    def slack_key_path(self) -> Path:
        """Where the key of workspaces' tokens is: beside the database file, never in it."""
        return Path(self.slack_key_file or f"{self.db_path}.slack.key")

    @property
    def several_workspaces(self) -> bool:
        """Whether workspaces install the app by OAuth; raises SettingsError where two ways are mixed up."""
        oauth = [bool(self.slack_client_id), bool(self.slack_client_secret)]
        if any(oauth) and not all(oauth):
            raise SettingsError("SLACK_CLIENT_ID and SLACK_CLIENT_SECRET belong together: set both, or neither.")
        if all(oauth) and self.slack_bot_token:
            raise SettingsError(
                "SLACK_BOT_TOKEN is for one workspace, SLACK_CLIENT_ID and SLACK_CLIENT_SECRET are for several. "
                "Unset the one that you don't mean."
            )
        return all(oauth)

    @property
    def fiscal_month(self) -> int:
        """First month of the fiscal year; raises SettingsError where it is none."""
        month = _whole(self.fiscal_start or "1")
        if month is None or not 1 <= month <= 12:
            raise SettingsError(f"JOURNEY_FISCAL_START must be a month from 1 to 12, not {self.fiscal_start!r}.")
        return month

    @property
    def retention(self) -> timedelta | None:
        """How long feedback is kept, None for always; raises SettingsError where it is no number of days."""
        if self.retention_days is None:
            return None
        days = _whole(self.retention_days)
        if days is None or not 1 <= days <= 100_000:
            raise SettingsError(f"JOURNEY_RETENTION_DAYS must be a number of days, not {self.retention_days!r}.")
        return timedelta(days=days)

    @property
    def unmasked_kinds(self) -> frozenset[str]:
        """Kinds of personal data that are not masked; raises SettingsError for an unknown one."""
        from knowledge.privacy.spans import KINDS

        named = frozenset(kind.strip().lower() for kind in (self.unmasked or "").split(",") if kind.strip())
        if strangers := sorted(named - set(KINDS)):
            raise SettingsError(f"JOURNEY_UNMASKED knows no {', '.join(strangers)}. It knows: {', '.join(KINDS)}.")
        return named

    @property
    def admin_ids(self) -> frozenset[str]:
        """Slack's ids of the administrators."""
        return frozenset(part.strip() for part in (self.admins or "").split(",") if part.strip())

    @property
    def workspace_ids(self) -> frozenset[str] | None:
        """Slack's ids of the workspaces that may install the app; None where nobody has said which."""
        return (
            frozenset(part.strip() for part in self.workspaces.split(",") if part.strip()) if self.workspaces else None
        )

    @property
    def role_by_default(self) -> "Role":
        """The role of members without a grant; raises SettingsError where it is none, or an administrator's."""
        named: dict[str, Role] = {"none": "none", "viewer": "viewer", "editor": "editor"}
        if role := named.get((self.default_role or "viewer").strip().lower()):
            return role
        raise SettingsError(f"JOURNEY_DEFAULT_ROLE must be none, viewer or editor, not {self.default_role!r}.")

    @property
    def customer_floor(self) -> int:
        """From how many customers on a theme or quote is shown; raises SettingsError where it is no such number."""
        floor = _whole(self.min_customers or "1")
        if floor is None or floor < 1:
            raise SettingsError(f"JOURNEY_MIN_CUSTOMERS must be a number from 1 on, not {self.min_customers!r}.")
        return floor

    @classmethod
    def from_env(cls, environment: Mapping[str, str] | None = None, dotenv: Path | None = Path(".env")) -> "Settings":
        """Read the settings; an empty variable counts as not set."""
        found = {**_read_dotenv(dotenv), **(os.environ if environment is None else environment)}
        known = {f.metadata["variable"]: f.name for f in fields(cls)}
        return cls(**{name: found[variable] for variable, name in known.items() if found.get(variable)})

    def with_db(self, path: str | None) -> "Settings":
        """Return these settings with another database file, where one is named."""
        return replace(self, db=path) if path else self

    def described(self) -> list[tuple[str, str, str]]:
        """Return (variable, value, what it is) of each setting; secrets only say whether they are set."""
        return [(f.metadata["variable"], self._shown(f.name), f.metadata["help"]) for f in fields(self)]

    def _shown(self, name: str) -> str:
        value = getattr(self, name)
        if value is None:
            return "not set"
        secret = next(f.metadata["secret"] for f in fields(self) if f.name == name)
        return "set" if secret else str(value)


@contextmanager
def hidden_environment(prefix: str = "SLACK_") -> Iterator[None]:
    """Hide variables from libraries that read the environment by themselves, and then do what nobody asked for.

    Bolt takes SLACK_CLIENT_ID and SLACK_CLIENT_SECRET, even empty ones, for a wish for OAuth, and drops the token.
    """
    hidden = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith(prefix)}
    try:
        yield
    finally:
        os.environ.update(hidden)


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() else None


def _read_dotenv(path: Path | None) -> dict[str, str]:
    if path is None or not path.is_file():
        return {}
    from dotenv import dotenv_values

    return {name: value for name, value in dotenv_values(path).items() if value}
