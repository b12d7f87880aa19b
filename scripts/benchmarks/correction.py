"""correction DB: what one answer about a theme's stage costs over growing numbers of staged feedback.

The feedback of DB is drawn again and again (as in `ask`) until there are as many pieces as asked for. `ask` opens the
review and chooses the first question; `read` reads all that a person's answers are weighed against, once per sitting,
when it is first to be said what an answer moves; `look` is the preview of one answer, `apply` writes it,
`undo` takes it back. `moved` rows change their stage; no other row is written but for what its confidence changes to.
"""

import argparse
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from scripts.benchmarks._common import peak_memory_mb, print_table
from scripts.benchmarks.ask import blow_up


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("db", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--seed", type=int, default=0)


def run(args: argparse.Namespace) -> dict[str, object]:
    """Blow the file up, answer one question of the review, and take it back."""
    rows = []
    for size in args.sizes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "bench.db"
            blow_up(args.db, path, size, seed=args.seed)
            rows.append(_one(path, size))
            print(f"{size:,}: done", flush=True)
    print_table(("feedback", "ask s", "read s", "look s", "apply s", "undo s", "asked about", "moved", "peak MB"), rows)
    return {"rows": rows}


def _one(path: Path, size: int) -> tuple[object, ...]:
    from knowledge.embedding import load_embedder
    from knowledge.layers.review import Review
    from knowledge.store import open_store
    from knowledge.templates import template

    with open_store(path) as store:
        journey = store.maps.current() or template("default")
        at, marks = datetime(2026, 1, 1, tzinfo=UTC), [time.perf_counter()]

        def took() -> float:
            marks.append(time.perf_counter())
            return marks[-1] - marks[-2]

        review = Review(store, journey, load_embedder().model_id, actor="bench")
        question = review.next()
        if question is None:
            raise SystemExit("The review has nothing to ask about this file.")
        asked = took()
        stage = review.desk.board.stages[-1]
        read = took()
        review.preview(question, stage, at=at)
        looked = took()
        _, moves = review.answer(question, stage, at=at)
        applied = took()
        review.undo(at=at)
        return f"{size:,}", asked, read, looked, applied, took(), question.count, moves.moved, peak_memory_mb()
