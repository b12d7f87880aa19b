"""staging FILE --text COL --stage COL --map MAP: stages from the map alone, then after 5 to 40 answers.

The answers are those of the review: the most useful question is put, and answered from the gold column (about a theme:
with the stage of most of its open rows). Beside it, as many single rows are labelled, always the least sure one.
Accuracy and macro-F1 count the best guess of every row, the unsure ones too; macro-F1 is taken over the stages that
occur in the gold column, and over these and all that were guessed. The calibration error has ten bins. "Unsure" are
the rows below the confidence from which on a stage is asserted, and "times as wrong" is their error rate over that of
the others.
"""

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.clustering.communities import find_themes
from knowledge.embedding import load_embedder
from knowledge.errors import InputError
from knowledge.journey import JourneyMap
from knowledge.readers.maps import read_map
from knowledge.staging.learning import Ground, Ints, Lesson, learn, probabilities
from knowledge.staging.questions import Asked, Candidate, candidates, covered, entropy
from knowledge.staging.stager import Stager, sure_from
from knowledge.templates import template
from scripts.benchmarks._common import print_table

Step = tuple[int, NDArray[np.float32]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("file", type=Path)
    parser.add_argument("--text", required=True, metavar="COL")
    parser.add_argument("--stage", required=True, metavar="COL", help="gold: id, name or alias of a stage of the map")
    parser.add_argument("--label", metavar="COL", help="a finer label: how pure the themes are by it is shown")
    parser.add_argument("--map", required=True, metavar="MAP", help="a map file, or the name of a template")
    parser.add_argument("--where", metavar="COL=VALUE", help="only these rows")
    parser.add_argument("--vectors", type=Path, metavar="NPY", help="unit vectors of all rows of FILE, in their order")
    parser.add_argument("--answers", type=int, nargs="+", default=[5, 10, 20, 40])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--embedder", help="another sentence-transformers model")


def run(args: argparse.Namespace) -> dict[str, object]:
    """Stage the rows, answer the questions from the gold column, and measure after so many answers."""
    journey = _map(args.map)
    embedder = load_embedder(args.embedder)
    stager = Stager(journey, embedder)
    rows = _rows(args, stager)
    vectors = np.load(args.vectors)[rows.place] if args.vectors else embedder.encode(rows.texts)
    gold = np.array([stager.stages.index(stage) for stage in rows.stages], dtype=np.int64)
    themes = find_themes(vectors, seed=args.seed)
    ground = Ground(
        evidence=stager.probabilities(vectors, rows.texts),
        vectors=vectors,
        theme=themes.labels.astype(np.int64),
        fixed=np.full(len(gold), -1, dtype=np.int64),
    )
    described = {
        "rows": len(gold), "left_out": rows.left_out, "stages": len(set(rows.stages)), "themes": themes.count,
        "in_no_theme": round(themes.unassigned, 4), "stage_purity": _purity(themes.labels, gold),
        "label_purity": _purity(themes.labels, np.unique(rows.labels, return_inverse=True)[1]) if rows.labels else None,
    }  # fmt: skip
    print("  ".join(f"{name.replace('_', ' ')} {value}" for name, value in described.items() if value is not None))
    found: dict[str, list[dict[str, object]]] = {}
    for name, ask in (("review queue", _review), ("least sure row", _least_sure)):
        found[name] = []
        for count, probability in ask(ground, gold, max(args.answers)):
            if count in (0, *args.answers):
                found[name].append({"answers": count, **measured(probability, gold)})
        _print(name, found[name])
    return {**described, "curves": found}


@dataclass(frozen=True, kw_only=True)
class _Rows:
    """The rows that are used: their place in the file, texts, gold stages and finer labels."""

    place: list[int]
    texts: list[str]
    stages: list[str]
    labels: list[str]
    left_out: int


def _rows(args: argparse.Namespace, stager: Stager) -> _Rows:
    from knowledge.readers.tables import open_table

    table = open_table(args.file)
    column, _, value = (args.where or "").partition("=")
    wanted = [table.header.index(name) for name in (args.text, args.stage)]
    label = table.header.index(args.label) if args.label else None
    where = table.header.index(column) if column else None
    place, texts, stages, labels, left_out = [], [], [], [], 0
    for i, row in enumerate(row for row in table.rows() if not row.problem):
        text, stage = (row.cells[at] for at in wanted)
        linked = stager.link(stage)
        if not text.strip() or linked is None or (where is not None and row.cells[where] != value):
            left_out += 1
            continue
        place.append(i)
        texts.append(text)
        stages.append(linked)
        labels += [row.cells[label]] if label is not None else []
    if not texts:
        raise InputError(f"No row of {args.file} has a text and a stage that the map knows.")
    return _Rows(place=place, texts=texts, stages=stages, labels=labels, left_out=left_out)


def _map(name: str) -> JourneyMap:
    return read_map(Path(name)) if Path(name).is_file() else template(name)


def _review(ground: Ground, gold: Ints, most: int) -> Iterator[Step]:
    """Yield the probabilities after each answer to the review's next question."""
    lessons: list[Lesson] = []
    asked, vain = list[Candidate](), list[int]()
    for count in range(most + 1):
        probability = probabilities(ground, learn(ground, lessons))
        yield count, probability
        confirmed = frozenset(lesson.stage for lesson in lessons)
        themes = frozenset(one.theme for one in asked if one.theme is not None)
        state = Asked(themes=themes, confirmed=confirmed, vain=tuple(vain), answers=count)
        one = next(iter(candidates(ground, probability, state)), None)
        if one is None:
            return
        stage = int(np.bincount(gold[one.rows]).argmax())
        rows = covered(probability, one.rows, stage, one.sure)
        lessons.append(Lesson(rows=rows, stage=stage, theme=one.theme, sure=one.sure))
        ground.fixed[rows] = stage
        asked.append(one)
        if one.hoped is not None and one.hoped != stage:
            vain.append(one.hoped)


def _least_sure(ground: Ground, gold: Ints, most: int) -> Iterator[Step]:
    """Yield the probabilities after each label of the row with the highest entropy."""
    ground.fixed[:] = -1
    lessons: list[Lesson] = []
    for count in range(most + 1):
        probability = probabilities(ground, learn(ground, lessons))
        yield count, probability
        doubt = np.where(ground.fixed < 0, entropy(probability), -1.0)
        row = int(doubt.argmax())
        if doubt[row] < 0:
            return
        lessons.append(Lesson(rows=np.array([row]), stage=int(gold[row])))
        ground.fixed[row] = gold[row]


def measured(probability: NDArray[np.float32], gold: Ints) -> dict[str, object]:
    """Return the figures of one state."""
    from sklearn.metrics import f1_score

    guess, confidence = probability.argmax(axis=1), probability.max(axis=1)
    right, unsure = guess == gold, confidence < sure_from(probability.shape[1])
    rates = [float((~right)[part].mean()) if part.any() else None for part in (unsure, ~unsure)]
    return {
        "accuracy": float(right.mean()),
        "macro_f1": float(f1_score(gold, guess, labels=np.unique(gold), average="macro", zero_division=0)),
        "macro_f1_all": float(f1_score(gold, guess, average="macro", zero_division=0)),
        "calibration_error": calibration_error(confidence, right),
        "unsure": float(unsure.mean()),
        "unsure_rows": int(unsure.sum()),
        "times_as_wrong": rates[0] / rates[1] if rates[0] is not None and rates[1] else None,
    }


def calibration_error(confidence: NDArray[np.float32], right: NDArray[np.bool_], bins: int = 10) -> float:
    """Return the expected calibration error (Guo et al. 2017): mean distance of confidence and accuracy, by bin."""
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    parts = [place == i for i in range(bins)]
    gaps = [
        part.mean() * abs(float(confidence[part].mean()) - float(right[part].mean())) for part in parts if part.any()
    ]
    return float(sum(gaps))


def _purity(theme: NDArray[np.integer], gold: NDArray[np.integer]) -> float | None:
    most = [int(np.bincount(gold[theme == t]).max()) for t in range(int(theme.max(initial=-1)) + 1)]
    return round(sum(most) / max(1, int((theme >= 0).sum())), 4) if most else None


def _print(name: str, rows: list[dict[str, object]]) -> None:
    show: Callable[[object], object] = lambda value: "–" if value is None else value  # noqa: E731
    print(f"\n{name}")
    header = (
        "answers",
        "accuracy",
        "macro-F1",
        "macro-F1 of all",
        "calibration error",
        "unsure",
        "rows",
        "times as wrong",
    )
    print_table(header, [[show(value) for value in row.values()] for row in rows])
