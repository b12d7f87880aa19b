"""Roles: who may do how much, as granted to a person or to a group of people."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Role = Literal["none", "viewer", "editor", "admin"]

ROLES: tuple[Role, ...] = ("none", "viewer", "editor", "admin")
"""From least to most; each may do what those before it may."""


@dataclass(frozen=True, kw_only=True)
class Grant:
    """A role given to `subject`, a user id (`U…`, `W…`) or a user group's id (`S…`), by somebody at some moment."""

    subject: str
    role: Role
    by: str
    at: datetime

    @property
    def is_group(self) -> bool:
        """Whether the subject is a group of users."""
        return self.subject.startswith("S")


def at_least(role: Role, least: Role) -> bool:
    """Tell whether a role reaches another one."""
    return ROLES.index(role) >= ROLES.index(least)
