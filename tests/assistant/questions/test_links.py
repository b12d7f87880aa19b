"""Words are linked to what the file holds, and what it does not hold is named with the nearest that it does."""

from datetime import date

import pytest

from assistant.questions.names import nearest, stem
from assistant.questions.understanding import understand
from assistant.questions.vocabulary import Vocabulary
from knowledge.journey import Stage
from knowledge.metrics import Metric
from tests.assistant.questions.asked_company import AS_OF, COMPANY

BANK = Vocabulary(
    stages=(Stage(id="use", name="Use"), Stage(id="onboarding", name="Onboarding")),
    channels=("Web", "Postal mail"),
    segments={
        "product": ("Mortgage", "Credit card", "Bank account or service"),
        "company": ("EQUIFAX, INC.", "Wells Fargo & Company", "Bank of America"),
        "state": ("CA", "OR", "IN", "ME"),
        "timely response": ("Yes", "No"),
    },
)


ONEMAIN = ("OneMain Finance Corporation", "ONEMAIN FINANCIAL HOLDINGS, LLC.")
LOUNGES = Vocabulary(
    segments={
        "airline_name": ("british-airways", "qantas-airways", "delta-air-lines", "emirates"),
        "lender": (*ONEMAIN, "AC AutoPay LLC", "Upstart, Inc."),
        "town": tuple(f"Town{letter}" for letter in "ABCDEFGHIJKLMN"),
    },
    largest={"town": ("TownM", "TownB", "TownA", "TownC", "TownD", "TownE", "TownF")},
    metrics=(Metric(id="csat", name="CSAT", unit="of 5"),),
)


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("what hurts Qantas customers?", {"airline_name": ("qantas-airways",)}),
        ("what about delta", {"airline_name": ("delta-air-lines",)}),
        ("what do people say about British Airways?", {"airline_name": ("british-airways",)}),
        ("how many complaints about OneMain in 2023?", {"lender": ONEMAIN}),
        ("do people complain about autopay?", {}),
        ("what do people say about AutoPay?", {"lender": ("AC AutoPay LLC",)}),
        ("what do people say about upstart?", {"lender": ("Upstart, Inc.",)}),
    ],
)
def test_a_company_goes_by_the_word_that_tells_it(text, filters):
    found = understand(text, LOUNGES, as_of=AS_OF).filters
    assert {name: set(values) for name, values in found.items()} == {name: set(v) for name, v in filters.items()}


def test_a_comparison_by_a_segment_of_many_values_takes_those_with_most_feedback():
    found = understand("which town has the most complaints?", LOUNGES, as_of=AS_OF)
    assert found.intent == "compare"
    assert found.filters["town"] == ("TownM", "TownB", "TownA", "TownC", "TownD", "TownE")
    which = understand("which airline has the most complaints?", LOUNGES, as_of=AS_OF)
    assert len(which.filters["airline_name"]) == 4


def test_a_metric_of_something_unknown_is_not_answered_for_everything():
    assert understand("what is the CSAT of Ryanair?", LOUNGES, as_of=AS_OF).unknown[0].asked == "Ryanair"
    assert not understand("what is the CSAT of Qantas?", LOUNGES, as_of=AS_OF).unknown


def bank(text):
    return understand(text, BANK, as_of=date(2026, 11, 21))


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("what hurts mortgage customers", {"product": ("Mortgage",)}),
        ("complaints about credit cards", {"product": ("Credit card",)}),
        ("how many complaints about Equifax", {"company": ("EQUIFAX, INC.",)}),
        ("what do people say about wells fargo", {"company": ("Wells Fargo & Company",)}),
        ("problems at Bank of America by postal mail", {"company": ("Bank of America",), "channel": ("Postal mail",)}),
        ("pain points in CA", {"state": ("CA",)}),
        ("pain points in OR", {"state": ("OR",)}),
        ("is it better or worse in me or in you", {}),
        ("no complaints yes or no", {}),
        ("complaints with timely response no", {"timely response": ("No",)}),
        ("what hurts mortgge customers", {"product": ("Mortgage",)}),
    ],
)
def test_values_are_found_under_the_names_that_people_use(text, filters):
    assert bank(text).filters == filters


def test_a_stage_that_is_plain_english_needs_its_place():
    assert bank("what do customers use most").stages == ()
    assert bank("what hurts in use").stages == ("use",)
    assert bank("how many people use the card").stages == ()


