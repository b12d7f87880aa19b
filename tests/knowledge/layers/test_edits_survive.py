"""Ids and people's edits survive re-clusterings with new data in between; the ledger says what happened."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from knowledge.clustering.identity import sizes, theme_number
from knowledge.errors import InputError, NotFound
from knowledge.feedback import Feedback, Point, text_hash
from knowledge.layers.theme_edits import find_theme, merge, move, never_together, pin, rename, split, undo
from knowledge.layers.theme_view import lay, read_ground
from knowledge.layers.themes import update_themes
from knowledge.store import DerivedRow, open_store, prepare

START = datetime(2026, 3, 1, 9, tzinfo=UTC)
TOPICS = {
    "parcel": "parcel courier doorstep delivered driver late",
    "refund": "refund money account bank returned waiting",
    "login": "password login locked reset email code",
    "recipe": "recipe chicken spicy sauce flavour portion",
    "app": "app crash screen update freezes phone",
    "invoice": "invoice charged twice card bill amount",
    "support": "agent chat support rude answer queue",
    "box": "box damaged leaking packaging torn ice",
}
# People tell two kinds of trouble with the app apart; the words nearly are the same.
ODD = "app crash screen update login code"


def texts(topic: str, count: int, seed: int, words: str | None = None) -> list[str]:
    rng = np.random.default_rng([seed, len(topic), ord(topic[0])])
    pool = (words or TOPICS[topic]).split()
    return [" ".join(rng.permutation(pool)[:4]) + f" {rng.choice(list('abcdefgh'))}" for _ in range(count)]


class Shop:
    """A store with a toy embedder, and a clock that moves a day at each step."""

    def __init__(self, store, embedder) -> None:
        self.store = store
        self.embedder = embedder
        self.day = 0

    def at(self) -> datetime:
        self.day += 1
        return START + timedelta(days=self.day)

    def bring(self, prefix: str, said: list[str]) -> list[str]:
        """Import these texts and return their ids."""
        ids = [f"{prefix}{i}" for i in range(len(said))]
        items = [Feedback(id=key, text=text, source="t", at=START) for key, text in zip(ids, said, strict=True)]
        self.store.feedback.upsert(items)
        rows = self.store.feedback.rows(ids)
        self.store.points.add([(rows[i.id], [Point(start=0, end=len(i.text), text=i.text)]) for i in items])
        hashes = [text_hash(text) for text in said]
        self.store.vectors.put(hashes, self.embedder.encode(said), self.embedder.model_id)
        self.store.feedback.set_derived(
            [DerivedRow(row=r, stage=None, stage_confidence=None, staged_by=None, sentiment=0.0) for r in rows.values()]
        )
        return ids

    def bring_all(self, prefix: str, count: int, seed: int) -> dict[str, list[str]]:
        return {topic: self.bring(f"{prefix}-{topic}-", texts(topic, count, seed)) for topic in TOPICS}

    def run(self, **options):
        return update_themes(self.store, self.embedder.model_id, at=self.at(), **options)

    def theme_of(self, key: str) -> str | None:
        return self.store.feedback.derived(self.store.feedback.rows([key]).values()).popitem()[1].theme_id

    def main_theme(self, ids: list[str]) -> str | None:
        themes = [self.theme_of(key) for key in ids]
        return max(sorted(set(filter(None, themes))), key=themes.count)

    def labels(self) -> dict[tuple[int, int], str | None]:
        return {(p.row, p.n): p.theme for p in self.store.points.all()}


@pytest.fixture
def empty(tmp_path, toy_embedder):
    path = tmp_path / "journey.db"
    prepare(path)
    with open_store(path) as store:
        yield Shop(store, toy_embedder)


@pytest.fixture(scope="module")
def grouped_file(tmp_path_factory, toy_embedder):
    """Make a file with twenty pieces per topic and six odd ones, after a first run."""
    path = tmp_path_factory.mktemp("grouped") / "journey.db"
    prepare(path)
    with open_store(path) as store:
        shop = Shop(store, toy_embedder)
        shop.bring_all("a", 20, 1)
        shop.bring("odd", texts("odd", 6, 1, ODD))
        assert shop.run().kind == "regrouped"
        store.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture
def shop(tmp_path, toy_embedder, grouped_file):
    """Return a shop after its first run, each test in a file of its own."""
    path = shutil.copy(grouped_file, tmp_path / "journey.db")
    with open_store(path) as store:
        its = Shop(store, toy_embedder)
        its.first = {topic: [f"a-{topic}-{i}" for i in range(20)] for topic in TOPICS}
        its.theme = {topic: its.main_theme(ids) for topic, ids in its.first.items()}
        its.day = 1
        yield its


def test_a_rename_a_merge_a_split_and_two_moves_survive_three_reclusterings(shop):
    first, theme = shop.first, shop.theme
    odd = [f"odd{i}" for i in range(6)]
    assert len(set(theme.values())) == len(TOPICS)

    rename(shop.store, theme["parcel"], "Courier is late", actor="ana", at=shop.at())
    merge(shop.store, theme["invoice"], theme["refund"], actor="ana", at=shop.at())
    inside = [key for key in odd if shop.theme_of(key) == theme["app"]]
    assert len(inside) >= 3
    made = split(shop.store, theme["app"], inside, name="Crash at login", actor="ben", at=shop.at()).themes[1]
    moved = [first["recipe"][0], first["support"][1]]
    for key in moved:
        move(shop.store, [key], theme["box"], actor="ben", at=shop.at())

    def everything_holds():
        assert shop.store.themes.get(theme["parcel"]).name == "Courier is late"
        assert shop.store.themes.get(theme["parcel"]).named_by == "ana"
        assert theme["invoice"] not in shop.labels().values()
        assert shop.main_theme(first["invoice"]) == shop.main_theme(first["refund"]) == theme["refund"]
        assert shop.store.themes.get(theme["invoice"]).retired
        assert {shop.theme_of(key) for key in inside} == {made}
        assert shop.store.themes.get(made).name == "Crash at login"
        assert {shop.theme_of(key) for key in moved} == {theme["box"]}
        for topic in ("parcel", "login", "recipe", "support", "box"):
            assert shop.main_theme(first[topic]) == theme[topic]

    everything_holds()
    for turn in (2, 3, 4):
        fresh = shop.bring_all(f"n{turn}", 12, turn)
        later_odd = shop.bring(f"odd{turn}", texts("odd", 4, turn, ODD))
        assert shop.run(seed=turn).kind == "regrouped"
        everything_holds()
        assert shop.main_theme(fresh["invoice"]) == theme["refund"], "new pieces of a merged theme join it"
        assert shop.main_theme(fresh["parcel"]) == theme["parcel"]
        assert made in {shop.theme_of(key) for key in later_odd}, "new pieces nearer to the split join it"


def test_undo_restores_what_would_be_without_the_edit(shop):
    first = shop.first
    before, names = shop.labels(), {t.id: t.name for t in shop.store.themes.all()}
    theme = shop.theme
    edits = [
        rename(shop.store, theme["parcel"], "Courier is late", actor="ana", at=shop.at()),
        merge(shop.store, theme["invoice"], theme["refund"], actor="ana", at=shop.at()),
        split(shop.store, theme["app"], first["app"][:5], actor="ana", at=shop.at()),
        move(shop.store, first["recipe"][:1], theme["box"], actor="ana", at=shop.at()),
        pin(shop.store, theme["login"], actor="ana", at=shop.at()),
    ]
    assert shop.labels() != before
    for edit in edits:
        undone = undo(shop.store, edit.number, actor="ben", at=shop.at())
        assert undone.undoes == edit.number
    assert shop.labels() == before
    assert {t.id: t.name for t in shop.store.themes.all()} == names
    assert not any(t.pinned or t.named_by for t in shop.store.themes.all())
    again = undo(shop.store, undone.number, actor="ana", at=shop.at())
    assert shop.store.themes.get(theme["login"]).pinned, "undoing the undo brings the pin back"
    assert again.number > undone.number


def test_running_again_with_nothing_new_changes_nothing(shop):
    labels, revision, events = shop.labels(), shop.store.revision, shop.store.ledger.events()
    assert shop.run().kind == "nothing"
    assert (shop.labels(), shop.store.revision, shop.store.ledger.events()) == (labels, revision, events)


def test_a_few_new_pieces_join_the_themes_that_exist_and_touch_no_other(shop):
    first = shop.first
    before = shop.labels()
    new = shop.bring("late", texts("parcel", 5, 9))
    strange = shop.bring("strange", ["zebra quantum violin", "walrus tundra oboe"])
    run = shop.run()
    assert (run.kind, run.looked) == ("assigned", 7)
    assert {shop.theme_of(key) for key in new} == {shop.main_theme(first["parcel"])}
    assert {shop.theme_of(key) for key in strange} <= {None, *before.values()}
    after = shop.labels()
    assert {key: after[key] for key in before} == before


def test_new_pieces_come_under_the_edits_without_a_full_run(shop):
    theme = shop.theme
    merge(shop.store, theme["invoice"], theme["refund"], actor="ana", at=shop.at())
    new = shop.bring("late", texts("invoice", 5, 9))
    assert shop.run().kind == "assigned"
    assert shop.main_theme(new) == theme["refund"]
    undo(shop.store, actor="ana", at=shop.at())
    assert shop.main_theme(new) == theme["invoice"]


def test_the_ledger_tells_births_with_names_and_edits_with_authors(shop):
    first = shop.first
    theme = shop.main_theme(first["parcel"])
    (born,) = shop.store.ledger.history(theme)
    assert (born.kind, born.actor, born.detail["name"]) == ("born", None, shop.store.themes.get(theme).name)
    edit = rename(shop.store, theme, "Late", actor="ana", at=shop.at())
    undo(shop.store, actor="ben", at=shop.at())
    told = shop.store.ledger.history(theme)
    assert [(e.kind, e.actor, e.undone) for e in told] == [
        ("born", None, False), ("rename", "ana", True), ("undo", "ben", False),
    ]  # fmt: skip
    assert told[1].detail == {"from": born.detail["name"], "to": "Late", "edit": edit.number}
    assert told[0].at < told[1].at < told[2].at


def test_two_pieces_are_kept_apart_through_runs(shop):
    first = shop.first
    one, other = [k for k in first["box"] if shop.theme_of(k) == shop.main_theme(first["box"])][:2]
    never_together(shop.store, one, other, actor="ana", at=shop.at())
    assert shop.theme_of(one) != shop.theme_of(other)
    shop.bring_all("b", 12, 2)
    shop.run(seed=5)
    assert shop.theme_of(one) != shop.theme_of(other)


def test_an_id_is_never_used_for_another_theme(shop):
    first = shop.first
    made = split(shop.store, shop.main_theme(first["app"]), first["app"][:4], actor="a", at=shop.at()).themes[1]
    undo(shop.store, actor="a", at=shop.at())
    again = split(shop.store, shop.main_theme(first["box"]), first["box"][:4], actor="a", at=shop.at()).themes[1]
    assert int(again[1:]) > int(made[1:])


def test_what_cannot_be_done_is_refused_with_what_to_do(shop):
    first = shop.first
    parcel, refund = (shop.main_theme(first[topic]) for topic in ("parcel", "refund"))
    with pytest.raises(NotFound, match="journey themes"):
        find_theme(shop.store, "T999")
    with pytest.raises(NotFound, match="look like T12"):
        find_theme(shop.store, "late parcels")
    with pytest.raises(InputError, match="same theme"):
        merge(shop.store, parcel, parcel.lower(), actor="a", at=shop.at())
    with pytest.raises(InputError, match="Not in"):
        split(shop.store, parcel, first["refund"][:2], actor="a", at=shop.at())
    with pytest.raises(NotFound, match="no feedback with the id nowhere"):
        move(shop.store, ["nowhere"], parcel, actor="a", at=shop.at())
    with pytest.raises(InputError, match="empty"):
        rename(shop.store, parcel, "  ", actor="a", at=shop.at())
    with pytest.raises(NotFound, match="no edit of a theme"):
        undo(shop.store, actor="a", at=shop.at())
    assert shop.store.ledger.edits() == []
    merge(shop.store, parcel, refund, actor="a", at=shop.at())
    assert find_theme(shop.store, parcel).id == refund, "a merged theme goes by the one that it went into"


def test_too_few_texts_give_no_themes_and_say_so(empty):
    empty.bring("a", texts("parcel", 4, 1))
    run = empty.run()
    assert (run.themes, run.unassigned) == (0, 4)
    assert "too few" in run.note
    assert empty.run().kind == "nothing"


def test_nothing_at_all_is_no_error(empty):
    assert empty.run().kind == "nothing"


def test_a_pinned_theme_loses_no_piece_to_a_run(shop):
    first = shop.first
    theme = shop.main_theme(first["app"])
    stray = first["login"][0]
    move(shop.store, [stray], theme, actor="ana", at=shop.at())
    pin(shop.store, theme, actor="ana", at=shop.at())
    inside = {key for key, its in shop.labels().items() if its == theme}
    for turn in (2, 3):
        shop.bring_all(f"n{turn}", 10, turn)
        shop.run(seed=turn)
        assert inside <= {key for key, its in shop.labels().items() if its == theme}
        assert shop.store.themes.get(theme).pinned


def test_a_piece_whose_text_was_corrected_stays_where_it_was_moved(shop):
    first = shop.first
    target = shop.main_theme(first["box"])
    key = first["recipe"][0]
    move(shop.store, [key], target, actor="ana", at=shop.at())
    (row,) = shop.store.feedback.rows([key]).values()
    text = texts("recipe", 1, 77)[0] + " again"
    shop.store.feedback.upsert([Feedback(id=key, text=text, source="t", at=START)])
    assert shop.store.points.rows_without() == [row]
    shop.bring("again-", [text])
    shop.store.points.add([(row, [Point(start=0, end=len(text), text=text)])])
    shop.store.feedback.set_derived(
        [DerivedRow(row=row, stage=None, stage_confidence=None, staged_by=None, sentiment=0.0)]
    )
    assert shop.run().kind == "assigned"
    assert shop.theme_of(key) == target


def test_a_run_that_dies_leaves_everything_as_it_was(shop, monkeypatch):
    before, events = shop.labels(), shop.store.ledger.events()
    shop.bring_all("b", 10, 2)
    waiting = shop.store.found.waiting()

    def die(*_args, **_options):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("knowledge.layers.theme_view.name_themes", die)
        with pytest.raises(KeyboardInterrupt):
            shop.run()
    assert {key: theme for key, theme in shop.labels().items() if key in before} == before
    assert shop.store.ledger.events() == events
    assert shop.store.found.waiting() == waiting
    assert shop.run().kind == "regrouped"


def test_a_name_of_ours_goes_when_the_theme_is_about_something_else_and_a_persons_stays(shop):
    first = shop.first
    worn, chosen = (shop.main_theme(first[topic]) for topic in ("parcel", "refund"))
    rename(shop.store, chosen, "Money back", actor="ana", at=shop.at())
    ground = read_ground(shop.store, shop.embedder.model_id)
    changed = {theme_number(worn): "piano lesson teacher", theme_number(chosen): "garden hose leak"}
    now = [changed.get(number, text) for number, text in zip(ground.found.tolist(), ground.texts, strict=True)]
    before = shop.store.themes.get(worn).name
    lay(shop.store, replace(ground, texts=now), at=shop.at(), since=sizes(ground.found))
    assert set(shop.store.themes.get(worn).name.split()) <= {"piano", "lesson", "teacher"}
    assert shop.store.themes.get(chosen).name == "Money back"
    told = [event for event in shop.store.ledger.events() if event.kind == "renamed"]
    assert [(event.theme_id, event.detail["from"]) for event in told] == [(worn, before)]


def test_another_model_finds_the_themes_anew_and_keeps_their_ids(shop):
    first = shop.first
    theme = shop.theme
    said = [item.text for item in shop.store.feedback.get([key for ids in first.values() for key in ids])]
    turned = shop.embedder.encode(said)[:, ::-1]
    shop.store.vectors.put([text_hash(text) for text in said], turned, "toy-turned")
    assert update_themes(shop.store, "toy-turned", at=shop.at()).kind == "regrouped"
    assert {topic: shop.main_theme(ids) for topic, ids in first.items()} == theme
