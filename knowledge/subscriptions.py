"""Subscriptions: what a channel gets by itself, digests on certain days and alerts; and what became of each."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

SubscriptionKind = Literal["digest", "alerts"]
RunState = Literal["claimed", "sent", "missed", "failed"]
AlertState = Literal["known", "raising", "open", "acknowledged", "snoozed"]

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, kw_only=True)
class Subscription:
    """What a channel gets: a digest of `stages` (none: of all) on `weekday` (0 Monday; None: daily), or alerts.

    `minute` is that of the day, on the clock of `zone` (IANA name), at which a digest is due; `per_day` is how many
    alerts there may be at most. `since` is None until it goes live; only what is due after it counts. `by` is who set
    it up. `number` is 0 before it is kept.
    """

    number: int = 0
    kind: SubscriptionKind
    channel: str
    zone: str
    by: str
    at: datetime
    team: str = ""
    stages: tuple[str, ...] = ()
    weekday: int | None = None
    minute: int | None = None
    per_day: int | None = None
    since: datetime | None = None
    ended: datetime | None = None

    @property
    def live(self) -> bool:
        """Whether it has gone live and has not been taken back."""
        return self.since is not None and self.ended is None


@dataclass(frozen=True, kw_only=True)
class DigestRun:
    """What became of the digest of one day: `missed` ones were caught up by a later one that was sent instead."""

    subscription: int
    day: date
    due: datetime
    state: RunState
    tries: int
    sent: datetime | None


@dataclass(frozen=True, kw_only=True)
class Alert:
    """A theme for which the test of recurrence fired, as a channel was told of it.

    `status` is what the test said, `onset` the Monday on which the stretch that it flagged begins; `seen` is the last
    day on which it was flagged still. `known`: it was so before the channel subscribed. `raising`: it is being posted.
    """

    number: int
    subscription: int
    team: str
    channel: str
    theme: str
    status: str
    onset: date
    raised: datetime
    seen: date
    state: AlertState
    owner: str | None = None
    handled_by: str | None = None
    handled_at: datetime | None = None
    snoozed_until: date | None = None
