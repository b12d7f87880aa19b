"""Below the floor of customers, neither a theme nor a quote is shown, whichever way it is asked for."""

import pytest

from assistant.answers.analyst import Analyst
from knowledge.layers.overview import stage_overview, theme_overview
from knowledge.store import open_store
from tests.assistant.answers import world

QUESTIONS = (
    "what hurts customers?",
    "what keeps coming back?",
    "show me quotes about late boxes",
    "what is new this month?",
    "summarise onboarding",
    "what do customers love?",
)


def customers_of(answer, company) -> dict[int, int]:
    """Return the number of distinct customers behind each finding about themes or quotes."""
    with open_store(company) as store:
        found = {}
        for i, finding in enumerate(answer.findings):
            if finding.kind in ("theme", "quotes") or finding.theme_id:
                items = store.feedback.by_row(finding.rows).values()
                found[i] = len({item.customer or item.id for item in items})
        return found


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("floor", [2, 15, 10_000])
def test_what_too_few_customers_said_is_not_shown(question, floor, company, toy):
    answer = Analyst(company, toy, floor=floor).answer(question, as_of=world.AS_OF)
    assert all(count >= floor for count in customers_of(answer, company).values())
    assert all(quote.finding is None or quote.finding < len(answer.findings) for quote in answer.evidence)
    for text in (answer.headline, *answer.lines, *answer.caveats):
        assert all(i < len(answer.findings) for i in getattr(text, "findings", ()))


def test_a_floor_that_nothing_reaches_leaves_a_refusal_without_names_or_quotes(company, toy):
    open_answer = Analyst(company, toy).answer("what hurts customers?", as_of=world.AS_OF)
    names = {finding.name for finding in open_answer.findings if finding.name}
    assert names
    answer = Analyst(company, toy, floor=10_000).answer("what hurts customers?", as_of=world.AS_OF)
    assert answer.abstained
    assert answer.reason == "too_few_customers"
    assert not answer.evidence
    said = " ".join([answer.headline, *answer.lines, *answer.caveats, *answer.follow_ups])
    assert not any(name in said for name in names)


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_floor_of_one_changes_nothing(question, company, toy, analyst):
    plain, floored = (a.answer(question, as_of=world.AS_OF) for a in (analyst, Analyst(company, toy, floor=1)))
    assert (plain.headline, plain.lines, plain.evidence) == (floored.headline, floored.lines, floored.evidence)


def test_listings_keep_to_the_floor_too(company):
    with open_store(company) as store:
        everything = theme_overview(store)
        floor = sorted(row["customers"] for row in everything)[-1]
        assert [row["id"] for row in theme_overview(store, floor=floor)] == [
            row["id"] for row in everything if row["customers"] >= floor
        ]
        assert all(row["top_theme"] is None for row in stage_overview(store, world.JOURNEY, floor=10_000))
