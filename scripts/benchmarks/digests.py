"""`bench digests`: a month of digests and alerts on a copy of a database, with downtime, faults, and moving clocks.

Two processes tick on one file. They are down for two and for three days, a tenth of all posts fail, a twentieth of the
processes die between the post and its note, and are started anew. Clocks go back on 25 October, and one channel
moves from Vienna to New York on the 14th. What was posted is counted by key, as the outbox does. People handle what
is raised: every other alert is taken on, the rest are put off for a week; only those may be reminded of, once.
"""

import argparse
import logging
import shutil
import tempfile
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import numpy as np

from assistant.answers.analyst import Analyst
from assistant.digests import subscribing
from assistant.digests.due import local_day, when
from assistant.digests.tick import AlertParcel, DigestParcel, Parcel, Scheduler
from knowledge.embedding import load_embedder
from knowledge.store import open_store, prepare
from knowledge.subscriptions import Subscription
from scripts.benchmarks._common import print_table

MOVE_AFTER = timedelta(days=13)
DOWN = ((timedelta(days=7), timedelta(days=9)), (timedelta(days=17), timedelta(days=20)))
PLAN = (
    {"channel": "C1", "weekday": 0, "minute": 540, "zone": "Europe/Vienna"},
    {"channel": "C2", "weekday": None, "minute": 150, "zone": "Europe/Vienna"},
    {"channel": "C3", "weekday": 4, "minute": 960, "zone": "Asia/Kolkata"},
)
BUDGETS = {"C1": 1, "C2": 2}
SNOOZE = timedelta(days=7)


class Died(Exception):
    """The process ended."""


