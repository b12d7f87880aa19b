"""What is private to a channel is not there for others: not in counts, not in words, not in names."""

import re
from datetime import UTC, datetime

import pytest

from assistant.answers.analyst import Analyst
from knowledge.feedback import Feedback, Point, text_hash
from knowledge.store import DerivedRow, PointRow, open_store, prepare
from knowledge.themes import Theme
from tests.assistant.answers import world

AT = datetime(2026, 10, 5, tzinfo=UTC)
SECRET = "The merger with Acmecorp makes billing slow."


@pytest.fixture(scope="module")
def plain(tmp_path_factory, toy_embedder):
    return world.build(tmp_path_factory.mktemp("plain") / "plain.db", toy_embedder)


@pytest.fixture(scope="module")
def mixed(tmp_path_factory, toy_embedder):
    """Return the same company, with feedback from a private channel added: one theme gets more, one is all private."""
    path = world.build(tmp_path_factory.mktemp("mixed") / "mixed.db", toy_embedder)
    items = [
        Feedback(id=f"P{n}", text=f"{SECRET} {n}", source="slack:C1", at=AT, channel="email", customer=f"x{n}")
        for n in range(12)
    ]
    with open_store(path) as store:
        store.feedback.upsert(items)
        rows = store.feedback.rows([item.id for item in items])
        store.feedback.set_derived([
            DerivedRow(row=row, stage="onboarding", stage_confidence=0.9, staged_by="test", sentiment=-0.8)
            for row in rows.values()
        ])  # fmt: skip
        store.points.add([(rows[i.id], [Point(start=0, end=len(i.text), text=i.text)]) for i in items])
        store.themes.save([Theme(id="T90", name="merger Acmecorp", terms=("merger", "acmecorp"))])
        store.points.assign([
            PointRow(row=rows[i.id], n=0, theme="T90" if n % 2 else "T1", strength=0.9) for n, i in enumerate(items)
        ])  # fmt: skip
        old = store.themes.get("T1")
        store.themes.save([Theme(id="T1", name=f"{old.name} Acmecorp", terms=(*old.terms, "acmecorp"), quotes=("P0",))])
        texts = [item.text for item in items]
        store.vectors.put([text_hash(text) for text in texts], toy_embedder.encode(texts), toy_embedder.model_id)
    return path


QUESTIONS = ["what hurts customers?", "how is onboarding doing?", "what is new?", "what keeps coming back?", "help"]


@pytest.mark.parametrize("question", QUESTIONS)
def test_answers_are_those_of_a_file_without_it(plain, mixed, toy_embedder, question):
    seen = Analyst(lambda: open_store(mixed, hiding=["slack:C1"]), toy_embedder)
    open_ = Analyst(plain, toy_embedder).answer(question, as_of=world.AS_OF)
    private = seen.answer(question, as_of=world.AS_OF)
    assert private.headline == open_.headline
    assert private.lines == open_.lines
    assert [quote.feedback_id for quote in private.evidence] == [quote.feedback_id for quote in open_.evidence]
    assert not private.dropped
    assert Analyst(mixed, toy_embedder).answer("what hurts customers?", as_of=world.AS_OF).findings


@pytest.mark.parametrize("question", ["what do people say about Acmecorp?", "tell me about merger Acmecorp", "T90"])
def test_no_word_of_it_is_told(mixed, toy_embedder, question):
    seen = Analyst(lambda: open_store(mixed, hiding=["slack:C1"]), toy_embedder)
    answer = seen.answer(question, as_of=world.AS_OF)
    said = " ".join([answer.headline, *answer.lines, *answer.follow_ups, *(q.quote for q in answer.evidence)])
    echo = re.compile("“(merger )?acmecorp”")
    assert "acmecorp" not in echo.sub("", said.casefold())
    assert all(not quote.feedback_id.startswith("P") for quote in answer.evidence)


def test_nothing_can_be_written_where_something_is_hidden(mixed):
    with open_store(mixed, hiding=["slack:C1"]) as store, pytest.raises(Exception, match=r"modify|readonly|read-only"):
        store.themes.save([Theme(id="T1", name="x")])


def test_in_its_own_channel_it_is_there(mixed):
    with open_store(mixed) as store:
        assert store.themes.get("T90").size == 6
    with open_store(mixed, hiding=["slack:C1"]) as store:
        assert store.themes.get("T90") is None
        assert "acmecorp" not in store.themes.get("T1").name.casefold()
        assert store.themes.get("T1").quotes == ()
        assert store.feedback.get(["P0"]) == []


def test_a_mark_is_replaced_and_taken_back(tmp_path):
    prepare(tmp_path / "a.db")
    with open_store(tmp_path / "a.db") as store:
        store.private_sources.mark("mails", "C1", by="U1", at=AT)
        store.private_sources.mark("mails", "C2", by="U1", at=AT)
        assert store.private_sources.all() == {"mails": "C2"}
        assert store.private_sources.open_up("mails")
        assert not store.private_sources.open_up("mails")
