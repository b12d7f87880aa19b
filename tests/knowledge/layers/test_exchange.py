"""A model that was exchanged for another is told of, by every way in; vectors of two models are never compared."""

from datetime import date

import numpy as np
import pytest

from assistant.answers.analyst import Analyst
from assistant.replies import CANNOT_ANSWER, Replies
from knowledge.embedding import DEFAULT_MODEL
from knowledge.erasure import forget
from knowledge.errors import ModelError
from knowledge.layers.exchange import explained, refuse_exchanged
from knowledge.layers.map_drift import map_drift
from knowledge.layers.stage_edits import StageDesk
from knowledge.pipeline import derive, embed
from knowledge.privacy import pseudonym
from knowledge.store import open_store, prepare
from knowledge.templates import template
from knowledge.verification import verify
from tests.conftest import ToyEmbedder
from tests.knowledge.company import AT, KEY, fill, words_of


class OtherEmbedder(ToyEmbedder):
    """Another model: its space is turned, so that cosines with the toy's vectors would mean nothing."""

    model_id = "other-64"

    def encode(self, texts):
        return np.roll(super().encode(texts), 7, axis=1)


@pytest.fixture
def db(tmp_path):
    path = tmp_path / "journey.db"
    prepare(path)
    with open_store(path) as store:
        fill(store, ToyEmbedder())
    return path


@pytest.mark.parametrize("question", ["what hurts customers?", "quotes about wheelbarrows", "what is new?", "any NPS?"])
def test_a_question_to_a_file_of_another_model_says_so_and_what_to_do(db, question):
    answer = Replies(Analyst(db, OtherEmbedder())).reply(question, asker="ann", thread=None, today=date(2026, 11, 1))
    assert answer.reason == CANNOT_ANSWER
    assert "from the model toy-64, and other-64 is set now" in answer.headline
    assert "Set JOURNEY_EMBEDDER=toy-64, or" in answer.headline
    assert "journey verify --rebuild" in answer.headline


def test_what_looks_at_vectors_without_a_question_says_so_too(db):
    other = OtherEmbedder()
    with open_store(db) as store:
        with pytest.raises(ModelError, match="toy-64"):
            map_drift(store, template("default"), other, as_of=AT.date())
        with pytest.raises(ModelError, match="toy-64"):
            StageDesk(store, template("default"), other.model_id)
        wrong = {check.name: check for check in verify(store, other, template("default")) if check.status == "wrong"}
    assert set(wrong) == {"model"}
    assert "journey verify --rebuild" in wrong["model"].found[0]


def test_encoding_half_of_it_anew_does_not_count_as_an_exchange(db, monkeypatch):
    """Killed on the way, the file still answers by its old model, and refuses the new one."""
    with open_store(db) as store:
        embed(store, OtherEmbedder())
        refuse_exchanged(store, "toy-64")
        with pytest.raises(ModelError):
            refuse_exchanged(store, "other-64")
        assert forget(store, pseudonym("Customer 5", KEY), at=AT).clean
        assert words_of(5)[0].encode() not in db.read_bytes()


def test_encoded_and_grouped_anew_the_file_is_whole_and_says_what_happened(db):
    other = OtherEmbedder()
    with open_store(db) as store:
        store.feedback.forget_derived()
        done = derive(store, other, template("default"), at=AT)
        assert "all texts were encoded and grouped anew, by other-64; before, it was toy-64" in done.notes
        assert done.embedded
        assert not [check for check in verify(store, other, template("default")) if check.status == "wrong"]
        again = derive(store, other, template("default"), at=AT)
        assert not [note for note in again.notes if "anew" in note]
        with pytest.raises(ModelError, match="from the model other-64"):
            refuse_exchanged(store, "toy-64")


def test_an_empty_file_belongs_to_no_model_yet(tmp_path):
    path = tmp_path / "journey.db"
    prepare(path)
    with open_store(path) as store:
        refuse_exchanged(store, "anything")


def test_the_way_back_fits_the_model():
    assert "Unset JOURNEY_EMBEDDER, or" in explained(f"{DEFAULT_MODEL}@53aa51172d14", "mine@123")
    assert "is not the one that this file's vectors" in explained("mine@123", "mine@456")
    assert "Put the former one back" in explained("mine@123", "mine@456")
