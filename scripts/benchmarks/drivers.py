"""drivers FILE --text COL --rating COL --touchpoints COL,…: drivers from the text alone against real sub-ratings.

The truth: how much of the variance of the overall rating each touchpoint's own rating explains, shared out fairly
(Shapley values of R², known as LMG; Lindeman, Merenda & Gold 1980). Ours: themes of the text, their effects as
`journey ask "what drives the rating?"` finds them, each theme given to the touchpoint whose column name its name and
words are nearest to. Touchpoints are then ranked by the spread that their themes give to the rating.
"""

import argparse
import subprocess
import sys
import tempfile
from dataclasses import replace
from itertools import combinations
from math import comb
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.analysis.drivers import Drivers, drivers
from knowledge.embedding import load_embedder
from knowledge.errors import InputError
from knowledge.facts import Column, Records
from knowledge.readers.names import segment_name
from knowledge.scope import Scope
from knowledge.store import open_store
from knowledge.tally import FactTallies
from scripts.benchmarks._common import column, print_table

Floats = NDArray[np.float64]
_NEAR = 0.2
"""Cosine below which a theme belongs to no touchpoint."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("file", type=Path)
    parser.add_argument("--text", required=True, metavar="COL")
    parser.add_argument("--rating", required=True, metavar="COL", help="the overall rating")
    parser.add_argument("--touchpoints", required=True, metavar="COL,…", help="the columns of their own ratings")
    parser.add_argument(
        "--db", type=Path, metavar="DB", help="FILE as imported already, with a --segment for each touchpoint"
    )


def run(args: argparse.Namespace) -> dict[str, object]:
    """Rank the touchpoints both ways and compare."""
    names = args.touchpoints.split(",")
    sub = np.column_stack([_numbers(column(args.file, name)) for name in names])
    overall = _numbers(column(args.file, args.rating))
    whole = ~np.isnan(sub).any(axis=1) & ~np.isnan(overall)
    if whole.sum() < 50:
        raise InputError("Fewer than 50 rows have all of these ratings.")
    truth = shapley(sub[whole], overall[whole])
    records, themes, felt = _ours(args, names)
    found = drivers(records)
    if found is None:
        raise InputError("There are too few ratings or themes to say what drives the rating.")
    nearest = _touchpoints(names, [f"{themes[d.theme][0]}: {', '.join(themes[d.theme][1])}" for d in found.drivers])
    ours = spread(records, found, nearest, len(names))
    rows = [[name, float(truth[i]), _rank(truth)[i], float(ours[i]), _rank(ours)[i], int((nearest == i).sum())]
            for i, name in enumerate(names)]  # fmt: skip
    rows.sort(key=lambda row: row[2])
    print(f"{int(whole.sum()):,} rows with all ratings; {len(records):,} rated; {len(found.drivers)} themes looked at, "
          f"{int((nearest >= 0).sum())} near a touchpoint, {sum(d.clear for d in found.drivers)} clear; themes explain "
          f"{found.explained:.0%} of the rating, sub-ratings {float(truth.sum()):.0%}")  # fmt: skip
    print_table(("touchpoint", "R² share", "rank", "ours", "our rank", "themes"), rows)
    agreement = compared(truth, ours)
    agreement["effect_correlation"], pairs = agreeing(records, found, nearest, felt)
    print(f"\nrank correlation (Spearman) {agreement['spearman']:.2f}; of the true top 3 we name "
          f"{agreement['top3']:.0f}; effects of themes against the mean sub-rating of those who mention them: "
          f"correlation {agreement['effect_correlation']:.2f} over {pairs} themes")  # fmt: skip
    for driver, place in zip(found.drivers, nearest, strict=True):
        if driver.clear:
            print(f"  {driver.effect:+.2f} [{driver.effect_low:+.2f}, {driver.effect_high:+.2f}]  "
                  f"{themes[driver.theme][0]}  ({names[place] if place >= 0 else 'no touchpoint'})")  # fmt: skip
    header = ("touchpoint", "truth", "rank", "ours", "our_rank", "themes")
    return {"rows": [dict(zip(header, row, strict=True)) for row in rows], **agreement}


def shapley(ratings: Floats, overall: Floats) -> Floats:
    """Return each column's share of R², averaged over all orders in which columns can be added; shape (k,)."""
    k = ratings.shape[1]
    explained = {
        subset: _r_squared(ratings[:, list(subset)], overall)
        for size in range(k + 1)
        for subset in combinations(range(k), size)
    }
    shares = np.zeros(k)
    for subset, value in explained.items():
        for i in set(range(k)) - set(subset):
            added = explained[tuple(sorted((*subset, i)))] - value
            shares[i] += added / (k * comb(k - 1, len(subset)))
    return shares


