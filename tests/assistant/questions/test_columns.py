"""Values of a column are found by the part of them that people say, and a column of yes and no by its name."""

import pytest

from assistant.questions.followups import Before, follow
from assistant.questions.record import from_json, to_json
from assistant.questions.understanding import understand
from assistant.questions.understood import summary_line
from assistant.questions.vocabulary import Vocabulary
from tests.assistant.questions.asked_company import AS_OF

CLINIC = Vocabulary(
    segments={
        "outcome": ("Settled", "Settled with full payment", "Settled with part payment", "Overlooked response"),
        "answered_on_time": ("Yes", "No"),
        "client_appealed": ("No", "Yes"),
        "visitor": ("Staff", "Day Tripper", "NightTripper", "Canal Tripper"),
        "town": tuple(f"Town{letter}" for letter in "ABCDEFGHIJKLMNOP"),
    },
    largest={"town": ("TownM", "TownB", "TownA")},
)
TRIPPERS = ("Day Tripper", "NightTripper", "Canal Tripper")


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("how many complaints got full payment?", {"outcome": ("Settled with full payment",)}),
        ("how many were overlooked?", {"outcome": ("Overlooked response",)}),
        ("how many were settled?", {"outcome": ("Settled",)}),
        ("how many were answered on time?", {"answered_on_time": ("Yes",)}),
        ("what hurts those who were not answered on time?", {"answered_on_time": ("No",)}),
        ("how many were appealed?", {"client_appealed": ("Yes",)}),
        ("how many weren't appealed?", {"client_appealed": ("No",)}),
        ("how many complaints about appealed bills?", {}),
        ("compare staff and canal people", {"visitor": ("Staff", "Canal Tripper")}),
        ("compare night trippers with staff", {"visitor": ("NightTripper", "Staff")}),
    ],
)
def test_what_people_say_of_a_value_finds_it(text, filters):
    found = understand(text, CLINIC, as_of=AS_OF).filters
    assert {name: set(values) for name, values in found.items()} == {name: set(v) for name, v in filters.items()}


def test_by_a_column_of_yes_and_no_both_are_compared():
    found = understand("compare complaints by answered on time", CLINIC, as_of=AS_OF)
    assert set(found.filters["answered_on_time"]) == {"Yes", "No"}


def test_a_word_that_several_values_share_names_all_of_them_as_one_side():
    found = understand("compare staff and tripper visitors", CLINIC, as_of=AS_OF)
    assert set(found.filters["visitor"]) == {"Staff", *TRIPPERS}
    assert [set(group) for group in found.groups] == [set(TRIPPERS)]
    assert from_json(to_json(found)) == found


def test_a_comparison_by_a_column_of_many_values_names_the_column_and_holds_none_of_them_afterwards():
    found = understand("which town has the most complaints?", CLINIC, as_of=AS_OF)
    assert found.by == "town"
    assert "by town" in summary_line(found, CLINIC)
    assert "TownM" not in summary_line(found, CLINIC)
    praise = follow("and the most praise?", Before(question=found), CLINIC, as_of=AS_OF)
    assert praise is not None
    assert (praise.intent, praise.by, praise.polarity) == ("compare", "town", "praise")
    why = follow("why?", Before(question=found), CLINIC, as_of=AS_OF)
    assert why is not None
    assert not why.filters


def test_a_bare_answer_is_shown_with_its_column():
    found = understand("how many were not answered on time?", CLINIC, as_of=AS_OF)
    assert summary_line(found, CLINIC) == "answered on time: no"


def test_what_is_named_before_the_question_or_denied_after_it_is_its_topic_or_none():
    named = understand("parking, what is bad there?", CLINIC, as_of=AS_OF)
    assert (named.intent, named.topic) == ("pain_points", "parking")
    denied = understand("what do they complain about, not the parking?", CLINIC, as_of=AS_OF)
    assert (denied.topic, denied.not_about) == (None, ("parking",))
    assert understand("are waiting rooms getting more crowded?", CLINIC, as_of=AS_OF).topic == "waiting rooms crowded"
    assert understand("how many were settled with a full payment?", CLINIC, as_of=AS_OF).filters == {
        "outcome": ("Settled with full payment",)
    }
