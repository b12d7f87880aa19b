import numpy as np

from knowledge.clustering.naming import name_themes

TEXTS = [
    "My card has not arrived yet",
    "When will the new card arrive",
    "Card arrival takes weeks, still not arrived",
    "Has my card arrived",
    "The exchange rate is wrong",
    "You applied a wrong exchange rate",
    "Why is the exchange rate so bad",
    "exchange rate on my trip was wrong",
]
LABELS = np.array([0, 0, 0, 0, 1, 1, 1, 1], dtype=np.int32)


def test_names_come_from_the_theme_s_own_words(toy_embedder):
    card, rate = name_themes(TEXTS, LABELS, toy_embedder.encode(TEXTS))
    assert "card" in card.name
    assert "exchange rate" in rate.name
    assert "rate" in rate.terms


def test_names_differ_between_themes(toy_embedder):
    texts = TEXTS[:4] * 3
    labels = np.repeat(np.arange(3, dtype=np.int32), 4)
    names = [each.name for each in name_themes(texts, labels, toy_embedder.encode(texts))]
    assert len(set(names)) == 3


def test_a_kept_name_stays_and_is_given_to_no_other(toy_embedder):
    card, rate = name_themes(TEXTS, LABELS, toy_embedder.encode(TEXTS), keep={0: "exchange rate"})
    assert card.name == "exchange rate"
    assert rate.name != "exchange rate"


def test_representative_texts_are_of_the_theme_and_differ(toy_embedder):
    texts = [*TEXTS, TEXTS[0], TEXTS[0]]
    labels = np.array([*LABELS, 0, 0], dtype=np.int32)
    card, _ = name_themes(texts, labels, toy_embedder.encode(texts))
    assert len(card.central) == 3
    assert all(labels[row] == 0 for row in card.central)
    assert len({texts[row] for row in card.central}) == 3


def test_texts_without_words_still_get_a_name(toy_embedder):
    texts = ["!!!", "123", "???", "XXXX"]
    (only,) = name_themes(texts, np.zeros(4, np.int32), toy_embedder.encode(texts))
    assert only.name


def test_nothing_assigned_means_no_names(toy_embedder):
    assert name_themes(TEXTS, np.full(8, -1, np.int32), toy_embedder.encode(TEXTS)) == []


def test_a_bare_word_that_says_half_gets_another_beside_it(toy_embedder):
    texts = [
        "filter",
        "the filter is hopeless",
        "where is a filter",
        "allergy",
        "my son has an allergy",
        "allergy, again",
    ]
    other = [f"the parcel delivery came late {word}" for word in ("again", "today", "monday", "twice", "here")]
    labels = np.array([0] * len(texts) + [1] * len(other), dtype=np.int32)
    both, parcel = name_themes([*texts, *other], labels, toy_embedder.encode([*texts, *other]))
    assert {"filter", "allergy"} <= set(both.name.split())
    assert " and " in both.name
    assert " and " not in parcel.name


def test_a_name_is_no_sentence_and_no_piece_of_one(toy_embedder):
    texts = [f"my account was locked and they called Chase about the loan I applied for {i}" for i in "abcdefgh"]
    (only,) = name_themes(texts, np.zeros(8, np.int32), toy_embedder.encode(texts))
    assert not {"was", "and", "they", "the", "i"} & set(only.name.lower().split()[1:-1])


def test_a_name_is_written_as_customers_write_it(toy_embedder):
    flown = [f"Air New Zealand {said}" for said in ("lost it", "was late", "is fine", "never rang")]
    asked = [f"I want a new card {said}" for said in ("today", "soon", "please", "at once", "for free")]
    labels = np.repeat([0, 1], [4, 5]).astype(np.int32)
    air, card = name_themes([*flown, *asked], labels, toy_embedder.encode([*flown, *asked]))
    assert "Air New Zealand" in air.name
    assert "card" in card.name