class Slack:
    """Takes posts by key; some fail before they arrive, some take the process with them after."""

    def __init__(self, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self.posted: dict[str, Parcel] = {}
        self.failed = self.died = self.repeated = 0

    @property
    def alerts(self) -> list[AlertParcel]:
        """What was raised, and reminded of."""
        return [parcel for parcel in self.posted.values() if isinstance(parcel, AlertParcel)]

    def __call__(self, parcel: Parcel) -> None:
        """Take a parcel, or fail."""
        if self.random.random() < 0.10:
            self.failed += 1
            raise ConnectionError("Slack is out of reach")
        self.repeated += parcel.key in self.posted
        self.posted.setdefault(parcel.key, parcel)
        if self.random.random() < 0.05:
            self.died += 1
            raise Died


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the benchmark can be told."""
    parser.add_argument("db", type=Path, help="a database with feedback, such as the sample company's")
    parser.add_argument("--start", type=date.fromisoformat, default=date(2026, 10, 1))
    parser.add_argument("--days", type=int, default=31)
    parser.add_argument("--minutes", type=int, default=30, help="minutes between two ticks")
    parser.add_argument("--seed", type=int, default=0)


def run(args: argparse.Namespace) -> dict[str, object]:
    """Live through the month, print what came when, and return its figures."""
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        db = Path(shutil.copy(args.db, Path(folder) / "month.db"))
        prepare(db)
        slack = Slack(args.seed)
        start = datetime.combine(args.start, time(6), tzinfo=UTC)
        subs = _subscribe(db, start)
        _live(args, db, slack, subs, start)
        return _report(db, slack, subs) | _handled(db, slack)


def _subscribe(db: Path, start: datetime) -> list[Subscription]:
    common = {"by": "U1", "at": start, "since": start}
    with open_store(db) as store:
        subs = [store.subscriptions.add(Subscription(kind="digest", **plan, **common)) for plan in PLAN]  # type: ignore[arg-type]
        for channel, budget in BUDGETS.items():
            alerts = Subscription(kind="alerts", channel=channel, zone="Europe/Vienna", per_day=budget, **common)  # type: ignore[arg-type]
            subs.append(store.subscriptions.add(alerts))
    return subs


def _live(args: argparse.Namespace, db: Path, slack: Slack, subs: list[Subscription], start: datetime) -> None:
    analyst = Analyst(db, load_embedder(None))

    def process() -> Scheduler:
        return Scheduler(open=lambda: open_store(db), answers=lambda channel: analyst, deliver=slack)

    processes, moved = [process(), process()], False
    for step in range(args.days * 24 * 60 // args.minutes):
        passed = timedelta(minutes=args.minutes * step)
        if not moved and passed >= MOVE_AFTER:
            with open_store(db) as store:
                store.subscriptions.change_zone(subs[0].number, "America/New_York")
            moved = True
        if any(begin <= passed < end for begin, end in DOWN):
            processes = [process(), process()]
            continue
        which = int(slack.random.integers(2))
        died = slack.died
        processes[which].tick(start + passed)
        _handle(db, start + passed)
        if slack.died > died:
            processes[which] = process()


def _handle(db: Path, now: datetime) -> None:
    """Let people take on every other alert that is open, and put off the rest."""
    with open_store(db) as store:
        for alert in store.alerts.all():
            number = alert.number or 0
            if alert.state == "open" and alert.handled_by is None:
                if number % 2:
                    subscribing.acknowledge(store, number, by="U2", at=now, owner="U2")
                else:
                    subscribing.snooze(store, number, by="U3", at=now, wait=SNOOZE)


def _handled(db: Path, slack: Slack) -> dict[str, object]:
    """Hold reminders against what people did with the alerts."""
    with open_store(db) as store:
        alerts = {alert.number: alert for alert in store.alerts.all()}
    reminded = Counter(parcel.alert.number for parcel in slack.alerts if parcel.reminder)
    owned = [number for number, alert in alerts.items() if alert.owner]
    figures: dict[str, object] = {
        "alerts": len(alerts),
        "taken on": len(owned),
        "reminded of, though taken on": sum(reminded[number] for number in owned),
        "put off": sum(alert.handled_by == "U3" for alert in alerts.values()),
        "reminded of": len(reminded),
        "reminded of twice": sum(count > 1 for count in reminded.values()),
    }
    print("\nWhat people did with alerts, and what came of it")
    print_table(("what", "alerts"), list(figures.items()))
    return figures


def _report(db: Path, slack: Slack, subs: list[Subscription]) -> dict[str, object]:
    rows, figures = [], {}
    with open_store(db) as store:
        for sub in subs[: len(PLAN)]:
            runs = Counter(run.state for run in store.subscriptions.runs(sub.number))
            digests = [p.digest for p in slack.posted.values() if isinstance(p, DigestParcel)]
            own = [d for d in digests if d.subscription.number == sub.number]
            twice = len(own) - len({d.day for d in own})
            rows.append([when(sub), sum(runs.values()), runs["sent"], runs["missed"], sum(d.late for d in own), twice])
            figures[f"digest {sub.number}"] = dict(runs) | {"twice": twice, "posted": len(own)}
    print("\nDigests: days that came due, sent, covered by a later one after downtime, sent late, sent twice")
    print_table(("digest", "due", "sent", "covered", "late", "twice"), rows)
    rows = []
    for channel, budget in BUDGETS.items():
        own_alerts = [parcel.alert for parcel in slack.alerts if parcel.channel == channel and not parcel.reminder]
        days = Counter(local_day(alert.raised, "Europe/Vienna") for alert in own_alerts)
        stories = Counter(alert.theme for alert in own_alerts)
        worst, again = max(days.values(), default=0), sum(count - 1 for count in stories.values())
        rows.append([channel, len(own_alerts), budget, worst, again])
        figures[f"alerts {channel}"] = {"posted": len(own_alerts), "budget": budget, "most": worst, "again": again}
    print("\nAlerts: posted, allowed a day, most on a day, stories told again")
    print_table(("channel", "alerts", "budget", "most", "again"), rows)
    print(f"\n{slack.failed} posts failed, {slack.died} processes died after a post; {slack.repeated} were tried again "
          f"under a key that had been posted, and posted once")  # fmt: skip
    return figures | {"failed": slack.failed, "died": slack.died, "repeated": slack.repeated}
