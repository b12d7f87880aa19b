"""exam: questions with what should be understood and found: accuracy by intent and slot, refusals, and every miss.

Without --exam the exam of tests/exam is set over the sample company; --exam FILE --db FILE sets another one over
another file. Each question is asked the way `journey chat` asks, in a thread of its own, after those that the exam says
were asked before it. The database is copied first, so that threads leave no trace in it.
"""

import argparse
import csv
import json
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from scripts.benchmarks._common import print_table
from scripts.benchmarks._exam import Contract, Item, Mark, World, mark, read_exam

ROOT = Path(__file__).parents[2]
Ask = Callable[[Item], Contract]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--exam", type=Path, nargs="+", metavar="FILE", help="JSON Lines [tests/exam/*.jsonl]")
    parser.add_argument("--db", type=Path, metavar="FILE", help="the company's file [the sample company, built anew]")
    parser.add_argument("--as-of", type=date.fromisoformat, metavar="DATE", help="instead of each question's own day")
    parser.add_argument("--truth", type=Path, metavar="CSV", help="id and topic of feedback [the sample's truth.csv]")
    parser.add_argument("--embedder", help="another sentence-transformers model")
    parser.add_argument("--quiet", action="store_true", help="print no misses")


def run(args: argparse.Namespace) -> dict[str, object]:
    """Set the exam and print how it went."""
    from knowledge.embedding import load_embedder

    items = read_exam(args.exam or sorted((ROOT / "tests" / "exam").glob("*.jsonl")))
    if args.as_of:
        items = [replace(item, as_of=args.as_of) for item in items]
    embedder = load_embedder(args.embedder)
    with tempfile.TemporaryDirectory() as folder:
        path = company(Path(folder), args.db)
        marks = sit(items, ask_of(path, embedder), world_of(path, args.truth))
    if not args.quiet:
        print_misses(marks)
    report(marks)
    return {"figures": figures(marks), "by_area": by_area(marks), "marks": [_row(m) for m in marks]}


# --- asking ----------------------------------------------------------------------------------------------------------


def company(folder: Path, db: Path | None) -> Path:
    """Return a file that may be written to: a copy of `db` with its key, or the sample company."""
    folder.mkdir(exist_ok=True)
    path = folder / "exam.db"
    if db:
        shutil.copy(db, path)
        key = Path(f"{db}.key")
        if key.exists():
            shutil.copy(key, f"{path}.key")
        return path
    from assistant.cli.demo import load_sample
    from assistant.settings import Settings

    load_sample(Settings(db=str(path)), quiet=True)
    return path


def ask_of(path: Path, embedder: Any) -> Ask:  # noqa: ANN401
    """Return a function that asks a question after those before it, as `journey chat` does."""
    from assistant.answers.analyst import Analyst
    from assistant.memory import Memory
    from assistant.rendering.contract import contract
    from assistant.replies import Replies

    analyst = Analyst(path, embedder)
    replies = Replies(analyst, Memory(path))

    def ask(item: Item) -> Contract:
        for text in item.thread:
            replies.reply(text, asker="examiner", thread=item.id, today=item.as_of)
        answer = replies.reply(item.question, asker="examiner", thread=item.id, today=item.as_of)
        return contract(answer, analyst.ids(answer))

    return ask


def world_of(path: Path, truth: Path | None) -> World:
    """Read the names of the themes and, where it is known, what each piece of feedback is really about."""
    from knowledge.store import open_store

    with open_store(path) as store:
        themes = {theme.id: theme.name for theme in store.themes.all()}
    truth = truth or ROOT / "knowledge" / "sample" / "truth.csv"
    with truth.open(encoding="utf-8", newline="") as file:
        return World(themes=themes, topics={row["id"]: row["topic"] for row in csv.DictReader(file)})


def sit(items: Iterable[Item], ask: Ask, world: World) -> list[Mark]:
    """Ask and mark every question."""
    return [mark(item, ask(item), world) for item in items]


# --- figures ---------------------------------------------------------------------------------------------------------


def figures(marks: Sequence[Mark]) -> dict[str, object]:
    """Return what the exam says, each as `[right, of]`.

    Understanding is measured where an answer is expected; `findings_understood` counts only questions that were
    understood, in intent and all slots. Abstention leaves out questions where either is fair.
    """
    asked = [m for m in marks if m.item.abstained is not True]
    named = [m for m in asked if "intent" in m.slots]
    told = [m for m in asked if m.findings]
    firm = [m for m in marks if m.item.abstained is not None]
    refused, due = [m for m in firm if m.abstained], [m for m in firm if m.item.abstained]
    groups = paraphrases(marks)
    return {
        "all_right": _share(m.right for m in marks),
        "intent": _share(m.slots["intent"] for m in named),
        "all_slots": _share(m.understood for m in asked),
        "all_slots_alone": _share(m.understood for m in asked if not m.item.thread),
        "all_slots_in_threads": _share(m.understood for m in asked if m.item.thread),
        "findings": _share(all(m.findings) for m in told),
        "findings_understood": _share(all(m.findings) for m in told if m.understood and m.choice),
        "abstention_precision": _share(bool(m.item.abstained) for m in refused),
        "abstention_recall": _share(m.abstained for m in due),
        "refusal_says_why": _share(m.says for m in due if m.item.says and m.abstained),
        "paraphrases_alike": _share(len({_heard(m) for m in group}) == 1 for group in groups),
        "by_slot": {name: _share(m.slots[name] for m in asked if name in m.slots) for name in _slots(asked)},
        "by_intent": {
            intent: _share(m.slots["intent"] for m in named if m.item.understood["intent"][0] == intent)
            for intent in sorted({str(m.item.understood["intent"][0]) for m in named})
        },
        "by_difficulty": {
            level: _share(m.right for m in marks if m.item.difficulty == level)
            for level in sorted({m.item.difficulty for m in marks})
        },
    }


def by_area(marks: Sequence[Mark]) -> list[tuple[object, ...]]:
    """Return a row per file: questions, all right, understood, answered or refused as it should be, findings."""
    areas: dict[str, list[Mark]] = defaultdict(list)
    for m in marks:
        areas[m.item.area].append(m)
    return [
        (
            area,
            len(those),
            _percent(_share(m.right for m in those)),
            _percent(_share(m.understood for m in those if m.item.abstained is not True)),
            _percent(_share(m.choice for m in those)),
            _percent(_share(all(m.findings) for m in those if m.findings)),
        )
        for area, those in sorted(areas.items())
    ]


def paraphrases(marks: Sequence[Mark]) -> list[list[Mark]]:
    """Group questions that mean the same: of one group, and with the same expectation."""
    groups: dict[tuple[str, str], list[Mark]] = defaultdict(list)
    for m in marks:
        if m.item.abstained is not None:
            want = {name: value for name, value in m.item.understood.items() if name not in ("intent", "topic")}
            key = json.dumps([want, m.item.abstained, [dict(f) for f in m.item.findings]], sort_keys=True)
            groups[(m.item.area + m.item.group, key)].append(m)
    return [group for group in groups.values() if len(group) > 1]


def _heard(m: Mark) -> str:
    """Write what was understood so that two paraphrases can be compared.

    Refusals are alike whatever was heard, and so are intents that the exam holds to be equally fair.
    """
    if m.abstained:
        return "refused"
    heard = m.got["understood"]
    days = [(p["start"], p["end"]) if (p := heard.get(name)) else None for name in ("period", "baseline")]
    kept = {name: heard.get(name) for name in ("stages", "metrics", "filters", "without", "rating")}
    intent = "as expected" if m.slots.get("intent") else heard["intent"]
    return json.dumps([intent, kept, days], sort_keys=True, default=str)


def _slots(marks: Sequence[Mark]) -> list[str]:
    return list(dict.fromkeys(name for m in marks for name in m.slots))


def _share(right: Iterable[bool]) -> list[int]:
    values = list(right)
    return [sum(values), len(values)]


def _percent(share: Sequence[int]) -> str:
    return f"{share[0] / share[1]:.0%} of {share[1]}" if share[1] else "-"


# --- printing --------------------------------------------------------------------------------------------------------


def report(marks: Sequence[Mark]) -> None:
    """Print the figures."""
    found = figures(marks)
    print_table(("area", "questions", "all right", "understood", "answer or refuse", "findings"), by_area(marks))
    for title in ("by_intent", "by_slot", "by_difficulty"):
        print()
        part = found[title]
        assert isinstance(part, dict)  # noqa: S101 - for the type checker
        print_table((title.replace("_", " "), "right"), [(name, _percent(share)) for name, share in part.items()])
    print()
    whole = [(name, _percent(share)) for name, share in found.items() if isinstance(share, list)]
    print_table((f"{len(marks)} questions", "right"), whole)


def print_misses(marks: Sequence[Mark]) -> None:
    """Print every question that went wrong, with what was expected and what came."""
    for m in marks:
        if m.right:
            continue
        print(f"\n{m.item.id} [{m.item.difficulty}] {' / '.join([*m.item.thread, m.item.question])}")
        for line in problems(m):
            print(f"    {line}")
    kinds = Counter(line.split(":")[0] for m in marks for line in problems(m))
    print("\nMisses by kind: " + ", ".join(f"{kind} {count}" for kind, count in kinds.most_common()) + "\n")


def problems(m: Mark) -> list[str]:
    """Say what is wrong with one answer, a line each; empty where nothing is."""
    heard, lines = m.got["understood"], []
    if not m.choice:
        wanted = "refused" if m.abstained else "answered"
        lines.append(f"wrongly {wanted}: {str(m.got.get('headline') or m.got['text'])[:140]}")
    for name, right in m.slots.items():
        if not right:
            got = [heard.get("topic"), heard.get("themes")] if name == "topic" else heard.get(name)
            lines.append(f"{name}: expected {_brief(m.item.understood[name])}, got {_brief(got)}")
    for want, right in zip(m.item.findings, m.findings, strict=False):
        if not right:
            lines.append(f"finding: expected {_brief(want)}, got {str(m.got.get('headline') or m.got['text'])[:140]}")
    if not m.says:
        lines.append(f"words: expected {_brief(list(m.item.says))}, got {str(m.got['text'])[:140]!r}")
    return lines


def _brief(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, dict) and "label" in value:
        value = {name: value[name] for name in ("start", "end")}
    return json.dumps(value, ensure_ascii=False, default=str)


def _row(m: Mark) -> dict[str, object]:
    return {
        "id": m.item.id,
        "asked": [*m.item.thread, m.item.question],
        "right": m.right,
        "problems": problems(m),
        "understood": m.got["understood"],
        "abstained": m.abstained,
        "reason": m.got.get("reason"),
        "elapsed_ms": m.got.get("elapsed_ms"),
    }
