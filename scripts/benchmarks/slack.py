"""slack: events delivered three times each while calls fail and processes are killed; then how soon it acknowledges.

The way of an event is the real one: Socket Mode, Bolt, inbox, workers, outbox, Web API; only Slack is ours
(tests/fake_slack), and the answerer repeats the question instead of looking anything up. What Slack does not see
acknowledged it delivers again. A failing call is a 429, a 5xx before the call had its effect, or a 5xx after.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.store import open_store, prepare
from knowledge.store.inbox import InboxRows
from scripts.benchmarks._common import print_table
from tests.fake_slack import FakeSlack, lost_reply, rate_limited, server_error

Json = dict[str, Any]
RETRY_S = 3.0
"""Slack waits so long for an acknowledgement before it counts a delivery as failed."""
WINDOW = 40
"""Deliveries that are under way at a time."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--events", type=int, default=2000)
    parser.add_argument("--times", type=int, default=3, help="deliveries of each event")
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--processes", type=int, default=2, help="bots on one file")
    parser.add_argument("--fail", type=float, default=0.1, help="share of calls that fail")
    parser.add_argument("--in-flight", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)


def run(args: argparse.Namespace) -> dict[str, object]:
    """Deliver, kill, count; then measure acknowledgements."""
    with tempfile.TemporaryDirectory() as folder:
        once = _exactly_once(args, Path(folder) / "once.db")
        acknowledged = _acknowledgements(args, Path(folder) / "ack.db")
    print_table(("what", "value"), [(name.replace("_", " "), value) for name, value in (once | acknowledged).items()])
    return once | acknowledged


@dataclass
class Bots:
    """Processes that serve one file."""

    slack: FakeSlack
    db: Path
    seconds: float
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    kills: int = 0

    def start(self) -> None:
        """Start one more."""
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "JOURNEY_"))},
            "JOURNEY_DB": str(self.db),
            "SLACK_BOT_TOKEN": self.slack.bot_token,
            "SLACK_APP_TOKEN": self.slack.app_token,
            "SLACK_API_URL": self.slack.url,
        }
        command = [sys.executable, "-m", "scripts.benchmarks._slack_bot", str(self.seconds)]
        self.running.append(subprocess.Popen(command, env=environment))

    def kill(self, chance: random.Random) -> None:
        """Kill one as roughly as it goes, and start another."""
        victim = self.running.pop(chance.randrange(len(self.running)))
        victim.send_signal(signal.SIGKILL)
        victim.wait()
        self.kills += 1
        self.start()

    def waiting(self) -> int:
        """Count what is in the inbox and not done."""
        with open_store(self.db) as store:
            return InboxRows(store.db).waiting()


@contextmanager
def _bots(db: Path, *, count: int, seconds: float) -> Iterator[Bots]:
    prepare(db)
    with FakeSlack() as slack:
        bots = Bots(slack=slack, db=db, seconds=seconds)
        for _ in range(count):
            bots.start()
        try:
            slack.wait_for(lambda: len(slack.sockets) >= count, timeout_s=120)
            yield bots
        finally:
            for bot in bots.running:
                bot.kill()
                bot.wait()


def _exactly_once(args: argparse.Namespace, db: Path) -> dict[str, object]:
    chance = random.Random(args.seed)
    with _bots(db, count=args.processes, seconds=0.02) as bots:
        slack = bots.slack
        kinds = (rate_limited(0), rate_limited(1), server_error(500), server_error(503), lost_reply(500))
        slack.fail(args.fail, kinds, seed=args.seed)
        events = [_event(slack, n, args.users) for n in range(args.events)]
        deliveries = [(f"Ev{n}", event) for n, event in enumerate(events)] * args.times
        chance.shuffle(deliveries)
        start = time.monotonic()
        again, latencies = _deliver(bots, deliveries, chance, kills=args.kills)
        while bots.waiting() and time.monotonic() - start < 1800:
            time.sleep(0.5)
        seconds = time.monotonic() - start
        answers = Counter(_asked(message) for message in slack.posted)
        failed = sum(1 for call in slack.calls if call.status >= 400)
        found = [answers.get(f"question {n}", 0) for n in range(args.events)]
        return {
            "events": args.events,
            "deliveries": len(deliveries),
            "delivered_again_for_want_of_an_acknowledgement": again,
            "processes_killed": bots.kills,
            "calls": len(slack.calls),
            "calls_failed": failed,
            "answered_exactly_once": sum(1 for count in found if count == 1),
            "answered_twice_or_more": sum(1 for count in found if count > 1),
            "never_answered": found.count(0),
            "payloads_refused": len(slack.problems),
            "seconds": round(seconds, 1),
            "ack_under_faults_p50_ms": _ms(latencies, 0.5),
            "ack_under_faults_p99_ms": _ms(latencies, 0.99),
        }