@pytest.mark.parametrize(
    ("text", "kind", "asked", "near"),
    [
        ("quotes from platinum customers", "segment", "platinum", "plus"),
        ("what hurts customers on plan enterprize", None, None, None),
        ("complaints by fax", "channel", "fax", None),
        ("how did the delivery stage do", "stage", "delivery", None),
        ("what is our churn rate", "metric", "churn rate", "Conversion rate"),
        ("tell me about theme T99", "theme", "T99", None),
        ("what hurt in Q5", "period", "q5", None),
    ],
)
def test_what_the_file_does_not_hold_is_named(text, kind, asked, near):
    unknown = understand(text, COMPANY, as_of=AS_OF).unknown
    if kind is None:
        assert unknown == ()
        return
    assert [(one.kind, one.asked) for one in unknown] == [(kind, asked)]
    assert len(unknown[0].nearest) <= 3
    assert near is None or near in unknown[0].nearest


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("pain points except enterprise", {"plan": ("enterprise",)}),
        ("issues excluding email and chat", {"channel": ("email", "chat")}),
        ("complaints, but not from Germany or France", {"country": ("Germany", "France")}),
        ("what hurts customers other than basic", {"plan": ("basic",)}),
    ],
)
def test_negation_leaves_values_out(text, without):
    question = understand(text, COMPANY, as_of=AS_OF)
    assert (question.without, question.filters) == (without, {})


def test_a_stage_left_out_means_all_the_others():
    stages = understand("what hurts customers except in onboarding", COMPANY, as_of=AS_OF).stages
    assert "onboarding" not in stages
    assert len(stages) == len(COMPANY.stages) - 1


def test_the_nearest_names_are_the_most_alike():
    assert nearest("enterprize", ("basic", "plus", "enterprise"))[0] == "enterprise"
    assert nearest("zzz", ("a", "b", "c", "d")) == ("a", "b", "c")


LENDERS = Vocabulary(
    stages=(Stage(id="use", name="Use"), Stage(id="consideration", name="Consideration", aliases=("compare",))),
    segments={
        "product": ("Credit card", "Credit card or prepaid card", "Mortgage", "Title loan / pawn"),
        "company": (
            "Credito Real USA Finance, LLC", "CUSTOMERS BANCORP, INC", "JPMORGAN CHASE & CO.",
            "Momnt Technologies, Inc.", "CAPITAL ONE FINANCIAL CORPORATION", "NEW YORK COMMUNITY BANCORP INC",
            "BANK OF AMERICA, NATIONAL ASSOCIATION", "Speedy Cash LLC",
        ),
        "state": ("TX", "NY", "IN", "OR", "CA"),
    },
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("biggest pain points for credit card?", {"product": ("Credit card", "Credit card or prepaid card")}),
        ("pain points for prepaid cards", {"product": ("Credit card or prepaid card",)}),
        ("what hurts customers in texas?", {"state": ("TX",)}),
        ("how many complaints are from new york", {"state": ("NY",)}),
        ("how many from chase", {"company": ("JPMORGAN CHASE & CO.",)}),
        ("what hurts capital one customers", {"company": ("CAPITAL ONE FINANCIAL CORPORATION",)}),
        ("are bank of america customers happy", {"company": ("BANK OF AMERICA, NATIONAL ASSOCIATION",)}),
        ("pain points at the moment", {}),
        ("what credit problems do customers have", {}),
        ("is the service speedy enough", {}),
        ("compare mortgage and credit card", {"product": ("Mortgage", "Credit card", "Credit card or prepaid card")}),
    ],
)
def test_a_value_is_named_by_the_words_that_tell_it_from_others(text, filters):
    question = understand(text, LENDERS, as_of=AS_OF)
    assert (question.filters, question.stages) == (filters, ())


@pytest.mark.parametrize(
    ("text", "asked"),
    [("complaints in Quebec", "Quebec"), ("what hurts customers in Quebec City in 2019?", "Quebec City")],
)
def test_a_place_that_the_file_does_not_hold_is_not_passed_over(text, asked):
    assert [unknown.asked for unknown in understand(text, LENDERS, as_of=AS_OF).unknown] == [asked]


def test_what_stands_in_the_place_of_a_stage_and_is_none_becomes_the_topic():
    question = understand("what hurts customers in delivery?", COMPANY, as_of=AS_OF)
    assert (question.intent, question.stages, question.topic) == ("pain_points", (), "delivery")


ROOTS = {"emails": "email", "stories": "story", "boxes": "box", "status": "status", "customer's": "customer"}


@pytest.mark.parametrize(("word", "root"), ROOTS.items())
def test_plurals_lose_their_ending(word, root):
    assert stem(word) == root
