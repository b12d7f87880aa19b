"""What a second reader asked and was told wrongly: slips, targets, groups that a metric is not measured by, owners."""

import pytest

from assistant.answers.answer import Finding
from assistant.answers.metric_lines import MISSES, first_miss
from assistant.answers.wording import Names


def test_a_slip_in_a_topic_is_mended_by_the_words_of_themes_and_said(ask):
    question = ask("what do customers say about the activatoin code?").question
    assert (question.topic, question.mended) == ("activation code", "activatoin code")


def test_a_word_that_customers_use_is_no_slip(ask):
    assert ask("what do customers say about the menu?").question.mended is None


def test_since_when_a_target_is_missed_is_told_first(ask):
    answer = ask("since when is csat in onboarding below its target?")
    assert answer.headline.startswith("CSAT in Onboarding first missed its target 4.3 in March 2026 (4.2)")
    assert answer.headline.endswith("and has missed it ever since.")


def test_a_target_that_was_always_met_is_said_to_be(ask):
    assert ask("when did csat in use fall below its target?").headline == (
        "CSAT in Use has never missed its target 4 in 12 values."
    )


def test_misses_with_a_break_between_are_counted():
    numbers = {"unit": "%", "target": 60.0, "judged": 12, "misses": 3, "missed_on": "2026-01-01",
               "missed_until": "2026-02-01", "missed_value": 58.0, "run": 2, "run_on": "2026-05-01",
               "run_until": "2026-06-01"}  # fmt: skip
    assert set(numbers) == set(MISSES)
    told = first_miss(Names(stages={}), Finding(kind="metric", metric="churn", name="Churn", numbers=numbers))
    assert told == (
        "Churn first missed its target 60% in January 2026 (58%); 3 of 12 values miss it, "
        "without a break since May 2026."
    )


def test_a_metric_that_is_not_measured_by_a_group_is_said_to_be_everybodys(ask):
    assert (
        "for all customers (it is not measured by plan)" in ask("what is CSAT in use for premium customers?").headline
    )


def test_two_periods_of_a_stage_show_its_metrics(ask):
    answer = ask("was october better than september in use?")
    assert {f.metric for f in answer.findings if f.kind == "metric"} == {"csat"}
    assert not answer.dropped


@pytest.mark.parametrize("text", ["will complaints rise next month?", "what will csat be in december"])
def test_the_future_is_not_foretold(ask, text):
    answer = ask(text)
    assert (answer.abstained, answer.reason) == (True, "no_forecast")


def test_the_list_of_stages_names_all_of_them_that_say_anything(ask):
    answer = ask("what are the stages?")
    assert {f.stage for f in answer.findings if f.kind == "map"} == {"onboarding", "use", "retention"}


def test_whom_to_ask_about_a_matter_is_the_owner_of_its_stage(ask):
    answer = ask("which team do i ask about the welcome mail?")
    assert [f.numbers["text"] for f in answer.findings] == ["Team Start"]


def test_a_course_found_by_search_is_called_an_estimate(ask):
    answer = ask("has feedback about the delivery being late changed over time?")
    assert answer.headline.startswith("About ")
    assert any("estimate" in text for text in answer.caveats)