def _event(slack: FakeSlack, n: int, users: int) -> Json:
    """Return the n-th question: four in five in direct conversations, one in five in ten channels."""
    user = f"U{n % users}"
    if n % 5:
        return slack.direct(f"question {n}", user=user, channel=f"D{n % users}")
    return slack.mention(f"question {n}", user=user, channel=f"C{n // 5 % 10}")


def _asked(message: Json) -> str:
    return str(message["text"]).partition("You asked: ")[2].partition(".")[0]


def _deliver(
    bots: Bots, deliveries: list[tuple[str, Json]], chance: random.Random, *, kills: int
) -> tuple[int, list[float]]:
    """Deliver all, killing on the way, until all are acknowledged; return what came again, and the seconds of acks."""
    slack, queue, open_ = bots.slack, deque(deliveries), {}
    total, again, latencies = len(deliveries), 0, []
    moments = sorted(chance.uniform(0.03, 0.97) * total for _ in range(kills))
    while queue or open_:
        while queue and len(open_) < WINDOW:
            slack.wait_for(lambda: slack.sockets, timeout_s=300)  # all may have been killed
            event_id, event = queue.popleft()
            (envelope,) = slack.send_event(event, event_id=event_id)
            open_[envelope] = (time.monotonic(), event_id, event)
        if moments and total - len(queue) >= moments[0]:
            moments.pop(0)
            bots.kill(chance)
        time.sleep(0.005)
        for envelope, (sent, event_id, event) in list(open_.items()):
            if envelope in slack.acked_at:
                latencies.append(slack.acked_at[envelope] - sent)
                del open_[envelope]
            elif time.monotonic() - sent > RETRY_S:
                del open_[envelope]
                queue.append((event_id, event))
                again += 1
    return again, latencies


def _acknowledgements(args: argparse.Namespace, db: Path) -> dict[str, object]:
    """Send questions until so many are in flight, all workers busy; then measure further ones, and commands."""
    with _bots(db, count=1, seconds=20.0) as bots:
        slack = bots.slack
        events = [
            _sent(slack, slack.send_event(slack.direct(f"q{n}", channel=f"D{n}"))[0]) for n in range(args.in_flight)
        ]
        in_flight = bots.waiting()
        more, commands = [], []
        for n in range(100):
            more.append(_sent(slack, slack.send_event(slack.direct(f"more {n}", channel=f"E{n}"))[0]))
            commands.append(_sent(slack, slack.send_command(f"ask another {n}?")))
        return {
            "in_flight": in_flight,
            "still_in_flight_at_the_end": bots.waiting(),
            "ack_event_p50_ms": _ms(events + more, 0.5),
            "ack_event_p99_ms": _ms(events + more, 0.99),
            "ack_command_p50_ms": _ms(commands, 0.5),
            "ack_command_p99_ms": _ms(commands, 0.99),
        }


def _sent(slack: FakeSlack, envelope: str) -> float:
    start = time.monotonic()
    slack.wait_for(lambda: envelope in slack.acked_at, timeout_s=10)
    return slack.acked_at[envelope] - start


def _ms(seconds: list[float], share: float) -> float:
    return round(float(np.quantile(seconds, share)) * 1000, 1) if seconds else 0.0
