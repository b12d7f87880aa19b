"""Fifty customers of the sample company are forgotten; an attacker with the files looks for them, and finds nothing.

The search is this test's own: it reads the files' bytes with plain Python, knows nothing of the store, and takes what
to look for from the database before, by SQLite alone.
"""

import csv
import json
import random
import shutil
import sqlite3
import tempfile
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from assistant.answers.analyst import Analyst
from assistant.cli import cli
from assistant.cli.demo import load_sample
from assistant.memory import Memory
from assistant.replies import Replies
from assistant.settings import Settings
from knowledge.embedding import load_embedder
from knowledge.privacy import load_or_create_key, pseudonym
from knowledge.sample import feedback_path, map_path, metrics_path

pytestmark = [pytest.mark.model, pytest.mark.slow]

AS_OF = date(2026, 11, 1)
CUSTOMERS = 50
WIDTH = 20
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be")
QUESTIONS = (
    "what are the biggest pain points?", "what hurts customers in use?", "what do customers love?",
    "which issues keep coming back?", "how did retention do in Q3 2026?", "compare chat and email",
    "how many customers complained about being charged twice?", "quotes about missing ingredients",
    "what hurts customers in onboarding?", "what do family customers complain about?",
)  # fmt: skip


class Attacker:
    """Looks for stretches of WIDTH characters, and for whole ids, in files as bytes."""

    def __init__(self, texts: list[str], ids: list[str], others: list[str]) -> None:
        whole = "\n".join([*others, *(text.lower() for text in others)])
        stretches = {
            t[i : i + WIDTH] for text in texts for t in (text, text.lower()) for i in range(len(t) - WIDTH + 1)
        }
        self.stretches = {stretch for stretch in stretches if stretch not in whole}
        self.ids = ids
        needles = {stretch.encode(how) for stretch in self.stretches for how in ENCODINGS}
        self._by_length = {n: {needle for needle in needles if len(needle) == n} for n in {len(x) for x in needles}}

    def finds_in(self, data: bytes) -> set[bytes]:
        """Return what of it is in the bytes."""
        found = {text.encode(how) for text in self.ids for how in ENCODINGS if text.encode(how) in data}
        for length, needles in self._by_length.items():
            found |= needles & {data[i : i + length] for i in range(len(data) - length + 1)}
        return found


def query(db: Path, sql: str, *values: object) -> list[tuple]:
    with closing(sqlite3.connect(db)) as connection:
        return connection.execute(sql, values).fetchall()