def _r_squared(x: Floats, y: Floats) -> float:
    design = np.column_stack([np.ones(len(y)), x])
    fitted = design @ np.linalg.lstsq(design, y, rcond=None)[0]
    return 1 - float(((y - fitted) ** 2).sum() / ((y - y.mean()) ** 2).sum())


def _ours(args: argparse.Namespace, names: list[str]) -> tuple[Records, dict[str, tuple[str, tuple[str, ...]]], Floats]:
    """Import the file; return what is rated, the themes, and the sub-ratings of the same rows, shape (n, k).

    The sub-ratings come along as segments, so that each stays with its row whatever an import leaves out, and are
    taken off what is rated: drivers are found without them.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = args.db or Path(folder) / "bench.db"
        if not args.db:
            command = [sys.executable, "-m", "assistant.cli", "--db", str(path), "import", "feedback", str(args.file),
                       "--column", f"text={args.text}", "--column", f"rating={args.rating}",
                       *(word for name in names for word in ("--segment", name))]  # fmt: skip
            subprocess.run(command, check=True, capture_output=True)
        with open_store(path) as store:
            records = FactTallies(store.feedback.facts()).records(Scope())
            themes = {theme.id: (theme.name, theme.terms) for theme in store.themes.all()}
    kept = [segment_name(name) for name in names]
    if missing := [name for name, segment in zip(names, kept, strict=True) if segment not in records.segments]:
        raise InputError(f"{args.db} holds no {', '.join(missing)}: import FILE with a --segment for each touchpoint.")
    felt = np.column_stack([_by_row(records.segments[name]) for name in kept])
    others = {name: column for name, column in records.segments.items() if name not in kept}
    return replace(records, segments=others), themes, felt


def _by_row(column: Column) -> Floats:
    """Return the numbers that a segment's values are, a row each, NaN where there is none."""
    return _numbers([column.values[code] if code >= 0 else "" for code in column.codes.tolist()])


def _touchpoints(names: list[str], themes: list[str]) -> NDArray[np.int64]:
    """Return the touchpoint that each theme is nearest to, -1 for none."""
    embedder = load_embedder()
    spoken = [name.removesuffix("_rating").replace("_", " ") for name in names]
    cosine = embedder.encode(themes) @ embedder.encode(spoken).T
    return np.where(cosine.max(axis=1) >= _NEAR, cosine.argmax(axis=1), -1).astype(np.int64)


def spread(records: Records, found: Drivers, nearest: NDArray[np.int64], k: int) -> Floats:
    """Return the standard deviation that the themes of each touchpoint give to the rating; shape (k,)."""
    place = {theme: j for j, theme in enumerate(records.themes)}
    given = np.zeros(k)
    for i in range(k):
        own = [driver for driver, at in zip(found.drivers, nearest, strict=True) if at == i]
        if own:
            member = records.member[:, [place[driver.theme] for driver in own]].astype(np.float64)
            given[i] = float((member @ np.array([driver.effect for driver in own])).std())
    return given


def compared(truth: Floats, ours: Floats) -> dict[str, float]:
    """Return Spearman's correlation and how many of the true top 3 are in ours."""
    from scipy.stats import spearmanr

    top = [set(np.argsort(-values, kind="stable")[:3].tolist()) for values in (truth, ours)]
    return {"spearman": float(spearmanr(truth, ours).statistic), "top3": float(len(top[0] & top[1]))}


def agreeing(records: Records, found: Drivers, nearest: NDArray[np.int64], felt: Floats) -> tuple[float, int]:
    """Return how the effect of a theme goes with how its reviewers rate its touchpoint, against all others.

    `felt` holds the sub-ratings of the rows of `records`; too few pairs of theme and touchpoint have no correlation.
    """
    place = {theme: j for j, theme in enumerate(records.themes)}
    pairs = []
    for driver, at in zip(found.drivers, nearest, strict=True):
        member = records.member[:, place[driver.theme]]
        own = felt[:, at]
        if at >= 0 and (~np.isnan(own[member])).sum() >= 5:
            pairs.append((driver.effect, float(np.nanmean(own[member]) - np.nanmean(own[~member]))))
    if len(pairs) < 3:
        return float("nan"), len(pairs)
    return float(np.corrcoef(np.array(pairs).T)[0, 1]), len(pairs)


def _rank(values: Floats) -> list[int]:
    order = np.argsort(-values, kind="stable").tolist()
    return [order.index(i) + 1 for i in range(len(values))]


def _numbers(cells: list[str]) -> Floats:
    return np.array([float(cell) if cell.strip().replace(".", "", 1).isdigit() else np.nan for cell in cells])
