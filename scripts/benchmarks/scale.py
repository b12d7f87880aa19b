"""scale N…: seconds and memory to group and name N texts, and how they grow with N.

The vectors are noisy copies of real ones (`--vectors`, with their `--texts` as a JSON list). Every size runs in a
process of its own, so that the peak is that size's. The last column is the growth of time over that of N: 1 is
linear.
"""

import argparse
import itertools
import json
import math
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from scripts.benchmarks._common import peak_memory_mb, print_table

_NOISE = 0.35
"""Length of the noise added to a unit vector: a copy has a cosine of about 0.94 to its original."""

_CHUNK = 50_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("sizes", nargs="+", type=int, metavar="N")
    parser.add_argument("--vectors", type=Path, required=True, metavar="NPY", help="real vectors to copy")
    parser.add_argument("--texts", type=Path, required=True, metavar="JSON", help="their texts, a list")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> dict[str, object]:
    """Measure each size."""
    if args.here:
        return measure(args.sizes[0], args.vectors, args.texts)
    rows: list[dict[str, float]] = []
    for n in args.sizes:
        out = Path(f"bench-results/scale-{n}.json")
        command = [sys.executable, "-m", "scripts.benchmarks", "--json", str(out), "scale", str(n), "--here"]
        subprocess.run(
            [*command, "--vectors", str(args.vectors), "--texts", str(args.texts)],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        row = json.loads(out.read_text(encoding="utf-8"))["result"]
        if rows:
            last = rows[-1]
            row["growth"] = math.log(row["total"] / last["total"]) / math.log(n / last["N"])
        rows.append(row)
        print(f"{n:,}: {row['total']:.1f} s, {row['peak MB']:,.0f} MB", flush=True)
    header = ("N", "neighbours", "resolution", "communities", "naming", "total", "themes", "peak MB", "growth")
    print()
    print_table(header, [[row.get(name, "-") for name in header] for row in rows])
    return {"rows": rows}


def measure(n: int, vectors: Path, texts: Path) -> dict[str, object]:
    """Group and name `n` noisy copies, timing the steps."""
    from knowledge.clustering.communities import find_themes
    from knowledge.clustering.naming import name_themes

    copies, said = noisy_copies(np.load(vectors), json.loads(texts.read_text(encoding="utf-8")), n)
    marks: list[tuple[str, float]] = []
    found = find_themes(copies, step=lambda name: marks.append((name, time.perf_counter())))
    marks.append(("naming", time.perf_counter()))
    name_themes(said, found.labels, copies)
    marks.append(("", time.perf_counter()))
    spent = {name: after - at for (name, at), (_, after) in itertools.pairwise(marks)}
    return {"N": n, **spent, "total": sum(spent.values()), "themes": found.count, "peak MB": peak_memory_mb()}


def noisy_copies(vectors: np.ndarray, texts: list[str], n: int) -> tuple[np.ndarray, list[str]]:
    """Return `n` unit vectors near random ones of `vectors`, and the texts that they are copies of."""
    random = np.random.default_rng(0)
    chosen = random.integers(0, len(vectors), n)
    copies = np.empty((n, vectors.shape[1]), dtype=np.float32)
    for start in range(0, n, _CHUNK):
        part = vectors[chosen[start : start + _CHUNK]]
        noise = random.standard_normal(part.shape, dtype=np.float32) * np.float32(_NOISE / math.sqrt(part.shape[1]))
        noisy = part + noise
        copies[start : start + _CHUNK] = noisy / np.linalg.norm(noisy, axis=1, keepdims=True)
    return copies, [texts[i] for i in chosen]
