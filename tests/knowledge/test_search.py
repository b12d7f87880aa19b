"""Search looks only among the rows in scope, and finds by words as well as by meaning."""

from datetime import datetime
from types import SimpleNamespace

import numpy as np
import pytest

from knowledge.feedback import Feedback, Point
from knowledge.pipeline import embed
from knowledge.scope import Scope
from knowledge.search import _same_matter, build_index, relevant, search
from knowledge.store import open_store, prepare

TEXTS = {
    "a": ("the refund took five weeks", "email"),
    "b": ("refund refund refund please", "chat"),
    "c": ("great recipes and a lovely box", "email"),
    "d": ("parcel arrived crushed. the refund was quick", "email"),
}


@pytest.fixture
def found(tmp_path, toy_embedder):
    path = tmp_path / "journey.db"
    prepare(path)
    with open_store(path) as store:
        store.feedback.upsert(
            [Feedback(id=k, text=t, source="s", channel=c, at=datetime(2026, 1, 1)) for k, (t, c) in TEXTS.items()]
        )
        store.points.add([(row, [Point(start=0, end=len(t), text=t)]) for row, (t, _) in enumerate(TEXTS.values(), 1)])
        embed(store, toy_embedder)
        index = build_index(store, store.feedback.facts(), toy_embedder.model_id)
        yield Finder(store, index, toy_embedder)


class Finder:
    """Asks the index and answers with public ids."""

    def __init__(self, store, index, embedder) -> None:
        self.store, self.index, self.embedder = store, index, embedder

    def search(self, query, scope=None, limit=10):
        hits = search(self.store, self.index, self.embedder, query, scope or Scope(), limit)
        ids = self.store.feedback.ids([hit.row for hit in hits])
        return [ids[hit.row] for hit in hits]

    def relevant(self, query):
        positions = relevant(self.store, self.index, self.embedder, query, Scope())
        return set(self.store.feedback.ids(self.index.facts.row[positions].tolist()).values())


def test_what_holds_the_words_comes_first(found):
    assert found.search("refund")[0] == "b"
    assert found.search("crushed parcel")[0] == "d"


def test_a_topic_of_two_matters_is_about_either(found):
    assert found.relevant("crushed or recipes") == {"c", "d"}


def test_of_several_words_the_rarest_tells_what_is_meant(found):
    assert found.store.search.rarest("the refund took") == found.store.search.with_all_words("took")
    assert found.store.search.rarest("refund for nobody's umbrella") == []


def test_rows_outside_the_scope_are_never_ranked(found):
    only_email = Scope(filters={"channel": ("email",)})
    assert set(found.search("refund", only_email)) <= {"a", "c", "d"}
    assert found.search("refund", only_email, 1) != ["b"]
    assert found.search("refund", Scope(filters={"channel": ("fax",)})) == []


def test_endings_of_words_do_not_matter(found):
    assert found.search("refunds parcels")[0] in {"d", "b"}


def test_an_empty_question_finds_nothing(found):
    assert found.search("   ") == []


def test_relevant_is_what_holds_every_word_or_means_the_same(found):
    assert found.relevant("took five weeks") == {"a"}
    assert found.relevant("great recipes and a lovely box") == {"c"}


def test_what_holds_the_rarest_word_or_is_near_is_found_where_none_holds_all(found, monkeypatch):
    monkeypatch.setattr("knowledge.search.SIMILAR", 0.999)
    monkeypatch.setattr("knowledge.search.KINDRED", 0.1)
    monkeypatch.setattr("knowledge.search.NEARLY", 0.1)
    assert found.relevant("refund recipes") == {"a", "b", "c", "d"}
    monkeypatch.setattr("knowledge.search.NEARLY", 0.999)
    monkeypatch.setattr("knowledge.search.LEAST", 1)
    assert found.relevant("refund recipes") == {"c"}


def test_one_that_shares_a_word_is_a_mention_in_passing(found, monkeypatch):
    monkeypatch.setattr("knowledge.search.SIMILAR", 0.999)
    assert found.relevant("parcel arrived crushed lovely") == set()


def test_a_word_that_nobody_used_makes_the_topic_unknown(found):
    assert found.relevant("striped parcel") == set()


def test_words_that_no_row_holds_are_named_whatever_their_ending(found):
    assert found.store.search.missing("the parcels zebra refunds") == ["zebra"]


def test_one_matter_cut_into_two_themes_is_found_in_both():
    codes = np.array([0] * 10 + [1] * 8 + [2] * 20)
    facts = SimpleNamespace(theme=SimpleNamespace(codes=codes), theme_position=np.arange(38))
    about = np.zeros(38, dtype=bool)
    about[[0, 1, 2, 10, 11, 12, 13, 20]] = True
    assert [len(members) for members in _same_matter(facts, about)] == [10, 8]


def test_few_of_a_large_theme_do_not_bring_it_in():
    facts = SimpleNamespace(theme=SimpleNamespace(codes=np.array([0] * 4 + [1] * 40)), theme_position=np.arange(44))
    about = np.zeros(44, dtype=bool)
    about[[0, 1, 2, 3, 4, 5, 6]] = True
    assert [len(members) for members in _same_matter(facts, about)] == [4]