def counts(db: Path) -> dict[str, int]:
    tables = [name for (name,) in query(db, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {table: query(db, f'SELECT count(*) FROM "{table}"')[0][0] for table in tables}


def claims(db: Path, embedder) -> dict[tuple, frozenset[int]]:
    """Return the rows that each claim rests on, by question, kind and subject."""
    analyst = Analyst(db, embedder)
    return {
        (question, claim.kind, claim.theme_id, claim.stage, str(claim.scope)): frozenset(claim.rows)
        for question in QUESTIONS
        for claim in analyst.answer(question, as_of=AS_OF).claims
    }


@pytest.fixture(scope="module")
def settings(tmp_path_factory) -> Settings:
    settings = Settings(db=str(tmp_path_factory.mktemp("company") / "journey.db"))
    load_sample(settings, quiet=True)
    return settings


def test_an_attacker_with_the_files_finds_nothing_of_fifty_forgotten_customers(
    settings, monkeypatch, tmp_path, record_property
):
    db, embedder = settings.db_path, load_embedder()
    folder = db.parent
    (folder / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder / "temporary"))
    monkeypatch.setenv("SQLITE_TMPDIR", str(folder / "temporary"))
    run = lambda *words: CliRunner().invoke(cli, ["--db", str(db), *words], catch_exceptions=False)  # noqa: E731

    with feedback_path().open(encoding="utf-8", newline="") as file:
        raw = sorted({row["customer"] for row in csv.DictReader(file) if row["customer"]})
    chosen = random.Random(8).sample(raw, CUSTOMERS)
    key = load_or_create_key(settings.key_path)
    hashed = {customer: pseudonym(customer, key) for customer in chosen}
    marks = ",".join("?" * CUSTOMERS)
    mine = query(
        db, f"SELECT f.row, f.id, f.digest, t.text FROM feedback f JOIN texts t ON t.feedback = f.row "
        f"WHERE f.customer IN ({marks})", *hashed.values(),
    )  # fmt: skip
    rows = {row for row, *_ in mine}
    hashes = {h for (h,) in query(db, f"SELECT text_hash FROM points WHERE feedback IN ({','.join(map(str, rows))})")}
    kept = {h for (h,) in query(db, f"SELECT text_hash FROM points WHERE feedback NOT IN ({','.join(map(str, rows))})")}
    others = [t for (t,) in query(db, f"SELECT text FROM texts WHERE feedback NOT IN ({','.join(map(str, rows))})")]
    ids = [*chosen, *hashed.values(), *(id_ for _, id_, _, _ in mine), *(d for _, _, d, _ in mine), *(hashes - kept)]
    drawn = [path.read_text(encoding="utf-8") for path in (map_path(), metrics_path())]
    attacker = Attacker([text for *_, text in mine], ids, [*others, *drawn])

    # What people do with it: questions in threads, a decision about a theme, a correction, a backup.
    replies = Replies(Analyst(db, embedder), Memory(db))
    for number, question in enumerate([*QUESTIONS, *(f"feedback of customer {customer}" for customer in chosen[:5])]):
        replies.reply(question, asker="ann", thread=f"thread {number}", today=AS_OF)
    assert run("stage", mine[0][1], "Use", "--by", "ann").exit_code in (0, 1)
    assert run("backup", str(folder / "before.db")).exit_code == 0
    assert attacker.finds_in((folder / "before.db").read_bytes()), "a search that can't find is no search"

    before, tables = claims(db, embedder), counts(db)
    lost: dict[str, int] = {}
    pieces = 0
    for customer in chosen:
        done = run("forget", "--customer", customer, "--yes", "--json", "--by", "ann")
        assert done.exit_code == 0, done.output
        receipt = json.loads(done.output)
        assert str(folder / "before.db") in receipt["backups"]
        pieces += receipt["pieces"]
        for table, count in receipt["rows"].items():
            lost[table] = lost.get(table, 0) + count
    (folder / "before.db").unlink()  # which the receipts asked for
    assert run("backup", str(folder / "after.db")).exit_code == 0
    shutil.copytree(folder, tmp_path / "stolen")

    looked = [path for path in sorted((tmp_path / "stolen").rglob("*")) if path.is_file()]
    found = {path.name: attacker.finds_in(path.read_bytes()) for path in looked}
    assert {"journey.db", "journey.db.key", "after.db"} <= set(found)
    assert not {name: sample for name, sample in found.items() if sample}

    now = counts(db)
    assert pieces == len(rows) == tables["feedback"] - now["feedback"] == lost["feedback"]
    for table in ("texts", "points", "derived", "segments", "vectors"):
        assert lost.get(table, 0) == tables[table] - now[table], table

    after = claims(db, embedder)
    both = set(before) & set(after)
    wrong = [claim for claim in both if after[claim] != before[claim] - rows]
    assert len(both) >= 20
    assert not wrong
    figures = {
        "pieces": pieces, "stretches": len(attacker.stretches), "ids and hashes": len(ids), "claims": len(both),
        "claims that changed": sum(bool(before[claim] & rows) for claim in both),
        "bytes": sum(path.stat().st_size for path in looked), "files": [path.name for path in looked], "lost": lost,
    }  # fmt: skip
    record_property("figures", figures)
    print(figures)  # noqa: T201
