"""Why a metric moved: whether it did, what moved along, what is not known; over the small company."""

from datetime import date

import pytest

from assistant.answers.analyst import Analyst
from assistant.answers.asked import asked_way
from assistant.questions.question import Question
from knowledge.metrics import Metric, MetricPoint
from knowledge.periods import Period, shift_months
from knowledge.store import open_store
from tests.assistant.answers import world

AUGUST = Period(start=date(2026, 8, 1), end=date(2026, 9, 1), label="August 2026")
OCTOBER = Period(start=date(2026, 10, 1), end=date(2026, 11, 1), label="October 2026")


@pytest.fixture
def why(analyst):
    def ask(text, **slots):
        return analyst.answer_question(Question(text=text, intent="drivers", **slots), as_of=world.AS_OF)

    return ask


@pytest.mark.parametrize(
    ("text", "better", "way"),
    [
        ("why did CSAT drop?", "higher", "fall"), ("what caused the fall in NPS", "higher", "fall"),
        ("why is conversion up", "higher", "rise"), ("why did churn get worse", "lower", "rise"),
        ("why is CSAT getting worse", "higher", "fall"), ("why has churn improved?", "lower", "fall"),
        ("what drives CSAT?", "higher", None),
    ],
)  # fmt: skip
def test_a_question_says_which_way_it_takes_the_metric_to_have_gone(text, better, way):
    assert asked_way(text, better) == way


def test_a_drop_is_told_with_its_sizes_interval_and_test(why):
    answer = why("why did conversion drop in August?", stages=("onboarding",), metrics=("conversion",), period=AUGUST)
    assert answer.headline.startswith("Conversion in Onboarding fell in August 2026: 40% (n = 500, 95% interval")
    assert "after 60% in July 2026" in answer.headline
    assert "p under 0.001" in answer.headline
    assert not answer.dropped


def test_themes_that_moved_along_are_candidates_and_no_cause_is_claimed(why):
    answer = why("why did conversion drop in August?", stages=("onboarding",), metrics=("conversion",), period=AUGUST)
    assert [f.theme_id for f in answer.claims if f.kind == "theme"] in ([], ["T1"])
    assert any("that it is the cause is not shown" in caveat for caveat in answer.caveats)
    assert any("Who said nothing is not heard" in caveat for caveat in answer.caveats)


def test_what_did_not_drop_is_said_not_to_have(why):
    answer = why("why did CSAT drop in October?", stages=("use",), metrics=("csat",), period=OCTOBER)
    assert "did not fall in October 2026 beyond its usual ups and downs" in answer.headline


def test_a_metric_that_went_the_other_way_is_said_to_have(why):
    answer = why("why did conversion rise in August?", stages=("onboarding",), metrics=("conversion",), period=AUGUST)
    assert "did not rise but fell in August 2026" in answer.headline


def test_a_slow_fall_is_told_from_its_beginning(why):
    answer = why("why is CSAT falling?", stages=("onboarding",), metrics=("csat",))
    assert "fell over the last year, from 4.6 in November 2025 to 3.5 in October 2026" in answer.headline
    assert "the last step alone" in answer.headline


def test_a_new_level_is_compared_with_the_one_before(why):
    answer = why("why did conversion fall?", stages=("onboarding",), metrics=("conversion",))
    assert "fell from a level of 60% to 40%, from August to October 2026" in answer.headline
    stage = next(f for f in answer.claims if f.kind == "stage")
    assert (stage.scope.period.start, stage.before.period.start) == (date(2026, 8, 1), date(2025, 11, 1))


def test_what_was_new_in_the_month_of_a_drop_is_a_candidate(own_company, toy):
    values = [40, 42, 39, 41, 40, 43, 41, 40, 42, 39, 41, 12]
    periods = [Period(start=m, end=shift_months(m, 1), label="") for m in world.MONTHS]
    with open_store(own_company) as store:
        points = [MetricPoint(metric="nps", stage="use", period=period, value=value)
                  for period, value in zip(periods, values, strict=True)]  # fmt: skip
        store.metrics.save([Metric(id="nps", name="NPS", low=-100, high=100)], points)
    question = Question(text="why did NPS drop?", intent="drivers", metrics=("nps",))
    answer = Analyst(own_company, toy).answer_question(question, as_of=world.AS_OF)
    assert answer.headline.startswith("NPS in Use fell in October 2026: 12")
    moved = next(f for f in answer.claims if f.kind == "theme")
    assert (moved.theme_id, moved.change) == ("T6", "new")
    assert any("A candidate: app crashes" in line for line in answer.lines)
    assert moved.theme_id in {quote.theme_id for quote in answer.evidence}


def test_without_a_stage_the_one_that_moved_as_asked_is_told(why):
    answer = why("why did CSAT fall?", metrics=("csat",))
    assert answer.headline.startswith("CSAT in Onboarding fell")


def test_a_metric_without_values_is_answered_from_feedback(why):
    answer = why("why did NPS drop?", metrics=("nps",))
    assert "NPS" not in answer.headline


def test_one_who_asks_whether_it_went_elsewhere_is_not_believed(why, store):
    """The direction that a sentence denies is checked against the words of the question."""
    from dataclasses import replace

    from assistant.answers.verify import verify

    answer = why("why did CSAT drop in October?", stages=("use",), metrics=("csat",), period=OCTOBER)
    found = answer.findings[0]
    forged = replace(found, numbers={**found.numbers, "way": "rise"})
    assert verify(replace(answer, findings=(forged, *answer.findings[1:])), store).dropped
