"""sentiment FILE --text COL --rating COL: VADER, ours without ratings, and ours after learning on half of the rows.

With --rating, the lowest 40 in a hundred of the scale are negative, the highest 40 positive, and what is between is
left out (on 1 to 5: 2 and less, 4 and more). With --sentiment, the column says so in words (negative, positive) or by
a number's sign. All three are measured on the half that was not learned from; a score of 0 or more is positive.
"""

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.embedding import load_embedder
from knowledge.errors import InputError
from knowledge.sentiment import SentimentModel, from_rating
from scripts.benchmarks._common import column, print_table

_WORDS = {"positive": 1.0, "pos": 1.0, "negative": -1.0, "neg": -1.0, "neutral": 0.0}
_EDGE = 0.2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("file", type=Path)
    parser.add_argument("--text", required=True, metavar="COL")
    gold = parser.add_mutually_exclusive_group(required=True)
    gold.add_argument("--sentiment", metavar="COL", help="words, or numbers by their sign")
    gold.add_argument("--rating", metavar="COL", help="numbers; the scale is their range unless --scale says")
    parser.add_argument("--scale", type=float, nargs=2, metavar=("LOW", "HIGH"))
    parser.add_argument("--vectors", type=Path, metavar="NPY", help="unit vectors of all rows of FILE, in their order")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--embedder", help="another sentence-transformers model")


def run(args: argparse.Namespace) -> dict[str, object]:
    """Score one half three ways, having learned from the other."""
    texts, gold = column(args.file, args.text), _gold(args)
    place = np.flatnonzero(~np.isnan(gold) & (np.abs(np.nan_to_num(gold)) >= _EDGE))
    place = np.array([i for i in place.tolist() if texts[i].strip()], dtype=np.int64)
    if len(place) < 4:
        raise InputError("Too few rows have a text and are clearly good or bad.")
    order = np.random.default_rng(args.seed).permutation(place)
    taught, held = np.sort(order[: len(order) // 2]), np.sort(order[len(order) // 2 :])
    embedder = load_embedder(args.embedder)
    every = np.load(args.vectors) if args.vectors else None
    vectors = {half: every[rows] if every is not None else embedder.encode([texts[i] for i in rows])
               for half, rows in (("taught", taught), ("held", held))}  # fmt: skip
    model = SentimentModel.fit_default(embedder)
    known = [texts[i] for i in held]
    learned = model.learn(vectors["taught"], [texts[i] for i in taught], gold[taught])
    scores = {"VADER": _vader(known), "ours, no ratings": model.score(vectors["held"], known),
              "ours, learned on half": learned.score(vectors["held"], known)}  # fmt: skip
    rows = [{"method": name, **measured(score, gold[held])} for name, score in scores.items() if score is not None]
    print(f"{len(held):,} rows measured, {len(taught):,} learned from, {len(gold) - len(place):,} left out")
    print_table(("method", "accuracy", "macro-F1"), [list(row.values()) for row in rows])
    return {"held": len(held), "taught": len(taught), "rows": rows}


def measured(score: NDArray[np.floating], gold: NDArray[np.float64]) -> dict[str, float]:
    """Return accuracy and macro-F1 of the sign of `score` against that of `gold`."""
    from sklearn.metrics import f1_score

    guess, true = np.where(score >= 0, 1, -1), np.sign(gold).astype(int)
    return {
        "accuracy": float((guess == true).mean()),
        "macro_f1": float(f1_score(true, guess, average="macro", zero_division=0)),
    }


def _gold(args: argparse.Namespace) -> NDArray[np.float64]:
    """Return the gold column as -1 to 1; NaN where it says nothing."""
    cells = column(args.file, args.rating or args.sentiment)
    if args.sentiment:
        numbers = [_WORDS.get(cell.strip().lower(), _number(cell)) for cell in cells]
        return np.sign(np.array(numbers, dtype=np.float64))
    ratings = np.array([_number(cell) for cell in cells], dtype=np.float64)
    low, high = args.scale or (float(np.nanmin(ratings)), float(np.nanmax(ratings)))
    return np.array([np.nan if np.isnan(r) else from_rating(float(r), (low, high)) for r in ratings])


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return float("nan")


def _vader(texts: list[str]) -> NDArray[np.float64] | None:
    try:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer
    except ModuleNotFoundError:
        print("VADER is left out: it is not installed (pip install vaderSentiment).")
        return None
    analyser = SentimentIntensityAnalyzer()
    return np.array([analyser.polarity_scores(text)["compound"] for text in texts])
