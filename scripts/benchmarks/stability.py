"""stability FILE… --text COL: how many texts keep their theme when the data or the seed change.

Runs as the product does: each re-clustering starts from the themes before it, is matched to them one to one, and
texts between two going-on themes stay. Starts with 85% of the texts, adds 5% three times, drops 5%, runs again
with the same seed and with another one; `from nothing` is another seed that knows of no earlier themes. A text
counts as kept if it had a theme before and has the same id after.
"""

import argparse
from pathlib import Path

import numpy as np

from knowledge.clustering.communities import find_themes
from knowledge.clustering.identity import match, stay
from scripts.benchmarks._common import column, print_table
from scripts.benchmarks.themes import vectors_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--text", required=True, metavar="COL", help="the column of the text")
    parser.add_argument("--vectors", type=Path, metavar="NPY", help="vectors of these texts, to save encoding them")
    parser.add_argument("--seed", type=int, default=0)


def run(args: argparse.Namespace) -> dict[str, object]:
    """Change the data and the seed step by step, and count the texts that keep their theme."""
    texts = [text for file in args.files for text in column(file, args.text)]
    vectors = vectors_of(texts, args.vectors)
    n = len(vectors)
    order = np.random.default_rng(args.seed).permutation(n)
    history = _History(vectors, args.seed)
    first = order[: round(n * 0.85)]
    rows = [("85% of the texts", *history.step(first))]
    rows += [(f"{share:.0%}: 5% more", *history.step(order[: round(n * share)])) for share in (0.90, 0.95, 1.00)]
    rows.append(("same data, same seed, from nothing", *history.repeat(seed=args.seed)))
    rows.append(("same data, same seed", *history.step(order)))
    rows.append(("same data, another seed", *history.step(order, seed=args.seed + 1)))
    rows.append(("two seeds, both from nothing", *history.repeat(seed=args.seed + 2)))
    rows.append(("5% dropped", *history.step(order[round(n * 0.05) :])))
    print_table(("change", "texts", "themes", "kept their theme"), rows)
    return {"rows": rows}


class _History:
    """The themes of the texts so far, under ids that last."""

    def __init__(self, vectors: np.ndarray, seed: int) -> None:
        self.vectors, self.seed = vectors, seed
        self.ids = np.full(len(vectors), -1, dtype=np.int64)
        self.next = 1
        self.resolution: float | None = None

    def step(self, chosen: np.ndarray, *, seed: int | None = None) -> tuple[int, int, float | str]:
        """Re-cluster the chosen texts, starting from what is known; return texts, themes, share that stayed."""
        chosen = np.sort(chosen)
        before = self.ids[chosen]
        start = np.unique(before, return_inverse=True)[1] - int((before < 0).any())
        own = np.ascontiguousarray(self.vectors[chosen])
        known = (before >= 0).any()
        found = find_themes(
            own,
            seed=self.seed if seed is None else seed,
            start=start.astype(np.int32) if known else None,
            before=self.resolution,
        )
        self.resolution = found.resolution or None
        matching = match(before, found.labels.astype(np.int64), next_number=self.next)
        after = stay(before, matching.labels, own)
        self.next = matching.next_number
        self.ids = np.full(len(self.vectors), -1, dtype=np.int64)
        self.ids[chosen] = after
        return len(chosen), found.count, _kept(before, after) if known else "-"

    def repeat(self, *, seed: int) -> tuple[int, int, float]:
        """Cluster everything twice from nothing, with our seed and with `seed`; match the second to the first."""
        first = find_themes(self.vectors, seed=self.seed).labels.astype(np.int64)
        second = find_themes(self.vectors, seed=seed)
        after = match(first, second.labels.astype(np.int64), next_number=int(first.max()) + 1).labels
        return len(first), second.count, _kept(first, after)


def _kept(before: np.ndarray, after: np.ndarray) -> float:
    had = before >= 0
    return float((before[had] == after[had]).mean())
