"""search CORPUS QUERIES QRELS: nDCG@10 of BM25, of vectors, and of ours, side by side.

CORPUS and QUERIES are JSON Lines with `_id` and `text`; QRELS is CSV with query_id, doc_id, score. With --within,
a query sees only the documents whose field of that name has the query's value (`app=app_id`: the document's `app`
must equal the query's `app_id`). Documents that nobody judged count as not relevant.
"""

import argparse
import csv
import json
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from knowledge.clustering.points import split_points
from knowledge.embedding import Embedder, load_embedder
from knowledge.feedback import Feedback
from knowledge.pipeline import embed, split
from knowledge.scope import Scope
from knowledge.search import SearchIndex, build_index, search, similarity
from knowledge.store import Store, open_store, prepare
from scripts.benchmarks._common import print_table


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("corpus", type=Path)
    parser.add_argument("queries", type=Path)
    parser.add_argument("qrels", type=Path)
    parser.add_argument("--within", metavar="FIELD=QUERYFIELD", help="such as app=app_id")
    parser.add_argument("--embedder", help="another sentence-transformers model")


def run(args: argparse.Namespace) -> dict[str, object]:
    """Index the corpus as feedback, ask every query three ways, and score the first ten."""
    corpus, queries = _lines(args.corpus), _lines(args.queries)
    judged: dict[str, dict[str, float]] = defaultdict(dict)
    with args.qrels.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            judged[row["query_id"]][row["doc_id"]] = float(row["score"])
    field, _, query_field = (args.within or "").partition("=")
    embedder = load_embedder(args.embedder)
    scores: dict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.db"
        prepare(path)
        with open_store(path) as store:
            _load(store, corpus, field)
            split(store)
            embed(store, embedder, progress=lambda step, done, total: print(f"\r{step} {done}/{total}", end=""))
            print()
            facts = store.feedback.facts()
            index = build_index(store, facts, embedder.model_id)
            ids = store.feedback.ids(facts.row.tolist())
            for query in queries:
                truth = judged[query["_id"]]
                if not any(truth.values()):
                    continue
                scope = Scope(filters={"within": (str(query[query_field]),)} if field else {})
                for name, ranked in _three_ways(store, index, embedder, query["text"], scope).items():
                    gains = [truth.get(ids[row], 0.0) for row in ranked]
                    scores[name].append(ndcg(gains, list(truth.values())))
    rows = [(name, float(np.mean(values)), len(values)) for name, values in scores.items()]
    print_table(("method", "nDCG@10", "queries"), rows)
    return {"rows": rows, "documents": len(corpus), "points": sum(len(split_points(d["text"])) for d in corpus)}


def _three_ways(store: Store, index: SearchIndex, embedder: Embedder, query: str, scope: Scope) -> dict[str, list[int]]:
    positions = index.facts.select(scope)
    rows = index.facts.row[positions].tolist()
    nearest = np.argsort(-similarity(index, embedder, query)[positions], kind="stable")[:10]
    return {
        "BM25": [row for row, _ in store.search.bm25(query, 10, rows)],
        "vectors": [rows[i] for i in nearest],
        "ours": [hit.row for hit in search(store, index, embedder, query, scope, 10)],
    }


def ndcg(gains: Sequence[float], all_gains: Sequence[float], k: int = 10) -> float:
    """Return nDCG@k with gain 2^relevance - 1 (Burges et al. 2005)."""
    ideal = _dcg(sorted(all_gains, reverse=True)[:k])
    return _dcg(gains[:k]) / ideal if ideal else 0.0


def _dcg(gains: Sequence[float]) -> float:
    return sum((2**gain - 1) / np.log2(place + 2) for place, gain in enumerate(gains))


def _lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def _load(store: Store, corpus: Sequence[dict[str, str]], field: str) -> None:
    items = [
        Feedback(id=d["_id"], text=d["text"], source="bench", segments={"within": str(d[field])} if field else {})
        for d in corpus
        if d["text"].strip()
    ]
    for start in range(0, len(items), 1000):
        store.feedback.upsert(items[start : start + 1000])
