"""The clockwork of a serving process: a thread that ticks, and the post that it gives its parcels to."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from slack_sdk import WebClient

from assistant.digests.content import Answering
from assistant.digests.due import zone_of
from assistant.digests.tick import AlertParcel, Parcel, Scheduler, Withheld
from assistant.listeners.desk import Desk
from assistant.listeners.people import Sender
from assistant.listeners.posting import InThread
from assistant.policy import OPERATOR, Refused, may
from assistant.rendering.slack_digest import render_alert, render_digest
from knowledge.errors import NotFound
from knowledge.store import open_store

log = logging.getLogger(__name__)

EVERY = timedelta(seconds=30)

Now = Callable[[], datetime]


class Post:
    """Posts parcels through the desk's outbox: under one key, one message, whoever tries."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def __call__(self, parcel: Parcel) -> None:
        """Post it; raises what the outbox raises, NotFound where the app is not installed in its workspace.

        Raises Withheld where people of another company have come to read the channel since it was subscribed.
        """
        client = self._desk.clients(parcel.team)
        if client is None:
            raise NotFound(f"The app is not installed in {parcel.team}, so nothing can be posted there.")
        self._look_who_reads(parcel, client)
        if isinstance(parcel, AlertParcel):
            message = render_alert(parcel, by=name_of(client, parcel.by))
        else:
            message = render_digest(parcel.digest, by=name_of(client, parcel.digest.subscription.by))
        place = InThread(client=client, channel=parcel.channel, thread_ts=None)
        self._desk.send(parcel.key, place, message, client=client, team=parcel.team)

    def _look_who_reads(self, parcel: Parcel, client: WebClient) -> None:
        if not self._desk.people:
            return
        place = self._desk.people.place(Sender(user="", channel=parcel.channel), client)
        verdict = may(OPERATOR, "subscribe", place)
        if isinstance(verdict, Refused):
            raise Withheld(verdict.reason)


def name_of(client: WebClient, user: str) -> str:
    """Return what a person is called: no mention, which would ring at every digest; their id where Slack is silent."""
    try:
        found = client.users_info(user=user).get("user") or {}
    except Exception:
        return user
    profile = found.get("profile") or {}
    return str(profile.get("display_name") or found.get("real_name") or found.get("name") or user)


def zone_of_person(client: WebClient, user: str) -> str:
    """Return the time zone that a person has set in Slack; UTC where Slack is silent or names none that we know."""
    try:
        zone = str((client.users_info(user=user).get("user") or {}).get("tz") or "UTC")
        zone_of(zone)
    except Exception:
        return "UTC"
    return zone


def build_scheduler(db: Path, desk: Desk, answers: Callable[[str], Answering]) -> Scheduler:
    """Return what sees to digests and alerts in Slack."""
    return Scheduler(open=lambda: open_store(db), answers=answers, deliver=Post(desk))


class Clockwork:
    """Ticks on a thread of its own until it is stopped. `now` is the clock."""

    def __init__(self, scheduler: Scheduler, *, now: Now, every: timedelta = EVERY) -> None:
        self._scheduler = scheduler
        self._now = now
        self._every = every
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="journey-schedule", daemon=True)

    def start(self) -> None:
        """Begin to tick, at once."""
        self._thread.start()

    def stop(self, timeout_s: float) -> bool:
        """Tick no more; False where a tick was still under way when the time was up."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._scheduler.tick(self._now())
            except Exception:
                log.exception("a tick of the schedule failed; the next one tries again")
            self._stop.wait(self._every.total_seconds())
