"""Questions about the journey map: its cells by topic, and the map against what customers say."""

import pytest

from assistant.answers.map_drift import asks_for_drift
from assistant.answers.map_search import search_map, topic_of
from tests.assistant.answers import world


def texts(answer):
    return [finding.numbers.get("text") for finding in answer.findings if finding.kind == "map"]


def test_a_topic_is_looked_up_in_every_cell_of_the_map(ask):
    answer = ask("what does the map say about evening slots?")
    assert texts(answer) == ["Offer evening slots"]
    assert not answer.dropped


def test_a_topic_that_the_map_lacks_is_refused_and_nothing_else_is_listed(ask):
    answer = ask("what does the map say about parking?")
    assert answer.abstained
    assert answer.reason == "not_in_map"


def test_whether_something_stands_on_the_map_can_be_asked(toy):
    assert topic_of("Is the welcome mail on our journey map?", world.JOURNEY) == "welcome mail"
    assert topic_of("what does the map say about onboarding?", world.JOURNEY) is None
    assert [found.what for found in search_map(world.JOURNEY, "welcome mail", toy)] == ["touchpoint", "cell"]


def test_what_the_map_misses_is_told_with_counts_and_quotes(ask):
    answer = ask("what does our map miss?")
    assert not answer.dropped
    named = {finding.theme_id for finding in answer.findings if finding.kind == "theme"}
    assert {"T2", "T4", "T6"} <= named
    assert "T3" not in named
    assert any("crashes" in quote.quote for quote in answer.evidence)
    assert "does not know" in answer.headline


def test_every_part_of_the_comparison_survives_verification(ask):
    for text in ("which pains in the map are dead?", "does the map match what customers say?"):
        answer = ask(text)
        assert not answer.dropped, text
        assert not answer.abstained


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("what does our map miss?", {"missed"}),
        ("what is not on the map?", {"missed"}),
        ("which pains in the map are dead?", {"dead"}),
        ("which pains on the map does nobody mention any more?", {"dead"}),
        ("which feelings on the map are wrong?", {"feelings"}),
        ("does the map match the feedback?", {"missed", "dead", "feelings"}),
        ("which touchpoints are there in use?", set()),
        ("who owns onboarding?", set()),
    ],
)
def test_the_question_says_which_part_is_meant(text, parts):
    assert asks_for_drift(text) == parts
