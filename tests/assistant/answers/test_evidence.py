"""Quotes: whole sentences of the customer's own words, central, different, from different people."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from assistant.answers import evidence
from assistant.answers.analyst import Analyst
from knowledge.scope import Scope
from knowledge.store import open_store
from tests.assistant.answers import world

LONG = "The box was late. " + "It stood in the sun for hours and nobody rang the bell. " * 8 + "The end."


@given(st.text(min_size=1, max_size=900), st.integers(0, 900), st.integers(0, 900))
def test_a_cut_is_a_stretch_of_the_text_and_never_longer_than_asked(text, start, length):
    start = min(start, len(text) - 1)
    low, high = evidence.cut(text, start, min(len(text), start + length + 1))
    assert 0 <= low <= high <= len(text)
    assert high - low <= evidence.LONGEST
    assert text[low:high] == text[low:high].strip()


def test_a_short_text_is_quoted_whole():
    assert evidence.cut("  Late again. And warm.  ", 2, 13) == (2, 23)


def test_a_long_point_is_cut_at_the_end_of_a_sentence():
    low, high = evidence.cut(LONG, 0, len(LONG))
    assert LONG[low:high].endswith("bell.")


def test_a_point_of_a_long_text_is_quoted_alone():
    start = LONG.index("The end")
    low, high = evidence.cut(LONG, start, len(LONG))
    assert LONG[low:high] == "The end."


def test_a_sentence_without_end_is_cut_between_words():
    text = "word " * 200
    low, high = evidence.cut(text, 0, len(text))
    assert text[low:high].split() == ["word"] * len(text[low:high].split())


def test_diversity_passes_over_what_is_the_same():
    vectors = np.array([[1, 0], [1, 0], [0, 1]], dtype=np.float32)
    assert evidence.diverse(np.array([0.9, 0.89, 0.5]), vectors, 2) == [0, 2]


def test_one_customer_is_quoted_once_while_others_are_left():
    vectors = np.eye(3, dtype=np.float32)
    worth = np.array([0.9, 0.8, 0.1])
    assert evidence.diverse(worth, vectors, 2, ["a", "a", "b"]) == [0, 2]
    assert evidence.diverse(worth, vectors, 3, ["a", "a", "b"]) == [0, 2, 1]


def test_candidates_are_bounded_recent_and_spread(analyst, store):
    context = analyst.context(store, as_of=world.AS_OF)
    positions = context.tallies.positions(Scope())
    rows = evidence.candidates(context.facts, positions)
    assert len(rows) <= evidence.CANDIDATES
    newest = context.facts.row[np.argsort(-context.facts.day, kind="stable")[:20]]
    assert set(newest.tolist()) <= set(rows)


def test_rows_already_quoted_are_avoided(analyst, store):
    context = analyst.context(store, as_of=world.AS_OF)
    first = evidence.choose(context, Scope(themes=("T6",)), 3, finding=0, theme="T6")
    second = evidence.choose(context, Scope(themes=("T6",)), 3, finding=0, theme="T6", avoid={q.row for q in first})
    assert not {q.row for q in first} & {q.row for q in second}
    assert all(quote.theme_id == "T6" for quote in first)


def test_praise_of_a_customer_who_rated_low_is_no_evidence_for_a_complaint(tmp_path, toy):
    texts = (
        "Lovely, wonderful, friendly delivery, thank you.",
        "My delivery was late.",
        "Late delivery, nobody called.",
    )
    plan = {"T2": ("use", -0.5, (4,) * 12, texts), "T3": ("use", 0.5, (4,) * 12, texts)}
    path = world.build(tmp_path / "company.db", toy, plan)
    with open_store(path) as store:
        context = Analyst(path, toy).context(store, as_of=world.AS_OF)
        complaints = evidence.choose(context, Scope(themes=("T2",), polarity="complaint"), 3, theme="T2")
        praise = evidence.choose(context, Scope(themes=("T3",), polarity="praise"), 3, theme="T3")
        either = evidence.choose(context, Scope(themes=("T2",)), 3, theme="T2")
    assert not any("Lovely" in quote.quote for quote in complaints)
    assert "Lovely" in praise[0].quote
    assert any("Lovely" in quote.quote for quote in either)


def test_a_theme_is_shown_by_words_of_its_own_name_where_some_of_its_texts_hold_them(tmp_path, toy):
    other = "The parcel came two hours after what was said."
    texts = (*(other,) * 5, "Late delivery and the parcel came after what was said.")
    path = world.build(tmp_path / "company.db", toy, {"T2": ("use", -0.5, (4,) * 12, texts)})
    with open_store(path) as store:
        context = Analyst(path, toy).context(store, as_of=world.AS_OF)
        assert context.knowledge.themes["T2"].name == "late delivery"
        named = evidence.choose(context, Scope(themes=("T2",)), 2, theme="T2")
        unnamed = evidence.choose(context, Scope(themes=("T2",)), 2)
    assert named[0].quote.startswith("Late delivery")
    assert unnamed[0].quote.startswith(other)
