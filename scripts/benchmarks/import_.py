"""import FILE: the whole import beside bare SentenceTransformer.encode on the same texts, and a second import.

Each way runs in a process of its own, so that its peak memory is its own; the model is loaded before the clock
starts in both. Columns are named as for `journey import feedback`.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from scripts.benchmarks._common import peak_memory_mb, print_table


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("file")
    parser.add_argument("--column", action="append", default=[], metavar="FIELD=COLUMN")
    parser.add_argument("--segment", action="append", default=[])
    parser.add_argument("--rounds", type=int, default=1, help="repeat the pair, and quote medians")
    parser.add_argument("--only", choices=["bare", "ours"], help=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> dict[str, object]:
    """Measure both ways in turn."""
    if args.only:
        print(json.dumps(_bare(args) if args.only == "bare" else _ours(args)))
        return {}
    rounds = [{way: _in_process(args, way) for way in ("bare", "ours")} for _ in range(args.rounds)]
    rows = []
    for one in rounds:
        bare, ours = one["bare"], one["ours"]
        rows.append(
            ("bare encode", bare["texts"], bare["seconds"], bare["texts"] / bare["seconds"], bare["peak_mb"], "")
        )
        rows.append(("import", ours["texts"], ours["seconds"], ours["texts"] / ours["seconds"], ours["peak_mb"],
                     f"{bare['seconds'] / ours['seconds']:.0%} of bare speed"))  # fmt: skip
        rows.append(("import again", ours["texts"], ours["again"], ours["texts"] / ours["again"], ours["peak_mb"],
                     f"{ours['again'] / ours['seconds']:.1%} of the first time"))  # fmt: skip
    print_table(("way", "texts", "seconds", "texts/s", "peak MB", ""), rows)
    for step, seconds in rounds[-1]["ours"]["steps"].items():
        print(f"  of which {step}: {seconds:.1f} s")
    return {"rounds": rounds}


def _in_process(args: argparse.Namespace, way: str) -> dict[str, float]:
    command = [sys.executable, "-m", "scripts.benchmarks", "--json", "/dev/null", "import", args.file, "--only", way]
    for name in ("column", "segment"):
        command += [part for value in getattr(args, name) for part in (f"--{name}", value)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[0])


def _opened(args: argparse.Namespace):  # noqa: ANN202
    from knowledge.readers.feedback import open_feedback

    columns = dict(pair.split("=", 1) for pair in args.column)
    return open_feedback(args.file, columns=columns, segments=args.segment)


def _bare(args: argparse.Namespace) -> dict[str, float]:
    from sentence_transformers import SentenceTransformer

    from knowledge.embedding import DEFAULT_MODEL, folder_of

    texts = [item.text for batch in _opened(args).batches() for item in batch.feedback]
    model = SentenceTransformer(str(folder_of(DEFAULT_MODEL)))
    model.encode(texts[:32])
    start = time.perf_counter()
    model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
    return {"texts": len(texts), "seconds": time.perf_counter() - start, "peak_mb": peak_memory_mb()}


def _ours(args: argparse.Namespace) -> dict[str, object]:
    from knowledge.embedding import load_embedder
    from knowledge.pipeline import derive, import_feedback
    from knowledge.store import open_store, prepare
    from knowledge.templates import template

    embedder = load_embedder()
    embedder.encode(["warm"] * 32)
    journey = template("default")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.db"
        prepare(path)
        seconds, steps = [], {}
        for _ in range(2):
            start = time.perf_counter()
            marks: list[tuple[str, float]] = [("Opening", start)]

            def progress(step: str, done: int, total: int, marks: list[tuple[str, float]] = marks) -> None:
                marks.append((step, time.perf_counter()))

            with open_store(path) as store:
                import_feedback(store, _opened(args), b"k" * 32, progress=progress)
                derive(store, embedder, journey, at=datetime.now(UTC), progress=progress)
                texts = store.feedback.count()
            seconds.append(time.perf_counter() - start)
            if not steps:
                for (_, before), (step, at) in zip(marks, [*marks[1:], ("Themes", time.perf_counter())], strict=True):
                    steps[step] = steps.get(step, 0.0) + at - before
    return {"texts": texts, "seconds": seconds[0], "again": seconds[1], "peak_mb": peak_memory_mb(), "steps": steps}
