"""What the words of a question ask for decides over the kind it was read as: stages, teams, owners, a missing year."""

import pytest

from assistant.answers.metric_compare import across_stages
from assistant.questions.question import Question
from knowledge.periods import Period, shift_months
from tests.assistant.answers import world

OCTOBER = Period(start=world.MONTHS[-1], end=shift_months(world.MONTHS[-1], 1), label="October 2026")
YEAR_BEFORE = Period(start=shift_months(world.MONTHS[-1], -12), end=world.MONTHS[0], label="October 2025")


def test_a_metric_across_stages_is_compared_by_its_values_and_not_by_complaints(ask):
    answer = ask("compare CSAT across stages")
    assert answer.headline.startswith("CSAT in October 2026: ")
    assert any(line.startswith("Onboarding: 3.5") for line in answer.lines)
    assert any(line.startswith("Use: 4.25") for line in answer.lines)
    assert not any("share of complaints" in text for text in (answer.headline, *answer.lines))


@pytest.mark.parametrize(
    ("text", "across"),
    [
        ("compare csat across stages", True),
        ("which stage has the lowest csat?", True),
        ("csat by stage", True),
        ("compare csat in q2 and q3", False),
    ],
)
def test_stages_are_compared_only_where_they_are_asked_for(text, across):
    assert across_stages(text) is across


@pytest.mark.parametrize("intent", ["metric", "compare"])
def test_a_year_without_a_value_is_said_to_have_none(analyst, intent):
    question = Question(text="csat in onboarding and a year earlier", intent=intent, stages=("onboarding",),
                        metrics=("csat",), period=OCTOBER, baseline=YEAR_BEFORE)  # fmt: skip
    answer = analyst.answer_question(question, as_of=world.AS_OF)
    assert answer.headline.startswith("No value of CSAT in Onboarding in October 2025")
    assert any("3.5" in line for line in answer.lines)
    assert not answer.dropped
    assert not answer.abstained


def test_a_month_compared_with_itself_is_taken_for_that_of_a_year_later(analyst):
    question = Question(text="compare csat in onboarding in october with october 2025", intent="compare",
                        stages=("onboarding",), metrics=("csat",), period=YEAR_BEFORE,
                        baseline=YEAR_BEFORE)  # fmt: skip
    answer = analyst.answer_question(question, as_of=world.AS_OF)
    assert answer.question.period.start == OCTOBER.start
    assert "October 2025" in answer.headline


def test_a_team_that_owns_a_stage_is_asked_about_by_that_stage(ask):
    named = ask("what should the start team fix first?")
    assert named.question.stages == ("onboarding",)
    assert "activation code fails" in named.headline


def test_a_team_that_owns_nothing_narrows_nothing(ask):
    assert ask("what should the sales team tackle first?").question.stages == ()


def test_whom_to_talk_to_is_answered_by_the_owner_and_not_by_the_pains(ask):
    answer = ask("who do i talk to about problems with codes?")
    assert answer.question.intent == "map"
    assert answer.headline.startswith("Onboarding, owner: Team Start")
