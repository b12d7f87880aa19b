"""Signs of a stage: reasons for and against, measures that part from words, silent stages; over the small company."""

import pytest

from assistant.answers.analyst import Analyst
from assistant.questions.question import Question
from knowledge.metrics import Metric, MetricPoint
from knowledge.periods import Period, shift_months
from knowledge.store import open_store
from tests.assistant.answers import world

PERIODS = [Period(start=m, end=shift_months(m, 1), label="") for m in world.MONTHS]


@pytest.fixture
def put(analyst):
    def ask(intent, text="?", **slots):
        return analyst.answer_question(Question(text=text, intent=intent, **slots), as_of=world.AS_OF)

    return ask


def visits(**sizes):
    """Make a metric with so many visits a month for each stage."""
    return [
        MetricPoint(metric="visits", stage=stage, period=period, value=50.0, n=n)
        for stage, n in sizes.items()
        for period in PERIODS
    ]


def test_health_is_a_list_of_reasons_and_no_number(put):
    line = next(line for line in put("stage_summary", stages=("onboarding",)).lines if "speaks" in line)
    assert line.startswith("Onboarding, speaks against it: most of what is said is complaint")
    assert "CSAT misses its target (3.5, target 4.3) and got worse" in line
    assert "Conversion got worse" in line


def test_a_brief_ends_with_what_to_look_at_next_and_why(put):
    answer = put("stage_summary", stages=("onboarding",))
    ahead = answer.lines[-1]
    assert ahead.startswith("Look at next: CSAT in Onboarding (short of its target, getting worse)")
    assert not answer.dropped


def test_a_stage_without_feedback_for_its_traffic_is_silent(own_company, toy):
    with open_store(own_company) as store:
        points = visits(onboarding=300, use=1_500, retention=200_000)
        store.metrics.save([Metric(id="visits", name="Visits", unit="%")], points)
    question = Question(text="which stages are silent?", intent="stage_performance")
    answer = Analyst(own_company, toy).answer_question(question, as_of=world.AS_OF)
    assert answer.headline.startswith("Some stages have much less feedback")
    assert len(answer.lines) == 1
    assert answer.lines[0].startswith("Retention is silent for its traffic: 54 pieces of feedback for 2,400,000")
    assert not answer.dropped


def test_no_stage_is_called_silent_where_all_speak_alike_or_two_alone_can_be_compared(put, own_company, toy):
    question = Question(text="which stages are silent?", intent="stage_performance")
    assert "No stage is silent" in put("stage_performance", text=question.text).headline
    with open_store(own_company) as store:
        points = visits(onboarding=600, use=2_000, retention=900)
        store.metrics.save([Metric(id="visits", name="Visits", unit="%")], points)
    assert "No stage is silent" in Analyst(own_company, toy).answer_question(question, as_of=world.AS_OF).headline


def test_praise_that_grows_while_a_metric_falls_is_pointed_out(tmp_path, toy):
    plan = {key: value for key, value in world.PLAN.items() if key != "T3"}
    plan["T3"] = ("use", 0.8, (0, 0, 0, 0, 0, 0, 0, 0, 1, 12, 14, 16), world.PLAN["T3"][3])
    path = world.build(tmp_path / "praise.db", toy, plan)
    with open_store(path) as store:
        points = [MetricPoint(metric="activation", stage="use", period=period, value=60 - 2 * i, n=900)
                  for i, period in enumerate(PERIODS)]  # fmt: skip
        store.metrics.save([Metric(id="activation", name="Activation", unit="%")], points)
    question = Question(text="how is use doing?", intent="stage_summary", stages=("use",))
    answer = Analyst(path, toy).answer_question(question, as_of=world.AS_OF)
    assert any("Activation got worse while praise for tasty recipes grew" in line for line in answer.lines), (
        answer.lines
    )
    assert not answer.dropped


def test_a_metric_that_falls_while_complaints_become_rarer_is_pointed_out(tmp_path, toy):
    plan = {key: value for key, value in world.PLAN.items() if key not in ("T1", "T2", "T6")}
    plan["T2"] = ("use", -0.5, (12, 12, 12, 12, 12, 12, 12, 12, 12, 1, 0, 0), world.PLAN["T2"][3])
    path = world.build(tmp_path / "rarer.db", toy, plan)
    with open_store(path) as store:
        points = [MetricPoint(metric="activation", stage="use", period=period, value=60 - 2 * i, n=900)
                  for i, period in enumerate(PERIODS)]  # fmt: skip
        store.metrics.save([Metric(id="activation", name="Activation", unit="%")], points)
    question = Question(text="how are the stages doing?", intent="stage_performance")
    answer = Analyst(path, toy).answer_question(question, as_of=world.AS_OF)
    told = [line for line in answer.lines if "Activation got worse while complaints became rarer" in line]
    assert len(told) == 1
    assert not answer.dropped


def test_the_brief_of_the_whole_journey_says_shortly_how_the_stages_stand_by_their_metrics(put):
    answer = put("stage_summary")
    (line,) = [line for line in answer.lines if line.startswith("Stages by their metrics: ")]
    assert "1 of 2 metrics at target; short of it: CSAT in Onboarding (3.5, target 4.3, getting worse)" in line
    assert "got worse: Conversion in Onboarding" in line
    assert "Look at next: CSAT in Onboarding (short of its target, getting worse)" in answer.lines[-1]
    assert not answer.dropped


def test_the_brief_of_one_stage_or_group_does_not_list_the_metrics_of_all(put):
    for slots in ({"stages": ("onboarding",)}, {"filters": {"plan": ("premium",)}}):
        assert not any("Stages by their metrics" in line for line in put("stage_summary", **slots).lines)
