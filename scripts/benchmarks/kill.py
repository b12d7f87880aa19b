"""kill FILE: `journey import feedback FILE` killed (SIGKILL) at random moments, then run to its end; compare states.

The file that an undisturbed import leaves is the truth; every table of each other one must be equal to it, vectors
to the last bit. Left out are when something was done, and the audit log, which rightly says how often it was begun.
"""

import argparse
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from knowledge.store import open_store
from scripts.benchmarks._common import print_table


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("file")
    parser.add_argument("--column", action="append", default=[], metavar="FIELD=COLUMN")
    parser.add_argument("--segment", action="append", default=[])
    parser.add_argument("--times", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0)


def run(args: argparse.Namespace) -> dict[str, object]:
    """Kill and compare."""
    chance = random.Random(args.seed)
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        start = time.perf_counter()
        truth = _state(_finish(args, folder / "truth.db"))
        length = time.perf_counter() - start
        for number in range(1, args.times + 1):
            path = folder / f"killed{number}.db"
            shutil.copy(folder / "truth.db.key", f"{path}.key")  # the same key: hashes of customers must agree
            moment = chance.uniform(0.02, 0.98) * length
            killed = _kill_after(args, path, moment)
            state = _state(_finish(args, path))
            differing = [table for table in truth if state.get(table) != truth[table]]
            rows.append(
                (number, round(moment, 2), "killed" if killed else "had finished", ", ".join(differing) or "equal")
            )
            print(f"\r{number} of {args.times}", end="", flush=True)
            for file in folder.glob(f"{path.name}*"):
                file.unlink()
    print()
    print_table(("#", "after s", "process", "state"), rows)
    equal = sum(1 for row in rows if row[3] == "equal")
    print(f"\n{equal} of {len(rows)} ended in the state of an undisturbed import ({length:.1f} s)")
    return {"rows": rows, "equal": equal, "seconds": length}


def _command(args: argparse.Namespace, path: Path) -> list[str]:
    command = [sys.executable, "-m", "assistant.cli", "--db", str(path), "import", "feedback", args.file]
    for option in ("column", "segment"):
        command += [part for value in getattr(args, option) for part in (f"--{option}", value)]
    return command


def _finish(args: argparse.Namespace, path: Path) -> Path:
    subprocess.run(_command(args, path), check=True, stdout=subprocess.DEVNULL)
    return path


def _kill_after(args: argparse.Namespace, path: Path, seconds: float) -> bool:
    process = subprocess.Popen(_command(args, path), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
        return True
    return False


def _state(path: Path) -> dict[str, str]:
    with open_store(path) as store:
        return {table: mark for table, mark in store.fingerprint().items() if table != "audit"}
