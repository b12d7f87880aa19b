"""incremental N…: seconds of the theme step when new texts come to N known ones, beside grouping all of them anew.

For each N a file is filled with noisy copies of real vectors (`--vectors`, with their `--texts` as a JSON list), each
with a text of its own, and grouped once. Then come 100 and 1,000 new ones, and at last everything is grouped anew.
Encoding is left out: it is done once per text, and is the same either way.
"""

import argparse
import json
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from knowledge.feedback import Feedback, Point, text_hash
from knowledge.layers.themes import ThemesRun, update_themes
from knowledge.store import Store, open_store, prepare
from scripts.benchmarks._common import print_table
from scripts.benchmarks.scale import noisy_copies

_NEW = (100, 1_000)
_AT_ONCE = 10_000
_MODEL = "bench"
_AT = datetime(2026, 1, 1, tzinfo=UTC)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("sizes", nargs="+", type=int, metavar="N")
    parser.add_argument("--vectors", type=Path, required=True, metavar="NPY", help="real vectors to copy")
    parser.add_argument("--texts", type=Path, required=True, metavar="JSON", help="their texts, a list")


def run(args: argparse.Namespace) -> dict[str, object]:
    """Measure each size."""
    vectors, texts = np.load(args.vectors), json.loads(args.texts.read_text(encoding="utf-8"))
    rows = [measure(n, vectors, texts) for n in args.sizes]
    print_table(list(rows[0]), [list(row.values()) for row in rows])
    return {"rows": rows}


def measure(known: int, vectors: np.ndarray, texts: list[str]) -> dict[str, object]:
    """Fill a file with `known` texts, and time what comes after."""
    copies, said = noisy_copies(vectors, texts, known + sum(_NEW))
    row: dict[str, object] = {"known": known}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.db"
        prepare(path)
        with open_store(path) as store:
            _bring(store, copies, said, range(known))
            row["first run s"], first = _timed(store)
            row["themes"] = first.themes
            place = known
            for new in _NEW:
                _bring(store, copies, said, range(place, place + new))
                row[f"{new:,} new s"], run = _timed(store)
                row[f"{new:,} joined"] = run.assigned / new
                if run.kind != "assigned":
                    raise SystemExit(f"{known:,} known texts are too few: {new:,} new ones made a full run due")
                place += new
            row["all anew s"], _ = _timed(store, force=True)
    return row


def _timed(store: Store, *, force: bool = False) -> tuple[float, ThemesRun]:
    begun = time.perf_counter()
    run = update_themes(store, _MODEL, at=_AT, force=force)
    return time.perf_counter() - begun, run


def _bring(store: Store, vectors: np.ndarray, texts: list[str], places: range) -> None:
    for start in range(places.start, places.stop, _AT_ONCE):
        part = range(start, min(start + _AT_ONCE, places.stop))
        items = [Feedback(id=f"bench:{i}", text=f"{texts[i]} ({i})", source="bench", at=_AT) for i in part]
        store.feedback.upsert(items)
        rows = store.feedback.rows([item.id for item in items])
        whole = [(rows[item.id], [Point(start=0, end=len(item.text), text=item.text)]) for item in items]
        store.points.add(whole)
        store.vectors.put([text_hash(item.text) for item in items], vectors[part.start : part.stop], _MODEL)
