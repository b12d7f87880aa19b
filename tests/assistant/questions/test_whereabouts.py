"""Places are read without their capitals: linked where the file holds them, named as unknown where it does not."""

import pytest

from assistant.questions.understanding import understand
from assistant.questions.vocabulary import Vocabulary
from assistant.questions.whereabouts import place_values
from tests.assistant.questions.asked_company import AS_OF

WORLDWIDE = Vocabulary(segments={"tier": ("small", "grand"), "sold_in": ("US", "UK", "Spain")})


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("what bothers people in the us?", ("US",)),
        ("quotes from the states about prices", ("US",)),
        ("what do the americans moan about?", ("US",)),
        ("compare the uk with the us", ("UK", "US")),
        ("uk vs us", ("UK", "US")),
        ("what do us customers complain about?", ("US",)),
        ("give us quotes from the uk", ("UK",)),
        ("what do customers tell us about prices?", ()),
        ("do people like us?", ()),
    ],
)
def test_a_country_is_known_without_its_capitals(text, values):
    found = understand(text, WORLDWIDE, as_of=AS_OF)
    assert set(found.filters.get("sold_in", ())) == set(values)
    assert not found.unknown


@pytest.mark.parametrize("place", ["leeds", "scotland", "the midlands", "los angeles", "italy", "texas", "Leeds"])
@pytest.mark.parametrize("asked", ["what do customers in {} say about prices?", "complaints from {} in Q3"])
def test_a_place_that_no_value_holds_is_unknown_and_beside_it_stand_places(place, asked):
    (unknown,) = understand(asked.format(place), WORLDWIDE, as_of=AS_OF).unknown
    assert unknown.asked.lower() == place.lower()
    assert set(unknown.nearest) <= set(WORLDWIDE.segments["sold_in"])


def test_without_a_column_of_places_one_may_belong_to_the_subject_and_none_is_suggested():
    shop = Vocabulary(segments={"tier": ("small", "grand")})
    assert not understand("quotes about the hotel in london", shop, as_of=AS_OF).unknown
    (unknown,) = understand("what hurts customers in london?", shop, as_of=AS_OF).unknown
    assert unknown.nearest == ()


def test_a_column_holds_places_by_its_name_or_by_what_it_holds():
    held = {"customer_region": ("North", "South"), "where": ("Spain", "Italy"), "mood": ("Spain", "sad", "glad")}
    assert place_values(held) == ["North", "South", "Spain", "Italy"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("compare uk and germany", "germany"),
        ("new zealand vs the us", "new zealand"),
        ("norway", "norway"),
        ("what about iceland?", "iceland"),
        ("what do the germans say about prices?", "germans"),
        ("what hurts polish customers?", "polish"),
    ],
)
def test_a_place_in_a_list_alone_or_by_who_lives_there_is_not_passed_over(text, place):
    unknown = understand(text, WORLDWIDE, as_of=AS_OF).unknown
    assert place in [each.asked for each in unknown]
    assert all(set(each.nearest) <= set(WORLDWIDE.segments["sold_in"]) for each in unknown)


@pytest.mark.parametrize("text", ["quotes about turkey", "complaints about the dutch menu"])
def test_a_name_of_a_place_may_be_a_subject(text):
    question = understand(text, WORLDWIDE, as_of=AS_OF)
    assert not question.unknown
    assert question.topic
