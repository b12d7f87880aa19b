"""ask DB: warm Analyst.answer over growing numbers of feedback: median and p95 of mixed questions.

The feedback of DB is drawn again and again, each time under a new id, day and customer, until there are as many
pieces as asked for; stages, sentiment, themes and vectors go with the text.
"""

import argparse
import random
import tempfile
import time
from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from assistant.answers.analyst import Analyst
from knowledge.embedding import load_embedder
from knowledge.store import DerivedRow, PointRow, Store, open_store, prepare
from scripts.benchmarks._common import peak_memory_mb, print_table, quantiles_ms

TEMPLATES = (
    "what hurts customers in {stage}?",
    "top 3 pain points {period}",
    "what do customers complain about in {stage} {period}?",
    "how did {stage} do {period}?",
    "summary of {stage} for {channel}",
    "how many pieces of feedback came by {channel} {period}?",
    "how many complain about {topic}?",
    "what do customers say about {topic}?",
    "show me quotes about {topic} in {stage}",
    "tell me about theme {theme}",
    "what is new {period}?",
    "what keeps coming back in {stage}?",
    "is {topic} getting worse?",
    "compare {stage} and {other}",
    "what do customers love {period}?",
    "why did {stage} drop {period}?",
    "who complains most about {topic}?",
    "what can you do?",
    "what is the weather like?",
)
PERIODS = ("last month", "in Q3 2025", "last quarter", "since May", "in 2025-03", "this year", "past six weeks", "")
AS_OF = date(2026, 1, 1)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("db", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--by-intent", action="store_true", help="a row per intent")


def run(args: argparse.Namespace) -> dict[str, object]:
    """Blow the file up and ask."""
    embedder = load_embedder()
    rows, intents = [], []
    for size in args.sizes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "bench.db"
            blow_up(args.db, path, size, seed=args.seed)
            analyst = Analyst(path, embedder)
            start = time.perf_counter()
            analyst.warm_up()
            warm = time.perf_counter() - start
            took: dict[str, list[float]] = defaultdict(list)
            for question in questions(path, args.questions, seed=args.seed):
                start = time.perf_counter()
                answer = analyst.answer(question, as_of=AS_OF)
                took[answer.question.intent].append(time.perf_counter() - start)
            everything = [t for times in took.values() for t in times]
            rows.append(
                (
                    f"{size:,}",
                    len(everything),
                    *quantiles_ms(everything),
                    max(everything) * 1000,
                    warm,
                    peak_memory_mb(),
                )
            )
            intents += [(f"{size:,} {name}", len(t), *quantiles_ms(t)) for name, t in sorted(took.items())]
    print_table(("feedback", "questions", "median ms", "p95 ms", "max ms", "warm-up s", "peak MB"), rows)
    if args.by_intent:
        print()
        print_table(("feedback, intent", "questions", "median ms", "p95 ms"), intents)
    return {"rows": rows, "by_intent": intents}


def questions(path: Path, count: int, *, seed: int) -> list[str]:
    """Return questions in the words of the file: its stages, channels, themes."""
    chance = random.Random(seed)
    with open_store(path) as store:
        facts = store.feedback.facts()
        themes = store.themes.all()
    stages = [*facts.stage.values] or ["onboarding"]
    channels = [*facts.channel.values] or ["email"]
    topics = [theme.name for theme in themes[:40]] or ["refunds"]
    return [
        TEMPLATES[i % len(TEMPLATES)].format(
            stage=chance.choice(stages),
            other=chance.choice(stages),
            channel=chance.choice(channels),
            period=chance.choice(PERIODS),
            topic=chance.choice(topics),
            theme=chance.choice(themes).id if themes else "T1",
        )
        for i in range(count)
    ]


def blow_up(source: Path, target: Path, size: int, *, seed: int) -> None:
    """Write `size` pieces of feedback to `target`, drawn from `source`, spread over three years before AS_OF."""
    import shutil

    prepare(source)
    shutil.copy(source, target)
    chance = random.Random(seed)
    with open_store(target) as store:
        pool = [pair for batch in store.feedback.each() for pair in batch]
        row_of = store.feedback.rows([item.id for item, _ in pool])
        points = defaultdict(list)
        for point in store.points.all():
            points[point.row].append(point)
        _copies(store, pool, row_of, points, size - len(pool), chance)


def _copies(store: Store, pool, row_of, points, count: int, chance: random.Random) -> None:  # noqa: ANN001
    from knowledge.clustering.points import split_points

    first = store.feedback.count() + 1
    for start in range(0, count, 5000):
        drawn = [chance.choice(pool) for _ in range(min(5000, count - start))]
        items = [
            replace(
                item,
                id=f"copy{start + i}",
                at=datetime.combine(AS_OF - timedelta(days=chance.randint(1, 1095)), datetime.min.time()),
                customer=f"c_{chance.randint(0, 30_000)}",
            )
            for i, (item, _) in enumerate(drawn)
        ]
        store.feedback.upsert(items)
        rows = range(first + start, first + start + len(items))
        store.feedback.set_derived(
            [
                DerivedRow(
                    row=row,
                    stage=derived.stage,
                    stage_confidence=derived.stage_confidence,
                    staged_by=derived.staged_by,
                    sentiment=derived.sentiment,
                )
                for row, (_, derived) in zip(rows, drawn, strict=True)
            ]
        )
        store.points.add([(row, split_points(item.text)) for row, item in zip(rows, items, strict=True)])
        store.points.assign(
            [
                PointRow(row=row, n=p.n, theme=p.theme, strength=p.strength)
                for row, (item, _) in zip(rows, drawn, strict=True)
                for p in points[row_of[item.id]]
            ]
        )
