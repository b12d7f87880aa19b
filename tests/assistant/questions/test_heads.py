"""The taught heads belong to the exemplars, and decide where rules are silent."""

from assistant.questions.exemplars import _taught_before, by_example, exemplars, fingerprint, word_head
from assistant.questions.understanding import understand
from tests.assistant.questions.asked_company import AS_OF, COMPANY


def test_the_heads_were_taught_on_the_exemplars_as_they_are():
    assert _taught_before()["exemplars"] == fingerprint(), "run: python -m assistant.questions.teaching"


def test_every_intent_has_examples_enough():
    counts = {}
    for intent, _ in exemplars():
        counts[intent] = counts.get(intent, 0) + 1
    assert len(counts) == 16
    assert min(counts.values()) >= 15


def test_the_head_on_words_knows_most_of_its_own_exemplars():
    right = sum(by_example(text, None, {}).intent == intent for intent, text in exemplars())
    assert right / len(exemplars()) > 0.9


def test_a_text_of_unknown_words_has_no_features():
    assert not word_head().features("zzzz").any()


def test_another_embedder_is_taught_on_first_use(toy_embedder):
    question = understand("refund parcels driver", COMPANY, as_of=AS_OF, embedder=toy_embedder)
    assert 0.0 <= question.confidence <= 1.0
