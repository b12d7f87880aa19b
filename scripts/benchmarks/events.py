"""events FILE|--generate N: seconds, memory and bytes of importing an event log, and seconds of a question about it.

`--generate` writes a log of about N events first: cases of about ten events in seven stages, with drop-off and loops
back. The import runs in a process of its own, so that its peak memory is its own. Each number of the funnel is then
counted by arrays and by SQL, and both must be equal.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from knowledge.readers.events import MEMORY
from scripts.benchmarks._common import peak_memory_mb, print_table

_STAGES = "stages:\n  Visited: [visit]\n  Chose: [choose]\n  Paid: [pay]\n  Onboarded: [onboard]\n  Used: [use]\n" \
          "  Renewed: [renew]\nends:\n  Left: [leave]\n"  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("file", nargs="?")
    parser.add_argument("--stages", help="which activity belongs to which stage; for a file")
    parser.add_argument("--generate", type=int, metavar="N", help="make a log of N events instead")
    parser.add_argument("--segment", action="append", default=[])
    parser.add_argument("--memory", default=MEMORY, help="what DuckDB may hold in memory")
    parser.add_argument("--db", help=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> dict[str, object]:
    """Import, then count."""
    if args.db:
        print(json.dumps(_imported(args)))
        return {}
    if not args.file and not args.generate:
        sys.exit("name a FILE with --stages, or --generate N")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if args.generate:
            args.file, args.stages = str(folder / "log.csv.gz"), str(folder / "stages.yaml")
            Path(args.stages).write_text(_STAGES, encoding="utf-8")
            generate(Path(args.file), args.generate)
            args.segment = ["plan"]
        done = _in_process(args, folder / "bench.db")
        counted = _counted(folder / "bench.db")
    rate = done["rows"] / done["seconds"]
    print_table(("", "rows", "cases", "seconds", "CPU s", "rows/s", "peak MB", "file MB"),
                [("import", done["rows"], done["cases"], done["seconds"], done["cpu_s"], rate, done["peak_mb"],
                  done["file_mb"])])  # fmt: skip
    print_table(("count, CPU s", "first (arrays, with reading)", "again", "by SQL", "equal"), counted["rows"])
    return {"import": done, "counts": counted}


def generate(path: Path, events: int) -> None:
    """Write a log of about so many events; the same number gives the same log."""
    import duckdb

    cases = max(1, round(events / 10))
    with duckdb.connect() as connection:
        # The usual way in order, four in five times; else any step, so that some drop off, skip or come back.
        connection.execute(
            f"""CREATE MACRO die(seed, sides) AS CAST(hash(seed) % sides AS INTEGER);
            CREATE TABLE named AS SELECT ['visit', 'choose', 'choose', 'pay', 'onboard', 'choose', 'pay', 'use', 'use',
                'renew', 'renew', 'leave', 'note', 'use'] AS names, ['basic', 'plus', 'pro'] AS plans;
            COPY (SELECT 'case-' || c AS case_id,
                names[1 + CASE WHEN die(c * 7 + i, 10) < 8 THEN i::INTEGER ELSE die(c * 13 + i, 14) END] AS activity,
                strftime(TIMESTAMP '2026-01-01' + to_seconds(c * 20 + i * 40000 + die(c * 31 + i, 30000)),
                '%Y-%m-%dT%H:%M:%SZ') AS "time", plans[1 + die(c, 3)] AS plan
                FROM range({cases}) cases(c), range(14) steps(i), named WHERE i <= 5 + die(c * 3, 9)
            ) TO '{path}' (HEADER, COMPRESSION gzip)"""
        )


def _in_process(args: argparse.Namespace, db: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "scripts.benchmarks", "--json", "/dev/null", "events", args.file, "--db", str(db),
               "--stages", args.stages, "--memory", args.memory]  # fmt: skip
    for segment in args.segment:
        command += ["--segment", segment]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[0])


def _imported(args: argparse.Namespace) -> dict[str, object]:
    from knowledge.layers.events import import_events
    from knowledge.readers.events import EventColumns, open_events, read_stages
    from knowledge.store import open_store, prepare
    from knowledge.templates import template

    prepare(Path(args.db))
    places = read_stages(Path(args.stages))
    start, cpu = time.perf_counter(), time.process_time()
    columns = EventColumns(segments=tuple(args.segment))
    with open_store(args.db) as store, open_events([Path(args.file)], columns, memory=args.memory) as file:
        done = import_events(store, file, b"k" * 32, name="log", journey=template("default"), stages=places,
                             at=datetime.now(UTC))  # fmt: skip
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    size = sum(path.stat().st_size for path in Path(args.db).parent.glob("bench.db*")) / 1e6
    return {"rows": done.rows, "cases": done.log.cases, "seconds": seconds, "cpu_s": cpu,
            "peak_mb": peak_memory_mb(), "file_mb": size}  # fmt: skip


def _counted(db: Path) -> dict[str, object]:
    from knowledge.analysis.funnel import ArrayEvents
    from knowledge.events import Cases
    from knowledge.store import open_store
    from knowledge.store.event_counts import SqlEvents

    rows = []
    with open_store(db) as store:
        start = time.process_time()
        arrays = ArrayEvents(store.events.facts())
        reading = time.process_time() - start
        sql = SqlEvents(store.db)
        log = arrays.logs()[0]
        asked = [("passage", log.steps[:2]), ("way of all steps", log.steps), ("stay", log.steps[:1])]
        for name, path in asked:
            cases = Cases(log=log.id)
            times, found = [], []
            for counts in (arrays, arrays, sql):
                start = time.process_time()
                found.append(counts.passage(cases, path) if len(path) > 1 else counts.stay(cases, path[0]))
                times.append(time.process_time() - start)
            rows.append((name, times[0] + reading, times[1], times[2], "yes" if found[0] == found[2] else "NO"))
            reading = 0.0
    return {"rows": rows, "peak_mb": peak_memory_mb()}
